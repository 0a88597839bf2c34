// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of a cgroup: rows of one table.
 *
 * debugfs would guard the files by itself, but it cuts a writev(2) into
 * pieces, each of which would count as a line; so the operations here go in
 * and out of debugfs_file_get() themselves.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/ratelimit.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "debugfs.h"

/*
 * struct mirror_file - a file that cgroups have
 * @fops: for debugfs; leads back to the row
 * @name: its name
 * @mode: its mode
 * @on_root: whether the root has it too
 * @show: prints it
 * @write: takes a line written to it; NULL for a file that cannot be written
 */
struct mirror_file {
	const struct file_operations	fops;
	const char			*name;
	umode_t				mode;
	bool				on_root;
	void				(*show)(struct seq_file *seq, struct rcg_group *group);
	int				(*write)(struct rcg_group *group, char *line);
};

static const struct mirror_file *row_of(const struct file *file)
{
	return container_of(file->f_op, struct mirror_file, fops);
}

static int mirror_show(struct seq_file *seq, void *v)
{
	struct hierarchy_node *node = seq->private;

	row_of(seq->file)->show(seq, &node->group);
	return 0;
}

static int mirror_open(struct inode *inode, struct file *file)
{
	return single_open(file, mirror_show, inode->i_private);
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
	struct hierarchy_node *node = file_inode(file)->i_private;
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
		ret = row_of(file)->write(&node->group, line);
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
	.release = single_release

static const struct mirror_file files[] = {
	{
		.fops = { MIRROR_FOPS, .write_iter = mirror_write },
		.name = "rdma.max",
		.mode = 0644,
		.show = rcg_show_max,
		.write = rcg_limits_write,
	}, {
		.fops = { MIRROR_FOPS },
		.name = "rdma.current",
		.mode = 0444,
		.on_root = true,
		.show = rcg_show_current,
	}, {
		.fops = { MIRROR_FOPS },
		.name = "rdma.peak",
		.mode = 0444,
		.on_root = true,
		.show = rcg_show_peak,
	}, {
		.fops = { MIRROR_FOPS },
		.name = "rdma.events",
		.mode = 0444,
		.show = rcg_show_events,
	}, {
		.fops = { MIRROR_FOPS },
		.name = "rdma.events.local",
		.mode = 0444,
		.show = rcg_show_events_local,
	},
};

/**
 * mirror_files_create - put the files into a cgroup's directory
 * @node: the cgroup's node
 * @dir: its directory
 *
 * Context: process, may sleep.
 */
void mirror_files_create(struct hierarchy_node *node, struct dentry *dir)
{
	const struct mirror_file *f;
	struct dentry *dentry;

	for (f = files; f < files + ARRAY_SIZE(files); f++) {
		if (!f->on_root && !hierarchy_parent(node))
			continue;
		dentry = debugfs_create_file_unsafe(f->name, f->mode, dir, node, &f->fops);
		if (IS_ERR(dentry))
			pr_warn_ratelimited("cgroup %pd has no %s here (%ld)\n", dir, f->name,
					    PTR_ERR(dentry));
	}
}

/**
 * mirror_files_remove - take them out again
 * @dir: the directory
 *
 * Context: process, may sleep.
 */
void mirror_files_remove(struct dentry *dir)
{
	const struct mirror_file *f;
	struct dentry *dentry;

	for (f = files; f < files + ARRAY_SIZE(files); f++) {
		dentry = debugfs_lookup(f->name, dir);
		debugfs_remove(dentry);
		dput(dentry);
	}
}
