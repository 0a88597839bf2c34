// SPDX-License-Identifier: GPL-2.0-only
/* 4.9: how many receive work queues, and tables of them, a device has */
#include <rdma/ib_verbs.h>

u32 probe(const struct ib_device_attr *attr);
u32 probe(const struct ib_device_attr *attr)
{
	return attr->max_wq_type_rq + attr->rss_caps.max_rwq_indirection_tables;
}
