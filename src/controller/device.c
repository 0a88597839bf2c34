// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices: the registry, in order of registration, and who answers to a name.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "controller.h"

/* Protected by rcg_lock. */
static LIST_HEAD(devices);

/* Slots up to the last that is taken; changes under rcg_lock, is read without. */
unsigned int rcg_nr_slots;

static bool slot_is_taken(unsigned int slot)
{
	struct rdmacg_oot_device *device;

	list_for_each_entry(device, &devices, node)
		if (device->slot == slot)
			return true;
	return false;
}

/* The lowest, so that arrays of pools are short. */
static unsigned int free_slot(void)
{
	unsigned int slot = 0;

	while (slot_is_taken(slot))
		slot++;
	return slot;
}

static void count_slots(void)
{
	struct rdmacg_oot_device *device;
	unsigned int nr = 0;

	list_for_each_entry(device, &devices, node)
		if (nr <= device->slot)
			nr = device->slot + 1;
	WRITE_ONCE(rcg_nr_slots, nr);
}

/* Devices of this name have come or gone: is each of them the only one? */
static void tell_apart(const char *name)
{
	struct rdmacg_oot_device *device, *other = NULL;

	list_for_each_entry(device, &devices, node) {
		if (strcmp(device->name, name))
			continue;
		device->shares_name = other;
		if (other)
			other->shares_name = true;
		other = device;
	}
}

static void list_locked(struct rdmacg_oot_device *device)
{
	list_add_tail(&device->node, &devices);
	count_slots();
	tell_apart(device->name);
}

static void unlist_locked(struct rdmacg_oot_device *device)
{
	list_del_init(&device->node);
	count_slots();
	tell_apart(device->name);
}

/* Returns how many groups had a limit for the device. */
static unsigned int forget_pools_locked(struct rdmacg_oot_device *device)
{
	struct rdmacg_oot_pool *pool;
	unsigned int limited = 0;

	/* rcg_pool_unlink() may free the pool above as well, which is idle: it has no limit. */
	while (!list_empty(&device->pools)) {
		pool = list_first_entry(&device->pools, struct rdmacg_oot_pool, node);
		limited += rcg_pool_is_limited(pool);
		rcg_pool_unlink(pool);
	}
	return limited;
}

/**
 * rcg_device_register - let a device take part
 * @device: the device, name and index filled in; owned by the caller
 * @capacity: what it has, valid until it is unregistered; NULL for not known
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_device_register(struct rdmacg_oot_device *device, const struct rcg_capacity *capacity)
{
	INIT_LIST_HEAD(&device->pools);
	device->capacity = capacity;
	mutex_lock(&rcg_lock);
	WRITE_ONCE(device->slot, free_slot());
	device->registered = true;
	list_locked(device);
	mutex_unlock(&rcg_lock);
}

/**
 * rdmacg_oot_register_device - let a device take part (seed: register_device)
 * @device: the device, name and index filled in; owned by the caller
 *
 * Context: process, may sleep; takes rcg_lock.
 * Return: 0.
 */
int rdmacg_oot_register_device(struct rdmacg_oot_device *device)
{
	rcg_device_register(device, NULL);
	return 0;
}
EXPORT_SYMBOL_GPL(rdmacg_oot_register_device);

/**
 * rdmacg_oot_unregister_device - the device goes (seed: unregister_device)
 * @device: the device
 *
 * Its lines vanish from the files, its limits are forgotten, which the log says if
 * there were any. Charges that are left stay valid and are given back with their
 * objects. The caller may free @device once no rdmacg_oot_try_charge() on it is under
 * way.
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rdmacg_oot_unregister_device(struct rdmacg_oot_device *device)
{
	unsigned int limited;

	mutex_lock(&rcg_lock);
	device->registered = false;
	unlist_locked(device);
	limited = forget_pools_locked(device);
	if (limited)
		pr_warn("limits on adapter %s are forgotten (cgroups that had one: %u): set them again when it, or this module, is back\n",
			device->name, limited);
	mutex_unlock(&rcg_lock);
	/* Who has seen a pool of it linked may be reading its name (hierarchy/trace.c). */
	synchronize_rcu();
}
EXPORT_SYMBOL_GPL(rdmacg_oot_unregister_device);

/**
 * rcg_device_rename - change a device's name and number between two readers
 * @device: the device
 * @buf: the memory that &rdmacg_oot_device.name points to
 * @name: the new name
 * @size: of @buf
 * @index: the new number
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_device_rename(struct rdmacg_oot_device *device, char *buf, const char *name, size_t size,
		       u32 index)
{
	struct rdmacg_oot_device *other;

	mutex_lock(&rcg_lock);
	snprintf(buf, size, "%s", name);
	device->name = buf;
	WRITE_ONCE(device->index, index);
	list_for_each_entry(other, &devices, node)
		tell_apart(other->name);
	mutex_unlock(&rcg_lock);
}

/**
 * rcg_device_lookup - find the device that a line of rdma.max means
 * @name: its name
 * @has_index: whether the line gave an index
 * @index: that index
 *
 * Context: process; rcg_lock is held.
 * Return: the device; -ENODEV; -ENOTUNIQ for a shared name without an index
 * (7.3: rdmacg_get_device_locked).
 */
struct rdmacg_oot_device *rcg_device_lookup(const char *name, bool has_index, u32 index)
{
	struct rdmacg_oot_device *device, *match = NULL;

	lockdep_assert_held(&rcg_lock);
	list_for_each_entry(device, &devices, node) {
		if (strcmp(device->name, name) || (has_index && device->index != index))
			continue;
		if (has_index)
			return device;
		if (match)
			return ERR_PTR(-ENOTUNIQ);
		match = device;
	}
	return match ?: ERR_PTR(-ENODEV);
}

/**
 * rcg_device_next - walk the registered devices in order
 * @device: the one before, or NULL to begin
 *
 * Context: process; rcg_lock is held throughout the walk.
 * Return: the next device, or NULL after the last.
 */
struct rdmacg_oot_device *rcg_device_next(struct rdmacg_oot_device *device)
{
	struct list_head *pos = device ? &device->node : &devices;

	lockdep_assert_held(&rcg_lock);
	return list_is_last(pos, &devices) ? NULL :
		list_entry(pos->next, struct rdmacg_oot_device, node);
}
