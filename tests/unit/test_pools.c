// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lifetime of pools, groups and devices: what keeps a pool, what frees it, and
 * that nothing leaks.
 */
#include "harness.h"

static struct rcg_group *root, *parent, *child;
static struct rdmacg_oot_device *rxe0;

static void make_tree(void)
{
	root = group_mkdir(NULL);
	parent = group_mkdir(root);
	child = group_mkdir(parent);
	rxe0 = device_plug("rxe0", 0);
}

static void nothing_is_made_before_it_is_needed(void **state)
{
	make_tree();
	snapshot();
	assert_int_equal(pools_in_memory(), 0);
	assert_false(pool_exists(child, rxe0));
}

static void first_limit_makes_the_pools_up_to_the_root(void **state)
{
	make_tree();
	assert_int_equal(write_max(child, "rxe0 hca_handle=5"), 0);
	assert_int_equal(pools_in_memory(), 3);
	assert_int_equal(limit(child, rxe0, HANDLE), 5);
	assert_int_equal(limit(child, rxe0, OBJECT), S32_MAX);
	assert_int_equal(limit(parent, rxe0, HANDLE), S32_MAX);
	assert_int_equal(write_max(parent, "rxe0 hca_handle=6"), 0);
	assert_int_equal(pools_in_memory(), 3);
}

static void limits_all_max_again_free_the_pools(void **state)
{
	make_tree();
	assert_int_equal(write_max(child, "rxe0 hca_handle=5 hca_object=7"), 0);
	assert_int_equal(write_max(child, "rxe0 hca_object=max"), 0);
	assert_int_equal(pools_in_memory(), 3);
	assert_int_equal(write_max(child, "rxe0 hca_handle=2147483647"), 0);
	assert_int_equal(pools_in_memory(), 0);
	assert_false(pool_exists(root, rxe0));
}

static void line_without_a_limit_leaves_no_pool(void **state)
{
	make_tree();
	assert_int_equal(write_max(child, "rxe0"), 0);
	assert_int_equal(pools_in_memory(), 0);
	assert_int_equal(write_max(child, "rxe0 hca_handle=max"), 0);
	assert_int_equal(pools_in_memory(), 0);
}

static void ancestor_with_a_limit_of_its_own_stays(void **state)
{
	make_tree();
	assert_int_equal(write_max(child, "rxe0 hca_handle=5"), 0);
	assert_int_equal(write_max(parent, "rxe0 hca_object=5"), 0);
	assert_int_equal(write_max(child, "rxe0 hca_handle=max"), 0);
	assert_int_equal(pools_in_memory(), 2);
	assert_int_equal(limit(parent, rxe0, OBJECT), 5);
	assert_int_equal(write_max(parent, "rxe0 hca_object=max"), 0);
	assert_int_equal(pools_in_memory(), 0);
}

static void ancestor_with_another_child_stays(void **state)
{
	struct rcg_group *sibling;

	make_tree();
	sibling = group_mkdir(parent);
	assert_int_equal(write_max(child, "rxe0 hca_handle=5"), 0);
	assert_int_equal(write_max(sibling, "rxe0 hca_handle=5"), 0);
	assert_int_equal(pools_in_memory(), 4);
	assert_int_equal(write_max(child, "rxe0 hca_handle=max"), 0);
	assert_int_equal(pools_in_memory(), 3);
	assert_int_equal(write_max(sibling, "rxe0 hca_handle=max"), 0);
	assert_int_equal(pools_in_memory(), 0);
}

static void limits_of_a_parent_at_max_keep_the_pool_for_its_children(void **state)
{
	make_tree();
	assert_int_equal(write_max(child, "rxe0 hca_handle=5"), 0);
	assert_int_equal(write_max(parent, "rxe0 hca_handle=5"), 0);
	assert_int_equal(write_max(parent, "rxe0 hca_handle=max"), 0);
	assert_int_equal(pools_in_memory(), 3);
	assert_int_equal(limit(child, rxe0, HANDLE), 5);
	assert_int_equal(charge(NULL, child, rxe0, HANDLE, 1), 0);
	assert_int_equal(usage(root, rxe0, HANDLE), 1);
}

static void usage_keeps_the_pools(void **state)
{
	make_tree();
	assert_int_equal(charge(NULL, child, rxe0, HANDLE, 1), 0);
	assert_int_equal(write_max(child, "rxe0 hca_handle=5"), 0);
	assert_int_equal(write_max(child, "rxe0 hca_handle=max"), 0);
	assert_int_equal(pools_in_memory(), 3);
	assert_int_equal(usage(child, rxe0, HANDLE), 1);
}

static void peak_keeps_the_pools(void **state)
{
	struct charge *c;

	make_tree();
	assert_int_equal(charge(&c, child, rxe0, HANDLE, 1), 0);
	uncharge(c);
	assert_int_equal(write_max(child, "rxe0 hca_handle=5"), 0);
	assert_int_equal(write_max(child, "rxe0 hca_handle=max"), 0);
	assert_int_equal(pools_in_memory(), 3);
	assert_int_equal(peak(child, rxe0, HANDLE), 1);
	assert_int_equal(peak(root, rxe0, HANDLE), 1);
}

static void events_keep_the_pools(void **state)
{
	make_tree();
	assert_int_equal(write_max(child, "rxe0 hca_handle=0"), 0);
	assert_int_equal(charge(NULL, child, rxe0, HANDLE, 1), -EAGAIN);
	assert_int_equal(write_max(child, "rxe0 hca_handle=max"), 0);
	assert_true(pool_exists(child, rxe0));
	assert_true(pool_exists(parent, rxe0));
	assert_int_equal(event(child, rxe0, HANDLE, RCG_EVENT_LOCAL_MAX), 1);
	assert_int_equal(event(parent, rxe0, HANDLE, RCG_EVENT_ALLOC_FAIL), 1);
}

static void rmdir_frees_group_and_pools_at_once_without_charges(void **state)
{
	struct charge *c;

	make_tree();
	assert_int_equal(charge(&c, child, rxe0, HANDLE, 1), 0);
	uncharge(c);
	group_rmdir(child);
	assert_int_equal(pools_in_memory(), 2);
	assert_int_equal(groups_in_memory(), 2);
	group_rmdir(parent);
	assert_int_equal(pools_in_memory(), 1);
	assert_int_equal(groups_in_memory(), 1);
}

static void rmdir_frees_ancestor_pools_that_only_it_needed(void **state)
{
	make_tree();
	assert_int_equal(write_max(child, "rxe0 hca_handle=5"), 0);
	group_rmdir(child);
	assert_int_equal(pools_in_memory(), 0);
}

static void rmdir_with_charges_resets_limits_and_keeps_ancestors_counting(void **state)
{
	struct charge *c[2];

	make_tree();
	assert_int_equal(write_max(child, "rxe0 hca_object=2"), 0);
	assert_int_equal(write_max(parent, "rxe0 hca_object=3"), 0);
	assert_int_equal(charge(&c[0], child, rxe0, OBJECT, 1), 0);
	assert_int_equal(charge(&c[1], child, rxe0, OBJECT, 1), 0);
	group_rmdir(child);

	/* Its charges pin the pool, not the group. */
	assert_int_equal(groups_in_memory(), 2);
	assert_int_equal(pools_in_memory(), 3);
	assert_int_equal(c[0]->pool->counter[OBJECT].max, S32_MAX);
	assert_int_equal(usage(parent, rxe0, OBJECT), 2);
	assert_int_equal(charge(NULL, parent, rxe0, OBJECT, 2), -EAGAIN);
	uncharge(c[0]);
	assert_int_equal(pools_in_memory(), 3);
	assert_int_equal(usage(parent, rxe0, OBJECT), 1);
	assert_int_equal(charge(NULL, parent, rxe0, OBJECT, 2), 0);
	uncharge(c[1]);
	assert_int_equal(pools_in_memory(), 2);
	assert_int_equal(usage(parent, rxe0, OBJECT), 2);
	assert_int_equal(usage(root, rxe0, OBJECT), 2);
}

static void rmdir_of_a_whole_branch_leaves_its_charges_in_the_root(void **state)
{
	struct charge *c[2];

	make_tree();
	assert_int_equal(charge(&c[0], child, rxe0, OBJECT, 1), 0);
	assert_int_equal(charge(&c[1], parent, rxe0, OBJECT, 1), 0);
	group_rmdir(child);
	group_rmdir(parent);
	assert_int_equal(groups_in_memory(), 1);
	assert_int_equal(pools_in_memory(), 3);
	assert_int_equal(usage(root, rxe0, OBJECT), 2);
	uncharge(c[1]);
	assert_int_equal(pools_in_memory(), 3);
	uncharge(c[0]);
	assert_int_equal(pools_in_memory(), 1);
	assert_int_equal(usage(root, rxe0, OBJECT), 0);
}

static void charge_during_rmdir_goes_to_the_parent(void **state)
{
	make_tree();
	assert_int_equal(write_max(child, "rxe0 hca_object=0"), 0);
	assert_true(rcg_group_tryget(child));
	group_rmdir(child);
	assert_int_equal(charge(NULL, child, rxe0, OBJECT, 1), 0);
	assert_int_equal(usage(parent, rxe0, OBJECT), 1);
	assert_false(pool_exists(child, rxe0));
	rcg_group_put(child);
	assert_int_equal(groups_in_memory(), 2);
}

static void charge_during_rmdir_of_a_branch_goes_to_the_next_ancestor(void **state)
{
	make_tree();
	assert_true(rcg_group_tryget(child));
	group_rmdir(child);
	group_rmdir(parent);
	assert_int_equal(groups_in_memory(), 3);
	assert_int_equal(charge(NULL, child, rxe0, OBJECT, 1), 0);
	assert_int_equal(usage(root, rxe0, OBJECT), 1);
	assert_int_equal(pools_in_memory(), 1);
	rcg_group_put(child);
	assert_int_equal(groups_in_memory(), 1);
}

static void charge_that_found_its_pool_before_rmdir_is_made_on_it(void **state)
{
	struct rdmacg_oot_pool *pool;

	make_tree();
	assert_int_equal(write_max(child, "rxe0 hca_object=0"), 0);
	pool = rcg_pool_get(child, rxe0);
	group_rmdir(child);
	assert_int_equal(rcg_pool_charge(pool, OBJECT, 1), 0);
	assert_int_equal(usage(parent, rxe0, OBJECT), 1);
	rcg_pool_uncharge(pool, OBJECT, 1);
	assert_int_equal(usage(parent, rxe0, OBJECT), 0);
	assert_int_equal(pools_in_memory(), 2);
}

static void limit_written_during_rmdir_is_refused(void **state)
{
	make_tree();
	assert_true(rcg_group_tryget(child));
	group_rmdir(child);
	assert_int_equal(write_max(child, "rxe0 hca_object=1"), -ENODEV);
	assert_int_equal(write_max(child, "rxe0 hca_object=x"), -EINVAL);
	assert_int_equal(pools_in_memory(), 0);
	rcg_group_put(child);
}

/* As a cgroup that becomes threaded: its children stay. */
static void removed_parent_no_longer_limits_its_child(void **state)
{
	struct rdmacg_oot_device *rxe1 = device_plug("rxe1", 1);
	struct charge *before, *after, *other;

	make_tree();
	assert_int_equal(write_max(parent, "rxe0 hca_object=2"), 0);
	assert_int_equal(charge(&before, child, rxe0, OBJECT, 2), 0);
	rcg_group_offline(parent);

	/* A pool that was there keeps its way to the root; the limit on it does not hold. */
	assert_int_equal(charge(&after, child, rxe0, OBJECT, 3), 0);
	assert_int_equal(usage(child, rxe0, OBJECT), 5);
	assert_int_equal(usage(root, rxe0, OBJECT), 5);
	/* A new one takes the shorter way. */
	assert_int_equal(charge(&other, child, rxe1, OBJECT, 4), 0);
	assert_int_equal(usage(root, rxe1, OBJECT), 4);
	assert_false(pool_exists(parent, rxe0));
	assert_false(pool_exists(parent, rxe1));
	assert_ptr_equal(other->pool->parent->group, root);

	uncharge(after);
	uncharge(before);
	uncharge(other);
	assert_int_equal(usage(root, rxe0, OBJECT), 0);
	assert_int_equal(usage(root, rxe1, OBJECT), 0);
	group_rmdir(child);
	assert_int_equal(pools_in_memory(), 2);
	group_rmdir(parent);
	assert_int_equal(groups_in_memory(), 1);
}

static void child_may_become_idle_after_its_parent_went(void **state)
{
	make_tree();
	assert_int_equal(write_max(child, "rxe0 hca_object=2"), 0);
	rcg_group_offline(parent);
	assert_int_equal(write_max(child, "rxe0 hca_object=max"), 0);
	assert_false(pool_exists(child, rxe0));
	assert_int_equal(write_max(child, "rxe0 hca_object=1"), 0);
	assert_int_equal(charge(NULL, child, rxe0, OBJECT, 2), -EAGAIN);
	assert_int_equal(pools_in_memory(), 2);
}

static void reference_to_a_pool_that_went_is_not_taken_for_the_tables(void **state)
{
	struct rdmacg_oot_pool *pool;

	make_tree();
	assert_int_equal(write_max(child, "rxe0 hca_object=2"), 0);
	pool = rcg_pool_get(parent, rxe0);
	rcg_group_offline(parent);
	assert_int_equal(write_max(child, "rxe0 hca_object=max"), 0);
	assert_int_equal(refcount_read(&pool->refs), 1);
	assert_int_equal(pools_in_memory(), 2);
	rcg_pool_put(pool);
	assert_int_equal(pools_in_memory(), 1);
}

static void group_without_references_is_not_taken_again(void **state)
{
	make_tree();
	rcu_read_lock();
	/* As the hierarchy finds it: its memory is there until the end of the read side. */
	assert_true(rcg_group_tryget(child));
	rcg_group_put(child);
	assert_int_equal(refcount_read(&child->refs), 1);
	rcu_read_unlock();

	rcg_group_offline(child);
	assert_true(rcg_group_tryget(child));
	rcg_group_put(child);
	group_rmdir(child);
	assert_false(rcg_group_tryget(child));
	assert_int_equal(groups_in_memory(), 2);
}

static void group_made_anew_begins_with_nothing(void **state)
{
	struct charge *c;

	make_tree();
	assert_int_equal(write_max(child, "rxe0 hca_object=5"), 0);
	assert_int_equal(charge(&c, child, rxe0, OBJECT, 5), 0);
	assert_int_equal(charge(NULL, child, rxe0, OBJECT, 5), -EAGAIN);
	group_rmdir(child);
	child = group_mkdir(parent);
	assert_string_equal(show(rcg_show_max, child), "rxe0 hca_handle=max hca_object=max \n");
	assert_string_equal(show(rcg_show_peak, child), "rxe0 hca_handle=0 hca_object=0 \n");
	assert_int_equal(charge(NULL, child, rxe0, OBJECT, 2), 0);
	assert_int_equal(usage(child, rxe0, OBJECT), 2);
	assert_int_equal(usage(parent, rxe0, OBJECT), 7);
	uncharge(c);
	assert_int_equal(usage(child, rxe0, OBJECT), 2);
	assert_int_equal(usage(parent, rxe0, OBJECT), 2);
}

static void unplug_keeps_only_the_charges(void **state)
{
	struct charge *c;

	make_tree();
	assert_int_equal(charge(&c, child, rxe0, OBJECT, 2), 0);
	assert_int_equal(write_max(parent, "rxe0 hca_object=2"), 0);
	device_unplug(rxe0);
	assert_int_equal(pools_in_memory(), 3);
	assert_string_equal(snapshot(), "");
	assert_int_equal(c->pool->parent->counter[OBJECT].max, S32_MAX);
	uncharge(c);
	assert_int_equal(pools_in_memory(), 0);
}

static void unplug_without_charges_leaves_nothing(void **state)
{
	struct charge *c;

	make_tree();
	assert_int_equal(charge(&c, child, rxe0, OBJECT, 2), 0);
	assert_int_equal(write_max(parent, "rxe0 hca_object=2"), 0);
	assert_int_equal(charge(NULL, child, rxe0, OBJECT, 1), -EAGAIN);
	uncharge(c);
	device_unplug(rxe0);
	assert_int_equal(pools_in_memory(), 0);
}

static void unplug_says_how_many_groups_had_a_limit(void **state)
{
	struct rcg_group *root = group_mkdir(NULL), *a = group_mkdir(root), *b = group_mkdir(a);
	struct rdmacg_oot_device *rxe0 = device_plug("rxe0", 3), *rxe1 = device_plug("rxe1", 4);

	assert_int_equal(write_max(a, "rxe0 hca_object=5"), 0);
	assert_int_equal(write_max(b, "rxe0 hca_handle=1 hca_object=5"), 0);
	kernel_log[0] = '\0';
	device_unplug(rxe1);
	assert_string_equal(kernel_log, "");
	device_unplug(rxe0);
	assert_non_null(strstr(kernel_log, "adapter rxe0 are forgotten (cgroups that had one: 2)"));
}

static void charges_survive_unplug_and_rmdir_in_either_order(void **state)
{
	struct charge *c;
	int order;

	for (order = 0; order < 2; order++) {
		make_tree();
		assert_int_equal(charge(&c, child, rxe0, OBJECT, 2), 0);
		if (order)
			device_unplug(rxe0);
		group_rmdir(child);
		group_rmdir(parent);
		group_rmdir(root);
		if (!order)
			device_unplug(rxe0);
		assert_int_equal(groups_in_memory(), 0);
		assert_int_equal(pools_in_memory(), 3);
		uncharge(c);
		assert_int_equal(pools_in_memory(), 0);
	}
}

static void device_that_is_not_registered_is_not_charged(void **state)
{
	struct rdmacg_oot_device device = { .name = "rxe9" };

	make_tree();
	assert_int_equal(rdmacg_oot_register_device(&device), 0);
	assert_int_equal(write_max(child, "rxe9 hca_object=1"), 0);
	rdmacg_oot_unregister_device(&device);
	assert_int_equal(charge(NULL, child, &device, OBJECT, 1), -ENODEV);
	assert_int_equal(write_max(child, "rxe9 hca_object=1"), -ENODEV);
	assert_int_equal(pools_in_memory(), 0);
}

static void device_plugged_in_again_begins_with_nothing(void **state)
{
	struct charge *c;

	make_tree();
	assert_int_equal(write_max(child, "rxe0 hca_object=1"), 0);
	assert_int_equal(charge(&c, child, rxe0, OBJECT, 1), 0);
	device_unplug(rxe0);
	rxe0 = device_plug("rxe0", 1);
	assert_int_equal(charge(NULL, child, rxe0, OBJECT, 2), 0);
	assert_int_equal(usage(child, rxe0, OBJECT), 2);
	uncharge(c);
	assert_int_equal(usage(child, rxe0, OBJECT), 2);
	assert_int_equal(usage(root, rxe0, OBJECT), 2);
}

static void pool_seen_by_a_reader_stays_valid_until_it_is_done(void **state)
{
	struct rdmacg_oot_pool *pool;

	make_tree();
	assert_int_equal(write_max(child, "rxe0 hca_object=1"), 0);
	rcu_read_lock();
	pool = rcg_pool_find(child, rxe0);
	rcu_read_unlock();
	assert_non_null(pool);
	/* No grace period passes in here: freed memory would be noticed. */
	assert_int_equal(write_max(child, "rxe0 hca_object=max"), 0);
	assert_int_equal(refcount_read(&pool->refs), 0);
	rcu_read_lock();
	assert_null(rcg_pool_tryget(child, rxe0));
	rcu_read_unlock();
	assert_false(refcount_inc_not_zero(&pool->refs));

	/* The other way to go. */
	assert_int_equal(write_max(child, "rxe0 hca_object=1"), 0);
	rcu_read_lock();
	pool = rcg_pool_find(child, rxe0);
	rcu_read_unlock();
	assert_non_null(pool);
	group_rmdir(child);
	assert_false(refcount_inc_not_zero(&pool->refs));
}

static void look_up_takes_a_reference(void **state)
{
	struct rdmacg_oot_pool *pool;

	make_tree();
	rcu_read_lock();
	assert_null(rcg_pool_tryget(child, rxe0));
	rcu_read_unlock();
	pool = rcg_pool_get(child, rxe0);
	rcu_read_lock();
	assert_ptr_equal(rcg_pool_tryget(child, rxe0), pool);
	rcu_read_unlock();
	assert_ptr_equal(rcg_pool_get(child, rxe0), pool);
	group_rmdir(child);
	rcg_pool_put(pool);
	rcg_pool_put(pool);
	assert_int_equal(pools_in_memory(), 3);
	rcg_pool_put(pool);
	assert_int_equal(pools_in_memory(), 2);
}

static void put_of_null_is_allowed(void **state)
{
	make_tree();
	rcg_pool_put(NULL);
	rcg_group_put(NULL);
}

static void charge_and_give_back(void)
{
	struct charge *c;

	/* From another CPU, which does not hold the lock. */
	assert_int_equal(charge(&c, child, rxe0, OBJECT, 3), 0);
	uncharge(c);
}

static void peak_reached_while_the_pool_is_being_freed_is_kept(void **state)
{
	make_tree();
	assert_int_equal(write_max(child, "rxe0 hca_object=5"), 0);
	kernel_thread.preempt = charge_and_give_back;
	assert_int_equal(write_max(child, "rxe0 hca_object=max"), 0);
	assert_null(kernel_thread.preempt);
	assert_int_equal(peak(child, rxe0, OBJECT), 3);
	assert_int_equal(peak(root, rxe0, OBJECT), 3);
	assert_int_equal(charge(NULL, child, rxe0, OBJECT, 1), 0);
}

static void refuse_and_give_up(void)
{
	assert_int_equal(charge(NULL, child, rxe0, HANDLE, S32_MAX + 1LL), -EAGAIN);
}

static void event_counted_while_the_pool_is_being_freed_is_kept(void **state)
{
	make_tree();
	assert_int_equal(write_max(child, "rxe0 hca_object=5"), 0);
	kernel_thread.preempt = refuse_and_give_up;
	assert_int_equal(write_max(child, "rxe0 hca_object=max"), 0);
	assert_null(kernel_thread.preempt);
	assert_int_equal(event(child, rxe0, HANDLE, RCG_EVENT_LOCAL_ALLOC_FAIL), 1);
	assert_int_equal(event(parent, rxe0, HANDLE, RCG_EVENT_MAX), 1);
}

static void many_pools_are_told_apart(void **state)
{
	struct rcg_group *group[50];
	struct rdmacg_oot_device *device[20];
	char name[32], line[64];
	int g, d;

	make_tree();
	for (d = 0; d < 20; d++) {
		snprintf(name, sizeof(name), "mlx5_%d", d);
		device[d] = device_plug(name, 10 + d);
	}
	for (g = 0; g < 50; g++) {
		group[g] = group_mkdir(parent);
		for (d = 0; d < 20; d++) {
			snprintf(line, sizeof(line), "mlx5_%d hca_object=%d", d, g * 20 + d);
			assert_int_equal(write_max(group[g], line), 0);
		}
	}
	assert_int_equal(pools_in_memory(), 52 * 20);
	for (g = 0; g < 50; g++)
		for (d = 0; d < 20; d++)
			assert_int_equal(limit(group[g], device[d], OBJECT), g * 20 + d);
	for (g = 0; g < 50; g += 2)
		group_rmdir(group[g]);
	for (d = 0; d < 20; d += 2)
		device_unplug(device[d]);
	assert_int_equal(pools_in_memory(), 27 * 10);
	for (g = 1; g < 50; g += 2)
		for (d = 1; d < 20; d += 2)
			assert_int_equal(limit(group[g], device[d], OBJECT), g * 20 + d);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(nothing_is_made_before_it_is_needed),
		TEST(first_limit_makes_the_pools_up_to_the_root),
		TEST(limits_all_max_again_free_the_pools),
		TEST(line_without_a_limit_leaves_no_pool),
		TEST(ancestor_with_a_limit_of_its_own_stays),
		TEST(ancestor_with_another_child_stays),
		TEST(limits_of_a_parent_at_max_keep_the_pool_for_its_children),
		TEST(usage_keeps_the_pools),
		TEST(peak_keeps_the_pools),
		TEST(events_keep_the_pools),
		TEST(rmdir_frees_group_and_pools_at_once_without_charges),
		TEST(rmdir_frees_ancestor_pools_that_only_it_needed),
		TEST(rmdir_with_charges_resets_limits_and_keeps_ancestors_counting),
		TEST(rmdir_of_a_whole_branch_leaves_its_charges_in_the_root),
		TEST(charge_during_rmdir_goes_to_the_parent),
		TEST(charge_during_rmdir_of_a_branch_goes_to_the_next_ancestor),
		TEST(charge_that_found_its_pool_before_rmdir_is_made_on_it),
		TEST(limit_written_during_rmdir_is_refused),
		TEST(removed_parent_no_longer_limits_its_child),
		TEST(child_may_become_idle_after_its_parent_went),
		TEST(reference_to_a_pool_that_went_is_not_taken_for_the_tables),
		TEST(group_without_references_is_not_taken_again),
		TEST(group_made_anew_begins_with_nothing),
		TEST(unplug_keeps_only_the_charges),
		TEST(unplug_without_charges_leaves_nothing),
		TEST(unplug_says_how_many_groups_had_a_limit),
		TEST(charges_survive_unplug_and_rmdir_in_either_order),
		TEST(device_that_is_not_registered_is_not_charged),
		TEST(device_plugged_in_again_begins_with_nothing),
		TEST(pool_seen_by_a_reader_stays_valid_until_it_is_done),
		TEST(look_up_takes_a_reference),
		TEST(put_of_null_is_allowed),
		TEST(peak_reached_while_the_pool_is_being_freed_is_kept),
		TEST(event_counted_while_the_pool_is_being_freed_is_kept),
		TEST(many_pools_are_told_apart),
	};

	return RUN(tests);
}
