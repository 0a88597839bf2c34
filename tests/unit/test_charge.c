// SPDX-License-Identifier: GPL-2.0-only
/*
 * Charge and uncharge: a charge counts at every level, every level can refuse it,
 * and a refusal changes only the event counters.
 */
#include "harness.h"

#define DEEPEST	100

/* A chain of groups, the root first. */
static struct rcg_group *level[DEEPEST];

static void make_levels(int depth)
{
	int i;

	for (i = 0; i < depth; i++)
		level[i] = group_mkdir(i ? level[i - 1] : NULL);
}

static void assert_usage_everywhere(int depth, struct rdmacg_oot_device *device, s64 expected)
{
	int i;

	for (i = 0; i < depth; i++)
		assert_int_equal(usage(level[i], device, OBJECT), expected);
}

static void charge_counts_at_every_level_of(int depth)
{
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);
	struct charge *c[3];
	int i;

	make_levels(depth);
	for (i = 0; i < 3; i++) {
		assert_int_equal(charge(&c[i], level[depth - 1], device, OBJECT, i + 1), 0);
		assert_usage_everywhere(depth, device, (i + 1) * (i + 2) / 2);
	}
	for (i = 0; i < depth; i++) {
		assert_int_equal(usage(level[i], device, HANDLE), 0);
		assert_int_equal(peak(level[i], device, OBJECT), 6);
		assert_int_equal(peak(level[i], device, HANDLE), 0);
	}
	assert_int_equal(pools_in_memory(), depth);

	uncharge(c[1]);
	assert_usage_everywhere(depth, device, 4);
	uncharge(c[0]);
	assert_usage_everywhere(depth, device, 3);
	uncharge(c[2]);
	assert_usage_everywhere(depth, device, 0);
	for (i = 0; i < depth; i++)
		assert_int_equal(peak(level[i], device, OBJECT), 6);
}

static void charge_counts_at_every_level(void **state)
{
	int depth;

	for (depth = 1; depth <= 10; depth++) {
		charge_counts_at_every_level_of(depth);
		assert_int_equal(test_teardown(state), 0);
		assert_int_equal(test_setup(state), 0);
	}
}

static void charge_counts_at_100_levels(void **state)
{
	charge_counts_at_every_level_of(DEEPEST);
}

static void charge_in_the_middle_leaves_the_levels_below_alone(void **state)
{
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);
	int i;

	make_levels(10);
	assert_int_equal(charge(NULL, level[9], device, OBJECT, 1), 0);
	assert_int_equal(charge(NULL, level[4], device, OBJECT, 1), 0);
	for (i = 0; i < 10; i++)
		assert_int_equal(usage(level[i], device, OBJECT), i <= 4 ? 2 : 1);
}

static void charges_of_siblings_meet_in_the_parent(void **state)
{
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);
	struct rcg_group *root = group_mkdir(NULL);
	struct rcg_group *a = group_mkdir(root), *b = group_mkdir(root);
	struct charge *c;

	assert_int_equal(write_max(root, "rxe0 hca_object=3"), 0);
	assert_int_equal(charge(&c, a, device, OBJECT, 2), 0);
	assert_int_equal(charge(NULL, b, device, OBJECT, 2), -EAGAIN);
	assert_int_equal(charge(NULL, b, device, OBJECT, 1), 0);
	assert_int_equal(usage(root, device, OBJECT), 3);
	uncharge(c);
	assert_int_equal(usage(root, device, OBJECT), 1);
	assert_int_equal(usage(a, device, OBJECT), 0);
	assert_int_equal(usage(b, device, OBJECT), 1);
}

static void refusal_at_each_level_rolls_back_exactly(void **state)
{
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);
	const char *max, *current, *highest;
	int at, i;

	make_levels(10);
	/* A different usage at each level, so that a swap would show. */
	for (i = 0; i < 10; i++)
		assert_int_equal(charge(NULL, level[i], device, OBJECT, i + 1), 0);
	for (at = 0; at < 10; at++) {
		char line[64];

		snprintf(line, sizeof(line), "rxe0 hca_object=%lld",
			 usage(level[at], device, OBJECT) + 2);
		assert_int_equal(write_max(level[at], line), 0);
		for (i = 9; i >= at; i--) {
			max = snapshot();
			assert_int_equal(charge(NULL, level[i], device, OBJECT, 3), -EAGAIN);
			assert_string_not_equal(snapshot(), max);
		}
		for (i = 0; i < 10; i++) {
			current = show(rcg_show_current, level[i]);
			highest = show(rcg_show_peak, level[i]);
			assert_int_equal(charge(NULL, level[9], device, OBJECT, 3), -EAGAIN);
			assert_string_equal(show(rcg_show_current, level[i]), current);
			assert_string_equal(show(rcg_show_peak, level[i]), highest);
		}
		assert_int_equal(write_max(level[at], "rxe0 hca_object=max"), 0);
	}
}

static void refusal_takes_no_reference(void **state)
{
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);

	make_levels(3);
	assert_int_equal(write_max(level[0], "rxe0 hca_object=0"), 0);
	assert_int_equal(charge(NULL, level[2], device, OBJECT, 1), -EAGAIN);
	assert_int_equal(pools_in_memory(), 3);
	group_rmdir(level[2]);
	assert_int_equal(pools_in_memory(), 2);
}

static void limit_is_reached_and_not_passed(void **state)
{
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);
	struct charge *c;

	make_levels(2);
	assert_int_equal(write_max(level[1], "rxe0 hca_object=2"), 0);
	assert_int_equal(charge(NULL, level[1], device, OBJECT, 3), -EAGAIN);
	assert_int_equal(charge(NULL, level[1], device, OBJECT, 1), 0);
	assert_int_equal(charge(NULL, level[1], device, OBJECT, 2), -EAGAIN);
	assert_int_equal(charge(&c, level[1], device, OBJECT, 1), 0);
	assert_int_equal(charge(NULL, level[1], device, OBJECT, 1), -EAGAIN);
	assert_int_equal(charge(NULL, level[1], device, HANDLE, 1), 0);
	uncharge(c);
	assert_int_equal(charge(NULL, level[1], device, OBJECT, 1), 0);
	assert_int_equal(charge(NULL, level[1], device, OBJECT, 1), -EAGAIN);
}

static void limit_of_zero_refuses_everything(void **state)
{
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);

	make_levels(1);
	assert_int_equal(write_max(level[0], "rxe0 hca_handle=0"), 0);
	assert_int_equal(charge(NULL, level[0], device, HANDLE, 1), -EAGAIN);
	assert_int_equal(charge(NULL, level[0], device, OBJECT, 1), 0);
}

static void limit_below_usage_refuses_until_usage_is_below_it(void **state)
{
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);
	struct charge *c[5];
	int i;

	make_levels(2);
	for (i = 0; i < 5; i++)
		assert_int_equal(charge(&c[i], level[1], device, OBJECT, 1), 0);
	assert_int_equal(write_max(level[1], "rxe0 hca_object=3"), 0);
	assert_int_equal(usage(level[1], device, OBJECT), 5);
	for (i = 0; i < 2; i++) {
		assert_int_equal(charge(NULL, level[1], device, OBJECT, 1), -EAGAIN);
		uncharge(c[i]);
	}
	assert_int_equal(charge(NULL, level[1], device, OBJECT, 1), -EAGAIN);
	uncharge(c[2]);
	assert_int_equal(charge(NULL, level[1], device, OBJECT, 1), 0);
	assert_int_equal(charge(NULL, level[1], device, OBJECT, 1), -EAGAIN);
}

static void refusal_has_the_error_that_was_chosen(void **state)
{
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);
	const struct rcg_refusal *refusal;
	s64 refused = 0;

	make_levels(2);
	assert_int_equal(write_max(level[0], "rxe0 hca_object=1"), 0);
	for (refusal = rcg_refusals; refusal->name; refusal++) {
		rcg_refusal = refusal;
		assert_int_equal(charge(NULL, level[1], device, OBJECT, 2), refusal->error);
		assert_int_equal(charge(NULL, level[1], device, QP, 2), refusal->error);
		refused += 2;
		assert_int_equal(event(level[0], device, OBJECT, RCG_EVENT_MAX), refused);
		assert_int_equal(event(level[1], device, OBJECT, RCG_EVENT_ALLOC_FAIL), refused);
		assert_usage_everywhere(2, device, 0);
		assert_int_equal(usage(level[1], device, QP), 0);
	}
	assert_string_equal(rcg_refusals[0].name, "EAGAIN");
	assert_int_equal(rcg_refusals[0].error, -EAGAIN);
	assert_string_equal(rcg_refusals[1].name, "ENOMEM");
	assert_int_equal(rcg_refusals[1].error, -ENOMEM);
	assert_int_equal(refused, 4);
}

static void object_of_a_kind_is_charged_and_uncharged_as_both(void **state)
{
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);
	struct charge *c;
	int i;

	make_levels(3);
	assert_int_equal(charge(&c, level[2], device, QP, 5), 0);
	for (i = 0; i < 3; i++) {
		assert_int_equal(usage(level[i], device, QP), 5);
		assert_int_equal(usage(level[i], device, OBJECT), 5);
		assert_int_equal(peak(level[i], device, QP), 5);
		assert_int_equal(peak(level[i], device, OBJECT), 5);
		assert_int_equal(usage(level[i], device, HANDLE), 0);
	}
	uncharge(c);
	for (i = 0; i < 3; i++) {
		assert_int_equal(usage(level[i], device, QP), 0);
		assert_int_equal(usage(level[i], device, OBJECT), 0);
	}
}

static void object_of_a_kind_is_refused_as_both(void **state)
{
	static const char * const lines[] = { "rxe0 qp=14", "rxe0 hca_object=24" };
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);
	unsigned int row;
	int at, i;

	make_levels(3);
	assert_int_equal(charge(NULL, level[2], device, QP, 10), 0);
	assert_int_equal(charge(NULL, level[2], device, OBJECT, 10), 0);
	for (row = 0; row < ARRAY_SIZE(lines); row++)
		for (at = 0; at < 3; at++) {
			assert_int_equal(write_all(level[at], lines[row]), 0);
			assert_int_equal(charge(NULL, level[2], device, QP, 5), -EAGAIN);
			for (i = 0; i < 3; i++) {
				assert_int_equal(usage(level[i], device, QP), 10);
				assert_int_equal(usage(level[i], device, OBJECT), 20);
				assert_int_equal(peak(level[i], device, QP), 10);
				assert_int_equal(peak(level[i], device, OBJECT), 20);
			}
			assert_int_equal(write_all(level[at], "rxe0 qp=max hca_object=max"), 0);
		}
	assert_int_equal(write_all(level[0], "rxe0 qp=15 hca_object=25"), 0);
	assert_int_equal(charge(NULL, level[2], device, QP, 5), 0);
}

static void nothing_can_be_charged_at_a_limit(void **state)
{
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);

	make_levels(1);
	assert_int_equal(write_all(level[0], "rxe0 qp=0 hca_object=0"), 0);
	assert_int_equal(charge(NULL, level[0], device, QP, 0), 0);
	assert_int_equal(usage(level[0], device, QP), 0);
}

static void usage_at_s32_max_refuses_without_a_limit(void **state)
{
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);
	struct charge *c;

	make_levels(2);
	assert_int_equal(charge(&c, level[1], device, OBJECT, S32_MAX - 1), 0);
	assert_int_equal(charge(NULL, level[1], device, OBJECT, 2), -EAGAIN);
	assert_int_equal(charge(NULL, level[1], device, OBJECT, 1), 0);
	assert_int_equal(charge(NULL, level[1], device, OBJECT, 1), -EAGAIN);
	assert_int_equal(charge(NULL, level[1], device, OBJECT, S32_MAX), -EAGAIN);
	assert_int_equal(usage(level[0], device, OBJECT), S32_MAX);
	assert_int_equal(peak(level[0], device, OBJECT), S32_MAX);
	assert_int_equal(event(level[1], device, OBJECT, RCG_EVENT_LOCAL_MAX), 3);
	uncharge(c);
	assert_int_equal(usage(level[0], device, OBJECT), 1);
}

static void amounts_of_any_size_do_not_wrap(void **state)
{
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);

	make_levels(2);
	assert_int_equal(charge(NULL, level[1], device, OBJECT, INT64_MAX), -EAGAIN);
	assert_int_equal(charge(NULL, level[1], device, OBJECT, 7), 0);
	assert_int_equal(write_max(level[0], "rxe0 hca_object=3"), 0);
	assert_int_equal(charge(NULL, level[1], device, OBJECT, INT64_MAX), -EAGAIN);
	assert_int_equal(usage(level[1], device, OBJECT), 7);
}

static void peak_is_raised_by_successful_charges_only(void **state)
{
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);
	struct charge *c;
	int i;

	make_levels(3);
	assert_int_equal(write_max(level[0], "rxe0 hca_object=4"), 0);
	assert_int_equal(charge(&c, level[2], device, OBJECT, 3), 0);
	assert_int_equal(charge(NULL, level[2], device, OBJECT, 2), -EAGAIN);
	for (i = 0; i < 3; i++)
		assert_int_equal(peak(level[i], device, OBJECT), 3);
	uncharge(c);
	assert_int_equal(charge(NULL, level[2], device, OBJECT, 2), 0);
	for (i = 0; i < 3; i++)
		assert_int_equal(peak(level[i], device, OBJECT), 3);
	assert_int_equal(charge(NULL, level[1], device, OBJECT, 2), 0);
	assert_int_equal(peak(level[0], device, OBJECT), 4);
	assert_int_equal(peak(level[1], device, OBJECT), 4);
	assert_int_equal(peak(level[2], device, OBJECT), 3);
}

static void uncharging_more_than_the_usage_warns(void **state)
{
	struct rdmacg_oot_device *device = device_plug("rxe0", 0);
	struct rdmacg_oot_pool *pool;

	make_levels(1);
	pool = rcg_pool_get(level[0], device);
	assert_int_equal(charge(NULL, level[0], device, OBJECT, 1), 0);
	rcg_pool_uncharge(pool, OBJECT, 2);
	assert_int_equal(kernel_warnings, 1);
	assert_int_equal(usage(level[0], device, OBJECT), -1);

	/* Make good for it. */
	pool = rcg_pool_get(level[0], device);
	assert_int_equal(rcg_pool_charge(pool, OBJECT, 2), 0);
	rcg_pool_put(pool);
	kernel_warnings = 0;
}

/* For the tests below: what happens while a charge is on its way. */
static struct rdmacg_oot_device *racing_device;

static void charge_one_more(void)
{
	assert_int_equal(charge(NULL, level[1], racing_device, OBJECT, 1), 0);
}

static void charge_that_is_overtaken_does_not_pass_the_limit(void **state)
{
	racing_device = device_plug("rxe0", 0);
	make_levels(2);
	assert_int_equal(write_max(level[1], "rxe0 hca_object=1"), 0);
	kernel_thread.preempt = charge_one_more;
	assert_int_equal(charge(NULL, level[1], racing_device, OBJECT, 1), -EAGAIN);
	assert_null(kernel_thread.preempt);
	assert_int_equal(usage(level[1], racing_device, OBJECT), 1);
	assert_int_equal(usage(level[0], racing_device, OBJECT), 1);
}

static void charge_that_is_overtaken_counts_on_top(void **state)
{
	racing_device = device_plug("rxe0", 0);
	make_levels(2);
	kernel_thread.preempt = charge_one_more;
	assert_int_equal(charge(NULL, level[1], racing_device, OBJECT, 1), 0);
	assert_int_equal(usage(level[1], racing_device, OBJECT), 2);
	assert_int_equal(usage(level[0], racing_device, OBJECT), 2);
	assert_int_equal(peak(level[1], racing_device, OBJECT), 2);
}

static void charge_more_at_the_next_exchange(void)
{
	kernel_thread.preempt = charge_one_more;
}

static void overtaken_peak_is_not_lowered(void **state)
{
	racing_device = device_plug("rxe0", 0);
	make_levels(2);
	assert_int_equal(write_max(level[1], "rxe0 hca_object=1"), 0);
	/* The first exchange is the root's usage, the second its peak. */
	kernel_thread.preempt = charge_more_at_the_next_exchange;
	assert_int_equal(charge(NULL, level[0], racing_device, OBJECT, 1), 0);
	assert_null(kernel_thread.preempt);
	assert_int_equal(usage(level[0], racing_device, OBJECT), 2);
	assert_int_equal(peak(level[0], racing_device, OBJECT), 2);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(charge_counts_at_every_level),
		TEST(charge_counts_at_100_levels),
		TEST(charge_in_the_middle_leaves_the_levels_below_alone),
		TEST(charges_of_siblings_meet_in_the_parent),
		TEST(refusal_at_each_level_rolls_back_exactly),
		TEST(refusal_takes_no_reference),
		TEST(limit_is_reached_and_not_passed),
		TEST(limit_of_zero_refuses_everything),
		TEST(limit_below_usage_refuses_until_usage_is_below_it),
		TEST(refusal_has_the_error_that_was_chosen),
		TEST(object_of_a_kind_is_charged_and_uncharged_as_both),
		TEST(object_of_a_kind_is_refused_as_both),
		TEST(nothing_can_be_charged_at_a_limit),
		TEST(usage_at_s32_max_refuses_without_a_limit),
		TEST(amounts_of_any_size_do_not_wrap),
		TEST(peak_is_raised_by_successful_charges_only),
		TEST(uncharging_more_than_the_usage_warns),
		TEST(charge_that_is_overtaken_does_not_pass_the_limit),
		TEST(charge_that_is_overtaken_counts_on_top),
		TEST(overtaken_peak_is_not_lowered),
	};

	return RUN(tests);
}
