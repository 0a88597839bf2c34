// SPDX-License-Identifier: GPL-2.0-only
/* 4.13: nsdelegate: a container may not write the limits of its own root cgroup. */
#include <linux/cgroup.h>
#include <linux/kernfs.h>

int probe(struct kernfs_ops *ops, struct cgroup_namespace *ns);
int probe(struct kernfs_ops *ops, struct cgroup_namespace *ns)
{
	return ops->open && ns->root_cset->dfl_cgrp->root->flags & CGRP_ROOT_NS_DELEGATE;
}
