// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the files of a group say: a line for each device, byte for byte as
 * Linux 7.3 prints it (rdmacg_resource_read, rdmacg_events_show).
 */
#include <linux/seq_file.h>

#include "controller.h"

/* Prints what one file shows of a device; @pool is NULL where there is none. */
typedef void (*show_pool_fn)(struct seq_file *seq, const struct rdmacg_oot_pool *pool);

static void show_group(struct seq_file *seq, struct rcg_group *group, show_pool_fn show_pool)
{
	struct rdmacg_oot_device *device = NULL;

	mutex_lock(&rcg_lock);
	while ((device = rcg_device_next(device))) {
		seq_puts(seq, device->name);
		if (device->shares_name)
			seq_printf(seq, " index=%u", device->index);
		seq_putc(seq, ' ');
		show_pool(seq, rcg_pool_find(group, device));
		seq_putc(seq, '\n');
	}
	mutex_unlock(&rcg_lock);
}

static void show_value(struct seq_file *seq, int resource, s64 value)
{
	const struct rcg_resource_type *type = &rcg_resource_types[resource];

	if (value == type->max)
		seq_printf(seq, "%s=max ", type->name);
	else
		seq_printf(seq, "%s=%lld ", type->name, value);
}

static void show_pool_max(struct seq_file *seq, const struct rdmacg_oot_pool *pool)
{
	int i;

	for (i = 0; i < RDMACG_OOT_RESOURCE_MAX; i++)
		show_value(seq, i, pool ? pool->counter[i].max : rcg_resource_types[i].max);
}

static void show_pool_current(struct seq_file *seq, const struct rdmacg_oot_pool *pool)
{
	int i;

	for (i = 0; i < RDMACG_OOT_RESOURCE_MAX; i++)
		show_value(seq, i, pool ? atomic64_read(&pool->counter[i].usage) : 0);
}

static void show_pool_peak(struct seq_file *seq, const struct rdmacg_oot_pool *pool)
{
	int i;

	for (i = 0; i < RDMACG_OOT_RESOURCE_MAX; i++)
		show_value(seq, i, pool ? atomic64_read(&pool->counter[i].peak) : 0);
}

static s64 event_count(const struct rdmacg_oot_pool *pool, int resource, enum rcg_event event)
{
	return pool ? atomic64_read(&pool->counter[resource].events[event]) : 0;
}

static void show_pool_event_pairs(struct seq_file *seq, const struct rdmacg_oot_pool *pool,
				  enum rcg_event max, enum rcg_event alloc_fail)
{
	const char *name;
	int i;

	for (i = 0; i < RDMACG_OOT_RESOURCE_MAX; i++) {
		name = rcg_resource_types[i].name;
		seq_printf(seq, "%s%s.max=%lld %s.alloc_fail=%lld", i ? " " : "",
			   name, event_count(pool, i, max),
			   name, event_count(pool, i, alloc_fail));
	}
}

static void show_pool_events(struct seq_file *seq, const struct rdmacg_oot_pool *pool)
{
	show_pool_event_pairs(seq, pool, RCG_EVENT_MAX, RCG_EVENT_ALLOC_FAIL);
}

static void show_pool_events_local(struct seq_file *seq, const struct rdmacg_oot_pool *pool)
{
	show_pool_event_pairs(seq, pool, RCG_EVENT_LOCAL_MAX, RCG_EVENT_LOCAL_ALLOC_FAIL);
}

/**
 * rcg_show_max - print rdma.max
 * @seq: where to
 * @group: whose
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_show_max(struct seq_file *seq, struct rcg_group *group)
{
	show_group(seq, group, show_pool_max);
}

/**
 * rcg_show_current - print rdma.current
 * @seq: where to
 * @group: whose
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_show_current(struct seq_file *seq, struct rcg_group *group)
{
	show_group(seq, group, show_pool_current);
}

/**
 * rcg_show_peak - print rdma.peak
 * @seq: where to
 * @group: whose
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_show_peak(struct seq_file *seq, struct rcg_group *group)
{
	show_group(seq, group, show_pool_peak);
}

/**
 * rcg_show_events - print rdma.events
 * @seq: where to
 * @group: whose
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_show_events(struct seq_file *seq, struct rcg_group *group)
{
	show_group(seq, group, show_pool_events);
}

/**
 * rcg_show_events_local - print rdma.events.local
 * @seq: where to
 * @group: whose
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_show_events_local(struct seq_file *seq, struct rcg_group *group)
{
	show_group(seq, group, show_pool_events_local);
}
