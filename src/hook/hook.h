/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hook room (hook_): how a kernel function is redirected to one of ours, how ours
 * calls the original, and how all of it is undone without a trace.
 *
 * A replacement has the type of the function that it stands for and runs in
 * its place, in the same context. It calls the original by
 * hook_original(replacement, call)(arguments), which enters the function at
 * its own entry, where the redirection lets it pass. On x86 from 5.10 on this
 * static call is a direct call: there is no indirect branch for IBT or CFI to
 * refuse. Elsewhere (arm64) it is a call through a pointer. BTI and CFI let it
 * pass, because every function that is hooked is global or is called through a
 * pointer by the kernel itself: it begins with a landing pad, and has the type of
 * its replacement.
 *
 *	HOOK_REPLACEMENT(int, our_rmdir, struct kernfs_node *kn)
 *	{
 *		struct hook_call call;
 *		int ret;
 *
 *		hook_enter(&call);
 *		ret = hook_original(our_rmdir, &call)(kn);
 *		hook_exit(&call);
 *		return ret;
 *	}
 *
 * How a call of the original passes. Two means of redirection (back ends) do the
 * same: the function tracer, and kprobes where that is missing.
 *
 *	ftrace.c	lets a call pass whose return address lies in this module. So
 *			the module is built with -fno-optimize-sibling-calls: after a
 *			tail call the caller would seem to lie elsewhere. On arm64, a
 *			kretprobe may have replaced the return address before: there it
 *			uses marks, as kprobe.c does
 *	kprobe.c	cannot trust the return address, which function_graph may have
 *			changed already. hook_original() leaves a mark in the task's
 *			hook_call, and hook_take_mark() looks for it (mark.c)
 *
 * Why the module can be unloaded under load. A redirected task passes through these
 * places, in this order:
 *
 *	1. the back end's callback, and the code from there to hook_enter()
 *	2. between hook_enter() and hook_exit(): counted in hook_calls. Here the task may
 *	   sleep, in the original, for any time
 *	3. between hook_exit() and its return to the caller of the original
 *
 * hook_remove() stops the redirection: no task enters 1 any more. hook_drain() then
 *
 *	- calls synchronize_rcu_tasks(): a task in 1 does not sleep voluntarily, so it
 *	  has reached 2 or 3 when that returns
 *	- waits until hook_calls is 0: 2 is empty, and no task comes there from 1
 *	- calls synchronize_rcu_tasks(): a task in 3 does not sleep either
 *
 * Now no task is in the module's text because of a hook, nor will return to it. The
 * functions that ops.c puts into an ib_device call hook_enter() and hook_exit(),
 * too: the proof holds for them when the pointers are the driver's again.
 *
 * While hook_drain() sums hook_calls over the CPUs no task enters 2, so the counts
 * only fall: the sum is never too low. synchronize_rcu_tasks() orders memory as well,
 * so hook_enter() and hook_exit() need no barrier, and cost an instruction each.
 */
#ifndef RCG_HOOK_H
#define RCG_HOOK_H

#include <linux/list.h>
#include <linux/list_bl.h>
#include <linux/percpu.h>
#include <linux/static_call.h>

/**
 * struct hook - a function to redirect
 * @symbol: its name; "module:name" outside the core kernel
 * @alias: its name in older kernels, or NULL
 * @pointer: points to a pointer to it; NULL: it is looked up by name
 * @optional: a kernel without the function is no error
 * @address: the function's
 * @replacement: what runs instead
 * @bind: tells the replacement where the original is
 * @armed: redirected now
 * @hits: redirected calls, by CPU
 * @node: in the list of installed hooks
 * @redirection: what the back end keeps
 */
struct hook {
	const char		*symbol;
	const char		*alias;
	void *const		*pointer;
	bool			optional;
	unsigned long		address;
	void			*replacement;
	void			(*bind)(unsigned long address);
	bool			armed;
	unsigned long __percpu	*hits;
	struct list_head	node;
	void			*redirection;
};

#define HOOK_REPLACEMENT(type, name, ...)					\
	static type name(__VA_ARGS__);						\
	DEFINE_STATIC_CALL_NULL(name##_original, name);				\
	static void name##_bind(unsigned long address)				\
	{									\
		static_call_update(name##_original, (typeof(&name))address);	\
	}									\
	static type name(__VA_ARGS__)

#define hook_original(name, call)						\
	((call)->passes = (name), static_call(name##_original))

#define HOOK(_symbol, name)	{ .symbol = _symbol, .replacement = name, .bind = name##_bind }
#define HOOK_ALIAS(_symbol, _alias, name) \
	{ .symbol = _symbol, .alias = _alias, .replacement = name, .bind = name##_bind }
/* @where: a pointer to the function, in memory that does not move */
#define HOOK_POINTER(_symbol, where, name) \
	{ .symbol = _symbol, .pointer = (void *const *)&(where), .replacement = name, \
	  .bind = name##_bind }
#define HOOK_OPTIONAL(_symbol, name) \
	{ .symbol = _symbol, .optional = true, .replacement = name, .bind = name##_bind }

/**
 * struct hook_call - a redirected call that is under way
 * @passes: the replacement whose original this task is about to enter
 * @task: the task
 * @node: place among the marks, for back ends that need them
 */
struct hook_call {
	const void			*passes;
	const struct task_struct	*task;
	struct hlist_bl_node		node;
};

/**
 * struct hook_backend - a means of redirection
 * @name: what the parameter "hook" calls it
 * @marks: it asks hook_take_mark() whether to let a call pass
 * @revocable: an administrator can switch it off, and the module is not told
 * @arm: begins to redirect; 0 or an error, and then nothing is left of it
 * @disarm: stops; when it returns no call is redirected any more
 */
struct hook_backend {
	const char	*name;
	bool		marks;
	bool		revocable;
	int		(*arm)(struct hook *hook);
	void		(*disarm)(struct hook *hook);
};

DECLARE_PER_CPU(long, hook_calls);
extern bool hook_marking;

/* mark.c */
void hook_mark(struct hook_call *call);
void hook_unmark(struct hook_call *call);
bool hook_take_mark(const struct hook *hook);

/**
 * hook_enter - first thing in a replacement: unloading waits from here on
 * @call: for hook_original() and hook_exit()
 *
 * Context: process.
 */
static inline void hook_enter(struct hook_call *call)
{
	this_cpu_inc(hook_calls);
	if (unlikely(hook_marking))
		hook_mark(call);
}

/**
 * hook_exit - last thing in a replacement
 * @call: as for hook_enter()
 *
 * Context: process.
 */
static inline void hook_exit(struct hook_call *call)
{
	if (unlikely(hook_marking))
		hook_unmark(call);
	this_cpu_dec(hook_calls);
}

/* hook.c */
int hook_init(const char *name);
bool hook_revocable(void);
int hook_find(const char *symbol, unsigned long *address);
int hook_install(struct hook *hooks, unsigned int nr);
void hook_remove(struct hook *hooks, unsigned int nr);
void hook_drain(void);
struct hook *hook_next(struct hook *hook);
unsigned long hook_hits(const struct hook *hook);
const char *hook_backend_name(void);

/* watch.c */
int hook_watch_start(void);
void hook_watch_stop(void);
bool hook_works(void);

/* ftrace.c, kprobe.c: the back ends */
extern const struct hook_backend hook_ftrace, hook_kprobe;

#endif /* RCG_HOOK_H */
