/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of the ledger room: a hash table that grows, by the address that things are kept
 * under. Its buckets have a bit lock each, as the dentry cache does.
 *
 * Adding must not fail, since what is added exists by then. So the table grows earlier, in
 * ledger_table_expect(); without memory it keeps its size. It grows by linear hashing: one
 * bucket at a time is split in two, under its own lock, while at most the few nodes of that bucket
 * move. Memory is allocated in segments, which never move.
 *
 * It does not shrink.
 *
 * Inline is what every charge does.
 */
#ifndef RCG_LEDGER_TABLE_H
#define RCG_LEDGER_TABLE_H

#include <linux/atomic.h>
#include <linux/list_bl.h>
#include <linux/log2.h>
#include <linux/mutex.h>
#include <linux/types.h>

/* Buckets in a segment: 32 KiB of them. Enough segments for 4 million buckets. */
#define LEDGER_SEGMENT_BITS	12
#define LEDGER_SEGMENT_SIZE	(1U << LEDGER_SEGMENT_BITS)
#define LEDGER_NR_SEGMENTS	1024

/* One of so many nodes is counted, so that the shared counter is written rarely. */
#define LEDGER_COUNT_BITS	6

/**
 * struct ledger_node - place in a table
 * @hash: in a bucket; its lock
 * @key: the address
 */
struct ledger_node {
	struct hlist_bl_node	hash;
	const void		*key;
};

/**
 * struct ledger_table - a table
 * @segments: the buckets, as many segments as there are
 * @nr_buckets: grows under @grow_lock and the lock of the bucket that is split
 * @counted: how many of the nodes in it are counted
 * @grow_lock: held by the task that makes it grow
 */
struct ledger_table {
	struct hlist_bl_head	*segments[LEDGER_NR_SEGMENTS];
	unsigned int		nr_buckets;
	atomic_t		counted;
	struct mutex		grow_lock;
};

/* table.c */
int ledger_table_init(struct ledger_table *table);
void ledger_table_exit(struct ledger_table *table);
void ledger_table_grow(struct ledger_table *table);

/*
 * The lower bits number the bucket, the upper ones say what is counted. hash_ptr()
 * spreads addresses, which are an equal step apart, over the upper bits only, so
 * these are mixed into the lower ones.
 */
static inline u32 ledger_hash(const void *key)
{
	u32 hash = ((u64)(unsigned long)key * 0x61c8864680b583ebULL) >> 32;

	return hash ^ hash >> 15;
}

static inline bool ledger_is_counted(const void *key)
{
	return !(ledger_hash(key) >> (32 - LEDGER_COUNT_BITS));
}

/*
 * The number of a key's bucket in a table of so many: as many bits of the hash
 * as all buckets need, or one less where that one has not been split yet.
 */
static inline unsigned int ledger_bucket_number(const void *key, unsigned int nr)
{
	unsigned int mask = roundup_pow_of_two(nr) - 1, number = ledger_hash(key) & mask;

	return number < nr ? number : number & (mask >> 1);
}

static inline struct hlist_bl_head *ledger_bucket_at(const struct ledger_table *table,
						     unsigned int number)
{
	return &table->segments[number >> LEDGER_SEGMENT_BITS][number & (LEDGER_SEGMENT_SIZE - 1)];
}

static inline bool ledger_is_crowded(const struct ledger_table *table)
{
	return (unsigned int)atomic_read(&table->counted) << LEDGER_COUNT_BITS >
		READ_ONCE(table->nr_buckets);
}

/**
 * ledger_table_expect - there is going to be another node
 * @table: the table
 *
 * Context: process; may sleep where the table is crowded.
 */
static inline void ledger_table_expect(struct ledger_table *table)
{
	if (unlikely(ledger_is_crowded(table)))
		ledger_table_grow(table);
}

/**
 * ledger_bucket_lock - lock the bucket of a key
 * @table: the table
 * @key: the key; while the bucket is locked, it stays there
 *
 * Context: process; until hlist_bl_unlock() nothing sleeps.
 * Return: the bucket, for hlist_bl_for_each_entry(), ledger_node_add() and hlist_bl_unlock().
 */
static __always_inline struct hlist_bl_head *ledger_bucket_lock(struct ledger_table *table,
								const void *key)
	__acquires(bitlock)
{
	struct hlist_bl_head *bucket;
	unsigned int nr;

	for (;;) {
		/* The segments of all these buckets are there. */
		nr = smp_load_acquire(&table->nr_buckets);
		bucket = ledger_bucket_at(table, ledger_bucket_number(key, nr));
		hlist_bl_lock(bucket);
		if (likely(nr == READ_ONCE(table->nr_buckets)))
			return bucket;
		/* One has been split, perhaps this one. */
		hlist_bl_unlock(bucket);
	}
}

/**
 * ledger_node_add - put a node into the bucket of its key
 * @table: the table
 * @bucket: what ledger_bucket_lock() returned
 * @node: the node, its key set
 *
 * Context: the bucket is locked.
 */
static __always_inline void ledger_node_add(struct ledger_table *table,
					    struct hlist_bl_head *bucket, struct ledger_node *node)
{
	hlist_bl_add_head(&node->hash, bucket);
	if (unlikely(ledger_is_counted(node->key)))
		atomic_inc(&table->counted);
}

/**
 * ledger_node_del - take a node out of its bucket
 * @table: the table
 * @node: the node
 *
 * Context: the bucket is locked.
 */
static __always_inline void ledger_node_del(struct ledger_table *table, struct ledger_node *node)
{
	hlist_bl_del(&node->hash);
	if (unlikely(ledger_is_counted(node->key)))
		atomic_dec(&table->counted);
}

#endif /* RCG_LEDGER_TABLE_H */
