/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands of the generations up to 4.18: all but "context" need the file's context.
 *
 * A generation includes this file. Before that, it defines struct ib_uverbs_file with members
 * device and ucontext, and the four functions that are declared here.
 */
#ifndef CONTRACT_COMMAND_H
#define CONTRACT_COMMAND_H

#include "contract.h"

static int get_context(struct ib_uverbs_file *file, struct ib_device *ib_dev,
		       const struct contract_request *req);
static int create(struct ib_uverbs_file *file, struct ib_device *ib_dev,
		  const struct contract_request *req, const char __user *buf, size_t count);
static int destroy(struct ib_uverbs_file *file, const struct contract_request *req);
static int query(struct ib_uverbs_file *file, const struct contract_request *req);

static int ib_uverbs_write(struct ib_uverbs_file *file, const struct contract_request *req,
			   const char __user *buf, size_t count)
{
	int srcu = srcu_read_lock(&file->device->disassociate_srcu);
	struct ib_device *ib_dev = srcu_dereference(file->device->ib_dev,
						    &file->device->disassociate_srcu);
	int ret;

	if (!ib_dev)
		ret = -EIO;
	else if (req->command == CONTRACT_CONTEXT)
		ret = get_context(file, ib_dev, req);
	else if (!file->ucontext)
		ret = -EINVAL;
	else if (req->command == CONTRACT_CREATE)
		ret = create(file, ib_dev, req, buf, count);
	else if (req->command == CONTRACT_DESTROY)
		ret = destroy(file, req);
	else
		ret = query(file, req);
	srcu_read_unlock(&file->device->disassociate_srcu, srcu);
	return ret;
}

#endif /* CONTRACT_COMMAND_H */
