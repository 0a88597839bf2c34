// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is in an event: found out only while somebody traces it.
 *
 * A charge can be given back at any time, in any context, when its cgroup and its device have
 * gone. A group is only looked at inside an RCU read side in which it was seen online: its node
 * drops the reference to the cgroup after rcg_group_offline(), and cgroup and node are freed a
 * grace period after that. A device is only looked at inside one in which a pool of it was seen
 * linked: rdmacg_oot_unregister_device() waits for such readers.
 */
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "hierarchy.h"
#include "trace.h"

/* Two fit into an event of perf, which takes 2048 bytes before 5.13. */
#define PATH_SIZE	768

/* kernfs numbers the root of each hierarchy 1. */
#define ROOT_ID		1

/*
 * struct place - a cgroup as an event shows it
 * @id: the inode number of its directory; 0 if it has been removed
 * @path: its path from the root; empty if it has been removed
 */
struct place {
	u64	id;
	char	path[PATH_SIZE];
};

/* Where the events under way are put together. Too large for the stack; under @lock */
static struct place charged, limited;
static DEFINE_SPINLOCK(lock);

/* Makes an event of @charged and what it is given; @lock is held. */
typedef void (*trace_fn)(const char *device, const struct rcg_counter *c,
			 enum rcg_resource resource, s64 amount);

/* @group may be NULL: it has gone. RCU read side, and @lock. */
static void find_place(struct place *place, const struct rcg_group *group)
{
	struct hierarchy_node *node = container_of(group, struct hierarchy_node, group);

	place->id = 0;
	place->path[0] = '\0';
	if (!group || READ_ONCE(group->offline))
		return;
	if (!node->cgroup) {
		place->id = ROOT_ID;
		strcpy(place->path, "/");
	} else if (compat_cgroup_tryget(node->cgroup)) {
		place->id = compat_cgroup_id(node->cgroup);
		if (!compat_cgroup_path(node->cgroup, place->path, sizeof(place->path)))
			strcpy(place->path, "(too long)");
		compat_cgroup_put(node->cgroup);
	}
}

/*
 * The name of a pool's device; empty if it has been unregistered. Until then, the root's pool
 * is linked at least, since it has those below it. RCU read side.
 */
static void find_name(char *name, const struct rdmacg_oot_pool *pool)
{
	const struct rdmacg_oot_pool *p = pool;

	while (p && !READ_ONCE(p->group))
		p = p->parent;
	/* It may be in the middle of a change of its name. That ends in a NUL at any time. */
	snprintf(name, RCG_DEVICE_NAME_MAX, "%s", p ? pool->device->name : "");
}

/* An event of each counter that a charge is in. */
static void trace_each(const struct rdmacg_oot_pool *pool, enum rcg_resource resource, s64 amount,
		       trace_fn trace)
{
	char device[RCG_DEVICE_NAME_MAX];
	unsigned long flags;

	rcu_read_lock();
	find_name(device, pool);
	spin_lock_irqsave(&lock, flags);
	find_place(&charged, READ_ONCE(pool->group));
	if (rcg_is_kind(resource))
		trace(device, &pool->counter[RCG_HCA_OBJECT], RCG_HCA_OBJECT, amount);
	trace(device, &pool->counter[resource], resource, amount);
	spin_unlock_irqrestore(&lock, flags);
	rcu_read_unlock();
}

static void trace_charge(const char *device, const struct rcg_counter *c,
			 enum rcg_resource resource, s64 amount)
{
	trace_rdmacg_charge(charged.id, charged.path, device, rcg_resource_types[resource].name,
			    amount, atomic64_read(&c->usage), READ_ONCE(c->max));
}

static void trace_uncharge(const char *device, const struct rcg_counter *c,
			   enum rcg_resource resource, s64 amount)
{
	trace_rdmacg_uncharge(charged.id, charged.path, device, rcg_resource_types[resource].name,
			      amount, atomic64_read(&c->usage) - amount, READ_ONCE(c->max));
}

/**
 * __hierarchy_trace_charge - see hierarchy_trace_charge()
 * @pool: what was charged
 * @resource: of what
 * @amount: how much
 *
 * Context: any.
 */
void __hierarchy_trace_charge(const struct rdmacg_oot_pool *pool, enum rcg_resource resource,
			      s64 amount)
{
	trace_each(pool, resource, amount, trace_charge);
}

/**
 * __hierarchy_trace_uncharge - see hierarchy_trace_uncharge()
 * @pool: what was charged
 * @resource: of what
 * @amount: how much
 *
 * Context: any.
 */
void __hierarchy_trace_uncharge(const struct rdmacg_oot_pool *pool, enum rcg_resource resource,
				s64 amount)
{
	trace_each(pool, resource, amount, trace_uncharge);
}

/**
 * __hierarchy_trace_deny - see hierarchy_trace_deny()
 * @denial: of what
 *
 * Context: process, in the task that made the request.
 */
void __hierarchy_trace_deny(const struct rcg_denial *denial)
{
	const bool rate = denial->resource == RCG_OBJECT_RATE;
	char device[RCG_DEVICE_NAME_MAX];
	unsigned long flags;

	snprintf(device, sizeof(device), "%s", denial->device->name);
	rcu_read_lock();
	spin_lock_irqsave(&lock, flags);
	find_place(&charged, denial->group);
	find_place(&limited, denial->limited);
	trace_rdmacg_deny(charged.id, charged.path, device,
			  rate ? "hca_object/s" : rcg_resource_types[denial->resource].name,
			  denial->amount, rate ? 0 : denial->usage, denial->max, limited.id,
			  limited.path, denial->enforced);
	spin_unlock_irqrestore(&lock, flags);
	rcu_read_unlock();
}
