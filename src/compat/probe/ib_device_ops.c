// SPDX-License-Identifier: GPL-2.0-only
/* 5.0: the functions of a driver have a struct of their own. */
#include <rdma/ib_verbs.h>

const struct ib_device_ops *probe(struct ib_device *ibdev);
const struct ib_device_ops *probe(struct ib_device *ibdev)
{
	return &ibdev->ops;
}
