// SPDX-License-Identifier: GPL-2.0-only
/* 5.8: a client can fail to add a device. */
#include <rdma/ib_verbs.h>

static int probe2(struct ib_device *ibdev)
{
	return 0;
}

struct ib_client probe = { .add = probe2 };
