// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pools: how they are found, made, linked, unlinked and freed.
 *
 *	spare		memory on a list of the task that wants a pool
 *	  |		rcg_pool_get_locked(): as many as are missing up to the root
 *	  v
 *	linked		in the array of its group and on the list of its device;
 *	  |   ^		the array holds one reference
 *	  |   |
 *	  |   | is not idle
 *	  v   |
 *	frozen		rcg_pool_put_and_prune(), when that reference is the only one: the
 *	  |		count is 0, so that rcg_pool_tryget() fails and who wants the
 *	  |		pool waits for rcg_lock. Nothing can change while it is decided
 *	  | is idle	whether anybody would miss the pool
 *	  v
 *	freed		its reference to the parent is dropped; its memory goes after an
 *			RCU grace period, in which somebody may still look at it
 *
 * The other way, in use or not, when its group goes offline or its device is
 * unregistered:
 *
 *	linked
 *	  |		rcg_pool_unlink(): the array's reference is dropped
 *	  v
 *	unlinked	as long as charges or children hold references
 *	  |		rcg_pool_put_last()
 *	  v
 *	freed
 *
 * Pools are allocated as spares, outside of rcg_lock: whose memory cgroup is full
 * waits there for memory, and nobody else is to wait for that. Under the lock nothing
 * can fail once there are spares enough, so a chain of pools up to the root is made
 * as a whole or not at all.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "controller.h"

static struct kmem_cache *pool_cache;

const struct rcg_resource_type rcg_resource_types[RCG_NR_RESOURCES] = {
	[RCG_HCA_HANDLE]	= { "hca_handle", S32_MAX },
	[RCG_HCA_OBJECT]	= { "hca_object", S32_MAX },
	[RCG_PD]		= { "pd", S32_MAX, true },
	[RCG_MR]		= { "mr", S32_MAX, true },
	[RCG_MW]		= { "mw", S32_MAX, true },
	[RCG_CQ]		= { "cq", S32_MAX, true },
	[RCG_QP]		= { "qp", S32_MAX, true },
	[RCG_SRQ]		= { "srq", S32_MAX, true },
	[RCG_AH]		= { "ah", S32_MAX, true },
	[RCG_XRCD]		= { "xrcd", S32_MAX },
	[RCG_FLOW]		= { "flow", S32_MAX },
	[RCG_WQ]		= { "wq", S32_MAX, true },
	[RCG_RWQ_IND]		= { "rwq_ind", S32_MAX, true },
	[RCG_DM]		= { "dm", S32_MAX },
	[RCG_COUNTERS]		= { "counters", S32_MAX },
	[RCG_DEVX]		= { "devx", S32_MAX },
	[RCG_OTHER]		= { "other", S32_MAX },
	[RCG_MR_MEM]		= { "mr_mem", S64_MAX },
	[RCG_OBJECT_RATE]	= { "hca_object", S32_MAX },
};

const struct rcg_keys rcg_keys = { RCG_HCA_HANDLE, RCG_PD, " " };
const struct rcg_keys rcg_types_keys = { RCG_PD, RCG_OBJECT_RATE, "" };
const struct rcg_keys rcg_all_keys = { RCG_HCA_HANDLE, RCG_OBJECT_RATE, "" };
const struct rcg_keys rcg_rate_keys = { RCG_OBJECT_RATE, RCG_NR_RESOURCES, "" };

/* Pools, groups and devices come and go under it; see controller.h. */
DEFINE_MUTEX(rcg_lock);

void (*rcg_pool_unlinked)(struct rdmacg_oot_pool *pool);

static void no_merge(void *object)
{
}

/**
 * rcg_cache_create - make a slab cache for objects whose number depends on users
 * @name: its name
 * @size: of an object
 *
 * Their memory cgroup pays. The constructor does nothing but keep the kernel
 * from merging the cache with another one: so its counters are its own, and
 * nothing of it stays in sysfs. It rules out kmem_cache_zalloc().
 *
 * Context: module load. Sleeps.
 * Return: the cache or NULL.
 */
struct kmem_cache *rcg_cache_create(const char *name, size_t size)
{
	return kmem_cache_create(name, size, 0, SLAB_ACCOUNT, no_merge);
}

/**
 * rcg_pools_init - prepare the memory that pools come from
 *
 * Context: module load.
 * Return: 0 or -ENOMEM.
 */
int rcg_pools_init(void)
{
	pool_cache = rcg_cache_create("rdmacg_oot_pool", sizeof(struct rdmacg_oot_pool));
	return pool_cache ? 0 : -ENOMEM;
}

/**
 * rcg_pools_exit - give it back
 *
 * Context: module unload, when every group and device is gone and every
 * charge given back. Sleeps.
 */
void rcg_pools_exit(void)
{
	rcu_barrier();
	kmem_cache_destroy(pool_cache);
}

/**
 * rcg_spare_add - get memory ahead, for rcg_pool_get_locked()
 * @spares: list of pools; it has one more afterwards
 * @group: the group that a pool is wanted of, referenced by the caller
 *
 * Context: process, may sleep; takes rcg_lock.
 * Return: 0 or -ENOMEM.
 */
int rcg_spare_add(struct list_head *spares, struct rcg_group *group)
{
	struct rdmacg_oot_pool *pool;
	int ret = rcg_group_make_room(group);

	if (ret)
		return ret;
	pool = kmem_cache_alloc(pool_cache, GFP_KERNEL);
	if (!pool)
		return -ENOMEM;
	list_add_tail(&pool->node, spares);
	return 0;
}

/**
 * rcg_spare_free - free those that were not needed
 * @spares: the list
 *
 * Context: any.
 */
void rcg_spare_free(struct list_head *spares)
{
	struct rdmacg_oot_pool *pool, *next;

	list_for_each_entry_safe(pool, next, spares, node)
		kmem_cache_free(pool_cache, pool);
}

/* The nearest group from @group up whose cgroup has not gone; the root is always there. */
static struct rcg_group *online(struct rcg_group *group)
{
	while (group && group->offline)
		group = group->parent;
	return group;
}

/* Out of a spare, for whom it is made: the child pool or the caller of rcg_pool_get() */
static struct rdmacg_oot_pool *pool_make(struct rcg_group *group, struct rdmacg_oot_device *device,
					 struct list_head *spares)
{
	struct rdmacg_oot_pool *pool = list_first_entry(spares, struct rdmacg_oot_pool, node);
	s64 max[RCG_NR_RESOURCES];
	int i;

	list_del(&pool->node);
	memset(pool, 0, sizeof(*pool));
	rcg_defaults(group, device, max);
	for (i = 0; i < RCG_NR_RESOURCES; i++)
		pool->counter[i].max = max[i];
	refcount_set(&pool->refs, 1);
	pool->device = device;
	pool->group = group;
	INIT_LIST_HEAD(&pool->children);
	INIT_LIST_HEAD(&pool->owners);
	return pool;
}

/* Where the pool of a registered device is linked; NULL if the group's array is too short. */
static struct rdmacg_oot_pool __rcu **place_of(struct rcg_group *group,
					       const struct rdmacg_oot_device *device)
{
	struct rcg_pool_array *pools = rcu_dereference_protected(group->pools,
								 lockdep_is_held(&rcg_lock));

	return device->slot < pools->nr ? &pools->pool[device->slot] : NULL;
}

/* Are there spares enough, and places, for every pool that is missing from @group up? */
static bool can_make(struct rcg_group *group, const struct rdmacg_oot_device *device,
		     const struct list_head *spares)
{
	const struct list_head *spare = spares;

	for (group = online(group); group && !rcg_pool_find(group, device);
	     group = online(group->parent)) {
		spare = spare->next;
		if (spare == spares || !place_of(group, device))
			return false;
	}
	return true;
}

static void pool_link(struct rdmacg_oot_pool *pool)
{
	refcount_inc(&pool->refs);
	list_add_tail(&pool->node, &pool->device->pools);
	if (pool->parent)
		list_add_tail(&pool->sibling, &pool->parent->children);
	rcu_assign_pointer(*place_of(pool->group, pool->device), pool);
}

static void pool_remove(struct rdmacg_oot_pool *pool)
{
	RCU_INIT_POINTER(*place_of(pool->group, pool->device), NULL);
	list_del(&pool->node);
	if (pool->parent)
		list_del(&pool->sibling);
}

/**
 * rcg_pool_get_locked - find or make the pool of a group and all above it
 * @group: the group; those that are offline, from here up, are passed over
 * @device: the device
 * @spares: list of pools to take what is missing from
 *
 * Context: process; rcg_lock is held.
 * Return: the pool with a reference for the caller; -ENODEV when the device
 * is not registered (any more); -ENOBUFS where memory is missing, and then no
 * pool was made: rcg_spare_add(), without the lock, and try again.
 */
struct rdmacg_oot_pool *rcg_pool_get_locked(struct rcg_group *group,
					    struct rdmacg_oot_device *device,
					    struct list_head *spares)
{
	struct rdmacg_oot_pool *pool, *found = NULL, *lowest = NULL, *child = NULL;

	lockdep_assert_held(&rcg_lock);
	if (!device->registered)
		return ERR_PTR(-ENODEV);
	if (!can_make(group, device, spares))
		return ERR_PTR(-ENOBUFS);

	for (group = online(group); group && !found; group = online(group->parent)) {
		found = rcg_pool_find(group, device);
		if (found)
			refcount_inc(&found->refs);
		pool = found ?: pool_make(group, device, spares);
		if (child)
			child->parent = pool;
		else
			lowest = pool;
		child = pool;
	}
	/* Charges find what is linked, and walk up from there: the way is whole now. */
	for (pool = lowest; pool != found; pool = pool->parent)
		pool_link(pool);
	return lowest;
}

/**
 * rcg_pool_get - find or make the pool of a group and all above it
 * @group: the group, referenced by the caller
 * @device: the device, kept valid by the caller
 *
 * Context: process, may sleep; takes rcg_lock.
 * Return: the pool with a reference for the caller; -ENODEV when the device
 * is not registered (any more); -ENOMEM, and then no pool was made.
 */
struct rdmacg_oot_pool *rcg_pool_get(struct rcg_group *group, struct rdmacg_oot_device *device)
{
	struct rdmacg_oot_pool *pool;
	LIST_HEAD(spares);

	do {
		mutex_lock(&rcg_lock);
		pool = rcg_pool_get_locked(group, device, &spares);
		mutex_unlock(&rcg_lock);
	} while (pool == ERR_PTR(-ENOBUFS) && !rcg_spare_add(&spares, group));
	rcg_spare_free(&spares);
	return pool == ERR_PTR(-ENOBUFS) ? ERR_PTR(-ENOMEM) : pool;
}

static void pool_free_rcu(struct rcu_head *rcu)
{
	struct rdmacg_oot_pool *pool = container_of(rcu, struct rdmacg_oot_pool, rcu);

	kfree(pool->events);
	kmem_cache_free(pool_cache, pool);
}

/**
 * rcg_pool_put_last - the last reference has been dropped: free
 * @pool: the pool
 *
 * Context: any.
 */
void rcg_pool_put_last(struct rdmacg_oot_pool *pool)
{
	do {
		struct rdmacg_oot_pool *parent = pool->parent;

		call_rcu(&pool->rcu, pool_free_rcu);
		pool = parent;
	} while (pool && refcount_dec_and_test(&pool->refs));
}

/**
 * rcg_pool_is_limited - has anybody set a limit in a pool?
 * @pool: the pool, linked
 *
 * Context: process; rcg_lock is held.
 * Return: true if it has other limits than those that it began with.
 */
bool rcg_pool_is_limited(const struct rdmacg_oot_pool *pool)
{
	s64 max[RCG_NR_RESOURCES];
	int i;

	rcg_defaults(pool->group, pool->device, max);
	for (i = 0; i < RCG_NR_RESOURCES; i++)
		if (pool->counter[i].max != max[i])
			return true;
	return false;
}

/* Would the files show the same without this pool? */
static bool pool_is_idle(const struct rdmacg_oot_pool *pool)
{
	const struct rcg_counter *c;
	int i;

	if (rcg_pool_is_limited(pool))
		return false;
	for (i = 0; i < RCG_NR_RESOURCES; i++) {
		c = &pool->counter[i];
		if (atomic64_read(&c->usage) || atomic64_read(&c->peak))
			return false;
	}
	return !READ_ONCE(pool->events);
}

/*
 * Take the reference of the array away, if it is the only one: from now on
 * rcg_pool_tryget() fails, and who wants the pool waits for rcg_lock. So nothing
 * changes in it.
 */
static bool pool_freeze(struct rdmacg_oot_pool *pool)
{
	if (!refcount_dec_if_one(&pool->refs))
		return false;
	/* Orders the reads of the counters after the last put of a reference. */
	smp_acquire__after_ctrl_dep();
	return true;
}

static void pool_thaw(struct rdmacg_oot_pool *pool)
{
	refcount_set(&pool->refs, 1);
}

/**
 * rcg_pool_put_and_prune - drop a reference, and unlink what is idle
 * @pool: the pool
 *
 * A pool that only the array holds has neither charges nor children: if it is
 * idle it goes, and perhaps the pool above it. It is frozen before the look, so
 * that no charge can come in between and be forgotten.
 *
 * Context: process; rcg_lock is held.
 */
void rcg_pool_put_and_prune(struct rdmacg_oot_pool *pool)
{
	/* One that is not linked any more goes with its last reference, wherever that is. */
	bool linked = pool->group;

	lockdep_assert_held(&rcg_lock);
	rcg_pool_put(pool);
	while (linked && pool_freeze(pool)) {
		struct rdmacg_oot_pool *parent = pool->parent;

		if (!pool_is_idle(pool)) {
			pool_thaw(pool);
			break;
		}
		pool_remove(pool);
		call_rcu(&pool->rcu, pool_free_rcu);
		linked = parent && parent->group;
		rcg_pool_put(parent);
		pool = parent;
	}
}

/**
 * rcg_pool_unlink - take a pool off its group and its device
 * @pool: the pool, linked
 *
 * Charges made on it stay counted in it and above until they are given back;
 * its limits no longer hold. Pools above that only it needed go as well.
 *
 * Context: process; rcg_lock is held.
 */
void rcg_pool_unlink(struct rdmacg_oot_pool *pool)
{
	struct rdmacg_oot_pool *parent = pool->parent;
	int i;

	lockdep_assert_held(&rcg_lock);
	for (i = 0; i < RCG_NR_RESOURCES; i++)
		rcg_pool_set_max(pool, i, rcg_resource_types[i].max);
	pool_remove(pool);
	WRITE_ONCE(pool->group, NULL);
	if (rcg_pool_unlinked)
		rcg_pool_unlinked(pool);
	if (parent)
		refcount_inc(&parent->refs);
	rcg_pool_put(pool);
	if (parent)
		rcg_pool_put_and_prune(parent);
}

/**
 * rcg_pool_next - walk a pool and all linked pools below it
 * @pool: the one before; begin with @top itself
 * @top: where the walk began
 *
 * Context: process; rcg_lock is held throughout the walk.
 * Return: the next one, a pool before those below it; NULL after the last.
 */
struct rdmacg_oot_pool *rcg_pool_next(struct rdmacg_oot_pool *pool,
				      const struct rdmacg_oot_pool *top)
{
	lockdep_assert_held(&rcg_lock);
	if (!list_empty(&pool->children))
		return list_first_entry(&pool->children, struct rdmacg_oot_pool, sibling);
	while (pool != top && list_is_last(&pool->sibling, &pool->parent->children))
		pool = pool->parent;
	return pool == top ? NULL :
		list_entry(pool->sibling.next, struct rdmacg_oot_pool, sibling);
}
