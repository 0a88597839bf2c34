// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of a cgroup: rows of one table.
 */
#include "controller/controller.h"
#include "files.h"

#define RW	0644
#define RO	0444
#define BELOW	FILES_BELOW
#define ALL	FILES_ALL
#define STILL	FILES_UNWATCHED

const struct files_row files_table[FILES_NR] = {
	{ "rdma.max", RW, BELOW, STILL, &rcg_keys, rcg_show_max, rcg_limits_write },
	{ "rdma.current", RO, ALL, STILL, &rcg_keys, rcg_show_current },
	{ "rdma.peak", RO, ALL, STILL, &rcg_keys, rcg_show_peak },
	{ "rdma.events", RO, BELOW, FILES_EVENTS, &rcg_keys, rcg_show_events },
	{ "rdma.events.local", RO, BELOW, FILES_EVENTS_LOCAL, &rcg_keys, rcg_show_events_local },
	{ "rdma.types.max", RW, BELOW, STILL, &rcg_types_keys, rcg_show_max, rcg_limits_write },
	{ "rdma.types.current", RO, ALL, STILL, &rcg_types_keys, rcg_show_current },
	{ "rdma.types.peak", RO, ALL, STILL, &rcg_types_keys, rcg_show_peak },
	{ "rdma.types.events", RO, BELOW, FILES_TYPES_EVENTS, &rcg_types_keys, rcg_show_events },
	{ "rdma.types.events.local", RO, BELOW, FILES_TYPES_EVENTS_LOCAL, &rcg_types_keys,
	  rcg_show_events_local },
	{ "rdma.rate.max", RW, BELOW, STILL, &rcg_rate_keys, rcg_show_max, rcg_limits_write },
	{ "rdma.rate.events", RO, BELOW, FILES_RATE_EVENTS, &rcg_rate_keys, rcg_show_events },
	{ "rdma.child.max", RW, ALL, STILL, &rcg_all_keys, rcg_child_show, rcg_child_write },
	{ "rdma.capacity", RO, FILES_ROOT, STILL, &rcg_types_keys, rcg_show_capacity },
	{ "rdma.denied", RO, ALL, STILL, NULL, files_denied_show },
	{ "rdma.owners", RO, ALL, STILL, NULL, files_owners_show },
};
