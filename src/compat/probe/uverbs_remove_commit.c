// SPDX-License-Identifier: GPL-2.0-only
/* 4.12 to 4.17: objects have a class with remove_commit, which is not exported. */
#include <rdma/ib_verbs.h>
#include <rdma/uverbs_types.h>

static struct ib_uobject *alloc_begin(const struct uverbs_obj_type *type,
				      struct ib_ucontext *ucontext)
{
	return NULL;
}

static int remove_commit(struct ib_uobject *uobj, enum rdma_remove_reason why)
{
	return 0;
}

struct uverbs_obj_type_class probe = {
	.alloc_begin = alloc_begin,
	.remove_commit = remove_commit,
};
