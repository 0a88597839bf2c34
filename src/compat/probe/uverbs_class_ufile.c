// SPDX-License-Identifier: GPL-2.0-only
/* 4.19 to 5.5, and RHEL 7: uverbs_idr_class passes an uverbs file to alloc_begin. */
#include <rdma/ib_verbs.h>
#include <rdma/uverbs_types.h>

static struct ib_uobject *probe2(const struct uverbs_api_object *obj,
				      struct ib_uverbs_file *ufile)
{
	return NULL;
}

struct uverbs_obj_type_class probe = {
	.alloc_begin = probe2,
	.destroy_hw = NULL,
};
