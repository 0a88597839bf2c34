/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The debugfs room (mirror_): the mirror of the cgroup hierarchy.
 *
 *	/sys/kernel/debug/rdmacg_oot/
 *		status
 *		cgroup/ ...	a directory for each cgroup, with the rdma.* files
 *
 * A file may be open when its cgroup is removed, and debugfs helps with that only in
 * newer kernels, and at a price (files.c). So a node that is shown has a number, which
 * is not used again. i_private of its files has that number. An open file holds a
 * reference to the node, and keeps the number: when the node's number is another one
 * or 0, the file has been removed, and reads and writes fail with ENODEV.
 */
#ifndef RCG_DEBUGFS_H
#define RCG_DEBUGFS_H

#include <linux/wait.h>

#include "files/files.h"
#include "hierarchy/hierarchy.h"

struct dentry;

/**
 * struct mirror_dir - the directory of a node: hierarchy_data() of the mirror
 * @id: its number; 0 before its files are removed
 * @dentry: the directory, while the node is shown
 * @file: the watched files; NULL if not made, and before they are removed
 * @told: how often watchers of each have been told
 * @wait: tasks that poll any of them
 */
struct mirror_dir {
	int			id;
	struct dentry		*dentry;
	struct dentry		*file[FILES_NR_WATCHED];
	int			told[FILES_NR_WATCHED];
	wait_queue_head_t	wait;
};

extern struct hierarchy_observer mirror_observer;

/**
 * mirror_dir_of - the directory of a node
 * @node: the node
 *
 * Context: any while @node is valid.
 * Return: the directory.
 */
static inline struct mirror_dir *mirror_dir_of(struct hierarchy_node *node)
{
	return hierarchy_data(node, &mirror_observer);
}

/* mirror.c; this room is not built without CONFIG_DEBUG_FS */
bool mirror_possible(void);
int mirror_init(void);
void mirror_ready(const struct file_operations *fops);
void mirror_exit(void);
struct hierarchy_node *mirror_node_get(int id);

/* files.c */
int mirror_files_create(struct mirror_dir *dir, bool is_root);
void mirror_files_remove(struct mirror_dir *dir);
void mirror_files_close(struct mirror_dir *dir);
void mirror_changed(struct hierarchy_node *node, int which);

#endif /* RCG_DEBUGFS_H */
