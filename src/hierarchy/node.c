// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nodes: their memory, the table that finds them by their cgroup, and the tree
 * that they are.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "node.h"

/*
 * The table of nodes, by cgroup. Like the dentry cache, it gets its size once, when
 * the module is loaded: a bucket for each 64 KiB of memory, at most a million. No
 * machine has the memory for so many cgroups that the chains become long.
 */
struct hlist_head *hierarchy_nodes;
unsigned int hierarchy_nodes_bits;
struct hierarchy_node *hierarchy_root_node;
DEFINE_MUTEX(hierarchy_lock);
const struct hierarchy_observer *hierarchy_observers[HIERARCHY_MAX_OBSERVERS];
int hierarchy_nr_observers;
/* Of a node, with what the observers keep for it */
static size_t node_size = sizeof(struct hierarchy_node);
static struct kmem_cache *node_cache;
/* Written under hierarchy_lock, read without it. */
static unsigned int node_count;

/**
 * hierarchy_observe - register an observer
 * @observer: the observer
 *
 * Context: module load, before hierarchy_init().
 */
void hierarchy_observe(struct hierarchy_observer *observer)
{
	observer->offset = node_size;
	node_size += ALIGN(observer->size, sizeof(long));
	hierarchy_observers[hierarchy_nr_observers++] = observer;
}

/**
 * hierarchy_print_observers - print the names of the places where nodes are shown
 * @seq: where to
 *
 * Context: process.
 */
void hierarchy_print_observers(struct seq_file *seq)
{
	int i;

	for (i = 0; i < hierarchy_nr_observers; i++)
		seq_printf(seq, "%s%s", i ? ", " : "", hierarchy_observers[i]->name);
}

void (*hierarchy_node_freed)(struct hierarchy_node *node);

static void node_release(struct rcg_group *group)
{
	struct hierarchy_node *node = container_of(group, struct hierarchy_node, group);

	if (hierarchy_node_freed)
		hierarchy_node_freed(node);
	kmem_cache_free(node_cache, node);
}

/**
 * hierarchy_node_alloc - make a node that nobody sees yet
 * @cgroup: its cgroup, referenced by the caller; NULL for the root
 *
 * Context: process, may sleep.
 * Return: the node, for hierarchy_node_link() or hierarchy_node_discard(); or NULL.
 */
struct hierarchy_node *hierarchy_node_alloc(struct cgroup *cgroup)
{
	struct hierarchy_node *node = kmem_cache_alloc(node_cache, GFP_KERNEL);
	int i;

	if (!node)
		return NULL;
	memset(node, 0, node_size);
	mutex_init(&node->lock);
	INIT_LIST_HEAD(&node->children);
	for (i = 0; i < hierarchy_nr_observers; i++)
		if (hierarchy_observers[i]->prepare)
			hierarchy_observers[i]->prepare(node);
	if (cgroup) {
		compat_cgroup_get(cgroup);
		node->cgroup = cgroup;
	}
	return node;
}

/**
 * hierarchy_node_discard - free a node that was never linked
 * @node: the node
 *
 * Context: process.
 */
void hierarchy_node_discard(struct hierarchy_node *node)
{
	compat_cgroup_put(node->cgroup);
	kmem_cache_free(node_cache, node);
}

/* The node of a cgroup; any root's is the root node. hierarchy_lock is held. */
static struct hierarchy_node *find_or_root(struct cgroup *cgroup)
{
	return cgroup_parent(cgroup) ? hierarchy_find(cgroup) : hierarchy_root_node;
}

/**
 * hierarchy_node_get - find the node of a cgroup, and take a reference
 * @cgroup: the cgroup, referenced by the caller
 *
 * Context: process, may sleep; takes hierarchy_lock.
 * Return: the node, or NULL.
 */
struct hierarchy_node *hierarchy_node_get(const struct cgroup *cgroup)
{
	struct hierarchy_node *node;

	mutex_lock(&hierarchy_lock);
	node = hierarchy_find(cgroup);
	if (node)
		refcount_inc(&node->group.refs);
	mutex_unlock(&hierarchy_lock);
	return node;
}

static bool link_locked(struct hierarchy_node *node)
{
	struct hierarchy_node *parent = find_or_root(cgroup_parent(node->cgroup));

	if (!parent || hierarchy_find(node->cgroup) || compat_cgroup_removed(node->cgroup))
		return false;
	rcg_group_init(&node->group, &parent->group, node_release);
	list_add_tail(&node->sibling, &parent->children);
	hlist_add_head_rcu(&node->hash, hierarchy_bucket(node->cgroup));
	WRITE_ONCE(node_count, node_count + 1);
	return true;
}

/**
 * hierarchy_node_link - put a node into the table and into the tree
 * @node: the node; the table holds its first reference
 *
 * Context: process, may sleep; takes hierarchy_lock.
 * Return: false if the cgroup has a node already, or has been removed, or its
 * parent has no node.
 */
bool hierarchy_node_link(struct hierarchy_node *node)
{
	bool linked;

	mutex_lock(&hierarchy_lock);
	linked = link_locked(node);
	mutex_unlock(&hierarchy_lock);
	return linked;
}

/* Can a node be taken out? hierarchy_lock is held. */
static bool is_linked_leaf(const struct hierarchy_node *node)
{
	return !hlist_unhashed(&node->hash) && list_empty(&node->children);
}

/**
 * hierarchy_node_is_leaf - can a node be unlinked?
 * @node: the node, referenced by the caller
 *
 * The answer can change at any moment, when a child is linked, unless the cgroup has
 * been removed.
 *
 * Context: process, may sleep; takes hierarchy_lock.
 * Return: false if it has children, or has been unlinked.
 */
bool hierarchy_node_is_leaf(struct hierarchy_node *node)
{
	bool leaf;

	mutex_lock(&hierarchy_lock);
	leaf = is_linked_leaf(node);
	mutex_unlock(&hierarchy_lock);
	return leaf;
}

/**
 * hierarchy_node_unlink - take a node out of table and tree, and drop the table's reference
 * @node: the node, which no observer shows
 *
 * Its group goes offline: its limits, peaks and events are forgotten.
 *
 * Context: process, may sleep; takes hierarchy_lock and rcg_lock.
 * Return: false if it has children, or has been unlinked.
 */
bool hierarchy_node_unlink(struct hierarchy_node *node)
{
	bool leaf;

	mutex_lock(&hierarchy_lock);
	leaf = is_linked_leaf(node);
	if (leaf) {
		hlist_del_init_rcu(&node->hash);
		list_del(&node->sibling);
		WRITE_ONCE(node_count, node_count - 1);
	}
	mutex_unlock(&hierarchy_lock);
	if (!leaf)
		return false;
	rcg_group_offline(&node->group);
	compat_cgroup_put(node->cgroup);
	hierarchy_node_put(node);
	return true;
}

/* The node after @pos in the tree of @top, parents before children; hierarchy_lock is held. */
static struct hierarchy_node *next_below(struct hierarchy_node *pos, struct hierarchy_node *top)
{
	if (!list_empty(&pos->children))
		return list_first_entry(&pos->children, struct hierarchy_node, sibling);
	for (; pos != top; pos = hierarchy_parent(pos))
		if (!list_is_last(&pos->sibling, &hierarchy_parent(pos)->children))
			return list_entry(pos->sibling.next, struct hierarchy_node, sibling);
	return NULL;
}

/**
 * hierarchy_find_below - find a node in a tree, parents before children
 * @top: the top of the tree, which is not looked at itself
 * @is_it: the test that the node has to pass
 * @i: an observer, for @is_it
 *
 * Context: process, may sleep; takes hierarchy_lock.
 * Return: the first such node, with a reference for the caller, or NULL.
 */
struct hierarchy_node *hierarchy_find_below(struct hierarchy_node *top, hierarchy_test is_it, int i)
{
	struct hierarchy_node *node = top;

	mutex_lock(&hierarchy_lock);
	while ((node = next_below(node, top)))
		if (is_it(node, i)) {
			refcount_inc(&node->group.refs);
			break;
		}
	mutex_unlock(&hierarchy_lock);
	return node;
}

/**
 * hierarchy_topmost_missing - which cgroup is next to be given a node?
 * @cgroup: the cgroup that is to have one, referenced by the caller
 *
 * Context: process, may sleep; takes hierarchy_lock.
 * Return: the highest cgroup from @cgroup up without a node; NULL if there is none,
 * or @cgroup has been removed.
 */
struct cgroup *hierarchy_topmost_missing(struct cgroup *cgroup)
{
	struct cgroup *missing = NULL, *parent;

	mutex_lock(&hierarchy_lock);
	if (!compat_cgroup_removed(cgroup) && !hierarchy_find(cgroup)) {
		missing = cgroup;
		while (!find_or_root(parent = cgroup_parent(missing)))
			missing = parent;
	}
	mutex_unlock(&hierarchy_lock);
	return missing;
}

/* The name of a node's cgroup, for kfree(); NULL if that has been removed, or without memory. */
static char *node_name(struct hierarchy_node *node)
{
	struct cgroup *cgroup = NULL;
	char *name;

	mutex_lock(&hierarchy_lock);
	if (!hlist_unhashed(&node->hash)) {
		cgroup = node->cgroup;
		compat_cgroup_get(cgroup);
	}
	mutex_unlock(&hierarchy_lock);
	if (!cgroup)
		return NULL;
	name = compat_cgroup_name(cgroup);
	compat_cgroup_put(cgroup);
	return name;
}

/**
 * hierarchy_path - the way from a cgroup down to another one
 * @node: the node of that, referenced by the caller
 * @top: where the way begins: @node or one above it
 *
 * Context: process, may sleep; takes hierarchy_lock.
 * Return: the path, "." if both are the same, for kfree(); NULL if a cgroup on the way
 * has been removed, or without memory.
 */
char *hierarchy_path(struct hierarchy_node *node, const struct hierarchy_node *top)
{
	char *path = kstrdup(node == top ? "." : "", GFP_KERNEL_ACCOUNT), *name, *longer;

	for (; path && node != top; node = hierarchy_parent(node)) {
		name = node_name(node);
		longer = name ? kasprintf(GFP_KERNEL_ACCOUNT, "%s%s%s", name,
					  *path ? "/" : "", path) : NULL;
		kfree(name);
		kfree(path);
		path = longer;
	}
	return path;
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
 * hierarchy_nodes_init - make the table, and in it the root's node
 *
 * Context: module load, after hierarchy_observe(). Sleeps.
 * Return: 0 or -ENOMEM.
 */
int hierarchy_nodes_init(void)
{
	hierarchy_nodes_bits = clamp(ilog2(totalram_pages()) + PAGE_SHIFT - 16, 12, 20);
	hierarchy_nodes = kvcalloc(1UL << hierarchy_nodes_bits, sizeof(*hierarchy_nodes),
				   GFP_KERNEL);
	if (!hierarchy_nodes)
		return -ENOMEM;
	node_cache = rcg_cache_create("rdmacg_oot_node", node_size);
	if (!node_cache)
		goto table;
	hierarchy_root_node = hierarchy_node_alloc(NULL);
	if (!hierarchy_root_node)
		goto cache;
	rcg_group_init(&hierarchy_root_node->group, NULL, node_release);
	WRITE_ONCE(node_count, 1);
	return 0;

cache:
	kmem_cache_destroy(node_cache);
table:
	kvfree(hierarchy_nodes);
	return -ENOMEM;
}

/**
 * hierarchy_nodes_exit - free the root's node and the table
 *
 * Context: module load and unload, when no other node is linked and no observer
 * shows the root. Sleeps.
 */
void hierarchy_nodes_exit(void)
{
	rcg_group_offline(&hierarchy_root_node->group);
	hierarchy_node_put(hierarchy_root_node);
	/* Waits for node_release(), which is called after a grace period. */
	rcu_barrier();
	kmem_cache_destroy(node_cache);
	kvfree(hierarchy_nodes);
}
