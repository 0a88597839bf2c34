/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hierarchy room: which cgroup a task is in, and a node of ours for every
 * cgroup of the hierarchy that the controller follows.
 *
 * That is cgroup v2, or the v1 hierarchy of one controller, wherever that is
 * mounted. A node holds a reference to its cgroup from mkdir to rmdir, so that
 * a cgroup pointer means one cgroup for as long as it is in the table; the
 * root node holds none, since that would keep a v1 hierarchy from being
 * unmounted. Charges do not need the node: they hold on to pools.
 *
 * Locks: hierarchy_lock, a mutex inside this room, is taken inside the
 * cgroup's directory lock and outside rcg_lock.
 */
#ifndef RCG_HIERARCHY_H
#define RCG_HIERARCHY_H

#include <linux/cgroup.h>
#include <linux/list.h>

#include "compat/cgroup.h"
#include "controller/controller.h"

/**
 * struct hierarchy_node - what we keep for a cgroup
 * @group: its pools; its parent is the parent node's
 * @cgroup: the cgroup, referenced; NULL for the root
 * @hash: place in the table of nodes
 * @threaded: its tasks are charged to the domain above it; it shows no files
 * @children: nodes below it
 * @mirror: for the observer
 */
struct hierarchy_node {
	struct rcg_group	group;
	struct cgroup		*cgroup;
	struct hlist_node	hash;
	bool			threaded;
	unsigned int		children;
	void			*mirror;
};

/**
 * struct hierarchy_observer - told of nodes as they come and go
 * @added: a node is there; its parent was told before. 0; -ENOMEM, and then it is
 *         not there; another error if the observer can do nothing for it
 * @removed: a node goes, its children before it. When this returns, the observer
 *           no longer uses the node
 * @renamed: a cgroup (v1) has a new name
 * @threaded: a node has become threaded
 *
 * Called with hierarchy_lock held, in process context; may sleep.
 */
struct hierarchy_observer {
	int	(*added)(struct hierarchy_node *node);
	void	(*removed)(struct hierarchy_node *node);
	void	(*renamed)(struct hierarchy_node *node);
	void	(*threaded)(struct hierarchy_node *node);
};

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

/* hierarchy.c: the table of nodes */
int hierarchy_init(const struct hierarchy_observer *observer);
void hierarchy_exit(void);
int hierarchy_add(struct cgroup *cgroup);
void hierarchy_del(struct cgroup *cgroup);
void hierarchy_prune(void);
void hierarchy_rename(struct cgroup *cgroup);
void hierarchy_set_threaded(struct cgroup *cgroup);
struct rcg_group *hierarchy_current(void);
unsigned int hierarchy_count(void);

/* charge.c */
int hierarchy_charge(struct rdmacg_oot_device *device, const struct rcg_amount *set,
		     unsigned int nr, struct rdmacg_oot_pool **pool);

/* which.c: v2, or the v1 hierarchy of which controller */
int hierarchy_choose(const char *name);
const char *hierarchy_name(void);
bool hierarchy_is_v2(void);
void hierarchy_show_others(struct seq_file *seq);
struct cgroup *hierarchy_root_get(void);
struct cgroup *hierarchy_current_cgroup(void);
struct cgroup *hierarchy_root_cgroup(void);
bool hierarchy_has(const struct cgroup *cgroup);

/* follow.c: what exists, and what comes and goes */
int hierarchy_follow(void);
void hierarchy_unfollow(void);
bool hierarchy_scanning(void);

/* kernfs.c or dentry.c: the hooks of the cgroup file system that this kernel has */
void hierarchy_cgroup_made(struct cgroup *cgroup, const char *name);
int cgroupfs_hook(void);
void cgroupfs_unhook(void);

#endif /* RCG_HIERARCHY_H */
