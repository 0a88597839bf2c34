// SPDX-License-Identifier: GPL-2.0-only
/*
 * rdmacg_oot - the RDMA cgroup controller, out of tree.
 *
 * Who starts whom, in which order, and how all of it stops.
 */
#include <linux/module.h>

#include "debugfs/debugfs.h"
#include "hook/hook.h"
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

	/* It adds a newline in newer kernels only; in older ones, its caller does. */
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

static int __init rdmacg_oot_init(void)
{
	int ret, before;

	ret = hook_init(hook) ?: hierarchy_choose(hierarchy);
	if (ret)
		goto fail;
	ret = rcg_pools_init();
	if (ret)
		goto fail;
	ret = ledger_init();
	if (ret)
		goto pools;
	ret = mirror_init();
	if (ret)
		goto ledger;
	ret = hierarchy_init(&mirror_observer);
	if (ret)
		goto mirror;
	ret = uverbs_devices_init();
	if (ret)
		goto hierarchy;
	ret = hierarchy_follow();
	if (ret)
		goto devices;
	ret = hook_watch_start();
	if (ret)
		goto follow;
	ret = uverbs_hook();
	if (ret)
		goto watch;
	before = uverbs_count_contexts();
	status_contexts_before(before);
	mirror_ready();

	pr_info("version %s: limits are %s on %u cgroups (%s), through %s\n", RCG_VERSION,
		READ_ONCE(rcg_enforce) ? "enforced" : "counted but not enforced", hierarchy_count(),
		hierarchy_name(), hook_backend_name());
	if (!strcmp(compat_intree_controller(), "active"))
		pr_info("the kernel's own RDMA controller is active too: both count, and each refuses by its own limits (cgroup_disable=rdma on the kernel command line switches it off)\n");
	if (before > 0)
		pr_warn("contexts opened before loading: %d, neither they nor their objects are counted; start the programs anew that hold them (fuser -v /dev/infiniband/uverbs*)\n",
			before);
	return 0;

watch:
	hook_watch_stop();
follow:
	hierarchy_unfollow();
devices:
	hook_drain();
	uverbs_devices_exit();
hierarchy:
	hierarchy_exit();
mirror:
	mirror_exit();
ledger:
	ledger_exit();
pools:
	rcg_pools_exit();
fail:
	if (ret == -ENOMEM)
		pr_err("not loaded: out of memory\n");
	return ret;
}

static void __exit rdmacg_oot_exit(void)
{
	uverbs_unhook();
	hook_watch_stop();
	hierarchy_unfollow();
	hook_drain();
	uverbs_devices_exit();
	ledger_exit();
	hierarchy_exit();
	mirror_exit();
	rcg_pools_exit();
}

module_init(rdmacg_oot_init);
module_exit(rdmacg_oot_exit);

MODULE_DESCRIPTION("RDMA cgroup controller, out of tree");
MODULE_VERSION(RCG_VERSION);
MODULE_LICENSE("GPL");
