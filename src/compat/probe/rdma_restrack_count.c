// SPDX-License-Identifier: GPL-2.0-only
/* 5.3: what a device has of one kind, in all namespaces, in one call */
#include <rdma/restrack.h>

char probe[__builtin_types_compatible_p(typeof(rdma_restrack_count),
	int (struct ib_device *, enum rdma_restrack_type)) ? RDMA_RESTRACK_CTX : -1];
