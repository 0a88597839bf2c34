// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contexts before Linux 5.6, and in RHEL 8.3.
 *
 * The verb that makes a context is a different function in every generation,
 * and from 4.19 on it is handed nothing that leads to the device. But all of
 * them reach the driver in one way: through alloc_ucontext and dealloc_ucontext,
 * pointers in the ib_device which ib_uverbs calls to make a context, to undo a
 * creation that failed later, and to destroy a context; nobody else calls them.
 * So functions of this file take the place of the driver's in each device, before
 * anybody can open it: they charge before they call the driver, and uncharge when
 * the driver has returned.
 *
 * They call hook_enter() and hook_exit(), as replacements do: when the pointers are
 * the driver's again, hook_drain() waits for the calls that are under way.
 */
#include <linux/atomic.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <rdma/ib_verbs.h>

#include "compat/rdma.h"
#include "hook/hook.h"
#include "uverbs.h"

/*
 * struct saved_ops - the functions of a driver that ours stand in for
 * @ibdev: the device
 * @alloc: its alloc_ucontext
 * @dealloc: its dealloc_ucontext
 * @node: place in the list
 */
struct saved_ops {
	struct ib_device		*ibdev;
	compat_alloc_ucontext_t		alloc;
	compat_dealloc_ucontext_t	dealloc;
	struct list_head		node;
};

static LIST_HEAD(saved);
/* For the list, and for the pointers in the devices. Taken under the class's mutex. */
static DEFINE_MUTEX(saved_lock);
/* Set when the module is unloaded: device_removed() is called for devices that stay. */
static bool unhooking;

static struct saved_ops *find_locked(const struct ib_device *ibdev)
{
	struct saved_ops *ops;

	list_for_each_entry(ops, &saved, node)
		if (ops->ibdev == ibdev)
			return ops;
	return NULL;
}

/*
 * A device that is not in the list has its own functions again. (Or it was removed
 * while another module had put its functions before ours: then ib_uverbs calls
 * neither any more.)
 */
static struct saved_ops saved_ops_of(struct ib_device *ibdev)
{
	struct saved_ops ops, *found;

	mutex_lock(&saved_lock);
	found = find_locked(ibdev);
	if (found) {
		ops = *found;
	} else {
		ops.alloc = compat_device_ops(ibdev)->alloc_ucontext;
		ops.dealloc = compat_device_ops(ibdev)->dealloc_ucontext;
	}
	mutex_unlock(&saved_lock);
	return ops;
}

static struct ib_ucontext *charge_and_alloc(struct ib_device *ibdev, struct ib_ucontext *ucontext,
					    struct ib_udata *udata)
{
	struct ledger_entry *entry;
	struct hook_call call;

	hook_enter(&call);
	entry = uverbs_charge(ibdev, RCG_HCA_HANDLE);
	ucontext = IS_ERR(entry) ? ERR_CAST(entry) :
		compat_alloc_ucontext(saved_ops_of(ibdev).alloc, ibdev, ucontext, udata);
	ledger_end(entry, ucontext);
	hook_exit(&call);
	return ucontext;
}

/*
 * The entry leaves the ledger first: when the driver has freed the context, another
 * one may get its address. ib_uverbs only logs an error of the driver, and frees the
 * context in any case.
 */
static int dealloc_and_uncharge(struct ib_ucontext *ucontext)
{
	struct ledger_entry *entry;
	struct hook_call call;
	int ret;

	hook_enter(&call);
	entry = ledger_take(ucontext);
	ret = compat_dealloc_ucontext(saved_ops_of(ucontext->device).dealloc, ucontext);
	ledger_cancel(entry);
	hook_exit(&call);
	return ret;
}

COMPAT_ALLOC_UCONTEXT(alloc_ucontext, charge_and_alloc)
COMPAT_DEALLOC_UCONTEXT(dealloc_ucontext, dealloc_and_uncharge)

/* class_interface.add_dev: called for the devices there are, and later from device_add() */
COMPAT_CLASS_ADD_DEV(device_added, d)
{
	struct ib_device *ibdev = compat_ib_device_of(d);
	struct saved_ops *ops;

	/* ib_uverbs lets nobody open a device that has no function for it. */
	if (!ibdev || !compat_device_ops(ibdev)->alloc_ucontext)
		return 0;
	/* The driver core ignores an error: contexts of this device would not be charged. */
	ops = kmalloc(sizeof(*ops), GFP_KERNEL | __GFP_NOFAIL);
	ops->ibdev = ibdev;
	mutex_lock(&saved_lock);
	ops->alloc = compat_device_ops(ibdev)->alloc_ucontext;
	ops->dealloc = compat_device_ops(ibdev)->dealloc_ucontext;
	list_add(&ops->node, &saved);
	WRITE_ONCE(compat_device_ops(ibdev)->dealloc_ucontext, dealloc_ucontext);
	/* After dealloc_ucontext: no context is charged whose end we do not see. */
	smp_store_release(&compat_device_ops(ibdev)->alloc_ucontext, alloc_ucontext);
	mutex_unlock(&saved_lock);
	return 0;
}

/* Returns whether the driver's functions are in their place again. */
static bool put_back_locked(const struct saved_ops *ops)
{
	cmpxchg(&compat_device_ops(ops->ibdev)->alloc_ucontext, alloc_ucontext, ops->alloc);
	cmpxchg(&compat_device_ops(ops->ibdev)->dealloc_ucontext, dealloc_ucontext,
		ops->dealloc);
	return compat_device_ops(ops->ibdev)->alloc_ucontext == ops->alloc &&
	       compat_device_ops(ops->ibdev)->dealloc_ucontext == ops->dealloc;
}

/*
 * class_interface.remove_dev: called from device_del(), when ib_uverbs has removed the
 * device, and for the devices there are when the interface is unregistered.
 */
COMPAT_CLASS_REMOVE_DEV(device_removed, d)
{
	struct ib_device *ibdev = compat_ib_device_of(d);
	struct saved_ops *ops;

	mutex_lock(&saved_lock);
	ops = find_locked(ibdev);
	if (!ops)
		goto unlock;
	while (!put_back_locked(ops) && unhooking) {
		mutex_unlock(&saved_lock);
		pr_err_once("another module has put its alloc_ucontext before ours in device %s and still calls this one, which cannot be unloaded: unload that first\n",
			    dev_name(d));
		schedule_timeout_uninterruptible(HZ);
		mutex_lock(&saved_lock);
	}
	list_del(&ops->node);
	kfree(ops);
unlock:
	mutex_unlock(&saved_lock);
}

static struct class_interface interface = {
	.add_dev	= device_added,
	.remove_dev	= device_removed,
};

/**
 * uverbs_hook_contexts - begin to charge for contexts
 *
 * Context: module load. Sleeps.
 * Return: 0; or an error, logged, and then nothing is left of it.
 */
int uverbs_hook_contexts(void)
{
	int ret = uverbs_devices_follow(&interface);

	if (ret)
		pr_err("ib_core does not tell of its devices (%d); please report it\n", ret);
	return ret;
}

/**
 * uverbs_unhook_contexts - stop charging for contexts; hook_drain() is due
 *
 * Context: module load and unload. Sleeps; where another module has replaced
 * our functions by its own, until that is undone.
 */
void uverbs_unhook_contexts(void)
{
	unhooking = true;
	class_interface_unregister(&interface);
}
