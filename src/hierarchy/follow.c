// SPDX-License-Identifier: GPL-2.0-only
/*
 * Following the hierarchy: the cgroups that exist, and those that come.
 *
 * The life of a cgroup in the cgroup core, and what we do. compat/cgroup.h has the
 * test for each state, for each generation of the cgroup core:
 *
 *	cgroup_mkdir()
 *	    is among its siblings	a scan finds it
 *	    may still fail		not made: the scan passes it over
 *	    can fail no more		made: has a node when mkdir(2) returns, from the
 *					hook; or from the scan, which may be faster
 *	cgroup_rmdir()
 *	    may still fail		has a node
 *	    can fail no more		removed: never given a node
 *	    returns			the hook removes the node
 *	last reference is dropped	the node held one until it was removed
 *
 * Loading arms the hooks first and scans afterwards: so a cgroup is seen by the
 * hook, by the scan, or by both, and hierarchy_add() and hierarchy_del() do nothing
 * the second time. What is left is a call that was inside of the cgroup core when
 * its function was hooked: it is not redirected, and may return after the scan has
 * passed. For such calls resync() repeats the scan for some seconds:
 *
 *	mkdir			the cgroup is found made, and added
 *	rmdir			the node's cgroup is found removed, and hierarchy_prune()
 *				removes the node
 *	rename, threaded	are looked at again for every cgroup
 *
 * Before Linux 3.15 nothing tells whether a cgroup is made: the scan adds it, and
 * where the mkdir then fails, its hook prunes (see hierarchy_scanning()).
 */
#include <linux/cred.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "hierarchy.h"
#include "hook/hook.h"

/* Add all cgroups that are there, parents before children. */
static int add_existing(void)
{
	struct cgroup *root = hierarchy_root_get(), *cgroup = NULL, *reached;
	int ret = 0;

	if (!root)
		return 0;
	rcu_read_lock();
	while (!ret && (cgroup = compat_cgroup_next(cgroup, root))) {
		if (cgroup == root || !compat_cgroup_tryget(cgroup))
			continue;
		rcu_read_unlock();
		/* Else the hook of its mkdir adds it, or resync() does. */
		if (compat_cgroup_made(cgroup))
			ret = COMPAT_CGROUP_KERNFS ? hierarchy_add_existing(cgroup) :
				hierarchy_add(cgroup, NULL);
		/* A call that was under way when the hooks were armed: see above. */
		if (hierarchy_is_v2())
			hierarchy_set_threaded(cgroup);
		else
			hierarchy_rename(cgroup);
		cond_resched();
		rcu_read_lock();
		reached = cgroup;
		cgroup = compat_cgroup_walked(reached);
		compat_cgroup_put(reached);
	}
	rcu_read_unlock();
	compat_root_put(root);
	return ret;
}

/*
 * Scans by resync(), a second apart. A mkdir that was inside of the cgroup core for
 * longer is not found: its cgroup gets a node with the next mkdir below it.
 */
#define RESYNC_ROUNDS	10

static int resync_rounds;

/**
 * hierarchy_scanning - may a scan find cgroups whose mkdir then fails?
 *
 * That is before Linux 3.15, where nothing tells that a cgroup is not complete.
 *
 * Context: any.
 * Return: true while the module is being loaded, and for a while after.
 */
bool hierarchy_scanning(void)
{
	return READ_ONCE(resync_rounds) < RESYNC_ROUNDS;
}

static void resync(struct work_struct *work)
{
	hierarchy_prune();
	if (add_existing())
		pr_warn_ratelimited("no memory for all cgroups: some have no files and are charged to those above them\n");
	WRITE_ONCE(resync_rounds, resync_rounds + 1);
	if (hierarchy_scanning())
		schedule_delayed_work(to_delayed_work(work), HZ);
}

static DECLARE_DELAYED_WORK(resync_work, resync);

/**
 * hierarchy_cgroup_made - the current task has made a cgroup
 * @cgroup: the cgroup, referenced by the caller
 * @name: its name, for the log
 *
 * Context: process, may sleep; takes hierarchy_lock.
 */
void hierarchy_cgroup_made(struct cgroup *cgroup, const char *name)
{
	const struct hierarchy_owner owner = { current_fsuid(), current_fsgid() };

	if (hierarchy_add(cgroup, &owner))
		pr_warn_ratelimited("no memory for cgroup " COMPAT_ESCAPED ": it has no files and is charged to the cgroup above it\n",
				    (int)strlen(name), name);
}

/**
 * hierarchy_follow - make nodes for all cgroups that are there and will be
 *
 * Context: module load, after hierarchy_init(). Sleeps.
 * Return: 0; -ENOMEM; or another error, logged: no hook of this room is in
 * place, but hook_drain() is due.
 */
int hierarchy_follow(void)
{
	int ret = hierarchy_hook();

	if (ret)
		return ret;
	ret = add_existing();
	if (ret) {
		hierarchy_unhook();
		return ret;
	}
	schedule_delayed_work(&resync_work, HZ);
	return 0;
}

/**
 * hierarchy_unfollow - stop following the cgroup core; hook_drain() is due
 *
 * Context: module load and unload. Sleeps.
 */
void hierarchy_unfollow(void)
{
	cancel_delayed_work_sync(&resync_work);
	hierarchy_unhook();
}
