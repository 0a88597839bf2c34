// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the Nth allocation of the initialisation of rdmacg_oot fail. Not one of the kernel's module
 * loader before it, which has fewer ways to undo what it has begun.
 */
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/string.h>

static unsigned int nth;
module_param(nth, uint, 0644);
MODULE_PARM_DESC(nth, "the allocation that fails, counted from 1; then 0, or what was left to count");

static int event(struct notifier_block *nb, unsigned long state, void *data)
{
	const struct module *module = data;

	if (strcmp(module->name, "rdmacg_oot"))
		return NOTIFY_DONE;
	switch (state) {
	case MODULE_STATE_COMING:
		current->fail_nth = nth;
		break;
	case MODULE_STATE_LIVE:
	case MODULE_STATE_GOING:
		nth = current->fail_nth;
		current->fail_nth = 0;
		break;
	}
	return NOTIFY_DONE;
}

/* After the loader's own. */
static struct notifier_block notifier = {
	.notifier_call	= event,
	.priority	= INT_MIN,
};

static int __init fault_init(void)
{
	return register_module_notifier(&notifier);
}

static void __exit fault_exit(void)
{
	unregister_module_notifier(&notifier);
}

module_init(fault_init);
module_exit(fault_exit);

MODULE_DESCRIPTION("Test: out of memory while rdmacg_oot is loaded");
MODULE_LICENSE("GPL");
