/* SPDX-License-Identifier: GPL-2.0-only */
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
 * of it, as if the first one had succeeded.
 *
 * Inline for those whose requests the compiler knows; charge.c has the same for
 * everybody else, and what is rare.
 */
#ifndef RCG_CHARGE_H
#define RCG_CHARGE_H

#include <linux/bug.h>
#include <linux/compiler.h>

#include "controller.h"

/* charge.c */
int rcg_charge_over(struct rdmacg_oot_pool *pool, struct rdmacg_oot_pool *over,
		    const struct rcg_amount *a);
void rcg_raise_peaks(struct rdmacg_oot_pool *pool, const struct rcg_amount *set, unsigned int nr);

/* Not an index, which would be checked at every level. */
static inline struct rcg_counter *rcg_counter_of(struct rdmacg_oot_pool *pool,
						 enum rcg_resource resource)
{
	return pool->counter + resource;
}

/* @peak is set if this is more than there ever was. */
static __always_inline bool rcg_counter_try_add(struct rcg_counter *c, s64 amount, bool *peak)
{
	s64 usage = atomic64_read(&c->usage);

	do {
		/* Never overflows: neither is negative. */
		if (unlikely(amount > READ_ONCE(c->max) - usage))
			return false;
	} while (unlikely(!atomic64_try_cmpxchg(&c->usage, &usage, usage + amount)));
	if (unlikely(usage + amount > atomic64_read(&c->peak)))
		*peak = true;
	return true;
}

/* Take @a from @pool and from each pool above it, up to but not including @stop. */
static __always_inline void rcg_uncharge_to(struct rdmacg_oot_pool *pool,
					    const struct rdmacg_oot_pool *stop,
					    const struct rcg_amount *a)
{
	/* Read once, not at every level */
	const enum rcg_resource resource = a->resource;
	const s64 amount = a->amount;

	for (; pool != stop; pool = pool->parent)
		WARN_ON_ONCE(atomic64_add_negative(-amount,
						   &rcg_counter_of(pool, resource)->usage));
}

static __always_inline int rcg_charge_one(struct rdmacg_oot_pool *pool, const struct rcg_amount *a,
					  bool *peak)
{
	const enum rcg_resource resource = a->resource;
	const s64 amount = a->amount;
	struct rdmacg_oot_pool *p = pool;

	do {
		if (unlikely(!rcg_counter_try_add(rcg_counter_of(p, resource), amount, peak))) {
			/* It may go further up all the same. */
			*peak = true;
			return rcg_charge_over(pool, p, a);
		}
		p = p->parent;
	} while (p);
	return 0;
}

/*
 * The rows of a request for @amount of @resource: @set has room for two. Returns how
 * many there are.
 */
static __always_inline unsigned int rcg_request(struct rcg_amount *set, enum rcg_resource resource,
						s64 amount)
{
	unsigned int nr = 0;

	if (rcg_is_kind(resource))
		set[nr++] = (struct rcg_amount){ RCG_HCA_OBJECT, amount };
	set[nr++] = (struct rcg_amount){ resource, amount };
	return nr;
}

/* rcg_pool_charge(), inline */
static __always_inline int __rcg_pool_charge(struct rdmacg_oot_pool *pool,
					     const struct rcg_amount *set, unsigned int nr)
{
	bool peak = false;
	unsigned int i;
	int ret;

	for (i = 0; i < nr; i++) {
		ret = rcg_charge_one(pool, &set[i], &peak);
		if (unlikely(ret)) {
			while (i--)
				rcg_uncharge_to(pool, NULL, &set[i]);
			return ret;
		}
	}
	if (unlikely(peak))
		rcg_raise_peaks(pool, set, nr);
	return 0;
}

/* rcg_pool_uncharge(), inline */
static __always_inline void __rcg_pool_uncharge(struct rdmacg_oot_pool *pool,
						const struct rcg_amount *set, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		rcg_uncharge_to(pool, NULL, &set[i]);
	rcg_pool_put(pool);
}

#endif /* RCG_CHARGE_H */
