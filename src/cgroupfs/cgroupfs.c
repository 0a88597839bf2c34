// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of a cgroup as files of the cgroup file system: kernfs nodes with
 * operations of ours, in the directories that the cgroup core makes.
 *
 * kernfs_remove() waits for the operations of a file that are under way. After it,
 * kernfs calls none, and a read of an open file fails with ENODEV. So an open file
 * needs no reference to its node, and unloading does not wait for open files.
 *
 * rmdir(2) waits for the operations, too, and holds cgroup_mutex meanwhile, for which
 * mkdir(2) and others wait. So an operation must not take a lock under which another
 * task may wait for cgroup_mutex, &hierarchy_node.lock or hierarchy_lock. The
 * operations take rcg_lock and allocate memory, as those of the kernel's own
 * controller do.
 *
 * When a node is removed, rmdir(2) may have removed the directory and its files
 * before: see is_removed().
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernfs.h>
#include <linux/ratelimit.h>
#include <linux/rbtree.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "cgroupfs.h"
#include "compat/kernfs.h"
#include "files/files.h"
#include "hierarchy/hierarchy.h"
#include "hook/hook.h"

/*
 * struct cgroupfs_dir - what a node has in its cgroup's directory
 * @file: by row of the table of files, referenced; NULL where there is none
 */
struct cgroupfs_dir {
	struct kernfs_node	*file[FILES_NR];
};

static struct hierarchy_observer cgroupfs_observer;
/* For &cgroupfs_dir.file, of all nodes */
static DEFINE_SPINLOCK(file_lock);
/*
 * The directory that has the root's files, or NULL; only compared. As long as it has
 * one, that holds a reference to it, and no other directory gets its address. Under
 * the root node's lock
 */
static const struct kernfs_node *root_directory;
/* Tells lockdep that removing a file waits for its operations */
static struct lock_class_key file_key;

/* Functions that kernfs does not export, with the types that its header declares */
DEFINE_STATIC_CALL_NULL(create_file, __kernfs_create_file);
DEFINE_STATIC_CALL_NULL(activate_file, kernfs_activate);
DEFINE_STATIC_CALL_NULL(remove_file, kernfs_remove);
DEFINE_STATIC_CALL_NULL(change_file, kernfs_setattr);

static struct cgroupfs_dir *dir_of(struct hierarchy_node *node)
{
	return hierarchy_data(node, &cgroupfs_observer);
}

/* One per row of the table of files: a file's row is found by its operations. */
static const struct kernfs_ops file_ops[FILES_NR];

static const struct files_row *row_of(const struct kernfs_open_file *of)
{
	return &files_table[of->kn->attr.ops - file_ops];
}

static struct hierarchy_node *node_of(const struct kernfs_open_file *of)
{
	return of->kn->priv;
}

static int file_show(struct seq_file *seq, void *v)
{
	struct kernfs_open_file *of = seq->private;

	row_of(of)->show(seq, &node_of(of)->group, row_of(of)->keys);
	return 0;
}

/* As cgroup_file_write(), including its rule for namespaces: compat_cgroup_ns_forbids(). */
static ssize_t file_write(struct kernfs_open_file *of, char *buf, size_t size, loff_t pos)
{
	struct hierarchy_node *node = node_of(of);
	const struct files_row *row = row_of(of);
	int ret;

	if (!size)
		return 0;
	if (compat_cgroup_ns_forbids(of, node->cgroup))
		return -EPERM;
	ret = row->write ? row->write(&node->group, row->keys, buf) : -EINVAL;
	return ret ?: size;
}

static const struct kernfs_ops file_ops[FILES_NR] = {
	[0 ... FILES_NR - 1] = {
		.seq_show		= file_show,
		.write			= file_write,
		.atomic_write_len	= PAGE_SIZE,
		COMPAT_CGROUP_NS_OPEN
	},
};

/* Watchers of the file are not notified any more; the caller removes it. */
static struct kernfs_node *take_file(struct cgroupfs_dir *dir, int i)
{
	struct kernfs_node *file;

	spin_lock(&file_lock);
	file = dir->file[i];
	dir->file[i] = NULL;
	spin_unlock(&file_lock);
	return file;
}

/*
 * Has kernfs removed the file already, with its directory? Then kernfs_remove() would
 * do nothing, but take locks that the whole hierarchy shares, once for each file.
 *
 * kernfs removes a file from the tree of its siblings after it has waited for the
 * file's operations. The cgroup core renames directories only, so the file is never put
 * back. No lock is needed to ask: if kernfs removes the file just now, kernfs_remove() is
 * called, and waits. If it has been removed, kernfs_put() is a barrier: what is freed
 * later is freed after the last operation.
 */
static bool is_removed(const struct kernfs_node *file)
{
	/* kernfs writes it under a lock that is not held here: see above. */
	return data_race(RB_EMPTY_NODE(&file->rb));
}

/*
 * If the cgroup stays, pollers are woken, and find that the file was removed. If the
 * cgroup is removed, pollers are not woken, as on 7.3.
 */
static void remove_files(struct hierarchy_node *node)
{
	bool stays = !node->cgroup || !compat_cgroup_removed(node->cgroup);
	struct cgroupfs_dir *dir = dir_of(node);
	struct kernfs_node *file;
	int i;

	for (i = 0; i < FILES_NR; i++) {
		file = take_file(dir, i);
		if (!file)
			continue;
		if (!is_removed(file))
			static_call(remove_file)(file);
		if (stays && files_table[i].watched != FILES_UNWATCHED)
			kernfs_notify(file);
		kernfs_put(file);
	}
}

static void warn_of_name(struct cgroup *cgroup, const char *name)
{
	char *called = cgroup_parent(cgroup) ? compat_cgroup_name(cgroup) : NULL;

	pr_warn_ratelimited("cgroup " COMPAT_ESCAPED " has no file %s in the cgroup file system: a cgroup in it has that name\n",
			    (int)strlen(called ?: "/"), called ?: "/", name);
	kfree(called);
}

static int give(struct kernfs_node *file, const struct hierarchy_owner *owner)
{
	struct iattr change = {
		.ia_valid	= ATTR_UID | ATTR_GID,
		.ia_uid		= owner->uid,
		.ia_gid		= owner->gid,
	};

	if (uid_eq(owner->uid, GLOBAL_ROOT_UID) && gid_eq(owner->gid, GLOBAL_ROOT_GID))
		return 0;
	return static_call(change_file)(file, &change);
}

/*
 * Make the file of row @i in the directory of a cgroup. Nobody sees it before it is
 * activated. The lock of a directory keeps rmdir(2) out meanwhile, see hierarchy.h: it
 * would free the file, and kernfs would warn of its activation.
 */
static int make_file(struct hierarchy_node *node, struct cgroup *cgroup, int i)
{
	const struct files_row *row = &files_table[i];
	struct cgroupfs_dir *dir = dir_of(node);
	struct kernfs_node *file;
	int ret;

	file = compat_kernfs_create_file(create_file, cgroup->kn, row->name, row->mode,
					 &file_ops[i], node, &file_key);
	if (file == ERR_PTR(-EEXIST)) {
		warn_of_name(cgroup, row->name);
		return 0;
	}
	if (IS_ERR(file))
		return PTR_ERR(file);
	kernfs_get(file);
	spin_lock(&file_lock);
	dir->file[i] = file;
	spin_unlock(&file_lock);
	ret = give(file, &node->owner);
	if (!ret)
		static_call(activate_file)(file);
	return ret;
}

/*
 * As the cgroup core makes the kernel's own files: the maker of the cgroup owns them,
 * and his memory cgroup is charged for them.
 */
static int make_files(struct hierarchy_node *node, struct cgroup *cgroup)
{
	int i, ret = 0;

	for (i = 0; i < FILES_NR && !ret; i++)
		if (files_has(!hierarchy_parent(node), &files_table[i]))
			ret = make_file(node, cgroup, i);
	if (ret)
		remove_files(node);
	return ret;
}

static int make_root_files(struct hierarchy_node *node, struct cgroup *root)
{
	int ret;

	remove_files(node);
	ret = make_files(node, root);
	root_directory = ret ? NULL : root->kn;
	return ret;
}

/* A v1 hierarchy has no root while it is not mounted, and another one after each mount. */
static int root_added(struct hierarchy_node *node)
{
	struct cgroup *root = hierarchy_root_get();
	int ret;

	if (!root)
		return 0;
	ret = make_root_files(node, root);
	compat_root_put(root);
	return ret;
}

static int cgroupfs_added(struct hierarchy_node *node)
{
	struct hierarchy_node *parent = hierarchy_parent(node);
	struct cgroup *above;

	if (!parent)
		return root_added(node);
	above = cgroup_parent(node->cgroup);
	/* The lock of the parent is held. */
	if (!parent->cgroup && root_directory != above->kn && make_root_files(parent, above))
		pr_warn_ratelimited("no memory for the files of the root cgroup\n");
	return node->threaded ? 0 : make_files(node, node->cgroup);
}

/* If there is no memory for the change, root goes on owning the file. */
static void cgroupfs_owned(struct hierarchy_node *node)
{
	struct cgroupfs_dir *dir = dir_of(node);
	int i;

	for (i = 0; i < FILES_NR; i++)
		if (dir->file[i])
			give(dir->file[i], &node->owner);
}

static void cgroupfs_changed(struct hierarchy_node *node, int which)
{
	struct cgroupfs_dir *dir = dir_of(node);
	int i;

	spin_lock(&file_lock);
	for (i = 0; i < FILES_NR; i++)
		if (files_table[i].watched == which && dir->file[i])
			kernfs_notify(dir->file[i]);
	spin_unlock(&file_lock);
}

static struct hierarchy_observer cgroupfs_observer = {
	.name		= "the cgroup file system",
	.size		= sizeof(struct cgroupfs_dir),
	.added		= cgroupfs_added,
	.removed	= remove_files,
	.owned		= cgroupfs_owned,
	.threaded	= remove_files,
	.changed	= cgroupfs_changed,
};

/**
 * cgroupfs_init - have nodes shown in the cgroup file system
 *
 * Context: module load, before hierarchy_init(). Sleeps.
 * Return: 0; -ENOMEM; or another error, logged: a function of kernfs was not found.
 */
int cgroupfs_init(void)
{
	struct {
		const char	*name;
		unsigned long	address;
	} function[] = {
		{ "__kernfs_create_file" }, { "kernfs_activate" }, { "kernfs_remove" },
		{ "kernfs_setattr" },
	};
	int i, ret;

	for (i = 0; i < ARRAY_SIZE(function); i++) {
		ret = hook_find(function[i].name, &function[i].address);
		if (ret && ret != -ENOMEM)
			pr_err("no files in the cgroup file system: function %s not found (%d); please report it\n",
			       function[i].name, ret);
		if (ret)
			return ret;
	}
	static_call_update(create_file, (typeof(&__kernfs_create_file))function[0].address);
	static_call_update(activate_file, (typeof(&kernfs_activate))function[1].address);
	static_call_update(remove_file, (typeof(&kernfs_remove))function[2].address);
	static_call_update(change_file, (typeof(&kernfs_setattr))function[3].address);
	hierarchy_observe(&cgroupfs_observer);
	return 0;
}
