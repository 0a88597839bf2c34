/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From the current task to the group that it is charged to: the part of the hot
 * path that this room has. Inline, since calls would cost as much as the work.
 */
#ifndef RCG_HIERARCHY_CURRENT_H
#define RCG_HIERARCHY_CURRENT_H

#include <linux/hash.h>
#include <linux/rculist.h>
#include <linux/sched.h>

#include "hierarchy.h"

/* which.c. Number of the controller whose v1 hierarchy is followed, or v2: */
#define HIERARCHY_V2	-1
extern int hierarchy_controller;
/* That controller's state in the root cgroup, of whichever hierarchy it is attached to */
extern struct cgroup_subsys_state *hierarchy_root_css;

/* node.c. The table of nodes, by cgroup; changes under hierarchy_lock, is read under RCU */
extern struct hlist_head *hierarchy_nodes;
extern unsigned int hierarchy_nodes_bits;
/* The root's node, which is not in the table */
extern struct hierarchy_node *hierarchy_root_node;

static inline struct hlist_head *hierarchy_bucket(const struct cgroup *cgroup)
{
	return &hierarchy_nodes[hash_ptr((void *)cgroup, hierarchy_nodes_bits)];
}

/**
 * hierarchy_find - the node of a cgroup
 * @cgroup: the cgroup, not a root
 *
 * Context: RCU read side or hierarchy_lock; the node is valid until that ends.
 * Return: the node, or NULL.
 */
static inline struct hierarchy_node *hierarchy_find(const struct cgroup *cgroup)
{
	struct hierarchy_node *node;

	hlist_for_each_entry_rcu_notrace(node, hierarchy_bucket(cgroup), hash)
		if (node->cgroup == cgroup)
			return node;
	return NULL;
}

/**
 * hierarchy_current_cgroup - where the current task is
 *
 * The root cgroup of v1 is recognized by its css and not dereferenced: it may be
 * freed with its hierarchy at any time.
 *
 * Context: RCU read side, process context.
 * Return: the cgroup, valid until the end of the read side; in a threaded
 * cgroup, the domain's; NULL for the root of v1.
 */
static inline struct cgroup *hierarchy_current_cgroup(void)
{
	struct cgroup_subsys_state *css;

	if (likely(hierarchy_controller == HIERARCHY_V2))
		return compat_cgroup_domain(compat_task_v2_cgroup(current));
	css = compat_task_css(current, hierarchy_controller);
	return css == hierarchy_root_css ? NULL : css->cgroup;
}

/**
 * hierarchy_current - the group that the current task is charged to
 *
 * That of the nearest cgroup upwards with a node. A cgroup has none before it is
 * added, or if memory ran out then. In a threaded cgroup it is the domain's.
 *
 * Context: RCU read side, process context.
 * Return: the group, valid until the end of the read side.
 */
static inline struct rcg_group *hierarchy_current(void)
{
	struct cgroup *cgroup = hierarchy_current_cgroup();
	struct hierarchy_node *node;

	for (; cgroup; cgroup = cgroup_parent(cgroup)) {
		node = hierarchy_find(cgroup);
		if (likely(node))
			return &node->group;
	}
	return &hierarchy_root_node->group;
}

#endif /* RCG_HIERARCHY_CURRENT_H */
