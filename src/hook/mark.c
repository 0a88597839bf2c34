// SPDX-License-Identifier: GPL-2.0-only
/*
 * Marks: which tasks are about to call an original, and must not be redirected.
 *
 * For back ends that cannot use the return address. Each redirected call that is
 * under way has an entry on the stack of its task; a small hash table finds the
 * entries by task. A mark lets one call pass.
 */
#include <linux/hash.h>
#include <linux/kprobes.h>
#include <linux/sched.h>

#include "hook.h"

#define HOOK_MARK_BITS	6

/* Whether replacements have to leave marks; set before the first hook is armed. */
bool hook_marking __read_mostly;

static struct hlist_bl_head calls[1 << HOOK_MARK_BITS];

static __always_inline struct hlist_bl_head *bucket_of(const struct task_struct *task)
{
	return &calls[hash_ptr((void *)task, HOOK_MARK_BITS)];
}

/**
 * hook_mark - a redirected call begins
 * @call: the call
 *
 * Context: process.
 */
void hook_mark(struct hook_call *call)
{
	struct hlist_bl_head *bucket = bucket_of(current);

	call->task = current;
	call->passes = NULL;
	hlist_bl_lock(bucket);
	hlist_bl_add_head(&call->node, bucket);
	hlist_bl_unlock(bucket);
}

/**
 * hook_unmark - a redirected call ends
 * @call: the call
 *
 * Context: process.
 */
void hook_unmark(struct hook_call *call)
{
	struct hlist_bl_head *bucket = bucket_of(current);

	hlist_bl_lock(bucket);
	hlist_bl_del(&call->node);
	hlist_bl_unlock(bucket);
}

/**
 * hook_take_mark - does a replacement of ours call this original now?
 * @hook: the function that is entered
 *
 * Clears the mark, which lets one call pass.
 *
 * Context: kprobe handler or ftrace callback. We redirect no function that runs
 * under the lock of a bucket or in an interrupt, so this task does not hold that
 * lock already.
 * Return: true if so.
 */
bool notrace hook_take_mark(const struct hook *hook)
{
	struct hlist_bl_head *bucket = bucket_of(current);
	struct hlist_bl_node *pos;
	struct hook_call *call;
	bool passes = false;

	hlist_bl_lock(bucket);
	hlist_bl_for_each_entry(call, pos, bucket, node) {
		if (call->task == current && call->passes == hook->replacement) {
			call->passes = NULL;
			passes = true;
			break;
		}
	}
	hlist_bl_unlock(bucket);
	return passes;
}
NOKPROBE_SYMBOL(hook_take_mark);
