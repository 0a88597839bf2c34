// SPDX-License-Identifier: GPL-2.0-only
/*
 * Telling watchers of the events files that they have changed.
 *
 * A refusal only marks the node and queues it; a work item has the observers
 * tell their watchers, at the most every 10 ms, so that a storm of refusals is not
 * a storm of wake-ups. The way of an event to a poller:
 *
 *	count_event() -> rcg_notify: notify() -> tell_all() -> hierarchy_changed()
 *	  -> cgroupfs_changed() -> kernfs_notify()
 *	  -> mirror_changed() -> fsnotify_dentry(), wake_up_interruptible()
 */
#include <linux/bitops.h>
#include <linux/llist.h>
#include <linux/workqueue.h>

#include "files.h"
#include "hierarchy/hierarchy.h"

#define NOTIFY_INTERVAL	msecs_to_jiffies(10)

/* In &hierarchy_node.changed, beside a bit for each &enum files_watched */
#define NODE_QUEUED	FILES_NR_WATCHED

/* Nodes with watchers to be told, each referenced */
static LLIST_HEAD(queue);

static void tell_all(struct work_struct *work)
{
	struct hierarchy_node *node, *next;
	int which;

	llist_for_each_entry_safe(node, next, llist_del_all(&queue), queue) {
		/* Before the marks are read: a mark that is set later queues the node again. */
		test_and_clear_bit(NODE_QUEUED, &node->changed);
		for (which = 0; which < FILES_NR_WATCHED; which++)
			if (test_and_clear_bit(which, &node->changed))
				hierarchy_changed(node, which);
		rcg_group_put(&node->group);
	}
}

static DECLARE_DELAYED_WORK(tell_work, tell_all);

static enum files_watched file_of(enum rcg_resource resource, enum rcg_event event)
{
	bool local = event >= RCG_EVENT_LOCAL_MAX;

	/* Whatever is local has been counted in this file as well. */
	if (resource == RCG_OBJECT_RATE)
		return FILES_RATE_EVENTS;
	if (resource < rcg_types_keys.first)
		return local ? FILES_EVENTS_LOCAL : FILES_EVENTS;
	return local ? FILES_TYPES_EVENTS_LOCAL : FILES_TYPES_EVENTS;
}

/* rcg_notify: an events file has changed. RCU read side; does not sleep. */
static void notify(struct rcg_group *group, enum rcg_resource resource, enum rcg_event event)
{
	struct hierarchy_node *node = container_of(group, struct hierarchy_node, group);

	/* Whoever sees the bit must also see the count: a watcher that is woken reads it. */
	smp_mb__before_atomic();
	set_bit(file_of(resource, event), &node->changed);
	if (test_and_set_bit(NODE_QUEUED, &node->changed) || !rcg_group_tryget(group))
		return;
	llist_add(&node->queue, &queue);
	schedule_delayed_work(&tell_work, NOTIFY_INTERVAL);
}

/**
 * files_notify_start - from now on, have watchers told
 *
 * Context: module load.
 */
void files_notify_start(void)
{
	rcg_notify = notify;
}

/**
 * files_notify_flush - wait until all watchers have been told
 *
 * Context: module load and unload, when nothing can be charged any more.
 * Sleeps.
 */
void files_notify_flush(void)
{
	flush_delayed_work(&tell_work);
}
