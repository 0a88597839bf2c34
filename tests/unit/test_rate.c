// SPDX-License-Identifier: GPL-2.0-only
/*
 * rdma.rate.max: how many objects a second, at each level, and what takes no token.
 */
#include "harness.h"

#define RATE		RCG_OBJECT_RATE
#define MILLISECOND	(NSEC_PER_SEC / 1000)

static struct rdmacg_oot_device *rxe0;
static struct rcg_group *root, *parent, *child, *sibling;

static int rate_setup(void **state)
{
	int ret = test_setup(state);

	kernel_time = 5 * NSEC_PER_SEC;
	rxe0 = device_plug("rxe0", 0);
	root = group_mkdir(NULL);
	parent = group_mkdir(root);
	child = group_mkdir(parent);
	sibling = group_mkdir(parent);
	return ret;
}

static int write_rate(struct rcg_group *group, const char *line)
{
	return write_file(rcg_limits_write, group, &rcg_rate_keys, line);
}

/* Create and destroy until one is refused, or @most of them; how many were not. */
static unsigned int created(struct rcg_group *group, unsigned int most)
{
	unsigned int nr;
	struct charge *c;

	for (nr = 0; nr < most && !charge(&c, group, rxe0, QP, 1); nr++)
		uncharge(c);
	return nr;
}

static void as_many_as_the_limit_at_once_and_then_one_by_one(void **state)
{
	assert_int_equal(write_rate(child, "rxe0 hca_object=10"), 0);
	assert_int_equal(created(child, 100), 10);
	assert_int_equal(created(child, 100), 0);
	kernel_time += 99 * MILLISECOND;
	assert_int_equal(created(child, 100), 0);
	kernel_time += MILLISECOND;
	assert_int_equal(created(child, 100), 1);
	kernel_time += 500 * MILLISECOND;
	assert_int_equal(created(child, 100), 5);
	/* It holds no more than the limit. */
	kernel_time += 3600 * NSEC_PER_SEC;
	assert_int_equal(created(child, 100), 10);
}

static void no_limit_is_no_limit(void **state)
{
	assert_int_equal(created(child, 100), 100);
	assert_int_equal(write_rate(child, "rxe0 hca_object=1"), 0);
	assert_int_equal(created(child, 100), 1);
	assert_int_equal(write_rate(child, "rxe0 hca_object=max"), 0);
	assert_int_equal(created(child, 100), 100);
	assert_string_equal(show_keys(rcg_show_max, child, &rcg_rate_keys), "rxe0 hca_object=max\n");
}

static void limit_above_holds_for_all_below_and_takes_no_token_of_theirs(void **state)
{
	assert_int_equal(write_rate(parent, "rxe0 hca_object=4"), 0);
	assert_int_equal(write_rate(child, "rxe0 hca_object=3"), 0);
	assert_int_equal(created(sibling, 3), 3);
	assert_int_equal(created(child, 100), 1);
	/* Refused by the parent's bucket only: two of the child's are left. */
	assert_int_equal(write_rate(parent, "rxe0 hca_object=max"), 0);
	assert_int_equal(created(child, 100), 2);
}

static void request_that_another_limit_refuses_takes_no_token(void **state)
{
	assert_int_equal(write_all(parent, "rxe0 qp=0"), 0);
	assert_int_equal(write_rate(child, "rxe0 hca_object=2"), 0);
	assert_int_equal(created(child, 100), 0);
	assert_int_equal(write_all(parent, "rxe0 qp=max"), 0);
	assert_int_equal(created(child, 100), 2);
}

static void refusal_charges_nothing_and_is_counted(void **state)
{
	assert_int_equal(write_rate(parent, "rxe0 hca_object=1"), 0);
	assert_int_equal(charge(NULL, child, rxe0, QP, 1), 0);
	assert_int_equal(charge(NULL, child, rxe0, QP, 1), -EAGAIN);
	assert_int_equal(usage(child, rxe0, QP), 1);
	assert_int_equal(usage(root, rxe0, OBJECT), 1);
	assert_int_equal(peak(root, rxe0, OBJECT), 1);
	assert_int_equal(event(parent, rxe0, RATE, RCG_EVENT_MAX), 1);
	assert_int_equal(event(parent, rxe0, RATE, RCG_EVENT_LOCAL_MAX), 1);
	assert_int_equal(event(child, rxe0, RATE, RCG_EVENT_LOCAL_ALLOC_FAIL), 1);
	assert_int_equal(event(root, rxe0, RATE, RCG_EVENT_MAX), 1);
	assert_int_equal(event(parent, rxe0, OBJECT, RCG_EVENT_MAX), 0);
	assert_int_equal(event(parent, rxe0, QP, RCG_EVENT_MAX), 0);
	assert_string_equal(show_keys(rcg_show_events, parent, &rcg_rate_keys),
			    "rxe0 hca_object.max=1 hca_object.alloc_fail=1\n");
}

static void limit_of_0_refuses_objects_and_no_handles(void **state)
{
	assert_int_equal(write_rate(root, "rxe0 hca_object=0"), 0);
	assert_int_equal(created(child, 1), 0);
	assert_int_equal(charge(NULL, child, rxe0, HANDLE, 1), 0);
}

static void limit_is_of_its_device_alone(void **state)
{
	struct rdmacg_oot_device *rxe1 = device_plug("rxe1", 1);

	assert_int_equal(write_rate(root, "rxe0 hca_object=0"), 0);
	assert_int_equal(charge(NULL, child, rxe1, QP, 1), 0);
}

static void bucket_stays_as_full_as_it_was_when_its_limit_changes(void **state)
{
	assert_int_equal(write_rate(child, "rxe0 hca_object=10"), 0);
	assert_int_equal(created(child, 5), 5);
	assert_int_equal(write_rate(child, "rxe0 hca_object=1000"), 0);
	assert_int_equal(created(child, 2000), 500);
}

static void unenforced_limit_counts_and_refuses_nothing(void **state)
{
	rcg_enforce = false;
	assert_int_equal(write_rate(child, "rxe0 hca_object=1"), 0);
	assert_int_equal(write_rate(root, "rxe0 hca_object=2"), 0);
	assert_int_equal(created(child, 3), 3);
	assert_int_equal(event(child, rxe0, RATE, RCG_EVENT_LOCAL_MAX), 2);
	/* What was let pass has taken the tokens of the levels above. */
	rcg_enforce = true;
	assert_int_equal(created(sibling, 3), 0);
}

static void limit_goes_with_its_device_and_with_its_group(void **state)
{
	assert_int_equal(write_rate(child, "rxe0 hca_object=1"), 0);
	assert_int_equal(write_rate(root, "rxe0 hca_object=1"), 0);
	assert_int_equal(created(child, 3), 1);
	group_rmdir(child);
	device_unplug(rxe0);
	rxe0 = device_plug("rxe0", 0);
	assert_int_equal(created(sibling, 3), 3);
}

static void limit_that_is_taken_away_keeps_no_pool(void **state)
{
	assert_int_equal(write_rate(child, "rxe0 hca_object=0"), 0);
	assert_int_equal(write_rate(child, "rxe0 hca_object=max"), 0);
	assert_int_equal(pools_in_memory(), 0);
}

static void largest_limit_and_amount_do_not_wrap(void **state)
{
	assert_int_equal(write_rate(child, "rxe0 hca_object=2147483646"), 0);
	assert_int_equal(created(child, 1000), 1000);
	assert_int_equal(charge(NULL, child, rxe0, QP, S32_MAX - 1), 0);
	assert_int_equal(write_rate(child, "rxe0 hca_object=1"), 0);
	assert_int_equal(charge(NULL, sibling, rxe0, QP, 1), 0);
	assert_int_equal(write_rate(child, "rxe0 hca_object=-1"), -EINVAL);
	assert_int_equal(write_rate(child, "rxe0 qp=1"), -EINVAL);
}

#define RATE_TEST(function) cmocka_unit_test_setup_teardown(function, rate_setup, test_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		RATE_TEST(as_many_as_the_limit_at_once_and_then_one_by_one),
		RATE_TEST(no_limit_is_no_limit),
		RATE_TEST(limit_above_holds_for_all_below_and_takes_no_token_of_theirs),
		RATE_TEST(request_that_another_limit_refuses_takes_no_token),
		RATE_TEST(refusal_charges_nothing_and_is_counted),
		RATE_TEST(limit_of_0_refuses_objects_and_no_handles),
		RATE_TEST(limit_is_of_its_device_alone),
		RATE_TEST(bucket_stays_as_full_as_it_was_when_its_limit_changes),
		RATE_TEST(unenforced_limit_counts_and_refuses_nothing),
		RATE_TEST(limit_goes_with_its_device_and_with_its_group),
		RATE_TEST(limit_that_is_taken_away_keeps_no_pool),
		RATE_TEST(largest_limit_and_amount_do_not_wrap),
	};

	return RUN(tests);
}
