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

/* Nodes by the number of their directory. No number is used twice. */
static DEFINE_IDR(numbers);
static DEFINE_SPINLOCK(numbers_lock);

/* rdmacg_oot/ and, in it, cgroup/ */
static struct dentry *top, *root;
/* The kernel's credentials, with which directories and files are made */
static const struct cred *mirror_cred;
/* The operations of the open status file */
static const struct file_operations *status_fops;

static struct dentry *create_dentry(struct hierarchy_node *node, struct hierarchy_node *parent)
{
	struct mirror_dir *parent_dir = mirror_dir_of(parent);
	struct dentry *dentry;
	char *name;

	name = compat_cgroup_name(node->cgroup);
	if (!name)
		return ERR_PTR(-ENOMEM);
	/* If one of our files has this name, debugfs would log the user's names. */
	dentry = strncmp(name, "rdma.", 5) ? NULL : debugfs_lookup(name, parent_dir->dentry);
	if (dentry) {
		dput(dentry);
		dentry = ERR_PTR(-EEXIST);
	} else {
		/* Before 5.1 debugfs told no reason; most often it is this one. */
		dentry = debugfs_create_dir(name, parent_dir->dentry) ?: ERR_PTR(-EEXIST);
	}
	kfree(name);
	return dentry;
}

/* Returns a number for the directory of a node, 0 if there is no memory. */
static int number_node(struct hierarchy_node *node)
{
	int id;

	idr_preload(GFP_KERNEL);
	spin_lock(&numbers_lock);
	id = idr_alloc_cyclic(&numbers, node, 1, 0, GFP_NOWAIT);
	spin_unlock(&numbers_lock);
	idr_preload_end();
	return max(id, 0);
}

static void forget_number(int id)
{
	spin_lock(&numbers_lock);
	idr_remove(&numbers, id);
	spin_unlock(&numbers_lock);
}

/**
 * mirror_node_get - find a node by the number of its directory, and take a reference
 * @id: the number
 *
 * Context: process.
 * Return: the node; NULL if its files have been removed.
 */
struct hierarchy_node *mirror_node_get(int id)
{
	struct hierarchy_node *node;

	rcu_read_lock();
	node = idr_find(&numbers, id);
	if (node && !rcg_group_tryget(&node->group))
		node = NULL;
	rcu_read_unlock();
	return node;
}

static void mirror_prepare(struct hierarchy_node *node)
{
	init_waitqueue_head(&mirror_dir_of(node)->wait);
}

/* Before the files are removed: nobody can open them any more. */
static void close_dir(struct mirror_dir *dir)
{
	/* The directory of a threaded node has no number and no files. */
	if (!dir->id)
		return;
	forget_number(dir->id);
	mirror_files_close(dir);
}

static void mirror_removed(struct hierarchy_node *node)
{
	struct mirror_dir *dir = mirror_dir_of(node);

	close_dir(dir);
	/*
	 * Only files are left in it. (Before 5.6 debugfs loops for ever if
	 * somebody has a directory below the top of the tree open.)
	 */
	debugfs_remove_recursive(dir->dentry);
}

static int make_dir(struct hierarchy_node *node)
{
	struct hierarchy_node *parent = hierarchy_parent(node);
	struct mirror_dir *dir = mirror_dir_of(node);
	struct dentry *dentry = parent ? create_dentry(node, parent) : root;
	int ret = -ENOMEM;

	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	dir->dentry = dentry;
	if (node->threaded)
		return 0;
	WRITE_ONCE(dir->id, number_node(node));
	if (dir->id)
		ret = mirror_files_create(dir, !parent);
	if (ret)
		mirror_removed(node);
	return ret;
}

/* The maker of a cgroup may have no rights in debugfs. */
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
	struct mirror_dir *dir = mirror_dir_of(node);
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
	struct mirror_dir *dir = mirror_dir_of(node);

	close_dir(dir);
	mirror_files_remove(dir);
	revert_creds(caller);
}

struct hierarchy_observer mirror_observer = {
	.name		= "debugfs",
	.size		= sizeof(struct mirror_dir),
	.prepare	= mirror_prepare,
	.added		= mirror_added,
	.removed	= mirror_removed,
	.renamed	= mirror_renamed,
	.threaded	= mirror_threaded,
	.changed	= mirror_changed,
};

static int status_door(struct inode *inode, struct file *file)
{
	return compat_enter_file(file, status_fops);
}

static const struct file_operations status_door_fops = {
	.owner	= COMPAT_DOOR_OWNER,
	.open	= status_door,
};

/**
 * mirror_possible - can debugfs be had?
 *
 * Context: module load.
 * Return: false where it is off, or cannot be mounted (debugfs=off, debugfs=no-mount).
 */
bool mirror_possible(void)
{
	return debugfs_initialized();
}

/**
 * mirror_init - make the directory of this module
 *
 * Context: module load. Sleeps.
 * Return: 0; -ENOMEM; or another error, logged.
 */
int mirror_init(void)
{
	mirror_cred = prepare_kernel_cred(&init_task);
	if (!mirror_cred)
		return -ENOMEM;
	top = debugfs_create_dir(KBUILD_MODNAME, NULL);
	root = IS_ERR_OR_NULL(top) ? top : debugfs_create_dir("cgroup", top);
	if (IS_ERR_OR_NULL(root)) {
		if (root != ERR_PTR(-ENOMEM))
			pr_err("cannot make a directory in debugfs (%ld): load with mirror=0, or see what is there\n",
			       PTR_ERR(root));
		debugfs_remove_recursive(top);
		put_cred(mirror_cred);
		/* Before 5.1 debugfs told no reason. */
		return PTR_ERR(root) ?: -ENODEV;
	}
	hierarchy_observe(&mirror_observer);
	return 0;
}

/**
 * mirror_ready - make the status file
 * @fops: its operations when it is open
 *
 * Last of all, since a load that fails does not wait for open files.
 *
 * Context: module load, when nothing can fail any more. Sleeps.
 */
void mirror_ready(const struct file_operations *fops)
{
	status_fops = fops;
	debugfs_create_file_unsafe("status", 0444, top, NULL, &status_door_fops);
}

/**
 * mirror_exit - remove the directories that are left, and the status file
 *
 * Context: module load and unload, after hierarchy_exit(). Sleeps.
 */
void mirror_exit(void)
{
	debugfs_remove_recursive(top);
	put_cred(mirror_cred);
}
