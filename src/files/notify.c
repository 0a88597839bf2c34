// SPDX-License-Identifier: GPL-2.0-only
/*
 * Telling watchers of the events files that they have changed: poll(2) with
 * POLLPRI and POLLERR, inotify with IN_MODIFY, as cgroup files do.
 *
 * A refusal only marks the directory; a work item tells the watchers, at the
 * most every 10 ms, so that a storm of refusals is not a storm of wake-ups.
 */
#include <linux/fsnotify.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "compat/file.h"
#include "debugfs.h"

#define MIRROR_NOTIFY_INTERVAL	msecs_to_jiffies(10)

/* Directories with watchers to be told. */
static LLIST_HEAD(queue);
/* Keeps the watched files of a directory in place while their watchers are told. */
static DEFINE_MUTEX(tell_lock);

static void tell(struct mirror_dir *dir)
{
	int i, version;

	mutex_lock(&tell_lock);
	for (i = 0; i < MIRROR_NR_WATCHED; i++) {
		version = atomic_read(&dir->version[i]);
		if (version == dir->told[i])
			continue;
		WRITE_ONCE(dir->told[i], version);
		if (dir->file[i])
			compat_fsnotify_dentry(dir->file[i], FS_MODIFY);
	}
	mutex_unlock(&tell_lock);
	wake_up_interruptible(&dir->wait);
}

static void tell_all(struct work_struct *work)
{
	struct mirror_dir *dir, *next;

	llist_for_each_entry_safe(dir, next, llist_del_all(&queue), queue) {
		/* Pairs with the exchange in mirror_notify(): what changes now, queues anew. */
		atomic_xchg(&dir->queued, 0);
		tell(dir);
		mirror_dir_put(dir);
	}
}

static DECLARE_DELAYED_WORK(tell_work, tell_all);

/**
 * mirror_notify - an events file has changed
 * @group: whose
 * @local: whether it is rdma.events.local
 *
 * Context: RCU read side; does not sleep.
 */
void mirror_notify(struct rcg_group *group, bool local)
{
	struct hierarchy_node *node = container_of(group, struct hierarchy_node, group);
	struct mirror_dir *dir = READ_ONCE(node->mirror);

	if (!dir)
		return;
	atomic_inc(&dir->version[local ? MIRROR_EVENTS_LOCAL : MIRROR_EVENTS]);
	if (atomic_xchg(&dir->queued, 1) || !refcount_inc_not_zero(&dir->refs))
		return;
	llist_add(&dir->queue, &queue);
	schedule_delayed_work(&tell_work, MIRROR_NOTIFY_INTERVAL);
}

/**
 * mirror_watch - a watched file has been put into a directory
 * @dir: the directory
 * @which: which file
 * @dentry: the file
 *
 * The directory may be in the queue already: the cgroup has been there for a
 * moment, and a task in it may have been refused something by a limit above.
 *
 * Context: process, may sleep.
 */
void mirror_watch(struct mirror_dir *dir, enum mirror_watched which, struct dentry *dentry)
{
	mutex_lock(&tell_lock);
	dir->file[which] = dentry;
	mutex_unlock(&tell_lock);
}

/**
 * mirror_unwatch - the watched files of a directory are about to be removed
 * @dir: the directory
 *
 * Context: process, may sleep.
 */
void mirror_unwatch(struct mirror_dir *dir)
{
	mutex_lock(&tell_lock);
	memset(dir->file, 0, sizeof(dir->file));
	mutex_unlock(&tell_lock);
}

/**
 * mirror_notify_flush - wait until all watchers have been told
 *
 * Context: module load and unload, when nothing can be charged any more.
 * Sleeps.
 */
void mirror_notify_flush(void)
{
	flush_delayed_work(&tell_work);
}
