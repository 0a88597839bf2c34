/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The debugfs room: the mirror of the cgroup hierarchy and the status file.
 *
 *	/sys/kernel/debug/rdmacg_oot/
 *		status
 *		cgroup/ ...	a directory for each cgroup, with the rdma.* files
 */
#ifndef RCG_DEBUGFS_H
#define RCG_DEBUGFS_H

#include <linux/llist.h>
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/wait.h>

#include "hierarchy/hierarchy.h"

struct dentry;

/* Files that change by themselves, and whose watchers are told */
enum mirror_watched {
	MIRROR_EVENTS,
	MIRROR_EVENTS_LOCAL,
	MIRROR_NR_WATCHED,
};

/**
 * struct mirror_dir - a cgroup's directory
 * @id: what its files know it by
 * @dentry: the directory
 * @lock: whoever uses @node
 * @node: whose it is; NULL when its files are going or gone
 * @refs: references: the node's, one for each open file, one while queued
 * @file: the watched files; NULL where they could not be made, or are going
 * @version: how often each has changed
 * @told: the version that watchers have been told of
 * @wait: who polls any of them
 * @queued: whether it is in the queue of directories to tell watchers of
 * @queue: place in that queue
 * @rcu: for freeing
 */
struct mirror_dir {
	int			id;
	struct dentry		*dentry;
	struct rw_semaphore	lock;
	struct hierarchy_node	*node;
	refcount_t		refs;
	struct dentry		*file[MIRROR_NR_WATCHED];
	atomic_t		version[MIRROR_NR_WATCHED];
	int			told[MIRROR_NR_WATCHED];
	wait_queue_head_t	wait;
	atomic_t		queued;
	struct llist_node	queue;
	struct rcu_head		rcu;
};

/* mirror.c */
extern const struct hierarchy_observer mirror_observer;
int mirror_init(void);
void mirror_ready(void);
void mirror_exit(void);
struct mirror_dir *mirror_dir_get(int id);
void mirror_dir_put(struct mirror_dir *dir);

/* files.c */
int mirror_files_create(struct mirror_dir *dir, bool is_root);
void mirror_files_remove(struct mirror_dir *dir);

/* notify.c */
void mirror_notify(struct rcg_group *group, bool local);
void mirror_watch(struct mirror_dir *dir, enum mirror_watched which, struct dentry *dentry);
void mirror_unwatch(struct mirror_dir *dir);
void mirror_notify_flush(void);

/* status.c */
void status_create(struct dentry *dir);
void status_contexts_before(int contexts);

#endif /* RCG_DEBUGFS_H */
