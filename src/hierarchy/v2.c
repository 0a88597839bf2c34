// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgroup v2: finding the cgroups that exist, and following mkdir, rmdir and
 * the change to a threaded cgroup.
 *
 * The functions of the cgroup core are replaced rather than watched: when the
 * original has returned, nothing is locked, and the mirror is in order before
 * the system call returns to its caller.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/kernfs.h>
#include <linux/ratelimit.h>
#include <linux/workqueue.h>

#include "hierarchy.h"
#include "hook/hook.h"

/* The cgroup of a kernfs directory, referenced; NULL if it is not on v2 or going away. */
static struct cgroup *cgroup_of_get(struct kernfs_node *kn)
{
	struct cgroup *cgroup;

	rcu_read_lock();
	cgroup = rcu_dereference_raw(*(struct cgroup __rcu **)&kn->priv);
	if (cgroup && (cgroup->root != &cgrp_dfl_root || !css_tryget(&cgroup->self)))
		cgroup = NULL;
	rcu_read_unlock();
	return cgroup;
}

static void child_made(struct kernfs_node *parent, const char *name)
{
	struct kernfs_node *kn = kernfs_find_and_get_ns(parent, name, NULL);
	struct cgroup *cgroup;

	/* Somebody may have removed it already. */
	if (!kn)
		return;
	cgroup = cgroup_of_get(kn);
	if (cgroup) {
		if (hierarchy_add(cgroup))
			pr_warn_ratelimited("no memory for cgroup %*pE: it has no directory here and is charged to the cgroup above it\n",
					    (int)strlen(name), name);
		cgroup_put(cgroup);
	}
	kernfs_put(kn);
}

HOOK_REPLACEMENT(int, hierarchy_mkdir, struct kernfs_node *parent, const char *name, umode_t mode)
{
	int srcu = hook_enter();
	int ret = hook_original(hierarchy_mkdir)(parent, name, mode);

	if (!ret)
		child_made(parent, name);
	hook_exit(srcu);
	return ret;
}

HOOK_REPLACEMENT(int, hierarchy_rmdir, struct kernfs_node *kn)
{
	int srcu = hook_enter();
	struct cgroup *cgroup = cgroup_of_get(kn);
	int ret = hook_original(hierarchy_rmdir)(kn);

	if (cgroup) {
		if (!ret)
			hierarchy_del(cgroup);
		cgroup_put(cgroup);
	}
	hook_exit(srcu);
	return ret;
}

/* A write to cgroup.type, which can only make the cgroup threaded. */
HOOK_REPLACEMENT(ssize_t, hierarchy_type_write, struct kernfs_open_file *of, char *buf,
		 size_t nbytes, loff_t off)
{
	int srcu = hook_enter();
	ssize_t ret = hook_original(hierarchy_type_write)(of, buf, nbytes, off);

	if (ret >= 0) {
		struct dentry *dir = dget_parent(of->file->f_path.dentry);
		struct cgroup *cgroup = cgroup_of_get(d_inode(dir)->i_private);

		if (cgroup) {
			hierarchy_set_threaded(cgroup);
			cgroup_put(cgroup);
		}
		dput(dir);
	}
	hook_exit(srcu);
	return ret;
}

static struct hook hooks[] = {
	HOOK("cgroup_rmdir", hierarchy_rmdir),
	HOOK("cgroup_type_write", hierarchy_type_write),
	HOOK("cgroup_mkdir", hierarchy_mkdir),
};

/* Parents come before children; a cgroup made meanwhile is the hooks' business. */
static int add_existing(void)
{
	struct cgroup_subsys_state *css;
	int ret = 0;

	rcu_read_lock();
	css_for_each_descendant_pre(css, &cgrp_dfl_root.cgrp.self) {
		if (!css_tryget(css))
			continue;
		rcu_read_unlock();
		ret = hierarchy_add(css->cgroup);
		cond_resched();
		rcu_read_lock();
		css_put(css);
		if (ret)
			break;
	}
	rcu_read_unlock();
	if (ret)
		pr_err("out of memory while reading the cgroup hierarchy\n");
	return ret;
}

/*
 * A mkdir or rmdir that was inside the cgroup core when the hooks were armed
 * is not redirected, and may finish after the scan has passed: look again for
 * a while. Such a call sleeps for as long as the cgroup core is busy.
 */
#define RESYNC_ROUNDS	10

static int resync_rounds;

static void resync(struct work_struct *work)
{
	hierarchy_prune();
	add_existing();
	if (++resync_rounds < RESYNC_ROUNDS)
		schedule_delayed_work(to_delayed_work(work), HZ);
}

static DECLARE_DELAYED_WORK(resync_work, resync);

/**
 * hierarchy_root - the root of the hierarchy that is followed
 *
 * Context: any.
 * Return: the cgroup.
 */
struct cgroup *hierarchy_root(void)
{
	return &cgrp_dfl_root.cgrp;
}

/**
 * hierarchy_follow - make nodes for all cgroups that are there and will be
 *
 * Context: module load, after hierarchy_init(). Sleeps.
 * Return: 0; or an error, logged, and no hook is in place.
 */
int hierarchy_follow(void)
{
	int ret = hook_install(hooks, ARRAY_SIZE(hooks));

	if (ret)
		return ret;
	ret = add_existing();
	if (ret) {
		hierarchy_unfollow();
		hook_drain();
		return ret;
	}
	schedule_delayed_work(&resync_work, HZ);
	return 0;
}

/**
 * hierarchy_unfollow - stop following the cgroup core; hook_drain() is due
 *
 * Context: module load and unload. Sleeps.
 */
void hierarchy_unfollow(void)
{
	cancel_delayed_work_sync(&resync_work);
	hook_remove(hooks, ARRAY_SIZE(hooks));
}
