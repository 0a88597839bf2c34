// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the Nth allocation in the module_init() function of rdmacg_oot fail, not those of the
 * module loader before it.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/string.h>

static unsigned int nth;
module_param(nth, uint, 0644);
MODULE_PARM_DESC(nth, "which allocation fails, from 1; afterwards 0, or what was left to count");

static int begin(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	current->fail_nth = nth;
	return 0;
}

/* At once, and not when the notifier is called: kprobes are before it, and complain. */
static int end(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	nth = current->fail_nth;
	current->fail_nth = 0;
	return 0;
}

static struct kretprobe probe;

static int event(struct notifier_block *nb, unsigned long state, void *data)
{
	const struct module *module = data;

	if (strcmp(module->name, "rdmacg_oot"))
		return NOTIFY_DONE;
	switch (state) {
	case MODULE_STATE_COMING:
		memset(&probe, 0, sizeof(probe));
		probe.kp.addr = (kprobe_opcode_t *)module->init;
		probe.entry_handler = begin;
		probe.handler = end;
		WARN_ON(register_kretprobe(&probe));
		break;
	case MODULE_STATE_LIVE:
	case MODULE_STATE_GOING:
		/* Before the module is unloaded there is none. */
		if (!probe.kp.addr)
			break;
		unregister_kretprobe(&probe);
		probe.kp.addr = NULL;
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = event };

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
