// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generation "legacy" of ib_uverbs: Linux 4.4 to 4.11.
 *
 * Every kind of object has verbs of its own. One pair of functions adds and
 * removes all handles, but a handle is added after the driver has made the
 * object. So the verbs that create are redirected as well, to be refused before
 * the driver is asked. The replacement of a verb charges one object, and puts the
 * entry into the ledger under the address of its task. The replacement of the
 * function that adds the handle, called by the same task, moves the entry to the
 * object. If an entry is still under the task when the verb returns, the creation
 * has failed.
 *
 * When a file is closed, or a creation fails after its handle was added, the
 * handle is removed before the driver destroys the object: the charge is given
 * back just before that.
 *
 * Contexts: see contexts.c.
 */
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <rdma/ib_verbs.h>

#include "hook/hook.h"
#include "uverbs.h"

struct ib_uverbs_file;

static int charge_task(struct ib_device *ibdev, enum rcg_resource kind)
{
	struct ledger_entry *entry = uverbs_charge(ibdev, kind);

	if (IS_ERR(entry))
		return PTR_ERR(entry);
	ledger_commit(entry, current);
	return 0;
}

/* The verbs of the write interface have one prototype, the extended ones another. */
#define REPLACE_VERB(name, kind)						\
static const char name##_symbol[] = "ib_uverbs:ib_uverbs_" #name;		\
HOOK_REPLACEMENT(ssize_t, name, struct ib_uverbs_file *ufile, struct ib_device *ibdev, \
		 const char __user *buf, int in_len, int out_len)		\
{										\
	struct hook_call call;							\
	ssize_t ret;								\
										\
	hook_enter(&call);							\
	ret = charge_task(ibdev, kind);						\
	if (!ret) {								\
		ret = hook_original(name, &call)(ufile, ibdev, buf, in_len, out_len); \
		ledger_uncharge(current);					\
	}									\
	hook_exit(&call);							\
	return ret;								\
}

#define REPLACE_EXTENDED_VERB(name, kind)					\
static const char name##_symbol[] = "ib_uverbs:ib_uverbs_" #name;		\
HOOK_REPLACEMENT(int, name, struct ib_uverbs_file *ufile, struct ib_device *ibdev, \
		 struct ib_udata *ucore, struct ib_udata *uhw)			\
{										\
	struct hook_call call;							\
	int ret;								\
										\
	hook_enter(&call);							\
	ret = charge_task(ibdev, kind);						\
	if (!ret) {								\
		ret = hook_original(name, &call)(ufile, ibdev, ucore, uhw);	\
		ledger_uncharge(current);					\
	}									\
	hook_exit(&call);							\
	return ret;								\
}

REPLACE_VERB(alloc_mw, RCG_MW)
REPLACE_VERB(alloc_pd, RCG_PD)
REPLACE_VERB(create_ah, RCG_AH)
REPLACE_VERB(create_cq, RCG_CQ)
REPLACE_VERB(create_qp, RCG_QP)
REPLACE_VERB(create_srq, RCG_SRQ)
REPLACE_VERB(create_xsrq, RCG_SRQ)
REPLACE_VERB(open_qp, RCG_QP)
REPLACE_VERB(open_xrcd, RCG_XRCD)
REPLACE_VERB(reg_mr, RCG_MR)
REPLACE_EXTENDED_VERB(ex_create_cq, RCG_CQ)
REPLACE_EXTENDED_VERB(ex_create_flow, RCG_FLOW)
REPLACE_EXTENDED_VERB(ex_create_qp, RCG_QP)
REPLACE_EXTENDED_VERB(ex_create_rwq_ind_table, RCG_RWQ_IND)
REPLACE_EXTENDED_VERB(ex_create_wq, RCG_WQ)

HOOK_REPLACEMENT(int, uverbs_add_handle, struct idr *idr, struct ib_uobject *uobj)
{
	struct ledger_entry *entry;
	struct hook_call call;
	int ret;

	hook_enter(&call);
	entry = ledger_take(current);
	if (!entry) {
		/* The verb began before it was hooked, or has no row in the table. */
		atomic64_inc(&uverbs_charged_late);
		entry = uverbs_charge(uobj->context->device, RCG_OTHER);
	}
	ret = PTR_ERR_OR_ZERO(entry);
	if (!ret) {
		ret = hook_original(uverbs_add_handle, &call)(idr, uobj);
		ledger_end(entry, ERR_PTR(ret) ?: uobj);
	}
	hook_exit(&call);
	return ret;
}

HOOK_REPLACEMENT(void, uverbs_remove_handle, struct idr *idr, struct ib_uobject *uobj)
{
	struct hook_call call;

	hook_enter(&call);
	hook_original(uverbs_remove_handle, &call)(idr, uobj);
	ledger_uncharge(uobj);
	hook_exit(&call);
}

/* The last two verbs came with Linux 4.9. */
static struct hook hooks[] = {
	HOOK("ib_uverbs:idr_remove_uobj", uverbs_remove_handle),
	HOOK("ib_uverbs:idr_add_uobj", uverbs_add_handle),
	HOOK(alloc_mw_symbol, alloc_mw),
	HOOK(alloc_pd_symbol, alloc_pd),
	HOOK(create_ah_symbol, create_ah),
	HOOK(create_cq_symbol, create_cq),
	HOOK(create_qp_symbol, create_qp),
	HOOK(create_srq_symbol, create_srq),
	HOOK(create_xsrq_symbol, create_xsrq),
	HOOK(open_qp_symbol, open_qp),
	HOOK(open_xrcd_symbol, open_xrcd),
	HOOK(reg_mr_symbol, reg_mr),
	HOOK(ex_create_cq_symbol, ex_create_cq),
	HOOK(ex_create_flow_symbol, ex_create_flow),
	HOOK(ex_create_qp_symbol, ex_create_qp),
	HOOK_OPTIONAL(ex_create_rwq_ind_table_symbol, ex_create_rwq_ind_table),
	HOOK_OPTIONAL(ex_create_wq_symbol, ex_create_wq),
};

const struct uverbs_generation uverbs_generation = {
	.hooks		= hooks,
	.nr_hooks	= ARRAY_SIZE(hooks),
};
