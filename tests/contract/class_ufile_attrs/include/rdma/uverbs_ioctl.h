/* SPDX-License-Identifier: GPL-2.0-only */
/* Generation "class with ufile", of Linux 5.4: the attributes have a context. */
#ifndef CONTRACT_RDMA_UVERBS_IOCTL_H
#define CONTRACT_RDMA_UVERBS_IOCTL_H

#include <rdma/ib_verbs.h>
#include <rdma/uverbs_types.h>

struct uverbs_attr_bundle {
	struct ib_udata driver_udata;
	struct ib_udata ucore;
	struct ib_uverbs_file *ufile;
	struct ib_ucontext *context;
};

static inline struct ib_ucontext *ib_uverbs_get_ucontext(const struct uverbs_attr_bundle *attrs)
{
	return ib_uverbs_get_ucontext_file(attrs->ufile);
}

#endif /* CONTRACT_RDMA_UVERBS_IOCTL_H */
