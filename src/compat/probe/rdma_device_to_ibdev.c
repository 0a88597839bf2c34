// SPDX-License-Identifier: GPL-2.0-only
/* 5.1: a device can show an ib_device in a further network namespace. */
#include <rdma/ib_verbs.h>

struct ib_device *probe(struct device *dev);
struct ib_device *probe(struct device *dev)
{
	return rdma_device_to_ibdev(dev);
}
