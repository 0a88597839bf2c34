/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the generations since Linux 4.12 have in common: an object that has a
 * handle is of a class, of which we hook three functions.
 *
 *	alloc_begin	makes the handle; the verb then has the driver make the object
 *	alloc_abort	takes back a handle without an object: the verb has failed
 *	destroy_hw	has the driver destroy the object (remove_commit up to 4.18)
 */
#ifndef RCG_UVERBS_CLASS_H
#define RCG_UVERBS_CLASS_H

#include <linux/err.h>
#include <linux/kernel.h>
#include <rdma/ib_verbs.h>
#include <rdma/uverbs_types.h>

#include "hook/hook.h"
#include "uverbs.h"

/**
 * uverbs_charge_object - charge for an object before its handle is made
 * @kind: its kind
 * @context: the context it is made in, or an error. Where alloc_begin has to look it
 *           up, so do we, before: our look-up decides what the charge goes to. If
 *           there is no context yet the call is refused with the error that
 *           alloc_begin would return now; its own look-up might find a context that
 *           another thread has just made, and make an object that nobody charged
 *
 * Context: process, in a replacement; may sleep.
 * Return: as ledger_charge(); or @context, if that is an error.
 */
static inline struct ledger_entry *uverbs_charge_object(enum rcg_resource kind,
							struct ib_ucontext *context)
{
	if (IS_ERR(context))
		return ERR_CAST(context);
	return uverbs_charge(context->device, kind);
}

/*
 * The entry leaves the ledger before the handle is freed, as in the kernel's own
 * controller: up to 4.18 the original frees the object, and its address may be
 * another object's at once.
 */
HOOK_REPLACEMENT(void, uverbs_alloc_abort, struct ib_uobject *uobj)
{
	struct hook_call call;

	hook_enter(&call);
	ledger_uncharge(uobj);
	hook_original(uverbs_alloc_abort, &call)(uobj);
	hook_exit(&call);
}

/* The row of a function of the class, where that is exported */
#define HOOK_CLASS(function, name) \
	HOOK_POINTER("uverbs_idr_class." #function, uverbs_idr_class.function, name)

#endif /* RCG_UVERBS_CLASS_H */
