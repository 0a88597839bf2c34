/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files room (files_): which files a cgroup has, and the notification of those
 * that watch one of them. Where the files are is up to the observers of the
 * hierarchy, cgroupfs/ and debugfs/.
 *
 * A new file is a new row in files.c.
 */
#ifndef RCG_FILES_H
#define RCG_FILES_H

#include <linux/types.h>

struct rcg_group;
struct rcg_keys;
struct seq_file;

/* Files that change by themselves, and whose watchers are told */
enum files_watched {
	FILES_EVENTS,
	FILES_EVENTS_LOCAL,
	FILES_TYPES_EVENTS,
	FILES_TYPES_EVENTS_LOCAL,
	FILES_RATE_EVENTS,
	FILES_NR_WATCHED,
};

/* For &files_row.watched of a file that changes only when somebody writes it, or not at all */
#define FILES_UNWATCHED	-1

/**
 * struct files_row - a file that cgroups have
 * @name: its name
 * @mode: its mode
 * @on_root: whether the root has it too
 * @watched: its &enum files_watched, or FILES_UNWATCHED
 * @keys: the resources that are its keys, handed to the functions below, or NULL
 * @show: prints it; may sleep
 * @write: does what a line says that was written to the file; may change the line and
 *         sleep. Returns 0 or an error. NULL for a file that cannot be written
 */
struct files_row {
	const char		*name;
	umode_t			mode;
	bool			on_root;
	int			watched;
	const struct rcg_keys	*keys;
	void			(*show)(struct seq_file *seq, struct rcg_group *group,
					const struct rcg_keys *keys);
	int			(*write)(struct rcg_group *group, const struct rcg_keys *keys,
					 char *line);
};

#define FILES_NR	14

/* files.c */
extern const struct files_row files_table[FILES_NR];

/* denied.c */
void files_denied_show(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys);
void files_denied_start(void);

/* notify.c */
void files_notify_start(void);
void files_notify_flush(void);

#endif /* RCG_FILES_H */
