/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hierarchy room (hierarchy_): which cgroup a task is in, and a node of ours for every
 * cgroup of the hierarchy that the controller follows.
 *
 * That is cgroup v2, or the v1 hierarchy of one controller, wherever that is
 * mounted. A node holds a reference to its cgroup from mkdir to rmdir, so that
 * a cgroup pointer means one cgroup for as long as it is in the table; the
 * root node holds none, since that would keep a v1 hierarchy from being
 * unmounted. Charges do not need the node: they hold references to pools.
 *
 * Observers show the nodes to users, each in a place of its own. A node is in the
 * table before they are told to show it, and until they have removed what they show:
 *
 *	hierarchy_add()		link into table and tree	-> added()
 *	hierarchy_rename()					-> renamed()
 *	hierarchy_set_threaded()				-> threaded()
 *	hierarchy_del()		removed()	-> unlink from table and tree
 *
 * Lifetime: a node is freed with the last reference to its group. References are held
 * by the table, each child, each open file in debugfs, and tasks that use the node.
 *
 * Locks, in the order in which they are taken:
 *
 *	s_umount of the hierarchy	taken by scans, never by hooks
 *	locks of its directories (VFS)	the hooks of mkdir, rmdir and rename run under
 *		that of the parent. So no hook, and no code under a lock below, may
 *		look a name up through the VFS there; kernfs's own look-up takes none
 *		of these locks. A file is made in a cgroup's directory only under the
 *		lock of that directory or of its parent: rmdir(2) needs both
 *	&hierarchy_node.lock, child before parent
 *		held while the observers are told of the node; that of the parent,
 *		too, while they are told of a new child. Observers allocate memory
 *		under these two, which takes long in a full memory cgroup: only tasks
 *		that change these nodes or add children wait for it
 *	hierarchy_lock		the table and the tree; nothing sleeps under it
 *	rcg_lock
 */
#ifndef RCG_HIERARCHY_H
#define RCG_HIERARCHY_H

#include <linux/cgroup.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/uidgid.h>

#include "compat/cgroup.h"
#include "controller/controller.h"

struct files_denied;
struct super_block;

/* Does an observer show a node? */
enum hierarchy_view {
	/* Not yet, not any more, or not as long as it does not show the parent */
	HIERARCHY_HIDDEN,
	/* Yes: and its parent, too */
	HIERARCHY_SHOWN,
	/* It cannot: not before the cgroup gets another name */
	HIERARCHY_UNSHOWABLE,
};

#define HIERARCHY_MAX_OBSERVERS	2

/**
 * struct hierarchy_owner - who has made a cgroup
 * @uid: of the task, for file systems
 * @gid: the same
 */
struct hierarchy_owner {
	kuid_t	uid;
	kgid_t	gid;
};

/**
 * struct hierarchy_node - what we keep for a cgroup
 * @group: its pools; its parent is the parent node's; holds the reference count
 * @cgroup: the cgroup, referenced until the node is unlinked; NULL for the root
 * @hash: place in the table of nodes; hierarchy_lock
 * @children: nodes below it; hierarchy_lock
 * @sibling: place among the children of its parent; hierarchy_lock
 * @lock: see the head of this file
 * @view: whether each observer shows it; changes under @lock and hierarchy_lock
 * @threaded: its tasks are charged to the domain above it; it shows no files; @lock
 * @owner: who has made the cgroup; root where that is not known; @lock
 * @owned: whether that is known; @lock
 * @changed: for files/notify.c
 * @queue: for files/notify.c
 * @denied: for files/denied.c; NULL before there is something
 *
 * What each observer keeps for the node follows in memory: hierarchy_data().
 */
struct hierarchy_node {
	struct rcg_group	group;
	struct cgroup		*cgroup;
	struct hlist_node	hash;
	struct list_head	children;
	struct list_head	sibling;
	struct mutex		lock;
	enum hierarchy_view	view[HIERARCHY_MAX_OBSERVERS];
	bool			threaded;
	bool			owned;
	struct hierarchy_owner	owner;
	unsigned long		changed;
	struct llist_node	queue;
	struct files_denied	*denied;
};

/**
 * struct hierarchy_observer - shows nodes, and is told of them as they come and go
 * @name: the place where it shows them, for the log
 * @size: of what it keeps for a node
 * @prepare: initializes that memory, which is zeroed, before anybody else sees the
 *           node; no lock is held. NULL if it need not do anything
 * @added: show a node. Returns 0; -ENOMEM, and then the node is removed again; or
 *         another error if the observer cannot show it
 * @removed: a node that is shown is removed; none of its children is shown
 * @renamed: a cgroup (v1) has a new name. 0, or an error if the observer cannot
 *           follow: it is told that the node and all below it are removed, and
 *           added again. NULL if it need not do anything
 * @owned: it is known now who has made the cgroup of a node that is shown; NULL if
 *         that does not matter
 * @threaded: a node that is shown has become threaded
 * @changed: the contents of a file have changed, see &enum files_watched. The only
 *           one that is called without the lock of the node
 * @offset: for hierarchy_data()
 *
 * Called in process context with the lock of the node held, but for the root without
 * it, at module load and unload. May sleep.
 */
struct hierarchy_observer {
	const char	*name;
	size_t		size;
	void		(*prepare)(struct hierarchy_node *node);
	int		(*added)(struct hierarchy_node *node);
	void		(*removed)(struct hierarchy_node *node);
	int		(*renamed)(struct hierarchy_node *node);
	void		(*owned)(struct hierarchy_node *node);
	void		(*threaded)(struct hierarchy_node *node);
	void		(*changed)(struct hierarchy_node *node, int which);
	size_t		offset;
};

/**
 * hierarchy_data - what an observer keeps for a node
 * @node: the node
 * @observer: the observer
 *
 * Context: any while @node is valid.
 * Return: the &hierarchy_observer.size bytes that are the observer's.
 */
static inline void *hierarchy_data(struct hierarchy_node *node,
				   const struct hierarchy_observer *observer)
{
	return (void *)node + observer->offset;
}

/**
 * hierarchy_parent - the node above
 * @node: a node
 *
 * Context: any while @node is valid.
 * Return: its parent, or NULL for the root.
 */
static inline struct hierarchy_node *hierarchy_parent(const struct hierarchy_node *node)
{
	return node->group.parent ?
		container_of(node->group.parent, struct hierarchy_node, group) : NULL;
}

/* node.c: nodes, their table and their tree */
/* Told, if set, that the memory of a node is about to be freed. May be in a softirq. */
extern void (*hierarchy_node_freed)(struct hierarchy_node *node);
void hierarchy_observe(struct hierarchy_observer *observer);
void hierarchy_print_observers(struct seq_file *seq);
char *hierarchy_path(struct hierarchy_node *node, const struct hierarchy_node *top);
unsigned int hierarchy_count(void);

/* view.c: what the observers are told */
bool hierarchy_owner_matters(void);
bool hierarchy_owner_known(const struct cgroup *cgroup);
void hierarchy_rename(struct cgroup *cgroup);
void hierarchy_set_threaded(struct cgroup *cgroup);
void hierarchy_changed(struct hierarchy_node *node, int which);

/* hierarchy.c: which cgroups have a node */
int hierarchy_init(void);
void hierarchy_exit(void);
int hierarchy_add(struct cgroup *cgroup, const struct hierarchy_owner *owner);
void hierarchy_del(struct cgroup *cgroup);
void hierarchy_prune(void);

/* charge.c */
int hierarchy_charge(struct rdmacg_oot_device *device, enum rcg_resource resource, s64 amount,
		     struct rdmacg_oot_pool **charged);

/* which.c: v2, or the v1 hierarchy of which controller */
int hierarchy_choose(const char *name);
const char *hierarchy_name(void);
bool hierarchy_is_v2(void);
void hierarchy_print_others(struct seq_file *seq);
struct cgroup *hierarchy_root_get(void);
bool hierarchy_has(const struct cgroup *cgroup);
void hierarchy_each_super(void (*function)(struct super_block *sb, void *arg), void *arg);

/* directory.c, where cgroups are directories of kernfs */
int hierarchy_add_existing(struct cgroup *cgroup);

/* follow.c: what exists, and what comes and goes */
int hierarchy_follow(void);
void hierarchy_unfollow(void);
bool hierarchy_scanning(void);
void hierarchy_cgroup_made(struct cgroup *cgroup, const char *name);

/* kernfs.c or dentry.c: the hooks of the cgroup file system that this kernel has */
int hierarchy_hook(void);
void hierarchy_unhook(void);

#endif /* RCG_HIERARCHY_H */
