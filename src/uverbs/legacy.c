// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generation "legacy" of ib_uverbs: Linux 4.4 to 4.11.
 *
 * Every kind of object has verbs of its own, but one pair of functions gives
 * out and takes back all handles. The handle comes last: if it is refused, the
 * verb destroys the hardware object that it has just made.
 *
 * Contexts: see contexts.c.
 */
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/kernel.h>
#include <rdma/ib_marshall.h>
#include <rdma/ib_verbs.h>

#include "hook/hook.h"
#include "uverbs.h"

struct ib_uverbs_file;

HOOK_REPLACEMENT(int, uverbs_add_handle, struct idr *idr, struct ib_uobject *uobj)
{
	struct ledger_entry *entry;
	struct hook_call call;
	int ret;

	hook_enter(&call);
	entry = uverbs_charge(uobj->context->device, RDMACG_OOT_HCA_OBJECT);
	if (IS_ERR(entry)) {
		ret = PTR_ERR(entry);
		goto exit;
	}
	ret = hook_original(uverbs_add_handle, &call)(idr, uobj);
	if (ret)
		ledger_cancel(entry);
	else
		ledger_commit(entry, uobj);
exit:
	hook_exit(&call);
	return ret;
}

HOOK_REPLACEMENT(void, uverbs_remove_handle, struct idr *idr, struct ib_uobject *uobj)
{
	struct hook_call call;

	hook_enter(&call);
	hook_original(uverbs_remove_handle, &call)(idr, uobj);
	ledger_uncharge(uobj);
	hook_exit(&call);
}

/* What destroys comes first: a charge must never be made that nobody gives back. */
static struct hook hooks[] = {
	HOOK("ib_uverbs:idr_remove_uobj", uverbs_remove_handle),
	HOOK("ib_uverbs:idr_add_uobj", uverbs_add_handle),
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
