// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of a cgroup: rows of one table.
 *
 * They may be open when their cgroup goes. New kernels' debugfs would guard
 * them, but cuts a writev(2) into pieces, each of which would count as a line,
 * and makes the removal wait for readers' memory; old kernels' does nothing.
 * So a file knows its directory by a number that is not used again, and the
 * directory forgets its node, under a lock, when the files go.
 */
#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "compat/file.h"
#include "debugfs.h"

/* For &mirror_file.watched of files that change only when somebody writes them or not at all */
#define MIRROR_UNWATCHED	-1

/*
 * struct mirror_file - a file that cgroups have
 * @fops: what can be done with it when it is open; leads back to the row
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

#define MIRROR_NR_FILES	5

static const struct mirror_file files[MIRROR_NR_FILES];

/*
 * struct mirror_open - an open file
 * @row: which
 * @dir: its directory, referenced
 * @seen: the version last read, of a watched file; 0 before the first read.
 *        One thread may read while another polls
 */
struct mirror_open {
	const struct mirror_file	*row;
	struct mirror_dir		*dir;
	int				seen;
};

static struct mirror_open *open_of(const struct file *file)
{
	return ((struct seq_file *)file->private_data)->private;
}

/*
 * The version that watchers have been told of, not the one of this moment: whoever
 * reads the file and polls it again waits for the next time that they are told. It
 * counts from 1, which no reader has seen before its first read.
 */
static int version_of(const struct mirror_dir *dir, int watched)
{
	return READ_ONCE(dir->told[watched]) + 1;
}

static int mirror_show(struct seq_file *seq, void *v)
{
	struct mirror_open *open = seq->private;
	struct mirror_dir *dir = open->dir;
	int ret = -ENODEV;

	/* Before what is printed: a change that comes in between wakes once more. */
	if (open->row->watched != MIRROR_UNWATCHED)
		WRITE_ONCE(open->seen, version_of(dir, open->row->watched));
	down_read(&dir->lock);
	if (dir->node) {
		open->row->show(seq, &dir->node->group);
		ret = 0;
	}
	up_read(&dir->lock);
	return ret;
}

static int mirror_open(struct inode *inode, struct file *file)
{
	struct mirror_open *open;
	int ret;

	/*
	 * Loading may still fail, and would not wait for whoever has a file
	 * open. The module loader writes the state as if nobody read it: who
	 * sees the old one has come a moment too early.
	 */
	if (data_race(READ_ONCE(THIS_MODULE->state)) != MODULE_STATE_LIVE)
		return -ENODEV;
	open = kzalloc(sizeof(*open), GFP_KERNEL_ACCOUNT);
	if (!open)
		return -ENOMEM;
	open->row = container_of(file->f_op, struct mirror_file, fops);
	open->dir = mirror_dir_get((unsigned long)inode->i_private / ARRAY_SIZE(files));
	if (!open->dir) {
		ret = -ENODEV;
		goto free;
	}
	ret = single_open(file, mirror_show, open);
	if (ret)
		goto put;
	/* seq_file does not think of files that are written at an offset. */
	if (file->f_mode & FMODE_WRITE)
		file->f_mode |= FMODE_PWRITE;
	return 0;

put:
	mirror_dir_put(open->dir);
free:
	kfree(open);
	return ret;
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
	struct mirror_dir *dir = open->dir;

	poll_wait(file, &dir->wait, wait);
	if (READ_ONCE(dir->node) && READ_ONCE(open->seen) == version_of(dir, open->row->watched))
		return DEFAULT_POLLMASK;
	return DEFAULT_POLLMASK | EPOLLERR | EPOLLPRI;
}

/* What was printed before the cgroup went is not given out after. */
static ssize_t mirror_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	return READ_ONCE(open_of(file)->dir->node) ? seq_read(file, buf, size, pos) : -ENODEV;
}

/* What a directory is of, referenced; NULL when its files are going or gone */
static struct rcg_group *group_of_get(struct mirror_dir *dir)
{
	struct rcg_group *group = NULL;

	down_read(&dir->lock);
	if (dir->node && rcg_group_tryget(&dir->node->group))
		group = &dir->node->group;
	up_read(&dir->lock);
	return group;
}

/*
 * One write(2) or writev(2) is one line, wherever in the file it goes. It may
 * allocate memory, so the lock of the directory, for which rmdir waits, is not
 * held meanwhile: a group whose cgroup goes refuses the line by itself.
 */
static ssize_t mirror_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct mirror_open *open = open_of(iocb->ki_filp);
	size_t len = iov_iter_count(from);
	struct rcg_group *group;
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

	group = group_of_get(open->dir);
	ret = group ? open->row->write(group, line) : -ENODEV;
	rcg_group_put(group);
free:
	kfree(line);
	if (ret)
		return ret;
	iocb->ki_pos += len;
	return len;
}
COMPAT_WRITE_ITER(mirror_write)

#define MIRROR_FOPS						\
	.owner = THIS_MODULE, .open = mirror_open,		\
	.read = mirror_read, .llseek = seq_lseek,		\
	.release = mirror_release

static const struct mirror_file files[MIRROR_NR_FILES] = {
	{
		.fops = { MIRROR_FOPS, COMPAT_WRITE_FOPS(mirror_write) },
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

/* What a file is before it is open: a number, of its directory and its row. */
static int mirror_door(struct inode *inode, struct file *file)
{
	unsigned long number = (unsigned long)inode->i_private;

	return compat_enter_file(file, &files[number % ARRAY_SIZE(files)].fops);
}

static const struct file_operations door_fops = {
	.owner	= COMPAT_DOOR_OWNER,
	.open	= mirror_door,
};

/**
 * mirror_files_create - put the files into a cgroup's directory
 * @dir: the directory
 * @is_root: whether it is the root's
 *
 * Context: process, may sleep.
 * Return: 0, or an error: some may be there.
 */
int mirror_files_create(struct mirror_dir *dir, bool is_root)
{
	const struct mirror_file *f;
	struct dentry *dentry;
	unsigned long number;

	for (f = files; f < files + ARRAY_SIZE(files); f++) {
		if (!f->on_root && is_root)
			continue;
		number = dir->id * ARRAY_SIZE(files) + (f - files);
		dentry = debugfs_create_file_unsafe(f->name, f->mode, dir->dentry, (void *)number,
						    &door_fops);
		/* Before 5.1 debugfs told no reason. */
		if (IS_ERR_OR_NULL(dentry))
			return PTR_ERR(dentry) ?: -ENOMEM;
		if (f->watched != MIRROR_UNWATCHED)
			mirror_watch(dir, f->watched, dentry);
	}
	return 0;
}

/**
 * mirror_files_remove - take them out again
 * @dir: the directory
 *
 * Context: process, may sleep.
 */
void mirror_files_remove(struct mirror_dir *dir)
{
	const struct mirror_file *f;
	struct dentry *dentry;

	for (f = files; f < files + ARRAY_SIZE(files); f++) {
		dentry = debugfs_lookup(f->name, dir->dentry);
		debugfs_remove(dentry);
		dput(dentry);
	}
}
