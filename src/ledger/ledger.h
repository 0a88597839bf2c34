/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ledger room (ledger_): from a kernel object to the charge that was made for
 * it. It knows objects by their address alone.
 *
 *	ledger_charge()		charges the current task's cgroup; an entry that is under
 *				no key yet
 *	  -> ledger_commit()	the object exists: the entry is kept under its address
 *	       -> ledger_uncharge()	the object is gone
 *	       -> ledger_take()		the same in two steps
 *		    -> ledger_resize()	and meanwhile it is charged for more, or for less
 *	  -> ledger_cancel()	it could not be made
 */
#ifndef RCG_LEDGER_H
#define RCG_LEDGER_H

#include <linux/err.h>

#include "controller/controller.h"
#include "table.h"

struct ledger_owner;

/**
 * struct ledger_entry - a charge and what it was made for
 * @node: place in the ledger, under the kernel object: an ib_uobject, an ib_uverbs_file, an ib_mr
 * @owner: who was charged, and in which pool
 * @resource: of what
 * @amount: how much
 */
struct ledger_entry {
	struct ledger_node		node;
	struct ledger_owner		*owner;
	enum rcg_resource		resource;
	s64				amount;
};

/* ledger.c */
int ledger_init(void);
void ledger_exit(void);
struct ledger_entry *ledger_charge(struct rdmacg_oot_device *device, enum rcg_resource resource,
				   s64 amount);
int ledger_resize(struct ledger_entry *entry, s64 amount);
void ledger_cancel(struct ledger_entry *entry);
void ledger_commit(struct ledger_entry *entry, const void *key);
struct ledger_entry *ledger_take(const void *key);
void ledger_uncharge(const void *key);

/**
 * ledger_end - a creation has ended: add its entry, or give the charge back
 * @entry: what ledger_charge() returned; for an error there is nothing to do
 * @key: the object, or the error that kept it from being made
 *
 * Context: process.
 */
static inline void ledger_end(struct ledger_entry *entry, const void *key)
{
	if (IS_ERR(entry))
		return;
	if (IS_ERR(key))
		ledger_cancel(entry);
	else
		ledger_commit(entry, key);
}

#endif /* RCG_LEDGER_H */
