// SPDX-License-Identifier: GPL-2.0-only
/*
 * rdma.child.max: the limits that cgroups to come begin with.
 *
 *	{DEVICE|*} KEY={NUMBER|max|N%} ...
 *
 * A line is written to a group's file; each group that is made below it afterwards takes a
 * reference to all of them. They are the limits of a pool of that group for as long as
 * nobody writes others, from the moment that the pool is made: so a device that comes
 * later, or comes back, has them too, and a group without a charge needs no memory for
 * them.
 *
 * A percentage stays one in these lines, since each device has a number of its own. A
 * device whose driver does not say it has no limit by it.
 *
 * Such a set of lines never changes. A write makes a new one in its place, and the groups
 * that have been made before keep the old one.
 */
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "controller.h"

/* Stands for every device. */
#define ANY_DEVICE	"*"

/*
 * struct defaults_row - the limits of one line
 * @device: a device's name, or ANY_DEVICE, which is the first row
 * @given: bit per resource: has a limit
 * @percent: bit per resource: the limit is a percentage of a device's capacity
 * @max: the limits, by resource
 */
struct defaults_row {
	char		device[RCG_DEVICE_NAME_MAX];
	unsigned long	given;
	unsigned long	percent;
	s64		max[RCG_NR_RESOURCES];
};

/*
 * struct rcg_defaults - what is written in one rdma.child.max
 * @refs: that group's, and those of the groups made below it meanwhile
 * @nr: rows
 * @row: the first is ANY_DEVICE's, perhaps without a limit
 */
struct rcg_defaults {
	refcount_t		refs;
	unsigned int		nr;
	struct defaults_row	row[];
};

static const struct defaults_row *row_of(const struct rcg_defaults *defaults, const char *device)
{
	unsigned int i;

	for (i = 0; defaults && i < defaults->nr; i++)
		if (!strcmp(defaults->row[i].device, device))
			return &defaults->row[i];
	return NULL;
}

static void take_over(s64 *max, const struct rdmacg_oot_device *device,
		      const struct defaults_row *row)
{
	int i;

	if (!row)
		return;
	for_each_set_bit(i, &row->given, RCG_NR_RESOURCES)
		max[i] = row->percent & BIT(i) ? rcg_capacity_part(device, i, row->max[i]) :
						 row->max[i];
}

/**
 * rcg_defaults - the limits of a group on a device while nobody has written others
 * @group: the group
 * @device: the device
 * @max: set to the limits, by resource
 *
 * Context: rcg_lock is held.
 */
void rcg_defaults(const struct rcg_group *group, const struct rdmacg_oot_device *device, s64 *max)
{
	int i;

	lockdep_assert_held(&rcg_lock);
	for (i = 0; i < RCG_NR_RESOURCES; i++)
		max[i] = rcg_resource_types[i].max;
	take_over(max, device, row_of(group->defaults, ANY_DEVICE));
	take_over(max, device, row_of(group->defaults, device->name));
}

/**
 * rcg_defaults_inherit - have a new group begin with what its parent says
 * @group: the group, which nobody else sees yet
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_defaults_inherit(struct rcg_group *group)
{
	group->defaults = group->child_defaults = NULL;
	if (!group->parent || !READ_ONCE(group->parent->child_defaults))
		return;
	mutex_lock(&rcg_lock);
	group->defaults = group->parent->child_defaults;
	if (group->defaults)
		refcount_inc(&group->defaults->refs);
	mutex_unlock(&rcg_lock);
}

/**
 * rcg_defaults_put - drop a reference
 * @defaults: what is referenced, or NULL
 *
 * Context: any.
 */
void rcg_defaults_put(struct rcg_defaults *defaults)
{
	if (defaults && refcount_dec_and_test(&defaults->refs))
		kfree(defaults);
}

/* Does a key say what is so without it? */
static bool is_needless(const struct defaults_row *any, const struct defaults_row *row, int resource)
{
	return row->max[resource] == rcg_resource_types[resource].max &&
	       (row == any || !(any->given & BIT(resource)));
}

/* Take out the keys that are needless, and rows without keys. The row of ANY_DEVICE is first. */
static void defaults_tidy(struct rcg_defaults *defaults)
{
	unsigned int i, nr = 0;
	int resource;

	for (i = 0; i < defaults->nr; i++) {
		struct defaults_row *row = &defaults->row[i];

		for (resource = 0; resource < RCG_NR_RESOURCES; resource++)
			if (is_needless(&defaults->row[0], row, resource))
				row->given &= ~BIT(resource);
		if (i == 0 || row->given)
			memmove(&defaults->row[nr++], row, sizeof(*row));
	}
	defaults->nr = nr;
}

/* @new, which has room for a row more, becomes @old with @line's limits. */
static void defaults_merge(struct rcg_defaults *new, const struct rcg_defaults *old,
			   const struct rcg_limits *line)
{
	struct defaults_row *row;
	int i;

	refcount_set(&new->refs, 1);
	if (old) {
		memcpy(new->row, old->row, old->nr * sizeof(old->row[0]));
		new->nr = old->nr;
	} else {
		snprintf(new->row[0].device, sizeof(new->row[0].device), ANY_DEVICE);
		new->nr = 1;
	}
	row = (struct defaults_row *)row_of(new, line->device);
	if (!row) {
		row = &new->row[new->nr++];
		memset(row, 0, sizeof(*row));
		snprintf(row->device, sizeof(row->device), "%s", line->device);
	}
	for_each_set_bit(i, &line->given, RCG_NR_RESOURCES)
		row->max[i] = line->max[i];
	row->given |= line->given;
	row->percent = (row->percent & ~line->given) | line->percent;
	defaults_tidy(new);
}

/*
 * Put @new, which has room for @nr rows, in the place of the group's. Returns what was there,
 * for the caller to put.
 */
static struct rcg_defaults *child_write_locked(struct rcg_group *group,
					       const struct rcg_limits *line,
					       struct rcg_defaults *new, unsigned int nr)
{
	struct rcg_defaults *old = group->child_defaults;
	struct rdmacg_oot_device *device = rcg_device_lookup(line->device, false, 0);

	if (group->offline)
		return ERR_PTR(-ENODEV);
	if (strcmp(line->device, ANY_DEVICE) && !row_of(old, line->device) &&
	    device == ERR_PTR(-ENODEV))
		return ERR_PTR(-ENODEV);
	if (!IS_ERR(device) && rcg_capacity_check(device, line->percent))
		return ERR_PTR(-ENODATA);
	if (nr < (old ? old->nr : 1) + 1)
		return ERR_PTR(-ENOBUFS);
	defaults_merge(new, old, line);
	WRITE_ONCE(group->child_defaults, new);
	return old;
}

/**
 * rcg_child_write - do what a line written to rdma.child.max says
 * @group: the group whose file it is
 * @keys: the resources that it may name
 * @line: the line, ended by a NUL; changed in parsing
 *
 * Context: process, may sleep; takes rcg_lock.
 * Return: 0, or with nothing changed: -EINVAL for a line that is not of the grammar or
 * has an index, else -ENODEV (no such device, or the group's cgroup is gone), -ENODATA (a
 * percentage of what its driver does not say), -ENAMETOOLONG, -ENOMEM.
 */
int rcg_child_write(struct rcg_group *group, const struct rcg_keys *keys, char *line)
{
	struct rcg_defaults *new = NULL, *old;
	struct rcg_limits limits;
	unsigned int nr = 1;
	int ret;

	ret = rcg_limits_parse(line, keys, &limits);
	if (ret || limits.has_index)
		return ret ?: -EINVAL;
	if (strlen(limits.device) >= RCG_DEVICE_NAME_MAX)
		return -ENAMETOOLONG;
	do {
		nr++;
		kfree(new);
		new = kzalloc(sizeof(*new) + nr * sizeof(new->row[0]), GFP_KERNEL_ACCOUNT);
		if (!new)
			return -ENOMEM;
		mutex_lock(&rcg_lock);
		old = child_write_locked(group, &limits, new, nr);
		mutex_unlock(&rcg_lock);
	} while (old == ERR_PTR(-ENOBUFS));
	if (IS_ERR(old)) {
		kfree(new);
		return PTR_ERR(old);
	}
	rcg_defaults_put(old);
	return 0;
}

/**
 * rcg_child_show - print rdma.child.max
 * @seq: where to
 * @group: whose
 * @keys: of which resources
 *
 * Context: process, may sleep; takes rcg_lock.
 */
void rcg_child_show(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys)
{
	const struct rcg_defaults *defaults;
	unsigned int i;
	int resource;

	mutex_lock(&rcg_lock);
	defaults = group->child_defaults;
	for (i = 0; defaults && i < defaults->nr; i++) {
		const struct defaults_row *row = &defaults->row[i];

		if (!row->given)
			continue;
		seq_puts(seq, row->device);
		for_each_set_bit(resource, &row->given, RCG_NR_RESOURCES) {
			rcg_show_value(seq, resource, row->max[resource]);
			if (row->percent & BIT(resource))
				seq_putc(seq, '%');
		}
		seq_putc(seq, '\n');
	}
	mutex_unlock(&rcg_lock);
}
