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
 * @context: the context it is made in, or an error
 *
 * Where alloc_begin looks the context up, the replacement does so before it, and
 * an error of that look-up refuses the call. The original must not be called then:
 * another thread may just have made the context, and the original would make an
 * object that is not charged.
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
 * controller: up to 4.18 the original frees the object, and another object may get
 * its address at once.
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
