/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Owners: which process has made the charges on a pool, and how many. See owner.c.
 */
#ifndef RCG_LEDGER_OWNER_H
#define RCG_LEDGER_OWNER_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/sched.h>

#include "controller/controller.h"
#include "table.h"

/* What is summed up for an owner; who has most of the first is listed first */
enum ledger_sum {
	LEDGER_OBJECTS,
	LEDGER_MR_MEM,
	LEDGER_HANDLES,
	LEDGER_NR_SUMS,
};

/**
 * struct ledger_owner - a process with charges on a pool
 * @node: place in the table of owners, under the addresses of pool and process, added up
 * @pool: the pool, referenced
 * @pid: the process, referenced
 * @refs: one for each charge
 * @sum: what is charged, by &enum ledger_sum
 * @list: place in &rdmacg_oot_pool.owners of the pool that shows it
 * @comm: the name of the process when it made its first charge
 */
struct ledger_owner {
	struct ledger_node	node;
	struct rdmacg_oot_pool	*pool;
	struct pid		*pid;
	refcount_t		refs;
	atomic64_t		sum[LEDGER_NR_SUMS];
	struct list_head	list;
	char			comm[TASK_COMM_LEN];
};

/**
 * struct ledger_owned - what a process has charged, for who reads it
 * @device: on which device
 * @pid: the process; only compared
 * @nr: its number in the reader's PID namespace; 0 if it is in none that the reader sees
 * @is_gone: whether it has ended
 * @comm: its name
 * @sum: as &ledger_owner.sum
 */
struct ledger_owned {
	const struct rdmacg_oot_device *device;
	const struct pid	*pid;
	int			nr;
	bool			is_gone;
	char			comm[TASK_COMM_LEN];
	s64			sum[LEDGER_NR_SUMS];
};

/* owner.c */
int ledger_owners_init(void);
void ledger_owners_exit(void);
struct ledger_owner *ledger_owner_get(struct rdmacg_oot_pool *pool);
void ledger_owner_put_last(struct ledger_owner *owner);
size_t ledger_owners_list(struct rcg_group *group, const struct rdmacg_oot_device *device,
			  struct ledger_owned *rows, size_t room);

/**
 * ledger_owner_count - a charge of an owner was made, or is given back
 * @owner: the owner
 * @resource: of what
 * @amount: how much; negative if it is given back
 *
 * Context: any.
 */
static inline void ledger_owner_count(struct ledger_owner *owner, enum rcg_resource resource,
				      s64 amount)
{
	enum ledger_sum sum = resource == RCG_HCA_HANDLE ? LEDGER_HANDLES :
			      resource == RCG_MR_MEM ? LEDGER_MR_MEM : LEDGER_OBJECTS;

	atomic64_add(amount, &owner->sum[sum]);
}

/**
 * ledger_owner_put - drop a reference; the last one frees
 * @owner: the owner
 *
 * Context: process.
 */
static inline void ledger_owner_put(struct ledger_owner *owner)
{
	if (unlikely(refcount_dec_and_test(&owner->refs)))
		ledger_owner_put_last(owner);
}

#endif /* RCG_LEDGER_OWNER_H */
