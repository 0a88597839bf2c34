// SPDX-License-Identifier: GPL-2.0-only
/*
 * rdma.child.max: the limits that groups begin with.
 */
#include <linux/errno.h>

#include "harness.h"

static struct rcg_group *root, *slice;
static struct rdmacg_oot_device *rxe0;

static int child_setup(void **state)
{
	int ret = test_setup(state);

	root = group_mkdir(NULL);
	slice = group_mkdir(root);
	rxe0 = device_plug("rxe0", 3);
	return ret;
}

static int write_child(const char *line)
{
	return write_file(rcg_child_write, slice, &rcg_all_keys, line);
}

static void assert_max(struct rcg_group *group, const char *text)
{
	assert_string_equal(show(rcg_show_max, group), text);
}

static void group_begins_with_the_limits_and_without_a_pool(void **state)
{
	struct rcg_group *before = group_mkdir(slice), *group;

	assert_int_equal(write_child("* hca_object=2"), 0);
	group = group_mkdir(slice);
	assert_max(group, "rxe0 hca_handle=max hca_object=2 \n");
	assert_false(pool_exists(group, rxe0));
	assert_max(before, "rxe0 hca_handle=max hca_object=max \n");
	assert_max(slice, "rxe0 hca_handle=max hca_object=max \n");
	assert_max(group_mkdir(group), "rxe0 hca_handle=max hca_object=max \n");
}

static void limits_hold_from_the_first_charge_on(void **state)
{
	struct rcg_group *group;

	assert_int_equal(write_child("* hca_object=2 hca_handle=0"), 0);
	group = group_mkdir(slice);
	assert_int_equal(charge(NULL, group, rxe0, OBJECT, 2), 0);
	assert_int_equal(charge(NULL, group, rxe0, OBJECT, 1), -EAGAIN);
	assert_int_equal(charge(NULL, group, rxe0, HANDLE, 1), -EAGAIN);
	assert_int_equal(charge(NULL, group_mkdir(group), rxe0, HANDLE, 1), -EAGAIN);
	assert_int_equal(charge(NULL, slice, rxe0, HANDLE, 1), 0);
}

static void kinds_have_limits_as_well(void **state)
{
	struct rcg_group *group;

	assert_int_equal(write_child("* qp=1"), 0);
	group = group_mkdir(slice);
	assert_int_equal(limit(group, rxe0, RCG_QP), 1);
	assert_int_equal(charge(NULL, group, rxe0, RCG_QP, 2), -EAGAIN);
}

static void name_wins_over_any_device(void **state)
{
	struct rcg_group *group;

	device_plug("rxe1", 4);
	assert_int_equal(write_child("rxe1 hca_object=7"), 0);
	assert_int_equal(write_child("* hca_object=2 hca_handle=5"), 0);
	assert_int_equal(write_child("rxe0 hca_object=max"), 0);
	group = group_mkdir(slice);
	assert_max(group, "rxe0 hca_handle=5 hca_object=max \nrxe1 hca_handle=5 hca_object=7 \n");
	assert_string_equal(show(rcg_child_show, slice),
			    "* hca_handle=5 hca_object=2\n"
			    "rxe1 hca_object=7\nrxe0 hca_object=max\n");
}

static void device_that_comes_later_or_back_has_them(void **state)
{
	struct rcg_group *group;

	assert_int_equal(write_child("* hca_object=2"), 0);
	assert_int_equal(write_child("rxe0 hca_handle=3"), 0);
	group = group_mkdir(slice);
	assert_int_equal(write_max(group, "rxe0 hca_object=9"), 0);
	device_unplug(rxe0);
	device_plug("rxe1", 4);
	assert_max(group, "rxe1 hca_handle=max hca_object=2 \n");
	device_plug("rxe0", 5);
	assert_max(group, "rxe1 hca_handle=max hca_object=2 \nrxe0 hca_handle=3 hca_object=2 \n");
}

static void limit_that_is_written_stays(void **state)
{
	struct rcg_group *group;

	assert_int_equal(write_child("* hca_object=2"), 0);
	group = group_mkdir(slice);
	assert_int_equal(write_max(group, "rxe0 hca_object=max"), 0);
	assert_int_equal(charge(NULL, group, rxe0, OBJECT, 3), 0);
	assert_max(group, "rxe0 hca_handle=max hca_object=max \n");
	assert_int_equal(write_child("* hca_object=5"), 0);
	assert_max(group, "rxe0 hca_handle=max hca_object=max \n");
}

static void pool_with_no_other_limits_is_idle(void **state)
{
	struct rcg_group *group;

	assert_int_equal(write_child("* hca_object=2"), 0);
	group = group_mkdir(slice);
	assert_int_equal(write_max(group, "rxe0 hca_object=9"), 0);
	assert_true(pool_exists(group, rxe0));
	assert_int_equal(write_max(group, "rxe0 hca_object=2"), 0);
	assert_false(pool_exists(group, rxe0));
}

static void groups_keep_what_they_began_with(void **state)
{
	struct rcg_group *one, *two;

	assert_int_equal(write_child("* hca_object=2"), 0);
	one = group_mkdir(slice);
	assert_int_equal(write_child("* hca_object=5 hca_handle=1"), 0);
	two = group_mkdir(slice);
	assert_int_equal(write_child("* hca_object=max hca_handle=max"), 0);
	assert_string_equal(show(rcg_child_show, slice), "");
	assert_max(one, "rxe0 hca_handle=max hca_object=2 \n");
	assert_max(two, "rxe0 hca_handle=1 hca_object=5 \n");
	assert_max(group_mkdir(slice), "rxe0 hca_handle=max hca_object=max \n");
}

static void name_that_says_nothing_of_its_own_is_dropped(void **state)
{
	assert_int_equal(write_child("rxe0 hca_object=2"), 0);
	assert_int_equal(write_child("rxe0 hca_object=max"), 0);
	assert_string_equal(show(rcg_child_show, slice), "");
	assert_int_equal(write_child("* hca_object=4"), 0);
	assert_int_equal(write_child("rxe0 hca_object=max"), 0);
	assert_int_equal(write_child("* hca_object=max"), 0);
	assert_string_equal(show(rcg_child_show, slice), "");
}

static void rmdir_forgets_them(void **state)
{
	struct rcg_group *group;
	struct charge *one;

	assert_int_equal(write_child("* hca_object=2"), 0);
	group = group_mkdir(slice);
	assert_int_equal(charge(&one, group, rxe0, OBJECT, 2), 0);
	group_rmdir(group);
	group_rmdir(slice);
	assert_int_equal(usage(root, rxe0, OBJECT), 2);
	uncharge(one);
	assert_int_equal(write_max(root, "rxe0"), 0);
	assert_int_equal(groups_in_memory(), 1);
}

static void lines_that_are_not_of_the_grammar_change_nothing(void **state)
{
	static const struct {
		const char	*line;
		int		error;
	} lines[] = {
		{ "* hca_object", -EINVAL }, { "* hca_object=x", -EINVAL }, { "* pq=1", -EINVAL },
		{ "* index=3 hca_object=1", -EINVAL }, { "rxe0 index=3 hca_object=1", -EINVAL },
		{ "rxe9 hca_object=1", -ENODEV }, { "", -ENODEV }, { "** hca_object=1", -ENODEV },
	};
	unsigned int i;

	assert_int_equal(write_child("* hca_object=2"), 0);
	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		if (write_child(lines[i].line) != lines[i].error)
			fail_msg("\"%s\": not %d", lines[i].line, lines[i].error);
		assert_string_equal(show(rcg_child_show, slice), "* hca_object=2\n");
	}
	assert_int_equal(write_child("*"), 0);
	assert_int_equal(write_child("rxe0"), 0);
	assert_string_equal(show(rcg_child_show, slice), "* hca_object=2\n");
}

static void name_of_two_devices_means_both(void **state)
{
	struct rcg_group *group;

	device_plug("rxe0", 7);
	assert_int_equal(write_child("rxe0 hca_object=2"), 0);
	group = group_mkdir(slice);
	assert_max(group, "rxe0 index=3 hca_handle=max hca_object=2 \n"
			  "rxe0 index=7 hca_handle=max hca_object=2 \n");
}

static void name_stays_writable_while_its_device_is_away(void **state)
{
	assert_int_equal(write_child("rxe0 hca_object=2"), 0);
	device_unplug(rxe0);
	assert_int_equal(write_child("rxe0 hca_object=3"), 0);
	assert_string_equal(show(rcg_child_show, slice), "rxe0 hca_object=3\n");
	assert_int_equal(write_child("rxe0 hca_object=max"), 0);
	assert_int_equal(write_child("rxe0 hca_object=3"), -ENODEV);
}

static void without_memory_nothing_changes(void **state)
{
	assert_int_equal(write_child("* hca_object=2"), 0);
	kernel_fail_allocation(1);
	assert_int_equal(write_child("* hca_object=3"), -ENOMEM);
	assert_string_equal(show(rcg_child_show, slice), "* hca_object=2\n");
}

#define CHILD_TEST(function) \
	cmocka_unit_test_setup_teardown(function, child_setup, test_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CHILD_TEST(group_begins_with_the_limits_and_without_a_pool),
		CHILD_TEST(limits_hold_from_the_first_charge_on),
		CHILD_TEST(kinds_have_limits_as_well),
		CHILD_TEST(name_wins_over_any_device),
		CHILD_TEST(device_that_comes_later_or_back_has_them),
		CHILD_TEST(limit_that_is_written_stays),
		CHILD_TEST(pool_with_no_other_limits_is_idle),
		CHILD_TEST(groups_keep_what_they_began_with),
		CHILD_TEST(name_that_says_nothing_of_its_own_is_dropped),
		CHILD_TEST(rmdir_forgets_them),
		CHILD_TEST(lines_that_are_not_of_the_grammar_change_nothing),
		CHILD_TEST(name_of_two_devices_means_both),
		CHILD_TEST(name_stays_writable_while_its_device_is_away),
		CHILD_TEST(without_memory_nothing_changes),
	};

	return RUN(tests);
}
