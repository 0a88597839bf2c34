// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cgroup file system on kernfs: mkdir, rmdir, rename (v1) and the change
 * to a threaded cgroup (v2).
 *
 * The functions of the cgroup core are replaced rather than watched: when the
 * original has returned, the cgroup core has let go of its locks, and the nodes are
 * in order before the system call returns to its caller. The VFS still holds the
 * locks of the directories.
 */
#include <linux/kernel.h>
#include <linux/kernfs.h>

#include "hierarchy.h"
#include "hook/hook.h"

/*
 * The cgroup of a kernfs node, referenced; NULL if the node is not a directory, or if
 * the cgroup is not followed or is being freed. A file's priv is a struct cftype.
 */
static struct cgroup *cgroup_of_get(struct kernfs_node *kn)
{
	struct cgroup *cgroup;

	if (kernfs_type(kn) != KERNFS_DIR)
		return NULL;
	rcu_read_lock();
	cgroup = rcu_dereference_raw(*(struct cgroup __rcu **)&kn->priv);
	if (cgroup && !compat_cgroup_tryget(cgroup))
		cgroup = NULL;
	rcu_read_unlock();
	if (cgroup && !hierarchy_has(cgroup)) {
		compat_cgroup_put(cgroup);
		cgroup = NULL;
	}
	return cgroup;
}

/*
 * The VFS holds the lock of the parent's directory, which rmdir(2) and rename(2) need:
 * the child is still there. The checks do not rely on that.
 */
static void child_made(struct kernfs_node *parent, const char *name)
{
	struct kernfs_node *kn = kernfs_find_and_get_ns(parent, name, NULL);
	struct cgroup *cgroup;

	if (!kn)
		return;
	cgroup = cgroup_of_get(kn);
	if (cgroup) {
		if (compat_cgroup_made(cgroup))
			hierarchy_cgroup_made(cgroup, name);
		compat_cgroup_put(cgroup);
	}
	kernfs_put(kn);
}

HOOK_REPLACEMENT(int, hierarchy_mkdir, struct kernfs_node *parent, const char *name, umode_t mode)
{
	struct hook_call call;
	int ret;

	hook_enter(&call);
	ret = hook_original(hierarchy_mkdir, &call)(parent, name, mode);
	if (!ret)
		child_made(parent, name);
	hook_exit(&call);
	return ret;
}

HOOK_REPLACEMENT(int, hierarchy_rmdir, struct kernfs_node *kn)
{
	struct hook_call call;
	struct cgroup *cgroup;
	int ret;

	hook_enter(&call);
	cgroup = cgroup_of_get(kn);
	ret = hook_original(hierarchy_rmdir, &call)(kn);
	if (cgroup) {
		if (!ret)
			hierarchy_del(cgroup);
		compat_cgroup_put(cgroup);
	}
	hook_exit(&call);
	return ret;
}

HOOK_REPLACEMENT(int, hierarchy_rename_v1, struct kernfs_node *kn, struct kernfs_node *parent,
		 const char *name)
{
	struct hook_call call;
	struct cgroup *cgroup;
	int ret;

	hook_enter(&call);
	ret = hook_original(hierarchy_rename_v1, &call)(kn, parent, name);
	if (!ret) {
		cgroup = cgroup_of_get(kn);
		if (cgroup) {
			hierarchy_rename(cgroup);
			compat_cgroup_put(cgroup);
		}
	}
	hook_exit(&call);
	return ret;
}

/*
 * A write to cgroup.type, which can only make the cgroup threaded. The original breaks
 * the active reference of the write, so rmdir(2) may come in between and free the
 * cgroup: it is referenced before. A write that fails late leaves the cgroup threaded
 * all the same.
 */
HOOK_REPLACEMENT(ssize_t, hierarchy_type_write, struct kernfs_open_file *of, char *buf,
		 size_t nbytes, loff_t off)
{
	struct cgroup *cgroup;
	struct hook_call call;
	ssize_t ret;

	hook_enter(&call);
	cgroup = of_css(of)->cgroup;
	if (!compat_cgroup_tryget(cgroup))
		cgroup = NULL;
	ret = hook_original(hierarchy_type_write, &call)(of, buf, nbytes, off);
	if (cgroup) {
		hierarchy_set_threaded(cgroup);
		compat_cgroup_put(cgroup);
	}
	hook_exit(&call);
	return ret;
}

/* The hook of mkdir comes last: each node that it makes has to be removed. */
static struct hook hooks[] = {
	HOOK("cgroup_rmdir", hierarchy_rmdir),
	HOOK("cgroup_mkdir", hierarchy_mkdir),
};

static struct hook v1_hooks[] = {
	HOOK_ALIAS("cgroup1_rename", "cgroup_rename", hierarchy_rename_v1),
};

static struct hook v2_hooks[] = {
	HOOK("cgroup_type_write", hierarchy_type_write),
};

/* The hooks that only v1 or only v2 needs. */
static struct hook *further_hooks(unsigned int *nr)
{
	if (!hierarchy_is_v2()) {
		*nr = ARRAY_SIZE(v1_hooks);
		return v1_hooks;
	}
	*nr = COMPAT_CGROUP_THREADED ? ARRAY_SIZE(v2_hooks) : 0;
	return v2_hooks;
}

/**
 * hierarchy_hook - begin to hear of cgroups that come and go
 *
 * Context: module load, after hierarchy_choose(). Sleeps.
 * Return: 0; or an error, logged: no hook of this file is in place, but
 * hook_drain() is due.
 */
int hierarchy_hook(void)
{
	unsigned int nr;
	struct hook *further = further_hooks(&nr);
	int ret = hook_install(further, nr);

	if (ret)
		return ret;
	ret = hook_install(hooks, ARRAY_SIZE(hooks));
	if (ret)
		hook_remove(further, nr);
	return ret;
}

/**
 * hierarchy_unhook - stop hearing of them; hook_drain() is due
 *
 * Context: module load and unload. Sleeps.
 */
void hierarchy_unhook(void)
{
	unsigned int nr;
	struct hook *further = further_hooks(&nr);

	hook_remove(hooks, ARRAY_SIZE(hooks));
	hook_remove(further, nr);
}
