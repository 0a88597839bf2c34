// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of a cgroup in debugfs.
 *
 * They may be open when their cgroup is removed. In new kernels debugfs could guard
 * them, but then it would cut a writev(2) into pieces, each of which would count as a
 * line, and a removal would wait while a reader waits for memory. In old kernels
 * debugfs does nothing. So the numbers of debugfs.h guard them instead.
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

/* For &mirror_dir.file. Notification allocates memory: not under this lock. */
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

/* False when the cgroup has been removed or has become threaded, and the file with it. */
static bool is_there(const struct mirror_open *open)
{
	return READ_ONCE(mirror_dir_of(open->node)->id) == open->id;
}

/* Counts notifications, not refusals: a poll after a read waits for the next notification. */
static int told(const struct mirror_open *open)
{
	/* Pairs with mirror_changed(): the counts are read after this, and are as new. */
	return smp_load_acquire(&mirror_dir_of(open->node)->told[open->row->watched]) + 1;
}

static int mirror_show(struct seq_file *seq, void *v)
{
	struct mirror_open *open = seq->private;

	/* Before the contents are read: a change in between wakes the poller once more. */
	if (open->row->watched != FILES_UNWATCHED)
		WRITE_ONCE(open->seen, told(open));
	open->row->show(seq, &open->node->group, open->row->keys);
	/*
	 * A file that is removed meanwhile: its number is cleared before the
	 * group forgets its limits, under rcg_lock. That was taken to print, so
	 * forgotten limits are not given out.
	 */
	return is_there(open) ? 0 : -ENODEV;
}

static int mirror_open(struct inode *inode, struct file *file)
{
	unsigned long number = (unsigned long)inode->i_private;
	struct mirror_open *open;
	int ret;

	/*
	 * A load that fails does not wait for open files, so nothing is opened
	 * before it has succeeded. The module loader writes the state without
	 * WRITE_ONCE(); an old value only makes this open(2) fail.
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
	/* single_open() rules out pwrite(2), since seq_file itself has no write. */
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

/* What was printed before the file was removed is not read after that. */
static ssize_t mirror_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	return is_there(open_of(file)) ? seq_read(file, buf, size, pos) : -ENODEV;
}

/*
 * One write(2) or writev(2) is one line, at whatever offset. If the cgroup is removed
 * meanwhile, its group is offline, and refuses the line itself.
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

/* The operations of an open file */
static const struct file_operations plain_fops = { MIRROR_FOPS };
static const struct file_operations writable_fops = {
	MIRROR_FOPS, COMPAT_WRITE_FOPS(mirror_write)
};
static const struct file_operations watched_fops = { MIRROR_FOPS, .poll = mirror_poll };

/*
 * A file that is not open is a "door": its i_private numbers the directory and the
 * row, its open() puts the operations of that row into the struct file.
 */
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
 * As with cgroup files, poll(2) returns POLLPRI and POLLERR, and inotify gives
 * IN_MODIFY.
 *
 * Context: process, may sleep.
 */
void mirror_changed(struct hierarchy_node *node, int which)
{
	struct mirror_dir *dir = mirror_dir_of(node);
	struct dentry *dentry;

	mutex_lock(&tell_lock);
	/* Pairs with told(): whoever sees this also sees the counts that caused it. */
	smp_store_release(&dir->told[which], dir->told[which] + 1);
	dentry = dget(dir->file[which]);
	mutex_unlock(&tell_lock);
	if (dentry) {
		compat_fsnotify_dentry(dentry, FS_MODIFY);
		dput(dentry);
	}
	wake_up_interruptible(&dir->wait);
}

/**
 * mirror_files_create - put the files into a cgroup's directory
 * @dir: the directory
 * @is_root: whether it is the root's
 *
 * Context: process, may sleep.
 * Return: 0, or an error: then some files may have been made.
 */
int mirror_files_create(struct mirror_dir *dir, bool is_root)
{
	const struct files_row *row;
	struct dentry *dentry;
	unsigned long number;
	int i;

	for (i = 0; i < FILES_NR; i++) {
		row = &files_table[i];
		if (!files_has(is_root, row))
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
 * mirror_files_close - before the files are removed: open ones give ENODEV from now on
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
	/* Tasks that poll a file find out. */
	wake_up_interruptible(&dir->wait);
}

/**
 * mirror_files_remove - remove the files, but not their directory
 * @dir: the directory, not the root's
 *
 * Context: process, may sleep.
 */
void mirror_files_remove(struct mirror_dir *dir)
{
	struct dentry *dentry;
	int i;

	for (i = 0; i < FILES_NR; i++) {
		/* A cgroup may have that name. */
		if (!files_has(false, &files_table[i]))
			continue;
		dentry = debugfs_lookup(files_table[i].name, dir->dentry);
		debugfs_remove(dentry);
		dput(dentry);
	}
}
