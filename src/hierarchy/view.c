// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which node each observer shows, and what it is told of a node that it shows.
 *
 *		     added(): 0
 *	HIDDEN ------------------> SHOWN
 *	   |   <------------------   ^
 *	   |	     removed()	     |
 *	   |			     | added() once more: the cgroup itself was renamed,
 *	   |			     | or make_node() tries again
 *	   |			     |
 *	   '--------------------> UNSHOWABLE
 *	     added(): an error
 *
 * An observer shows a node only if it shows the parent: so nodes come into view
 * parents before children, and are hidden children before parents. Each change of
 * a node's state is made under the lock of the node; a child's change to SHOWN
 * also under the parent's lock, which keeps the parent in view meanwhile.
 */
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "node.h"

/* The lock of the node is held; hierarchy_lock is for hierarchy_find_below(). */
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
	int ret = 0;

	/* Keeps the parent in view, or waits for the task that is making it. */
	mutex_lock_nested(&parent->lock, SINGLE_DEPTH_NESTING);
	if (parent->view[i] == HIERARCHY_SHOWN) {
		ret = hierarchy_observers[i]->added(node);
		set_view(node, i, ret ? HIERARCHY_UNSHOWABLE : HIERARCHY_SHOWN);
	}
	mutex_unlock(&parent->lock);
	return ret;
}

/**
 * hierarchy_show - let all observers show a node
 * @node: the node, linked
 * @errors: set, by observer, to what keeps it from that; 0 if it shows the node, or
 *	    does not show the parent
 *
 * Context: process, may sleep; the lock of the node is held, that of its parent is
 * taken.
 * Return: the first of @errors, or -ENOMEM if that is among them.
 */
int hierarchy_show(struct hierarchy_node *node, int *errors)
{
	int i, ret = 0;

	/*
	 * Read once, so that all observers see the same value. If it changes
	 * after that, hierarchy_set_threaded() tells them.
	 */
	node->threaded = compat_cgroup_domain(node->cgroup) != node->cgroup;
	for (i = 0; i < hierarchy_nr_observers; i++) {
		errors[i] = show_to(node, i);
		if (!ret || errors[i] == -ENOMEM)
			ret = errors[i] ?: ret;
	}
	return ret;
}

/**
 * hierarchy_show_root - let all observers show the root
 *
 * Context: module load. Sleeps.
 * Return: 0, or an error, and then none shows it.
 */
int hierarchy_show_root(void)
{
	struct hierarchy_node *root = hierarchy_root_node;
	int i, ret = 0;

	for (i = 0; i < hierarchy_nr_observers && !ret; i++) {
		ret = hierarchy_observers[i]->added(root);
		root->view[i] = ret ? HIERARCHY_HIDDEN : HIERARCHY_SHOWN;
	}
	if (ret)
		hierarchy_hide(root);
	return ret;
}

/* The lock of the node is held; the observer shows none of its children. */
static void hide_from(struct hierarchy_node *node, int i)
{
	if (node->view[i] != HIERARCHY_SHOWN)
		return;
	hierarchy_observers[i]->removed(node);
	set_view(node, i, HIERARCHY_HIDDEN);
}

/**
 * hierarchy_hide - have no observer show a node any more
 * @node: the node; none of its children is shown
 *
 * Context: process, may sleep; the lock of the node is held.
 */
void hierarchy_hide(struct hierarchy_node *node)
{
	int i;

	for (i = hierarchy_nr_observers; i-- > 0;)
		hide_from(node, i);
}

static bool is_shown(const struct hierarchy_node *node)
{
	int i;

	for (i = 0; i < hierarchy_nr_observers; i++)
		if (node->view[i] == HIERARCHY_SHOWN)
			return true;
	return false;
}

/**
 * hierarchy_warn_not_shown - say in the log that an observer does not show a node
 * @node: the node
 * @i: the observer
 * @error: why
 *
 * Context: process, may sleep.
 */
void hierarchy_warn_not_shown(const struct hierarchy_node *node, int i, int error)
{
	char *name = compat_cgroup_name(node->cgroup);
	const char *called = name ?: "(no memory for its name)";

	pr_warn_ratelimited("cgroup " COMPAT_ESCAPED " has no files in %s (%d)%s\n",
			    (int)strlen(called), called, hierarchy_observers[i]->name, error,
			    is_shown(node) ? "" : ": its limits cannot be seen or changed, its usage counts in the cgroups above it");
	kfree(name);
}

/**
 * hierarchy_settle - wait until the observers have been told of a cgroup
 * @cgroup: the cgroup, referenced by the caller; another task may just have added it
 * @owner: who has made it, or NULL: not known. If the node has no owner yet, it gets
 *         this one, and the observers are told
 *
 * Context: process, may sleep; takes hierarchy_lock and the lock of the node.
 */
void hierarchy_settle(const struct cgroup *cgroup, const struct hierarchy_owner *owner)
{
	struct hierarchy_node *node = hierarchy_node_get(cgroup);
	int i;

	if (!node)
		return;
	mutex_lock(&node->lock);
	if (owner && !node->owned) {
		node->owner = *owner;
		node->owned = true;
		for (i = 0; i < hierarchy_nr_observers; i++)
			if (node->view[i] == HIERARCHY_SHOWN && hierarchy_observers[i]->owned)
				hierarchy_observers[i]->owned(node);
	}
	mutex_unlock(&node->lock);
	hierarchy_node_put(node);
}

/**
 * hierarchy_owner_matters - does an observer want to know who has made a cgroup?
 *
 * Context: any.
 * Return: true if so.
 */
bool hierarchy_owner_matters(void)
{
	int i;

	for (i = 0; i < hierarchy_nr_observers; i++)
		if (hierarchy_observers[i]->owned)
			return true;
	return false;
}

/**
 * hierarchy_owner_known - does a cgroup have a node that knows who has made it?
 * @cgroup: the cgroup, referenced by the caller
 *
 * Context: process, may sleep; takes hierarchy_lock.
 * Return: true if so.
 */
bool hierarchy_owner_known(const struct cgroup *cgroup)
{
	struct hierarchy_node *node;
	bool known;

	mutex_lock(&hierarchy_lock);
	node = hierarchy_find(cgroup);
	/* Set once, under the node's lock. After an old value the caller searches in vain. */
	known = node && data_race(READ_ONCE(node->owned));
	mutex_unlock(&hierarchy_lock);
	return known;
}

static bool shows_child(struct hierarchy_node *node, int i)
{
	struct hierarchy_node *child;

	list_for_each_entry(child, &node->children, sibling)
		if (child->view[i] == HIERARCHY_SHOWN)
			return true;
	return false;
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
		while ((node = hierarchy_find_below(top, is_shown_leaf, i))) {
			try_hide(node, i);
			hierarchy_node_put(node);
		}
	} while (!try_hide(top, i));
}

/* Shows a node that is in the table. The first time that this cannot be done is logged. */
static void show_again(struct hierarchy_node *node, int i)
{
	enum hierarchy_view before;
	int ret = 0;

	mutex_lock(&node->lock);
	before = node->view[i];
	if (before != HIERARCHY_SHOWN && !hlist_unhashed(&node->hash))
		ret = show_to(node, i);
	if (before == HIERARCHY_HIDDEN && node->view[i] == HIERARCHY_UNSHOWABLE)
		hierarchy_warn_not_shown(node, i, ret);
	mutex_unlock(&node->lock);
}

/* Shows a node and all that is below it: parents before children. */
static void show_tree(struct hierarchy_node *top, int i)
{
	struct hierarchy_node *node;

	show_again(top, i);
	while ((node = hierarchy_find_below(top, is_to_be_shown, i))) {
		show_again(node, i);
		hierarchy_node_put(node);
	}
}

static void rename_to(struct hierarchy_node *node, int i)
{
	bool followed = false;

	mutex_lock(&node->lock);
	if (node->view[i] == HIERARCHY_SHOWN)
		followed = !hierarchy_observers[i]->renamed(node);
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
 * If an observer cannot follow, it removes what it shows under the old name, which
 * another cgroup may have by then, and shows the node anew under the new name.
 *
 * Context: process, may sleep; takes hierarchy_lock and locks of nodes.
 */
void hierarchy_rename(struct cgroup *cgroup)
{
	struct hierarchy_node *node = hierarchy_node_get(cgroup);
	int i;

	if (!node)
		return;
	for (i = 0; i < hierarchy_nr_observers; i++)
		if (hierarchy_observers[i]->renamed)
			rename_to(node, i);
	hierarchy_node_put(node);
}

/**
 * hierarchy_set_threaded - a cgroup may have become threaded
 * @cgroup: the cgroup, referenced by the caller
 *
 * From then on its tasks are charged to the domain above, so its own limits would hold
 * nobody. Its files and limits are removed as by rmdir(2).
 *
 * Context: process, may sleep; takes hierarchy_lock and the lock of the node.
 */
void hierarchy_set_threaded(struct cgroup *cgroup)
{
	struct hierarchy_node *node = hierarchy_node_get(cgroup);
	int i;

	if (!node)
		return;
	mutex_lock(&node->lock);
	if (!node->threaded && compat_cgroup_domain(cgroup) != cgroup) {
		node->threaded = true;
		for (i = 0; i < hierarchy_nr_observers; i++)
			if (node->view[i] == HIERARCHY_SHOWN)
				hierarchy_observers[i]->threaded(node);
		rcg_group_offline(&node->group);
	}
	mutex_unlock(&node->lock);
	hierarchy_node_put(node);
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

	for (i = 0; i < hierarchy_nr_observers; i++)
		hierarchy_observers[i]->changed(node, which);
}
