// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions of this module in the place of a driver's, in each device.
 *
 * Some of what is charged is created by different functions of ib_uverbs in every
 * generation, or by functions that cannot be hooked. All of them call the driver
 * through pointers in the ib_device. This file replaces the pointers in each device
 * before anybody can open it. The functions that are called instead charge, call the
 * driver's function, and uncharge when that has destroyed the object.
 *
 * They call hook_enter() and hook_exit(), as replacements do: when the pointers are
 * the driver's again, hook_drain() waits for the calls that are under way.
 */
#include <linux/atomic.h>
#include <linux/device.h>
#include <linux/hashtable.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "ops.h"
#include "uverbs.h"

#define SAVED_TABLE_BITS	6

/*
 * struct saved - a function of a driver that is replaced in one device
 * @ibdev: the device
 * @op: by what it is replaced
 * @place: the pointer to it, in the ib_device
 * @original: the driver's function
 * @hash: place in the table, by @place
 * @rcu: for freeing
 */
struct saved {
	struct ib_device	*ibdev;
	const struct uverbs_op	*op;
	void			**place;
	void			*original;
	struct hlist_node	hash;
	struct rcu_head		rcu;
};

static DEFINE_HASHTABLE(table, SAVED_TABLE_BITS);
/*
 * Held to change the table and the pointers in the devices; verbs look up under RCU. Taken
 * under the class's mutex.
 */
static DEFINE_MUTEX(table_lock);
static bool with_contexts;
/* At unload: all pointers are the drivers', and no more are replaced; table_lock */
static bool unhooked;

static struct saved *find(void **place)
{
	struct saved *saved;

	hash_for_each_possible_rcu(table, saved, hash, (unsigned long)place,
				   lockdep_is_held(&table_lock))
		if (saved->place == place)
			return saved;
	return NULL;
}

/**
 * uverbs_original_of - the driver's own function
 * @place: where the pointer to it is, in an ib_device
 *
 * Context: process, in the function that replaces it; may sleep.
 * Return: the function.
 */
void *uverbs_original_of(void **place)
{
	const struct saved *saved;
	void *original = NULL;

	rcu_read_lock();
	saved = find(place);
	if (saved)
		original = saved->original;
	rcu_read_unlock();
	if (likely(original))
		return original;
	/* It is just being replaced or put back: the lock says how that ended. */
	mutex_lock(&table_lock);
	saved = find(place);
	original = saved ? saved->original : *place;
	mutex_unlock(&table_lock);
	return original;
}

static void **place_of(struct ib_device *ibdev, const struct uverbs_op *op)
{
	return (void **)((char *)compat_device_ops(ibdev) + op->offset);
}

static void replace(struct ib_device *ibdev, const struct uverbs_op *op)
{
	void **place = place_of(ibdev, op);
	struct saved *saved;

	/* ib_uverbs refuses what a driver has no function for. */
	if (!*place)
		return;
	/* The driver core ignores an error: this device would not be charged. */
	saved = kmalloc(sizeof(*saved), GFP_KERNEL | __GFP_NOFAIL);
	saved->ibdev = ibdev;
	saved->op = op;
	saved->place = place;
	mutex_lock(&table_lock);
	if (unhooked) {
		kfree(saved);
	} else {
		saved->original = *place;
		hash_add_rcu(table, &saved->hash, (unsigned long)place);
		/* What destroys is replaced first: each charge is seen to end. */
		smp_store_release(place, op->replacement);
	}
	mutex_unlock(&table_lock);
}

/* class_interface.add_dev: called for the devices there are, and later from device_add() */
COMPAT_CLASS_ADD_DEV(device_added, d)
{
	struct ib_device *ibdev = compat_ib_device_of(d);
	const struct uverbs_op *op;

	if (!ibdev)
		return 0;
	for (op = uverbs_context_ops; with_contexts && op->name; op++)
		replace(ibdev, op);
	for (op = uverbs_memory_ops; op->name; op++)
		replace(ibdev, op);
	return 0;
}

/* Returns whether the driver's function is in its place again. */
static bool put_back_locked(const struct saved *saved)
{
	cmpxchg(saved->place, saved->op->replacement, saved->original);
	return *saved->place == saved->original;
}

static void put_back(struct ib_device *ibdev, const struct uverbs_op *op)
{
	struct saved *saved;

	mutex_lock(&table_lock);
	saved = find(place_of(ibdev, op));
	if (saved) {
		put_back_locked(saved);
		hash_del_rcu(&saved->hash);
		kfree_rcu(saved, rcu);
	}
	mutex_unlock(&table_lock);
}

/*
 * class_interface.remove_dev: called from device_del(), when ib_uverbs has removed the
 * device, and for the devices there are when the interface is unregistered.
 */
COMPAT_CLASS_REMOVE_DEV(device_removed, d)
{
	struct ib_device *ibdev = compat_ib_device_of(d);
	const struct uverbs_op *op;

	if (!ibdev)
		return;
	for (op = uverbs_memory_ops; op->name; op++)
		put_back(ibdev, op);
	for (op = uverbs_context_ops; op->name; op++)
		put_back(ibdev, op);
}

/* Returns whether the drivers' functions are in their places again in all devices. */
static bool put_back_all(void)
{
	struct saved *saved;
	int bucket;

	mutex_lock(&table_lock);
	unhooked = true;
	hash_for_each(table, bucket, saved, hash) {
		if (put_back_locked(saved))
			continue;
		unhooked = false;
		pr_err_once("another module has put its %s before ours in device %s and still calls this one, which cannot be unloaded: unload that first\n",
			    saved->op->name, dev_name(&saved->ibdev->dev));
	}
	mutex_unlock(&table_lock);
	return unhooked;
}

static struct class_interface interface = {
	.add_dev	= device_added,
	.remove_dev	= device_removed,
};

/**
 * uverbs_ops_replace - have our functions called in the place of the drivers'
 * @contexts: also those for contexts
 *
 * Context: module load. Sleeps.
 * Return: 0; or an error, logged, and then nothing is replaced.
 */
int uverbs_ops_replace(bool contexts)
{
	int ret;

	with_contexts = contexts;
	ret = uverbs_devices_follow(&interface);
	if (ret)
		pr_err("ib_core does not tell of its devices (%d); please report it\n", ret);
	return ret;
}

/**
 * uverbs_ops_put_back - have the drivers' functions called again; hook_drain() is due
 *
 * Context: module load and unload. Sleeps; where another module has replaced
 * our functions by its own, until that is undone.
 */
void uverbs_ops_put_back(void)
{
	/* Not under the class's mutex, which the other module may need to undo it. */
	while (!put_back_all())
		schedule_timeout_uninterruptible(HZ);
	class_interface_unregister(&interface);
}
