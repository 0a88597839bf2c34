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
		.show = rcg_show_max,
		.write = rcg_limits_write,
	}, {
		.name = "rdma.current",
		.mode = 0444,
		.on_root = true,
		.watched = FILES_UNWATCHED,
		.show = rcg_show_current,
	}, {
		.name = "rdma.peak",
		.mode = 0444,
		.on_root = true,
		.watched = FILES_UNWATCHED,
		.show = rcg_show_peak,
	}, {
		.name = "rdma.events",
		.mode = 0444,
		.watched = FILES_EVENTS,
		.show = rcg_show_events,
	}, {
		.name = "rdma.events.local",
		.mode = 0444,
		.watched = FILES_EVENTS_LOCAL,
		.show = rcg_show_events_local,
	},
};
