// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of nodes: from a cgroup to what we keep for it.
 */
#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "hierarchy.h"

#define HIERARCHY_TABLE_BITS	12

static DEFINE_HASHTABLE(nodes, HIERARCHY_TABLE_BITS);
static DEFINE_MUTEX(hierarchy_lock);
static const struct hierarchy_observer *observer;
static struct hierarchy_node *root_node;
static struct kmem_cache *node_cache;
/* Changes under hierarchy_lock, is read without. */
static unsigned int node_count;

static struct hierarchy_node *find(const struct cgroup *cgroup)
{
	struct hierarchy_node *node;

	hash_for_each_possible_rcu(nodes, node, hash, (unsigned long)cgroup,
				   lockdep_is_held(&hierarchy_lock))
		if (node->cgroup == cgroup)
			return node;
	return NULL;
}

/* The node of a cgroup; any root's is the root node. hierarchy_lock is held. */
static struct hierarchy_node *find_or_root(struct cgroup *cgroup)
{
	return cgroup_parent(cgroup) ? find(cgroup) : root_node;
}

/**
 * hierarchy_current - the group that the current task is charged to
 *
 * The nearest cgroup that has a node: one may be missing for want of memory
 * when it was made. In a threaded cgroup it is the domain's.
 *
 * Context: RCU read side, process context.
 * Return: the group, valid until the end of the read side.
 */
struct rcg_group *hierarchy_current(void)
{
	struct cgroup *cgroup = hierarchy_current_cgroup(), *parent;
	struct hierarchy_node *node;

	for (; cgroup && (parent = cgroup_parent(cgroup)); cgroup = parent) {
		node = find(cgroup);
		if (likely(node))
			return &node->group;
	}
	return &root_node->group;
}

static void node_release(struct rcg_group *group)
{
	kmem_cache_free(node_cache, container_of(group, struct hierarchy_node, group));
}

/* A node that is not in the table, or not any more */
static void node_put(struct hierarchy_node *node)
{
	struct hierarchy_node *parent = hierarchy_parent(node);

	rcg_group_offline(&node->group);
	if (parent)
		parent->children--;
	if (node->cgroup)
		compat_cgroup_put(node->cgroup);
	rcg_group_put(&node->group);
}

static void node_destroy(struct hierarchy_node *node)
{
	observer->removed(node);
	hash_del_rcu(&node->hash);
	WRITE_ONCE(node_count, node_count - 1);
	node_put(node);
}

/*
 * Let go of all nodes, or of those whose cgroups have been removed, children
 * before parents. Returns whether there were any.
 */
static bool destroy_nodes(bool all)
{
	struct hierarchy_node *node;
	struct hlist_node *next;
	bool any = false, again;
	int bucket;

	lockdep_assert_held(&hierarchy_lock);
	do {
		again = false;
		hash_for_each_safe(nodes, bucket, next, node, hash) {
			if (node->children || !(all || compat_cgroup_removed(node->cgroup)))
				continue;
			node_destroy(node);
			any = again = true;
		}
	} while (again);
	return any;
}

/* Only -ENOMEM is an error, but for the root: a cgroup with the name of a file of ours is one. */
static int tell_added(struct hierarchy_node *node)
{
	int ret = observer->added(node);
	const char *called;
	char *name;

	/* In its place may still be what stands for a cgroup whose removal was not seen. */
	if (ret == -EEXIST && destroy_nodes(false))
		ret = observer->added(node);
	if (!ret || ret == -ENOMEM || !node->cgroup)
		return ret;
	name = compat_cgroup_name(node->cgroup);
	called = name ?: "(no memory for its name)";
	pr_warn_ratelimited("cgroup " COMPAT_ESCAPED " has no directory here (%d): its usage counts in the cgroups above it, it has no limits of its own\n",
			    (int)strlen(called), called, ret);
	kfree(name);
	return 0;
}

/* Without a cgroup, the root. The node, or an error: -ENOMEM, but for the root. */
static struct hierarchy_node *node_create(struct cgroup *cgroup, struct hierarchy_node *parent)
{
	struct hierarchy_node *node = kmem_cache_alloc(node_cache, GFP_KERNEL);
	int ret;

	if (!node)
		return ERR_PTR(-ENOMEM);
	memset(node, 0, sizeof(*node));
	rcg_group_init(&node->group, parent ? &parent->group : NULL, node_release);
	if (parent)
		parent->children++;
	if (cgroup) {
		compat_cgroup_get(cgroup);
		node->cgroup = cgroup;
		node->threaded = compat_cgroup_domain(cgroup) != cgroup;
	}
	ret = tell_added(node);
	if (ret) {
		node_put(node);
		return ERR_PTR(ret);
	}
	if (cgroup)
		hash_add_rcu(nodes, &node->hash, (unsigned long)cgroup);
	WRITE_ONCE(node_count, node_count + 1);
	return node;
}

/* The highest cgroup from @cgroup up that has no node yet. */
static struct cgroup *topmost_missing(struct cgroup *cgroup)
{
	struct cgroup *parent;

	while (!find_or_root(parent = cgroup_parent(cgroup)))
		cgroup = parent;
	return cgroup;
}

/**
 * hierarchy_add - make the node of a cgroup, and those missing above it
 * @cgroup: the cgroup, not a root, referenced by the caller
 *
 * Does nothing if the node is there or the cgroup has been removed.
 *
 * Context: process, may sleep; takes hierarchy_lock.
 * Return: 0 or -ENOMEM.
 */
int hierarchy_add(struct cgroup *cgroup)
{
	struct cgroup *missing;
	int ret = 0;

	mutex_lock(&hierarchy_lock);
	while (!ret && !compat_cgroup_removed(cgroup) && !find(cgroup)) {
		missing = topmost_missing(cgroup);
		ret = PTR_ERR_OR_ZERO(node_create(missing, find_or_root(cgroup_parent(missing))));
	}
	mutex_unlock(&hierarchy_lock);
	return ret;
}

/**
 * hierarchy_del - a cgroup has been removed: its node goes
 * @cgroup: the cgroup, referenced by the caller
 *
 * Context: process, may sleep; takes hierarchy_lock.
 */
void hierarchy_del(struct cgroup *cgroup)
{
	struct hierarchy_node *node;

	mutex_lock(&hierarchy_lock);
	node = find(cgroup);
	if (node && node->children) {
		/* Their removal was not seen, since it began before the module was loaded. */
		destroy_nodes(false);
		node = find(cgroup);
	}
	if (node && !node->children)
		node_destroy(node);
	mutex_unlock(&hierarchy_lock);
}

/**
 * hierarchy_prune - let go of nodes whose cgroups were removed unseen
 *
 * Context: process, may sleep; takes hierarchy_lock.
 */
void hierarchy_prune(void)
{
	mutex_lock(&hierarchy_lock);
	destroy_nodes(false);
	mutex_unlock(&hierarchy_lock);
}

/**
 * hierarchy_rename - a cgroup has a new name
 * @cgroup: the cgroup, referenced by the caller
 *
 * Context: process, may sleep; takes hierarchy_lock.
 */
void hierarchy_rename(struct cgroup *cgroup)
{
	struct hierarchy_node *node;

	mutex_lock(&hierarchy_lock);
	node = find(cgroup);
	if (node)
		observer->renamed(node);
	mutex_unlock(&hierarchy_lock);
}

/**
 * hierarchy_set_threaded - a cgroup has become threaded
 * @cgroup: the cgroup, referenced by the caller
 *
 * From now on its tasks charge the domain above, so its limits would hold
 * nobody: they go, as with the cgroup itself.
 *
 * Context: process, may sleep; takes hierarchy_lock.
 */
void hierarchy_set_threaded(struct cgroup *cgroup)
{
	struct hierarchy_node *node;

	mutex_lock(&hierarchy_lock);
	node = find(cgroup);
	if (node && !node->threaded && compat_cgroup_domain(cgroup) != cgroup) {
		node->threaded = true;
		observer->threaded(node);
		rcg_group_offline(&node->group);
	}
	mutex_unlock(&hierarchy_lock);
}

/**
 * hierarchy_count - how many cgroups have a node
 *
 * Context: any.
 * Return: the number.
 */
unsigned int hierarchy_count(void)
{
	return READ_ONCE(node_count);
}

/**
 * hierarchy_init - begin with the root; hierarchy_follow() adds the rest
 * @obs: whom to tell of nodes
 *
 * Context: module load. Sleeps.
 * Return: 0, -ENOMEM, or what else keeps the root from having a directory.
 */
int hierarchy_init(const struct hierarchy_observer *obs)
{
	node_cache = rcg_cache_create("rdmacg_oot_node", sizeof(struct hierarchy_node));
	if (!node_cache)
		return -ENOMEM;
	observer = obs;
	mutex_lock(&hierarchy_lock);
	root_node = node_create(NULL, NULL);
	mutex_unlock(&hierarchy_lock);
	if (!IS_ERR(root_node))
		return 0;
	/* It may be on its way through RCU. */
	rcu_barrier();
	kmem_cache_destroy(node_cache);
	return PTR_ERR(root_node);
}

/**
 * hierarchy_exit - let go of all nodes, children before parents
 *
 * Context: module load and unload, when nothing can be charged any more.
 * Sleeps.
 */
void hierarchy_exit(void)
{
	mutex_lock(&hierarchy_lock);
	destroy_nodes(true);
	node_destroy(root_node);
	mutex_unlock(&hierarchy_lock);
	rcu_barrier();
	kmem_cache_destroy(node_cache);
}
