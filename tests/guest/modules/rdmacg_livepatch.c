// SPDX-License-Identifier: GPL-2.0-only
/*
 * A live patch of a function that has nothing to do with RDMA: /proc/cmdline reads "patched". Its
 * transition ends when the stack of every task has been found without that function, for which the
 * kernel has to be able to follow the stack through the module's replacements.
 */
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>

static int patched_show(struct seq_file *m, void *v)
{
	seq_puts(m, "patched\n");
	return 0;
}

static struct klp_func functions[] = {
	{ .old_name = "cmdline_proc_show", .new_func = patched_show, },
	{ }
};

static struct klp_object objects[] = {
	{ .funcs = functions, },
	{ }
};

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objects,
};

static int __init livepatch_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit livepatch_exit(void)
{
}

module_init(livepatch_init);
module_exit(livepatch_exit);

MODULE_DESCRIPTION("Test: a live patch");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
