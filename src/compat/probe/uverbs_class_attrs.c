// SPDX-License-Identifier: GPL-2.0-only
/* 5.6: uverbs_idr_class passes an attribute bundle to alloc_begin and destroy_hw. */
#include <rdma/uverbs_types.h>

static struct ib_uobject *probe2(const struct uverbs_api_object *obj,
				      struct uverbs_attr_bundle *attrs)
{
	return NULL;
}

static int probe3(struct ib_uobject *uobj, enum rdma_remove_reason why,
		      struct uverbs_attr_bundle *attrs)
{
	return 0;
}

struct uverbs_obj_type_class probe = {
	.alloc_begin = probe2,
	.destroy_hw = probe3,
};
