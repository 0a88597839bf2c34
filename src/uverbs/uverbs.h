/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The uverbs room (uverbs_): which verbs functions are redirected, and what each
 * means.
 *
 * The way of a creation: charge the current task's cgroup, call the original,
 * put an entry for the charge into the ledger. The way of a destruction: call the
 * original, take the entry out of the ledger, give the charge back.
 */
#ifndef RCG_UVERBS_H
#define RCG_UVERBS_H

#include "ledger/ledger.h"

struct class_interface;
struct hook;
struct ib_device;
struct uverbs_api_object;
struct uverbs_obj_type;

/* How many objects were charged after the driver had made them; only legacy.c does so. */
extern atomic64_t uverbs_charged_late;

/* device.c */
int uverbs_devices_init(void);
void uverbs_devices_exit(void);
void uverbs_device_renamed(struct ib_device *ibdev);
struct rdmacg_oot_device *uverbs_device(struct ib_device *ibdev);
struct ib_device *uverbs_ib_device(const struct rdmacg_oot_device *device);
int uverbs_devices_follow(struct class_interface *follower);

/* capacity.c */
void uverbs_capacity(const struct ib_device *ibdev, struct rcg_capacity *capacity);

/* before.c */
/* How many contexts were opened before the module was loaded; an error if that is not known */
extern int uverbs_contexts_before;
void uverbs_count_contexts(void);

/**
 * uverbs_charge - charge the current task for what it is about to create
 * @ibdev: the device
 * @resource: what to charge one of: a kind of object, or a context
 *
 * Context: process, in a replacement; may sleep.
 * Return: as ledger_charge().
 */
static inline struct ledger_entry *uverbs_charge(struct ib_device *ibdev,
						 enum rcg_resource resource)
{
	return ledger_charge(uverbs_device(ibdev), resource, 1);
}

/* kind.c: the kind of an object, in all generations but the oldest */
enum rcg_resource uverbs_kind(const struct uverbs_obj_type *type);

/**
 * uverbs_kind_of - what an object is charged as, by what Linux 4.18 and later hand over
 * @obj: ib_uverbs' description of its type, whose first member is the type. This is known
 *       from the source alone: should it be different, the type leads to no name
 *
 * Context: any; does not sleep.
 * Return: as uverbs_kind().
 */
static inline enum rcg_resource uverbs_kind_of(const struct uverbs_api_object *obj)
{
	return uverbs_kind(*(const struct uverbs_obj_type *const *)obj);
}

/**
 * struct uverbs_generation - how the ib_uverbs that this kernel has is hooked
 * @hooks: the functions, in the order in which they are redirected. Those that
 *         destroy come first: each charge that is made has to be given back
 * @nr_hooks: how many
 * @init_context: the one of @hooks that charges for contexts. Where it is NULL, or
 *                this kernel has no such function, contexts.c charges for them
 */
struct uverbs_generation {
	struct hook		*hooks;
	unsigned int		nr_hooks;
	const struct hook	*init_context;
};

/* legacy.c, rdma_core.c, class_ufile.c or class_attrs.c */
extern const struct uverbs_generation uverbs_generation;

/* generation.c */
int uverbs_hook(void);
void uverbs_unhook(void);

#endif /* RCG_UVERBS_H */
