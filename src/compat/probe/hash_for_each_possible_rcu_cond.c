// SPDX-License-Identifier: GPL-2.0-only
/* 5.4: the walk can be told what else than RCU protects it. */
#include <linux/hashtable.h>
#include <linux/rcupdate.h>

void probe(void);
void probe(void)
{
	struct entry {
		struct hlist_node hash;
	};
	static DEFINE_HASHTABLE(table, 4);
	struct entry *entry;

	hash_for_each_possible_rcu(table, entry, hash, 0, true)
		entry->hash.next = NULL;
}
