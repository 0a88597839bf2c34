// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ledger: from a kernel object to its charge. struct ib_uobject has no room for us, so a
 * table maps its address.
 */
#include <linux/err.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "controller/charge.h"
#include "hierarchy/hierarchy.h"
#include "hierarchy/trace.h"
#include "ledger.h"
#include "owner.h"
#include "table.h"

static struct ledger_table objects;
static struct kmem_cache *entry_cache;

/**
 * ledger_charge - charge the current task, with an entry for the ledger
 * @device: what uverbs_device() returned
 * @resource: what to charge; a kind of object as one of hca_object, too
 * @amount: how much of it
 *
 * Context: process, in a replacement; may sleep.
 * Return: an entry for ledger_commit() or ledger_cancel(), which take NULL too,
 * where nothing is charged; over a limit the error of &rcg_refusal; -ENOMEM.
 */
struct ledger_entry *ledger_charge(struct rdmacg_oot_device *device, enum rcg_resource resource,
				   s64 amount)
{
	struct rdmacg_oot_pool *pool;
	struct ledger_entry *entry;
	int ret;

	if (IS_ERR(device))
		return ERR_CAST(device);
	ledger_table_expect(&objects);
	entry = kmem_cache_alloc(entry_cache, GFP_KERNEL);
	if (!entry)
		return ERR_PTR(-ENOMEM);
	ret = hierarchy_charge(device, resource, amount, &pool);
	if (ret) {
		kmem_cache_free(entry_cache, entry);
		return ERR_PTR(ret);
	}
	entry->resource = resource;
	entry->amount = amount;
	entry->owner = ledger_owner_get(pool);
	ledger_owner_count(entry->owner, resource, amount);
	return entry;
}

/**
 * ledger_resize - charge for more than before, or for less
 * @entry: what ledger_charge() or ledger_take() returned, of a resource that is no kind of
 *         object; or NULL
 * @amount: how much is charged from now on
 *
 * The difference goes to the cgroup that the entry is charged to, not to the current task's.
 *
 * Context: process; may sleep.
 * Return: 0, always where that is less; or the error of &rcg_refusal, and nothing has changed.
 */
int ledger_resize(struct ledger_entry *entry, s64 amount)
{
	struct rdmacg_oot_pool *pool;
	s64 more;
	int ret;

	if (!entry)
		return 0;
	pool = entry->owner->pool;
	more = amount - entry->amount;
	if (more > 0) {
		ret = rcg_pool_charge(pool, entry->resource, more);
		if (ret)
			return ret;
		hierarchy_trace_charge(pool, entry->resource, more);
	} else if (more < 0) {
		hierarchy_trace_uncharge(pool, entry->resource, -more);
		rcg_uncharge_to(pool, NULL, entry->resource, -more);
	}
	ledger_owner_count(entry->owner, entry->resource, more);
	entry->amount = amount;
	return 0;
}

/**
 * ledger_cancel - the object was not made after all: give the charge back
 * @entry: what ledger_charge() returned, or what was taken out of the table
 *
 * Context: process.
 */
void ledger_cancel(struct ledger_entry *entry)
{
	struct rdmacg_oot_pool *pool;

	if (!entry)
		return;
	pool = entry->owner->pool;
	hierarchy_trace_uncharge(pool, entry->resource, entry->amount);
	ledger_owner_count(entry->owner, entry->resource, -entry->amount);
	ledger_owner_put(entry->owner);
	rcg_pool_uncharge(pool, entry->resource, entry->amount);
	kmem_cache_free(entry_cache, entry);
}

static __always_inline struct ledger_entry *take_locked(struct hlist_bl_head *bucket,
							const void *key)
{
	struct hlist_bl_node *pos;
	struct ledger_entry *entry;

	hlist_bl_for_each_entry(entry, pos, bucket, node.hash) {
		if (entry->node.key == key) {
			ledger_node_del(&objects, &entry->node);
			return entry;
		}
	}
	return NULL;
}

/**
 * ledger_commit - the object was made: add its entry
 * @entry: what ledger_charge() returned
 * @key: the object
 *
 * An entry that is there under the same address is of an object whose destroy
 * failed and whose memory was freed all the same: its charge ends here.
 *
 * Context: process.
 */
void ledger_commit(struct ledger_entry *entry, const void *key)
{
	struct hlist_bl_head *bucket = ledger_bucket_lock(&objects, key);
	struct ledger_entry *stale = take_locked(bucket, key);

	if (entry) {
		entry->node.key = key;
		ledger_node_add(&objects, bucket, &entry->node);
	}
	hlist_bl_unlock(bucket);
	ledger_cancel(stale);
}

/**
 * ledger_take - remove the entry of an object, and keep its charge
 * @key: the object
 *
 * Context: process.
 * Return: the entry, for ledger_commit() or ledger_cancel(); NULL if there is
 * none.
 */
struct ledger_entry *ledger_take(const void *key)
{
	struct hlist_bl_head *bucket = ledger_bucket_lock(&objects, key);
	struct ledger_entry *entry = take_locked(bucket, key);

	hlist_bl_unlock(bucket);
	return entry;
}

/**
 * ledger_uncharge - the object is gone: give its charge back
 * @key: the object; one that is not in the ledger changes nothing
 *
 * Context: process.
 */
void ledger_uncharge(const void *key)
{
	ledger_cancel(ledger_take(key));
}

/**
 * ledger_init - make room for the first objects
 *
 * Context: module load. Sleeps.
 * Return: 0 or -ENOMEM.
 */
int ledger_init(void)
{
	int ret = ledger_table_init(&objects);

	if (ret)
		return ret;
	entry_cache = rcg_cache_create("rdmacg_oot_charge", sizeof(struct ledger_entry));
	if (entry_cache)
		return 0;
	ledger_table_exit(&objects);
	return -ENOMEM;
}

/**
 * ledger_exit - give all charges back; the objects live on, uncounted
 *
 * Context: module unload, after the drain. Sleeps.
 */
void ledger_exit(void)
{
	struct hlist_bl_node *pos, *next;
	struct ledger_entry *entry;
	unsigned int i;

	for (i = 0; i < objects.nr_buckets; i++) {
		hlist_bl_for_each_entry_safe(entry, pos, next, ledger_bucket_at(&objects, i),
					     node.hash)
			ledger_cancel(entry);
		cond_resched();
	}
	kmem_cache_destroy(entry_cache);
	ledger_table_exit(&objects);
}
