// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kprobes as back end, for kernels without a function tracer that saves the
 * registers: a probe at the entry of the function that changes the
 * instruction pointer, as error injection does.
 */
#include <linux/kprobes.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#include "hook.h"

/*
 * struct redirection - what this back end keeps for an armed hook
 * @probe: for kprobes
 * @hook: the hook
 */
struct redirection {
	struct kprobe	probe;
	struct hook	*hook;
};

static int pre_handler(struct kprobe *probe, struct pt_regs *regs)
{
	struct hook *hook = container_of(probe, struct redirection, probe)->hook;

	if (hook_take_mark(hook))
		return 0;
	this_cpu_inc(*hook->hits);
	instruction_pointer_set(regs, (unsigned long)hook->replacement);
	return 1;
}
NOKPROBE_SYMBOL(pre_handler);

/*
 * A probe with a post_handler is never optimised into a jump, after which
 * pre_handler() could not change the instruction pointer. And where kprobes
 * use ftrace, they let only such a probe change it.
 */
static void post_handler(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}
NOKPROBE_SYMBOL(post_handler);

static int hook_kprobe_arm(struct hook *hook)
{
	struct redirection *r = kzalloc(sizeof(*r), GFP_KERNEL);
	int ret;

	if (!r)
		return -ENOMEM;
	r->hook = hook;
	r->probe.addr = (kprobe_opcode_t *)hook->address;
	r->probe.pre_handler = pre_handler;
	r->probe.post_handler = post_handler;
	ret = register_kprobe(&r->probe);
	if (ret) {
		kfree(r);
		return ret;
	}
	hook->redirection = r;
	return 0;
}

static void hook_kprobe_disarm(struct hook *hook)
{
	struct redirection *r = hook->redirection;

	unregister_kprobe(&r->probe);
	kfree(r);
}

const struct hook_backend hook_kprobe = {
	.name		= "kprobe",
	.marks		= true,
	.revocable	= true,
	.arm		= hook_kprobe_arm,
	.disarm		= hook_kprobe_disarm,
};
