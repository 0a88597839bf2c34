// SPDX-License-Identifier: GPL-2.0-only
/*
 * Charge and uncharge: the hot path. No locks, no allocation, no look-up: a
 * walk from the pool to the root, one compare-and-exchange at each level.
 *
 * Compare-and-exchange and not add-then-check, so that no reader and no other
 * charge ever sees a usage above the limit.
 *
 * What the kernel's own controller hides under its mutex can be seen here, for
 * the moment of the walk: a charge at the levels below the one that is about
 * to refuse it. Another charge may count it into a peak, or be refused because
 * of it, as if the two had come one after the other and the first had stayed.
 */
#include <linux/bug.h>
#include <linux/errno.h>

#include "controller.h"

/* Module parameter "enforce": false counts refusals and refuses nothing. */
bool rcg_enforce = true;

void (*rcg_notify)(struct rcg_group *group, bool local);

static bool counter_try_add(struct rcg_counter *c, s64 amount)
{
	s64 usage = atomic64_read(&c->usage);

	do {
		/* Never overflows: neither is negative. */
		if (amount > READ_ONCE(c->max) - usage)
			return false;
	} while (!atomic64_try_cmpxchg(&c->usage, &usage, usage + amount));
	return true;
}

static void counter_sub(struct rcg_counter *c, s64 amount)
{
	WARN_ON_ONCE(atomic64_sub_return(amount, &c->usage) < 0);
}

/*
 * Usage is read anew here instead of remembering what this charge reached:
 * a charge counts as made at this moment, when all levels have agreed to it.
 */
static void counter_raise_peak(struct rcg_counter *c)
{
	s64 usage = atomic64_read(&c->usage);
	s64 peak = atomic64_read(&c->peak);

	while (usage > peak && !atomic64_try_cmpxchg(&c->peak, &peak, usage))
		;
}

static void count_event(struct rdmacg_oot_pool *pool, enum rdmacg_oot_resource resource,
			enum rcg_event event)
{
	void (*notify)(struct rcg_group *group, bool local) = READ_ONCE(rcg_notify);
	struct rcg_group *group = READ_ONCE(pool->group);

	atomic64_inc(&pool->counter[resource].events[event]);
	if (group && notify)
		notify(group, event >= RCG_EVENT_LOCAL_MAX);
}

/*
 * A refusal (7.3: rdmacg_event_locked): "max" where the limit was and above,
 * "alloc_fail" where the request came from and above, each local once.
 */
static void count_refusal(struct rdmacg_oot_pool *pool, struct rdmacg_oot_pool *over,
			  enum rdmacg_oot_resource resource)
{
	struct rdmacg_oot_pool *p;

	rcu_read_lock();
	count_event(pool, resource, RCG_EVENT_LOCAL_ALLOC_FAIL);
	count_event(over, resource, RCG_EVENT_LOCAL_MAX);
	for (p = over; p; p = p->parent)
		count_event(p, resource, RCG_EVENT_MAX);
	for (p = pool; p; p = p->parent)
		count_event(p, resource, RCG_EVENT_ALLOC_FAIL);
	rcu_read_unlock();
}

/* Take @a from @pool and from each pool above it, up to but not including @stop. */
static void uncharge_to(struct rdmacg_oot_pool *pool, const struct rdmacg_oot_pool *stop,
			const struct rcg_amount *a)
{
	for (; pool != stop; pool = pool->parent)
		counter_sub(&pool->counter[a->resource], a->amount);
}

static int charge_one(struct rdmacg_oot_pool *pool, const struct rcg_amount *a)
{
	struct rdmacg_oot_pool *p, *over = NULL;

	for (p = pool; p; p = p->parent) {
		struct rcg_counter *c = &p->counter[a->resource];

		if (likely(counter_try_add(c, a->amount)))
			continue;
		if (!over)
			over = p;
		if (READ_ONCE(rcg_enforce))
			break;
		atomic64_add(a->amount, &c->usage);
	}
	if (likely(!over))
		return 0;

	count_refusal(pool, over, a->resource);
	if (!p)
		return 0;
	uncharge_to(pool, p, a);
	return -EAGAIN;
}

/**
 * rcg_pool_charge - charge a set of amounts to a pool and to all above it
 * @pool: the pool; the caller's reference becomes the charge's on success
 * @set: what to charge
 * @nr: rows in @set
 *
 * All or nothing: over one limit at one level, and nothing stays charged.
 *
 * Context: any; never sleeps.
 * Return: 0, or -EAGAIN when a limit is in the way (seed: try_charge).
 */
int rcg_pool_charge(struct rdmacg_oot_pool *pool, const struct rcg_amount *set, unsigned int nr)
{
	struct rdmacg_oot_pool *p;
	unsigned int i;
	int ret;

	for (i = 0; i < nr; i++) {
		ret = charge_one(pool, &set[i]);
		if (unlikely(ret)) {
			while (i--)
				uncharge_to(pool, NULL, &set[i]);
			return ret;
		}
	}
	for (i = 0; i < nr; i++)
		for (p = pool; p; p = p->parent)
			counter_raise_peak(&p->counter[set[i].resource]);
	return 0;
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
	unsigned int i;

	for (i = 0; i < nr; i++)
		uncharge_to(pool, NULL, &set[i]);
	rcg_pool_put(pool);
}
