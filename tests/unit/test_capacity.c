// SPDX-License-Identifier: GPL-2.0-only
/*
 * What devices have, and limits as a percentage of it.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "harness.h"

/* What the limits are before each line; no line sets a limit to these. */
#define QP_BEFORE	1001
#define CQ_BEFORE	1002
#define LINE_BEFORE	"rxe0 qp=1001 cq=1002"

static struct rcg_group *root, *group;
static struct rdmacg_oot_device *rxe0;

static s64 used(const struct rdmacg_oot_device *device, enum rcg_resource resource)
{
	return resource == RCG_QP ? 3 : -EOPNOTSUPP;
}

static const struct rcg_capacity small = {
	.nr = { [RCG_PD] = 99, [RCG_CQ] = 7, [RCG_QP] = 1000, [RCG_AH] = S32_MAX },
	.used = used,
};

static const struct rcg_capacity large = {
	.nr = { [RCG_QP] = 40000, [RCG_SRQ] = 500 },
	.used = used,
};

static int capacity_setup(void **state)
{
	int ret = test_setup(state);

	root = group_mkdir(NULL);
	group = group_mkdir(root);
	rxe0 = device_plug_with("rxe0", 3, &small);
	return ret;
}

static int write_types(struct rcg_group *to, const char *line)
{
	return write_file(rcg_limits_write, to, &rcg_types_keys, line);
}

static int write_child(const char *line)
{
	return write_file(rcg_child_write, group, &rcg_all_keys, line);
}

/* Not assertions of cmocka's: these say which line it was. */
static void assert_types(const char *line, int ret, s64 qp, s64 cq)
{
	int is;

	assert_int_equal(write_types(group, LINE_BEFORE), 0);
	is = write_types(group, line);
	if (is != ret || limit(group, rxe0, RCG_QP) != qp || limit(group, rxe0, RCG_CQ) != cq)
		fail_msg("\"%s\": %d, %lld %lld; not %d, %lld %lld", line, is,
			 limit(group, rxe0, RCG_QP), limit(group, rxe0, RCG_CQ), ret, qp, cq);
}

static void assert_error(const char *line, int error)
{
	assert_types(line, error, QP_BEFORE, CQ_BEFORE);
}

static void file_has_what_is_known(void **state)
{
	device_plug("api0", 4);
	device_plug_with("rxe0", 5, &large);
	assert_string_equal(show_keys(rcg_show_capacity, root, &rcg_types_keys),
			    "rxe0 index=3 pd=99 cq=7 qp=1000 qp.used=3 ah=max\n"
			    "api0\n"
			    "rxe0 index=5 qp=40000 qp.used=3 srq=500\n");
}

static void percentage_becomes_a_number(void **state)
{
	assert_types("rxe0 qp=10%", 0, 100, CQ_BEFORE);
	assert_types("rxe0 qp=100% cq=100%", 0, 1000, 7);
	assert_types("rxe0 index=3 cq=50%\tqp=007%", 0, 70, 3);
	assert_int_equal(write_types(group, "rxe0 ah=100% pd=10%"), 0);
	assert_int_equal(limit(group, rxe0, RCG_AH), S32_MAX);
	assert_int_equal(limit(group, rxe0, RCG_PD), 9);
	assert_int_equal(write_types(group, "rxe0 ah=50%"), 0);
	assert_int_equal(limit(group, rxe0, RCG_AH), S32_MAX / 2);
}

static void it_is_rounded_down_but_not_to_0(void **state)
{
	assert_types("rxe0 cq=99%", 0, QP_BEFORE, 6);
	assert_types("rxe0 cq=14%", 0, QP_BEFORE, 1);
	assert_types("rxe0 cq=1%", 0, QP_BEFORE, 1);
	assert_types("rxe0 cq=0% qp=000%", 0, 0, 0);
}

static void same_kind_twice_the_last_one_wins(void **state)
{
	assert_types("rxe0 qp=10% qp=50", 0, 50, CQ_BEFORE);
	assert_types("rxe0 qp=50 qp=10%", 0, 100, CQ_BEFORE);
	assert_types("rxe0 qp=10% qp=max", 0, S32_MAX, CQ_BEFORE);
	assert_types("rxe0 srq=10% srq=5", 0, QP_BEFORE, CQ_BEFORE);
	assert_error("rxe0 qp=101% qp=5", -EINVAL);
}

static void invalid_percentages_are_refused(void **state)
{
	static const char * const values[] = {
		"%", "101%", "1000%", "18446744073709551617%", "-1%", "-0%", "-%", "+1%", "1.5%",
		"0x5%", "a%", "max%", "5%%", "5%5", "%5", "5% x", "5 %", "5%,", "5%\xa0x", "0x%",
		"\xb2%", "5p",
	};
	char line[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		snprintf(line, sizeof(line), "rxe0 qp=%s cq=5", values[i]);
		assert_error(line, -EINVAL);
		snprintf(line, sizeof(line), "rxe0 cq=5 qp=%s index=3", values[i]);
		assert_error(line, -EINVAL);
	}
}

static void kinds_that_no_driver_tells_have_no_percentages(void **state)
{
	static const char * const kinds[] = {
		"xrcd", "flow", "dm", "counters", "devx", "other", "hca_object", "hca_handle",
	};
	char line[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		snprintf(line, sizeof(line), "rxe0 qp=5 %s=10%%", kinds[i]);
		assert_error(line, -EINVAL);
		snprintf(line, sizeof(line), "* %s=10%%", kinds[i]);
		assert_int_equal(write_child(line), -EINVAL);
		snprintf(line, sizeof(line), "rxe0 %s=10%%", kinds[i]);
		assert_int_equal(write_max(group, line), -EINVAL);
	}
}

static void kind_that_this_driver_does_not_tell_is_refused(void **state)
{
	assert_error("rxe0 qp=5 srq=10%", -ENODATA);
	assert_error("rxe0 qp=5% srq=0%", -ENODATA);
	assert_error("rxe9 srq=10%", -ENODEV);
	assert_error("rxe0 srq=10% x", -EINVAL);
	device_plug("api0", 4);
	assert_error("api0 qp=10%", -ENODATA);
}

static void failing_line_leaves_no_pool(void **state)
{
	assert_int_equal(write_types(group, "rxe0 srq=10%"), -ENODATA);
	assert_int_equal(pools_in_memory(), 0);
}

static void groups_to_come_have_a_part_of_each_device(void **state)
{
	struct rdmacg_oot_device *later;
	struct rcg_group *child;

	assert_int_equal(write_child("* qp=10% srq=10% hca_handle=5"), 0);
	assert_string_equal(show(rcg_child_show, group), "* hca_handle=5 qp=10% srq=10%\n");
	child = group_mkdir(group);
	later = device_plug_with("rxe1", 4, &large);
	device_plug("api0", 5);
	assert_string_equal(show_keys(rcg_show_max, child, &rcg_types_keys),
		"rxe0 pd=max mr=max mw=max cq=max qp=100 srq=max ah=max xrcd=max flow=max wq=max "
		"rwq_ind=max dm=max counters=max devx=max other=max mr_mem=max\n"
		"rxe1 pd=max mr=max mw=max cq=max qp=4000 srq=50 ah=max xrcd=max flow=max wq=max "
		"rwq_ind=max dm=max counters=max devx=max other=max mr_mem=max\n"
		"api0 pd=max mr=max mw=max cq=max qp=max srq=max ah=max xrcd=max flow=max wq=max "
		"rwq_ind=max dm=max counters=max devx=max other=max mr_mem=max\n");
	assert_int_equal(charge(NULL, child, rxe0, RCG_QP, 101), -EAGAIN);
	assert_int_equal(charge(NULL, child, rxe0, RCG_QP, 100), 0);
	assert_int_equal(charge(NULL, child, later, RCG_SRQ, 51), -EAGAIN);
	assert_int_equal(limit(child, later, RCG_QP), 4000);
}

static void line_of_a_device_keeps_its_percentage(void **state)
{
	struct rcg_group *child;

	assert_int_equal(write_child("* qp=50%"), 0);
	assert_int_equal(write_child("rxe0 qp=1% cq=3"), 0);
	assert_string_equal(show(rcg_child_show, group), "* qp=50%\nrxe0 cq=3 qp=1%\n");
	device_unplug(rxe0);
	child = group_mkdir(group);
	rxe0 = device_plug_with("rxe0", 3, &large);
	assert_int_equal(charge(NULL, child, rxe0, RCG_QP, 401), -EAGAIN);
	assert_int_equal(limit(child, rxe0, RCG_QP), 400);
}

static void percentage_and_number_replace_each_other(void **state)
{
	assert_int_equal(write_child("* qp=50% cq=3"), 0);
	assert_int_equal(write_child("* qp=50 cq=100%"), 0);
	assert_string_equal(show(rcg_child_show, group), "* cq=100% qp=50\n");
	assert_int_equal(write_child("rxe0 qp=max"), 0);
	assert_int_equal(write_child("* qp=5%"), 0);
	assert_string_equal(show(rcg_child_show, group), "* cq=100% qp=5%\nrxe0 qp=max\n");
	assert_int_equal(write_child("* qp=max cq=max"), 0);
	assert_string_equal(show(rcg_child_show, group), "");
}

static void line_of_a_device_that_does_not_tell_is_refused(void **state)
{
	assert_int_equal(write_child("rxe0 qp=1%"), 0);
	assert_int_equal(write_child("rxe0 srq=1% qp=2%"), -ENODATA);
	assert_string_equal(show(rcg_child_show, group), "rxe0 qp=1%\n");
}

static void pool_with_the_percentage_it_began_with_is_idle(void **state)
{
	struct rcg_group *child;

	assert_int_equal(write_child("* qp=10%"), 0);
	child = group_mkdir(group);
	assert_int_equal(write_types(child, "rxe0 qp=5"), 0);
	assert_true(pool_exists(child, rxe0));
	assert_int_equal(write_types(child, "rxe0 qp=10%"), 0);
	assert_false(pool_exists(child, rxe0));
}

#define CAPACITY_TEST(function) \
	cmocka_unit_test_setup_teardown(function, capacity_setup, test_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CAPACITY_TEST(file_has_what_is_known),
		CAPACITY_TEST(percentage_becomes_a_number),
		CAPACITY_TEST(it_is_rounded_down_but_not_to_0),
		CAPACITY_TEST(same_kind_twice_the_last_one_wins),
		CAPACITY_TEST(invalid_percentages_are_refused),
		CAPACITY_TEST(kinds_that_no_driver_tells_have_no_percentages),
		CAPACITY_TEST(kind_that_this_driver_does_not_tell_is_refused),
		CAPACITY_TEST(failing_line_leaves_no_pool),
		CAPACITY_TEST(groups_to_come_have_a_part_of_each_device),
		CAPACITY_TEST(line_of_a_device_keeps_its_percentage),
		CAPACITY_TEST(percentage_and_number_replace_each_other),
		CAPACITY_TEST(line_of_a_device_that_does_not_tell_is_refused),
		CAPACITY_TEST(pool_with_the_percentage_it_began_with_is_idle),
	};

	return RUN(tests);
}
