/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generation "class with ufile": what RHEL 7 (3.10.0-1160) hands to its commands, as far as
 * anybody outside of ib_uverbs needs it.
 */
#ifndef CONTRACT_RDMA_UVERBS_IOCTL_H
#define CONTRACT_RDMA_UVERBS_IOCTL_H

#include <rdma/ib_verbs.h>
#include <rdma/uverbs_types.h>

struct uverbs_attr_bundle {
	struct ib_udata driver_udata;
	struct ib_udata ucore;
	struct ib_uverbs_file *ufile;
};

static inline struct ib_ucontext *ib_uverbs_get_ucontext(const struct uverbs_attr_bundle *attrs)
{
	return ib_uverbs_get_ucontext_file(attrs->ufile);
}

#endif /* CONTRACT_RDMA_UVERBS_IOCTL_H */
