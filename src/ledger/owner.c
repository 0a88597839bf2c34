// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owners: which process has made the charges on a pool, and how many.
 *
 * An owner is found in a table by pool and process when a charge is made; from then on the entry
 * of the charge leads to it. It is on the list of one pool, which rdma.owners of that cgroup and
 * of all above it walk to: that of its own pool, or when that has been unlinked (the cgroup was
 * removed, the objects live on) of the nearest one above it that has not. It is there until its
 * last charge is given back, whether or not the process has ended.
 *
 * Locks: owners_lock, the lists of all pools. It is taken once when an owner is made, once when it
 * is freed, and by readers under rcg_lock. A charge of an owner that has others takes the lock of
 * the owner's bucket in the table only.
 */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "owner.h"

static struct ledger_table owners;
static DEFINE_SPINLOCK(owners_lock);

static const void *key_of(const struct rdmacg_oot_pool *pool, const struct pid *pid)
{
	return (const void *)((unsigned long)pool + (unsigned long)pid);
}

/* The owner in a locked bucket, with a reference for the caller; or NULL. */
static __always_inline struct ledger_owner *find(struct hlist_bl_head *bucket,
						 const struct rdmacg_oot_pool *pool,
						 const struct pid *pid)
{
	struct hlist_bl_node *pos;
	struct ledger_owner *owner;

	hlist_bl_for_each_entry(owner, pos, bucket, node.hash)
		if (owner->pool == pool && owner->pid == pid &&
		    likely(refcount_inc_not_zero(&owner->refs)))
			return owner;
	return NULL;
}

/* The nearest pool from @pool up that is linked; if none is any more, that of the root */
static struct rdmacg_oot_pool *shown_by(struct rdmacg_oot_pool *pool)
{
	while (!READ_ONCE(pool->group) && pool->parent)
		pool = pool->parent;
	return pool;
}

/* rcg_pool_unlinked: those that this pool shows are shown by one above it from now on. */
static void pool_unlinked(struct rdmacg_oot_pool *pool)
{
	struct rdmacg_oot_pool *above = shown_by(pool);

	if (above == pool)
		return;
	spin_lock(&owners_lock);
	list_splice_init(&pool->owners, &above->owners);
	spin_unlock(&owners_lock);
}

/* The slow way, for the first charge of a process on a pool. */
static noinline struct ledger_owner *owner_make(struct rdmacg_oot_pool *pool, struct pid *pid)
{
	struct ledger_owner *new, *owner;
	struct hlist_bl_head *bucket;

	ledger_table_expect(&owners);
	new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT | __GFP_NOFAIL);
	refcount_inc(&pool->refs);
	new->pool = pool;
	new->pid = get_pid(pid);
	new->node.key = key_of(pool, pid);
	get_task_comm(new->comm, current->group_leader);
	refcount_set(&new->refs, 1);

	/* Another thread of the process may be here, too. */
	bucket = ledger_bucket_lock(&owners, new->node.key);
	owner = find(bucket, pool, pid);
	if (!owner)
		ledger_node_add(&owners, bucket, &new->node);
	hlist_bl_unlock(bucket);
	if (owner) {
		put_pid(new->pid);
		rcg_pool_put(pool);
		kfree(new);
		return owner;
	}

	/* Pairs with pool_unlinked(): it comes after this, or @pool is seen to be unlinked. */
	spin_lock(&owners_lock);
	list_add_tail(&new->list, &shown_by(pool)->owners);
	spin_unlock(&owners_lock);
	return new;
}

/**
 * ledger_owner_get - the current process, as owner of a charge
 * @pool: what was charged, referenced by the charge
 *
 * Context: process; sleeps for the first charge of a process on a pool.
 * Return: the owner, with a reference for the charge.
 */
struct ledger_owner *ledger_owner_get(struct rdmacg_oot_pool *pool)
{
	struct pid *pid = task_tgid(current);
	struct hlist_bl_head *bucket = ledger_bucket_lock(&owners, key_of(pool, pid));
	struct ledger_owner *owner = find(bucket, pool, pid);

	hlist_bl_unlock(bucket);
	return likely(owner) ? owner : owner_make(pool, pid);
}

/**
 * ledger_owner_put_last - the last reference has been dropped: free
 * @owner: the owner
 *
 * Context: process.
 */
void ledger_owner_put_last(struct ledger_owner *owner)
{
	struct hlist_bl_head *bucket = ledger_bucket_lock(&owners, owner->node.key);

	ledger_node_del(&owners, &owner->node);
	hlist_bl_unlock(bucket);
	spin_lock(&owners_lock);
	list_del(&owner->list);
	spin_unlock(&owners_lock);
	put_pid(owner->pid);
	rcg_pool_put(owner->pool);
	kfree(owner);
}

static void describe(struct ledger_owned *row, const struct ledger_owner *owner)
{
	int i;

	row->device = owner->pool->device;
	row->pid = owner->pid;
	row->nr = pid_nr_ns(owner->pid, task_active_pid_ns(current));
	rcu_read_lock();
	row->is_gone = !pid_task(owner->pid, PIDTYPE_PID);
	rcu_read_unlock();
	memcpy(row->comm, owner->comm, sizeof(row->comm));
	for (i = 0; i < LEDGER_NR_SUMS; i++)
		row->sum[i] = atomic64_read(&owner->sum[i]);
}

/**
 * ledger_owners_list - who has charges in a group and below it
 * @group: the group
 * @device: on this device
 * @rows: filled in, one for each process and pool
 * @room: how many rows there is room for
 *
 * Context: process; rcg_lock is held.
 * Return: how many there are. If that is more than @room, some are missing.
 */
size_t ledger_owners_list(struct rcg_group *group, const struct rdmacg_oot_device *device,
			  struct ledger_owned *rows, size_t room)
{
	struct rdmacg_oot_pool *top = rcg_pool_find(group, device), *pool;
	const struct ledger_owner *owner;
	size_t nr = 0;

	for (pool = top; pool; pool = rcg_pool_next(pool, top)) {
		spin_lock(&owners_lock);
		list_for_each_entry(owner, &pool->owners, list)
			if (nr++ < room)
				describe(&rows[nr - 1], owner);
		spin_unlock(&owners_lock);
	}
	return nr;
}

/**
 * ledger_owners_init - make room for the first owners
 *
 * Context: module load. Sleeps.
 * Return: 0 or -ENOMEM.
 */
int ledger_owners_init(void)
{
	rcg_pool_unlinked = pool_unlinked;
	return ledger_table_init(&owners);
}

/**
 * ledger_owners_exit - give the room back
 *
 * Context: module unload, when there is no charge any more. Sleeps.
 */
void ledger_owners_exit(void)
{
	ledger_table_exit(&owners);
}
