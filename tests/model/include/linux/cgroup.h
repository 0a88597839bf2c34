/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in for src/hierarchy/charge.c, which the model compiles as it is. That
 * has no business with struct cgroup, nor with its differences between kernels.
 */
#ifndef MODEL_CGROUP_H
#define MODEL_CGROUP_H

#define RCG_COMPAT_CGROUP_H

struct cgroup;

/* What finds the node of the current task's cgroup is another stand-in. */
#define RCG_HIERARCHY_CURRENT_H

struct rcg_group *hierarchy_current(void);

/* Nobody traces. */
#define RCG_HIERARCHY_TRACE_H

#define hierarchy_trace_charge(pool, resource, amount)	do { } while (0)
#define hierarchy_trace_uncharge(pool, resource, amount)	do { } while (0)

#endif /* MODEL_CGROUP_H */
