// SPDX-License-Identifier: GPL-2.0-only
/* 6.0 or so: rdma_restrack_count() has a parameter for driver-internal objects. */
#include <rdma/restrack.h>

#define probe2(type)	__builtin_types_compatible_p(typeof(rdma_restrack_count), \
	type (struct ib_device *, enum rdma_restrack_type, bool))

char probe[probe2(int) || probe2(u32) ? RDMA_RESTRACK_CTX : -1];
