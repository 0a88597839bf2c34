/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cgroupfs room (cgroupfs_): the files of a cgroup in the cgroup file system itself,
 * where the kernel's own controller has them. It is built only where that file system
 * is based on kernfs (COMPAT_CGROUP_KERNFS).
 */
#ifndef RCG_CGROUPFS_H
#define RCG_CGROUPFS_H

int cgroupfs_init(void);

#endif /* RCG_CGROUPFS_H */
