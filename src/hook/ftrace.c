// SPDX-License-Identifier: GPL-2.0-only
/*
 * The function tracer as back end: an ftrace_ops per function that changes
 * the instruction pointer, as live patching does.
 */
#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "compat/ftrace.h"
#include "compat/module.h"
#include "hook.h"

/*
 * struct redirection - what this back end keeps for an armed hook
 * @ops: for ftrace
 * @hook: the hook
 * @text: start of this module's code; a call from there passes to the original
 * @text_size: size of that code
 */
struct redirection {
	struct ftrace_ops	ops;
	struct hook		*hook;
	unsigned long		text, text_size;
};

/* Is it a replacement of ours that calls the original? */
static __always_inline bool is_ours(const struct redirection *r, unsigned long caller)
{
	return COMPAT_FTRACE_KNOWS_CALLER ? caller - r->text < r->text_size :
					    hook_take_mark(r->hook);
}

static void notrace callback(unsigned long ip, unsigned long parent_ip,
			     struct ftrace_ops *ops, struct ftrace_regs *regs)
{
	struct redirection *r = container_of(ops, struct redirection, ops);

	if (is_ours(r, parent_ip))
		return;
	this_cpu_inc(*r->hook->hits);
	compat_ftrace_set_ip(regs, (unsigned long)r->hook->replacement);
}

/* PERMANENT keeps sysctl kernel.ftrace_enabled=0 from switching it off. */
static int hook_ftrace_arm(struct hook *hook)
{
	struct redirection *r = kzalloc(sizeof(*r), GFP_KERNEL);
	int ret;

	if (!r)
		return -ENOMEM;
	r->hook = hook;
	r->text = compat_module_text(THIS_MODULE, &r->text_size);
	r->ops.func = callback;
	r->ops.flags = FTRACE_OPS_FL_IPMODIFY | COMPAT_FTRACE_PERMANENT |
		       COMPAT_FTRACE_SAVE_REGS | COMPAT_FTRACE_OPS_FL;
	ret = ftrace_set_filter_ip(&r->ops, hook->address, 0, 0);
	if (ret)
		goto free;
	ret = register_ftrace_function(&r->ops);
	if (ret)
		goto filter;
	hook->redirection = r;
	return 0;

filter:
	/* ftrace may still be walking a list of ops that has this one. */
	synchronize_rcu_tasks();
	ftrace_set_filter_ip(&r->ops, hook->address, 1, 0);
free:
	kfree(r);
	return ret;
}

/* Unregisters first: a registered ops without a filter traces every function. */
static void hook_ftrace_disarm(struct hook *hook)
{
	struct redirection *r = hook->redirection;

	/* After an internal error ftrace refuses for ever, and goes on calling the callback. */
	while (unregister_ftrace_function(&r->ops)) {
		pr_err_once("ftrace is broken and still calls this module, which cannot be unloaded: see the log for its complaint, and reboot\n");
		schedule_timeout_uninterruptible(HZ);
	}
	ftrace_set_filter_ip(&r->ops, hook->address, 1, 0);
	kfree(r);
}

const struct hook_backend hook_ftrace = {
	.name		= "ftrace",
	.marks		= !COMPAT_FTRACE_KNOWS_CALLER,
	.revocable	= !COMPAT_FTRACE_PERMANENT,
	.arm		= hook_ftrace_arm,
	.disarm		= hook_ftrace_disarm,
};
