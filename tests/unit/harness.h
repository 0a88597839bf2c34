/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all tests of the controller share: a tree of groups, devices and
 * charges that are made in one line each, and looked at in one line.
 *
 * A test need not clean up: at its end all charges that are left are given
 * back, devices unplugged and groups removed, and then nothing may be left in
 * memory and no warning may have been given.
 */
#ifndef UNIT_HARNESS_H
#define UNIT_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include "controller/controller.h"
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/seq_file.h>
#include <cmocka.h>

#define HANDLE	RCG_HCA_HANDLE
#define OBJECT	RCG_HCA_OBJECT
/* A kind: each is one of OBJECT, too */
#define QP	RCG_QP

/* A charge that has been made. */
struct charge {
	struct rdmacg_oot_pool	*pool;
	enum rcg_resource	resource;
	s64			amount;
};

typedef void (*show_fn)(struct seq_file *seq, struct rcg_group *group,
			const struct rcg_keys *keys);

typedef int (*write_fn)(struct rcg_group *group, const struct rcg_keys *keys, char *line);

/* Groups: made with mkdir's reference, which rmdir drops. */
struct rcg_group *group_mkdir(struct rcg_group *parent);
void group_rmdir(struct rcg_group *group);
unsigned long groups_in_memory(void);

/* Devices: unplugging unregisters and frees. */
struct rdmacg_oot_device *device_plug(const char *name, u32 index);
struct rdmacg_oot_device *device_plug_with(const char *name, u32 index,
					   const struct rcg_capacity *capacity);
void device_unplug(struct rdmacg_oot_device *device);
void device_rename(struct rdmacg_oot_device *device, const char *name);

/* Charges, as the hierarchy room makes them. @charge may be NULL. */
int charge(struct charge **charge, struct rcg_group *group, struct rdmacg_oot_device *device,
	   enum rcg_resource resource, s64 amount);
void uncharge(struct charge *charge);

/* What the pool of a group on a device says; where there is none, as if it were idle. */
bool pool_exists(struct rcg_group *group, struct rdmacg_oot_device *device);
s64 usage(struct rcg_group *group, struct rdmacg_oot_device *device,
	  enum rcg_resource resource);
s64 peak(struct rcg_group *group, struct rdmacg_oot_device *device,
	 enum rcg_resource resource);
s64 limit(struct rcg_group *group, struct rdmacg_oot_device *device,
	  enum rcg_resource resource);
s64 event(struct rcg_group *group, struct rdmacg_oot_device *device,
	  enum rcg_resource resource, enum rcg_event event);

/* Files. What these return is valid until the end of the test. */
int write_file(write_fn fn, struct rcg_group *group, const struct rcg_keys *keys, const char *line);
int write_max(struct rcg_group *group, const char *line);
/* The limits of rdma.max and of rdma.types.max in one line */
int write_all(struct rcg_group *group, const char *line);
const char *show(show_fn fn, struct rcg_group *group);
const char *show_keys(show_fn fn, struct rcg_group *group, const struct rcg_keys *keys);
const char *snapshot(void);

/* Pools in memory, after all grace periods that are under way. */
unsigned long pools_in_memory(void);

int test_setup(void **state);
int test_teardown(void **state);

#define TEST(function) cmocka_unit_test_setup_teardown(function, test_setup, test_teardown)
#define RUN(tests) cmocka_run_group_tests(tests, NULL, NULL)

#endif /* UNIT_HARNESS_H */
