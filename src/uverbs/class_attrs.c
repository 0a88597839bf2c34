// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generation "class with attrs" of ib_uverbs: Linux 5.6 and later, and RHEL 8.3.
 *
 * Objects: ib_uverbs exports uverbs_idr_class, the class of all objects that
 * have a handle. Its alloc_begin, alloc_abort and destroy_hw are the functions
 * in which the kernel's own controller charges and uncharges hca_object.
 *
 * Contexts: ib_init_ucontext() makes the context of an uverbs file,
 * uverbs_destroy_ufile_hw() destroys all that hangs on the file. RHEL 8.3 has taken
 * over the class from Linux 5.6, and not this function: see contexts.c.
 */
#include <linux/sched/task.h>
#include <rdma/uverbs_ioctl.h>

#include "class.h"

HOOK_REPLACEMENT(struct ib_uobject *, uverbs_alloc_begin, const struct uverbs_api_object *obj,
		 struct uverbs_attr_bundle *attrs)
{
	struct ledger_entry *entry;
	struct ib_uobject *uobj;
	struct hook_call call;

	hook_enter(&call);
	entry = uverbs_charge_object(uverbs_kind_of(obj), attrs->context ?:
				     ib_uverbs_get_ucontext_file(attrs->ufile));
	uobj = IS_ERR(entry) ? ERR_CAST(entry) :
		hook_original(uverbs_alloc_begin, &call)(obj, attrs);
	ledger_end(entry, uobj);
	hook_exit(&call);
	return uobj;
}

/*
 * The charge ends when the driver has destroyed the object. If the driver refuses a
 * destroy that user space asked for, the object stays, and its charge. When a file is
 * closed or its device removed, the charge ends with the first attempt, whatever the
 * driver says: ib_uverbs retries while it can destroy any object, and then frees the
 * handles of the others, from 5.11 on without another call of destroy_hw. After an
 * abort ib_uverbs calls alloc_abort, which uncharges.
 */
HOOK_REPLACEMENT(int, uverbs_destroy_hw, struct ib_uobject *uobj, enum rdma_remove_reason why,
		 struct uverbs_attr_bundle *attrs)
{
	struct hook_call call;
	int ret;

	hook_enter(&call);
	ret = hook_original(uverbs_destroy_hw, &call)(uobj, why, attrs);
	if (why != RDMA_REMOVE_ABORT && (!ret || why != RDMA_REMOVE_DESTROY))
		ledger_uncharge(uobj);
	hook_exit(&call);
	return ret;
}

/*
 * The ioctl frees a context that was refused, but (up to 7.3 at least) does not drop
 * the context's reference to the task: each task that was refused one, and its
 * cgroup, would stay in memory for ever. A kernel that does drop the reference checks
 * for NULL first.
 */
static void forget_task(struct ib_ucontext *context)
{
	if (!context->res.task)
		return;
	put_task_struct(context->res.task);
	context->res.task = NULL;
}

/*
 * The ledger keeps the charge under the address of the file, which has at most
 * one context. That cannot be destroyed before the entry is in the ledger: closing
 * the file and removing the device wait for the verb that calls this.
 */
HOOK_REPLACEMENT(int, uverbs_init_ucontext, struct uverbs_attr_bundle *attrs)
{
	struct ledger_entry *entry = NULL;
	struct hook_call call;
	int ret;

	hook_enter(&call);
	/*
	 * If the file has a context, the original refuses another one: nothing
	 * is charged. Two threads that ask for the first one are both charged.
	 */
	if (IS_ERR(ib_uverbs_get_ucontext_file(attrs->ufile)))
		entry = uverbs_charge(attrs->context->device, RCG_HCA_HANDLE);
	if (IS_ERR(entry)) {
		forget_task(attrs->context);
		ret = PTR_ERR(entry);
	} else {
		ret = hook_original(uverbs_init_ucontext, &call)(attrs);
		ledger_end(entry, ERR_PTR(ret) ?: attrs->ufile);
	}
	hook_exit(&call);
	return ret;
}

HOOK_REPLACEMENT(void, uverbs_destroy_ufile, struct ib_uverbs_file *ufile,
		 enum rdma_remove_reason reason)
{
	struct hook_call call;

	hook_enter(&call);
	hook_original(uverbs_destroy_ufile, &call)(ufile, reason);
	ledger_uncharge(ufile);
	hook_exit(&call);
}

static struct hook hooks[] = {
	HOOK("ib_uverbs:uverbs_destroy_ufile_hw", uverbs_destroy_ufile),
	HOOK_CLASS(destroy_hw, uverbs_destroy_hw),
	HOOK_CLASS(alloc_abort, uverbs_alloc_abort),
	HOOK_CLASS(alloc_begin, uverbs_alloc_begin),
	/* The last one: see init_context below. */
	HOOK_OPTIONAL("ib_uverbs:ib_init_ucontext", uverbs_init_ucontext),
};

const struct uverbs_generation uverbs_generation = {
	.hooks		= hooks,
	.nr_hooks	= ARRAY_SIZE(hooks),
	.init_context	= &hooks[ARRAY_SIZE(hooks) - 1],
};
