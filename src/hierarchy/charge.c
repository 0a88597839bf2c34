// SPDX-License-Identifier: GPL-2.0-only
/*
 * Charging the current task's cgroup, and the part of the public API that
 * does so.
 */
#include <linux/err.h>
#include <linux/export.h>

#include "controller/charge.h"
#include "hierarchy.h"
#include "current.h"
#include "trace.h"

/* The slow way, for the first charge of a group on a device: a pool has to be made. */
static struct rdmacg_oot_pool *current_pool_get(struct rdmacg_oot_device *device)
{
	struct rdmacg_oot_pool *pool;
	struct rcg_group *group;

	rcu_read_lock();
	do {
		group = hierarchy_current();
	} while (!rcg_group_tryget(group));
	rcu_read_unlock();

	pool = rcg_pool_get(group, device);
	rcg_group_put(group);
	return pool;
}

static __always_inline int charge_current(struct rdmacg_oot_device *device,
					  enum rcg_resource resource, s64 amount,
					  struct rdmacg_oot_pool **charged)
{
	struct rdmacg_oot_pool *pool;
	int ret;

	rcu_read_lock();
	pool = rcg_pool_tryget(hierarchy_current(), device);
	rcu_read_unlock();
	if (unlikely(!pool)) {
		pool = current_pool_get(device);
		if (IS_ERR(pool))
			return PTR_ERR(pool);
	}
	ret = __rcg_pool_charge(pool, resource, amount);
	if (unlikely(ret)) {
		rcg_pool_put(pool);
		return ret;
	}
	hierarchy_trace_charge(pool, resource, amount);
	*charged = pool;
	return 0;
}

/**
 * hierarchy_charge - charge the cgroup of the current task and all above it
 * @device: the device, kept valid by the caller
 * @resource: what to charge; a kind of object as one of hca_object, too
 * @amount: how much of it
 * @charged: set to the pool that was charged, for rcg_pool_uncharge()
 *
 * Context: process, may sleep; takes rcg_lock if the group has no pool yet.
 * Return: 0; the error of &rcg_refusal when a limit is in the way; -ENOMEM;
 * -ENODEV when the device is not registered.
 */
int hierarchy_charge(struct rdmacg_oot_device *device, enum rcg_resource resource, s64 amount,
		     struct rdmacg_oot_pool **charged)
{
	return charge_current(device, resource, amount, charged);
}

/**
 * rdmacg_oot_try_charge - charge one of a resource (seed: try_charge)
 * @pool: set to the owner of the charge: the current task's cgroup
 * @device: a registered device
 * @resource: what to charge
 *
 * Context: process, may sleep.
 * Return: 0; over a limit, -EAGAIN or what the module parameter "refuse" says;
 * -ENOMEM, -EINVAL for a resource that does not exist, -ENODEV for a device that
 * is not registered: nothing is charged.
 */
int rdmacg_oot_try_charge(struct rdmacg_oot_pool **pool, struct rdmacg_oot_device *device,
			  enum rdmacg_oot_resource resource)
{
	/* The API does not tell the kind of an object. */
	switch (resource) {
	case RDMACG_OOT_HCA_HANDLE:
		return charge_current(device, RCG_HCA_HANDLE, 1, pool);
	case RDMACG_OOT_HCA_OBJECT:
		return charge_current(device, RCG_OTHER, 1, pool);
	default:
		return -EINVAL;
	}
}
EXPORT_SYMBOL_GPL(rdmacg_oot_try_charge);

static __always_inline void uncharge(struct rdmacg_oot_pool *pool, enum rcg_resource resource,
				     s64 amount)
{
	hierarchy_trace_uncharge(pool, resource, amount);
	__rcg_pool_uncharge(pool, resource, amount);
}

/**
 * rdmacg_oot_uncharge - give a charge back (seed: uncharge)
 * @pool: what rdmacg_oot_try_charge() set
 * @device: the device that was charged; may have been unregistered since
 * @resource: what was charged
 *
 * Context: any; never sleeps.
 */
void rdmacg_oot_uncharge(struct rdmacg_oot_pool *pool, struct rdmacg_oot_device *device,
			 enum rdmacg_oot_resource resource)
{
	if (WARN_ON_ONCE(pool->device != device))
		return;
	if (resource == RDMACG_OOT_HCA_HANDLE)
		uncharge(pool, RCG_HCA_HANDLE, 1);
	else if (resource == RDMACG_OOT_HCA_OBJECT)
		uncharge(pool, RCG_OTHER, 1);
}
EXPORT_SYMBOL_GPL(rdmacg_oot_uncharge);
