// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generation "class with ufile" of ib_uverbs: Linux 4.19 to 5.5, and RHEL 7.
 *
 * Objects: as in the newest generation, with other prototypes.
 * Contexts: see contexts.c.
 */
#include "class.h"
#include "compat/rdma.h"

HOOK_REPLACEMENT(struct ib_uobject *, uverbs_alloc_begin, const struct uverbs_api_object *obj,
		 struct ib_uverbs_file *ufile)
{
	struct ledger_entry *entry;
	struct ib_uobject *uobj;
	struct hook_call call;

	hook_enter(&call);
	entry = uverbs_charge_object(uverbs_kind_of(obj), compat_ufile_context(ufile));
	uobj = IS_ERR(entry) ? ERR_CAST(entry) :
		hook_original(uverbs_alloc_begin, &call)(obj, ufile);
	ledger_end(entry, uobj);
	hook_exit(&call);
	return uobj;
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

static struct hook hooks[] = {
	HOOK_CLASS(destroy_hw, uverbs_destroy_hw),
	HOOK_CLASS(alloc_abort, uverbs_alloc_abort),
	HOOK_CLASS(alloc_begin, uverbs_alloc_begin),
	HOOK_OPTIONAL("ib_core:ib_device_rename", uverbs_rename),
};

const struct uverbs_generation uverbs_generation = {
	.hooks		= hooks,
	.nr_hooks	= ARRAY_SIZE(hooks),
};
