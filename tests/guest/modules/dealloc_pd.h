/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels for a module that replaces a driver's dealloc_pd: from 5.10 and
 * RHEL 8.5 on, and before 5.0. In between DEALLOC_PD is not defined. DEALLOC_PD_CAN_FAIL is defined
 * where ib_core acts on an error of it; before 5.0 it warns, and the PD is gone.
 */
#ifndef RCG_TEST_DEALLOC_PD_H
#define RCG_TEST_DEALLOC_PD_H

#include <linux/version.h>
#include <rdma/ib_verbs.h>

/* All of RHEL 8 says 4.18. */
#ifdef RHEL_MAJOR
#define IS_RHEL_8	(RHEL_MAJOR == 8)
#define IS_RHEL_8_5	(RHEL_MAJOR == 8 && RHEL_MINOR >= 5)
#else
#define IS_RHEL_8	0
#define IS_RHEL_8_5	0
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 10, 0) || IS_RHEL_8_5
#define DEALLOC_PD(ibdev)	((ibdev)->ops.dealloc_pd)
#define DEALLOC_PD_CAN_FAIL
#define PARAMETERS		struct ib_pd *pd, struct ib_udata *udata
#define ARGUMENTS		pd, udata
#define ADD_RETURNS		int
#define ADDED			0
#define CLIENT_FLAGS		.no_kverbs_req = true,
#elif LINUX_VERSION_CODE < KERNEL_VERSION(5, 0, 0) && !IS_RHEL_8
#define DEALLOC_PD(ibdev)	((ibdev)->dealloc_pd)
#define PARAMETERS		struct ib_pd *pd
#define ARGUMENTS		pd
#define ADD_RETURNS		void
#define ADDED
#define CLIENT_FLAGS
#endif

#endif /* RCG_TEST_DEALLOC_PD_H */
