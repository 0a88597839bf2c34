// SPDX-License-Identifier: GPL-2.0-only
/* 5.3: clients are told when a device is renamed. */
#include <rdma/ib_verbs.h>

static void probe2(struct ib_device *ibdev, void *client_data)
{
}

struct ib_client probe = { .rename = probe2 };
