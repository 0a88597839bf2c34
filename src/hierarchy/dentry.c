// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cgroup file system on dentries, before Linux 3.15: mkdir, rmdir, rename.
 * There is no v2.
 *
 * The VFS holds the locks of the directories during a replacement, as during the
 * original. The cgroup core has released its own when the original returns.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/kernel.h>

#include "hierarchy.h"
#include "hook/hook.h"

/* The cgroup of a directory, referenced; NULL if it is not followed or is being freed. */
static struct cgroup *cgroup_of_get(struct dentry *dentry)
{
	struct cgroup *cgroup = dentry->d_fsdata;

	return cgroup && hierarchy_has(cgroup) && compat_cgroup_tryget(cgroup) ? cgroup : NULL;
}

HOOK_REPLACEMENT(int, hierarchy_mkdir, struct inode *dir, struct dentry *dentry, umode_t mode)
{
	bool scanning = hierarchy_scanning();
	struct hook_call call;
	struct cgroup *cgroup;
	int ret;

	hook_enter(&call);
	ret = hook_original(hierarchy_mkdir, &call)(dir, dentry, mode);
	if (!ret) {
		cgroup = cgroup_of_get(dentry);
		if (cgroup) {
			hierarchy_cgroup_made(cgroup, dentry->d_name.name);
			compat_cgroup_put(cgroup);
		}
	} else if (scanning) {
		/* A scan may have made a node before the mkdir failed. */
		hierarchy_prune();
	}
	hook_exit(&call);
	return ret;
}

HOOK_REPLACEMENT(int, hierarchy_rmdir, struct inode *dir, struct dentry *dentry)
{
	struct hook_call call;
	struct cgroup *cgroup;
	int ret;

	hook_enter(&call);
	cgroup = cgroup_of_get(dentry);
	ret = hook_original(hierarchy_rmdir, &call)(dir, dentry);
	if (cgroup) {
		if (!ret)
			hierarchy_del(cgroup);
		compat_cgroup_put(cgroup);
	}
	hook_exit(&call);
	return ret;
}

HOOK_REPLACEMENT(int, hierarchy_rename_v1, struct inode *old_dir, struct dentry *old_dentry,
		 struct inode *new_dir, struct dentry *new_dentry)
{
	struct hook_call call;
	struct cgroup *cgroup;
	int ret;

	hook_enter(&call);
	ret = hook_original(hierarchy_rename_v1, &call)(old_dir, old_dentry, new_dir, new_dentry);
	if (!ret) {
		cgroup = cgroup_of_get(old_dentry);
		if (cgroup) {
			hierarchy_rename(cgroup);
			compat_cgroup_put(cgroup);
		}
	}
	hook_exit(&call);
	return ret;
}

/* The hook of mkdir comes last: each node that it makes has to be removed. */
static struct hook hooks[] = {
	HOOK("cgroup_rename", hierarchy_rename_v1),
	HOOK("cgroup_rmdir", hierarchy_rmdir),
	HOOK("cgroup_mkdir", hierarchy_mkdir),
};

/**
 * hierarchy_hook - begin to hear of cgroups that come and go
 *
 * Context: module load, after hierarchy_choose(). Sleeps.
 * Return: 0; or an error, logged: no hook of this file is in place, but
 * hook_drain() is due.
 */
int hierarchy_hook(void)
{
	return hook_install(hooks, ARRAY_SIZE(hooks));
}

/**
 * hierarchy_unhook - stop hearing of them; hook_drain() is due
 *
 * Context: module load and unload. Sleeps.
 */
void hierarchy_unhook(void)
{
	hook_remove(hooks, ARRAY_SIZE(hooks));
}
