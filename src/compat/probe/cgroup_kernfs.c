// SPDX-License-Identifier: GPL-2.0-only
/* 3.15: cgroups are kernfs directories. */
#include <linux/cgroup.h>

struct kernfs_node *probe(struct cgroup *cgroup);
struct kernfs_node *probe(struct cgroup *cgroup)
{
	return cgroup->kn;
}
