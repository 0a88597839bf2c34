// SPDX-License-Identifier: GPL-2.0-only
/*
 * Do hooks work? A function of this module, the canary, is redirected like all
 * others, and bsearch() calls it.
 *
 * ftrace before 5.5 is switched off by sysctl kernel.ftrace_enabled=0, kprobes
 * by their file "enabled" in debugfs, without a notification. Where that can
 * happen, a work item calls the canary once a second, and logs a change.
 */
#include <linux/bsearch.h>
#include <linux/kernel.h>
#include <linux/workqueue.h>

#include "hook.h"

#define NOT_REDIRECTED	1

/* bsearch() calls it, from outside of this module. */
static noinline int canary(const void *key, const void *element)
{
	return NOT_REDIRECTED;
}

HOOK_REPLACEMENT(int, redirected_canary, const void *key, const void *element)
{
	return 0;
}

static int (*const canary_pointer)(const void *key, const void *element) = canary;

static struct hook hooks[] = {
	HOOK_POINTER("rdmacg_oot:canary", canary_pointer, redirected_canary),
};

/**
 * hook_works - are calls redirected now?
 *
 * Context: process, between hook_watch_start() and hook_watch_stop().
 * Return: false if somebody has switched the back end off.
 */
bool hook_works(void)
{
	static const char element;

	return bsearch(&element, &element, 1, sizeof(element), canary);
}

static void watch(struct work_struct *work)
{
	static bool off;
	bool works = hook_works();

	if (works && off)
		pr_warn("hooks work again; what was created and destroyed meanwhile was not counted: load rdmacg_oot anew for right counts\n");
	else if (!works && !off)
		pr_err("hooks are switched off, limits are NOT enforced: set sysctl kernel.ftrace_enabled=1 and debugfs kprobes/enabled to 1, and load rdmacg_oot anew\n");
	off = !works;
	schedule_delayed_work(to_delayed_work(work), HZ);
}

static DECLARE_DELAYED_WORK(watch_work, watch);

/**
 * hook_watch_start - redirect the canary, and check that it is redirected
 *
 * Context: module load, when the other hooks are in place. Sleeps.
 * Return: 0; or an error, logged, and hook_drain() is due.
 */
int hook_watch_start(void)
{
	int ret = hook_install(hooks, ARRAY_SIZE(hooks));

	if (ret)
		return ret;
	if (!hook_works()) {
		pr_err("hooks are in place but have no effect: is debugfs kprobes/enabled or sysctl kernel.ftrace_enabled 0? set it to 1\n");
		hook_remove(hooks, ARRAY_SIZE(hooks));
		return -EOPNOTSUPP;
	}
	if (hook_revocable())
		schedule_delayed_work(&watch_work, HZ);
	return 0;
}

/**
 * hook_watch_stop - stop redirecting the canary; hook_drain() is due
 *
 * Context: module load and unload. Sleeps.
 */
void hook_watch_stop(void)
{
	cancel_delayed_work_sync(&watch_work);
	hook_remove(hooks, ARRAY_SIZE(hooks));
}
