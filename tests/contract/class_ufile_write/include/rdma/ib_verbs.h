/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generation "class with ufile" with the names of Linux 4.19: this kernel's ib_verbs.h, in which
 * one function has the name that it had then, and nothing has the name that it got later.
 */
#ifndef CONTRACT_RDMA_IB_VERBS_H
#define CONTRACT_RDMA_IB_VERBS_H

#define ib_uverbs_get_ucontext_file	ib_uverbs_get_ucontext
#include_next <rdma/ib_verbs.h>
#undef ib_uverbs_get_ucontext_file

#endif /* CONTRACT_RDMA_IB_VERBS_H */
