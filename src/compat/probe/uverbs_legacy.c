// SPDX-License-Identifier: GPL-2.0-only
/* Up to 4.11: objects have no class; their mutex is their own. */
#include <rdma/ib_verbs.h>

struct rw_semaphore *probe(struct ib_uobject *uobj);
struct rw_semaphore *probe(struct ib_uobject *uobj)
{
	return &uobj->mutex;
}
