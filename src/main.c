// SPDX-License-Identifier: GPL-2.0-only
/*
 * rdmacg_oot - the RDMA cgroup controller, out of tree.
 *
 * Module load and unload: the stages, and the order in which they begin and end.
 */
#include <linux/module.h>

#include "cgroupfs/cgroupfs.h"
#include "debugfs/debugfs.h"
#include "files/files.h"
#include "hook/hook.h"
#include "ledger/ledger.h"
#include "ledger/owner.h"
#include "status.h"
#include "uverbs/uverbs.h"

module_param_named(enforce, rcg_enforce, bool, 0644);
MODULE_PARM_DESC(enforce, "1: refuse what goes over a limit (default); 0: only count it");

static int refuse_set(const char *word, const struct kernel_param *kp)
{
	const struct rcg_refusal *refusal;

	for (refusal = rcg_refusals; refusal->name; refusal++) {
		if (sysfs_streq(word, refusal->name)) {
			WRITE_ONCE(rcg_refusal, refusal);
			return 0;
		}
	}
	pr_err("parameter refuse is EAGAIN or ENOMEM, nothing else\n");
	return -EINVAL;
}

static int refuse_get(char *buf, const struct kernel_param *kp)
{
	const char *name = READ_ONCE(rcg_refusal)->name;
	const struct kernel_param string = { .arg = &name };

	/* The newline comes from here in newer kernels, from our caller in older ones. */
	return param_get_charp(buf, &string);
}

static const struct kernel_param_ops refuse_ops = {
	.set = refuse_set,
	.get = refuse_get,
};

module_param_cb(refuse, &refuse_ops, NULL, 0644);
__MODULE_PARM_TYPE(refuse, "charp");
MODULE_PARM_DESC(refuse, "the error of what goes over a limit: EAGAIN (default) or ENOMEM");

static char *hook = "auto";
module_param(hook, charp, 0444);
MODULE_PARM_DESC(hook, "how functions are redirected: auto (default), ftrace or kprobe");

static char *hierarchy = "auto";
module_param(hierarchy, charp, 0444);
MODULE_PARM_DESC(hierarchy, "which cgroup hierarchy is followed: auto (default), v2 or the name of a v1 controller");

static char *cgroupfs = "auto";
module_param(cgroupfs, charp, 0444);
MODULE_PARM_DESC(cgroupfs, "rdma.max and others in the cgroup file system: 1, 0, or auto (default), where the kernel's own controller is not active");

static bool mirror = true;
module_param(mirror, bool, 0444);
MODULE_PARM_DESC(mirror, "1: rdma.max and others in debugfs, too (default); 0: not");

static bool intree_is_active(void)
{
	return !strcmp(compat_intree_controller(), "active");
}

/* Returns 1 or 0, whether to use the cgroup file system; or an error, logged. */
static int choose_cgroupfs(void)
{
	bool wanted;

	if (!strcmp(cgroupfs, "auto"))
		return COMPAT_CGROUP_KERNFS && !intree_is_active();
	if (kstrtobool(cgroupfs, &wanted)) {
		pr_err("parameter cgroupfs is auto, 1 or 0, nothing else\n");
		return -EINVAL;
	}
	if (wanted && !COMPAT_CGROUP_KERNFS) {
		pr_err("parameter cgroupfs=1: the cgroup file system of this kernel takes no files of others; leave it out\n");
		return -EOPNOTSUPP;
	}
	if (wanted && intree_is_active()) {
		pr_err("parameter cgroupfs=1: the kernel's own RDMA controller is active and has these files; boot with cgroup_disable=rdma, or leave it out\n");
		return -EBUSY;
	}
	return wanted;
}

/* Choose the file systems in which the files are shown; without one, the load fails. */
static int init_views(void)
{
	int in_cgroupfs = choose_cgroupfs(), ret;

	if (in_cgroupfs < 0)
		return in_cgroupfs;
	if (in_cgroupfs) {
		ret = cgroupfs_init();
		if (ret == -ENOMEM || (ret && strcmp(cgroupfs, "auto")))
			return ret;
		in_cgroupfs = !ret;
	}
	if (IS_ENABLED(CONFIG_DEBUG_FS) && mirror && mirror_possible())
		return mirror_init();
	if (mirror && in_cgroupfs)
		pr_info("no files in debugfs, which this kernel does not have, or not as it was booted\n");
	mirror = false;
	if (in_cgroupfs)
		return 0;
	pr_err("not loaded: limits could be neither set nor read: not in debugfs (is it off? see debugfs= on the kernel command line, and parameter mirror), not in the cgroup file system (parameter cgroupfs=%s)\n",
	       cgroupfs);
	return -ENODEV;
}

static void exit_views(void)
{
	if (IS_ENABLED(CONFIG_DEBUG_FS) && mirror)
		mirror_exit();
}

static int begin_hierarchy(void)
{
	files_notify_start();
	files_denied_start();
	return hierarchy_init();
}

static void end_hierarchy(void)
{
	files_notify_flush();
	hierarchy_exit();
}

static int begin_uverbs(void)
{
	int ret = uverbs_hook();

	if (!ret)
		uverbs_count_contexts();
	return ret;
}

static int begin_status(void)
{
	return status_init(mirror);
}

/*
 * struct stage - a part of the module: it begins after those above it, ends before them
 * @begin: returns 0, or an error when it has undone all; NULL if there is nothing to do
 * @end: undoes it; NULL if there is nothing to undo
 *
 * Who can call into this module, and what ends that when it is unloaded, in this order:
 *
 *	/proc/rdmacg_oot	remove_proc_entry() waits for readers
 *	hooks			hook_remove() in each stage, then one hook_drain() for
 *				all: hook.h has the proof. The same holds for the
 *				functions that contexts.c puts into an ib_device
 *	watch(), resync()	cancel_delayed_work_sync(), in the stage that queues them
 *	ib_core, driver core	ib_unregister_client(), class_interface_unregister()
 *	tell_all()		flush_delayed_work(); only a charge queues it
 *	cgroupfs files		kernfs_remove() waits for their operations
 *	debugfs files		an open file holds a reference to the module; from 4.7 on
 *				debugfs_remove_recursive() waits for an open(2)
 *	RCU callbacks		rcu_barrier(), for nodes and for pools
 *	rdmacg_oot.h		a module that uses it holds a reference to this one
 *	parameters		the module core removes them, after rdmacg_oot_exit()
 *	trace events		the same; perf and BPF hold references to this module
 */
static const struct stage {
	int	(*begin)(void);
	void	(*end)(void);
} stages[] = {
	{ rcg_pools_init,	rcg_pools_exit },
	{ ledger_owners_init,	ledger_owners_exit },
	{ ledger_init,		ledger_exit },
	{ init_views,		exit_views },
	{ begin_hierarchy,	end_hierarchy },
	{ uverbs_devices_init,	uverbs_devices_exit },
	/* The stages below install hooks: drain when all of them are removed. */
	{ NULL,			hook_drain },
	{ hierarchy_follow,	hierarchy_unfollow },
	{ hook_watch_start,	hook_watch_stop },
	{ begin_uverbs,		uverbs_unhook },
	{ begin_status,		status_exit },
};

/* End the first @nr stages. */
static void end_stages(int nr)
{
	while (nr--)
		if (stages[nr].end)
			stages[nr].end();
}

static int __init rdmacg_oot_init(void)
{
	int i, ret = hook_init(hook) ?: hierarchy_choose(hierarchy);

	for (i = 0; !ret && i < ARRAY_SIZE(stages); i++) {
		ret = stages[i].begin ? stages[i].begin() : 0;
		if (ret)
			end_stages(i);
	}
	if (ret) {
		if (ret == -ENOMEM)
			pr_err("not loaded: out of memory\n");
		return ret;
	}

	pr_info("version %s: limits are %s on %u cgroups (%s), through %s\n", RCG_VERSION,
		READ_ONCE(rcg_enforce) ? "enforced" : "counted but not enforced", hierarchy_count(),
		hierarchy_name(), hook_backend_name());
	if (intree_is_active())
		pr_info("the kernel's own RDMA controller is active too: both count, and each refuses by its own limits (cgroup_disable=rdma on the kernel command line switches it off)\n");
	if (uverbs_contexts_before > 0)
		pr_warn("contexts opened before loading: %d, neither they nor the objects made before are counted; start the programs anew that hold them (fuser -v /dev/infiniband/uverbs*)\n",
			uverbs_contexts_before);
	return 0;
}

static void __exit rdmacg_oot_exit(void)
{
	end_stages(ARRAY_SIZE(stages));
	pr_info("unloaded: limits are no longer enforced\n");
}

module_init(rdmacg_oot_init);
module_exit(rdmacg_oot_exit);

MODULE_DESCRIPTION("RDMA cgroup controller, out of tree");
MODULE_VERSION(RCG_VERSION);
MODULE_LICENSE("GPL");
