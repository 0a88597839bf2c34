// SPDX-License-Identifier: GPL-2.0-only
/*
 * User contexts that were opened before the module was loaded. Neither they nor
 * the objects made through them before are counted, so the operator is told how
 * many there are.
 */
#include "compat/rdma.h"
#include "uverbs.h"

int uverbs_contexts_before;

COMPAT_IB_CLIENT_ADD(add_contexts, ibdev)
{
	int count = compat_count(ibdev, CTX);

	if (count < 0)
		uverbs_contexts_before = count;
	else
		uverbs_contexts_before += count;
	return COMPAT_IB_CLIENT_ADDED;
}

/* ib_core calls it for each device, whatever network namespace that is in. */
static struct ib_client client = {
	.name	= KBUILD_MODNAME "_contexts",
	.add	= add_contexts,
	COMPAT_IB_CLIENT_NO_KVERBS_REQ
};

/**
 * uverbs_count_contexts - set uverbs_contexts_before
 *
 * Call it when new contexts are charged already, so that none is missed. A context
 * that is opened at this moment may be charged and be in this number, too.
 *
 * Context: module load. Sleeps.
 */
void uverbs_count_contexts(void)
{
	int ret = ib_register_client(&client);

	if (ret)
		uverbs_contexts_before = ret;
	else
		ib_unregister_client(&client);
}
