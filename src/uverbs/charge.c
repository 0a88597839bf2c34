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
	return ledger_charge(uverbs_device(ibdev), &rcg_one[resource]);
}
