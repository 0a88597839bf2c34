// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mirror: directories that come and go with the cgroups.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kernfs.h>
#include <linux/limits.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>

#include "debugfs.h"

/* rdmacg_oot/ and, in it, cgroup/ */
static struct dentry *top, *mirror;

/* A cgroup's own name: its path seen from its parent, without the slash. */
static struct dentry *create_dir(struct hierarchy_node *node, struct hierarchy_node *parent)
{
	char *path = kzalloc(NAME_MAX + 2, GFP_KERNEL);
	struct dentry *dir = ERR_PTR(-ENOMEM);
	int len;

	if (!path)
		return dir;
	len = kernfs_path_from_node(node->cgroup->kn, parent->cgroup->kn, path, NAME_MAX + 2);
	/* The parent has none only if making it failed, which has been logged. */
	dir = len < 2 || !parent->mirror ? ERR_PTR(-ENOENT) :
		debugfs_create_dir(path + 1, parent->mirror);
	if (IS_ERR(dir))
		pr_warn_ratelimited("cgroup %*pE has no directory here (%ld): its usage counts in the cgroups above it, it has no limits of its own\n",
				    (int)strlen(path), path, PTR_ERR(dir));
	kfree(path);
	return dir;
}

static void mirror_added(struct hierarchy_node *node)
{
	struct hierarchy_node *parent = hierarchy_parent(node);
	struct dentry *dir = parent ? create_dir(node, parent) : mirror;

	if (IS_ERR(dir))
		return;
	node->mirror = dir;
	if (!node->threaded)
		mirror_files_create(node, dir);
}

static void mirror_removed(struct hierarchy_node *node)
{
	debugfs_remove(node->mirror);
}

static void mirror_threaded(struct hierarchy_node *node)
{
	if (node->mirror)
		mirror_files_remove(node->mirror);
}

const struct hierarchy_observer mirror_observer = {
	.added		= mirror_added,
	.removed	= mirror_removed,
	.threaded	= mirror_threaded,
};

/**
 * mirror_init - make the directory of this module, with the status file
 *
 * Context: module load. Sleeps.
 * Return: 0; or an error, logged.
 */
int mirror_init(void)
{
	top = debugfs_create_dir(KBUILD_MODNAME, NULL);
	mirror = IS_ERR(top) ? top : debugfs_create_dir("cgroup", top);
	if (IS_ERR(mirror)) {
		pr_err("cannot make a directory in debugfs (%ld): is debugfs off (debugfs=off on the kernel command line)?\n",
		       PTR_ERR(mirror));
		debugfs_remove(top);
		return PTR_ERR(mirror);
	}
	status_create(top);
	return 0;
}

/**
 * mirror_exit - take everything down
 *
 * Readers and writers that are inside a file are waited for; files that are
 * still open answer ENODEV.
 *
 * Context: module load and unload. Sleeps.
 */
void mirror_exit(void)
{
	debugfs_remove(top);
}
