/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Charge and uncharge: the hot path. No locks, no allocation, no look-up: a
 * walk from the pool to the root, with one compare-and-exchange for each counter
 * of each level: an object has two, that of hca_object and that of its kind.
 *
 * Compare-and-exchange and not add-then-check, so that no reader and no other
 * charge ever sees a usage above the limit.
 *
 * What the kernel's own controller hides under its mutex can be seen here, for
 * the moment of the walk: a charge at the levels below the one that is about
 * to refuse it, and in the hca_object of that one if its kind is over the limit. Another
 * charge may count it into a peak, or be refused because of it, as if the first one had
 * succeeded.
 *
 * Inline for those for whom calls cost as much as the work; charge.c has the same
 * for everybody else, and what is rare.
 */
#ifndef RCG_CHARGE_H
#define RCG_CHARGE_H

#include <linux/bug.h>
#include <linux/compiler.h>

#include "controller.h"

/* charge.c */
int rcg_charge_over(struct rdmacg_oot_pool *pool, struct rdmacg_oot_pool *over,
		    enum rcg_resource denied, enum rcg_resource resource, s64 amount);
void rcg_refused(struct rdmacg_oot_pool *pool, struct rdmacg_oot_pool *over,
		 enum rcg_resource resource, s64 amount, bool enforced);
void rcg_raise_peaks(struct rdmacg_oot_pool *pool, enum rcg_resource resource);

/* rate.c */
extern unsigned int rcg_nr_rates;
int rcg_rate_charge(struct rdmacg_oot_pool *pool, enum rcg_resource resource, s64 amount);

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

static __always_inline void rcg_counter_sub(struct rcg_counter *c, s64 amount)
{
	WARN_ON_ONCE(atomic64_add_negative(-amount, &c->usage));
}

/* @object: whether @resource is a kind, so that the compiler makes a loop for either */
static __always_inline int rcg_charge_walk(struct rdmacg_oot_pool *pool,
					   enum rcg_resource resource, s64 amount, bool object)
{
	struct rdmacg_oot_pool *p = pool;
	bool peak = false;
	int ret;

	do {
		if (object && unlikely(!rcg_counter_try_add(rcg_counter_of(p, RCG_HCA_OBJECT),
							    amount, &peak)))
			return rcg_charge_over(pool, p, RCG_HCA_OBJECT, resource, amount);
		if (unlikely(!rcg_counter_try_add(rcg_counter_of(p, resource), amount, &peak)))
			return rcg_charge_over(pool, p, resource, resource, amount);
		p = p->parent;
	} while (p);
	if (object && unlikely(READ_ONCE(rcg_nr_rates))) {
		ret = rcg_rate_charge(pool, resource, amount);
		if (ret)
			return ret;
	}
	if (unlikely(peak))
		rcg_raise_peaks(pool, resource);
	return 0;
}

/* rcg_pool_charge(), inline */
static __always_inline int __rcg_pool_charge(struct rdmacg_oot_pool *pool,
					     enum rcg_resource resource, s64 amount)
{
	return rcg_is_kind(resource) ? rcg_charge_walk(pool, resource, amount, true) :
				       rcg_charge_walk(pool, resource, amount, false);
}

static __always_inline void rcg_uncharge_walk(struct rdmacg_oot_pool *pool,
					      const struct rdmacg_oot_pool *stop,
					      enum rcg_resource resource, s64 amount, bool object)
{
	for (; pool != stop; pool = pool->parent) {
		if (object)
			rcg_counter_sub(rcg_counter_of(pool, RCG_HCA_OBJECT), amount);
		rcg_counter_sub(rcg_counter_of(pool, resource), amount);
	}
}

/* Take a charge from @pool and from each pool above it, up to but not including @stop. */
static __always_inline void rcg_uncharge_to(struct rdmacg_oot_pool *pool,
					    const struct rdmacg_oot_pool *stop,
					    enum rcg_resource resource, s64 amount)
{
	if (rcg_is_kind(resource))
		rcg_uncharge_walk(pool, stop, resource, amount, true);
	else
		rcg_uncharge_walk(pool, stop, resource, amount, false);
}

/* rcg_pool_uncharge(), inline */
static __always_inline void __rcg_pool_uncharge(struct rdmacg_oot_pool *pool,
						enum rcg_resource resource, s64 amount)
{
	rcg_uncharge_to(pool, NULL, resource, amount);
	rcg_pool_put(pool);
}

#endif /* RCG_CHARGE_H */
