// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generation "class with attrs" of ib_uverbs: Linux 5.6 and later.
 *
 * Objects: ib_uverbs exports uverbs_idr_class, the class of all objects that
 * have a handle. Its alloc_begin, alloc_abort and destroy_hw are the functions
 * in which the kernel's own controller charges and uncharges hca_object.
 *
 * Contexts: ib_init_ucontext() makes the context of an uverbs file,
 * uverbs_destroy_ufile_hw() destroys all that hangs on the file.
 */
#include <linux/err.h>
#include <linux/sched/task.h>
#include <rdma/ib_marshall.h>
#include <rdma/ib_verbs.h>
#include <rdma/uverbs_ioctl.h>
#include <rdma/uverbs_types.h>

#include "hook/hook.h"
#include "uverbs.h"

HOOK_REPLACEMENT(struct ib_uobject *, uverbs_alloc_begin, const struct uverbs_api_object *obj,
		 struct uverbs_attr_bundle *attrs)
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
	context = attrs->context ?: ib_uverbs_get_ucontext_file(attrs->ufile);
	if (IS_ERR(context)) {
		uobj = ERR_CAST(context);
		goto exit;
	}
	entry = uverbs_charge(context->device, RDMACG_OOT_HCA_OBJECT);
	if (IS_ERR(entry)) {
		uobj = ERR_CAST(entry);
		goto exit;
	}
	uobj = hook_original(uverbs_alloc_begin, &call)(obj, attrs);
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

/*
 * An abort calls alloc_abort afterwards: that uncharges. Only user space can
 * be told that its object stays. When a file is closed or its device removed,
 * ib_uverbs tries again as long as anything goes, and then frees the handle of
 * what the driver has not destroyed. From 5.11 on it does not call this again
 * for that, so the charge would stay for ever: it ends with the first try.
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
 * The ioctl that asked for a refused context frees it, but (up to 7.3 at least)
 * forgets that it holds the task: every task that was refused one, and its
 * cgroup, would stay in memory for ever. Whoever does not forget looks first.
 */
static void forget_task(struct ib_ucontext *context)
{
	if (!context->res.task)
		return;
	put_task_struct(context->res.task);
	context->res.task = NULL;
}

/*
 * The charge is noted under the file, which has one context at the most. It
 * cannot be destroyed before it is noted: whoever closes the file or removes
 * the device waits for the verb that this is part of.
 */
HOOK_REPLACEMENT(int, uverbs_init_ucontext, struct uverbs_attr_bundle *attrs)
{
	struct ledger_entry *entry = NULL;
	struct hook_call call;
	int ret;

	hook_enter(&call);
	/*
	 * A file that has a context already is refused for that, not for a
	 * limit; unless two threads ask for its first context at once.
	 */
	if (IS_ERR(ib_uverbs_get_ucontext_file(attrs->ufile)))
		entry = uverbs_charge(attrs->context->device, RDMACG_OOT_HCA_HANDLE);
	if (IS_ERR(entry)) {
		forget_task(attrs->context);
		ret = PTR_ERR(entry);
		goto exit;
	}
	ret = hook_original(uverbs_init_ucontext, &call)(attrs);
	if (ret)
		ledger_cancel(entry);
	else
		ledger_commit(entry, attrs->ufile);
exit:
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

/* What destroys comes first: a charge must never be made that nobody gives back. */
enum {
	HOOK_DESTROY_UFILE,
	HOOK_DESTROY_HW,
	HOOK_ALLOC_ABORT,
	HOOK_INIT_UCONTEXT,
	HOOK_ALLOC_BEGIN,
};

static struct hook hooks[] = {
	[HOOK_DESTROY_UFILE] = HOOK("ib_uverbs:uverbs_destroy_ufile_hw", uverbs_destroy_ufile),
	[HOOK_DESTROY_HW] = HOOK("uverbs_idr_class.destroy_hw", uverbs_destroy_hw),
	[HOOK_ALLOC_ABORT] = HOOK("uverbs_idr_class.alloc_abort", uverbs_alloc_abort),
	[HOOK_INIT_UCONTEXT] = HOOK("ib_uverbs:ib_init_ucontext", uverbs_init_ucontext),
	[HOOK_ALLOC_BEGIN] = HOOK("uverbs_idr_class.alloc_begin", uverbs_alloc_begin),
};

/*
 * Unloading ib_uverbs would take the hooks off without a word. A symbol of its
 * own keeps it in place: uverbs_idr_class alone does not, it is in another
 * module in newer kernels.
 */
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
	hooks[HOOK_DESTROY_HW].address = (unsigned long)uverbs_idr_class.destroy_hw;
	hooks[HOOK_ALLOC_ABORT].address = (unsigned long)uverbs_idr_class.alloc_abort;
	hooks[HOOK_ALLOC_BEGIN].address = (unsigned long)uverbs_idr_class.alloc_begin;
	return hook_install(hooks, ARRAY_SIZE(hooks));
}

/**
 * uverbs_unhook - stop charging; hook_drain() is due
 *
 * Context: module load and unload. Sleeps.
 */
void uverbs_unhook(void)
{
	hook_remove(hooks, ARRAY_SIZE(hooks));
}
