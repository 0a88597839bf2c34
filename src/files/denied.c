// SPDX-License-Identifier: GPL-2.0-only
/*
 * rdma.denied: the last refusals, in words.
 *
 *	DEVICE TIME pid PID (COMM) in PATH was refused KEY=AMOUNT N times: PATH/FILE has KEY=LIMIT, in use USAGE
 *
 * A refusal is written down in the cgroup that it came from and in all above it, each of
 * which has a list of its own. Paths are relative to the cgroup whose file it is, so a
 * container learns nothing of what is above it but how far up the limit is. A refusal that
 * is like one on the list, a process that tries again, is counted there.
 *
 * The list is for people. If there is no memory for it, a refusal is missing there, and
 * not in the events files.
 */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/time.h>

#include "files.h"
#include "hierarchy/hierarchy.h"
#include "hierarchy/trace.h"

#define RECORDS_MAX	16
#define GFP_RECORD	(GFP_KERNEL_ACCOUNT | __GFP_NORETRY | __GFP_NOWARN)

/*
 * struct record - a refusal, and those like it
 * @node: place in the list
 * @denial: the last one; @group, @limited and @device are only compared
 * @pid: the process, referenced
 * @comm: its name
 * @device: the name of the device
 * @from: the path of the cgroup that it came from
 * @limited: the path of the cgroup whose limit it was
 * @count: how many there were
 * @time: when the last one was, in seconds since 1970
 */
struct record {
	struct list_head	node;
	struct rcg_denial	denial;
	struct pid		*pid;
	char			comm[TASK_COMM_LEN];
	char			device[RCG_DEVICE_NAME_MAX];
	char			*from;
	char			*limited;
	u64			count;
	s64			time;
};

/*
 * struct files_denied - the refusals of a cgroup
 * @lock: for all of it
 * @nr: how many records there are
 * @records: the last refusal is the last one
 */
struct files_denied {
	spinlock_t		lock;
	unsigned int		nr;
	struct list_head	records;
};

static struct files_denied *denied_of(struct hierarchy_node *node)
{
	/* Pairs with denied_get(), perhaps another task's. */
	return smp_load_acquire(&node->denied);
}

static struct files_denied *denied_get(struct hierarchy_node *node)
{
	struct files_denied *denied = denied_of(node);

	if (denied)
		return denied;
	denied = kzalloc(sizeof(*denied), GFP_RECORD);
	if (!denied)
		return NULL;
	spin_lock_init(&denied->lock);
	INIT_LIST_HEAD(&denied->records);
	if (cmpxchg(&node->denied, NULL, denied))
		kfree(denied);
	return denied_of(node);
}

static void record_free(struct record *record)
{
	if (!record)
		return;
	put_pid(record->pid);
	kfree(record->from);
	kfree(record->limited);
	kfree(record);
}

static bool is_like(const struct record *record, const struct rcg_denial *denial)
{
	return record->pid == task_tgid(current) && record->denial.group == denial->group &&
	       record->denial.limited == denial->limited &&
	       record->denial.device == denial->device &&
	       record->denial.resource == denial->resource;
}

static void record_count(struct record *record, const struct rcg_denial *denial)
{
	record->denial = *denial;
	record->count++;
	record->time = ktime_divns(ktime_get_real(), NSEC_PER_SEC);
}

/* Count a refusal where there is one like it. */
static bool count_again(struct files_denied *denied, const struct rcg_denial *denial)
{
	struct record *record;

	list_for_each_entry(record, &denied->records, node) {
		if (!is_like(record, denial))
			continue;
		record_count(record, denial);
		list_move_tail(&record->node, &denied->records);
		return true;
	}
	return false;
}

/* The path to @group, which is @node's, below it or above it; as hierarchy_path(). */
static char *path_to(const struct rcg_group *group, struct hierarchy_node *from,
		     struct hierarchy_node *node)
{
	struct hierarchy_node *at;
	char *path, *longer;

	/* Below it, or its own: it is on the way from where the request came from. */
	for (at = from; at != node; at = hierarchy_parent(at))
		if (&at->group == group)
			return hierarchy_path(at, node);
	if (&node->group == group)
		return kstrdup(".", GFP_RECORD);
	path = kstrdup("..", GFP_RECORD);
	for (at = hierarchy_parent(node); path && at && &at->group != group;
	     at = hierarchy_parent(at)) {
		longer = kasprintf(GFP_RECORD, "../%s", path);
		kfree(path);
		path = longer;
	}
	return path;
}

static struct record *record_make(struct hierarchy_node *node, const struct rcg_denial *denial)
{
	struct hierarchy_node *from = container_of(denial->group, struct hierarchy_node, group);
	struct record *record = kzalloc(sizeof(*record), GFP_RECORD);

	if (!record)
		return NULL;
	record_count(record, denial);
	record->pid = get_pid(task_tgid(current));
	get_task_comm(record->comm, current);
	mutex_lock(&rcg_lock);
	snprintf(record->device, sizeof(record->device), "%s", denial->device->name);
	mutex_unlock(&rcg_lock);
	record->from = hierarchy_path(from, node);
	record->limited = path_to(denial->limited, from, node);
	if (record->from && record->limited)
		return record;
	record_free(record);
	return NULL;
}

static void write_down(struct hierarchy_node *node, const struct rcg_denial *denial)
{
	struct files_denied *denied = denied_get(node);
	struct record *new, *old = NULL;
	bool again;

	if (!denied)
		return;
	spin_lock(&denied->lock);
	again = count_again(denied, denial);
	spin_unlock(&denied->lock);
	if (again)
		return;
	new = record_make(node, denial);
	if (!new)
		return;
	spin_lock(&denied->lock);
	list_add_tail(&new->node, &denied->records);
	if (denied->nr < RECORDS_MAX) {
		denied->nr++;
	} else {
		old = list_first_entry(&denied->records, struct record, node);
		list_del(&old->node);
	}
	spin_unlock(&denied->lock);
	record_free(old);
}

/* rcg_denied: a limit was in the way. Process context; may sleep. */
static void denied(const struct rcg_denial *denial)
{
	struct hierarchy_node *node = container_of(denial->group, struct hierarchy_node, group);

	hierarchy_trace_deny(denial);
	for (; node; node = hierarchy_parent(node))
		write_down(node, denial);
}

/* hierarchy_node_freed: nobody sees the node any more. */
static void node_freed(struct hierarchy_node *node)
{
	struct files_denied *denied = node->denied;
	struct record *record, *next;

	if (!denied)
		return;
	list_for_each_entry_safe(record, next, &denied->records, node)
		record_free(record);
	kfree(denied);
}

static void record_show(struct seq_file *seq, const struct record *record)
{
	const struct rcg_denial *denial = &record->denial;
	const char *key = rcg_resource_types[denial->resource].name;
	struct tm tm;

	time64_to_tm(record->time, 0, &tm);
	seq_printf(seq, "%s %04ld-%02d-%02dT%02d:%02d:%02dZ pid %d (", record->device,
		   tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		   pid_nr_ns(record->pid, task_active_pid_ns(current)));
	seq_escape(seq, record->comm, "\n\\)");
	seq_puts(seq, ") in ");
	seq_escape(seq, record->from, " \t\n\\");
	seq_printf(seq, " %s %s=%lld %llu times: ",
		   record->denial.enforced ? "was refused" : "would have been refused", key,
		   denial->amount, record->count);
	seq_escape(seq, record->limited, " \t\n\\");
	if (denial->resource == RCG_OBJECT_RATE)
		seq_printf(seq, "/rdma.rate.max has %s=%lld a second\n", key, denial->max);
	else
		seq_printf(seq, "/rdma.%smax has %s=%lld, in use %lld\n",
			   denial->resource < rcg_types_keys.first ? "" : "types.", key,
			   denial->max, denial->usage);
}

/**
 * files_denied_show - print rdma.denied
 * @seq: where to
 * @group: whose
 * @keys: not used
 *
 * Context: process.
 */
void files_denied_show(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys)
{
	struct files_denied *denied = denied_of(container_of(group, struct hierarchy_node, group));
	struct record *record;

	if (!denied)
		return;
	spin_lock(&denied->lock);
	list_for_each_entry(record, &denied->records, node)
		record_show(seq, record);
	spin_unlock(&denied->lock);
}

/**
 * files_denied_start - from now on, write refusals down
 *
 * Context: module load.
 */
void files_denied_start(void)
{
	hierarchy_node_freed = node_freed;
	rcg_denied = denied;
}
