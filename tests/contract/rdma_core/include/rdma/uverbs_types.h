/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generation "rdma_core": what Linux 4.14 declares of classes of objects. uverbs_idr_class is
 * declared, but not exported.
 */
#ifndef CONTRACT_RDMA_UVERBS_TYPES_H
#define CONTRACT_RDMA_UVERBS_TYPES_H

#include <rdma/ib_verbs.h>

struct uverbs_obj_type;

struct uverbs_obj_type_class {
	struct ib_uobject *(*alloc_begin)(const struct uverbs_obj_type *type,
					  struct ib_ucontext *ucontext);
	void (*alloc_commit)(struct ib_uobject *uobj);
	void (*alloc_abort)(struct ib_uobject *uobj);
	struct ib_uobject *(*lookup_get)(const struct uverbs_obj_type *type,
					 struct ib_ucontext *ucontext, int id, bool exclusive);
	void (*lookup_put)(struct ib_uobject *uobj, bool exclusive);
	int __must_check (*remove_commit)(struct ib_uobject *uobj, enum rdma_remove_reason why);
	u8 needs_kfree_rcu;
};

struct uverbs_obj_type {
	const struct uverbs_obj_type_class * const type_class;
	size_t obj_size;
	unsigned int destroy_order;
};

struct uverbs_obj_idr_type {
	struct uverbs_obj_type type;
	int __must_check (*destroy_object)(struct ib_uobject *uobj, enum rdma_remove_reason why);
};

extern const struct uverbs_obj_type_class uverbs_idr_class;

#endif /* CONTRACT_RDMA_UVERBS_TYPES_H */
