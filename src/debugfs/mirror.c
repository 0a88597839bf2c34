// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mirror: directories that come and go with the cgroups.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cred.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kernfs.h>
#include <linux/limits.h>
#include <linux/ratelimit.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "debugfs.h"

/* rdmacg_oot/ and, in it, cgroup/; NULL when they have been taken down */
static struct dentry *top, *root;
/* With whose rights directories and files are made: the kernel's. */
static const struct cred *mirror_cred;

/* A cgroup's own name: its path seen from its parent, without the slash. */
static struct dentry *create_dentry(struct hierarchy_node *node, struct hierarchy_node *parent)
{
	char *path = kzalloc(NAME_MAX + 2, GFP_KERNEL);
	struct mirror_dir *parent_dir = parent->mirror;
	struct dentry *dentry;

	if (!path)
		return ERR_PTR(-ENOMEM);
	kernfs_path_from_node(node->cgroup->kn, parent->cgroup->kn, path, NAME_MAX + 2);
	/* The parent has none only if making it failed, which has been logged. */
	dentry = parent_dir ? debugfs_create_dir(path + 1, parent_dir->dentry) : ERR_PTR(-ENOENT);
	if (IS_ERR(dentry))
		pr_warn_ratelimited("cgroup %*pE has no directory here (%ld): its usage counts in the cgroups above it, it has no limits of its own\n",
				    (int)strlen(path), path, PTR_ERR(dentry));
	kfree(path);
	return dentry;
}

static void make_dir(struct hierarchy_node *node)
{
	struct mirror_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL_ACCOUNT);
	struct hierarchy_node *parent = hierarchy_parent(node);

	if (!dir) {
		pr_warn_ratelimited("no memory for the directory of a cgroup: it has no limits of its own\n");
		return;
	}
	dir->dentry = parent ? create_dentry(node, parent) : root;
	if (IS_ERR(dir->dentry)) {
		kfree(dir);
		return;
	}
	refcount_set(&dir->refs, 1);
	init_waitqueue_head(&dir->wait);
	/* Pairs with the dependency in mirror_notify(). */
	smp_store_release(&node->mirror, dir);
	if (!node->threaded)
		mirror_files_create(node);
}

/* Whoever makes a cgroup need not be somebody who may look into debugfs. */
static void mirror_added(struct hierarchy_node *node)
{
	const struct cred *caller = override_creds(mirror_cred);

	make_dir(node);
	revert_creds(caller);
}

/**
 * mirror_dir_put - drop a reference
 * @dir: the directory
 *
 * Context: any.
 */
void mirror_dir_put(struct mirror_dir *dir)
{
	if (refcount_dec_and_test(&dir->refs))
		kfree_rcu(dir, rcu);
}

static void mirror_removed(struct hierarchy_node *node)
{
	struct mirror_dir *dir = node->mirror;

	if (!dir)
		return;
	mirror_unwatch(dir);
	/* mirror_exit() has taken down all of them at once. */
	if (top)
		debugfs_remove(dir->dentry);
	/* Who polls finds that the file is gone. */
	wake_up_interruptible(&dir->wait);
	WRITE_ONCE(node->mirror, NULL);
	mirror_dir_put(dir);
}

static void mirror_threaded(struct hierarchy_node *node)
{
	const struct cred *caller = override_creds(mirror_cred);

	if (node->mirror)
		mirror_files_remove(node);
	revert_creds(caller);
}

const struct hierarchy_observer mirror_observer = {
	.added		= mirror_added,
	.removed	= mirror_removed,
	.threaded	= mirror_threaded,
};

/**
 * mirror_init - make the directory of this module
 *
 * Context: module load. Sleeps.
 * Return: 0; or an error, logged.
 */
int mirror_init(void)
{
	mirror_cred = prepare_kernel_cred(&init_task);
	if (!mirror_cred)
		return -ENOMEM;
	top = debugfs_create_dir(KBUILD_MODNAME, NULL);
	root = IS_ERR(top) ? top : debugfs_create_dir("cgroup", top);
	if (IS_ERR(root)) {
		pr_err("cannot make a directory in debugfs (%ld): is debugfs off (debugfs=off on the kernel command line)?\n",
		       PTR_ERR(root));
		debugfs_remove(top);
		put_cred(mirror_cred);
		return PTR_ERR(root);
	}
	rcg_notify = mirror_notify;
	return 0;
}

/**
 * mirror_ready - all is in place: let the status file say so
 *
 * Not before, since a load that fails does not wait for who has a file open.
 *
 * Context: module load, when nothing can fail any more. Sleeps.
 */
void mirror_ready(void)
{
	status_create(top);
}

/**
 * mirror_exit - take everything down; hierarchy_exit() is due
 *
 * Readers and writers that are inside a file are waited for.
 *
 * Context: module load and unload, when nothing can be charged any more.
 * Sleeps.
 */
void mirror_exit(void)
{
	mirror_notify_flush();
	debugfs_remove(top);
	top = NULL;
	put_cred(mirror_cred);
}
