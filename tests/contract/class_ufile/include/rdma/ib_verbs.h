/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * This kernel's ib_verbs.h, for the generations "class with ufile" and "class with attrs". Kernels
 * that have the function below keep it where the stand-in cannot replace it, so that it gets
 * another name here.
 */
#ifndef CONTRACT_RDMA_IB_VERBS_H
#define CONTRACT_RDMA_IB_VERBS_H

#define ib_uverbs_get_ucontext_file	contract_get_ucontext_file
#include_next <rdma/ib_verbs.h>

#endif /* CONTRACT_RDMA_IB_VERBS_H */
