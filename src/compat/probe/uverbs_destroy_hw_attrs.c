// SPDX-License-Identifier: GPL-2.0-only
/* 5.2 or so: destroy_hw is given the attributes of the verb. */
#include <rdma/ib_verbs.h>
#include <rdma/uverbs_types.h>

static int probe3(struct ib_uobject *uobj, enum rdma_remove_reason why,
		      struct uverbs_attr_bundle *attrs)
{
	return 0;
}

struct uverbs_obj_type_class probe = { .destroy_hw = probe3 };
