/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The trace room: the events of the tracepoint system "rdmacg_oot", for perf, trace-cmd and
 * bpftrace. hierarchy/trace.c says when there is one, and finds out what is in it.
 *
 * What is the same in all of them:
 *
 *	cgroup, cgroup_id	the cgroup that is charged: its path from the root of its
 *				hierarchy, and the inode number of its directory. A cgroup that
 *				has been removed has no path, and 0 for a number
 *	device			the name of the device; none if it has been unregistered
 *	resource		a key of rdma.max or of rdma.types.max; or hca_object/s, that of
 *				rdma.rate.max, which has no usage
 *	amount			how much of it
 *	usage, limit		of that cgroup, or in rdmacg_deny of the one whose limit was in the
 *				way; usage with this charge, or without it if it is given back or
 *				refused
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM rdmacg_oot

#if !defined(RCG_TRACE_EVENTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define RCG_TRACE_EVENTS_H

#include <linux/sched.h>
#include <linux/tracepoint.h>

#include "compat/trace.h"

DECLARE_EVENT_CLASS(rdmacg_usage,

	TP_PROTO(u64 cgroup_id, const char *cgroup, const char *device, const char *resource,
		 s64 amount, s64 usage, s64 limit),

	TP_ARGS(cgroup_id, cgroup, device, resource, amount, usage, limit),

	TP_STRUCT__entry(
		__field(u64, cgroup_id)
		__field(s64, amount)
		__field(s64, usage)
		__field(s64, limit)
		__string(cgroup, cgroup)
		__string(device, device)
		__string(resource, resource)
	),

	TP_fast_assign(
		__entry->cgroup_id = cgroup_id;
		__entry->amount = amount;
		__entry->usage = usage;
		__entry->limit = limit;
		compat_assign_str(cgroup, cgroup);
		compat_assign_str(device, device);
		compat_assign_str(resource, resource);
	),

	TP_printk("device=%s resource=%s amount=%lld usage=%lld limit=%lld cgroup_id=%llu cgroup=%s",
		  __get_str(device), __get_str(resource), __entry->amount, __entry->usage,
		  __entry->limit, __entry->cgroup_id, __get_str(cgroup))
);

/* A charge was made: one event for each resource in it. */
DEFINE_EVENT(rdmacg_usage, rdmacg_charge,

	TP_PROTO(u64 cgroup_id, const char *cgroup, const char *device, const char *resource,
		 s64 amount, s64 usage, s64 limit),

	TP_ARGS(cgroup_id, cgroup, device, resource, amount, usage, limit)
);

/* A charge is given back: the same number of events, of the same cgroup. */
DEFINE_EVENT(rdmacg_usage, rdmacg_uncharge,

	TP_PROTO(u64 cgroup_id, const char *cgroup, const char *device, const char *resource,
		 s64 amount, s64 usage, s64 limit),

	TP_ARGS(cgroup_id, cgroup, device, resource, amount, usage, limit)
);

/*
 * A limit was in the way, of limit_cgroup: what is in rdma.denied. pid is the process, as there,
 * where common_pid is the thread. With refused=0 it was only counted (module parameter
 * "enforce"), and rdmacg_charge follows.
 */
TRACE_EVENT(rdmacg_deny,

	TP_PROTO(u64 cgroup_id, const char *cgroup, const char *device, const char *resource,
		 s64 amount, s64 usage, s64 limit, u64 limit_cgroup_id, const char *limit_cgroup,
		 bool refused),

	TP_ARGS(cgroup_id, cgroup, device, resource, amount, usage, limit, limit_cgroup_id,
		limit_cgroup, refused),

	TP_STRUCT__entry(
		__field(u64, cgroup_id)
		__field(u64, limit_cgroup_id)
		__field(s64, amount)
		__field(s64, usage)
		__field(s64, limit)
		__field(pid_t, pid)
		__field(bool, refused)
		__array(char, comm, TASK_COMM_LEN)
		__string(cgroup, cgroup)
		__string(limit_cgroup, limit_cgroup)
		__string(device, device)
		__string(resource, resource)
	),

	TP_fast_assign(
		__entry->cgroup_id = cgroup_id;
		__entry->limit_cgroup_id = limit_cgroup_id;
		__entry->amount = amount;
		__entry->usage = usage;
		__entry->limit = limit;
		__entry->pid = current->tgid;
		__entry->refused = refused;
		memcpy(__entry->comm, current->comm, TASK_COMM_LEN);
		compat_assign_str(cgroup, cgroup);
		compat_assign_str(limit_cgroup, limit_cgroup);
		compat_assign_str(device, device);
		compat_assign_str(resource, resource);
	),

	TP_printk("pid=%d comm=%s device=%s resource=%s amount=%lld usage=%lld limit=%lld refused=%d limit_cgroup_id=%llu limit_cgroup=%s cgroup_id=%llu cgroup=%s",
		  __entry->pid, __entry->comm, __get_str(device), __get_str(resource),
		  __entry->amount, __entry->usage, __entry->limit, __entry->refused,
		  __entry->limit_cgroup_id, __get_str(limit_cgroup), __entry->cgroup_id,
		  __get_str(cgroup))
);

#endif /* RCG_TRACE_EVENTS_H */

/* Found through -I, since define_trace.h is in another tree. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH trace
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE events
#include <trace/define_trace.h>
