// SPDX-License-Identifier: GPL-2.0-only
/* 4.14: threaded cgroups. */
#include <linux/cgroup.h>

struct cgroup *probe(struct cgroup *cgroup);
struct cgroup *probe(struct cgroup *cgroup)
{
	return cgroup->dom_cgrp;
}
