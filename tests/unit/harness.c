// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers that all tests of the controller share; see harness.h.
 */
#include <linux/string.h>

#include "harness.h"

#define NAME_SIZE	64

/* Things made by the test and not yet gone: a list each, so that the end finds them. */
struct test_group {
	struct rcg_group	group;
	struct list_head	node;
};

struct test_device {
	struct rdmacg_oot_device device;
	char			name[NAME_SIZE];
	struct list_head	node;
};

struct test_charge {
	struct charge		charge;
	struct list_head	node;
};

struct test_text {
	struct list_head	node;
	char			text[];
};

static LIST_HEAD(test_groups);
static LIST_HEAD(test_devices);
static LIST_HEAD(test_charges);
static LIST_HEAD(test_texts);
static unsigned long groups_alive;

/* What earlier tests leaked: that is not to be counted again. */
static unsigned long objects_before, memory_before, groups_before;

static void group_release(struct rcg_group *group)
{
	free(container_of(group, struct test_group, group));
	groups_alive--;
}

struct rcg_group *group_mkdir(struct rcg_group *parent)
{
	struct test_group *group = calloc(1, sizeof(*group));

	rcg_group_init(&group->group, parent, group_release);
	list_add_tail(&group->node, &test_groups);
	groups_alive++;
	return &group->group;
}

void group_rmdir(struct rcg_group *group)
{
	list_del(&container_of(group, struct test_group, group)->node);
	rcg_group_offline(group);
	rcg_group_put(group);
}

unsigned long groups_in_memory(void)
{
	rcu_barrier();
	return groups_alive - groups_before;
}

struct rdmacg_oot_device *device_plug_with(const char *name, u32 index,
					   const struct rcg_capacity *capacity)
{
	struct test_device *device = calloc(1, sizeof(*device));

	snprintf(device->name, NAME_SIZE, "%s", name);
	device->device.name = device->name;
	device->device.index = index;
	list_add_tail(&device->node, &test_devices);
	rcg_device_register(&device->device, capacity);
	return &device->device;
}

struct rdmacg_oot_device *device_plug(const char *name, u32 index)
{
	return device_plug_with(name, index, NULL);
}

void device_unplug(struct rdmacg_oot_device *device)
{
	struct test_device *test_device = container_of(device, struct test_device, device);

	list_del(&test_device->node);
	rdmacg_oot_unregister_device(device);
	free(test_device);
}

void device_rename(struct rdmacg_oot_device *device, const char *name)
{
	rcg_device_rename(device, container_of(device, struct test_device, device)->name, name,
			  NAME_SIZE, device->index);
}

int charge(struct charge **charged, struct rcg_group *group, struct rdmacg_oot_device *device,
	   enum rcg_resource resource, s64 amount)
{
	struct rdmacg_oot_pool *pool;
	struct test_charge *c;
	int ret;

	rcu_read_lock();
	pool = rcg_pool_tryget(group, device);
	rcu_read_unlock();
	if (!pool)
		pool = rcg_pool_get(group, device);
	if (IS_ERR(pool))
		return PTR_ERR(pool);

	ret = rcg_pool_charge(pool, resource, amount);
	if (ret) {
		rcg_pool_put(pool);
		return ret;
	}

	c = calloc(1, sizeof(*c));
	c->charge.pool = pool;
	c->charge.resource = resource;
	c->charge.amount = amount;
	list_add_tail(&c->node, &test_charges);
	if (charged)
		*charged = &c->charge;
	return 0;
}

void uncharge(struct charge *charge)
{
	struct test_charge *c = container_of(charge, struct test_charge, charge);

	list_del(&c->node);
	rcu_read_lock();
	rcg_pool_uncharge(charge->pool, charge->resource, charge->amount);
	rcu_read_unlock();
	free(c);
}

/* A copy, so that no assertion jumps out of the lock. */
static bool pool_counter(struct rcg_group *group, struct rdmacg_oot_device *device,
			 enum rcg_resource resource, struct rcg_counter *counter)
{
	struct rdmacg_oot_pool *pool;
	const struct rcg_counter *c;

	s64 max[RCG_NR_RESOURCES];

	memset(counter, 0, sizeof(*counter));
	mutex_lock(&rcg_lock);
	rcg_defaults(group, device, max);
	counter->max = max[resource];
	pool = rcg_pool_find(group, device);
	if (pool) {
		/* Charges go on meanwhile. */
		c = &pool->counter[resource];
		counter->max = c->max;
		counter->usage.counter = atomic64_read(&c->usage);
		counter->peak.counter = atomic64_read(&c->peak);
	}
	mutex_unlock(&rcg_lock);
	return pool;
}

bool pool_exists(struct rcg_group *group, struct rdmacg_oot_device *device)
{
	struct rcg_counter counter;

	return pool_counter(group, device, HANDLE, &counter);
}

s64 usage(struct rcg_group *group, struct rdmacg_oot_device *device,
	  enum rcg_resource resource)
{
	struct rcg_counter counter;

	pool_counter(group, device, resource, &counter);
	return atomic64_read(&counter.usage);
}

s64 peak(struct rcg_group *group, struct rdmacg_oot_device *device,
	 enum rcg_resource resource)
{
	struct rcg_counter counter;

	pool_counter(group, device, resource, &counter);
	return atomic64_read(&counter.peak);
}

s64 limit(struct rcg_group *group, struct rdmacg_oot_device *device,
	  enum rcg_resource resource)
{
	struct rcg_counter counter;

	pool_counter(group, device, resource, &counter);
	return counter.max;
}

s64 event(struct rcg_group *group, struct rdmacg_oot_device *device,
	  enum rcg_resource resource, enum rcg_event event)
{
	struct rdmacg_oot_pool *pool;
	s64 count = 0;

	mutex_lock(&rcg_lock);
	pool = rcg_pool_find(group, device);
	if (pool && READ_ONCE(pool->events))
		count = atomic64_read(&pool->events->count[resource][event]);
	mutex_unlock(&rcg_lock);
	return count;
}

/* In a buffer of the line's own size, so that reading past its end is noticed. */
int write_file(write_fn fn, struct rcg_group *group, const struct rcg_keys *keys, const char *line)
{
	char *copy = strdup(line);
	int ret = fn(group, keys, copy);

	free(copy);
	return ret;
}

int write_max(struct rcg_group *group, const char *line)
{
	return write_file(rcg_limits_write, group, &rcg_keys, line);
}

int write_all(struct rcg_group *group, const char *line)
{
	return write_file(rcg_limits_write, group, &rcg_all_keys, line);
}

static struct test_text *text_new(size_t size)
{
	struct test_text *text = calloc(1, sizeof(*text) + size);

	list_add_tail(&text->node, &test_texts);
	return text;
}

const char *show_keys(show_fn fn, struct rcg_group *group, const struct rcg_keys *keys)
{
	size_t size = 4096;
	struct test_text *text = text_new(size);
	struct seq_file seq = { .buf = text->text, .size = size };

	fn(&seq, group, keys);
	return text->text;
}

const char *show(show_fn fn, struct rcg_group *group)
{
	return show_keys(fn, group, fn == rcg_child_show ? &rcg_all_keys : &rcg_keys);
}

/* Everything that a user could see, to be compared with a later one. */
const char *snapshot(void)
{
	static const show_fn files[] = {
		rcg_show_max, rcg_show_current, rcg_show_peak,
		rcg_show_events, rcg_show_events_local, rcg_child_show,
	};
	size_t size = 1 << 18;
	struct test_text *text = text_new(size);
	struct seq_file seq = { .buf = text->text, .size = size };
	struct test_group *group;
	unsigned int i;

	list_for_each_entry(group, &test_groups, node)
		for (i = 0; i < ARRAY_SIZE(files); i++)
			files[i](&seq, &group->group, &rcg_keys);
	return text->text;
}

unsigned long pools_in_memory(void)
{
	rcu_barrier();
	/* All but the cache itself. */
	return kernel_live_objects() - objects_before - 1;
}

int test_setup(void **state)
{
	kernel_warnings = 0;
	objects_before = kernel_live_objects();
	memory_before = kernel_live_memory();
	groups_before = groups_alive;
	rcg_enforce = true;
	rcg_refusal = rcg_refusals;
	return rcg_pools_init();
}

int test_teardown(void **state)
{
	struct test_charge *c, *next_c;
	struct test_device *device, *next_device;
	struct test_text *text, *next_text;
	unsigned long objects, memory, groups;

	kernel_fail_allocation(0);
	kernel_thread.preempt = NULL;
	list_for_each_entry_safe(c, next_c, &test_charges, node)
		uncharge(&c->charge);
	list_for_each_entry_safe(device, next_device, &test_devices, node)
		device_unplug(&device->device);
	/* Children first, as rmdir(2) would have it. */
	while (!list_empty(&test_groups))
		group_rmdir(&list_entry(test_groups.prev, struct test_group, node)->group);
	list_for_each_entry_safe(text, next_text, &test_texts, node) {
		list_del(&text->node);
		free(text);
	}
	rcg_pools_exit();
	objects = kernel_live_objects() - objects_before;
	groups = groups_in_memory();
	memory = kernel_live_memory() - memory_before;
	if (!objects && !memory && !groups && !kernel_warnings)
		return 0;
	print_error("%lu pools, %lu arrays of them and %lu groups left in memory, %u warnings\n",
		    objects, memory, groups, kernel_warnings);
	return -1;
}
