// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ledger: an entry is found after the table has grown, and a look-up takes
 * one or two steps however many entries there are. Owners are listed where their charges count.
 */
#include <sched.h>

#include "harness.h"

/* Their insides are looked at. */
#include "ledger/ledger.c"
#include "ledger/owner.c"

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

static int load(void)
{
	return ledger_owners_init() ?: ledger_init();
}

static int setup(void **state)
{
	errors = 0;
	return test_setup(state) ?: load();
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
	ledger_owners_exit();
	memset(&objects, 0, sizeof(objects));
	memset(&owners, 0, sizeof(owners));
}

static int teardown(void **state)
{
	unload();
	return test_teardown(state);
}

/* Entries that a look-up goes to, on an average over all that are noted */
static double mean_walk(const struct ledger_table *table)
{
	unsigned long steps = 0, entries = 0, length;
	struct hlist_bl_node *pos;
	unsigned int i;

	for (i = 0; i < table->nr_buckets; i++) {
		length = 0;
		for (pos = hlist_bl_first(ledger_bucket_at(table, i)); pos; pos = pos->next)
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
			assert_in_range(100 * mean_walk(&objects), 100, 175);
	}
	print_message("%u objects, %u buckets, mean walk %.2f\n", OBJECTS, objects.nr_buckets,
		      mean_walk(&objects));
	assert_int_equal(usage(root, rxe0, OBJECT), OBJECTS);
	for (i = 0; i < OBJECTS; i++)
		ledger_uncharge(object(i));
	assert_int_equal(usage(root, rxe0, OBJECT), 0);
	assert_int_equal(atomic_read(&objects.counted), 0);
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
	assert_int_equal(load(), 0);
}

/* Where there is no memory to grow, notes are made all the same, and growth goes on later. */
static void table_without_memory_to_grow_takes_notes(void **state)
{
	struct ledger_entry *entry;
	unsigned int i, failed = 0;

	make_tree();
	for (i = 0; i < 20000; i++) {
		/* In a charge, the segment is the first to ask for memory. */
		if (ledger_is_crowded(&objects) && objects.nr_buckets == LEDGER_SEGMENT_SIZE &&
		    failed < 100) {
			kernel_fail_allocation(1);
			entry = ledger_charge(rxe0, RCG_PD, 1);
			failed += kernel_allocation_failed();
			kernel_fail_allocation(0);
			assert_false(IS_ERR(entry));
			assert_int_equal(objects.nr_buckets, LEDGER_SEGMENT_SIZE);
			ledger_commit(entry, object(i));
		} else {
			make(object(i));
		}
	}
	assert_int_equal(failed, 100);
	assert_in_range(objects.nr_buckets, 18000, 22000);
	assert_int_equal(usage(root, rxe0, OBJECT), 20000);
}

static void amount_can_grow_up_to_the_limit_and_shrink(void **state)
{
	struct ledger_entry *entry;

	make_tree();
	entry = ledger_charge(rxe0, RCG_MR_MEM, 4096);
	assert_false(IS_ERR(entry));
	assert_int_equal(usage(root, rxe0, OBJECT), 0);
	entry->owner->pool->counter[RCG_MR_MEM].max = 1LL << 40;
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

/* Processes, each with a task of one thread */
static struct pid pids[] = {
	{ .nr = 100, .has_task = true }, { .nr = 101, .has_task = true }
};
static struct task_struct tasks[] = {
	{ .tgid = &pids[0], .group_leader = &tasks[0], .comm = "first" },
	{ .tgid = &pids[1], .group_leader = &tasks[1], .comm = "second" },
};

/* In another cgroup than the root, and by another task than the first */
static void make_in(struct rcg_group *group, struct task_struct *task, enum rcg_resource resource,
		    s64 amount, const void *key)
{
	struct rcg_group *before = root;

	root = group;
	current = task;
	ledger_commit(ledger_charge(rxe0, resource, amount), key);
	current = &kernel_init_task;
	root = before;
}

/* What is listed in a group, in the order of the list: "NAME NUMBER HANDLES/OBJECTS/MR_MEM" */
static const char *owned(struct rcg_group *group)
{
	static char text[256];
	struct ledger_owned rows[8];
	size_t nr, i, len = 0;

	mutex_lock(&rcg_lock);
	nr = ledger_owners_list(group, rxe0, rows, ARRAY_SIZE(rows));
	mutex_unlock(&rcg_lock);
	text[0] = '\0';
	for (i = 0; i < nr; i++)
		len += snprintf(text + len, sizeof(text) - len, "%s %d %lld/%lld/%lld%s, ",
				rows[i].comm, rows[i].nr, rows[i].sum[LEDGER_HANDLES],
				rows[i].sum[LEDGER_OBJECTS], rows[i].sum[LEDGER_MR_MEM],
				rows[i].is_gone ? " gone" : "");
	return text;
}

static void owners_are_listed_in_their_cgroup_and_above(void **state)
{
	struct rcg_group *a, *b, *c;
	struct ledger_entry *entry;
	struct ledger_owned row;

	make_tree();
	a = group_mkdir(root);
	b = group_mkdir(a);
	c = group_mkdir(root);
	make_in(b, &tasks[0], RCG_HCA_HANDLE, 1, object(0));
	make_in(b, &tasks[0], RCG_PD, 1, object(1));
	make_in(b, &tasks[0], RCG_MR, 1, object(2));
	make_in(b, &tasks[0], RCG_MR_MEM, 4096, object(3));
	make_in(a, &tasks[1], RCG_QP, 1, object(4));
	make_in(c, &tasks[1], RCG_CQ, 1, object(5));
	assert_string_equal(owned(b), "first 100 1/2/4096, ");
	assert_string_equal(owned(a), "second 101 0/1/0, first 100 1/2/4096, ");
	assert_string_equal(owned(c), "second 101 0/1/0, ");
	assert_string_equal(owned(root), "second 101 0/1/0, first 100 1/2/4096, "
			    "second 101 0/1/0, ");
	mutex_lock(&rcg_lock);
	assert_int_equal(ledger_owners_list(root, rxe0, &row, 1), 3);
	mutex_unlock(&rcg_lock);

	ledger_uncharge(object(2));
	entry = ledger_take(object(3));
	assert_int_equal(ledger_resize(entry, 0), 0);
	ledger_commit(entry, object(3));
	assert_string_equal(owned(b), "first 100 1/1/0, ");
	ledger_uncharge(object(4));
	assert_string_equal(owned(a), "first 100 1/1/0, ");
	assert_int_equal(pids[1].refs, 1);
	pids[0].has_task = false;
	assert_string_equal(owned(b), "first 100 1/1/0 gone, ");
	pids[0].has_task = true;
}

static void owners_move_up_when_their_cgroup_is_removed(void **state)
{
	struct rcg_group *a, *b;

	make_tree();
	a = group_mkdir(root);
	b = group_mkdir(a);
	make_in(b, &tasks[0], RCG_PD, 1, object(0));
	make_in(b, &tasks[1], RCG_PD, 1, object(1));
	group_rmdir(b);
	assert_string_equal(owned(a), "first 100 0/1/0, second 101 0/1/0, ");
	make_in(a, &tasks[0], RCG_PD, 1, object(2));
	group_rmdir(a);
	assert_string_equal(owned(root), "first 100 0/1/0, second 101 0/1/0, first 100 0/1/0, ");
	ledger_uncharge(object(0));
	ledger_uncharge(object(1));
	assert_string_equal(owned(root), "first 100 0/1/0, ");
	/* With the device, nothing is shown any more; the charges end later. */
	device_unplug(rxe0);
	assert_int_equal(pids[0].refs, 1);
	ledger_uncharge(object(2));
	assert_int_equal(pids[0].refs, 0);
}

/* Processes as slab caches have them, in a few cgroups */
static void every_owner_is_found_after_a_step_or_two(void **state)
{
	static struct {
		struct pid		pid;
		struct task_struct	task;
		char			others[128 - sizeof(struct pid)];
	} processes[5000];
	struct rcg_group *group[4];
	unsigned int i, g;

	make_tree();
	for (g = 0; g < ARRAY_SIZE(group); g++)
		group[g] = group_mkdir(root);
	for (i = 0; i < ARRAY_SIZE(processes); i++) {
		processes[i].pid.nr = i;
		processes[i].task.tgid = &processes[i].pid;
		processes[i].task.group_leader = &processes[i].task;
		for (g = 0; g < ARRAY_SIZE(group); g++)
			make_in(group[g], &processes[i].task, RCG_PD, 1,
				object(ARRAY_SIZE(group) * i + g));
	}
	print_message("mean walk %.2f\n", mean_walk(&owners));
	assert_in_range(100 * mean_walk(&owners), 100, 175);
	for (i = 0; i < ARRAY_SIZE(processes) * ARRAY_SIZE(group); i++)
		ledger_uncharge(object(i));
	assert_int_equal(atomic_read(&owners.counted), 0);
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
	assert_true(objects.nr_buckets > LEDGER_SEGMENT_SIZE);
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
		LEDGER_TEST(owners_are_listed_in_their_cgroup_and_above),
		LEDGER_TEST(owners_move_up_when_their_cgroup_is_removed),
		LEDGER_TEST(every_owner_is_found_after_a_step_or_two),
		LEDGER_TEST(many_note_and_look_up_while_the_table_grows),
	};

	return RUN(tests);
}
