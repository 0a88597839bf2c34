// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers an ftrace_ops with IPMODIFY on a function, as a live patch does, so that no other one
 * can. It redirects nothing.
 */
#include <linux/ftrace.h>
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/version.h>

static char *function = "cgroup_mkdir";
module_param(function, charp, 0444);
MODULE_PARM_DESC(function, "the function to hold");

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
static void notrace hold(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
			 struct ftrace_regs *regs)
#else
static void notrace hold(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
			 struct pt_regs *regs)
#endif
{
}

static struct ftrace_ops ops = {
	.func	= hold,
#ifdef CONFIG_DYNAMIC_FTRACE_WITH_REGS
	.flags	= FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_SAVE_REGS,
#else
	.flags	= FTRACE_OPS_FL_IPMODIFY,
#endif
};

/* ftrace_free_filter() is exported from 6.2 on only. */
static void drop_filter(void)
{
	char not_this[KSYM_NAME_LEN + 1];
	int len = scnprintf(not_this, sizeof(not_this), "!%s", function);

	ftrace_set_filter(&ops, (unsigned char *)not_this, len, 0);
}

static int __init holder_init(void)
{
	int ret = ftrace_set_filter(&ops, (unsigned char *)function, strlen(function), 1);

	if (ret)
		return ret;
	ret = register_ftrace_function(&ops);
	if (ret)
		drop_filter();
	return ret;
}

static void __exit holder_exit(void)
{
	unregister_ftrace_function(&ops);
	drop_filter();
}

module_init(holder_init);
module_exit(holder_exit);

MODULE_DESCRIPTION("Test: holds a function as a live patch does");
MODULE_LICENSE("GPL");
