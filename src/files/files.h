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

#include <linux/bitops.h>
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

/* Which cgroups have a file */
enum files_place {
	FILES_BELOW	= BIT(0),	/* all but the root */
	FILES_ROOT	= BIT(1),	/* the root */
	FILES_ALL	= FILES_BELOW | FILES_ROOT,
};

/* For &files_row.watched of a file that changes only when somebody writes it, or not at all */
#define FILES_UNWATCHED	-1

/**
 * struct files_row - a file that cgroups have
 * @name: its name
 * @mode: its mode
 * @place: which cgroups have it
 * @watched: its &enum files_watched, or FILES_UNWATCHED
 * @keys: the resources that are its keys, handed to the functions below, or NULL
 * @show: prints it; may sleep
 * @write: does what a line says that was written to the file; may change the line and
 *         sleep. Returns 0 or an error. NULL for a file that cannot be written
 */
struct files_row {
	const char		*name;
	umode_t			mode;
	enum files_place	place;
	int			watched;
	const struct rcg_keys	*keys;
	void			(*show)(struct seq_file *seq, struct rcg_group *group,
					const struct rcg_keys *keys);
	int			(*write)(struct rcg_group *group, const struct rcg_keys *keys,
					 char *line);
};

#define FILES_NR	16

/* files.c */
extern const struct files_row files_table[FILES_NR];

/**
 * files_has - has a cgroup this file?
 * @is_root: whether it is the root
 * @row: the file
 *
 * Context: any.
 * Return: true if so.
 */
static inline bool files_has(bool is_root, const struct files_row *row)
{
	return row->place & (is_root ? FILES_ROOT : FILES_BELOW);
}

/* denied.c */
void files_denied_show(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys);
void files_denied_start(void);

/* owners.c */
void files_owners_show(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys);

/* notify.c */
void files_notify_start(void);
void files_notify_flush(void);

#endif /* RCG_FILES_H */
