/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The controller room: what is counted, for whom, and up to which limit.
 *
 * It knows groups (nodes of a tree), devices and the pools where the two meet.
 * It knows nothing of uverbs, hooks, the cgroup core or debugfs, and compiles
 * in user space as well, where tests/unit exercises it.
 *
 * Lifetimes. A pool is in the table ("linked") from its first charge or limit
 * until its group goes offline, its device is unregistered, or nothing that a
 * user could see depends on it. References to it are held by the table, by
 * each child pool, by each charge made on it and by whoever looks at it; the
 * memory goes with the last one. So a charge outlives group and device, and
 * the way from a pool to the root never needs a lock.
 *
 * Locks. rcg_lock (a mutex) is held where pools, groups and devices come and
 * go and where files are read and limits written. Charge and uncharge take it
 * only when a pool has to be made.
 */
#ifndef RCG_CONTROLLER_H
#define RCG_CONTROLLER_H

#include <linux/atomic.h>
#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/types.h>

#include "rdmacg_oot.h"

struct kmem_cache;
struct seq_file;

/**
 * struct rcg_group - a node of the tree that pools belong to: one per cgroup
 * @key: what its pools are looked up by, no other group's: from rcg_group_init()
 *       on itself; set by whoever can tell something else faster from a task
 * @parent: the group above, referenced; NULL for the root
 * @pools: linked pools of this group; rcg_lock
 * @refs: references; a child group holds one on its parent
 * @offline: no pool can be linked any more; rcg_lock
 * @release: gives the memory back, after an RCU grace period
 * @rcu: for @release
 */
struct rcg_group {
	const void		*key;
	struct rcg_group	*parent;
	struct list_head	pools;
	refcount_t		refs;
	bool			offline;
	void			(*release)(struct rcg_group *group);
	struct rcu_head		rcu;
};

/* Event counters of one resource in one pool, as rdma.events[.local] shows them */
enum rcg_event {
	RCG_EVENT_MAX,
	RCG_EVENT_ALLOC_FAIL,
	RCG_EVENT_LOCAL_MAX,
	RCG_EVENT_LOCAL_ALLOC_FAIL,
	RCG_NR_EVENTS,
};

/**
 * struct rcg_counter - one resource of a pool
 * @usage: what is charged now
 * @max: the limit; written under rcg_lock
 * @peak: the highest usage that a whole, successful charge has seen
 * @events: refusals, by &enum rcg_event
 */
struct rcg_counter {
	atomic64_t	usage;
	s64		max;
	atomic64_t	peak;
	atomic64_t	events[RCG_NR_EVENTS];
};

/**
 * struct rdmacg_oot_pool - the resources of one device for one group
 * @counter: a counter for each resource
 * @parent: the same device's pool of the group above, referenced
 * @hash: place in the table
 * @refs: see the head of this file
 * @key: with @device, key in the table: its group's
 * @device: the device; only its address counts once it is unregistered
 * @group: whose it is; NULL once the group or the device has gone
 * @group_node: place in &rcg_group.pools
 * @device_node: place in &rdmacg_oot_device.pools
 * @rcu: for freeing
 */
struct rdmacg_oot_pool {
	struct rcg_counter		counter[RDMACG_OOT_RESOURCE_MAX];
	struct rdmacg_oot_pool		*parent;
	struct hlist_node		hash;
	const void			*key;
	struct rdmacg_oot_device	*device;
	refcount_t			refs;
	struct rcg_group		*group;
	struct list_head		group_node;
	struct list_head		device_node;
	struct rcu_head			rcu;
};

/**
 * struct rcg_amount - one row of a request: so much of a resource
 * @resource: which
 * @amount: how much, in the resource's unit; more than 0
 */
struct rcg_amount {
	enum rdmacg_oot_resource	resource;
	s64				amount;
};

/**
 * struct rcg_resource_type - a row of the table of resources
 * @name: its key in the files
 * @max: the value that means "no limit", and that the files show as "max"
 */
struct rcg_resource_type {
	const char	*name;
	s64		max;
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

extern const struct rcg_resource_type rcg_resource_types[RDMACG_OOT_RESOURCE_MAX];
/* Requests for one of a resource, by resource */
extern const struct rcg_amount rcg_one[RDMACG_OOT_RESOURCE_MAX];
extern struct mutex rcg_lock;
extern bool rcg_enforce;
/* The refusals that can be chosen, up to one without a name, and the one that is chosen */
extern const struct rcg_refusal rcg_refusals[];
extern const struct rcg_refusal *rcg_refusal;

/*
 * Told, if set, that the events file of a group, or its events.local file, has
 * changed. RCU read side; must not sleep.
 */
extern void (*rcg_notify)(struct rcg_group *group, bool local);

/* pool.c */
struct kmem_cache *rcg_cache_create(const char *name, size_t size);
int rcg_pools_init(void);
void rcg_pools_exit(void);
struct rdmacg_oot_pool *rcg_pool_get(struct rcg_group *group, struct rdmacg_oot_device *device);
struct rdmacg_oot_pool *rcg_pool_get_locked(struct rcg_group *group,
					    struct rdmacg_oot_device *device,
					    struct rdmacg_oot_pool **spare);
int rcg_spare_add(struct rdmacg_oot_pool **spare);
void rcg_spare_free(struct rdmacg_oot_pool *spare);
void rcg_pool_put_last(struct rdmacg_oot_pool *pool);
void rcg_pool_put_locked(struct rdmacg_oot_pool *pool);
void rcg_pool_unlink(struct rdmacg_oot_pool *pool);

#define RCG_POOL_TABLE_BITS	12

/*
 * All linked pools. One table of fixed size, as the dentry and inode caches
 * have: a look-up is a handful of instructions under RCU, and linking cannot
 * fail.
 */
extern DECLARE_HASHTABLE(rcg_pool_table, RCG_POOL_TABLE_BITS);

static inline unsigned long rcg_pool_hash_key(const void *key,
					      const struct rdmacg_oot_device *device)
{
	return (unsigned long)key ^ ((unsigned long)device << 1);
}

/**
 * rcg_pool_find - look a pool up
 * @key: the key of the group
 * @device: the device
 *
 * Context: RCU read side or rcg_lock, which the pool is valid for.
 * Return: the linked pool, or NULL.
 */
static inline struct rdmacg_oot_pool *rcg_pool_find(const void *key,
						    struct rdmacg_oot_device *device)
{
	struct rdmacg_oot_pool *pool;

	hash_for_each_possible_rcu(rcg_pool_table, pool, hash, rcg_pool_hash_key(key, device),
				   lockdep_is_held(&rcg_lock))
		if (pool->key == key && pool->device == device)
			return pool;
	return NULL;
}

/**
 * rcg_pool_tryget - look a pool up and take a reference
 * @key: the key of the group
 * @device: the device
 *
 * Context: RCU read side.
 * Return: the pool, or NULL where there is none yet or it is going away:
 * then rcg_pool_get() tells.
 */
static inline struct rdmacg_oot_pool *rcg_pool_tryget(const void *key,
						      struct rdmacg_oot_device *device)
{
	struct rdmacg_oot_pool *pool = rcg_pool_find(key, device);

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
int rcg_pool_charge(struct rdmacg_oot_pool *pool, const struct rcg_amount *set, unsigned int nr);
void rcg_pool_uncharge(struct rdmacg_oot_pool *pool, const struct rcg_amount *set,
		       unsigned int nr);

/* group.c */
void rcg_group_init(struct rcg_group *group, struct rcg_group *parent,
		    void (*release)(struct rcg_group *group));
bool rcg_group_tryget(struct rcg_group *group);
void rcg_group_put(struct rcg_group *group);
void rcg_group_offline(struct rcg_group *group);

/* device.c */
void rcg_device_rename(struct rdmacg_oot_device *device, char *buf, const char *name, size_t size,
		       u32 index);
struct rdmacg_oot_device *rcg_device_lookup(const char *name, bool has_index, u32 index);
struct rdmacg_oot_device *rcg_device_next(struct rdmacg_oot_device *device);

/* limits.c */
int rcg_limits_write(struct rcg_group *group, char *line);

/* show.c */
void rcg_show_max(struct seq_file *seq, struct rcg_group *group);
void rcg_show_current(struct seq_file *seq, struct rcg_group *group);
void rcg_show_peak(struct seq_file *seq, struct rcg_group *group);
void rcg_show_events(struct seq_file *seq, struct rcg_group *group);
void rcg_show_events_local(struct seq_file *seq, struct rcg_group *group);

#endif /* RCG_CONTROLLER_H */
