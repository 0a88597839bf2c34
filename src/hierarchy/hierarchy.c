// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of nodes: from a cgroup to what we keep for it. For the life of a
 * node and the locks, see hierarchy.h.
 */
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/ratelimit.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "current.h"

/*
 * By cgroup. Its size is fixed when the module is loaded, a bucket for each
 * 64 KiB of memory, as that of the dentry cache is: no machine has the memory
 * for so many cgroups that its chains become long.
 */
struct hlist_head *hierarchy_nodes;
unsigned int hierarchy_nodes_bits;
struct hierarchy_node *hierarchy_root_node;
static DEFINE_MUTEX(hierarchy_lock);
static const struct hierarchy_observer *observers[HIERARCHY_MAX_OBSERVERS];
static int nr_observers;
static size_t node_size = sizeof(struct hierarchy_node);
static struct kmem_cache *node_cache;
/* Changes under hierarchy_lock, is read without. */
static unsigned int node_count;

/* The node of a cgroup; any root's is the root node. hierarchy_lock is held. */
static struct hierarchy_node *find_or_root(struct cgroup *cgroup)
{
	return cgroup_parent(cgroup) ? hierarchy_find(cgroup) : hierarchy_root_node;
}

/* The node of a cgroup, with a reference for the caller, or NULL */
static struct hierarchy_node *node_get(const struct cgroup *cgroup)
{
	struct hierarchy_node *node;

	mutex_lock(&hierarchy_lock);
	node = hierarchy_find(cgroup);
	if (node)
		refcount_inc(&node->group.refs);
	mutex_unlock(&hierarchy_lock);
	return node;
}

static void node_put(struct hierarchy_node *node)
{
	rcg_group_put(&node->group);
}

static void node_release(struct rcg_group *group)
{
	kmem_cache_free(node_cache, container_of(group, struct hierarchy_node, group));
}

/* A node that nobody sees yet; without a cgroup, the root */
static struct hierarchy_node *node_alloc(struct cgroup *cgroup)
{
	struct hierarchy_node *node = kmem_cache_alloc(node_cache, GFP_KERNEL);
	int i;

	if (!node)
		return NULL;
	memset(node, 0, node_size);
	mutex_init(&node->lock);
	INIT_LIST_HEAD(&node->children);
	for (i = 0; i < nr_observers; i++)
		if (observers[i]->prepare)
			observers[i]->prepare(node);
	if (cgroup) {
		compat_cgroup_get(cgroup);
		node->cgroup = cgroup;
	}
	return node;
}

static void node_discard(struct hierarchy_node *node)
{
	compat_cgroup_put(node->cgroup);
	kmem_cache_free(node_cache, node);
}

/* Returns false if there is a node already, or none may be made. hierarchy_lock is held. */
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

/* Can a node be taken out? hierarchy_lock is held. */
static bool is_linked_leaf(const struct hierarchy_node *node)
{
	return !hlist_unhashed(&node->hash) && list_empty(&node->children);
}

/*
 * Takes a node that the observer does not show out of the table, and drops the
 * table's reference; false if it has children.
 */
static bool node_unlink(struct hierarchy_node *node)
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
	node_put(node);
	return true;
}

/* The lock of the node is held. It changes under hierarchy_lock, too, for who looks at a tree. */
static void set_view(struct hierarchy_node *node, int i, enum hierarchy_view view)
{
	mutex_lock(&hierarchy_lock);
	node->view[i] = view;
	mutex_unlock(&hierarchy_lock);
}

/* Let an observer show a node, if it shows the parent. The lock of the node is held. */
static int show_to(struct hierarchy_node *node, int i)
{
	struct hierarchy_node *parent = hierarchy_parent(node);
	int ret = -ENOENT;

	/* It must not go meanwhile, and the scan may just be making it. */
	mutex_lock_nested(&parent->lock, SINGLE_DEPTH_NESTING);
	if (parent->view[i] == HIERARCHY_SHOWN) {
		node->threaded = compat_cgroup_domain(node->cgroup) != node->cgroup;
		ret = observers[i]->added(node);
		set_view(node, i, ret ? HIERARCHY_UNSHOWABLE : HIERARCHY_SHOWN);
	}
	mutex_unlock(&parent->lock);
	return ret;
}

/*
 * Let all observers show a node. What kept each from it is in @errors; returns
 * the first of these, or -ENOMEM if that is among them.
 */
static int show(struct hierarchy_node *node, int *errors)
{
	int i, ret = 0;

	for (i = 0; i < nr_observers; i++) {
		errors[i] = show_to(node, i);
		if (!ret || errors[i] == -ENOMEM)
			ret = errors[i] ?: ret;
	}
	return ret;
}

/* The lock of the node is held; the observer shows none of its children. */
static void hide_from(struct hierarchy_node *node, int i)
{
	if (node->view[i] != HIERARCHY_SHOWN)
		return;
	observers[i]->removed(node);
	set_view(node, i, HIERARCHY_HIDDEN);
}

static void hide(struct hierarchy_node *node)
{
	int i;

	for (i = nr_observers; i-- > 0;)
		hide_from(node, i);
}

static bool is_shown(const struct hierarchy_node *node)
{
	int i;

	for (i = 0; i < nr_observers; i++)
		if (node->view[i] == HIERARCHY_SHOWN)
			return true;
	return false;
}

static void warn_not_shown(const struct hierarchy_node *node, int i, int error)
{
	char *name = compat_cgroup_name(node->cgroup);
	const char *called = name ?: "(no memory for its name)";

	pr_warn_ratelimited("cgroup " COMPAT_ESCAPED " has no files in %s (%d)%s\n",
			    (int)strlen(called), called, observers[i]->name, error,
			    is_shown(node) ? "" : ": its limits cannot be seen or changed, its usage counts in the cgroups above it");
	kfree(name);
}

/*
 * The node of a cgroup whose parent has one. What else than a lack of memory
 * keeps an observer from showing it is an error only unless @anyhow.
 */
static int make_node(struct cgroup *cgroup, const struct hierarchy_owner *owner, bool anyhow)
{
	struct hierarchy_node *node = node_alloc(cgroup);
	int errors[HIERARCHY_MAX_OBSERVERS];
	bool linked;
	int i, ret;

	if (!node)
		return -ENOMEM;
	if (owner) {
		node->owner = *owner;
		node->owned = true;
	}
	mutex_lock(&node->lock);
	mutex_lock(&hierarchy_lock);
	linked = link_locked(node);
	mutex_unlock(&hierarchy_lock);
	if (!linked) {
		mutex_unlock(&node->lock);
		node_discard(node);
		return 0;
	}
	/* The lock is in it: it stays in memory until that is released. */
	refcount_inc(&node->group.refs);
	ret = show(node, errors);
	if (ret && (ret == -ENOMEM || !anyhow)) {
		hide(node);
		if (node_unlink(node))
			goto unlock;
		/* A child that was made meanwhile needs it. */
		show(node, errors);
	}
	for (i = 0; ret && i < nr_observers; i++)
		if (errors[i])
			warn_not_shown(node, i, errors[i]);
	ret = 0;
unlock:
	mutex_unlock(&node->lock);
	node_put(node);
	return ret;
}

/* Removes a node that has no children, unless somebody else has. */
static void destroy(struct hierarchy_node *node)
{
	bool leaf;

	mutex_lock(&node->lock);
	mutex_lock(&hierarchy_lock);
	leaf = is_linked_leaf(node);
	mutex_unlock(&hierarchy_lock);
	if (leaf) {
		hide(node);
		node_unlink(node);
	}
	mutex_unlock(&node->lock);
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

static bool shows_child(struct hierarchy_node *node, int i)
{
	struct hierarchy_node *child;

	list_for_each_entry(child, &node->children, sibling)
		if (child->view[i] == HIERARCHY_SHOWN)
			return true;
	return false;
}

/* For find_below(): what is looked for, as observer @i has it; hierarchy_lock is held */
typedef bool (*node_test)(struct hierarchy_node *node, int i);

static bool is_leaf(struct hierarchy_node *node, int i)
{
	return list_empty(&node->children);
}

static bool is_removed_leaf(struct hierarchy_node *node, int i)
{
	return is_leaf(node, i) && compat_cgroup_removed(node->cgroup);
}

static bool is_shown_leaf(struct hierarchy_node *node, int i)
{
	return node->view[i] == HIERARCHY_SHOWN && !shows_child(node, i);
}

static bool is_to_be_shown(struct hierarchy_node *node, int i)
{
	return node->view[i] == HIERARCHY_HIDDEN &&
	       hierarchy_parent(node)->view[i] == HIERARCHY_SHOWN;
}

/* The first node below @top that is looked for, with a reference for the caller, or NULL */
static struct hierarchy_node *find_below(struct hierarchy_node *top, node_test is_it, int i)
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

/* Destroys nodes until there is none that is looked for. */
static void destroy_all(node_test is_it)
{
	struct hierarchy_node *node;

	while ((node = find_below(hierarchy_root_node, is_it, 0))) {
		destroy(node);
		node_put(node);
	}
}

/* The highest cgroup from @cgroup up that needs a node, or NULL */
static struct cgroup *topmost_missing(struct cgroup *cgroup)
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

/*
 * Waits until the observers have been told of a cgroup that another task has just
 * added, and tells them what that task may not have known: who has made it.
 */
static void settle(const struct cgroup *cgroup, const struct hierarchy_owner *owner)
{
	struct hierarchy_node *node = node_get(cgroup);
	int i;

	if (!node)
		return;
	mutex_lock(&node->lock);
	if (owner && !node->owned) {
		node->owner = *owner;
		node->owned = true;
		for (i = 0; i < nr_observers; i++)
			if (node->view[i] == HIERARCHY_SHOWN && observers[i]->owned)
				observers[i]->owned(node);
	}
	mutex_unlock(&node->lock);
	node_put(node);
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

	while (!ret && (missing = topmost_missing(cgroup))) {
		maker = missing == cgroup ? owner : NULL;
		ret = make_node(missing, maker, false);
		if (ret && ret != -ENOMEM) {
			/* In its place may be a cgroup whose removal was not seen. */
			hierarchy_prune();
			ret = make_node(missing, maker, true);
		}
	}
	settle(cgroup, owner);
	return ret;
}

static bool owner_matters(void)
{
	int i;

	for (i = 0; i < nr_observers; i++)
		if (observers[i]->owned)
			return true;
	return false;
}

/**
 * hierarchy_wants_owner - is it worth finding out who has made a cgroup?
 * @cgroup: the cgroup, referenced by the caller
 *
 * Context: process, may sleep; takes hierarchy_lock.
 * Return: false if that is known, or matters to no observer.
 */
bool hierarchy_wants_owner(const struct cgroup *cgroup)
{
	struct hierarchy_node *node;
	bool known;

	if (!owner_matters())
		return false;
	mutex_lock(&hierarchy_lock);
	node = hierarchy_find(cgroup);
	/* It changes once: who sees the old value asks in vain. */
	known = node && data_race(READ_ONCE(node->owned));
	mutex_unlock(&hierarchy_lock);
	return !known;
}

/**
 * hierarchy_del - a cgroup has been removed: its node goes
 * @cgroup: the cgroup, referenced by the caller
 *
 * Context: process, may sleep; takes hierarchy_lock and locks of nodes.
 */
void hierarchy_del(struct cgroup *cgroup)
{
	struct hierarchy_node *node = node_get(cgroup);
	bool leaf;

	if (!node)
		return;
	mutex_lock(&hierarchy_lock);
	leaf = list_empty(&node->children);
	mutex_unlock(&hierarchy_lock);
	/* The removal of children that began before the module was loaded was not seen. */
	if (!leaf)
		hierarchy_prune();
	destroy(node);
	node_put(node);
}

/**
 * hierarchy_prune - let go of nodes whose cgroups were removed unseen
 *
 * Context: process, may sleep; takes hierarchy_lock and locks of nodes.
 */
void hierarchy_prune(void)
{
	destroy_all(is_removed_leaf);
}

/* Hides a node from an observer, unless that shows a child of it. */
static bool try_hide(struct hierarchy_node *node, int i)
{
	bool hidden;

	/* Children come into view under this lock only. */
	mutex_lock(&node->lock);
	mutex_lock(&hierarchy_lock);
	hidden = !shows_child(node, i);
	mutex_unlock(&hierarchy_lock);
	if (hidden)
		hide_from(node, i);
	mutex_unlock(&node->lock);
	return hidden;
}

/* Hides a node and all that is below it: children before parents. */
static void hide_tree(struct hierarchy_node *top, int i)
{
	struct hierarchy_node *node;

	do {
		while ((node = find_below(top, is_shown_leaf, i))) {
			try_hide(node, i);
			node_put(node);
		}
	} while (!try_hide(top, i));
}

/* Shows a node that is in the table and not shown. Says once if that cannot be. */
static void show_again(struct hierarchy_node *node, int i)
{
	enum hierarchy_view before;
	int ret = 0;

	mutex_lock(&node->lock);
	before = node->view[i];
	if (before != HIERARCHY_SHOWN && !hlist_unhashed(&node->hash))
		ret = show_to(node, i);
	if (before == HIERARCHY_HIDDEN && node->view[i] == HIERARCHY_UNSHOWABLE)
		warn_not_shown(node, i, ret);
	mutex_unlock(&node->lock);
}

/* Shows a node and all that is below it: parents before children. */
static void show_tree(struct hierarchy_node *top, int i)
{
	struct hierarchy_node *node;

	show_again(top, i);
	while ((node = find_below(top, is_to_be_shown, i))) {
		show_again(node, i);
		node_put(node);
	}
}

static void rename_to(struct hierarchy_node *node, int i)
{
	bool followed = false;

	mutex_lock(&node->lock);
	if (node->view[i] == HIERARCHY_SHOWN)
		followed = !observers[i]->renamed(node);
	mutex_unlock(&node->lock);
	if (!followed) {
		hide_tree(node, i);
		show_tree(node, i);
	}
}

/**
 * hierarchy_rename - a cgroup may have a new name
 * @cgroup: the cgroup, referenced by the caller
 *
 * An observer that cannot follow shows nothing under the old name, which may be
 * another cgroup's by then, and begins anew with the new one.
 *
 * Context: process, may sleep; takes hierarchy_lock and locks of nodes.
 */
void hierarchy_rename(struct cgroup *cgroup)
{
	struct hierarchy_node *node = node_get(cgroup);
	int i;

	if (!node)
		return;
	for (i = 0; i < nr_observers; i++)
		if (observers[i]->renamed)
			rename_to(node, i);
	node_put(node);
}

/**
 * hierarchy_set_threaded - a cgroup may have become threaded
 * @cgroup: the cgroup, referenced by the caller
 *
 * From then on its tasks charge the domain above, so its limits would hold
 * nobody: they go, as with the cgroup itself.
 *
 * Context: process, may sleep; takes hierarchy_lock and the lock of the node.
 */
void hierarchy_set_threaded(struct cgroup *cgroup)
{
	struct hierarchy_node *node = node_get(cgroup);
	int i;

	if (!node)
		return;
	mutex_lock(&node->lock);
	if (!node->threaded && compat_cgroup_domain(cgroup) != cgroup) {
		node->threaded = true;
		for (i = 0; i < nr_observers; i++)
			if (node->view[i] == HIERARCHY_SHOWN)
				observers[i]->threaded(node);
		rcg_group_offline(&node->group);
	}
	mutex_unlock(&node->lock);
	node_put(node);
}

/**
 * hierarchy_changed - the contents of a file of a node have changed by themselves
 * @node: the node, referenced by the caller
 * @which: the file, see &enum files_watched
 *
 * Context: process, may sleep.
 */
void hierarchy_changed(struct hierarchy_node *node, int which)
{
	int i;

	for (i = 0; i < nr_observers; i++)
		observers[i]->changed(node, which);
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

/* The root: not in the table, where any root cgroup stands for it */
static int make_root(void)
{
	int i, ret = 0;

	hierarchy_root_node = node_alloc(NULL);
	if (!hierarchy_root_node)
		return -ENOMEM;
	rcg_group_init(&hierarchy_root_node->group, NULL, node_release);
	for (i = 0; i < nr_observers && !ret; i++) {
		ret = observers[i]->added(hierarchy_root_node);
		hierarchy_root_node->view[i] = ret ? HIERARCHY_HIDDEN : HIERARCHY_SHOWN;
	}
	if (ret) {
		hide(hierarchy_root_node);
		node_put(hierarchy_root_node);
		return ret;
	}
	WRITE_ONCE(node_count, 1);
	return 0;
}

/**
 * hierarchy_observe - have somebody told of nodes
 * @observer: whom
 *
 * Context: module load, before hierarchy_init().
 */
void hierarchy_observe(struct hierarchy_observer *observer)
{
	observer->offset = node_size;
	node_size += ALIGN(observer->size, sizeof(long));
	observers[nr_observers++] = observer;
}

/**
 * hierarchy_show_observers - print the names of the places where nodes are shown
 * @seq: where to
 *
 * Context: process.
 */
void hierarchy_show_observers(struct seq_file *seq)
{
	int i;

	for (i = 0; i < nr_observers; i++)
		seq_printf(seq, "%s%s", i ? ", " : "", observers[i]->name);
}

/**
 * hierarchy_init - begin with the root; hierarchy_follow() adds the rest
 *
 * Context: module load, after hierarchy_observe(). Sleeps.
 * Return: 0, -ENOMEM, or what else keeps the root from having a directory.
 */
int hierarchy_init(void)
{
	int ret = -ENOMEM;

	hierarchy_nodes_bits = clamp(ilog2(totalram_pages()) + PAGE_SHIFT - 16, 12, 20);
	hierarchy_nodes = kvcalloc(1UL << hierarchy_nodes_bits, sizeof(*hierarchy_nodes),
				   GFP_KERNEL);
	if (!hierarchy_nodes)
		return -ENOMEM;
	node_cache = rcg_cache_create("rdmacg_oot_node", node_size);
	if (!node_cache)
		goto table;
	ret = make_root();
	if (!ret)
		return 0;
	/* It may be on its way through RCU. */
	rcu_barrier();
	kmem_cache_destroy(node_cache);
table:
	kvfree(hierarchy_nodes);
	return ret;
}

/**
 * hierarchy_exit - let go of all nodes, children before parents
 *
 * Context: module load and unload, when nothing can be charged any more.
 * Sleeps.
 */
void hierarchy_exit(void)
{
	destroy_all(is_leaf);
	hide(hierarchy_root_node);
	rcg_group_offline(&hierarchy_root_node->group);
	node_put(hierarchy_root_node);
	rcu_barrier();
	kmem_cache_destroy(node_cache);
	kvfree(hierarchy_nodes);
}
