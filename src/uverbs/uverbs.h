/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The uverbs room: which verbs functions are redirected, and what each means.
 *
 * The way of a creation: charge the current task's cgroup, call the original,
 * note in the ledger what was charged for what. The way of a destruction:
 * call the original, strike the note, give the charge back.
 */
#ifndef RCG_UVERBS_H
#define RCG_UVERBS_H

#include <linux/list_bl.h>

#include "controller/controller.h"

struct class_interface;
struct ib_device;

/**
 * struct ledger_entry - a charge and what it was made for
 * @hash: place in the ledger
 * @key: the kernel object: an ib_uobject, an ib_uverbs_file
 * @pool: what was charged
 * @amount: how much
 */
struct ledger_entry {
	struct hlist_bl_node		hash;
	const void			*key;
	struct rdmacg_oot_pool		*pool;
	const struct rcg_amount		*amount;
};

/* ledger.c */
int ledger_init(void);
void ledger_exit(void);
struct ledger_entry *ledger_charge(struct rdmacg_oot_device *device,
				   const struct rcg_amount *amount);
void ledger_cancel(struct ledger_entry *entry);
void ledger_commit(struct ledger_entry *entry, const void *key);
struct ledger_entry *ledger_take(const void *key);
void ledger_uncharge(const void *key);

/* Charges for objects that the driver had made by then, which only legacy.c makes. */
extern atomic64_t uverbs_charged_late;

/* device.c */
int uverbs_devices_init(void);
void uverbs_devices_exit(void);
void uverbs_device_renamed(struct ib_device *ibdev);
struct rdmacg_oot_device *uverbs_device(struct ib_device *ibdev);
int uverbs_devices_follow(struct class_interface *follower);

/* before.c */
/* Contexts that were opened before the module was loaded, or an error: not known */
extern int uverbs_contexts_before;
void uverbs_count_contexts(void);

/**
 * uverbs_charge - charge the current task for what it is about to create
 * @ibdev: the device
 * @resource: what: one of it
 *
 * Context: process, in a replacement; may sleep.
 * Return: as ledger_charge().
 */
static inline struct ledger_entry *uverbs_charge(struct ib_device *ibdev,
						 enum rdmacg_oot_resource resource)
{
	return ledger_charge(uverbs_device(ibdev), &rcg_one[resource]);
}

/* contexts.c: contexts, in all generations but the newest */
int contexts_hook(void);
void contexts_unhook(void);

/*
 * legacy.c, rdma_core.c, class_ufile.c or class_attrs.c: the generation of
 * ib_uverbs that this kernel has
 */
int uverbs_hook(void);
void uverbs_unhook(void);

#endif /* RCG_UVERBS_H */
