// SPDX-License-Identifier: GPL-2.0-only
/*
 * What every generation of ib_uverbs charges for: one of a resource.
 */
#include <rdma/ib_verbs.h>

#include "uverbs.h"

/**
 * uverbs_charge - charge the current task for what it is about to create
 * @ibdev: the device
 * @resource: what
 *
 * Context: process, in a replacement; may sleep.
 * Return: as ledger_charge().
 */
struct ledger_entry *uverbs_charge(struct ib_device *ibdev, enum rdmacg_oot_resource resource)
{
	static const struct rcg_amount one_of[] = {
		[RDMACG_OOT_HCA_HANDLE]	= { RDMACG_OOT_HCA_HANDLE, 1 },
		[RDMACG_OOT_HCA_OBJECT]	= { RDMACG_OOT_HCA_OBJECT, 1 },
	};

	return ledger_charge(uverbs_device(ibdev), &one_of[resource]);
}
