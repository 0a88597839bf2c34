// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contexts before Linux 5.6, and in RHEL 8.3.
 *
 * The verb that makes a context is a different function in every generation,
 * and from 4.19 on it is handed nothing that leads to the device. But all of
 * them reach the driver in one way: through alloc_ucontext and dealloc_ucontext,
 * which ib_uverbs calls to make a context, to undo a creation that failed later, and to
 * destroy a context; nobody else calls them. Functions of this file take the place of
 * both in each device (ops.c): they charge before they call the driver, and uncharge when
 * the driver has returned.
 */
#include <linux/err.h>
#include <rdma/ib_verbs.h>

#include "compat/rdma.h"
#include "hook/hook.h"
#include "ops.h"
#include "uverbs.h"

static struct ib_ucontext *charge_and_alloc(struct ib_device *ibdev, struct ib_ucontext *ucontext,
					    struct ib_udata *udata)
{
	struct ledger_entry *entry;
	struct hook_call call;

	hook_enter(&call);
	entry = uverbs_charge(ibdev, RCG_HCA_HANDLE);
	ucontext = IS_ERR(entry) ? ERR_CAST(entry) :
		compat_alloc_ucontext(uverbs_original(ibdev, alloc_ucontext), ibdev, ucontext,
				      udata);
	ledger_end(entry, ucontext);
	hook_exit(&call);
	return ucontext;
}

/*
 * The entry leaves the ledger first: when the driver has freed the context, another
 * one may get its address. ib_uverbs only logs an error of the driver, and frees the
 * context in any case.
 */
static int dealloc_and_uncharge(struct ib_ucontext *ucontext)
{
	struct ledger_entry *entry;
	struct hook_call call;
	int ret;

	hook_enter(&call);
	entry = ledger_take(ucontext);
	ret = compat_dealloc_ucontext(uverbs_original(ucontext->device, dealloc_ucontext),
				      ucontext);
	ledger_cancel(entry);
	hook_exit(&call);
	return ret;
}

COMPAT_ALLOC_UCONTEXT(uverbs_alloc_ucontext, charge_and_alloc)
COMPAT_DEALLOC_UCONTEXT(uverbs_dealloc_ucontext, dealloc_and_uncharge)

const struct uverbs_op uverbs_context_ops[] = {
	UVERBS_OP(dealloc_ucontext)
	UVERBS_OP(alloc_ucontext)
	{}
};
