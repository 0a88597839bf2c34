// SPDX-License-Identifier: GPL-2.0-only
/* 4.12 to 4.18: objects have a class with remove_commit, which is not exported. */
#include <rdma/ib_verbs.h>
#include <rdma/uverbs_types.h>

static struct ib_uobject *probe2(const struct uverbs_obj_type *type,
				      struct ib_ucontext *ucontext)
{
	return NULL;
}

static int probe3(struct ib_uobject *uobj, enum rdma_remove_reason why)
{
	return 0;
}

struct uverbs_obj_type_class probe = {
	.alloc_begin = probe2,
	.remove_commit = probe3,
};
