// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ledger: from a kernel object to its charge.
 *
 * struct ib_uobject has no room for us, so a hash table maps its address. Its
 * buckets have a bit lock each, as the dentry cache does.
 *
 * Adding an entry must not fail, since the object exists by then. So the table
 * grows earlier, when a charge is made; without memory it keeps its size. It
 * grows by linear hashing: one bucket at a time is split in two, under its own
 * lock, while at most the few entries of that bucket move. Memory is allocated
 * in segments, which never move.
 *
 * It does not shrink.
 */
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "controller/charge.h"
#include "hierarchy/hierarchy.h"
#include "hierarchy/trace.h"
#include "ledger.h"

/* Buckets in a segment: 32 KiB of them. Enough segments for 4 million buckets. */
#define SEGMENT_BITS	12
#define SEGMENT_SIZE	(1U << SEGMENT_BITS)
#define NR_SEGMENTS	1024

/* One of so many entries is counted, so that the shared counter is written rarely. */
#define COUNT_BITS	6

/* Buckets that one charge splits, at most: faster than entries come. */
#define SPLITS		4

static struct hlist_bl_head *segments[NR_SEGMENTS];
/* Grows under grow_lock and the lock of the bucket that is split. */
static unsigned int nr_buckets;
static atomic_t counted;
static DEFINE_MUTEX(grow_lock);
static struct kmem_cache *entry_cache;

/*
 * The lower bits number the bucket, the upper ones say what is counted. hash_ptr()
 * spreads addresses, which are an equal step apart, over the upper bits only, so
 * these are mixed into the lower ones.
 */
static u32 hash_of(const void *key)
{
	u32 hash = ((u64)(unsigned long)key * 0x61c8864680b583ebULL) >> 32;

	return hash ^ hash >> 15;
}

static bool is_counted(const void *key)
{
	return !(hash_of(key) >> (32 - COUNT_BITS));
}

/*
 * The number of a key's bucket in a table of so many: as many bits of the hash
 * as all buckets need, or one less where that one has not been split yet.
 */
static unsigned int number_of(const void *key, unsigned int nr)
{
	unsigned int mask = roundup_pow_of_two(nr) - 1, number = hash_of(key) & mask;

	return number < nr ? number : number & (mask >> 1);
}

static struct hlist_bl_head *bucket_at(unsigned int number)
{
	return &segments[number >> SEGMENT_BITS][number & (SEGMENT_SIZE - 1)];
}

/* The bucket of a key, locked. While it is, the key stays there. */
static __always_inline struct hlist_bl_head *lock_bucket_of(const void *key)
	__acquires(bitlock)
{
	struct hlist_bl_head *bucket;
	unsigned int nr;

	for (;;) {
		/* The segments of all these buckets are there. */
		nr = smp_load_acquire(&nr_buckets);
		bucket = bucket_at(number_of(key, nr));
		hlist_bl_lock(bucket);
		if (likely(nr == READ_ONCE(nr_buckets)))
			return bucket;
		/* One has been split, perhaps this one. */
		hlist_bl_unlock(bucket);
	}
}

static bool is_crowded(void)
{
	return (unsigned int)atomic_read(&counted) << COUNT_BITS > READ_ONCE(nr_buckets);
}

/* Split the bucket whose turn it is. False if there is no memory, or no more is wanted. */
static bool split_bucket(void)
{
	unsigned int nr = nr_buckets, segment = nr >> SEGMENT_BITS;
	struct hlist_bl_node *pos, *next;
	struct hlist_bl_head *from, *to;
	struct ledger_entry *entry;

	if (segment == NR_SEGMENTS)
		return false;
	if (!segments[segment])
		segments[segment] = kvcalloc(SEGMENT_SIZE, sizeof(*to),
					     GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (!segments[segment])
		return false;

	from = bucket_at(nr - rounddown_pow_of_two(nr));
	to = bucket_at(nr);
	hlist_bl_lock(from);
	/* No other task can reach it yet: locked because hlist_bl_add_head() requires it. */
	hlist_bl_lock(to);
	hlist_bl_for_each_entry_safe(entry, pos, next, from, hash) {
		if (number_of(entry->key, nr + 1) != nr)
			continue;
		hlist_bl_del(&entry->hash);
		hlist_bl_add_head(&entry->hash, to);
	}
	hlist_bl_unlock(to);
	/* Pairs with lock_bucket_of(): who sees the bucket sees its segment and its entries. */
	smp_store_release(&nr_buckets, nr + 1);
	hlist_bl_unlock(from);
	return true;
}

/* If another task is growing the table, this one need not. */
static noinline void grow(void)
{
	int i;

	if (!mutex_trylock(&grow_lock))
		return;
	for (i = 0; i < SPLITS && is_crowded() && split_bucket(); i++)
		;
	mutex_unlock(&grow_lock);
}

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
	struct ledger_entry *entry;
	int ret;

	if (IS_ERR(device))
		return ERR_CAST(device);
	if (unlikely(is_crowded()))
		grow();
	entry = kmem_cache_alloc(entry_cache, GFP_KERNEL);
	if (!entry)
		return ERR_PTR(-ENOMEM);
	entry->resource = resource;
	entry->amount = amount;
	ret = hierarchy_charge(device, resource, amount, &entry->pool);
	if (!ret)
		return entry;
	kmem_cache_free(entry_cache, entry);
	return ERR_PTR(ret);
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
	s64 more;
	int ret;

	if (!entry)
		return 0;
	more = amount - entry->amount;
	if (more > 0) {
		ret = rcg_pool_charge(entry->pool, entry->resource, more);
		if (ret)
			return ret;
		hierarchy_trace_charge(entry->pool, entry->resource, more);
	} else if (more < 0) {
		hierarchy_trace_uncharge(entry->pool, entry->resource, -more);
		rcg_uncharge_to(entry->pool, NULL, entry->resource, -more);
	}
	entry->amount = amount;
	return 0;
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
	hierarchy_trace_uncharge(entry->pool, entry->resource, entry->amount);
	rcg_pool_uncharge(entry->pool, entry->resource, entry->amount);
	kmem_cache_free(entry_cache, entry);
}

static __always_inline struct ledger_entry *take_locked(struct hlist_bl_head *bucket,
							const void *key)
{
	struct hlist_bl_node *pos;
	struct ledger_entry *entry;

	hlist_bl_for_each_entry(entry, pos, bucket, hash) {
		if (entry->key == key) {
			hlist_bl_del(&entry->hash);
			if (unlikely(is_counted(key)))
				atomic_dec(&counted);
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
	struct hlist_bl_head *bucket = lock_bucket_of(key);
	struct ledger_entry *stale = take_locked(bucket, key);

	if (entry) {
		entry->key = key;
		hlist_bl_add_head(&entry->hash, bucket);
		if (unlikely(is_counted(key)))
			atomic_inc(&counted);
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
	struct hlist_bl_head *bucket = lock_bucket_of(key);
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
	segments[0] = kvcalloc(SEGMENT_SIZE, sizeof(*segments[0]), GFP_KERNEL);
	if (!segments[0])
		return -ENOMEM;
	nr_buckets = SEGMENT_SIZE;
	entry_cache = rcg_cache_create("rdmacg_oot_charge", sizeof(struct ledger_entry));
	if (entry_cache)
		return 0;
	kvfree(segments[0]);
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

	for (i = 0; i < nr_buckets; i++) {
		hlist_bl_for_each_entry_safe(entry, pos, next, bucket_at(i), hash)
			ledger_cancel(entry);
		cond_resched();
	}
	kmem_cache_destroy(entry_cache);
	for (i = 0; i < NR_SEGMENTS; i++)
		kvfree(segments[i]);
}
