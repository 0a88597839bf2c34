// SPDX-License-Identifier: GPL-2.0-only
/* Up to 6.10: reg_user_mr_dmabuf is handed the data of the verb, not its attributes. */
#include <rdma/ib_verbs.h>

static struct ib_mr *probe2(struct ib_pd *pd, u64 offset, u64 length, u64 virt_addr, int fd,
			    int access, struct ib_udata *udata)
{
	return NULL;
}

const struct ib_device_ops probe = { .reg_user_mr_dmabuf = probe2 };
