// SPDX-License-Identifier: GPL-2.0-only
/* 5.3: clients of devices that the kernel itself cannot use. */
#include <rdma/ib_verbs.h>

struct ib_client probe = { .no_kverbs_req = 1 };
