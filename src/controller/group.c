// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups: the tree that pools hang on. Whoever owns the tree (the hierarchy
 * room) embeds a group in its node for each cgroup.
 */
#include "controller.h"

/**
 * rcg_group_init - make a group ready for pools
 * @group: the group, owned by the caller, who holds its first reference
 * @parent: the group above, kept alive by the caller; NULL for the root
 * @release: frees @group when the last reference is gone and no RCU reader
 *           can see it
 *
 * Context: any.
 */
void rcg_group_init(struct rcg_group *group, struct rcg_group *parent,
		    void (*release)(struct rcg_group *group))
{
	if (parent)
		refcount_inc(&parent->refs);
	group->key = group;
	group->parent = parent;
	group->offline = false;
	group->release = release;
	INIT_LIST_HEAD(&group->pools);
	refcount_set(&group->refs, 1);
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
	mutex_lock(&rcg_lock);
	group->offline = true;
	/* One may take another along. */
	while (!list_empty(&group->pools))
		rcg_pool_unlink(list_first_entry(&group->pools, struct rdmacg_oot_pool,
						 group_node));
	mutex_unlock(&rcg_lock);
}
