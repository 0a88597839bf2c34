// SPDX-License-Identifier: GPL-2.0-only
/*
 * Installing hooks, all or none, and taking them out again under load.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "hook.h"

/* Installed hooks, for the status file. Changes only while loading and unloading. */
static LIST_HEAD(installed);

/* Calls that are in a replacement: their sum over all CPUs. */
DEFINE_PER_CPU(long, hook_calls);

/* The back ends that this kernel has, the best first; from Kbuild. */
static const struct hook_backend * const backends[] = { RCG_HOOK_BACKENDS };
static const struct hook_backend *backend;

/**
 * hook_init - choose the means of redirection
 * @name: its name, or "auto"
 *
 * Context: module load, first of all.
 * Return: 0, or -EINVAL, logged.
 */
int hook_init(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(backends); i++) {
		if (strcmp(name, "auto") && strcmp(name, backends[i]->name))
			continue;
		backend = backends[i];
		hook_marking = backend->marks;
		return 0;
	}
	pr_err("parameter hook=%s cannot be had on this kernel: leave it out, or set it to %s\n",
	       name, backends[0]->name);
	return -EINVAL;
}

/**
 * hook_revocable - can the administrator switch the back end off while it is in use?
 *
 * Context: any, after hook_init().
 * Return: true if so.
 */
bool hook_revocable(void)
{
	return backend->revocable;
}

/**
 * hook_find - where a function is
 * @symbol: its name
 * @address: set to where direct calls of it may go
 *
 * A kprobe that is never armed has the address; the kernel exports no other way.
 *
 * Context: module load. Sleeps.
 * Return: 0; -ENOENT; or another error of register_kprobe().
 */
int hook_find(const char *symbol, unsigned long *address)
{
	struct kprobe kp = { .symbol_name = symbol, .flags = KPROBE_FLAG_DISABLED };
	int ret = register_kprobe(&kp);

	if (ret)
		return ret;
	*address = (unsigned long)kp.addr;
	unregister_kprobe(&kp);
	return 0;
}

static int hook_look_up(struct hook *hook)
{
	const char *colon = strchr(hook->symbol, ':');
	int ret;

	if (hook->pointer) {
		hook->address = (unsigned long)*hook->pointer;
		return 0;
	}
	ret = hook_find(hook->symbol, &hook->address);
	/* What is a module elsewhere may be built into this kernel. */
	if (ret == -ENOENT && colon)
		ret = hook_find(colon + 1, &hook->address);
	if (ret == -ENOENT && hook->alias) {
		ret = hook_find(hook->alias, &hook->address);
		if (!ret)
			hook->symbol = hook->alias;
	}
	return ret;
}

static int hook_install_one(struct hook *hook)
{
	int ret = hook_look_up(hook);

	if (ret == -ENOENT && hook->optional)
		return 0;
	if (ret && ret != -ENOMEM)
		pr_err("function %s not found (%d): this kernel is not supported; please report it\n",
		       hook->symbol, ret);
	if (ret)
		return ret;
	hook->hits = alloc_percpu(unsigned long);
	if (!hook->hits)
		return -ENOMEM;
	list_add_tail(&hook->node, &installed);
	hook->bind(hook->address);
	ret = backend->arm(hook);
	if (ret == -EBUSY)
		pr_err("function %s is busy: held by a live patch or another redirection, or ftrace is off; remove that, or set sysctl kernel.ftrace_enabled=1\n",
		       hook->symbol);
	else if (ret && ret != -ENOMEM)
		pr_err("function %s cannot be hooked through %s (%d): is that switched off on this kernel?\n",
		       hook->symbol, backend->name, ret);
	hook->armed = !ret;
	return ret;
}

static void hook_free(struct hook *hook)
{
	/* The function was not found, or the allocation of the counter failed. */
	if (!hook->hits)
		return;
	list_del(&hook->node);
	free_percpu(hook->hits);
	hook->hits = NULL;
}

/**
 * hook_install - redirect a table of functions, all or none
 * @hooks: the table, in the order in which they are to be armed
 * @nr: rows in it
 *
 * Context: module load. Sleeps.
 * Return: 0; or an error, logged unless it is -ENOMEM: -EBUSY if a live patch holds
 * the function or ftrace is off, -ENOENT or another one. Then no hook of the table
 * is in place, but hook_drain() is due.
 */
int hook_install(struct hook *hooks, unsigned int nr)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < nr && !ret; i++)
		ret = hook_install_one(&hooks[i]);
	if (ret)
		hook_remove(hooks, i);
	return ret;
}

/**
 * hook_remove - stop redirecting a table of functions
 * @hooks: the table
 * @nr: rows in it
 *
 * Calls that were redirected before may still run in the replacements:
 * hook_drain() waits for them.
 *
 * Context: module load and unload. Sleeps.
 */
void hook_remove(struct hook *hooks, unsigned int nr)
{
	while (nr--) {
		if (hooks[nr].armed)
			backend->disarm(&hooks[nr]);
		hooks[nr].armed = false;
		hook_free(&hooks[nr]);
	}
}

static bool anybody_in_replacement(void)
{
	long calls = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		calls += READ_ONCE(per_cpu(hook_calls, cpu));
	return calls;
}

/**
 * hook_drain - wait until no task is in a replacement
 *
 * See the proof in hook.h.
 *
 * Context: module load and unload, when no hook is in place any more. Sleeps,
 * for as long as the longest call that is under way.
 */
void hook_drain(void)
{
	synchronize_rcu_tasks();
	while (anybody_in_replacement())
		schedule_timeout_uninterruptible(1);
	synchronize_rcu_tasks();
}

/**
 * hook_next - walk the installed hooks
 * @hook: the one before, or NULL to begin
 *
 * Context: any while the module is loaded.
 * Return: the next hook, or NULL after the last.
 */
struct hook *hook_next(struct hook *hook)
{
	struct list_head *pos = hook ? &hook->node : &installed;

	return list_is_last(pos, &installed) ? NULL : list_entry(pos->next, struct hook, node);
}

/**
 * hook_hits - how many calls were redirected
 * @hook: the hook
 *
 * Context: any while the module is loaded.
 * Return: the sum over all CPUs.
 */
unsigned long hook_hits(const struct hook *hook)
{
	unsigned long sum = 0;
	int cpu;

	if (hook->hits)
		for_each_possible_cpu(cpu)
			sum += READ_ONCE(*per_cpu_ptr(hook->hits, cpu));
	return sum;
}

/**
 * hook_backend_name - which means of redirection is in use
 *
 * Context: any, after hook_init().
 * Return: its name.
 */
const char *hook_backend_name(void)
{
	return backend->name;
}
