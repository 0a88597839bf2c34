/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The controller room (rcg_): what is counted, for whom, and up to which limit.
 *
 * It knows groups (nodes of a tree), devices and the pools where the two meet.
 * It knows nothing of uverbs, hooks, the cgroup core or debugfs, and compiles
 * in user space as well, where tests/unit exercises it.
 *
 * Look-up. A registered device has a slot, a small number, and a group has an
 * array of its pools by slot. So a pool is found by an index, however many
 * groups, devices and pools there are.
 *
 * Lifetimes. A pool is in its group's array ("linked") from its first charge or
 * limit until its group goes offline, its device is unregistered, or it is found idle:
 * the files show the same without it. That is tested only after a write to its limits,
 * and when a pool below it is unlinked. References to it are held by the array,
 * by each child pool, by each charge made on it and by whoever looks at it; the
 * memory goes with the last one. So a charge outlives group and device, and
 * the way from a pool to the root never needs a lock.
 *
 * Locks. rcg_lock (a mutex) is held where pools, groups and devices come and
 * go and where files are read and limits written. A charge takes it only when a
 * pool has to be made, an uncharge never.
 */
#ifndef RCG_CONTROLLER_H
#define RCG_CONTROLLER_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/types.h>

#include "rdmacg_oot.h"

struct kmem_cache;
struct rcg_defaults;
struct seq_file;

/* With the NUL: as long as those of ib_core's devices */
#define RCG_DEVICE_NAME_MAX	64

/**
 * enum rcg_resource - what is counted
 *
 * First those of &enum rdmacg_oot_resource. An object has a kind: it is charged as one of
 * hca_object and as one of its kind. The kinds, from RCG_PD on, are the keys of the types
 * files, and after them registered memory, in bytes. RCG_OBJECT_RATE is how many objects are
 * created in a second; see rate.c.
 */
enum rcg_resource {
	RCG_HCA_HANDLE		= RDMACG_OOT_HCA_HANDLE,
	RCG_HCA_OBJECT		= RDMACG_OOT_HCA_OBJECT,
	RCG_PD,
	RCG_MR,
	RCG_MW,
	RCG_CQ,
	RCG_QP,
	RCG_SRQ,
	RCG_AH,
	RCG_XRCD,
	RCG_FLOW,
	RCG_WQ,
	RCG_RWQ_IND,
	RCG_DM,
	RCG_COUNTERS,
	RCG_DEVX,
	RCG_OTHER,
	RCG_MR_MEM,
	RCG_OBJECT_RATE,
	RCG_NR_RESOURCES,
};

/**
 * rcg_is_kind - is a resource a kind of object?
 * @resource: the resource
 *
 * Context: any.
 * Return: true for one of which each object is one of hca_object as well.
 */
static inline bool rcg_is_kind(enum rcg_resource resource)
{
	return resource >= RCG_PD && resource <= RCG_OTHER;
}

/**
 * struct rcg_pool_array - the linked pools of a group
 * @rcu: for freeing
 * @nr: places in @pool
 * @pool: by slot of the device; NULL where there is none
 */
struct rcg_pool_array {
	struct rcu_head			rcu;
	unsigned int			nr;
	struct rdmacg_oot_pool __rcu	*pool[];
};

/**
 * struct rcg_group - a node of the tree that pools belong to: one per cgroup
 * @parent: the group above, referenced; NULL for the root
 * @pools: its pools; read under RCU, replaced by a longer array under rcg_lock
 * @defaults: the limits that its pools begin with, referenced; NULL for none
 * @child_defaults: those of its rdma.child.max, referenced; rcg_lock
 * @refs: references; a child group holds one on its parent
 * @offline: no pool can be linked any more; rcg_lock
 * @release: gives the memory back, after an RCU grace period
 * @rcu: for @release
 */
struct rcg_group {
	struct rcg_group		*parent;
	struct rcg_pool_array __rcu	*pools;
	struct rcg_defaults		*defaults;
	struct rcg_defaults		*child_defaults;
	refcount_t			refs;
	bool				offline;
	void				(*release)(struct rcg_group *group);
	struct rcu_head			rcu;
};

/* Event counters of one resource in one pool, as the events files show them */
enum rcg_event {
	RCG_EVENT_MAX,
	RCG_EVENT_ALLOC_FAIL,
	RCG_EVENT_LOCAL_MAX,
	RCG_EVENT_LOCAL_ALLOC_FAIL,
	RCG_NR_EVENTS,
};

/**
 * struct rcg_counter - one resource of a pool
 * @usage: what is charged now; of RCG_OBJECT_RATE, when its bucket will be full
 * @max: the limit; written under rcg_lock
 * @peak: the highest usage that a whole, successful charge has seen
 */
struct rcg_counter {
	atomic64_t	usage;
	s64		max;
	atomic64_t	peak;
};

/**
 * struct rcg_events - the refusals of a pool
 * @count: how many, by &enum rcg_resource and &enum rcg_event
 */
struct rcg_events {
	atomic64_t	count[RCG_NR_RESOURCES][RCG_NR_EVENTS];
};

/**
 * struct rdmacg_oot_pool - the resources of one device for one group
 * @counter: a counter for each resource
 * @events: refusals; NULL until there is the first, then it stays
 * @parent: the same device's pool of the group above, referenced
 * @refs: see the head of this file
 * @device: the device; only its address counts once it is unregistered
 * @group: whose it is; NULL once the group or the device has gone
 * @node: place in &rdmacg_oot_device.pools, or before that in a list of spares
 * @children: the linked pools right below it; rcg_lock
 * @sibling: place in @parent's @children
 * @owners: for ledger/owner.c
 * @rcu: for freeing
 */
struct rdmacg_oot_pool {
	struct rcg_counter		counter[RCG_NR_RESOURCES];
	struct rcg_events		*events;
	struct rdmacg_oot_pool		*parent;
	struct rdmacg_oot_device	*device;
	refcount_t			refs;
	struct rcg_group		*group;
	struct list_head		node;
	struct list_head		children;
	struct list_head		sibling;
	struct list_head		owners;
	struct rcu_head			rcu;
};

/**
 * struct rcg_resource_type - a row of the table of resources
 * @name: its key in the files
 * @max: the value that means "no limit", and that the files show as "max"
 * @has_capacity: drivers can say how many their device has: a limit may be a percentage
 */
struct rcg_resource_type {
	const char	*name;
	s64		max;
	bool		has_capacity;
};

/**
 * struct rcg_capacity - how many objects a device can have
 * @nr: how many, by resource; 0 where its driver does not say
 * @used: how many are in use now, by user space and the kernel; negative where that is not
 *        known. Process context, rcg_lock is held
 */
struct rcg_capacity {
	s64	nr[RCG_NR_RESOURCES];
	s64	(*used)(const struct rdmacg_oot_device *device, enum rcg_resource resource);
};

/**
 * struct rcg_keys - the resources that a file shows, or that a line written to it may name
 * @first: the first
 * @end: the one after the last
 * @tail: what comes after the last value of a line: in rdma.max and its like a space, as
 *        in the kernel's own
 */
struct rcg_keys {
	enum rcg_resource	first;
	enum rcg_resource	end;
	const char		*tail;
};

/**
 * struct rcg_refusal - how a refusal is told to whoever made the request
 * @name: the name of the error, a value of the module parameter "refuse"
 * @error: the error
 */
struct rcg_refusal {
	const char	*name;
	int		error;
};

/**
 * struct rcg_limits - a parsed line
 * @device: name of the device, within the line
 * @has_index: whether index= was given
 * @index: its value
 * @given: bit per resource: named on the line
 * @percent: bit per resource: the limit is a percentage of the device's capacity
 * @max: the new limits, by resource
 * @keys: the resources that may be named
 */
struct rcg_limits {
	const char		*device;
	bool			has_index;
	u32			index;
	unsigned long		given;
	unsigned long		percent;
	s64			max[RCG_NR_RESOURCES];
	const struct rcg_keys	*keys;
};

/**
 * struct rcg_denial - a request that a limit was in the way of
 * @group: where it came from, referenced
 * @limited: whose limit it was: @group or one above it, which @group keeps
 * @device: the device, valid
 * @resource: of what
 * @amount: how much was asked for
 * @usage: how much was in use where the limit was
 * @max: the limit
 * @enforced: whether it was refused, or counted only
 */
struct rcg_denial {
	struct rcg_group		*group;
	const struct rcg_group		*limited;
	const struct rdmacg_oot_device	*device;
	enum rcg_resource		resource;
	s64				amount;
	s64				usage;
	s64				max;
	bool				enforced;
};

extern const struct rcg_resource_type rcg_resource_types[RCG_NR_RESOURCES];
/* Of rdma.max and its like, of rdma.types.max and its like, of both, and of rdma.rate.max */
extern const struct rcg_keys rcg_keys, rcg_types_keys, rcg_all_keys, rcg_rate_keys;
extern struct mutex rcg_lock;
extern bool rcg_enforce;
/* The refusals that can be chosen, up to one without a name, and the one that is chosen */
extern const struct rcg_refusal rcg_refusals[];
extern const struct rcg_refusal *rcg_refusal;

/*
 * Told, if set, that an event of a group has been counted: the file that shows it has
 * changed. RCU read side; must not sleep.
 */
extern void (*rcg_notify)(struct rcg_group *group, enum rcg_resource resource,
			  enum rcg_event event);

/* Told, if set, of each refusal. Process context; may sleep. */
extern void (*rcg_denied)(const struct rcg_denial *denial);

/* Told, if set, that a pool has been unlinked. Process context, rcg_lock is held. */
extern void (*rcg_pool_unlinked)(struct rdmacg_oot_pool *pool);

/* pool.c */
struct kmem_cache *rcg_cache_create(const char *name, size_t size);
int rcg_pools_init(void);
void rcg_pools_exit(void);
struct rdmacg_oot_pool *rcg_pool_get(struct rcg_group *group, struct rdmacg_oot_device *device);
struct rdmacg_oot_pool *rcg_pool_get_locked(struct rcg_group *group,
					    struct rdmacg_oot_device *device,
					    struct list_head *spares);
int rcg_spare_add(struct list_head *spares, struct rcg_group *group);
void rcg_spare_free(struct list_head *spares);
void rcg_pool_put_last(struct rdmacg_oot_pool *pool);
bool rcg_pool_is_limited(const struct rdmacg_oot_pool *pool);
void rcg_pool_put_and_prune(struct rdmacg_oot_pool *pool);
void rcg_pool_unlink(struct rdmacg_oot_pool *pool);
struct rdmacg_oot_pool *rcg_pool_next(struct rdmacg_oot_pool *pool,
				      const struct rdmacg_oot_pool *top);

/**
 * rcg_pool_find - look a pool up
 * @group: the group
 * @device: the device
 *
 * What is in the device's slot may be of another device: one that had the slot
 * before, or has it now that this one is unregistered.
 *
 * Context: RCU read side or rcg_lock, which the pool is valid for.
 * Return: the linked pool, or NULL.
 */
static inline struct rdmacg_oot_pool *rcg_pool_find(struct rcg_group *group,
						    const struct rdmacg_oot_device *device)
{
	struct rcg_pool_array *pools = rcu_dereference_check(group->pools,
							     lockdep_is_held(&rcg_lock));
	unsigned int slot = READ_ONCE(device->slot);
	struct rdmacg_oot_pool *pool;

	if (unlikely(slot >= pools->nr))
		return NULL;
	pool = rcu_dereference_check(pools->pool[slot], lockdep_is_held(&rcg_lock));
	return likely(pool && pool->device == device) ? pool : NULL;
}

/**
 * rcg_pool_tryget - look a pool up and take a reference
 * @group: the group
 * @device: the device
 *
 * Context: RCU read side.
 * Return: the pool, or NULL where there is none yet or it is going away:
 * then rcg_pool_get() tells.
 */
static inline struct rdmacg_oot_pool *rcg_pool_tryget(struct rcg_group *group,
						      const struct rdmacg_oot_device *device)
{
	struct rdmacg_oot_pool *pool = rcg_pool_find(group, device);

	return pool && refcount_inc_not_zero(&pool->refs) ? pool : NULL;
}

/**
 * rcg_pool_put - drop a reference; the last one frees
 * @pool: the pool, or NULL
 *
 * Context: any.
 */
static inline void rcg_pool_put(struct rdmacg_oot_pool *pool)
{
	if (pool && unlikely(refcount_dec_and_test(&pool->refs)))
		rcg_pool_put_last(pool);
}

/* charge.c */
int rcg_pool_charge(struct rdmacg_oot_pool *pool, enum rcg_resource resource, s64 amount);
void rcg_pool_uncharge(struct rdmacg_oot_pool *pool, enum rcg_resource resource, s64 amount);

/* rate.c */
void rcg_pool_set_max(struct rdmacg_oot_pool *pool, enum rcg_resource resource, s64 max);

/* group.c */
void rcg_group_init(struct rcg_group *group, struct rcg_group *parent,
		    void (*release)(struct rcg_group *group));
bool rcg_group_tryget(struct rcg_group *group);
void rcg_group_put(struct rcg_group *group);
int rcg_group_make_room(struct rcg_group *group);
void rcg_group_offline(struct rcg_group *group);

/* device.c */
extern unsigned int rcg_nr_slots;
void rcg_device_register(struct rdmacg_oot_device *device, const struct rcg_capacity *capacity);
void rcg_device_rename(struct rdmacg_oot_device *device, char *buf, const char *name, size_t size,
		       u32 index);
struct rdmacg_oot_device *rcg_device_lookup(const char *name, bool has_index, u32 index);
struct rdmacg_oot_device *rcg_device_next(struct rdmacg_oot_device *device);

/* capacity.c */
int rcg_capacity_check(const struct rdmacg_oot_device *device, unsigned long resources);
s64 rcg_capacity_part(const struct rdmacg_oot_device *device, enum rcg_resource resource,
		      s64 percent);

/* limits.c */
int rcg_limits_parse(char *line, const struct rcg_keys *keys, struct rcg_limits *l);
int rcg_limits_write(struct rcg_group *group, const struct rcg_keys *keys, char *line);

/* child.c */
void rcg_defaults(const struct rcg_group *group, const struct rdmacg_oot_device *device, s64 *max);
void rcg_defaults_inherit(struct rcg_group *group);
void rcg_defaults_put(struct rcg_defaults *defaults);
int rcg_child_write(struct rcg_group *group, const struct rcg_keys *keys, char *line);
void rcg_child_show(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys);

/* show.c */
void rcg_show_device(struct seq_file *seq, const struct rdmacg_oot_device *device);
void rcg_show_value(struct seq_file *seq, enum rcg_resource resource, s64 value);
void rcg_show_max(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys);
void rcg_show_capacity(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys);
void rcg_show_current(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys);
void rcg_show_peak(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys);
void rcg_show_events(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys);
void rcg_show_events_local(struct seq_file *seq, struct rcg_group *group,
			   const struct rcg_keys *keys);

#endif /* RCG_CONTROLLER_H */
