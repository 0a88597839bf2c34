/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels in files: debugfs, writes, notification.
 */
#ifndef RCG_COMPAT_FILE_H
#define RCG_COMPAT_FILE_H

#include <linux/aio.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/fsnotify.h>
#include <linux/module.h>
#include <linux/socket.h>
#include <linux/uio.h>

/*
 * 4.7: debugfs guards the operations of a file against its removal; of a file made
 * by debugfs_create_file_unsafe() only its open(). Up to 5.7 it warns when a file is
 * opened whose owner is being unloaded. So debugfs is given operations without an
 * owner, the "door", whose open() takes the reference to the module itself
 * (compat_enter_file()).
 */
#ifdef RCG_HAVE_DEBUGFS_CREATE_FILE_UNSAFE
#define COMPAT_DOOR_OWNER		NULL
#else
#define COMPAT_DOOR_OWNER		THIS_MODULE
#define debugfs_create_file_unsafe	debugfs_create_file
#endif

/**
 * compat_enter_file - give an open debugfs file its real operations
 * @file: the file that is being opened
 * @fops: its real operations, which have an owner
 *
 * Context: open operation of the door.
 * Return: what the open operation of @fops returns; -ENODEV when the module is
 * being unloaded.
 */
static inline int compat_enter_file(struct file *file, const struct file_operations *fops)
{
	const struct file_operations *real = fops_get(fops);
	int ret = -ENODEV;

	if (real) {
		replace_fops(file, real);
		ret = real->open(file_inode(file), file);
	}
#ifdef RCG_HAVE_DEBUGFS_CREATE_FILE_UNSAFE
	/*
	 * After an error the VFS uses the operations in @file once more, when
	 * debugfs no longer keeps this module loaded: leave debugfs' own there,
	 * as debugfs does.
	 */
	if (ret)
		replace_fops(file, fops_get(file_inode(file)->i_fop));
#endif
	return ret;
}

/* 4.12. Needed where debugfs logs a name that exists, and for threaded cgroups: both are newer. */
#ifndef RCG_HAVE_DEBUGFS_LOOKUP
#define debugfs_lookup(name, parent)	((struct dentry *)NULL)
#endif

/**
 * compat_debugfs_rename - give a debugfs directory another name
 * @dentry: the directory
 * @name: the name
 *
 * Context: process, may sleep.
 * Return: 0 or an error.
 */
static inline int compat_debugfs_rename(struct dentry *dentry, const char *name)
{
#ifdef RCG_HAVE_DEBUGFS_CHANGE_NAME
	return debugfs_change_name(dentry, "%s", name);
#else
	struct dentry *parent = dentry->d_parent;
	struct dentry *renamed = debugfs_rename(parent, dentry, parent, name);

	/* Before 5.1 debugfs told no reason. */
	return renamed ? PTR_ERR_OR_ZERO(renamed) : -EEXIST;
#endif
}

/**
 * compat_fsnotify_dentry - tell the watchers of a file, and of its directory
 * @dentry: the file
 * @mask: what has happened
 *
 * Context: process, may sleep.
 */
static inline void compat_fsnotify_dentry(struct dentry *dentry, __u32 mask)
{
#ifdef RCG_HAVE_FSNOTIFY_DENTRY
	fsnotify_dentry(dentry, mask);
#else
	fsnotify_parent(NULL, dentry, mask);
	fsnotify(dentry->d_inode, mask, dentry->d_inode, FSNOTIFY_EVENT_INODE, NULL, 0);
#endif
}

/*
 * 3.16: write(2) and writev(2) are one operation. COMPAT_WRITE_ITER() makes the older
 * one out of such a function, COMPAT_WRITE_FOPS() is its part of file_operations.
 */
#ifdef RCG_HAVE_WRITE_ITER
#define COMPAT_WRITE_ITER(function)
#define COMPAT_WRITE_FOPS(function)	.write_iter = function

/* 4.10 */
#ifndef RCG_HAVE_COPY_FROM_ITER_FULL
#define copy_from_iter_full(to, size, from)	(copy_from_iter(to, size, from) == (size))
#endif

#else
#define COMPAT_WRITE_ITER(function)						\
static ssize_t function##_aio(struct kiocb *iocb, const struct iovec *iov,	\
			      unsigned long nr, loff_t pos)			\
{										\
	struct iov_iter from;							\
										\
	iov_iter_init(&from, iov, nr, iov_length(iov, nr), 0);			\
	return function(iocb, &from);						\
}
#define COMPAT_WRITE_FOPS(function)						\
	.write = do_sync_write, .aio_write = function##_aio

static inline bool copy_from_iter_full(void *to, size_t size, struct iov_iter *from)
{
	return !memcpy_fromiovecend(to, from->iov, from->iov_offset, size);
}
#endif

#endif /* RCG_COMPAT_FILE_H */
