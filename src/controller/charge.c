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

static void raise_peaks(struct rdmacg_oot_pool *pool, enum rcg_resource resource)
{
	for (; pool; pool = pool->parent) {
		struct rcg_counter *c = rcg_counter_of(pool, resource);
		s64 usage = atomic64_read(&c->usage);
		s64 peak = atomic64_read(&c->peak);

		while (usage > peak && !atomic64_try_cmpxchg(&c->peak, &peak, usage))
			;
	}
}

/**
 * rcg_raise_peaks - a charge is made that reached more at some level than ever
 * @pool: where it was made
 * @resource: of what
 *
 * Usage is read anew here instead of remembering what this charge reached:
 * a charge counts as made at this moment, when all levels have agreed to it.
 * Only a charge that raised some level above its peak has to call this. A later one
 * that goes higher sees that by itself.
 *
 * Context: any; never sleeps.
 */
void rcg_raise_peaks(struct rdmacg_oot_pool *pool, enum rcg_resource resource)
{
	if (rcg_is_kind(resource))
		raise_peaks(pool, RCG_HCA_OBJECT);
	raise_peaks(pool, resource);
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
			enum rcg_resource resource, s64 amount, bool enforced)
{
	void (*denied)(const struct rcg_denial *denial) = READ_ONCE(rcg_denied);
	struct rcg_counter *c = rcg_counter_of(over, resource);
	struct rcg_denial denial = {
		.device		= pool->device,
		.resource	= resource,
		.amount		= amount,
		.usage		= atomic64_read(&c->usage),
		.max		= READ_ONCE(c->max),
		.enforced	= enforced,
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
 * rcg_refused - count a refusal, and tell of it
 * @pool: where the request was made
 * @over: the level whose limit is in the way
 * @resource: the limit of what
 * @amount: how much was asked for
 * @enforced: whether it is refused, or counted only
 *
 * Context: process; may sleep.
 */
void rcg_refused(struct rdmacg_oot_pool *pool, struct rdmacg_oot_pool *over,
		 enum rcg_resource resource, s64 amount, bool enforced)
{
	count_refusal(pool, over, resource);
	tell_denied(pool, over, resource, amount, enforced);
}

/* While limits are not enforced: a refusal is counted where there is no room first. */
static void charge_past_limits(struct rdmacg_oot_pool *pool, enum rcg_resource resource, s64 amount)
{
	bool told = false, peak;
	struct rdmacg_oot_pool *p;

	for (p = pool; p; p = p->parent) {
		struct rcg_counter *c = rcg_counter_of(p, resource);

		if (rcg_counter_try_add(c, amount, &peak))
			continue;
		if (!told)
			rcg_refused(pool, p, resource, amount, false);
		told = true;
		atomic64_add(amount, &c->usage);
	}
}

/**
 * rcg_charge_over - end a charge that a counter has no room for
 * @pool: where it began
 * @over: the level; those below it are charged
 * @denied: the counter: that of @resource, or that of RCG_HCA_OBJECT, which is charged first
 * @resource: what is charged
 * @amount: how much of it
 *
 * Context: process; may sleep.
 * Return: the error of &rcg_refusal, and nothing is charged; or 0 while limits
 * are not enforced: all levels are charged.
 */
int rcg_charge_over(struct rdmacg_oot_pool *pool, struct rdmacg_oot_pool *over,
		    enum rcg_resource denied, enum rcg_resource resource, s64 amount)
{
	const bool object = rcg_is_kind(resource);
	int ret;

	if (object && denied == resource)
		rcg_counter_sub(rcg_counter_of(over, RCG_HCA_OBJECT), amount);
	rcg_uncharge_to(pool, over, resource, amount);
	if (READ_ONCE(rcg_enforce)) {
		rcg_refused(pool, over, denied, amount, true);
		return READ_ONCE(rcg_refusal)->error;
	}
	if (object)
		charge_past_limits(pool, RCG_HCA_OBJECT, amount);
	charge_past_limits(pool, resource, amount);
	if (object && READ_ONCE(rcg_nr_rates)) {
		ret = rcg_rate_charge(pool, resource, amount);
		if (ret)
			return ret;
	}
	rcg_raise_peaks(pool, resource);
	return 0;
}

/**
 * rcg_pool_charge - charge a pool and all above it
 * @pool: the pool; the caller's reference becomes the charge's on success
 * @resource: what to charge; a kind of object as one of hca_object, too
 * @amount: how much of it, in the resource's unit; not negative
 *
 * All or nothing: over one limit at one level, and nothing stays charged.
 *
 * Context: process; sleeps only where a limit is in the way.
 * Return: 0, or the error of &rcg_refusal when a limit is in the way (seed:
 * try_charge).
 */
int rcg_pool_charge(struct rdmacg_oot_pool *pool, enum rcg_resource resource, s64 amount)
{
	return __rcg_pool_charge(pool, resource, amount);
}

/**
 * rcg_pool_uncharge - give a charge back
 * @pool: the pool that it was made on; the charge's reference is dropped
 * @resource: what was charged
 * @amount: how much of it
 *
 * Context: any; never sleeps.
 */
void rcg_pool_uncharge(struct rdmacg_oot_pool *pool, enum rcg_resource resource, s64 amount)
{
	__rcg_pool_uncharge(pool, resource, amount);
}
