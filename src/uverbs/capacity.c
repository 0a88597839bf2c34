// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many objects of each kind a device can have, as its driver says, and how many there
 * are, as ib_core counts them.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <rdma/ib_verbs.h>

#include "compat/rdma.h"
#include "uverbs.h"

/* Those of the kernel as well, and those from before this module was loaded */
static s64 used(const struct rdmacg_oot_device *device, enum rcg_resource resource)
{
	struct ib_device *ibdev = uverbs_ib_device(device);

	switch (resource) {
	case RCG_PD:
		return compat_count(ibdev, PD);
	case RCG_MR:
		return compat_count(ibdev, MR);
	case RCG_CQ:
		return compat_count(ibdev, CQ);
	case RCG_QP:
		return compat_count(ibdev, QP);
	case RCG_SRQ:
		return compat_count_srqs(ibdev);
	default:
		return -EOPNOTSUPP;
	}
}

/* Before 7.0 or so the numbers are signed: one that is too large looks negative. */
static void set(struct rcg_capacity *capacity, enum rcg_resource resource, u32 nr)
{
	capacity->nr[resource] = min_t(s64, nr, rcg_resource_types[resource].max);
}

/**
 * uverbs_capacity - find out how many objects a device can have
 * @ibdev: the device
 * @capacity: all zero, to be filled in
 *
 * Context: any. ib_core has asked the driver before device_add().
 */
void uverbs_capacity(const struct ib_device *ibdev, struct rcg_capacity *capacity)
{
	const struct ib_device_attr *attr = compat_device_attr(ibdev);

	capacity->used = used;
	if (!attr)
		return;
	set(capacity, RCG_PD, attr->max_pd);
	set(capacity, RCG_MR, attr->max_mr);
	set(capacity, RCG_MW, attr->max_mw);
	set(capacity, RCG_CQ, attr->max_cq);
	set(capacity, RCG_QP, attr->max_qp);
	set(capacity, RCG_SRQ, attr->max_srq);
	set(capacity, RCG_AH, attr->max_ah);
	set(capacity, RCG_WQ, compat_max_wq(attr));
	set(capacity, RCG_RWQ_IND, compat_max_rwq_ind(attr));
}
