/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generation "rdma_core": this kernel's ib_verbs.h with the struct ib_uobject of Linux 4.14, which
 * has a type and no ufile, and without what came later.
 */
#ifndef CONTRACT_RDMA_IB_VERBS_H
#define CONTRACT_RDMA_IB_VERBS_H

#define ib_uobject			ib_uobject_of_this_kernel
#define ib_uverbs_get_ucontext_file	ib_uverbs_get_ucontext_file_of_this_kernel
#include_next <rdma/ib_verbs.h>
#undef ib_uobject
#undef ib_uverbs_get_ucontext_file

/* The fourth reason to remove an object has another name and another meaning. */
#define RDMA_REMOVE_DURING_CLEANUP	RDMA_REMOVE_ABORT

struct uverbs_obj_type;

struct ib_uobject {
	u64				user_handle;
	struct ib_ucontext		*context;
	void				*object;
	struct list_head		list;
	int				id;
	struct kref			ref;
	atomic_t			usecnt;
	struct rcu_head			rcu;
	const struct uverbs_obj_type	*type;
};

#endif /* CONTRACT_RDMA_IB_VERBS_H */
