// SPDX-License-Identifier: GPL-2.0-only
/* 5.11: rereg_user_mr may make another MR that takes the place of the first. */
#include <rdma/ib_verbs.h>

static struct ib_mr *probe2(struct ib_mr *mr, int flags, u64 start, u64 length, u64 virt_addr,
			    int access, struct ib_pd *pd, struct ib_udata *udata)
{
	return NULL;
}

const struct ib_device_ops probe = { .rereg_user_mr = probe2 };
