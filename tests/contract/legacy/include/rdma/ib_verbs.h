/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generation "legacy": this kernel's ib_verbs.h with the struct ib_uobject of Linux 4.4, which has
 * no ufile, and without what came later.
 */
#ifndef CONTRACT_RDMA_IB_VERBS_H
#define CONTRACT_RDMA_IB_VERBS_H

#define ib_uobject			ib_uobject_of_this_kernel
#define ib_uverbs_get_ucontext_file	ib_uverbs_get_ucontext_file_of_this_kernel
#include_next <rdma/ib_verbs.h>
#undef ib_uobject
#undef ib_uverbs_get_ucontext_file

/* A function of the device itself, not of its ops. */
#define disassociate_ucontext		ops.disassociate_ucontext

struct ib_uobject {
	u64			user_handle;
	struct ib_ucontext	*context;
	void			*object;
	struct list_head	list;
	int			id;
	struct kref		ref;
	struct rw_semaphore	mutex;
	struct rcu_head		rcu;
	int			live;
};

#endif /* CONTRACT_RDMA_IB_VERBS_H */
