// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mirror: directories that come and go with the cgroups.
 */
#include <linux/cred.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat/file.h"
#include "debugfs.h"

/* Directories by number. Numbers are given out in turn, not the lowest free one. */
static DEFINE_IDR(dirs);
static DEFINE_SPINLOCK(dirs_lock);

/* rdmacg_oot/ and, in it, cgroup/ */
static struct dentry *top, *root;
/* With whose rights directories and files are made: the kernel's. */
static const struct cred *mirror_cred;

static struct dentry *create_dentry(struct hierarchy_node *node, struct hierarchy_node *parent)
{
	struct mirror_dir *parent_dir = parent->mirror;
	struct dentry *dentry;
	char *name;

	name = compat_cgroup_name(node->cgroup);
	if (!name)
		return ERR_PTR(-ENOMEM);
	/* That one of our files is there, debugfs would write to the log, with the user's names. */
	dentry = strncmp(name, "rdma.", 5) ? NULL : debugfs_lookup(name, parent_dir->dentry);
	if (dentry) {
		dput(dentry);
		dentry = ERR_PTR(-EEXIST);
	} else {
		/* Before 5.1 it told no reason; most often it is that. */
		dentry = debugfs_create_dir(name, parent_dir->dentry) ?: ERR_PTR(-EEXIST);
	}
	kfree(name);
	return dentry;
}

static bool number_dir(struct mirror_dir *dir)
{
	idr_preload(GFP_KERNEL);
	spin_lock(&dirs_lock);
	dir->id = idr_alloc_cyclic(&dirs, dir, 1, 0, GFP_NOWAIT);
	spin_unlock(&dirs_lock);
	idr_preload_end();
	return dir->id > 0;
}

static void forget_number(struct mirror_dir *dir)
{
	spin_lock(&dirs_lock);
	idr_remove(&dirs, dir->id);
	spin_unlock(&dirs_lock);
}

/**
 * mirror_dir_get - find a directory and take a reference
 * @id: its number
 *
 * Context: process.
 * Return: the directory; NULL if it has gone.
 */
struct mirror_dir *mirror_dir_get(int id)
{
	struct mirror_dir *dir;

	rcu_read_lock();
	dir = idr_find(&dirs, id);
	/* The reference count is set before anybody is told the number. */
	if (dir && !refcount_inc_not_zero(&dir->refs))
		dir = NULL;
	rcu_read_unlock();
	return dir;
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

/* The files are about to go: whoever has one open gets ENODEV from now on. */
static void close_dir(struct mirror_dir *dir)
{
	mirror_unwatch(dir);
	down_write(&dir->lock);
	WRITE_ONCE(dir->node, NULL);
	up_write(&dir->lock);
	/* Who polls finds that out. */
	wake_up_interruptible(&dir->wait);
}

static void mirror_removed(struct hierarchy_node *node)
{
	struct mirror_dir *dir = node->mirror;

	close_dir(dir);
	/*
	 * Only files are left in it: before 5.6 debugfs never finds its way out
	 * of a tree in which somebody has a directory below the top open.
	 */
	debugfs_remove_recursive(dir->dentry);
	forget_number(dir);
	WRITE_ONCE(node->mirror, NULL);
	mirror_dir_put(dir);
}

static int make_dir(struct hierarchy_node *node)
{
	struct mirror_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL_ACCOUNT);
	struct hierarchy_node *parent = hierarchy_parent(node);
	int ret = -ENOMEM;

	if (!dir || !number_dir(dir))
		goto free;
	dir->dentry = parent ? create_dentry(node, parent) : root;
	if (IS_ERR(dir->dentry)) {
		ret = PTR_ERR(dir->dentry);
		goto number;
	}
	refcount_set(&dir->refs, 1);
	init_rwsem(&dir->lock);
	init_waitqueue_head(&dir->wait);
	dir->node = node;
	/* Pairs with the dependency in mirror_notify(). */
	smp_store_release(&node->mirror, dir);
	ret = node->threaded ? 0 : mirror_files_create(dir, !parent);
	if (ret)
		mirror_removed(node);
	return ret;

number:
	forget_number(dir);
free:
	kfree(dir);
	return ret;
}

/* Whoever makes a cgroup need not be somebody who may look into debugfs. */
static int mirror_added(struct hierarchy_node *node)
{
	const struct cred *caller = override_creds(mirror_cred);
	int ret = make_dir(node);

	revert_creds(caller);
	return ret;
}

static int mirror_renamed(struct hierarchy_node *node)
{
	const struct cred *caller = override_creds(mirror_cred);
	char *name = compat_cgroup_name(node->cgroup);
	struct mirror_dir *dir = node->mirror;
	int ret = name ? 0 : -ENOMEM;

	if (name && strcmp(name, dir->dentry->d_name.name))
		ret = compat_debugfs_rename(dir->dentry, name);
	kfree(name);
	revert_creds(caller);
	return ret;
}

static void mirror_threaded(struct hierarchy_node *node)
{
	const struct cred *caller = override_creds(mirror_cred);
	struct mirror_dir *dir = node->mirror;

	close_dir(dir);
	mirror_files_remove(dir);
	revert_creds(caller);
}

const struct hierarchy_observer mirror_observer = {
	.added		= mirror_added,
	.removed	= mirror_removed,
	.renamed	= mirror_renamed,
	.threaded	= mirror_threaded,
};

/**
 * mirror_init - make the directory of this module
 *
 * Context: module load. Sleeps.
 * Return: 0; -ENOMEM; or another error, logged.
 */
int mirror_init(void)
{
	if (!debugfs_initialized()) {
		pr_err("not loaded: debugfs cannot be mounted, so limits could be neither set nor read: boot without debugfs=off or debugfs=no-mount\n");
		return -ENODEV;
	}
	mirror_cred = prepare_kernel_cred(&init_task);
	if (!mirror_cred)
		return -ENOMEM;
	top = debugfs_create_dir(KBUILD_MODNAME, NULL);
	root = IS_ERR_OR_NULL(top) ? top : debugfs_create_dir("cgroup", top);
	if (IS_ERR_OR_NULL(root)) {
		if (root != ERR_PTR(-ENOMEM))
			pr_err("cannot make a directory in debugfs (%ld): is debugfs off (debugfs=off on the kernel command line)?\n",
			       PTR_ERR(root));
		debugfs_remove_recursive(top);
		put_cred(mirror_cred);
		/* Before 5.1 debugfs told no reason. */
		return PTR_ERR(root) ?: -ENODEV;
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
 * mirror_exit - take down what is left when the nodes have gone
 *
 * Context: module load and unload, after hierarchy_exit(). Sleeps.
 */
void mirror_exit(void)
{
	mirror_notify_flush();
	debugfs_remove_recursive(top);
	put_cred(mirror_cred);
}
