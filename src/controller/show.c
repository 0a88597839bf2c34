// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the files of a group say: a line for each device, byte for byte as
 * Linux 7.3 prints it (rdmacg_resource_read, rdmacg_events_show).
 */
#include <linux/seq_file.h>

#include "controller.h"

/*
 * struct subject - what a line is about
 * @group: the group whose file it is in
 * @device: the device
 * @pool: their pool; NULL where there is none
 * @keys: the resources to show
 */
struct subject {
	const struct rcg_group		*group;
	const struct rdmacg_oot_device	*device;
	const struct rdmacg_oot_pool	*pool;
	const struct rcg_keys		*keys;
};

/**
 * rcg_show_device - print the name of a device, and its number if others have the same name
 * @seq: where to
 * @device: the device
 *
 * Context: process; rcg_lock is held.
 */
void rcg_show_device(struct seq_file *seq, const struct rdmacg_oot_device *device)
{
	seq_puts(seq, device->name);
	if (device->shares_name)
		seq_printf(seq, " index=%u", device->index);
}

/* Prints what one file shows of a device. */
typedef void (*show_pool_fn)(struct seq_file *seq, const struct subject *of);

static void show_group(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys,
		       show_pool_fn show_pool)
{
	struct rdmacg_oot_device *device = NULL;

	mutex_lock(&rcg_lock);
	while ((device = rcg_device_next(device))) {
		const struct subject of = { group, device, rcg_pool_find(group, device), keys };

		rcg_show_device(seq, device);
		show_pool(seq, &of);
		seq_putc(seq, '\n');
	}
	mutex_unlock(&rcg_lock);
}

/**
 * rcg_show_value - print a limit or a count
 * @seq: where to
 * @resource: of what
 * @value: the value
 *
 * Context: any.
 */
void rcg_show_value(struct seq_file *seq, enum rcg_resource resource, s64 value)
{
	const struct rcg_resource_type *type = &rcg_resource_types[resource];

	/* A format is parsed for numbers alone: that takes longer than all the rest. */
	seq_putc(seq, ' ');
	seq_puts(seq, type->name);
	if (value == type->max)
		seq_puts(seq, "=max");
	else
		seq_printf(seq, "=%lld", value);
}

static void show_pool_max(struct seq_file *seq, const struct subject *of)
{
	s64 max[RCG_NR_RESOURCES];
	int i;

	if (!of->pool)
		rcg_defaults(of->group, of->device, max);
	for (i = of->keys->first; i < of->keys->end; i++)
		rcg_show_value(seq, i, of->pool ? of->pool->counter[i].max : max[i]);
	seq_puts(seq, of->keys->tail);
}

static void show_pool_capacity(struct seq_file *seq, const struct subject *of)
{
	const struct rcg_capacity *capacity = of->device->capacity;
	s64 used;
	int i;

	for (i = of->keys->first; capacity && i < of->keys->end; i++) {
		if (!capacity->nr[i])
			continue;
		rcg_show_value(seq, i, capacity->nr[i]);
		used = capacity->used(of->device, i);
		if (used >= 0)
			seq_printf(seq, " %s.used=%lld", rcg_resource_types[i].name, used);
	}
	seq_puts(seq, of->keys->tail);
}

static void show_pool_current(struct seq_file *seq, const struct subject *of)
{
	int i;

	for (i = of->keys->first; i < of->keys->end; i++)
		rcg_show_value(seq, i, of->pool ? atomic64_read(&of->pool->counter[i].usage) : 0);
	seq_puts(seq, of->keys->tail);
}

static void show_pool_peak(struct seq_file *seq, const struct subject *of)
{
	int i;

	for (i = of->keys->first; i < of->keys->end; i++)
		rcg_show_value(seq, i, of->pool ? atomic64_read(&of->pool->counter[i].peak) : 0);
	seq_puts(seq, of->keys->tail);
}

static s64 event_count(const struct rdmacg_oot_pool *pool, int resource, enum rcg_event event)
{
	/* Pairs with need_events(). */
	const struct rcg_events *events = pool ? smp_load_acquire(&pool->events) : NULL;

	return events ? atomic64_read(&events->count[resource][event]) : 0;
}

static void show_pool_event_pairs(struct seq_file *seq, const struct subject *of,
				  enum rcg_event max, enum rcg_event alloc_fail)
{
	const char *name;
	int i;

	for (i = of->keys->first; i < of->keys->end; i++) {
		name = rcg_resource_types[i].name;
		seq_printf(seq, " %s.max=%lld %s.alloc_fail=%lld",
			   name, event_count(of->pool, i, max),
			   name, event_count(of->pool, i, alloc_fail));
	}
}

static void show_pool_events(struct seq_file *seq, const struct subject *of)
{
	show_pool_event_pairs(seq, of, RCG_EVENT_MAX, RCG_EVENT_ALLOC_FAIL);
}

static void show_pool_events_local(struct seq_file *seq, const struct subject *of)
{
	show_pool_event_pairs(seq, of, RCG_EVENT_LOCAL_MAX, RCG_EVENT_LOCAL_ALLOC_FAIL);
}

/**
 * rcg_show_max - print rdma.max or rdma.types.max
 * @seq: where to
 * @group: whose
 * @keys: of which resources
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_show_max(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys)
{
	show_group(seq, group, keys, show_pool_max);
}

/**
 * rcg_show_capacity - print rdma.capacity
 * @seq: where to
 * @group: whose
 * @keys: of which resources
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_show_capacity(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys)
{
	show_group(seq, group, keys, show_pool_capacity);
}

/**
 * rcg_show_current - print rdma.current or rdma.types.current
 * @seq: where to
 * @group: whose
 * @keys: of which resources
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_show_current(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys)
{
	show_group(seq, group, keys, show_pool_current);
}

/**
 * rcg_show_peak - print rdma.peak or rdma.types.peak
 * @seq: where to
 * @group: whose
 * @keys: of which resources
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_show_peak(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys)
{
	show_group(seq, group, keys, show_pool_peak);
}

/**
 * rcg_show_events - print rdma.events or rdma.types.events
 * @seq: where to
 * @group: whose
 * @keys: of which resources
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_show_events(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys)
{
	show_group(seq, group, keys, show_pool_events);
}

/**
 * rcg_show_events_local - print rdma.events.local or rdma.types.events.local
 * @seq: where to
 * @group: whose
 * @keys: of which resources
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_show_events_local(struct seq_file *seq, struct rcg_group *group,
			   const struct rcg_keys *keys)
{
	show_group(seq, group, keys, show_pool_events_local);
}
