// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contexts in Linux 4.12 to 5.5 and RHEL 7.
 *
 * The verb that makes a context is one function that is handed nothing which
 * leads to the device. But with every context it makes a file for asynchronous
 * events, by a function that is handed both; if that refuses, or if the verb
 * fails later, what was made of the context is undone.
 */
#include <linux/err.h>
#include <linux/kernel.h>

#include "hook/hook.h"
#include "uverbs.h"

struct file;
struct ib_uverbs_file;

/* The charge is noted under the uverbs file, which has one context at the most. */
HOOK_REPLACEMENT(struct file *, async_file_alloc, struct ib_uverbs_file *ufile,
		 struct ib_device *ibdev)
{
	struct ledger_entry *entry;
	struct hook_call call;
	struct file *file;

	hook_enter(&call);
	entry = uverbs_charge(ibdev, RDMACG_OOT_HCA_HANDLE);
	if (IS_ERR(entry)) {
		file = ERR_CAST(entry);
		goto exit;
	}
	file = hook_original(async_file_alloc, &call)(ufile, ibdev);
	if (IS_ERR(file))
		ledger_cancel(entry);
	else
		ledger_commit(entry, ufile);
exit:
	hook_exit(&call);
	return file;
}

/* Only called when the verb fails after all. */
HOOK_REPLACEMENT(void, async_file_free, struct ib_uverbs_file *ufile)
{
	struct hook_call call;

	hook_enter(&call);
	hook_original(async_file_free, &call)(ufile);
	ledger_uncharge(ufile);
	hook_exit(&call);
}

static struct hook hooks[] = {
	HOOK("ib_uverbs:ib_uverbs_free_async_event_file", async_file_free),
	HOOK("ib_uverbs:ib_uverbs_alloc_async_event_file", async_file_alloc),
};

/**
 * async_file_hook - begin to charge for contexts
 *
 * Context: module load, when the destruction of contexts is hooked. Sleeps.
 * Return: 0; or an error, logged: no hook of this file is in place, but
 * hook_drain() is due.
 */
int async_file_hook(void)
{
	return hook_install(hooks, ARRAY_SIZE(hooks));
}

/**
 * async_file_unhook - stop charging for contexts; hook_drain() is due
 *
 * Context: module load and unload. Sleeps.
 */
void async_file_unhook(void)
{
	hook_remove(hooks, ARRAY_SIZE(hooks));
}
