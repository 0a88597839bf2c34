// SPDX-License-Identifier: GPL-2.0-only
/*
 * 4.3 to 4.11: objects have no class, and a mutex each. Drivers have
 * disassociate_ucontext(), for which verbs are handed their device.
 */
#include <rdma/ib_verbs.h>

struct rw_semaphore *probe(struct ib_device *ibdev, struct ib_uobject *uobj);
struct rw_semaphore *probe(struct ib_device *ibdev, struct ib_uobject *uobj)
{
	return ibdev->disassociate_ucontext ? &uobj->mutex : NULL;
}
