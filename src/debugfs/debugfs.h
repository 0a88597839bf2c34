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

#include "hierarchy/hierarchy.h"

struct dentry;

/* mirror.c */
extern const struct hierarchy_observer mirror_observer;
int mirror_init(void);
void mirror_exit(void);

/* files.c */
void mirror_files_create(struct hierarchy_node *node, struct dentry *dir);
void mirror_files_remove(struct dentry *dir);

/* status.c */
void status_create(struct dentry *dir);

#endif /* RCG_DEBUGFS_H */
