// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generation "rdma_core" of ib_uverbs: Linux 4.12 to 4.17.
 *
 * Objects have a class, which is not exported, so its functions are looked up
 * by name. Contexts: see contexts.c.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <rdma/ib_marshall.h>
#include <rdma/ib_verbs.h>
#include <rdma/uverbs_types.h>

#include "hook/hook.h"
#include "uverbs.h"

HOOK_REPLACEMENT(struct ib_uobject *, uverbs_alloc_begin, const struct uverbs_obj_type *type,
		 struct ib_ucontext *context)
{
	struct ledger_entry *entry;
	struct ib_uobject *uobj;
	struct hook_call call;

	hook_enter(&call);
	entry = uverbs_charge(context->device, RDMACG_OOT_HCA_OBJECT);
	if (IS_ERR(entry)) {
		uobj = ERR_CAST(entry);
		goto exit;
	}
	uobj = hook_original(uverbs_alloc_begin, &call)(type, context);
	if (IS_ERR(uobj))
		ledger_cancel(entry);
	else
		ledger_commit(entry, uobj);
exit:
	hook_exit(&call);
	return uobj;
}

/* Frees the object, whose address may then be another's: strike the note first. */
HOOK_REPLACEMENT(void, uverbs_alloc_abort, struct ib_uobject *uobj)
{
	struct hook_call call;

	hook_enter(&call);
	ledger_uncharge(uobj);
	hook_original(uverbs_alloc_abort, &call)(uobj);
	hook_exit(&call);
}

/* The object stays only if it was user space who wanted it destroyed. */
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

/* What destroys comes first: a charge must never be made that nobody gives back. */
static struct hook hooks[] = {
	HOOK("ib_uverbs:remove_commit_idr_uobject", uverbs_remove_commit),
	HOOK("ib_uverbs:alloc_abort_idr_uobject", uverbs_alloc_abort),
	HOOK("ib_uverbs:alloc_begin_idr_uobject", uverbs_alloc_begin),
};

/* Unloading ib_uverbs would take the hooks off without a word. */
static const void * const pin_ib_uverbs __used = ib_copy_qp_attr_to_user;

/**
 * uverbs_hook - begin to charge
 *
 * Context: module load. Sleeps.
 * Return: 0; or an error, logged: no hook of this file is in place, but
 * hook_drain() is due.
 */
int uverbs_hook(void)
{
	int ret = hook_install(hooks, ARRAY_SIZE(hooks));

	if (ret)
		return ret;
	ret = contexts_hook();
	if (ret)
		hook_remove(hooks, ARRAY_SIZE(hooks));
	return ret;
}

/**
 * uverbs_unhook - stop charging; hook_drain() is due
 *
 * Context: module load and unload. Sleeps.
 */
void uverbs_unhook(void)
{
	contexts_unhook();
	hook_remove(hooks, ARRAY_SIZE(hooks));
}
