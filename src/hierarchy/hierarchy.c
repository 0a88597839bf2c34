// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which cgroups have a node. For the life of a node and the locks, see
 * hierarchy.h.
 */
#include <linux/slab.h>

#include "node.h"

/*
 * Make the node of a cgroup whose parent has one. With @anyhow, an observer that
 * cannot show the node is no error, unless memory is short (-ENOMEM).
 */
static int make_node(struct cgroup *cgroup, const struct hierarchy_owner *owner, bool anyhow)
{
	struct hierarchy_node *node = hierarchy_node_alloc(cgroup);
	int errors[HIERARCHY_MAX_OBSERVERS];
	int i, ret;

	if (!node)
		return -ENOMEM;
	if (owner) {
		node->owner = *owner;
		node->owned = true;
	}
	mutex_lock(&node->lock);
	if (!hierarchy_node_link(node)) {
		mutex_unlock(&node->lock);
		hierarchy_node_discard(node);
		return 0;
	}
	/* Keep the node: its lock, which we hold, is part of it. */
	refcount_inc(&node->group.refs);
	ret = hierarchy_show(node, errors);
	if (ret && (ret == -ENOMEM || !anyhow)) {
		hierarchy_hide(node);
		if (hierarchy_node_unlink(node))
			goto unlock;
		/* A child was linked meanwhile, so the node stays. */
		hierarchy_show(node, errors);
	}
	for (i = 0; ret && i < hierarchy_nr_observers; i++)
		if (errors[i])
			hierarchy_warn_not_shown(node, i, errors[i]);
	ret = 0;
unlock:
	mutex_unlock(&node->lock);
	hierarchy_node_put(node);
	return ret;
}

/* Remove a node that has no children, unless another task has removed it. */
static void destroy(struct hierarchy_node *node)
{
	mutex_lock(&node->lock);
	if (hierarchy_node_is_leaf(node)) {
		hierarchy_hide(node);
		hierarchy_node_unlink(node);
	}
	mutex_unlock(&node->lock);
}

static bool is_leaf(struct hierarchy_node *node, int i)
{
	return list_empty(&node->children);
}

static bool is_removed_leaf(struct hierarchy_node *node, int i)
{
	return is_leaf(node, i) && compat_cgroup_removed(node->cgroup);
}

/* Destroys nodes until none passes the test. */
static void destroy_all(hierarchy_test is_it)
{
	struct hierarchy_node *node;

	while ((node = hierarchy_find_below(hierarchy_root_node, is_it, 0))) {
		destroy(node);
		hierarchy_node_put(node);
	}
}

/**
 * hierarchy_add - make the node of a cgroup, and those missing above it
 * @cgroup: the cgroup, not a root, referenced by the caller
 * @owner: who has made it, or NULL: not known
 *
 * Does nothing if the node is there or the cgroup has been removed.
 *
 * Context: process, may sleep; takes hierarchy_lock and locks of nodes.
 * Return: 0 or -ENOMEM.
 */
int hierarchy_add(struct cgroup *cgroup, const struct hierarchy_owner *owner)
{
	const struct hierarchy_owner *maker;
	struct cgroup *missing;
	int ret = 0;

	while (!ret && (missing = hierarchy_topmost_missing(cgroup))) {
		maker = missing == cgroup ? owner : NULL;
		ret = make_node(missing, maker, false);
		if (ret && ret != -ENOMEM) {
			/* A removed cgroup, whose rmdir was not seen, may have the name. */
			hierarchy_prune();
			ret = make_node(missing, maker, true);
		}
	}
	hierarchy_settle(cgroup, owner);
	return ret;
}

/**
 * hierarchy_del - remove the node of a cgroup that has been removed
 * @cgroup: the cgroup, referenced by the caller
 *
 * Context: process, may sleep; takes hierarchy_lock and locks of nodes.
 */
void hierarchy_del(struct cgroup *cgroup)
{
	struct hierarchy_node *node = hierarchy_node_get(cgroup);

	if (!node)
		return;
	/* The rmdir of a child may have begun before it was hooked: it was not seen. */
	if (!hierarchy_node_is_leaf(node))
		hierarchy_prune();
	destroy(node);
	hierarchy_node_put(node);
}

/**
 * hierarchy_prune - remove the nodes of cgroups whose rmdir was not seen
 *
 * Context: process, may sleep; takes hierarchy_lock and locks of nodes.
 */
void hierarchy_prune(void)
{
	destroy_all(is_removed_leaf);
}

/**
 * hierarchy_init - begin with the root; hierarchy_follow() adds the rest
 *
 * Context: module load, after hierarchy_observe(). Sleeps.
 * Return: 0, -ENOMEM, or another error of an observer that cannot show the root.
 */
int hierarchy_init(void)
{
	int ret = hierarchy_nodes_init();

	if (ret)
		return ret;
	ret = hierarchy_show_root();
	if (ret)
		hierarchy_nodes_exit();
	return ret;
}

/**
 * hierarchy_exit - remove all nodes, children before parents
 *
 * Context: module load and unload, when nothing can be charged any more.
 * Sleeps.
 */
void hierarchy_exit(void)
{
	destroy_all(is_leaf);
	hierarchy_hide(hierarchy_root_node);
	hierarchy_nodes_exit();
}
