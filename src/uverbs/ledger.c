// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ledger: from a kernel object to its charge.
 *
 * struct ib_uobject has no room for us, so a hash table maps its address. The
 * table has a fixed size and its buckets a bit lock each, as the dentry cache
 * does, because a note must not fail: the object exists by then.
 */
#include <linux/err.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "hierarchy/hierarchy.h"
#include "uverbs.h"

static struct hlist_bl_head *table;
static unsigned int table_bits;
static struct kmem_cache *entry_cache;

atomic_long_t uverbs_charged_late = ATOMIC_LONG_INIT(0);

static struct hlist_bl_head *bucket_of(const void *key)
{
	return &table[hash_ptr(key, table_bits)];
}

/**
 * ledger_charge - charge the current task, and be ready to note it
 * @device: what uverbs_device() returned
 * @amount: what to charge; kept, so it must be static
 *
 * Context: process, in a replacement; may sleep.
 * Return: an entry for ledger_commit() or ledger_cancel(), which take NULL too,
 * where nothing is charged; over a limit the error of &rcg_refusal; -ENOMEM.
 */
struct ledger_entry *ledger_charge(struct rdmacg_oot_device *device,
				   const struct rcg_amount *amount)
{
	struct ledger_entry *entry;
	int ret;

	if (IS_ERR(device))
		return ERR_CAST(device);
	entry = kmem_cache_alloc(entry_cache, GFP_KERNEL);
	if (!entry)
		return ERR_PTR(-ENOMEM);
	entry->amount = amount;
	ret = hierarchy_charge(device, amount, 1, &entry->pool);
	if (!ret)
		return entry;
	kmem_cache_free(entry_cache, entry);
	return ERR_PTR(ret);
}

/**
 * ledger_cancel - the object was not made after all: give the charge back
 * @entry: what ledger_charge() returned, or what was taken out of the table
 *
 * Context: any.
 */
void ledger_cancel(struct ledger_entry *entry)
{
	if (!entry)
		return;
	rcg_pool_uncharge(entry->pool, entry->amount, 1);
	kmem_cache_free(entry_cache, entry);
}

static __always_inline struct ledger_entry *take_locked(struct hlist_bl_head *bucket, const void *key)
{
	struct hlist_bl_node *pos;
	struct ledger_entry *entry;

	hlist_bl_for_each_entry(entry, pos, bucket, hash) {
		if (entry->key == key) {
			hlist_bl_del(&entry->hash);
			return entry;
		}
	}
	return NULL;
}

/**
 * ledger_commit - the object was made: note its charge
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
	struct hlist_bl_head *bucket = bucket_of(key);
	struct ledger_entry *stale;

	if (entry)
		entry->key = key;
	hlist_bl_lock(bucket);
	stale = take_locked(bucket, key);
	if (entry)
		hlist_bl_add_head(&entry->hash, bucket);
	hlist_bl_unlock(bucket);
	ledger_cancel(stale);
}

/**
 * ledger_take - strike the note of an object, and keep its charge
 * @key: the object
 *
 * Context: process.
 * Return: the entry, for ledger_commit() or ledger_cancel(); NULL if there is
 * none.
 */
struct ledger_entry *ledger_take(const void *key)
{
	struct hlist_bl_head *bucket = bucket_of(key);
	struct ledger_entry *entry;

	hlist_bl_lock(bucket);
	entry = take_locked(bucket, key);
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
 * ledger_init - make room, a bucket for each 64 KiB of memory within bounds
 *
 * Context: module load. Sleeps.
 * Return: 0 or -ENOMEM.
 */
int ledger_init(void)
{
	table_bits = clamp(ilog2(totalram_pages()) + PAGE_SHIFT - 16, 12, 20);
	table = kvcalloc(1UL << table_bits, sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	entry_cache = rcg_cache_create("rdmacg_oot_charge", sizeof(struct ledger_entry));
	if (entry_cache)
		return 0;
	kvfree(table);
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
	unsigned long i;

	for (i = 0; i < 1UL << table_bits; i++) {
		hlist_bl_for_each_entry_safe(entry, pos, next, &table[i], hash)
			ledger_cancel(entry);
		cond_resched();
	}
	kmem_cache_destroy(entry_cache);
	kvfree(table);
}
