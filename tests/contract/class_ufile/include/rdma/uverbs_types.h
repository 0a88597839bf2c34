/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generation "class with ufile": what RHEL 7 (3.10.0-1160), Linux 4.19 and, with
 * CONTRACT_DESTROY_HW_ATTRS, Linux 5.4 declare of classes of objects; with
 * CONTRACT_ALLOC_BEGIN_ATTRS too, generation "class with attrs", of RHEL 8.3.
 */
#ifndef CONTRACT_RDMA_UVERBS_TYPES_H
#define CONTRACT_RDMA_UVERBS_TYPES_H

#include <rdma/ib_verbs.h>

struct uverbs_obj_type;
struct uverbs_api_object;
struct uverbs_attr_bundle;

#ifdef CONTRACT_DESTROY_HW_ATTRS
#define CONTRACT_ATTRS	, struct uverbs_attr_bundle *attrs
#else
#define CONTRACT_ATTRS
#endif

#ifdef CONTRACT_ALLOC_BEGIN_ATTRS
#define CONTRACT_BEGIN	struct uverbs_attr_bundle *attrs
#else
#define CONTRACT_BEGIN	struct ib_uverbs_file *ufile
#endif

enum rdma_lookup_mode {
	UVERBS_LOOKUP_READ,
	UVERBS_LOOKUP_WRITE,
	UVERBS_LOOKUP_DESTROY,
};

struct uverbs_obj_type_class {
	struct ib_uobject *(*alloc_begin)(const struct uverbs_api_object *obj, CONTRACT_BEGIN);
	int (*alloc_commit)(struct ib_uobject *uobj);
	void (*alloc_abort)(struct ib_uobject *uobj);
	struct ib_uobject *(*lookup_get)(const struct uverbs_api_object *obj,
					 struct ib_uverbs_file *ufile, s64 id,
					 enum rdma_lookup_mode mode);
	void (*lookup_put)(struct ib_uobject *uobj, enum rdma_lookup_mode mode);
	int __must_check (*destroy_hw)(struct ib_uobject *uobj,
				       enum rdma_remove_reason why CONTRACT_ATTRS);
	void (*remove_handle)(struct ib_uobject *uobj);
	u8 needs_kfree_rcu;
};

struct uverbs_obj_type {
	const struct uverbs_obj_type_class * const type_class;
	size_t obj_size;
};

struct uverbs_obj_idr_type {
	struct uverbs_obj_type type;
	int __must_check (*destroy_object)(struct ib_uobject *uobj,
					   enum rdma_remove_reason why CONTRACT_ATTRS);
};

extern const struct uverbs_obj_type_class uverbs_idr_class;

#endif /* CONTRACT_RDMA_UVERBS_TYPES_H */
