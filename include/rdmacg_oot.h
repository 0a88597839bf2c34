/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rdmacg_oot - the RDMA cgroup controller as a module: public kernel API.
 *
 * For modules that create RDMA objects without going through uverbs. It is
 * the API of the RDMA controller patch, v13, with a prefix of its own, since
 * the kernel may export the plain names. Objects that user space creates
 * through uverbs are charged by rdmacg_oot itself: do not charge them again.
 */
#ifndef _RDMACG_OOT_H
#define _RDMACG_OOT_H

#include <linux/list.h>
#include <linux/types.h>

/**
 * enum rdmacg_oot_resource - what can be counted and limited
 * @RDMACG_OOT_HCA_HANDLE: user contexts
 * @RDMACG_OOT_HCA_OBJECT: verbs objects
 * @RDMACG_OOT_RESOURCE_MAX: number of resources
 */
enum rdmacg_oot_resource {
	RDMACG_OOT_HCA_HANDLE,
	RDMACG_OOT_HCA_OBJECT,
	RDMACG_OOT_RESOURCE_MAX,
};

struct rcg_capacity;

/**
 * struct rdmacg_oot_device - a device whose resources are counted
 * @name: name that the files show; must stay valid while registered
 * @index: tells devices of the same name apart in the files
 * @node: private: place in the list of devices
 * @pools: private: the device's pools
 * @slot: private: where its pools are in the arrays of cgroups
 * @registered: private: false once the device has gone
 * @shares_name: private: another registered device has the same name
 * @capacity: private: how many objects it can have
 */
struct rdmacg_oot_device {
	const char		*name;
	u32			index;

	struct list_head	node;
	struct list_head	pools;
	unsigned int		slot;
	bool			registered;
	bool			shares_name;
	const struct rcg_capacity *capacity;
};

/* What one charge is charged to: a cgroup's share of a device. Opaque. */
struct rdmacg_oot_pool;

int rdmacg_oot_register_device(struct rdmacg_oot_device *device);
void rdmacg_oot_unregister_device(struct rdmacg_oot_device *device);
int rdmacg_oot_try_charge(struct rdmacg_oot_pool **pool, struct rdmacg_oot_device *device,
			  enum rdmacg_oot_resource resource);
void rdmacg_oot_uncharge(struct rdmacg_oot_pool *pool, struct rdmacg_oot_device *device,
			 enum rdmacg_oot_resource resource);

#endif /* _RDMACG_OOT_H */
