// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each allocation fails in turn: the function returns -ENOMEM, changes nothing,
 * leaks nothing, and the next call succeeds.
 */
#include "harness.h"

#define LEVELS	6

static struct rcg_group *level[LEVELS];
static struct rdmacg_oot_device *rxe0;

static void make_levels_without_room(void)
{
	int i;

	rxe0 = device_plug("rxe0", 0);
	for (i = 0; i < LEVELS; i++)
		level[i] = group_mkdir(i ? level[i - 1] : NULL);
}

static void make_levels(void)
{
	make_levels_without_room();
	assert_int_equal(rcg_group_make_room(level[LEVELS - 1]), 0);
}

static int first_charge(void)
{
	return charge(NULL, level[LEVELS - 1], rxe0, OBJECT, 2);
}

static int first_limit(void)
{
	return write_max(level[LEVELS - 1], "rxe0 hca_object=5 hca_handle=6");
}

static int line_without_limits(void)
{
	return write_max(level[LEVELS - 1], "rxe0");
}

/* Returns how many allocations it takes. */
static unsigned int fail_each_allocation_of(int (*action)(void))
{
	unsigned long pools = pools_in_memory();
	const char *before = snapshot();
	unsigned int nth;
	int ret;

	for (nth = 1; ; nth++) {
		kernel_fail_allocation(nth);
		ret = action();
		if (!kernel_allocation_failed())
			break;
		kernel_fail_allocation(0);
		assert_int_equal(ret, -ENOMEM);
		assert_string_equal(snapshot(), before);
		assert_int_equal(pools_in_memory(), pools);
	}
	kernel_fail_allocation(0);
	assert_int_equal(ret, 0);
	return nth - 1;
}

static void first_charge_survives_every_failure(void **state)
{
	make_levels();
	assert_int_equal(fail_each_allocation_of(first_charge), LEVELS);
	assert_int_equal(usage(level[0], rxe0, OBJECT), 2);
	assert_int_equal(usage(level[LEVELS - 1], rxe0, OBJECT), 2);
}

static int room(void)
{
	return rcg_group_make_room(level[LEVELS - 1]);
}

/* Pools made by a failed try stay, so each failure is one level further down. */
static void room_for_pools_survives_every_failure(void **state)
{
	make_levels_without_room();
	assert_int_not_equal(fail_each_allocation_of(room), 0);
	assert_int_equal(fail_each_allocation_of(room), 0);
	assert_int_equal(fail_each_allocation_of(first_charge), LEVELS);
}

static void first_charge_makes_the_room_that_it_needs(void **state)
{
	make_levels_without_room();
	assert_int_not_equal(fail_each_allocation_of(first_charge), 0);
	assert_int_equal(usage(level[0], rxe0, OBJECT), 2);
	/* Another device needs more of it. */
	device_plug("rxe1", 1);
	assert_int_equal(write_max(level[LEVELS - 1], "rxe1 hca_object=5"), 0);
	assert_int_equal(usage(level[0], rxe0, OBJECT), 2);
}

static void first_limit_survives_every_failure(void **state)
{
	make_levels();
	assert_int_equal(fail_each_allocation_of(first_limit), LEVELS);
	assert_int_equal(limit(level[LEVELS - 1], rxe0, OBJECT), 5);
	assert_int_equal(limit(level[LEVELS - 1], rxe0, HANDLE), 6);
}

static void line_without_limits_survives_every_failure(void **state)
{
	make_levels();
	assert_int_equal(fail_each_allocation_of(line_without_limits), LEVELS);
	assert_int_equal(pools_in_memory(), 0);
}

static void charge_below_existing_pools_survives_every_failure(void **state)
{
	struct rdmacg_oot_pool *pool;

	make_levels();
	assert_int_equal(charge(NULL, level[2], rxe0, OBJECT, 1), 0);
	pool = rcg_pool_get(level[2], rxe0);
	assert_int_equal(refcount_read(&pool->refs), 3);
	assert_int_equal(fail_each_allocation_of(first_charge), LEVELS - 3);
	assert_int_equal(usage(level[0], rxe0, OBJECT), 3);
	/* The table, the charge, this test, and now the child. */
	assert_int_equal(refcount_read(&pool->refs), 4);
	rcg_pool_put(pool);
}

static void charge_on_an_existing_pool_allocates_nothing(void **state)
{
	make_levels();
	assert_int_equal(first_charge(), 0);
	assert_int_equal(fail_each_allocation_of(first_charge), 0);
	assert_int_equal(usage(level[0], rxe0, OBJECT), 4);
}

static void limit_on_an_existing_pool_allocates_nothing(void **state)
{
	make_levels();
	assert_int_equal(first_limit(), 0);
	assert_int_equal(fail_each_allocation_of(first_limit), 0);
}

static void init_without_memory_fails(void **state)
{
	kernel_fail_allocation(1);
	assert_int_equal(rcg_pools_init(), -ENOMEM);
	assert_true(kernel_allocation_failed());
	kernel_fail_allocation(0);
	assert_int_equal(test_setup(state), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(first_charge_survives_every_failure),
		TEST(room_for_pools_survives_every_failure),
		TEST(first_charge_makes_the_room_that_it_needs),
		TEST(first_limit_survives_every_failure),
		TEST(line_without_limits_survives_every_failure),
		TEST(charge_below_existing_pools_survives_every_failure),
		TEST(charge_on_an_existing_pool_allocates_nothing),
		TEST(limit_on_an_existing_pool_allocates_nothing),
		cmocka_unit_test_teardown(init_without_memory_fails, test_teardown),
	};

	return RUN(tests);
}
