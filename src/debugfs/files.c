// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of a cgroup: rows of one table.
 *
 * debugfs would guard the files by itself, but it cuts a writev(2) into
 * pieces, each of which would count as a line; so the operations here go in
 * and out of debugfs_file_get() themselves.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/ratelimit.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "debugfs.h"

/* For &mirror_file.watched of files that change only when somebody writes them or not at all */
#define MIRROR_UNWATCHED	-1

/*
 * struct mirror_file - a file that cgroups have
 * @fops: for debugfs; leads back to the row
 * @name: its name
 * @mode: its mode
 * @on_root: whether the root has it too
 * @watched: its &enum mirror_watched, or MIRROR_UNWATCHED
 * @show: prints it
 * @write: takes a line written to it; NULL for a file that cannot be written
 */
struct mirror_file {
	const struct file_operations	fops;
	const char			*name;
	umode_t				mode;
	bool				on_root;
	int				watched;
	void				(*show)(struct seq_file *seq, struct rcg_group *group);
	int				(*write)(struct rcg_group *group, char *line);
};

/*
 * struct mirror_open - an open file
 * @node: whose; to be used only between debugfs_file_get() and _put()
 * @dir: its directory, referenced
 * @seen: the version last read, of a watched file; 0 before the first read
 */
struct mirror_open {
	struct hierarchy_node	*node;
	struct mirror_dir	*dir;
	int			seen;
};

static const struct mirror_file *row_of(const struct file *file)
{
	return container_of(file->f_op, struct mirror_file, fops);
}

static struct mirror_open *open_of(const struct file *file)
{
	return ((struct seq_file *)file->private_data)->private;
}

/* A version that no reader has seen before its first read: it counts from 1. */
static int version_of(const struct mirror_dir *dir, int watched)
{
	return atomic_read(&dir->version[watched]) + 1;
}

static int mirror_show(struct seq_file *seq, void *v)
{
	const struct mirror_file *row = row_of(seq->file);
	struct mirror_open *open = seq->private;

	/* Before what is printed: a change that comes in between wakes once more. */
	if (row->watched != MIRROR_UNWATCHED)
		open->seen = version_of(open->dir, row->watched);
	row->show(seq, &open->node->group);
	return 0;
}

static int mirror_open(struct inode *inode, struct file *file)
{
	struct mirror_open *open;
	int ret;

	/* Loading may still fail, and would not wait for whoever has a file open. */
	if (READ_ONCE(THIS_MODULE->state) != MODULE_STATE_LIVE)
		return -ENODEV;
	open = kzalloc(sizeof(*open), GFP_KERNEL_ACCOUNT);
	if (!open)
		return -ENOMEM;
	open->node = inode->i_private;
	open->dir = open->node->mirror;
	ret = single_open(file, mirror_show, open);
	if (ret) {
		kfree(open);
		return ret;
	}
	refcount_inc(&open->dir->refs);
	/* seq_file does not think of files that are written at an offset. */
	if (file->f_mode & FMODE_WRITE)
		file->f_mode |= FMODE_PWRITE;
	return 0;
}

static int mirror_release(struct inode *inode, struct file *file)
{
	struct mirror_open *open = open_of(file);

	mirror_dir_put(open->dir);
	kfree(open);
	return single_release(inode, file);
}

static __poll_t mirror_poll(struct file *file, struct poll_table_struct *wait)
{
	struct mirror_open *open = open_of(file);
	struct dentry *dentry = file->f_path.dentry;

	poll_wait(file, &open->dir->wait, wait);
	if (!debugfs_file_get(dentry)) {
		bool changed = open->seen != version_of(open->dir, row_of(file)->watched);

		debugfs_file_put(dentry);
		if (!changed)
			return DEFAULT_POLLMASK;
	}
	return DEFAULT_POLLMASK | EPOLLERR | EPOLLPRI;
}

static ssize_t mirror_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	struct dentry *dentry = file->f_path.dentry;
	ssize_t ret;

	if (debugfs_file_get(dentry))
		return -ENODEV;
	ret = seq_read(file, buf, size, pos);
	debugfs_file_put(dentry);
	return ret;
}

/* Seeking forward prints, too. */
static loff_t mirror_llseek(struct file *file, loff_t offset, int whence)
{
	struct dentry *dentry = file->f_path.dentry;
	loff_t ret;

	if (debugfs_file_get(dentry))
		return -ENODEV;
	ret = seq_lseek(file, offset, whence);
	debugfs_file_put(dentry);
	return ret;
}

/* One write(2) or writev(2) is one line, wherever in the file it goes. */
static ssize_t mirror_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct file *file = iocb->ki_filp;
	struct dentry *dentry = file->f_path.dentry;
	size_t len = iov_iter_count(from);
	char *line;
	int ret;

	if (!len)
		return 0;
	if (len > PAGE_SIZE)
		return -E2BIG;
	line = kmalloc(len + 1, GFP_KERNEL);
	if (!line)
		return -ENOMEM;
	if (!copy_from_iter_full(line, len, from)) {
		ret = -EFAULT;
		goto free;
	}
	line[len] = '\0';

	ret = -ENODEV;
	if (!debugfs_file_get(dentry)) {
		ret = row_of(file)->write(&open_of(file)->node->group, line);
		debugfs_file_put(dentry);
	}
free:
	kfree(line);
	if (ret)
		return ret;
	iocb->ki_pos += len;
	return len;
}

#define MIRROR_FOPS						\
	.owner = THIS_MODULE, .open = mirror_open,		\
	.read = mirror_read, .llseek = mirror_llseek,		\
	.release = mirror_release

static const struct mirror_file files[] = {
	{
		.fops = { MIRROR_FOPS, .write_iter = mirror_write },
		.name = "rdma.max",
		.mode = 0644,
		.watched = MIRROR_UNWATCHED,
		.show = rcg_show_max,
		.write = rcg_limits_write,
	}, {
		.fops = { MIRROR_FOPS },
		.name = "rdma.current",
		.mode = 0444,
		.on_root = true,
		.watched = MIRROR_UNWATCHED,
		.show = rcg_show_current,
	}, {
		.fops = { MIRROR_FOPS },
		.name = "rdma.peak",
		.mode = 0444,
		.on_root = true,
		.watched = MIRROR_UNWATCHED,
		.show = rcg_show_peak,
	}, {
		.fops = { MIRROR_FOPS, .poll = mirror_poll },
		.name = "rdma.events",
		.mode = 0444,
		.watched = MIRROR_EVENTS,
		.show = rcg_show_events,
	}, {
		.fops = { MIRROR_FOPS, .poll = mirror_poll },
		.name = "rdma.events.local",
		.mode = 0444,
		.watched = MIRROR_EVENTS_LOCAL,
		.show = rcg_show_events_local,
	},
};

/**
 * mirror_files_create - put the files into a cgroup's directory
 * @node: the cgroup's node, which has a directory
 *
 * Context: process, may sleep.
 */
void mirror_files_create(struct hierarchy_node *node)
{
	struct mirror_dir *dir = node->mirror;
	const struct mirror_file *f;
	struct dentry *dentry;

	for (f = files; f < files + ARRAY_SIZE(files); f++) {
		if (!f->on_root && !hierarchy_parent(node))
			continue;
		dentry = debugfs_create_file_unsafe(f->name, f->mode, dir->dentry, node, &f->fops);
		if (IS_ERR(dentry))
			pr_warn_ratelimited("cgroup %pd has no %s here (%ld)\n", dir->dentry,
					    f->name, PTR_ERR(dentry));
		else if (f->watched != MIRROR_UNWATCHED)
			dir->file[f->watched] = dentry;
	}
}

/**
 * mirror_files_remove - take them out again
 * @node: the cgroup's node
 *
 * Context: process, may sleep.
 */
void mirror_files_remove(struct hierarchy_node *node)
{
	struct mirror_dir *dir = node->mirror;
	const struct mirror_file *f;
	struct dentry *dentry;

	mirror_unwatch(dir);
	for (f = files; f < files + ARRAY_SIZE(files); f++) {
		dentry = debugfs_lookup(f->name, dir->dentry);
		debugfs_remove(dentry);
		dput(dentry);
	}
	/* Who polls finds that the file is gone. */
	wake_up_interruptible(&dir->wait);
}
