// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of the ledger room: how it grows. See table.h.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "table.h"

/* Buckets that one charge splits, at most: faster than nodes come. */
#define SPLITS		4

/* Split the bucket whose turn it is. False if there is no memory, or no more is wanted. */
static bool split_bucket(struct ledger_table *table)
{
	unsigned int nr = table->nr_buckets, segment = nr >> LEDGER_SEGMENT_BITS;
	struct hlist_bl_node *pos, *next;
	struct hlist_bl_head *from, *to;
	struct ledger_node *node;

	if (segment == LEDGER_NR_SEGMENTS)
		return false;
	if (!table->segments[segment])
		table->segments[segment] = kvcalloc(LEDGER_SEGMENT_SIZE, sizeof(*to),
						    GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (!table->segments[segment])
		return false;

	from = ledger_bucket_at(table, nr - rounddown_pow_of_two(nr));
	to = ledger_bucket_at(table, nr);
	hlist_bl_lock(from);
	/* No other task can reach it yet: locked because hlist_bl_add_head() requires it. */
	hlist_bl_lock(to);
	hlist_bl_for_each_entry_safe(node, pos, next, from, hash) {
		if (ledger_bucket_number(node->key, nr + 1) != nr)
			continue;
		hlist_bl_del(&node->hash);
		hlist_bl_add_head(&node->hash, to);
	}
	hlist_bl_unlock(to);
	/* Pairs with ledger_bucket_lock(): who sees the bucket sees its segment and its nodes. */
	smp_store_release(&table->nr_buckets, nr + 1);
	hlist_bl_unlock(from);
	return true;
}

/**
 * ledger_table_grow - make a crowded table grow a little
 * @table: the table
 *
 * If another task is making it grow, this one need not.
 *
 * Context: process; may sleep.
 */
void ledger_table_grow(struct ledger_table *table)
{
	int i;

	if (!mutex_trylock(&table->grow_lock))
		return;
	for (i = 0; i < SPLITS && ledger_is_crowded(table) && split_bucket(table); i++)
		;
	mutex_unlock(&table->grow_lock);
}

/**
 * ledger_table_init - make room for the first nodes
 * @table: the table, zeroed
 *
 * Context: module load. Sleeps.
 * Return: 0 or -ENOMEM.
 */
int ledger_table_init(struct ledger_table *table)
{
	table->segments[0] = kvcalloc(LEDGER_SEGMENT_SIZE, sizeof(*table->segments[0]), GFP_KERNEL);
	if (!table->segments[0])
		return -ENOMEM;
	mutex_init(&table->grow_lock);
	table->nr_buckets = LEDGER_SEGMENT_SIZE;
	return 0;
}

/**
 * ledger_table_exit - give the room back
 * @table: the table
 *
 * Context: module unload, when nobody looks anything up. Sleeps.
 */
void ledger_table_exit(struct ledger_table *table)
{
	unsigned int i;

	for (i = 0; i < LEDGER_NR_SEGMENTS; i++)
		kvfree(table->segments[i]);
}
