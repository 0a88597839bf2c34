// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generation "rdma_core" of ib_uverbs: Linux 4.12 to 4.18.
 *
 * Objects have a class, which is not exported, so its functions are looked up
 * by name. Contexts: see contexts.c.
 */
#include "class.h"

HOOK_REPLACEMENT(struct ib_uobject *, uverbs_alloc_begin, const struct uverbs_obj_type *type,
		 struct ib_ucontext *context)
{
	struct ledger_entry *entry;
	struct ib_uobject *uobj;
	struct hook_call call;

	hook_enter(&call);
	entry = uverbs_charge_object(uverbs_kind(type), context);
	uobj = IS_ERR(entry) ? ERR_CAST(entry) :
		hook_original(uverbs_alloc_begin, &call)(type, context);
	ledger_end(entry, uobj);
	hook_exit(&call);
	return uobj;
}

/* On an error the object stays only if user space asked for the destroy. */
HOOK_REPLACEMENT(int, uverbs_remove_commit, struct ib_uobject *uobj, enum rdma_remove_reason why)
{
	struct hook_call call;
	int ret;

	hook_enter(&call);
	ret = hook_original(uverbs_remove_commit, &call)(uobj, why);
	if (!ret || why != RDMA_REMOVE_DESTROY)
		ledger_uncharge(uobj);
	hook_exit(&call);
	return ret;
}

static struct hook hooks[] = {
	HOOK("ib_uverbs:remove_commit_idr_uobject", uverbs_remove_commit),
	HOOK("ib_uverbs:alloc_abort_idr_uobject", uverbs_alloc_abort),
	HOOK("ib_uverbs:alloc_begin_idr_uobject", uverbs_alloc_begin),
};

const struct uverbs_generation uverbs_generation = {
	.hooks		= hooks,
	.nr_hooks	= ARRAY_SIZE(hooks),
};
