// SPDX-License-Identifier: GPL-2.0-only
/*
 * The function tracer as back end: an ftrace_ops per function that changes
 * the instruction pointer, as live patching does.
 */
#include <linux/module.h>
#include <linux/percpu.h>

#include "compat/compat.h"
#include "hook.h"

/* This module's code: who calls from here wants the original. */
static unsigned long text_start, text_size;

static void notrace hook_ftrace_callback(unsigned long ip, unsigned long parent_ip,
					 struct ftrace_ops *ops, struct ftrace_regs *regs)
{
	struct hook *hook = container_of(ops, struct hook, ops);

	if (parent_ip - text_start < text_size)
		return;
	this_cpu_inc(*hook->hits);
	compat_ftrace_set_ip(regs, (unsigned long)hook->replacement);
}

/**
 * hook_ftrace_init - learn where this module's code is
 *
 * Context: module load.
 */
void hook_ftrace_init(void)
{
	text_start = compat_module_text(THIS_MODULE, &text_size);
}

/**
 * hook_ftrace_arm - begin to redirect
 * @hook: the hook, address and original bound
 *
 * PERMANENT keeps sysctl kernel.ftrace_enabled=0 from switching it off.
 *
 * Context: module load. Sleeps.
 * Return: 0; -EBUSY when somebody else redirects the function or ftrace is
 * off; other errors of ftrace_set_filter_ip() and register_ftrace_function().
 */
int hook_ftrace_arm(struct hook *hook)
{
	struct ftrace_ops *ops = &hook->ops;
	int ret;

	ops->func = hook_ftrace_callback;
	ops->flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT |
		     COMPAT_FTRACE_SAVE_REGS | COMPAT_FTRACE_OPS_FL;
	ret = ftrace_set_filter_ip(ops, hook->address, 0, 0);
	if (ret)
		return ret;
	ret = register_ftrace_function(ops);
	if (ret)
		ftrace_set_filter_ip(ops, hook->address, 1, 0);
	return ret;
}

/**
 * hook_ftrace_disarm - stop redirecting
 * @hook: an armed hook
 *
 * Unregisters first: with its filter gone, a registered ops traces everything.
 *
 * Context: module load and unload. Sleeps.
 */
void hook_ftrace_disarm(struct hook *hook)
{
	unregister_ftrace_function(&hook->ops);
	ftrace_set_filter_ip(&hook->ops, hook->address, 1, 0);
}
