/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels in kernfs and in the look-up of its files.
 */
#ifndef RCG_COMPAT_KERNFS_H
#define RCG_COMPAT_KERNFS_H

#include <linux/cgroup.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/kernfs.h>
#include <linux/namei.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/uidgid.h>

/* Make a file that root owns, through @function, a static call of __kernfs_create_file(). */
#ifdef RCG_HAVE_KERNFS_CREATE_FILE_UID
#define compat_kernfs_create_file(function, parent, name, mode, ops, priv, key) \
	static_call(function)(parent, name, mode, GLOBAL_ROOT_UID, GLOBAL_ROOT_GID, 0, ops, \
			      priv, NULL, key)
#else
#define compat_kernfs_create_file(function, parent, name, mode, ops, priv, key) \
	static_call(function)(parent, name, mode, 0, ops, priv, NULL, key)
#endif

/* 4.13: mount option nsdelegate */
#ifdef RCG_HAVE_CGROUP_NS_DELEGATE
/* kernfs_ops.open: remember the root of the cgroup namespace that the file is opened in */
static inline int compat_cgroup_ns_open(struct kernfs_open_file *of)
{
	const struct cgroup_namespace *ns = current->nsproxy->cgroup_ns;

	/* Only compared later, never dereferenced. */
	of->priv = ns == init_task.nsproxy->cgroup_ns ? NULL : ns->root_cset->dfl_cgrp;
	return 0;
}

#define COMPAT_CGROUP_NS_OPEN	.open = compat_cgroup_ns_open,

/**
 * compat_cgroup_ns_forbids - does the cgroup namespace forbid to write a file?
 * @of: the file
 * @cgroup: its cgroup
 *
 * Context: write operation of the file.
 * Return: true if the file is of the root of the namespace that it was opened in,
 * and the hierarchy is mounted with nsdelegate (7.3: cgroup_file_write).
 */
static inline bool compat_cgroup_ns_forbids(const struct kernfs_open_file *of,
					    const struct cgroup *cgroup)
{
	return of->priv && of->priv == cgroup && cgroup->root->flags & CGRP_ROOT_NS_DELEGATE;
}
#else
#define COMPAT_CGROUP_NS_OPEN
static inline bool compat_cgroup_ns_forbids(const struct kernfs_open_file *of,
					    const struct cgroup *cgroup)
{
	return false;
}
#endif

/* 4.5: the lock of an inode */
#ifdef RCG_HAVE_INODE_LOCK
#define compat_inode_lock	inode_lock
#define compat_inode_unlock	inode_unlock
#else
#define compat_inode_lock(inode)	mutex_lock(&(inode)->i_mutex)
#define compat_inode_unlock(inode)	mutex_unlock(&(inode)->i_mutex)
#endif

/**
 * compat_lookup - look a name up in a directory
 * @name: the name
 * @len: its length
 * @dir: the directory
 *
 * Context: process, may sleep; takes the lock of the directory.
 * Return: the dentry, referenced, negative if there is no such file; or an error.
 */
static inline struct dentry *compat_lookup(const char *name, int len, struct dentry *dir)
{
#ifdef RCG_HAVE_LOOKUP_NOPERM_UNLOCKED
	/* 6.16 */
	struct qstr qstr = QSTR_INIT(name, len);

	return lookup_noperm_unlocked(&qstr, dir);
#elif defined(RCG_HAVE_LOOKUP_ONE_LEN_UNLOCKED)
	/* 4.5 */
	return lookup_one_len_unlocked(name, dir, len);
#else
	struct dentry *dentry;

	compat_inode_lock(d_inode(dir));
	dentry = lookup_one_len(name, dir, len);
	compat_inode_unlock(d_inode(dir));
	return dentry;
#endif
}

#endif /* RCG_COMPAT_KERNFS_H */
