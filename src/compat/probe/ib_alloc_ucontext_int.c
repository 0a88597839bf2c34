// SPDX-License-Identifier: GPL-2.0-only
/* 5.2: ib_uverbs allocates a context, the driver only starts and stops it. */
#include <rdma/ib_verbs.h>

static int probe2(struct ib_ucontext *ucontext, struct ib_udata *udata)
{
	return 0;
}

static void probe3(struct ib_ucontext *ucontext)
{
}

const struct ib_device_ops probe = {
	.alloc_ucontext = probe2,
	.dealloc_ucontext = probe3,
};
