// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event counters: which groups count a refusal, which files are notified,
 * and enforce=0.
 */
#include <linux/string.h>

#include "harness.h"

#define LEVELS	5

/* A chain of groups, the root first. */
static struct rcg_group *level[LEVELS];
static struct rdmacg_oot_device *rxe0;

static void make_levels(void)
{
	int i;

	rxe0 = device_plug("rxe0", 0);
	for (i = 0; i < LEVELS; i++)
		level[i] = group_mkdir(i ? level[i - 1] : NULL);
}

static void assert_events(int at, enum rcg_resource resource, s64 max, s64 alloc_fail,
			  s64 local_max, s64 local_alloc_fail)
{
	assert_int_equal(event(level[at], rxe0, resource, RCG_EVENT_MAX), max);
	assert_int_equal(event(level[at], rxe0, resource, RCG_EVENT_ALLOC_FAIL), alloc_fail);
	assert_int_equal(event(level[at], rxe0, resource, RCG_EVENT_LOCAL_MAX), local_max);
	assert_int_equal(event(level[at], rxe0, resource, RCG_EVENT_LOCAL_ALLOC_FAIL),
			 local_alloc_fail);
}

static void refusal_is_counted_for(enum rcg_resource resource, int from, int over)
{
	char line[64];
	int i;

	make_levels();
	assert_int_equal(charge(NULL, level[from], rxe0, HANDLE, 1), 0);
	assert_int_equal(charge(NULL, level[from], rxe0, OBJECT, 1), 0);
	snprintf(line, sizeof(line), "rxe0 %s=1", rcg_resource_types[resource].name);
	assert_int_equal(write_max(level[over], line), 0);
	assert_int_equal(charge(NULL, level[from], rxe0, resource, 1), -EAGAIN);
	for (i = 0; i < LEVELS; i++) {
		assert_events(i, resource, i <= over, i <= from, i == over, i == from);
		assert_events(i, !resource, 0, 0, 0, 0);
	}
}

static void refusal_is_counted_where_it_belongs(void **state)
{
	int from, over;

	for (from = 0; from < LEVELS; from++)
		for (over = 0; over <= from; over++) {
			refusal_is_counted_for(HANDLE, from, over);
			assert_int_equal(test_teardown(state), 0);
			assert_int_equal(test_setup(state), 0);
			refusal_is_counted_for(OBJECT, from, over);
			assert_int_equal(test_teardown(state), 0);
			assert_int_equal(test_setup(state), 0);
		}
}

static void refusal_by_two_levels_counts_for_the_lower_one(void **state)
{
	make_levels();
	assert_int_equal(write_max(level[1], "rxe0 hca_object=0"), 0);
	assert_int_equal(write_max(level[3], "rxe0 hca_object=0"), 0);
	assert_int_equal(charge(NULL, level[4], rxe0, OBJECT, 1), -EAGAIN);
	assert_events(4, OBJECT, 0, 1, 0, 1);
	assert_events(3, OBJECT, 1, 1, 1, 0);
	assert_events(2, OBJECT, 1, 1, 0, 0);
	assert_events(1, OBJECT, 1, 1, 0, 0);
}

static void refusals_add_up(void **state)
{
	int i;

	make_levels();
	assert_int_equal(write_max(level[2], "rxe0 hca_object=0"), 0);
	for (i = 0; i < 3; i++)
		assert_int_equal(charge(NULL, level[4], rxe0, OBJECT, 1 + i), -EAGAIN);
	for (i = 0; i < 2; i++)
		assert_int_equal(charge(NULL, level[2], rxe0, OBJECT, 1), -EAGAIN);
	assert_events(4, OBJECT, 0, 3, 0, 3);
	assert_events(3, OBJECT, 0, 3, 0, 0);
	assert_events(2, OBJECT, 5, 5, 5, 2);
	assert_events(1, OBJECT, 5, 5, 0, 0);
}

static void refused_object_counts_one_event_for_the_counter_in_the_way(void **state)
{
	make_levels();
	assert_int_equal(write_all(level[2], "rxe0 qp=0"), 0);
	assert_int_equal(charge(NULL, level[3], rxe0, QP, 1), -EAGAIN);
	assert_events(2, QP, 1, 1, 1, 0);
	assert_events(2, OBJECT, 0, 0, 0, 0);
	assert_events(3, OBJECT, 0, 0, 0, 0);

	/* On one level, that of all objects is the first. */
	assert_int_equal(write_all(level[2], "rxe0 hca_object=0"), 0);
	assert_int_equal(charge(NULL, level[3], rxe0, QP, 1), -EAGAIN);
	assert_events(2, QP, 1, 1, 1, 0);
	assert_events(2, OBJECT, 1, 1, 1, 0);

	/* On two, the lower one. */
	assert_int_equal(write_all(level[3], "rxe0 qp=0"), 0);
	assert_int_equal(charge(NULL, level[3], rxe0, QP, 1), -EAGAIN);
	assert_events(3, QP, 1, 2, 1, 2);
	assert_events(2, OBJECT, 1, 1, 1, 0);
}

static void success_and_uncharge_count_no_event(void **state)
{
	struct charge *c;
	int i;

	make_levels();
	assert_int_equal(write_max(level[2], "rxe0 hca_object=1"), 0);
	assert_int_equal(charge(&c, level[4], rxe0, OBJECT, 1), 0);
	uncharge(c);
	for (i = 0; i < LEVELS; i++)
		assert_events(i, OBJECT, 0, 0, 0, 0);
}

static void events_are_kept_per_device(void **state)
{
	struct rdmacg_oot_device *rxe1 = device_plug("rxe1", 1);

	make_levels();
	assert_int_equal(write_max(level[2], "rxe0 hca_object=0"), 0);
	assert_int_equal(charge(NULL, level[2], rxe1, OBJECT, 1), 0);
	assert_int_equal(charge(NULL, level[2], rxe0, OBJECT, 1), -EAGAIN);
	assert_events(2, OBJECT, 1, 1, 1, 1);
	assert_int_equal(event(level[2], rxe1, OBJECT, RCG_EVENT_MAX), 0);
	assert_int_equal(event(level[2], rxe1, OBJECT, RCG_EVENT_LOCAL_ALLOC_FAIL), 0);
}

static void unenforced_limit_counts_and_refuses_nothing(void **state)
{
	struct charge *c;
	int i;

	make_levels();
	rcg_enforce = false;
	assert_int_equal(write_max(level[2], "rxe0 hca_object=2"), 0);
	assert_int_equal(charge(&c, level[4], rxe0, OBJECT, 3), 0);
	for (i = 0; i < LEVELS; i++) {
		assert_int_equal(usage(level[i], rxe0, OBJECT), 3);
		assert_int_equal(peak(level[i], rxe0, OBJECT), 3);
		assert_events(i, OBJECT, i <= 2, 1, i == 2, i == 4);
	}
	uncharge(c);
	for (i = 0; i < LEVELS; i++)
		assert_int_equal(usage(level[i], rxe0, OBJECT), 0);
}

static void unenforced_refusal_by_several_levels_counts_once(void **state)
{
	make_levels();
	rcg_enforce = false;
	assert_int_equal(write_max(level[1], "rxe0 hca_object=0"), 0);
	assert_int_equal(write_max(level[3], "rxe0 hca_object=0"), 0);
	assert_int_equal(charge(NULL, level[4], rxe0, OBJECT, 1), 0);
	assert_events(4, OBJECT, 0, 1, 0, 1);
	assert_events(3, OBJECT, 1, 1, 1, 0);
	assert_events(1, OBJECT, 1, 1, 0, 0);
	assert_events(0, OBJECT, 1, 1, 0, 0);
}

static void unenforced_usage_above_the_limit_is_refused_when_enforced_again(void **state)
{
	struct charge *c[2];
	int i;

	make_levels();
	assert_int_equal(write_max(level[1], "rxe0 hca_object=1"), 0);
	rcg_enforce = false;
	for (i = 0; i < 2; i++)
		assert_int_equal(charge(&c[i], level[2], rxe0, OBJECT, 2), 0);
	rcg_enforce = true;
	assert_int_equal(charge(NULL, level[2], rxe0, OBJECT, 1), -EAGAIN);
	for (i = 0; i < 2; i++)
		uncharge(c[i]);
	assert_int_equal(charge(NULL, level[2], rxe0, OBJECT, 1), 0);
}

static void unenforced_usage_goes_beyond_s32_max_without_wrapping(void **state)
{
	struct charge *c;

	make_levels();
	rcg_enforce = false;
	assert_int_equal(charge(&c, level[1], rxe0, OBJECT, S32_MAX), 0);
	assert_int_equal(charge(NULL, level[1], rxe0, OBJECT, 5), 0);
	assert_int_equal(usage(level[0], rxe0, OBJECT), S32_MAX + 5LL);
	assert_string_equal(show(rcg_show_current, level[1]),
			    "rxe0 hca_handle=0 hca_object=2147483652 \n");
	uncharge(c);
	assert_int_equal(usage(level[0], rxe0, OBJECT), 5);
}

static void enforce_again(void)
{
	rcg_enforce = true;
}

static void enforcement_that_begins_during_a_charge_is_for_the_next_one(void **state)
{
	int i;

	make_levels();
	assert_int_equal(write_max(level[1], "rxe0 hca_object=0"), 0);
	assert_int_equal(write_max(level[3], "rxe0 hca_object=0"), 0);
	rcg_enforce = false;
	/* The first exchange after level 3 let it pass is that of level 2. */
	kernel_thread.preempt = enforce_again;
	assert_int_equal(charge(NULL, level[3], rxe0, OBJECT, 1), 0);
	assert_null(kernel_thread.preempt);
	assert_int_equal(charge(NULL, level[3], rxe0, OBJECT, 1), -EAGAIN);
	for (i = 0; i < 4; i++) {
		assert_int_equal(usage(level[i], rxe0, OBJECT), 1);
		assert_int_equal(peak(level[i], rxe0, OBJECT), 1);
	}
}

static void unenforced_object_counts_once_for_each_of_its_counters(void **state)
{
	make_levels();
	assert_int_equal(write_all(level[1], "rxe0 qp=0 hca_object=0"), 0);
	assert_int_equal(write_all(level[2], "rxe0 qp=0"), 0);
	rcg_enforce = false;
	assert_int_equal(charge(NULL, level[3], rxe0, QP, 1), 0);
	assert_events(1, OBJECT, 1, 1, 1, 0);
	assert_events(2, QP, 1, 1, 1, 0);
	assert_events(1, QP, 1, 1, 0, 0);
	assert_int_equal(usage(level[0], rxe0, QP), 1);
	assert_int_equal(usage(level[0], rxe0, OBJECT), 1);
}

/* What was notified: how often, by level and by file. */
static unsigned int notified[LEVELS][2];

static void count_notification(struct rcg_group *group, enum rcg_resource resource,
			       enum rcg_event event)
{
	int i;

	/* In a read side, and the group is one that still is. */
	assert_true(kernel_thread.no_sleep > 0);
	assert_non_null(group);
	for (i = 0; i < LEVELS && group != level[i]; i++)
		;
	assert_true(i < LEVELS);
	notified[i][event >= RCG_EVENT_LOCAL_MAX]++;
}

static int notify_setup(void **state)
{
	int ret = test_setup(state);

	memset(notified, 0, sizeof(notified));
	make_levels();
	rcg_notify = count_notification;
	return ret;
}

static int notify_teardown(void **state)
{
	rcg_notify = NULL;
	return test_teardown(state);
}

static void refusal_notifies_exactly_the_files_that_changed(void **state)
{
	struct rcg_group *sibling = group_mkdir(level[1]);
	const char *events[LEVELS], *local[LEVELS], *other;
	int from, over, i;

	for (from = 0; from < LEVELS; from++)
		for (over = 0; over <= from; over++) {
			assert_int_equal(write_max(level[over], "rxe0 hca_object=0"), 0);
			memset(notified, 0, sizeof(notified));
			for (i = 0; i < LEVELS; i++) {
				events[i] = show(rcg_show_events, level[i]);
				local[i] = show(rcg_show_events_local, level[i]);
			}
			other = show(rcg_show_events, sibling);
			assert_int_equal(charge(NULL, level[from], rxe0, OBJECT, 1), -EAGAIN);
			for (i = 0; i < LEVELS; i++) {
				assert_int_equal(!notified[i][false],
						 !strcmp(show(rcg_show_events, level[i]),
							 events[i]));
				assert_int_equal(!notified[i][true],
						 !strcmp(show(rcg_show_events_local, level[i]),
							 local[i]));
			}
			assert_string_equal(show(rcg_show_events, sibling), other);
			assert_int_equal(write_max(level[over], "rxe0 hca_object=max"), 0);
		}
}

static void success_notifies_no_file(void **state)
{
	static const unsigned int none[LEVELS][2];
	struct charge *c;

	assert_int_equal(write_max(level[2], "rxe0 hca_object=1"), 0);
	assert_int_equal(charge(&c, level[4], rxe0, OBJECT, 1), 0);
	uncharge(c);
	assert_memory_equal(notified, none, sizeof(none));
}

static void unenforced_refusal_notifies_as_well(void **state)
{
	rcg_enforce = false;
	assert_int_equal(write_max(level[2], "rxe0 hca_object=0"), 0);
	assert_int_equal(charge(NULL, level[4], rxe0, OBJECT, 1), 0);
	assert_int_not_equal(notified[2][true], 0);
	assert_int_not_equal(notified[2][false], 0);
	assert_int_not_equal(notified[4][true], 0);
	assert_int_equal(notified[3][true], 0);
}

static void removed_group_is_not_notified(void **state)
{
	struct rdmacg_oot_pool *pool;

	assert_int_equal(write_max(level[1], "rxe0 hca_object=0"), 0);
	pool = rcg_pool_get(level[4], rxe0);
	group_rmdir(level[4]);
	level[4] = NULL;
	assert_int_equal(groups_in_memory(), LEVELS - 1);
	assert_int_equal(rcg_pool_charge(pool, OBJECT, 1), -EAGAIN);
	assert_int_not_equal(notified[1][true], 0);
	assert_int_not_equal(notified[3][false], 0);
	rcg_pool_put(pool);
}

#define NOTIFY_TEST(function) \
	cmocka_unit_test_setup_teardown(function, notify_setup, notify_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(refusal_is_counted_where_it_belongs),
		TEST(refusal_by_two_levels_counts_for_the_lower_one),
		TEST(refusals_add_up),
		TEST(refused_object_counts_one_event_for_the_counter_in_the_way),
		TEST(success_and_uncharge_count_no_event),
		TEST(events_are_kept_per_device),
		TEST(unenforced_limit_counts_and_refuses_nothing),
		TEST(unenforced_refusal_by_several_levels_counts_once),
		TEST(unenforced_usage_above_the_limit_is_refused_when_enforced_again),
		TEST(unenforced_usage_goes_beyond_s32_max_without_wrapping),
		TEST(enforcement_that_begins_during_a_charge_is_for_the_next_one),
		TEST(unenforced_object_counts_once_for_each_of_its_counters),
		NOTIFY_TEST(refusal_notifies_exactly_the_files_that_changed),
		NOTIFY_TEST(success_notifies_no_file),
		NOTIFY_TEST(unenforced_refusal_notifies_as_well),
		NOTIFY_TEST(removed_group_is_not_notified),
	};

	return RUN(tests);
}
