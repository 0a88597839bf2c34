// SPDX-License-Identifier: GPL-2.0-only
/*
 * The scenarios of the model, and what must hold in them.
 *
 * At every step: no usage is negative, nor does a charge raise it above the
 * highest limit that was in force since that charge began. At rest, when all
 * actors are done and all grace periods over: usage at each level is what is
 * charged below, references are those that are there, limits are as written,
 * events as many as refusals, idle pools gone. At the end, devices go, then
 * groups, then the charges that are left: every object has been freed once.
 *
 *	model [NAME]...		the scenarios whose names begin so (all)
 *
 * Environment: LEVELS, the depth of the tree where a scenario has less; STOP, to
 * end with the first scenario that fails; FULL, see schedule.c.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hierarchy/hierarchy.h"
#include "model.h"

#define MAX_GROUPS	6
#define NR_DEVICES	2
#define NR_SLOTS	8
#define UNLIMITED	S32_MAX

/* A and B are siblings below UP, which is the root unless there are more levels. */
enum { A, B, UP };

enum what { END, CHARGE, UNCHARGE, LIMIT, RMDIR, PLUG, UNPLUG };

/*
 * What is charged: objects without a kind, or QPs, which are two counters; what is limited: these,
 * and how many are created in a second
 */
static const enum rcg_resource resources[] = { RCG_HCA_OBJECT, RCG_QP, RCG_OBJECT_RATE };

enum { OBJECT, QP, RATE, NR_LIMITS };

/*
 * struct op - one operation of an actor
 * @what: the kind of operation
 * @label: its name in a report
 * @slot: where a charge is kept, for UNCHARGE
 * @group: the group that it acts on
 * @device: the device that it acts on
 * @resource: what is charged or limited, a place in resources[]
 * @limit: for LIMIT
 */
struct op {
	enum what	what;
	const char	*label;
	unsigned int	slot, group, device, resource;
	s64		limit;
};

#define CHARGE(slot, group, device) { CHARGE, "charge " #group, slot, group, device, OBJECT, 0 }
#define CHARGE_QP(slot, group) { CHARGE, "charge a QP of " #group, slot, group, 0, QP, 0 }
#define UNCHARGE(slot) { UNCHARGE, "uncharge", slot, 0, 0, 0, 0 }
#define LIMIT(group, max) { LIMIT, "limit " #group " to " #max, 0, group, 0, OBJECT, max }
#define LIMIT_QP(group, max) { LIMIT, "limit QPs of " #group " to " #max, 0, group, 0, QP, max }
#define LIMIT_RATE(group, max) { LIMIT, "limit rate of " #group, 0, group, 0, RATE, max }
#define RMDIR(group) { RMDIR, "rmdir " #group, 0, group, 0, 0, 0 }
#define PLUG(device) { PLUG, "plug " #device, 0, 0, device, 0, 0 }
#define UNPLUG(device) { UNPLUG, "unplug " #device, 0, 0, device, 0, 0 }

/*
 * struct scenario - a few actors that run concurrently
 * @name: name of the scenario
 * @levels: depth of the tree
 * @min: the least number of charges by actors that succeed
 * @max: the greatest number
 * @bare: the second device is not plugged in yet, and groups have no room for pools
 * @setup: operations before the actors start
 * @actor: operations of each actor
 */
struct scenario {
	const char	*name;
	unsigned int	levels, min, max;
	bool		bare;
	struct op	setup[4];
	struct op	actor[5][4];
};

/* Those that take longest are at the end. */
static const struct scenario scenarios[] = {
	{ "two charges of a group whose parent has room for one", 3, 1, 1, false,
	  { LIMIT(UP, 1) },
	  { { CHARGE(0, A, 0) }, { CHARGE(1, A, 0) } } },
	{ "two charges of siblings whose parent has room for one", 3, 1, 1, false,
	  { LIMIT(UP, 1), CHARGE(2, A, 0), UNCHARGE(2) },
	  { { CHARGE(0, A, 0) }, { CHARGE(1, B, 0) } } },
	{ "charge while another is given back", 3, 0, 1, false,
	  { LIMIT(UP, 1), CHARGE(2, A, 0) },
	  { { CHARGE(0, A, 0) }, { UNCHARGE(2) }, { CHARGE(1, B, 0) } } },
	{ "charges while a limit goes up", 2, 1, 2, false,
	  { LIMIT(UP, 1) },
	  { { CHARGE(0, A, 0) }, { CHARGE(1, B, 0) }, { LIMIT(UP, 2) } } },
	{ "first charge while an idle pool loses its limit", 3, 1, 1, false,
	  { LIMIT(A, 1) },
	  { { CHARGE(0, A, 0), UNCHARGE(0) }, { LIMIT(A, UNLIMITED) } } },
	{ "limits come and go while a group goes", 3, 0, 0, false,
	  { LIMIT(A, 1) },
	  { { LIMIT(A, UNLIMITED), LIMIT(A, 2) }, { LIMIT(B, 1), LIMIT(B, UNLIMITED) },
	    { RMDIR(A) } } },
	{ "charge while its group goes", 3, 1, 1, false,
	  { LIMIT(A, 1) },
	  { { CHARGE(0, A, 0) }, { RMDIR(A) } } },
	{ "refusal while its group goes", 3, 0, 1, false,
	  { LIMIT(A, 0) },
	  { { CHARGE(0, A, 0) }, { RMDIR(A) } } },
	{ "charges while their group goes and then its parent", 3, 1, 2, false,
	  { LIMIT(A, 1) },
	  { { CHARGE(0, A, 0), UNCHARGE(0) }, { RMDIR(B), RMDIR(A), RMDIR(UP) } } },
	{ "last uncharge while its group goes", 3, 0, 0, false,
	  { LIMIT(A, 1), CHARGE(0, A, 0) },
	  { { UNCHARGE(0) }, { RMDIR(A) } } },
	{ "charge and uncharge while the group goes", 2, 0, 1, false,
	  { LIMIT(A, 1), CHARGE(0, A, 0) },
	  { { UNCHARGE(0) }, { RMDIR(A) }, { CHARGE(1, A, 0), UNCHARGE(1) } } },
	{ "charge while its device goes", 3, 0, 1, false,
	  { LIMIT(A, 1) },
	  { { CHARGE(0, A, 0) }, { UNPLUG(0) } } },
	{ "last uncharge while its device goes", 3, 0, 0, false,
	  { LIMIT(A, 1), CHARGE(0, A, 0) },
	  { { UNCHARGE(0) }, { UNPLUG(0) } } },
	{ "charges of two devices while one goes", 2, 1, 2, false,
	  { LIMIT(A, 1) },
	  { { CHARGE(0, A, 0), UNCHARGE(0) }, { CHARGE(1, A, 1), UNCHARGE(1) }, { UNPLUG(0) } } },
	{ "group and device go at once", 3, 0, 0, false,
	  { LIMIT(A, 1), CHARGE(0, A, 0), CHARGE(1, B, 1) },
	  { { RMDIR(A) }, { UNPLUG(0) }, { UNCHARGE(0) } } },
	{ "limit while its group and its device go", 2, 0, 0, false,
	  { CHARGE(0, A, 0) },
	  { { LIMIT(A, 1) }, { RMDIR(A) }, { UNPLUG(0) } } },
	{ "first charges of two devices, neither of which has room", 2, 2, 2, true,
	  { PLUG(1) },
	  { { CHARGE(0, A, 0) }, { CHARGE(1, A, 1) } } },
	{ "charge while room is made for another device", 2, 2, 2, true,
	  { CHARGE(2, A, 0), PLUG(1) },
	  { { CHARGE(0, A, 0), UNCHARGE(0) }, { CHARGE(1, A, 1) } } },
	{ "room is made for another device while the group goes", 2, 1, 2, true,
	  { CHARGE(2, A, 0), PLUG(1) },
	  { { CHARGE(0, A, 0) }, { CHARGE(1, A, 1) }, { RMDIR(A) } } },
	{ "charge while its device goes and another takes its slot", 2, 1, 2, true,
	  { CHARGE(2, A, 0) },
	  { { CHARGE(0, A, 0) }, { UNPLUG(0), PLUG(1), CHARGE(1, A, 1) } } },
	{ "two QPs where there is room for one object", 2, 1, 1, false,
	  { LIMIT(UP, 1) },
	  { { CHARGE_QP(0, A) }, { CHARGE_QP(1, A) } } },
	{ "two QPs where there is room for one", 2, 1, 1, false,
	  { LIMIT_QP(UP, 1) },
	  { { CHARGE_QP(0, A) }, { CHARGE_QP(1, A) } } },
	{ "two QPs with room for one, and an object with room for one above", 2, 1, 1, false,
	  { LIMIT_QP(A, 1), LIMIT(UP, 1) },
	  { { CHARGE_QP(0, A) }, { CHARGE_QP(1, A) }, { CHARGE(2, B, 0) } } },
	{ "two QPs in a second of which two levels allow one", 2, 1, 1, false,
	  { LIMIT_RATE(A, 1), LIMIT_RATE(UP, 1) },
	  { { CHARGE_QP(0, A) }, { CHARGE_QP(1, B) } } },
	{ "QP in a second while a limit of none comes and goes", 2, 0, 1, false,
	  { },
	  { { CHARGE_QP(0, A) }, { LIMIT_RATE(UP, 0), LIMIT_RATE(UP, UNLIMITED) } } },
	{ "QP while its limit comes and goes", 2, 0, 1, false,
	  { },
	  { { CHARGE_QP(0, A), UNCHARGE(0) }, { LIMIT_QP(A, 0), LIMIT_QP(A, UNLIMITED) } } },
	{ "charge and uncharge come and go", 2, 2, 2, false,
	  { LIMIT(UP, 2) },
	  { { CHARGE(0, A, 0), UNCHARGE(0) }, { CHARGE(1, A, 0), UNCHARGE(1) } } },
	{ "charges while a limit goes down", 2, 1, 2, false,
	  { LIMIT(A, 2) },
	  { { CHARGE(0, A, 0) }, { CHARGE(1, A, 0) }, { LIMIT(A, 1) } } },
	{ "charge, uncharge and a limit above while the group goes", 2, 0, 1, false,
	  { LIMIT(A, 1), CHARGE(0, A, 0) },
	  { { CHARGE(1, A, 0) }, { UNCHARGE(0) }, { LIMIT(UP, 0) }, { RMDIR(A) } } },
	{ "everything at once", 2, 0, 1, false,
	  { LIMIT(A, 1), CHARGE(0, A, 0) },
	  { { CHARGE(1, A, 0) }, { UNCHARGE(0) }, { LIMIT(A, 2) }, { RMDIR(A) },
	    { UNPLUG(0) } } },
	{ "limit set and taken away by two while a charge is made", 2, 0, 1, false,
	  { LIMIT(A, 0) },
	  { { CHARGE(0, A, 0) }, { LIMIT(A, UNLIMITED) },
	    { LIMIT(UP, 1), LIMIT(UP, UNLIMITED) } } },
	{ "three charges of siblings whose parent has room for two", 2, 2, 2, false,
	  { LIMIT(UP, 2) },
	  { { CHARGE(0, A, 0) }, { CHARGE(1, B, 0) }, { CHARGE(2, B, 0) } } },
};

/* The state of an execution */
static const struct scenario *scenario;
static unsigned int nr_groups, levels_wanted;
static struct rcg_group *groups[MAX_GROUPS], *task_at[MAX_GROUPS];
static bool online[MAX_GROUPS];
static struct rdmacg_oot_device *devices[NR_DEVICES];
static enum { PLUGGED, UNPLUGGING, UNPLUGGED } device_state[NR_DEVICES];
static s64 limits[MAX_GROUPS][NR_DEVICES][NR_LIMITS];
static unsigned int successes, refusals[MAX_GROUPS][NR_DEVICES];
static bool peaked[MAX_GROUPS][NR_DEVICES];
static bool changed;		/* stands for the ends of changes: see do_op() */

/* What charges are made on, and from where */
static struct {
	struct rdmacg_oot_pool	*pool;
	unsigned int		group, device, resource;
	bool			charged;
} slots[NR_SLOTS];

/* For each actor: the group that it charges, and the highest limits since the charge began. */
static struct {
	unsigned int	group;
	s64		limits[MAX_GROUPS][NR_DEVICES][NR_LIMITS];
} charger[MAX_ACTORS + 1];

/* The tree */

static unsigned int parent_of(unsigned int group)
{
	return group < UP ? UP : group + 1;
}

static struct rcg_group *group_at(unsigned int group)
{
	return group < nr_groups ? groups[group] : NULL;
}

static int group_of(const struct rdmacg_oot_pool *pool)
{
	int i;

	for (i = nr_groups - 1; i >= 0 && pool->group != groups[i]; i--)
		;
	return i;
}

static int device_of(const struct rdmacg_oot_pool *pool)
{
	return pool->device == devices[1];
}

/**
 * hierarchy_current - the stand-in for the hierarchy room's
 *
 * Return: where the task whose charge the current actor makes is now.
 */
struct rcg_group *hierarchy_current(void)
{
	struct rcg_group **at = &task_at[charger[model_actor()].group];

	model_access(ACCESS_READ, at);
	return *at;
}

/* Called at a refusal: the group must not be freed. No actor writes the fields read here. */
static void notify(struct rcg_group *group, enum rcg_resource resource, enum rcg_event event)
{
	model_access(ACCESS_READ, &group->parent);
}

static void group_release(struct rcg_group *group)
{
	object_free(group);
}

/* What actors do */

static void set_limit(unsigned int group, unsigned int device, unsigned int resource, s64 limit)
{
	s64 *highest;
	unsigned int i;

	limits[group][device][resource] = limit;
	for (i = 0; i <= MAX_ACTORS; i++) {
		highest = &charger[i].limits[group][device][resource];
		if (*highest < limit)
			*highest = limit;
	}
}

static void set_unlimited(unsigned int group, unsigned int device)
{
	set_limit(group, device, OBJECT, UNLIMITED);
	set_limit(group, device, QP, UNLIMITED);
	set_limit(group, device, RATE, UNLIMITED);
}

static void do_charge(const struct op *op)
{
	struct rdmacg_oot_pool *pool;
	bool gone;
	int ret;

	model_access(ACCESS_READ, &changed);
	memcpy(charger[model_actor()].limits, limits, sizeof(limits));
	charger[model_actor()].group = op->group;
	gone = device_state[op->device] == UNPLUGGED;
	ret = hierarchy_charge(devices[op->device], resources[op->resource], 1,
			       &slots[op->slot].pool);
	if (ret == -EAGAIN) {
		refusals[op->group][op->device]++;
		return;
	}
	if (ret == -ENODEV && device_state[op->device] != PLUGGED)
		return;
	if (ret)
		model_fail("a charge fails with %d", ret);
	if (gone)
		model_fail("a charge succeeds on a device that had gone");
	slots[op->slot].group = op->group;
	slots[op->slot].device = op->device;
	slots[op->slot].resource = op->resource;
	slots[op->slot].charged = true;
	for (pool = slots[op->slot].pool; pool; pool = pool->parent)
		if (pool->group)
			peaked[group_of(pool)][op->device] = true;
	if (model_actor() != MAX_ACTORS)
		successes++;
}

static void do_uncharge(unsigned int slot)
{
	struct rdmacg_oot_pool *pool = slots[slot].pool;

	if (!slots[slot].charged)
		return;
	rcg_pool_uncharge(pool, resources[slots[slot].resource], 1);
	slots[slot].charged = false;
}

static void do_limit(const struct op *op)
{
	struct rcg_group *group = NULL;
	s64 before = limits[op->group][op->device][op->resource];
	char line[32];
	int ret;

	/* Of the group itself, wherever its tasks are now. */
	rcu_read_lock();
	model_access(ACCESS_READ, &task_at[op->group]);
	if (task_at[op->group] == groups[op->group] && rcg_group_tryget(groups[op->group]))
		group = groups[op->group];
	rcu_read_unlock();
	if (!group)
		return;
	if (before < op->limit)
		set_limit(op->group, op->device, op->resource, op->limit);
	snprintf(line, sizeof(line), "rxe%u %s=%lld", op->device,
		 rcg_resource_types[resources[op->resource]].name, op->limit);
	ret = rcg_limits_write(group, op->resource == RATE ? &rcg_rate_keys : &rcg_all_keys, line);
	rcg_group_put(group);
	model_access(ACCESS_WRITE, &changed);
	if (!online[op->group] || device_state[op->device] != PLUGGED)
		set_limit(op->group, op->device, op->resource, UNLIMITED);
	else if (ret)
		model_fail("a limit is refused with %d", ret);
	else
		set_limit(op->group, op->device, op->resource, op->limit);
}

static void do_rmdir(unsigned int group)
{
	unsigned int i;

	/* The tasks have to move first. */
	for (i = 0; i < nr_groups; i++) {
		if (task_at[i] != groups[group])
			continue;
		model_access(ACCESS_WRITE, &task_at[i]);
		task_at[i] = group_at(parent_of(group));
	}
	online[group] = false;
	for (i = 0; i < NR_DEVICES; i++)
		set_unlimited(group, i);
	rcg_group_offline(groups[group]);
	rcg_group_put(groups[group]);
}

static void do_plug(unsigned int device)
{
	rdmacg_oot_register_device(devices[device]);
	device_state[device] = PLUGGED;
}

static void do_unplug(unsigned int device)
{
	unsigned int i;

	device_state[device] = UNPLUGGING;
	for (i = 0; i < nr_groups; i++)
		set_unlimited(i, device);
	rdmacg_oot_unregister_device(devices[device]);
	model_access(ACCESS_WRITE, &changed);
	device_state[device] = UNPLUGGED;
}

/*
 * Charges read @changed when they begin, changes write it when they end, so
 * that charges which begin after a change has ended are looked for as well.
 */
static void do_op(const struct op *op)
{
	model_label(op->label);
	switch (op->what) {
	case CHARGE:
		return do_charge(op);
	case UNCHARGE:
		return do_uncharge(op->slot);
	case LIMIT:
		return do_limit(op);
	case RMDIR:
		return do_rmdir(op->group);
	case PLUG:
		return do_plug(op->device);
	case UNPLUG:
		return do_unplug(op->device);
	case END:
		return;
	}
}

static void run(unsigned int actor)
{
	const struct op *op;

	for (op = scenario->actor[actor]; op->what != END; op++)
		do_op(op);
}

/* What must hold */

static bool is_pool(const struct object *object)
{
	return object->state == OBJECT_LIVE && !strncmp(object->name, "pool", 4);
}

static void wrote(struct object *object, const void *address)
{
	static const char * const names[] = {
		"pool of A", "pool of B", "pool of UP", "pool above",
	};
	struct rdmacg_oot_pool *pool = object_memory(object);
	s64 usage;
	int i, r, group;

	if (!is_pool(object))
		return;
	group = group_of(pool);
	if (group >= 0)
		object->name = names[group < 3 ? group : 3];
	for (i = 0; i < RCG_NR_RESOURCES; i++) {
		if (address != &pool->counter[i].usage)
			continue;
		usage = pool->counter[i].usage.counter;
		if (usage < 0)
			model_fail("usage is negative");
		if (usage > object->peak[i])
			object->peak[i] = usage;
		for (r = 0; r < RATE; r++)
			if (i == resources[r] && usage > object->usage[i] && group >= 0 &&
			    usage > charger[model_actor()].limits[group][device_of(pool)][r])
				model_fail("usage is above the limit");
		object->usage[i] = usage;
	}
}

static const char *field_of_pool(size_t offset)
{
	if (offset >= offsetof(struct rdmacg_oot_pool, parent))
		return offset == offsetof(struct rdmacg_oot_pool, refs) ? "refs" :
		       offset == offsetof(struct rdmacg_oot_pool, group) ? "group" : "node";
	offset %= sizeof(struct rcg_counter);
	return offset == offsetof(struct rcg_counter, usage) ? "usage" :
	       offset == offsetof(struct rcg_counter, max) ? "max" :
	       offset == offsetof(struct rcg_counter, peak) ? "peak" : "events";
}

static const char *name(const void *address)
{
	static char text[64];
	struct object *object = object_of(address);
	size_t offset = object ? (char *)address - (char *)object_memory(object) : 0;

	if (!object)
		return address == &changed ? "whether a change has ended" :
		       (size_t)((char *)address - (char *)task_at) < sizeof(task_at) ?
		       "the task's group" : "a global variable";
	snprintf(text, sizeof(text), "%s->%s", object->name, !strncmp(object->name, "pool", 4) ?
		 field_of_pool(offset) : offset == offsetof(struct rcg_group, refs) ? "refs" :
		 "another field");
	return text;
}

static void check(bool holds, const char *what, unsigned int i)
{
	if (!holds)
		model_fail("%s (%u)", what, i);
}

static bool is_above(const struct rdmacg_oot_pool *pool, const struct rdmacg_oot_pool *from)
{
	while (from && from != pool)
		from = from->parent;
	return from;
}

static struct rdmacg_oot_pool *linked_pool(unsigned int group, unsigned int device)
{
	struct rdmacg_oot_pool *pool;

	rcu_read_lock();
	pool = rcg_pool_find(groups[group], devices[device]);
	rcu_read_unlock();
	return pool;
}

/* Usage, references and peak of a pool, against the charges and pools there are. */
static void check_pool(unsigned int number)
{
	struct rdmacg_oot_pool *pool = object_memory(&objects[number]), *other;
	s64 usage[RCG_NR_RESOURCES] = {}, peak;
	unsigned int refs = pool->group != NULL, i, r;

	for (i = 0; i < NR_SLOTS; i++) {
		if (!slots[i].charged)
			continue;
		refs += slots[i].pool == pool;
		usage[RCG_HCA_OBJECT] += is_above(pool, slots[i].pool);
		if (slots[i].resource == QP)
			usage[RCG_QP] += is_above(pool, slots[i].pool);
		if (pool->counter[RCG_OBJECT_RATE].max != UNLIMITED)
			usage[RCG_OBJECT_RATE] += NSEC_PER_SEC * is_above(pool, slots[i].pool);
	}
	for (i = 0; i < MAX_OBJECTS; i++) {
		other = object_memory(&objects[i]);
		refs += is_pool(&objects[i]) && other->parent == pool;
	}
	check(pool->refs.refs == refs, "references to a pool are not those there are", number);
	for (r = 0; r < RCG_NR_RESOURCES; r++) {
		peak = pool->counter[r].peak.counter;
		check(pool->group || pool->counter[r].max == rcg_resource_types[r].max,
		      "a pool that is not linked has a limit", number);
		/* A bucket whose limit is gone is as it was left. */
		check(pool->counter[r].usage.counter == usage[r] ||
		      (r == RCG_OBJECT_RATE && pool->counter[r].max == UNLIMITED),
		      "usage is not what is charged", number);
		if (r == RCG_OBJECT_RATE)
			continue;
		check(peak >= usage[r] && (!pool->group || peak <= objects[number].peak[r]),
		      "peak is wrong", number);
	}
}

static bool is_below(unsigned int group, unsigned int top)
{
	while (group < top)
		group = parent_of(group);
	return group == top;
}

static s64 event_count(const struct rcg_events *events, enum rcg_event event)
{
	s64 count = 0;
	int i;

	for (i = 0; events && i < NR_LIMITS; i++)
		count += events->count[resources[i]][event].counter;
	return count;
}

static void check_group(unsigned int group, unsigned int device)
{
	struct rdmacg_oot_pool *pool = linked_pool(group, device);
	static const struct rcg_counter none = { .max = UNLIMITED };
	const struct rcg_counter *c = pool ? &pool->counter[RCG_HCA_OBJECT] : &none;
	const struct rcg_events *events = pool ? pool->events : NULL;
	unsigned int i, refused = 0;
	bool limited = false;

	if (device_state[device] != PLUGGED) {
		check(!pool, "a pool outlives its device", group);
		return;
	}
	for (i = 0; i < NR_SLOTS; i++)
		if (slots[i].charged && slots[i].device == device && is_below(slots[i].group, group))
			check(is_above(pool, slots[i].pool), "a charge is missing", group);
	for (i = 0; i < nr_groups; i++)
		if (is_below(i, group))
			refused += refusals[i][device];
	for (i = 0; i < NR_LIMITS; i++) {
		check((pool ? pool->counter[resources[i]].max : UNLIMITED) == limits[group][device][i],
		      "a limit is lost", group);
		limited |= limits[group][device][i] != UNLIMITED;
	}
	check(c->peak.counter || !peaked[group][device], "a peak is lost", group);
	check(event_count(events, RCG_EVENT_ALLOC_FAIL) == refused,
	      "alloc_fail is not the number of refusals", group);
	if (group == nr_groups - 1)
		check(event_count(events, RCG_EVENT_MAX) == refused,
		      "max is not the number of refusals", group);
	check(!pool || pool->refs.refs > 1 || limited || c->peak.counter || refused,
	      "an idle pool is left", group);
}

static void finish(void)
{
	unsigned int i, j;

	check(successes >= scenario->min && successes <= scenario->max,
	      "so many charges succeed", successes);
	for (i = 0; i < MAX_OBJECTS; i++)
		if (is_pool(&objects[i]))
			check_pool(i);
	for (i = 0; i < nr_groups; i++)
		for (j = 0; j < NR_DEVICES; j++)
			if (online[i])
				check_group(i, j);

	for (i = 0; i < NR_DEVICES; i++) {
		if (device_state[i] == PLUGGED)
			rdmacg_oot_unregister_device(devices[i]);
		object_free(devices[i]);
	}
	for (i = 0; i < nr_groups; i++)
		if (online[i])
			do_rmdir(i);
	model_run_callbacks();
	for (i = 0; i < NR_SLOTS; i++)
		do_uncharge(i);
	model_run_callbacks();
	for (i = 0; i < MAX_OBJECTS; i++)
		check(objects[i].state != OBJECT_LIVE, "an object is never freed", i);
}

/* Running */

static void setup(void)
{
	static const char * const names[NR_DEVICES] = { "rxe0", "rxe1" };
	const struct op *op;
	unsigned int i;

	memset(slots, 0, sizeof(slots));
	memset(charger, 0, sizeof(charger));
	memset(refusals, 0, sizeof(refusals));
	memset(peaked, 0, sizeof(peaked));
	successes = 0;
	for (i = nr_groups; i--;) {
		groups[i] = object_make("group");
		rcg_group_init(groups[i], group_at(parent_of(i)), group_release);
		task_at[i] = groups[i];
		online[i] = true;
	}
	for (i = 0; i < NR_DEVICES; i++) {
		devices[i] = object_make("device");
		devices[i]->name = names[i];
		device_state[i] = UNPLUGGED;
		if (!i || !scenario->bare)
			do_plug(i);
	}
	/* Else nearly every scenario would begin with that. */
	for (i = A; i <= B && !scenario->bare; i++)
		rcg_group_make_room(groups[i]);
	for (i = 0; i < nr_groups * NR_DEVICES; i++)
		set_unlimited(i / NR_DEVICES, i % NR_DEVICES);
	for (op = scenario->setup; op->what != END; op++)
		do_op(op);
}

static bool run_scenario(const struct scenario *s, unsigned int number, struct model_count *count)
{
	static const struct model_scenario_ops ops = { setup, run, wrote, name, finish };
	const unsigned long before = count->executions;
	unsigned int actors = 0;
	int status;

	/* On its own, since a failure leaves things as they are. */
	fflush(stdout);
	if (!fork()) {
		scenario = s;
		nr_groups = 1 + (s->levels > levels_wanted ? s->levels : levels_wanted);
		while (actors < ARRAY_SIZE(s->actor) && s->actor[actors][0].what != END)
			actors++;
		if (rcg_pools_init())
			_exit(1);
		rcg_notify = notify;
		model_explore(&ops, actors, count);
		_exit(0);
	}
	wait(&status);
	if (WIFSIGNALED(status))
		printf("# killed by signal %d\n", WTERMSIG(status));
	printf("%sok %u - model: %s: %lu interleavings%s\n", status ? "not " : "", number, s->name,
	       count->executions - before, status ? " before it failed" : ", complete without a bound");
	return !status;
}

int main(int argc, char **argv)
{
	struct model_count *count = mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE,
					 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const char *levels = getenv("LEVELS"), *stop = getenv("STOP");
	unsigned int i, number = 0, passed = 0;
	int arg;

	levels_wanted = levels ? atoi(levels) : 0;
	for (i = 0; i < ARRAY_SIZE(scenarios) && !(stop && passed < number); i++) {
		for (arg = 1; arg < argc; arg++)
			if (!strncmp(argv[arg], scenarios[i].name, strlen(argv[arg])))
				break;
		if (argc == 1 || arg < argc)
			passed += run_scenario(&scenarios[i], ++number, count);
	}
	printf("1..%u\n# %lu interleavings, and %lu given up as the same as others; %lu steps\n", number,
	       count->executions, count->pruned, count->steps);
	return passed != number;
}
