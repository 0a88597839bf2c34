// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which hierarchy is followed: cgroup v2, or the v1 hierarchy of a controller.
 *
 * A v1 hierarchy is identified by a controller that is attached to it. Its root
 * cgroup would not do: that is freed when the hierarchy is unmounted, and the next
 * mount makes another one. The controller's root state stays the same.
 */
#include <linux/fs.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "current.h"

/*
 * What "auto" looks for when v2 holds no tasks; those first in which service
 * managers and batch systems make a cgroup for every job.
 */
static const char * const preferred[] = {
	"memory", "pids", "devices", "cpu", "cpuset", "freezer", "blkio", "net_cls", "perf_event",
	"hugetlb", "rdma",
};

int hierarchy_controller = HIERARCHY_V2;
struct cgroup_subsys_state *hierarchy_root_css;

/* A controller's root state: that of a task which never leaves the root. */
static struct cgroup_subsys_state *root_css_of(int id)
{
	struct cgroup_subsys_state *css;

	rcu_read_lock();
	css = compat_task_css(&init_task, id);
	rcu_read_unlock();
	return css;
}

/* Is a cgroup, referenced, in the v1 hierarchy that a controller is attached to? */
static bool is_on_v1_of(const struct cgroup *cgroup, int id)
{
	return compat_cgroup_on_v1(cgroup) && READ_ONCE(cgroup->root->subsys_mask) & BIT(id);
}

static void each_super_of_type(const char *name, void (*function)(struct super_block *, void *),
			       void *arg)
{
	struct file_system_type *type = get_fs_type(name);

	/* It is never a module: there is no reference to put. */
	if (type)
		iterate_supers_type(type, function, arg);
}

/*
 * Calls @function for each super block that may be of the hierarchy of the controller
 * @id, or of v2. s_umount is held meanwhile.
 *
 * Only types of file systems that this kernel has are looked up: get_fs_type()
 * starts modprobe for any other.
 */
static void each_super(int id, void (*function)(struct super_block *sb, void *arg), void *arg)
{
	if (id == HIERARCHY_V2) {
		each_super_of_type("cgroup2", function, arg);
		return;
	}
	each_super_of_type("cgroup", function, arg);
	/* From 5.1 on, what is mounted with -t cpuset is of another type. */
	if (!strcmp(compat_subsys_name(id), "cpuset"))
		each_super_of_type("cpuset", function, arg);
}

/* The search for the root of a v1 hierarchy, by one of its controllers */
struct v1_search {
	int		id;
	struct cgroup	*found;
};

static void v1_search_sb(struct super_block *sb, void *arg)
{
	struct v1_search *search = arg;
	struct cgroup *root = compat_sb_root(sb);

	if (!search->found && is_on_v1_of(root, search->id) && compat_root_tryget(root))
		search->found = root;
}

/*
 * The root cgroup of a mounted v1 hierarchy, referenced, or NULL. It is found through
 * its super block and not through the controller's root state: before 6.7 not even RCU
 * keeps the memory that this points to.
 */
static struct cgroup *v1_root_get(int id)
{
	struct cgroup_subsys_state *css = root_css_of(id);
	struct v1_search search = { .id = id };

	if (!css || !compat_css_on_v1(css))
		return NULL;
	each_super(id, v1_search_sb, &search);
	return search.found;
}

static bool v1_mounted(int id)
{
	struct cgroup *root = v1_root_get(id);

	if (root)
		compat_root_put(root);
	return root;
}

static int controller_by_name(const char *name)
{
	int id;

	for (id = 0; id < CGROUP_SUBSYS_COUNT; id++)
		if (compat_subsys_name(id) && !strcmp(compat_subsys_name(id), name))
			return id;
	return -ENOENT;
}

static bool v2_holds_tasks(void)
{
	struct task_struct *task;
	bool found = false;

	if (!COMPAT_CGROUP_V2)
		return false;
	rcu_read_lock();
	for_each_process(task) {
		found = compat_task_v2_cgroup(task) != compat_v2_root();
		if (found)
			break;
	}
	rcu_read_unlock();
	return found;
}

static int choose_auto(void)
{
	int i, id;

	if (v2_holds_tasks())
		return HIERARCHY_V2;
	for (i = 0; i < ARRAY_SIZE(preferred); i++) {
		id = controller_by_name(preferred[i]);
		if (id >= 0 && v1_mounted(id))
			return id;
	}
	if (COMPAT_CGROUP_V2)
		return HIERARCHY_V2;
	pr_err("no cgroup hierarchy is mounted: mount one, for example with mount -t cgroup -o devices none /sys/fs/cgroup/devices\n");
	return -ENODEV;
}

static int choose_v1(const char *name)
{
	int id = controller_by_name(name);

	if (id < 0) {
		pr_err("parameter hierarchy=%s is not known: it is auto, v2 or a cgroup v1 controller of this kernel (see /proc/cgroups)\n",
		       name);
		return -EINVAL;
	}
	if (!v1_mounted(id)) {
		pr_err("parameter hierarchy=%s: that controller is not mounted as cgroup v1; mount it, or leave the parameter out\n",
		       name);
		return -ENODEV;
	}
	return id;
}

/**
 * hierarchy_choose - choose the hierarchy to follow
 * @name: "v2", the name of a v1 controller, or "auto"
 *
 * Context: module load, before hierarchy_init().
 * Return: 0; or logged: -EINVAL for a name that this kernel does not know,
 * -ENODEV for a hierarchy that is not mounted.
 */
int hierarchy_choose(const char *name)
{
	int which;

	if (!strcmp(name, "auto"))
		which = choose_auto();
	else if (COMPAT_CGROUP_V2 && !strcmp(name, "v2"))
		which = HIERARCHY_V2;
	else
		which = choose_v1(name);
	if (which < HIERARCHY_V2)
		return which;
	hierarchy_controller = which;
	if (!hierarchy_is_v2())
		hierarchy_root_css = root_css_of(hierarchy_controller);
	return 0;
}

/**
 * hierarchy_is_v2 - is it cgroup v2 that is followed?
 *
 * Context: any.
 * Return: false if it is a v1 hierarchy.
 */
bool hierarchy_is_v2(void)
{
	return hierarchy_controller == HIERARCHY_V2;
}

/**
 * hierarchy_name - what the parameter calls the hierarchy that is followed
 *
 * Context: any.
 * Return: "v2" or the name of a controller.
 */
const char *hierarchy_name(void)
{
	return hierarchy_is_v2() ? "v2" : compat_subsys_name(hierarchy_controller);
}

/**
 * hierarchy_print_others - print the names of mounted hierarchies that are not followed
 * @seq: where to
 *
 * Context: process.
 */
void hierarchy_print_others(struct seq_file *seq)
{
	int id;

	if (!hierarchy_is_v2() && v2_holds_tasks())
		seq_puts(seq, " v2");
	for (id = 0; id < CGROUP_SUBSYS_COUNT; id++)
		if (id != hierarchy_controller && v1_mounted(id))
			seq_printf(seq, " %s", compat_subsys_name(id));
}

/**
 * hierarchy_root_get - the root cgroup of the hierarchy that is followed
 *
 * Context: process, may sleep.
 * Return: the root, for compat_root_put(); NULL while the hierarchy is not
 * mounted.
 */
struct cgroup *hierarchy_root_get(void)
{
	struct cgroup *root = compat_v2_root();

	if (!hierarchy_is_v2())
		return v1_root_get(hierarchy_controller);
	return compat_root_tryget(root) ? root : NULL;
}

/**
 * hierarchy_has - is a cgroup in the hierarchy that is followed?
 * @cgroup: the cgroup, referenced
 *
 * Context: any.
 * Return: true if so.
 */
bool hierarchy_has(const struct cgroup *cgroup)
{
	if (hierarchy_is_v2())
		return !compat_cgroup_on_v1(cgroup);
	return is_on_v1_of(cgroup, hierarchy_controller);
}

/**
 * hierarchy_each_super - call a function for each super block that may be of the
 *                        hierarchy that is followed
 * @function: the function; it has to ask hierarchy_has() about the root cgroup
 * @arg: for the function
 *
 * Context: process, may sleep; @function is called with the super block's s_umount.
 */
void hierarchy_each_super(void (*function)(struct super_block *sb, void *arg), void *arg)
{
	each_super(hierarchy_controller, function, arg);
}
