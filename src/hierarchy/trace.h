/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When there is an event of trace/events.h. Inline is only the question whether somebody traces:
 * if not, an instruction that does nothing, where the kernel has static keys.
 */
#ifndef RCG_HIERARCHY_TRACE_H
#define RCG_HIERARCHY_TRACE_H

#include "controller/controller.h"
#include "trace/events.h"

/* trace.c */
void __hierarchy_trace_charge(const struct rdmacg_oot_pool *pool, enum rcg_resource resource,
			      s64 amount);
void __hierarchy_trace_uncharge(const struct rdmacg_oot_pool *pool, enum rcg_resource resource,
				s64 amount);
void __hierarchy_trace_deny(const struct rcg_denial *denial);

/**
 * hierarchy_trace_charge - tell tracers that a charge was made
 * @pool: what was charged, referenced by the charge
 * @resource: of what; a kind of object as one of hca_object, too
 * @amount: how much
 *
 * Context: any.
 */
static __always_inline void hierarchy_trace_charge(const struct rdmacg_oot_pool *pool,
						   enum rcg_resource resource, s64 amount)
{
	if (trace_rdmacg_charge_enabled())
		__hierarchy_trace_charge(pool, resource, amount);
}

/**
 * hierarchy_trace_uncharge - tell tracers that a charge is about to be given back
 * @pool: what was charged, still referenced by the charge
 * @resource: of what; a kind of object as one of hca_object, too
 * @amount: how much
 *
 * Context: any.
 */
static __always_inline void hierarchy_trace_uncharge(const struct rdmacg_oot_pool *pool,
						     enum rcg_resource resource, s64 amount)
{
	if (trace_rdmacg_uncharge_enabled())
		__hierarchy_trace_uncharge(pool, resource, amount);
}

/**
 * hierarchy_trace_deny - tell tracers that a limit was in the way
 * @denial: of what
 *
 * Context: process, in the task that made the request.
 */
static inline void hierarchy_trace_deny(const struct rcg_denial *denial)
{
	if (trace_rdmacg_deny_enabled())
		__hierarchy_trace_deny(denial);
}

#endif /* RCG_HIERARCHY_TRACE_H */
