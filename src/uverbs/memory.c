// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registered memory: mr_mem.
 *
 * A driver makes an MR, and pins its pages, in reg_user_mr, reg_user_mr_dmabuf or
 * reg_dm_mr, and takes it apart in dereg_mr; there is no other way through any verb.
 * Functions of this file replace these (ops.c). They charge the length of the MR before
 * a page is pinned; the entry is in the ledger under the address of the MR. Its object has
 * an entry of its own.
 *
 * An MR of a kernel user is not charged for. It is made in a PD without a handle.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <rdma/ib_verbs.h>

#include "compat/memory.h"
#include "hook/hook.h"
#include "ops.h"
#include "uverbs.h"

/* More than an address space has: for the driver to refuse. Many of these do not overflow. */
#define LENGTH_MAX	BIT_ULL(56)

/*
 * How much of a length counts. The greatest one stands for the whole address space (implicit
 * on-demand paging), of which nothing is pinned.
 */
static s64 counted(u64 length)
{
	return length == U64_MAX ? 0 : min_t(u64, length, LENGTH_MAX);
}

static struct ledger_entry *charge(struct ib_pd *pd, u64 length)
{
	if (!pd->uobject)
		return NULL;
	return ledger_charge(uverbs_device(pd->device), RCG_MR_MEM, counted(length));
}

#define REPLACE_REG(name, length, parameters, arguments)			\
static struct ib_mr *uverbs_##name parameters					\
{										\
	struct ledger_entry *entry;						\
	struct hook_call call;							\
	struct ib_mr *mr;							\
										\
	hook_enter(&call);							\
	entry = charge(pd, length);						\
	mr = IS_ERR(entry) ? ERR_CAST(entry) :					\
		uverbs_original(pd->device, name) arguments;			\
	ledger_end(entry, mr);							\
	hook_exit(&call);							\
	return mr;								\
}

REPLACE_REG(reg_user_mr, COMPAT_REG_USER_MR_LENGTH, (COMPAT_REG_USER_MR_PARAMETERS),
	    (COMPAT_REG_USER_MR_ARGUMENTS))

COMPAT_IF_REG_USER_MR_DMABUF(
REPLACE_REG(reg_user_mr_dmabuf, length,
	    (struct ib_pd *pd, u64 offset, u64 length, u64 virt_addr, int fd, int access,
	     COMPAT_DMAH_PARAMETER COMPAT_DMABUF_ATTRS_PARAMETER),
	    (pd, offset, length, virt_addr, fd, access, COMPAT_DMAH_ARGUMENT attrs))
)

COMPAT_IF_REG_DM_MR(
REPLACE_REG(reg_dm_mr, attr->length,
	    (struct ib_pd *pd, struct ib_dm *dm, struct ib_dm_mr_attr *attr,
	     struct uverbs_attr_bundle *attrs),
	    (pd, dm, attr, attrs))
)

/*
 * The difference is charged where the MR was charged, whoever asks. What is added is charged
 * before the driver pins it, what is taken away is given back when it has unpinned it. If it
 * fails, the MR is as long as before.
 *
 * The handle of the MR is locked by the verb, so nobody else takes its entry meanwhile.
 */
static compat_rereg_t uverbs_rereg_user_mr(struct ib_mr *mr, int flags, u64 start, u64 length,
					   u64 virt_addr, int access, struct ib_pd *pd,
					   struct ib_udata *udata)
{
	struct ledger_entry *entry;
	struct hook_call call;
	s64 before, after;
	struct ib_mr *new;

	hook_enter(&call);
	entry = ledger_take(mr);
	before = entry ? entry->amount : 0;
	after = flags & IB_MR_REREG_TRANS ? counted(length) : before;
	new = ERR_PTR(ledger_resize(entry, max(before, after)));
	if (!new)
		new = compat_rereg_mr(uverbs_original(mr->device, rereg_user_mr)
				      (mr, flags, start, length, virt_addr, access, pd, udata));
	/* This is not more than before: it cannot fail. */
	ledger_resize(entry, IS_ERR(new) ? before : after);
	ledger_commit(entry, IS_ERR_OR_NULL(new) ? mr : new);
	hook_exit(&call);
	return compat_rereg_ret(new);
}

/*
 * The entry leaves the ledger first, as the driver frees the MR. If the driver fails, even when
 * the file is closed, then the memory stays pinned, and charged.
 */
static int uverbs_dereg_mr(struct ib_mr *mr COMPAT_DEREG_MR_PARAMETER)
{
	struct ledger_entry *entry;
	struct hook_call call;
	int ret;

	hook_enter(&call);
	entry = ledger_take(mr);
	ret = uverbs_original(mr->device, dereg_mr)(mr COMPAT_DEREG_MR_ARGUMENT);
	if (ret)
		ledger_commit(entry, mr);
	else
		ledger_cancel(entry);
	hook_exit(&call);
	return ret;
}

const struct uverbs_op uverbs_memory_ops[] = {
	UVERBS_OP(dereg_mr)
	UVERBS_OP(rereg_user_mr)
	UVERBS_OP(reg_user_mr)
	COMPAT_IF_REG_USER_MR_DMABUF(UVERBS_OP(reg_user_mr_dmabuf))
	COMPAT_IF_REG_DM_MR(UVERBS_OP(reg_dm_mr))
	{}
};
