// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of a cgroup: rows of one table.
 */
#include "controller/controller.h"
#include "files.h"

const struct files_row files_table[FILES_NR] = {
	{
		.name = "rdma.max",
		.mode = 0644,
		.watched = FILES_UNWATCHED,
		.keys = &rcg_keys,
		.show = rcg_show_max,
		.write = rcg_limits_write,
	}, {
		.name = "rdma.current",
		.mode = 0444,
		.on_root = true,
		.watched = FILES_UNWATCHED,
		.keys = &rcg_keys,
		.show = rcg_show_current,
	}, {
		.name = "rdma.peak",
		.mode = 0444,
		.on_root = true,
		.watched = FILES_UNWATCHED,
		.keys = &rcg_keys,
		.show = rcg_show_peak,
	}, {
		.name = "rdma.events",
		.mode = 0444,
		.watched = FILES_EVENTS,
		.keys = &rcg_keys,
		.show = rcg_show_events,
	}, {
		.name = "rdma.events.local",
		.mode = 0444,
		.watched = FILES_EVENTS_LOCAL,
		.keys = &rcg_keys,
		.show = rcg_show_events_local,
	}, {
		.name = "rdma.types.max",
		.mode = 0644,
		.watched = FILES_UNWATCHED,
		.keys = &rcg_types_keys,
		.show = rcg_show_max,
		.write = rcg_limits_write,
	}, {
		.name = "rdma.types.current",
		.mode = 0444,
		.on_root = true,
		.watched = FILES_UNWATCHED,
		.keys = &rcg_types_keys,
		.show = rcg_show_current,
	}, {
		.name = "rdma.types.peak",
		.mode = 0444,
		.on_root = true,
		.watched = FILES_UNWATCHED,
		.keys = &rcg_types_keys,
		.show = rcg_show_peak,
	}, {
		.name = "rdma.types.events",
		.mode = 0444,
		.watched = FILES_TYPES_EVENTS,
		.keys = &rcg_types_keys,
		.show = rcg_show_events,
	}, {
		.name = "rdma.types.events.local",
		.mode = 0444,
		.watched = FILES_TYPES_EVENTS_LOCAL,
		.keys = &rcg_types_keys,
		.show = rcg_show_events_local,
	}, {
		.name = "rdma.child.max",
		.mode = 0644,
		.on_root = true,
		.watched = FILES_UNWATCHED,
		.keys = &rcg_all_keys,
		.show = rcg_child_show,
		.write = rcg_child_write,
	}, {
		.name = "rdma.denied",
		.mode = 0444,
		.on_root = true,
		.watched = FILES_UNWATCHED,
		.show = files_denied_show,
	},
};
