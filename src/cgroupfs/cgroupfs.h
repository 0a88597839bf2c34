/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cgroupfs room: the files of a cgroup in the cgroup file system itself, where
 * the kernel's own controller has them. Where that is not built on kernfs, this
 * room is not built (COMPAT_CGROUP_KERNFS).
 */
#ifndef RCG_CGROUPFS_H
#define RCG_CGROUPFS_H

#include <linux/uidgid.h>

struct cgroup;

/* cgroupfs.c */
int cgroupfs_init(void);

/* owner.c */
void cgroupfs_owner(struct cgroup *cgroup, kuid_t *uid, kgid_t *gid);

#endif /* RCG_CGROUPFS_H */
