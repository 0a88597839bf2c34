// SPDX-License-Identifier: GPL-2.0-only
/*
 * rdma.rate.max: how many objects may be created in a second.
 *
 * A pool with such a limit has a bucket of as many tokens, which fills in a second; each
 * object takes one. All that is kept is when the bucket will be full (the usage of
 * RCG_OBJECT_RATE, in nanoseconds of ktime_get_ns()): a token that is taken delays that by its
 * share of a second, and by more than a second from now it cannot be. So no timer fills
 * it, and a limit that is changed leaves it as full as it was.
 *
 * The buckets are asked last: a request that another limit refuses takes no token.
 */
#include <linux/cache.h>
#include <linux/ktime.h>

#include "charge.h"

/* How many pools have a limit; rcg_lock */
unsigned int rcg_nr_rates __read_mostly;

static bool has_rate(s64 max)
{
	return max != rcg_resource_types[RCG_OBJECT_RATE].max;
}

/**
 * rcg_pool_set_max - set a limit of a pool
 * @pool: the pool
 * @resource: of what
 * @max: the limit
 *
 * Context: rcg_lock is held.
 */
void rcg_pool_set_max(struct rdmacg_oot_pool *pool, enum rcg_resource resource, s64 max)
{
	struct rcg_counter *c = rcg_counter_of(pool, resource);

	lockdep_assert_held(&rcg_lock);
	if (resource == RCG_OBJECT_RATE)
		WRITE_ONCE(rcg_nr_rates, rcg_nr_rates + has_rate(max) - has_rate(c->max));
	WRITE_ONCE(c->max, max);
}

/* Take @amount of tokens, or none. */
static bool take(struct rcg_counter *bucket, s64 amount, s64 now)
{
	s64 rate = READ_ONCE(bucket->max), full = atomic64_read(&bucket->usage), then;

	if (!has_rate(rate))
		return true;
	if (amount > rate)
		return false;
	do {
		then = max(full, now) + NSEC_PER_SEC / rate * amount;
		if (then > now + NSEC_PER_SEC)
			return false;
	} while (!atomic64_try_cmpxchg(&bucket->usage, &full, then));
	return true;
}

/* If the limit has changed meanwhile, the bucket is fuller or emptier, by less than it holds. */
static void give_back(struct rcg_counter *bucket, s64 amount)
{
	s64 rate = READ_ONCE(bucket->max);

	if (has_rate(rate) && amount <= rate)
		atomic64_add(-(NSEC_PER_SEC / rate * amount), &bucket->usage);
}

/**
 * rcg_rate_charge - take tokens for objects that all other limits allow
 * @pool: where they are charged
 * @resource: of which kind
 * @amount: how many
 *
 * Context: process; sleeps only where a bucket is empty.
 * Return: the error of &rcg_refusal, and nothing is charged; or 0, also while limits are not
 * enforced.
 */
int rcg_rate_charge(struct rdmacg_oot_pool *pool, enum rcg_resource resource, s64 amount)
{
	const s64 now = ktime_get_ns();
	struct rdmacg_oot_pool *over, *p;

	for (over = pool; over; over = over->parent)
		if (!take(rcg_counter_of(over, RCG_OBJECT_RATE), amount, now))
			break;
	if (!over)
		return 0;
	if (!READ_ONCE(rcg_enforce)) {
		rcg_refused(pool, over, RCG_OBJECT_RATE, amount, false);
		for (p = over->parent; p; p = p->parent)
			take(rcg_counter_of(p, RCG_OBJECT_RATE), amount, now);
		return 0;
	}
	for (p = pool; p != over; p = p->parent)
		give_back(rcg_counter_of(p, RCG_OBJECT_RATE), amount);
	rcg_uncharge_to(pool, NULL, resource, amount);
	rcg_refused(pool, over, RCG_OBJECT_RATE, amount, true);
	return READ_ONCE(rcg_refusal)->error;
}
