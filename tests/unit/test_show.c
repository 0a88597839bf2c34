// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices in the files: the exact text of each file, and the index that
 * distinguishes devices of the same name.
 */
#include <linux/string.h>

#include "harness.h"

#define NOTHING_MAX	"rxe0 hca_handle=max hca_object=max \n"
#define NOTHING		"rxe0 hca_handle=0 hca_object=0 \n"
#define NO_EVENTS	"rxe0 hca_handle.max=0 hca_handle.alloc_fail=0 " \
			"hca_object.max=0 hca_object.alloc_fail=0\n"

static struct rcg_group *root, *group, *child;

static int show_setup(void **state)
{
	int ret = test_setup(state);

	root = group_mkdir(NULL);
	group = group_mkdir(root);
	child = group_mkdir(group);
	return ret;
}

static void files_are_empty_without_devices(void **state)
{
	assert_string_equal(show(rcg_show_max, group), "");
	assert_string_equal(show(rcg_show_current, group), "");
	assert_string_equal(show(rcg_show_peak, group), "");
	assert_string_equal(show(rcg_show_events, group), "");
	assert_string_equal(show(rcg_show_events_local, group), "");
}

static void device_without_pool_shows_defaults(void **state)
{
	device_plug("rxe0", 0);
	assert_string_equal(show(rcg_show_max, group), NOTHING_MAX);
	assert_string_equal(show(rcg_show_current, group), NOTHING);
	assert_string_equal(show(rcg_show_peak, group), NOTHING);
	assert_string_equal(show(rcg_show_events, group), NO_EVENTS);
	assert_string_equal(show(rcg_show_events_local, group), NO_EVENTS);
}

static void idle_pool_shows_the_same_as_none(void **state)
{
	struct rdmacg_oot_device *rxe0 = device_plug("rxe0", 0);

	assert_int_equal(write_max(child, "rxe0 hca_handle=5"), 0);
	assert_true(pool_exists(group, rxe0));
	assert_string_equal(show(rcg_show_max, group), NOTHING_MAX);
	assert_string_equal(show(rcg_show_current, group), NOTHING);
	assert_string_equal(show(rcg_show_peak, group), NOTHING);
	assert_string_equal(show(rcg_show_events, group), NO_EVENTS);
	assert_string_equal(show(rcg_show_events_local, group), NO_EVENTS);
}

static void each_file_shows_its_own_numbers(void **state)
{
	struct rdmacg_oot_device *rxe0 = device_plug("rxe0", 0);
	struct charge *c;
	int i;

	assert_int_equal(write_max(group, "rxe0 hca_handle=2 hca_object=50"), 0);
	assert_int_equal(charge(&c, group, rxe0, HANDLE, 1), 0);
	assert_int_equal(charge(NULL, child, rxe0, HANDLE, 1), 0);
	uncharge(c);
	assert_int_equal(charge(&c, child, rxe0, OBJECT, 41), 0);
	uncharge(c);
	assert_int_equal(charge(NULL, child, rxe0, OBJECT, 30), 0);
	for (i = 0; i < 3; i++)
		assert_int_equal(charge(NULL, child, rxe0, HANDLE, 2), -EAGAIN);
	for (i = 0; i < 4; i++)
		assert_int_equal(charge(NULL, group, rxe0, OBJECT, 21), -EAGAIN);

	assert_string_equal(show(rcg_show_max, group), "rxe0 hca_handle=2 hca_object=50 \n");
	assert_string_equal(show(rcg_show_current, group), "rxe0 hca_handle=1 hca_object=30 \n");
	assert_string_equal(show(rcg_show_peak, group), "rxe0 hca_handle=2 hca_object=41 \n");
	assert_string_equal(show(rcg_show_events, group),
			    "rxe0 hca_handle.max=3 hca_handle.alloc_fail=3 "
			    "hca_object.max=4 hca_object.alloc_fail=4\n");
	assert_string_equal(show(rcg_show_events_local, group),
			    "rxe0 hca_handle.max=3 hca_handle.alloc_fail=0 "
			    "hca_object.max=4 hca_object.alloc_fail=4\n");

	assert_string_equal(show(rcg_show_max, child), NOTHING_MAX);
	assert_string_equal(show(rcg_show_current, child), "rxe0 hca_handle=1 hca_object=30 \n");
	assert_string_equal(show(rcg_show_peak, child), "rxe0 hca_handle=1 hca_object=41 \n");
	assert_string_equal(show(rcg_show_events, child),
			    "rxe0 hca_handle.max=0 hca_handle.alloc_fail=3 "
			    "hca_object.max=0 hca_object.alloc_fail=0\n");
	assert_string_equal(show(rcg_show_events_local, child),
			    "rxe0 hca_handle.max=0 hca_handle.alloc_fail=3 "
			    "hca_object.max=0 hca_object.alloc_fail=0\n");

	assert_string_equal(show(rcg_show_current, root), "rxe0 hca_handle=1 hca_object=30 \n");
	assert_string_equal(show(rcg_show_peak, root), "rxe0 hca_handle=2 hca_object=41 \n");
}

static void one_limit_shows_beside_max(void **state)
{
	device_plug("rxe0", 0);
	assert_int_equal(write_max(group, "rxe0 hca_handle=0"), 0);
	assert_string_equal(show(rcg_show_max, group), "rxe0 hca_handle=0 hca_object=max \n");
	assert_int_equal(write_max(group, "rxe0 hca_handle=max hca_object=0x10"), 0);
	assert_string_equal(show(rcg_show_max, group), "rxe0 hca_handle=max hca_object=16 \n");
}

static void usage_and_peak_of_s32_max_show_as_max(void **state)
{
	struct rdmacg_oot_device *rxe0 = device_plug("rxe0", 0);

	assert_int_equal(charge(NULL, group, rxe0, OBJECT, S32_MAX), 0);
	assert_string_equal(show(rcg_show_current, group), "rxe0 hca_handle=0 hca_object=max \n");
	assert_string_equal(show(rcg_show_peak, group), "rxe0 hca_handle=0 hca_object=max \n");
}

static void devices_show_in_order_of_registration(void **state)
{
	struct rdmacg_oot_device *first = device_plug("rxe1", 1);
	struct rdmacg_oot_device *second = device_plug("mlx5_0", 0);

	device_plug("rxe0", 2);
	assert_int_equal(charge(NULL, group, second, OBJECT, 2), 0);
	assert_string_equal(show(rcg_show_current, group),
			    "rxe1 hca_handle=0 hca_object=0 \n"
			    "mlx5_0 hca_handle=0 hca_object=2 \n"
			    "rxe0 hca_handle=0 hca_object=0 \n");
	device_unplug(first);
	device_plug("rxe1", 3);
	assert_string_equal(show(rcg_show_events, group),
			    "mlx5_0 hca_handle.max=0 hca_handle.alloc_fail=0 "
			    "hca_object.max=0 hca_object.alloc_fail=0\n"
			    "rxe0 hca_handle.max=0 hca_handle.alloc_fail=0 "
			    "hca_object.max=0 hca_object.alloc_fail=0\n"
			    "rxe1 hca_handle.max=0 hca_handle.alloc_fail=0 "
			    "hca_object.max=0 hca_object.alloc_fail=0\n");
}

static void devices_of_one_name_show_their_index(void **state)
{
	struct rdmacg_oot_device *twin;

	device_plug("rxe0", 0);
	device_plug("mlx5_0", 7);
	twin = device_plug("rxe0", U32_MAX);
	assert_int_equal(write_max(group, "rxe0 index=4294967295 hca_handle=5"), 0);
	assert_string_equal(show(rcg_show_max, group),
			    "rxe0 index=0 hca_handle=max hca_object=max \n"
			    "mlx5_0 hca_handle=max hca_object=max \n"
			    "rxe0 index=4294967295 hca_handle=5 hca_object=max \n");
	assert_string_equal(show(rcg_show_events_local, group),
			    "rxe0 index=0 hca_handle.max=0 hca_handle.alloc_fail=0 "
			    "hca_object.max=0 hca_object.alloc_fail=0\n"
			    "mlx5_0 hca_handle.max=0 hca_handle.alloc_fail=0 "
			    "hca_object.max=0 hca_object.alloc_fail=0\n"
			    "rxe0 index=4294967295 hca_handle.max=0 hca_handle.alloc_fail=0 "
			    "hca_object.max=0 hca_object.alloc_fail=0\n");
	device_unplug(twin);
	assert_string_equal(show(rcg_show_current, group),
			    "rxe0 hca_handle=0 hca_object=0 \n"
			    "mlx5_0 hca_handle=0 hca_object=0 \n");
}

static void three_devices_of_one_name_are_told_apart(void **state)
{
	struct rdmacg_oot_device *device[3];
	int i;

	for (i = 0; i < 3; i++)
		device[i] = device_plug("rxe0", i);
	assert_int_equal(write_max(group, "rxe0 hca_handle=5"), -ENOTUNIQ);
	for (i = 0; i < 3; i++)
		assert_int_equal(charge(NULL, group, device[i], OBJECT, i + 1), 0);
	assert_string_equal(show(rcg_show_current, group),
			    "rxe0 index=0 hca_handle=0 hca_object=1 \n"
			    "rxe0 index=1 hca_handle=0 hca_object=2 \n"
			    "rxe0 index=2 hca_handle=0 hca_object=3 \n");
}

static void name_that_only_begins_alike_is_unique(void **state)
{
	device_plug("rxe1", 0);
	device_plug("rxe10", 1);
	assert_string_equal(show(rcg_show_current, group),
			    "rxe1 hca_handle=0 hca_object=0 \n"
			    "rxe10 hca_handle=0 hca_object=0 \n");
	assert_int_equal(write_max(group, "rxe1 hca_handle=5"), 0);
}

static void limits_and_usage_are_per_device(void **state)
{
	struct rdmacg_oot_device *rxe0 = device_plug("rxe0", 0);
	struct rdmacg_oot_device *rxe1 = device_plug("rxe1", 1);

	assert_int_equal(write_max(group, "rxe0 hca_object=0"), 0);
	assert_int_equal(charge(NULL, group, rxe0, OBJECT, 1), -EAGAIN);
	assert_int_equal(charge(NULL, group, rxe1, OBJECT, 1), 0);
	assert_int_equal(usage(group, rxe0, OBJECT), 0);
	assert_int_equal(usage(group, rxe1, OBJECT), 1);
}

static void renamed_device_shows_its_new_name_and_keeps_its_numbers(void **state)
{
	struct rdmacg_oot_device *rxe0 = device_plug("rxe0", 0);

	assert_int_equal(write_max(group, "rxe0 hca_object=5"), 0);
	assert_int_equal(charge(NULL, group, rxe0, OBJECT, 2), 0);
	device_rename(rxe0, "storage");
	assert_string_equal(show(rcg_show_max, group), "storage hca_handle=max hca_object=5 \n");
	assert_string_equal(show(rcg_show_current, group), "storage hca_handle=0 hca_object=2 \n");
	assert_int_equal(write_max(group, "rxe0 hca_object=6"), -ENODEV);
	assert_int_equal(write_max(group, "storage hca_object=6"), 0);
}

static void renaming_makes_and_ends_ambiguity(void **state)
{
	struct rdmacg_oot_device *rxe1;

	device_plug("rxe0", 0);
	rxe1 = device_plug("rxe1", 1);
	device_rename(rxe1, "rxe0");
	assert_string_equal(show(rcg_show_current, group),
			    "rxe0 index=0 hca_handle=0 hca_object=0 \n"
			    "rxe0 index=1 hca_handle=0 hca_object=0 \n");
	device_rename(rxe1, "rxe2");
	assert_string_equal(show(rcg_show_current, group),
			    "rxe0 hca_handle=0 hca_object=0 \n"
			    "rxe2 hca_handle=0 hca_object=0 \n");
}

static void renaming_fits_the_buffer_and_takes_it_over(void **state)
{
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);
	const char *before = device->name;
	char buf[5];

	rcg_device_rename(device, buf, "rxe12345", sizeof(buf), 7);
	assert_ptr_equal(device->name, buf);
	assert_int_equal(device->index, 7);
	assert_string_equal(buf, "rxe1");
	assert_string_equal(show(rcg_show_current, group), "rxe1 hca_handle=0 hca_object=0 \n");
	device->name = before;
}

#define SHOW_TEST(function) cmocka_unit_test_setup_teardown(function, show_setup, test_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		SHOW_TEST(files_are_empty_without_devices),
		SHOW_TEST(device_without_pool_shows_defaults),
		SHOW_TEST(idle_pool_shows_the_same_as_none),
		SHOW_TEST(each_file_shows_its_own_numbers),
		SHOW_TEST(one_limit_shows_beside_max),
		SHOW_TEST(usage_and_peak_of_s32_max_show_as_max),
		SHOW_TEST(devices_show_in_order_of_registration),
		SHOW_TEST(devices_of_one_name_show_their_index),
		SHOW_TEST(three_devices_of_one_name_are_told_apart),
		SHOW_TEST(name_that_only_begins_alike_is_unique),
		SHOW_TEST(limits_and_usage_are_per_device),
		SHOW_TEST(renamed_device_shows_its_new_name_and_keeps_its_numbers),
		SHOW_TEST(renaming_makes_and_ends_ambiguity),
		SHOW_TEST(renaming_fits_the_buffer_and_takes_it_over),
	};

	return RUN(tests);
}
