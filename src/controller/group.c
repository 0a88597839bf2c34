// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups: the tree that pools hang on. Whoever owns the tree (the hierarchy
 * room) embeds a group in its node for each cgroup.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "controller.h"

/* What a group has until its first pool is made. */
static struct rcg_pool_array no_pools;

/**
 * rcg_group_init - make a group ready for pools
 * @group: the group, owned by the caller, who holds its first reference
 * @parent: the group above, kept alive by the caller; NULL for the root
 * @release: frees @group when the last reference is gone and no RCU reader
 *           can see it
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_group_init(struct rcg_group *group, struct rcg_group *parent,
		    void (*release)(struct rcg_group *group))
{
	if (parent)
		refcount_inc(&parent->refs);
	group->parent = parent;
	group->offline = false;
	group->release = release;
	RCU_INIT_POINTER(group->pools, &no_pools);
	refcount_set(&group->refs, 1);
	rcg_defaults_inherit(group);
}

/**
 * rcg_group_tryget - take a reference to a group found under RCU
 * @group: the group
 *
 * Context: RCU read side.
 * Return: false if the group is on its way out.
 */
bool rcg_group_tryget(struct rcg_group *group)
{
	return refcount_inc_not_zero(&group->refs);
}

static void group_release_rcu(struct rcu_head *rcu)
{
	struct rcg_group *group = container_of(rcu, struct rcg_group, rcu);
	struct rcg_pool_array *pools = rcu_dereference_protected(group->pools, true);

	if (pools != &no_pools)
		kfree(pools);
	rcg_defaults_put(group->defaults);
	rcg_defaults_put(group->child_defaults);
	group->release(group);
}

/**
 * rcg_group_put - drop a reference
 * @group: the group
 *
 * Context: any.
 */
void rcg_group_put(struct rcg_group *group)
{
	while (group && refcount_dec_and_test(&group->refs)) {
		struct rcg_group *parent = group->parent;

		call_rcu(&group->rcu, group_release_rcu);
		group = parent;
	}
}

static bool has_room(struct rcg_group *group, unsigned int nr)
{
	bool enough;

	rcu_read_lock();
	enough = rcu_dereference(group->pools)->nr >= nr;
	rcu_read_unlock();
	return enough;
}

/* Give the group @new in the place of its array, unless that is as long. What is left is freed. */
static void replace_pools(struct rcg_group *group, struct rcg_pool_array *new)
{
	struct rcg_pool_array *old;

	mutex_lock(&rcg_lock);
	old = rcu_dereference_protected(group->pools, lockdep_is_held(&rcg_lock));
	if (old->nr < new->nr) {
		memcpy(new->pool, old->pool, old->nr * sizeof(old->pool[0]));
		rcu_assign_pointer(group->pools, new);
		new = old;
	}
	mutex_unlock(&rcg_lock);
	if (new != &no_pools)
		kfree_rcu(new, rcu);
}

/**
 * rcg_group_make_room - have a place for the pool of every device that is there
 * @group: the group, referenced by the caller; those above it are treated alike
 *
 * Context: process, may sleep; takes rcg_lock, and allocates without it.
 * Return: 0 or -ENOMEM.
 */
int rcg_group_make_room(struct rcg_group *group)
{
	struct rcg_pool_array *pools;
	unsigned int nr = READ_ONCE(rcg_nr_slots);

	for (; group; group = group->parent) {
		if (has_room(group, nr))
			continue;
		pools = kzalloc(sizeof(*pools) + nr * sizeof(pools->pool[0]), GFP_KERNEL_ACCOUNT);
		if (!pools)
			return -ENOMEM;
		pools->nr = nr;
		replace_pools(group, pools);
	}
	return 0;
}

/**
 * rcg_group_offline - its cgroup is gone: forget limits, peaks and events
 * @group: the group
 *
 * Charges stay counted in the groups above for as long as the objects live
 * (seed: rdmacg_css_offline). Charges still on their way go to the parent.
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_group_offline(struct rcg_group *group)
{
	struct rcg_pool_array *pools;
	struct rdmacg_oot_pool *pool;
	unsigned int i;

	mutex_lock(&rcg_lock);
	WRITE_ONCE(group->offline, true);
	pools = rcu_dereference_protected(group->pools, lockdep_is_held(&rcg_lock));
	for (i = 0; i < pools->nr; i++) {
		pool = rcu_dereference_protected(pools->pool[i], lockdep_is_held(&rcg_lock));
		if (pool)
			rcg_pool_unlink(pool);
	}
	mutex_unlock(&rcg_lock);
}
