// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of a cgroup in debugfs.
 *
 * They may be open when their cgroup goes. New kernels' debugfs would guard
 * them, but cuts a writev(2) into pieces, each of which would count as a line,
 * and makes the removal wait for readers' memory; old kernels' does nothing.
 * So nothing of debugfs' is relied on: see debugfs.h.
 */
#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/fsnotify.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "compat/file.h"
#include "debugfs.h"

/* Keeps the watched files of a directory in place while their watchers are told. */
static DEFINE_MUTEX(tell_lock);

/*
 * struct mirror_open - an open file
 * @row: which
 * @node: its node, referenced
 * @id: the number of the node's directory when it was opened
 * @seen: of a watched file, told() when it was last read; 0 before the first read.
 *        One thread may read while another polls
 */
struct mirror_open {
	const struct files_row	*row;
	struct hierarchy_node	*node;
	int			id;
	int			seen;
};

static struct mirror_open *open_of(const struct file *file)
{
	return ((struct seq_file *)file->private_data)->private;
}

/* Is the file still there, or has its cgroup gone, or become threaded? */
static bool is_there(const struct mirror_open *open)
{
	return READ_ONCE(mirror_dir_of(open->node)->id) == open->id;
}

/*
 * What watchers have been told, not what is so at this moment: whoever reads the
 * file and polls it again waits for the next time that they are told.
 */
static int told(const struct mirror_open *open)
{
	/* Pairs with mirror_changed(): the counts are read after this, and are as new. */
	return smp_load_acquire(&mirror_dir_of(open->node)->told[open->row->watched]) + 1;
}

static int mirror_show(struct seq_file *seq, void *v)
{
	struct mirror_open *open = seq->private;

	/* Before what is printed: a change that comes in between wakes once more. */
	if (open->row->watched != FILES_UNWATCHED)
		WRITE_ONCE(open->seen, told(open));
	open->row->show(seq, &open->node->group, open->row->keys);
	/*
	 * The group forgets its limits after the file has gone, under rcg_lock,
	 * which has been taken to print them.
	 */
	return is_there(open) ? 0 : -ENODEV;
}

static int mirror_open(struct inode *inode, struct file *file)
{
	unsigned long number = (unsigned long)inode->i_private;
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
	open->row = &files_table[number % FILES_NR];
	open->id = number / FILES_NR;
	open->node = mirror_node_get(open->id);
	if (!open->node) {
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
	rcg_group_put(&open->node->group);
free:
	kfree(open);
	return ret;
}

static int mirror_release(struct inode *inode, struct file *file)
{
	struct mirror_open *open = open_of(file);

	rcg_group_put(&open->node->group);
	kfree(open);
	return single_release(inode, file);
}

static __poll_t mirror_poll(struct file *file, struct poll_table_struct *wait)
{
	struct mirror_open *open = open_of(file);

	poll_wait(file, &mirror_dir_of(open->node)->wait, wait);
	if (is_there(open) && READ_ONCE(open->seen) == told(open))
		return DEFAULT_POLLMASK;
	return DEFAULT_POLLMASK | EPOLLERR | EPOLLPRI;
}

/* What was printed before the file went is not given out after. */
static ssize_t mirror_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	return is_there(open_of(file)) ? seq_read(file, buf, size, pos) : -ENODEV;
}

/*
 * One write(2) or writev(2) is one line, wherever in the file it goes. A group
 * whose cgroup goes meanwhile refuses it by itself.
 */
static ssize_t mirror_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct mirror_open *open = open_of(iocb->ki_filp);
	const struct files_row *row = open->row;
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
	ret = is_there(open) ? row->write(&open->node->group, row->keys, line) : -ENODEV;
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

/* What can be done with a file when it is open */
static const struct file_operations plain_fops = { MIRROR_FOPS };
static const struct file_operations writable_fops = {
	MIRROR_FOPS, COMPAT_WRITE_FOPS(mirror_write)
};
static const struct file_operations watched_fops = { MIRROR_FOPS, .poll = mirror_poll };

/* What a file is before it is open: a number, of its directory and its row. */
static int mirror_door(struct inode *inode, struct file *file)
{
	const struct files_row *row = &files_table[(unsigned long)inode->i_private % FILES_NR];
	const struct file_operations *fops = &plain_fops;

	if (row->write)
		fops = &writable_fops;
	else if (row->watched != FILES_UNWATCHED)
		fops = &watched_fops;
	return compat_enter_file(file, fops);
}

static const struct file_operations door_fops = {
	.owner	= COMPAT_DOOR_OWNER,
	.open	= mirror_door,
};

static void set_watched(struct mirror_dir *dir, int which, struct dentry *dentry)
{
	mutex_lock(&tell_lock);
	dir->file[which] = dentry;
	mutex_unlock(&tell_lock);
}

/**
 * mirror_changed - tell the watchers of a file that it has changed (hierarchy_observer.changed)
 * @node: the node
 * @which: the file
 *
 * They hear of it by poll(2), with POLLPRI and POLLERR, and by inotify, with
 * IN_MODIFY, as of cgroup files.
 *
 * Context: process, may sleep.
 */
void mirror_changed(struct hierarchy_node *node, int which)
{
	struct mirror_dir *dir = mirror_dir_of(node);

	mutex_lock(&tell_lock);
	/* Pairs with told(): whoever sees this also sees the counts that caused it. */
	smp_store_release(&dir->told[which], dir->told[which] + 1);
	if (dir->file[which])
		compat_fsnotify_dentry(dir->file[which], FS_MODIFY);
	mutex_unlock(&tell_lock);
	wake_up_interruptible(&dir->wait);
}

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
	const struct files_row *row;
	struct dentry *dentry;
	unsigned long number;
	int i;

	for (i = 0; i < FILES_NR; i++) {
		row = &files_table[i];
		if (!row->on_root && is_root)
			continue;
		number = (unsigned long)dir->id * FILES_NR + i;
		dentry = debugfs_create_file_unsafe(row->name, row->mode, dir->dentry,
						    (void *)number, &door_fops);
		/* Before 5.1 debugfs told no reason. */
		if (IS_ERR_OR_NULL(dentry))
			return PTR_ERR(dentry) ?: -ENOMEM;
		if (row->watched != FILES_UNWATCHED)
			set_watched(dir, row->watched, dentry);
	}
	return 0;
}

/**
 * mirror_files_close - the files are about to go: whoever has one open gets ENODEV from now on
 * @dir: the directory
 *
 * Context: process, may sleep.
 */
void mirror_files_close(struct mirror_dir *dir)
{
	int i;

	for (i = 0; i < FILES_NR_WATCHED; i++)
		set_watched(dir, i, NULL);
	WRITE_ONCE(dir->id, 0);
	/* Who polls finds that out. */
	wake_up_interruptible(&dir->wait);
}

/**
 * mirror_files_remove - take the files out of a directory that stays
 * @dir: the directory
 *
 * Context: process, may sleep.
 */
void mirror_files_remove(struct mirror_dir *dir)
{
	struct dentry *dentry;
	int i;

	for (i = 0; i < FILES_NR; i++) {
		dentry = debugfs_lookup(files_table[i].name, dir->dentry);
		debugfs_remove(dentry);
		dput(dentry);
	}
}
