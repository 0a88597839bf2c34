// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generation "class with ufile" of ib_uverbs: Linux 4.18 to 5.5, and RHEL 7.
 *
 * Objects: as in the newest generation, with other prototypes.
 * Contexts: see contexts.c.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <rdma/ib_marshall.h>
#include <rdma/ib_verbs.h>
#include <rdma/uverbs_types.h>

#include "compat/rdma.h"
#include "hook/hook.h"
#include "uverbs.h"

HOOK_REPLACEMENT(struct ib_uobject *, uverbs_alloc_begin, const struct uverbs_api_object *obj,
		 struct ib_uverbs_file *ufile)
{
	struct ib_ucontext *context;
	struct ledger_entry *entry;
	struct ib_uobject *uobj;
	struct hook_call call;

	hook_enter(&call);
	/*
	 * The original looks again, and would find a context that another
	 * thread has just made: refuse here what it would have refused now.
	 */
	context = compat_ufile_context(ufile);
	if (IS_ERR(context)) {
		uobj = ERR_CAST(context);
		goto exit;
	}
	entry = uverbs_charge(context->device, RDMACG_OOT_HCA_OBJECT);
	if (IS_ERR(entry)) {
		uobj = ERR_CAST(entry);
		goto exit;
	}
	uobj = hook_original(uverbs_alloc_begin, &call)(obj, ufile);
	if (IS_ERR(uobj))
		ledger_cancel(entry);
	else
		ledger_commit(entry, uobj);
exit:
	hook_exit(&call);
	return uobj;
}

HOOK_REPLACEMENT(void, uverbs_alloc_abort, struct ib_uobject *uobj)
{
	struct hook_call call;

	hook_enter(&call);
	hook_original(uverbs_alloc_abort, &call)(uobj);
	ledger_uncharge(uobj);
	hook_exit(&call);
}

/* An abort calls alloc_abort afterwards: that uncharges. */
HOOK_REPLACEMENT(int, uverbs_destroy_hw, struct ib_uobject *uobj,
		 enum rdma_remove_reason why COMPAT_DESTROY_HW_PARAMETER)
{
	struct hook_call call;
	int ret;

	hook_enter(&call);
	ret = hook_original(uverbs_destroy_hw, &call)(uobj, why COMPAT_DESTROY_HW_ARGUMENT);
	if (!ret && why != RDMA_REMOVE_ABORT)
		ledger_uncharge(uobj);
	hook_exit(&call);
	return ret;
}

/* Linux 4.20 to 5.2, and RHEL 7: devices are renamed, and no client is told. */
HOOK_REPLACEMENT(int, uverbs_rename, struct ib_device *ibdev, const char *name)
{
	struct hook_call call;
	int ret;

	hook_enter(&call);
	ret = hook_original(uverbs_rename, &call)(ibdev, name);
	if (!ret)
		uverbs_device_renamed(ibdev);
	hook_exit(&call);
	return ret;
}

/* What destroys comes first: a charge must never be made that nobody gives back. */
enum {
	HOOK_DESTROY_HW,
	HOOK_ALLOC_ABORT,
	HOOK_ALLOC_BEGIN,
	HOOK_RENAME,
};

static struct hook hooks[] = {
	[HOOK_DESTROY_HW] = HOOK("uverbs_idr_class.destroy_hw", uverbs_destroy_hw),
	[HOOK_ALLOC_ABORT] = HOOK("uverbs_idr_class.alloc_abort", uverbs_alloc_abort),
	[HOOK_ALLOC_BEGIN] = HOOK("uverbs_idr_class.alloc_begin", uverbs_alloc_begin),
	[HOOK_RENAME] = HOOK_OPTIONAL("ib_core:ib_device_rename", uverbs_rename),
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
	int ret;

	hooks[HOOK_DESTROY_HW].address = (unsigned long)uverbs_idr_class.destroy_hw;
	hooks[HOOK_ALLOC_ABORT].address = (unsigned long)uverbs_idr_class.alloc_abort;
	hooks[HOOK_ALLOC_BEGIN].address = (unsigned long)uverbs_idr_class.alloc_begin;
	ret = hook_install(hooks, ARRAY_SIZE(hooks));
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
