/* SPDX-License-Identifier: GPL-2.0-only */
/* Generation "class with ufile" with the names of Linux 4.19: only ioctl commands get these. */
#ifndef CONTRACT_RDMA_UVERBS_IOCTL_H
#define CONTRACT_RDMA_UVERBS_IOCTL_H

#include <rdma/ib_verbs.h>
#include <rdma/uverbs_types.h>

struct uverbs_attr_bundle {
	struct ib_uverbs_file *ufile;
};

#endif /* CONTRACT_RDMA_UVERBS_IOCTL_H */
