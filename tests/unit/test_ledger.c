// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ledger: an entry is found after the table has grown, and a look-up takes
 * one or two steps however many entries there are.
 */
#include <sched.h>

#include "harness.h"

/* Its insides are looked at. */
#include "ledger/ledger.c"

#define OBJECTS		200000
#define THREADS		4

static struct rcg_group *root;
static struct rdmacg_oot_device *rxe0;
static unsigned int errors;

/* The stand-in for the hierarchy room's: there is one cgroup. */
struct rcg_group *hierarchy_current(void)
{
	return root;
}

/* An address as slab caches have them: 170 objects of 192 bytes in 8 pages, which lie anywhere. */
static const void *object(unsigned int number)
{
	u64 slab = number / 170 * 0x2c1b3c6dULL % (1 << 24);

	return (void *)(uintptr_t)(0xffff888000000000ULL + (slab << 15) + number % 170 * 192);
}

static void make(const void *key)
{
	struct ledger_entry *entry = ledger_charge(rxe0, RCG_PD, 1);

	if (IS_ERR(entry))
		__atomic_fetch_add(&errors, 1, __ATOMIC_RELAXED);
	else
		ledger_commit(entry, key);
}

static int setup(void **state)
{
	errors = 0;
	return test_setup(state) ?: ledger_init();
}

static void make_tree(void)
{
	root = group_mkdir(NULL);
	rxe0 = device_plug("rxe0", 0);
}

/* As when the module goes: its variables begin anew. */
static void unload(void)
{
	ledger_exit();
	memset(segments, 0, sizeof(segments));
	nr_buckets = 0;
	counted.counter = 0;
}

static int teardown(void **state)
{
	unload();
	return test_teardown(state);
}

/* Entries that a look-up goes to, on an average over all that are noted */
static double mean_walk(void)
{
	unsigned long steps = 0, entries = 0, length;
	struct hlist_bl_node *pos;
	unsigned int i;

	for (i = 0; i < nr_buckets; i++) {
		length = 0;
		for (pos = hlist_bl_first(bucket_at(i)); pos; pos = pos->next)
			steps += ++length;
		entries += length;
	}
	return (double)steps / entries;
}

static void every_object_is_found_after_a_step_or_two(void **state)
{
	unsigned int i;

	make_tree();
	for (i = 0; i < OBJECTS; i++) {
		make(object(i));
		/* At each size, not only at some. */
		if (i > 8192 && !(i % 16411))
			assert_in_range(100 * mean_walk(), 100, 175);
	}
	print_message("%u objects, %u buckets, mean walk %.2f\n", OBJECTS, nr_buckets, mean_walk());
	assert_int_equal(usage(root, rxe0, OBJECT), OBJECTS);
	for (i = 0; i < OBJECTS; i++)
		ledger_uncharge(object(i));
	assert_int_equal(usage(root, rxe0, OBJECT), 0);
	assert_int_equal(atomic_read(&counted), 0);
	assert_int_equal(errors, 0);
}

static void object_that_was_not_noted_changes_nothing(void **state)
{
	make_tree();
	make(object(1));
	ledger_uncharge(object(2));
	ledger_commit(NULL, object(2));
	assert_int_equal(usage(root, rxe0, OBJECT), 1);
}

static void note_under_the_same_address_ends_the_old_charge(void **state)
{
	make_tree();
	make(object(1));
	make(object(1));
	assert_int_equal(usage(root, rxe0, OBJECT), 1);
	ledger_commit(NULL, object(1));
	assert_int_equal(usage(root, rxe0, OBJECT), 0);
}

static void ledger_exit_uncharges_all_entries(void **state)
{
	unsigned int i;

	make_tree();
	for (i = 0; i < 10000; i++)
		make(object(i));
	unload();
	assert_int_equal(usage(root, rxe0, OBJECT), 0);
	assert_int_equal(ledger_init(), 0);
}

/* Where there is no memory to grow, notes are made all the same, and growth goes on later. */
static void table_without_memory_to_grow_takes_notes(void **state)
{
	struct ledger_entry *entry;
	unsigned int i, failed = 0;

	make_tree();
	for (i = 0; i < 20000; i++) {
		/* In a charge, the segment is the first to ask for memory. */
		if (is_crowded() && nr_buckets == SEGMENT_SIZE && failed < 100) {
			kernel_fail_allocation(1);
			entry = ledger_charge(rxe0, RCG_PD, 1);
			failed += kernel_allocation_failed();
			kernel_fail_allocation(0);
			assert_false(IS_ERR(entry));
			assert_int_equal(nr_buckets, SEGMENT_SIZE);
			ledger_commit(entry, object(i));
		} else {
			make(object(i));
		}
	}
	assert_int_equal(failed, 100);
	assert_in_range(nr_buckets, 18000, 22000);
	assert_int_equal(usage(root, rxe0, OBJECT), 20000);
}

static void amount_can_grow_up_to_the_limit_and_shrink(void **state)
{
	struct ledger_entry *entry;

	make_tree();
	entry = ledger_charge(rxe0, RCG_MR_MEM, 4096);
	assert_false(IS_ERR(entry));
	assert_int_equal(usage(root, rxe0, OBJECT), 0);
	entry->pool->counter[RCG_MR_MEM].max = 1LL << 40;
	assert_int_equal(ledger_resize(entry, 1LL << 40), 0);
	assert_int_equal(usage(root, rxe0, RCG_MR_MEM), 1LL << 40);
	assert_int_equal(ledger_resize(entry, (1LL << 40) + 1), -EAGAIN);
	assert_int_equal(usage(root, rxe0, RCG_MR_MEM), 1LL << 40);
	assert_int_equal(ledger_resize(entry, 0), 0);
	assert_int_equal(usage(root, rxe0, RCG_MR_MEM), 0);
	assert_int_equal(ledger_resize(entry, 5), 0);
	assert_int_equal(peak(root, rxe0, RCG_MR_MEM), 1LL << 40);
	ledger_commit(entry, object(1));
	ledger_uncharge(object(1));
	assert_int_equal(usage(root, rxe0, RCG_MR_MEM), 0);
	assert_int_equal(ledger_resize(NULL, 1), 0);
}

/* As for an MR of an impossible length: two of it are more than can be counted. */
static void amounts_do_not_overflow(void **state)
{
	make_tree();
	ledger_commit(ledger_charge(rxe0, RCG_MR_MEM, S64_MAX), object(1));
	assert_int_equal(usage(root, rxe0, RCG_MR_MEM), S64_MAX);
	assert_int_equal(PTR_ERR(ledger_charge(rxe0, RCG_MR_MEM, S64_MAX)), -EAGAIN);
	assert_int_equal(PTR_ERR(ledger_charge(rxe0, RCG_MR_MEM, 1)), -EAGAIN);
	ledger_commit(ledger_charge(rxe0, RCG_MR_MEM, 0), object(2));
	ledger_uncharge(object(1));
	ledger_uncharge(object(2));
	assert_int_equal(usage(root, rxe0, RCG_MR_MEM), 0);
}

static void *make_and_destroy(void *arg)
{
	unsigned int first = (uintptr_t)arg * OBJECTS, i;

	for (i = 0; i < OBJECTS / 8; i++) {
		make(object(first + i));
		/* Some stay, so that the table grows all the while. */
		if (i % 2)
			ledger_uncharge(object(first + i / 2));
	}
	return NULL;
}

static void many_note_and_look_up_while_the_table_grows(void **state)
{
	pthread_t thread[THREADS];
	uintptr_t i;

	make_tree();
	for (i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, make_and_destroy, (void *)i);
	for (i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(errors, 0);
	assert_int_equal(usage(root, rxe0, OBJECT), THREADS * OBJECTS / 16);
	assert_true(nr_buckets > SEGMENT_SIZE);
}

#define LEDGER_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		LEDGER_TEST(every_object_is_found_after_a_step_or_two),
		LEDGER_TEST(object_that_was_not_noted_changes_nothing),
		LEDGER_TEST(note_under_the_same_address_ends_the_old_charge),
		LEDGER_TEST(ledger_exit_uncharges_all_entries),
		LEDGER_TEST(table_without_memory_to_grow_takes_notes),
		LEDGER_TEST(amount_can_grow_up_to_the_limit_and_shrink),
		LEDGER_TEST(amounts_do_not_overflow),
		LEDGER_TEST(many_note_and_look_up_while_the_table_grows),
	};

	return RUN(tests);
}
