// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many threads: limits hold at every moment while groups and devices come and go,
 * and at the end nothing is charged and nothing leaks.
 */
#include <sched.h>

#include "harness.h"

#define CHARGERS	4
#define ROUNDS		4000	/* of each charger, at least */
#define OTHER_ROUNDS	400	/* of the threads beside them, which end it all */
#define REPLUG_ROUNDS	40	/* of one that waits for the chargers in each */
#define HELD		6	/* charges that a thread holds at most */

static struct rcg_group *root, *parent;
static struct rdmacg_oot_device *rxe0;

/* Where the chargers are, as cgroups of their tasks: replaced under them, under RCU. */
static struct rcg_group *leaf[2];

/* Threads count what went wrong, the test looks at it when they are done. */
static unsigned int errors, successes, refusals, without_device;
static bool stop, unplugging;

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
static struct rdmacg_oot_pool *charge_leaf(struct rcg_group **at, s64 qps)
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
	if (IS_ERR(pool)) {
		count(PTR_ERR(pool) == -ENODEV && READ_ONCE(unplugging) ? &without_device : &errors);
		return NULL;
	}
	ret = rcg_pool_charge(pool, QP, qps);
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
	s64 qps[HELD];
	unsigned int round, i;

	for (round = 0; round < ROUNDS || !READ_ONCE(stop); round++) {
		i = next_random(&seed) % HELD;
		if (held[i]) {
			rcg_pool_uncharge(held[i], QP, qps[i]);
			held[i] = NULL;
			continue;
		}
		qps[i] = 1 + next_random(&seed) % 3;
		held[i] = charge_leaf(&leaf[next_random(&seed) % 2], qps[i]);
	}
	for (i = 0; i < HELD; i++)
		if (held[i])
			rcg_pool_uncharge(held[i], QP, qps[i]);
	return NULL;
}

/* @another may be NULL. */
static void run_chargers(void *(*other)(void *), void *(*another)(void *))
{
	pthread_t thread[CHARGERS], other_thread, another_thread;
	unsigned long i;

	errors = 0;
	successes = 0;
	refusals = 0;
	without_device = 0;
	stop = false;
	unplugging = another;
	pthread_create(&other_thread, NULL, other, NULL);
	if (another)
		pthread_create(&another_thread, NULL, another, NULL);
	for (i = 0; i < CHARGERS; i++)
		pthread_create(&thread[i], NULL, charger, (void *)(i + 1));
	pthread_join(other_thread, NULL);
	if (another)
		pthread_join(another_thread, NULL);
	WRITE_ONCE(stop, true);
	for (i = 0; i < CHARGERS; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(errors, 0);
	assert_int_not_equal(successes, 0);
	assert_int_not_equal(refusals, 0);
}

static void check_limit(struct rcg_group *group, enum rcg_resource resource, s64 max)
{
	if (usage(group, rxe0, resource) > max || peak(group, rxe0, resource) > max ||
	    usage(group, rxe0, resource) < 0)
		count(&errors);
}

static void *watch_limits(void *arg)
{
	unsigned int round;

	for (round = 0; round < OTHER_ROUNDS; round++) {
		check_limit(leaf[0], OBJECT, 7);
		check_limit(leaf[1], QP, 8);
		check_limit(parent, QP, 11);
		/*
		 * The parent has no limit. Its usage may exceed the child's for a
		 * moment: an uncharge lowers the child first.
		 */
		check_limit(root, OBJECT, S32_MAX);
	}
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
	assert_int_equal(usage(group, rxe0, QP), 0);
	assert_int_equal(usage(group, rxe0, OBJECT), 0);
}

static s64 events(struct rcg_group *group, enum rcg_event what)
{
	return event(group, rxe0, OBJECT, what) + event(group, rxe0, QP, what);
}

static void usage_never_passes_the_limits(void **state)
{
	make_tree();
	assert_int_equal(write_max(leaf[0], "rxe0 hca_object=7"), 0);
	assert_int_equal(write_all(leaf[1], "rxe0 qp=8"), 0);
	assert_int_equal(write_all(parent, "rxe0 qp=11"), 0);
	run_chargers(watch_limits, NULL);
	assert_nothing_charged(leaf[0]);
	assert_nothing_charged(leaf[1]);
	assert_nothing_charged(parent);
	assert_nothing_charged(root);
	assert_int_equal(events(root, RCG_EVENT_ALLOC_FAIL), refusals);
	assert_int_equal(events(root, RCG_EVENT_MAX), refusals);
	assert_int_equal(events(leaf[0], RCG_EVENT_LOCAL_ALLOC_FAIL) +
			 events(leaf[1], RCG_EVENT_LOCAL_ALLOC_FAIL), refusals);
	assert_int_equal(event(leaf[0], rxe0, OBJECT, RCG_EVENT_LOCAL_MAX) +
			 event(leaf[1], rxe0, QP, RCG_EVENT_LOCAL_MAX) +
			 event(parent, rxe0, QP, RCG_EVENT_LOCAL_MAX), refusals);
}

static void rewrite_limit(struct rcg_group *group, const char *line)
{
	int ret = write_max(group, line);

	if (ret && !(ret == -ENODEV && unplugging))
		count(&errors);
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
		rewrite_limit(leaf[i], line);
		rewrite_limit(parent, "rxe0 hca_object=11");
		rewrite_limit(leaf[i], "rxe0 hca_object=max");
		rewrite_limit(parent, "rxe0 hca_object=max");

		old = leaf[i];
		new = group_mkdir(parent);
		__atomic_store_n(&leaf[i], new, __ATOMIC_RELEASE);
		group_rmdir(old);
		rcu_barrier();
	}
	return NULL;
}

static void limits_and_groups_change_under_the_chargers(void **state)
{
	make_tree();
	/* Less than one charger alone would have. */
	assert_int_equal(write_max(root, "rxe0 hca_object=5"), 0);
	run_chargers(rewrite_limits_and_replace_groups, NULL);
	assert_nothing_charged(leaf[0]);
	assert_nothing_charged(leaf[1]);
	assert_nothing_charged(parent);
	assert_nothing_charged(root);
	assert_in_range(peak(root, rxe0, OBJECT), 1, 5);
	assert_int_equal(groups_in_memory(), 4);
	assert_in_range(pools_in_memory(), 2, 4);
}

static void wait_for_another(const unsigned int *counter)
{
	unsigned int before = READ_ONCE(*counter);

	while (READ_ONCE(*counter) == before)
		sched_yield();
}

static void *unplug_and_replug(void *arg)
{
	unsigned int round;

	for (round = 0; round < REPLUG_ROUNDS; round++) {
		rewrite_limit(root, "rxe0 hca_object=0");
		wait_for_another(&refusals);
		rdmacg_oot_unregister_device(rxe0);
		wait_for_another(&without_device);
		rdmacg_oot_register_device(rxe0);
		wait_for_another(&successes);
	}
	return NULL;
}

static void devices_groups_and_limits_go_under_the_chargers(void **state)
{
	make_tree();
	run_chargers(rewrite_limits_and_replace_groups, unplug_and_replug);
	assert_nothing_charged(leaf[0]);
	assert_nothing_charged(leaf[1]);
	assert_nothing_charged(parent);
	assert_nothing_charged(root);
	assert_int_equal(groups_in_memory(), 4);
	assert_in_range(pools_in_memory(), 0, 4);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(usage_never_passes_the_limits),
		TEST(limits_and_groups_change_under_the_chargers),
		TEST(devices_groups_and_limits_go_under_the_chargers),
	};

	return RUN(tests);
}
