/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hook room: how a kernel function is redirected to one of ours, how ours
 * calls the original, and how all of it is undone without a trace.
 *
 * A replacement has the type of the function that it stands for and runs in
 * its place, in the same context. It calls the original by
 * hook_original(replacement)(arguments), which is a direct call to the
 * function's own entry: no indirect branch, so that IBT and CFI have nothing
 * to object to. The hook lets a call pass whose caller lies in this module.
 *
 *	HOOK_REPLACEMENT(int, our_rmdir, struct kernfs_node *kn)
 *	{
 *		int srcu = hook_enter();
 *		int ret = hook_original(our_rmdir)(kn);
 *
 *		hook_exit(srcu);
 *		return ret;
 *	}
 *
 * This module is built with -fno-optimize-sibling-calls: after a tail call to
 * the original the caller would seem to lie elsewhere.
 */
#ifndef RCG_HOOK_H
#define RCG_HOOK_H

#include <linux/ftrace.h>
#include <linux/list.h>
#include <linux/srcu.h>
#include <linux/static_call.h>

/**
 * struct hook - a function to redirect
 * @symbol: its name; "module:name" outside the core kernel
 * @address: where it is; looked up by name if 0
 * @replacement: what runs instead
 * @bind: tells the replacement where the original is
 * @armed: redirected now
 * @hits: redirected calls, by CPU
 * @node: in the list of installed hooks
 * @ops: what the ftrace back end needs
 */
struct hook {
	const char		*symbol;
	unsigned long		address;
	void			*replacement;
	void			(*bind)(unsigned long address);
	bool			armed;
	unsigned long __percpu	*hits;
	struct list_head	node;
	struct ftrace_ops	ops;
};

#define HOOK_REPLACEMENT(type, name, ...)					\
	static type name(__VA_ARGS__);						\
	DEFINE_STATIC_CALL_NULL(name##_original, name);				\
	static void name##_bind(unsigned long address)				\
	{									\
		static_call_update(name##_original, (typeof(&name))address);	\
	}									\
	static type name(__VA_ARGS__)

#define hook_original(name)	static_call(name##_original)

#define HOOK(_symbol, name)	{ .symbol = _symbol, .replacement = name, .bind = name##_bind }

extern struct srcu_struct hook_srcu;

/**
 * hook_enter - first thing in a replacement: unloading waits from here on
 *
 * Context: process.
 * Return: what hook_exit() wants.
 */
static inline int hook_enter(void)
{
	return srcu_read_lock(&hook_srcu);
}

/**
 * hook_exit - last thing in a replacement
 * @srcu: what hook_enter() returned
 *
 * Context: process.
 */
static inline void hook_exit(int srcu)
{
	srcu_read_unlock(&hook_srcu, srcu);
}

/* hook.c */
int hook_install(struct hook *hooks, unsigned int nr);
void hook_remove(struct hook *hooks, unsigned int nr);
void hook_drain(void);
void hook_defer(struct rcu_head *rcu, void (*fn)(struct rcu_head *rcu));
void hook_defer_barrier(void);
struct hook *hook_next(struct hook *hook);
unsigned long hook_hits(const struct hook *hook);
const char *hook_backend(void);

/* ftrace.c: the back end */
void hook_ftrace_init(void);
int hook_ftrace_arm(struct hook *hook);
void hook_ftrace_disarm(struct hook *hook);

#endif /* RCG_HOOK_H */
