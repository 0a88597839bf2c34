// SPDX-License-Identifier: GPL-2.0-only
/*
 * Charge and uncharge: what is rare, and the hot path of charge.h as functions.
 */
#include <linux/errno.h>
#include <linux/slab.h>

#include "charge.h"

/* Module parameter "enforce": false counts refusals and refuses nothing. */
bool rcg_enforce = true;

/*
 * EAGAIN is the error of the kernel's own controller. Libraries that take it for
 * "busy, try again" need one that they take for an end.
 */
const struct rcg_refusal rcg_refusals[] = {
	{ "EAGAIN", -EAGAIN },
	{ "ENOMEM", -ENOMEM },
	{}
};

/* Module parameter "refuse". */
const struct rcg_refusal *rcg_refusal = rcg_refusals;

void (*rcg_notify)(struct rcg_group *group, enum rcg_resource resource, enum rcg_event event);
void (*rcg_denied)(const struct rcg_denial *denial);

/**
 * rcg_raise_peaks - a charge is made that reached more at some level than ever
 * @pool: where it was made
 * @set: what was charged
 * @nr: rows in @set
 *
 * Usage is read anew here instead of remembering what this charge reached:
 * a charge counts as made at this moment, when all levels have agreed to it.
 * Only a charge that raised some level above its peak has to call this. A later one
 * that goes higher sees that by itself.
 *
 * Context: any; never sleeps.
 */
void rcg_raise_peaks(struct rdmacg_oot_pool *pool, const struct rcg_amount *set, unsigned int nr)
{
	struct rdmacg_oot_pool *p;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		for (p = pool; p; p = p->parent) {
			struct rcg_counter *c = rcg_counter_of(p, set[i].resource);
			s64 usage = atomic64_read(&c->usage);
			s64 peak = atomic64_read(&c->peak);

			while (usage > peak && !atomic64_try_cmpxchg(&c->peak, &peak, usage))
				;
		}
	}
}

/*
 * Most pools never have an event, so there is memory for them from the first one on.
 * No event is lost for want of it.
 */
static void need_events(struct rdmacg_oot_pool *pool)
{
	struct rcg_events *events;

	if (READ_ONCE(pool->events))
		return;
	events = kzalloc(sizeof(*events), GFP_KERNEL_ACCOUNT | __GFP_NOFAIL);
	if (cmpxchg(&pool->events, NULL, events))
		kfree(events);
}

static void count_event(struct rdmacg_oot_pool *pool, enum rcg_resource resource,
			enum rcg_event event)
{
	typeof(rcg_notify) notify = READ_ONCE(rcg_notify);
	struct rcg_group *group = READ_ONCE(pool->group);

	/* Pairs with need_events(), perhaps another task's. */
	atomic64_inc(&smp_load_acquire(&pool->events)->count[resource][event]);
	if (group && notify)
		notify(group, resource, event);
}

/*
 * A refusal (7.3: rdmacg_event_locked): "max" where the limit was and above,
 * "alloc_fail" where the request came from and above, each local once.
 */
static void count_refusal(struct rdmacg_oot_pool *pool, struct rdmacg_oot_pool *over,
			  enum rcg_resource resource)
{
	struct rdmacg_oot_pool *p;

	for (p = pool; p; p = p->parent)
		need_events(p);
	rcu_read_lock();
	count_event(pool, resource, RCG_EVENT_LOCAL_ALLOC_FAIL);
	count_event(over, resource, RCG_EVENT_LOCAL_MAX);
	for (p = over; p; p = p->parent)
		count_event(p, resource, RCG_EVENT_MAX);
	for (p = pool; p; p = p->parent)
		count_event(p, resource, RCG_EVENT_ALLOC_FAIL);
	rcu_read_unlock();
}

/* Tell of a refusal, if both groups are still there. */
static void tell_denied(struct rdmacg_oot_pool *pool, struct rdmacg_oot_pool *over,
			const struct rcg_amount *a)
{
	void (*denied)(const struct rcg_denial *denial) = READ_ONCE(rcg_denied);
	struct rcg_counter *c = rcg_counter_of(over, a->resource);
	struct rcg_denial denial = {
		.device		= pool->device,
		.resource	= a->resource,
		.amount		= a->amount,
		.usage		= atomic64_read(&c->usage),
		.max		= READ_ONCE(c->max),
	};

	if (!denied)
		return;
	rcu_read_lock();
	denial.group = READ_ONCE(pool->group);
	if (denial.group && !rcg_group_tryget(denial.group))
		denial.group = NULL;
	rcu_read_unlock();
	denial.limited = READ_ONCE(over->group);
	if (denial.group && denial.limited)
		denied(&denial);
	rcg_group_put(denial.group);
}

/**
 * rcg_charge_over - go on with a charge where a level has no room
 * @pool: where it began
 * @over: the level; those below it are charged
 * @a: the charge
 *
 * Context: process; may sleep.
 * Return: the error of &rcg_refusal, and nothing is charged; or 0 while limits
 * are not enforced: the levels from here up are charged as well.
 */
int rcg_charge_over(struct rdmacg_oot_pool *pool, struct rdmacg_oot_pool *over,
		    const struct rcg_amount *a)
{
	struct rdmacg_oot_pool *p;
	bool peak = false;

	count_refusal(pool, over, a->resource);
	tell_denied(pool, over, a);
	for (p = over; p; p = p->parent) {
		struct rcg_counter *c = rcg_counter_of(p, a->resource);

		if (p != over && rcg_counter_try_add(c, a->amount, &peak))
			continue;
		if (READ_ONCE(rcg_enforce)) {
			rcg_uncharge_to(pool, p, a);
			return READ_ONCE(rcg_refusal)->error;
		}
		atomic64_add(a->amount, &c->usage);
	}
	return 0;
}

/**
 * rcg_pool_charge - charge a set of amounts to a pool and to all above it
 * @pool: the pool; the caller's reference becomes the charge's on success
 * @set: what to charge
 * @nr: rows in @set
 *
 * All or nothing: over one limit at one level, and nothing stays charged.
 *
 * Context: process; sleeps only where a limit is in the way.
 * Return: 0, or the error of &rcg_refusal when a limit is in the way (seed:
 * try_charge).
 */
int rcg_pool_charge(struct rdmacg_oot_pool *pool, const struct rcg_amount *set, unsigned int nr)
{
	return __rcg_pool_charge(pool, set, nr);
}

/**
 * rcg_pool_uncharge - give a charge back
 * @pool: the pool that it was made on; the charge's reference is dropped
 * @set: what was charged
 * @nr: rows in @set
 *
 * Context: any; never sleeps.
 */
void rcg_pool_uncharge(struct rdmacg_oot_pool *pool, const struct rcg_amount *set,
		       unsigned int nr)
{
	__rcg_pool_uncharge(pool, set, nr);
}
