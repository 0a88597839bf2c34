// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many CPUs at once: limits hold at every moment, and whatever comes and goes
 * meanwhile, in the end nothing is charged and nothing is left.
 */
#include "harness.h"

#define CHARGERS	4
#define ROUNDS		4000	/* of each charger, at least */
#define OTHER_ROUNDS	400	/* of the thread beside them, which ends it all */
#define HELD		6	/* charges that a thread holds at most */

static struct rcg_group *root, *parent;
static struct rdmacg_oot_device *rxe0;

/* Where the chargers are, as cgroups of their tasks: replaced under them, under RCU. */
static struct rcg_group *leaf[2];

/* Threads count what went wrong, the test looks at it when they are done. */
static unsigned int errors, successes, refusals;
static bool stop;

static unsigned int next_random(unsigned int *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

static void count(unsigned int *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

/* As the hierarchy room charges the current task's cgroup. */
static struct rdmacg_oot_pool *charge_leaf(struct rcg_group **at, const struct rcg_amount *set)
{
	struct rdmacg_oot_pool *pool;
	struct rcg_group *group;
	int ret;

	rcu_read_lock();
	pool = rcg_pool_tryget(__atomic_load_n(at, __ATOMIC_ACQUIRE), rxe0);
	rcu_read_unlock();
	if (!pool) {
		rcu_read_lock();
		do {
			group = __atomic_load_n(at, __ATOMIC_ACQUIRE);
		} while (!rcg_group_tryget(group));
		rcu_read_unlock();
		pool = rcg_pool_get(group, rxe0);
		rcg_group_put(group);
	}
	ret = rcg_pool_charge(pool, set, 2);
	if (!ret) {
		count(&successes);
		return pool;
	}
	if (ret != -EAGAIN)
		count(&errors);
	count(&refusals);
	rcg_pool_put(pool);
	return NULL;
}

static void *charger(void *arg)
{
	unsigned int seed = (unsigned long)arg;
	struct rdmacg_oot_pool *held[HELD] = {};
	struct rcg_amount set[HELD][2];
	unsigned int round, i;

	for (round = 0; round < ROUNDS || !READ_ONCE(stop); round++) {
		i = next_random(&seed) % HELD;
		if (held[i]) {
			rcg_pool_uncharge(held[i], set[i], 2);
			held[i] = NULL;
			continue;
		}
		set[i][0] = (struct rcg_amount){ HANDLE, 1 };
		set[i][1] = (struct rcg_amount){ OBJECT, 1 + next_random(&seed) % 3 };
		held[i] = charge_leaf(&leaf[next_random(&seed) % 2], set[i]);
	}
	for (i = 0; i < HELD; i++)
		if (held[i])
			rcg_pool_uncharge(held[i], set[i], 2);
	return NULL;
}

static void run_chargers(void *(*other)(void *))
{
	pthread_t thread[CHARGERS], other_thread;
	unsigned long i;

	errors = 0;
	successes = 0;
	refusals = 0;
	stop = false;
	pthread_create(&other_thread, NULL, other, NULL);
	for (i = 0; i < CHARGERS; i++)
		pthread_create(&thread[i], NULL, charger, (void *)(i + 1));
	for (i = 0; i < CHARGERS; i++)
		pthread_join(thread[i], NULL);
	pthread_join(other_thread, NULL);
	assert_int_equal(errors, 0);
	assert_int_not_equal(successes, 0);
	assert_int_not_equal(refusals, 0);
}

static void check_limit(struct rcg_group *group, s64 max)
{
	if (usage(group, rxe0, OBJECT) > max || peak(group, rxe0, OBJECT) > max ||
	    usage(group, rxe0, OBJECT) < 0)
		count(&errors);
}

static void *watch_limits(void *arg)
{
	unsigned int round;

	for (round = 0; round < OTHER_ROUNDS; round++) {
		check_limit(leaf[0], 7);
		check_limit(leaf[1], 8);
		check_limit(parent, 11);
		/*
		 * Has no limit of its own, and may have more than its child for a
		 * moment: what is given back is taken from the child first.
		 */
		check_limit(root, S32_MAX);
	}
	WRITE_ONCE(stop, true);
	return NULL;
}

static void make_tree(void)
{
	rxe0 = device_plug("rxe0", 0);
	root = group_mkdir(NULL);
	parent = group_mkdir(root);
	leaf[0] = group_mkdir(parent);
	leaf[1] = group_mkdir(parent);
}

static void assert_nothing_charged(struct rcg_group *group)
{
	assert_int_equal(usage(group, rxe0, HANDLE), 0);
	assert_int_equal(usage(group, rxe0, OBJECT), 0);
}

static void usage_never_passes_the_limits(void **state)
{
	make_tree();
	assert_int_equal(write_max(leaf[0], "rxe0 hca_object=7"), 0);
	assert_int_equal(write_max(leaf[1], "rxe0 hca_object=8"), 0);
	assert_int_equal(write_max(parent, "rxe0 hca_object=11"), 0);
	run_chargers(watch_limits);
	assert_nothing_charged(leaf[0]);
	assert_nothing_charged(leaf[1]);
	assert_nothing_charged(parent);
	assert_nothing_charged(root);
	assert_int_equal(event(root, rxe0, OBJECT, RCG_EVENT_ALLOC_FAIL), refusals);
	assert_int_equal(event(root, rxe0, OBJECT, RCG_EVENT_MAX), refusals);
	assert_int_equal(event(leaf[0], rxe0, OBJECT, RCG_EVENT_LOCAL_ALLOC_FAIL) +
			 event(leaf[1], rxe0, OBJECT, RCG_EVENT_LOCAL_ALLOC_FAIL), refusals);
	assert_int_equal(event(leaf[0], rxe0, OBJECT, RCG_EVENT_LOCAL_MAX) +
			 event(leaf[1], rxe0, OBJECT, RCG_EVENT_LOCAL_MAX) +
			 event(parent, rxe0, OBJECT, RCG_EVENT_LOCAL_MAX), refusals);
}

static void *rewrite_limits_and_replace_groups(void *arg)
{
	struct rcg_group *old, *new;
	unsigned int seed = 99, round, i;
	char line[64];

	for (round = 0; round < OTHER_ROUNDS; round++) {
		i = next_random(&seed) % 2;
		snprintf(line, sizeof(line), "rxe0 hca_object=%u hca_handle=max",
			 next_random(&seed) % 9);
		if (write_max(leaf[i], line) || write_max(parent, "rxe0 hca_object=11"))
			count(&errors);
		if (write_max(leaf[i], "rxe0 hca_object=max") ||
		    write_max(parent, "rxe0 hca_object=max"))
			count(&errors);

		old = leaf[i];
		new = group_mkdir(parent);
		__atomic_store_n(&leaf[i], new, __ATOMIC_RELEASE);
		group_rmdir(old);
		rcu_barrier();
	}
	WRITE_ONCE(stop, true);
	return NULL;
}

static void limits_and_groups_change_under_the_chargers(void **state)
{
	make_tree();
	/* Less than one charger alone would have. */
	assert_int_equal(write_max(root, "rxe0 hca_object=5"), 0);
	run_chargers(rewrite_limits_and_replace_groups);
	assert_nothing_charged(leaf[0]);
	assert_nothing_charged(leaf[1]);
	assert_nothing_charged(parent);
	assert_nothing_charged(root);
	assert_in_range(peak(root, rxe0, OBJECT), 1, 5);
	assert_int_equal(groups_in_memory(), 4);
	assert_in_range(pools_in_memory(), 2, 4);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(usage_never_passes_the_limits),
		TEST(limits_and_groups_change_under_the_chargers),
	};

	return RUN(tests);
}
