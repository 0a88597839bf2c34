/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of a uverbs file, from open to close or to the removal of its device: the same in all
 * generations.
 *
 * A generation includes this file. Before that, it defines struct ib_uverbs_file with members
 * ref, device and list, and the three functions that are declared here.
 */
#ifndef CONTRACT_FILE_H
#define CONTRACT_FILE_H

#include "contract.h"

/* Initialise the generation's own members. */
static void contract_file_init(struct ib_uverbs_file *file);
/* Destroy the context and all objects. @removed: for the removal of the device, not for close */
static void contract_file_cleanup(struct ib_uverbs_file *file, bool removed);
/* The last reference has been dropped. */
static void contract_file_exit(struct ib_uverbs_file *file);

static void ib_uverbs_release_file(struct kref *ref)
{
	struct ib_uverbs_file *file = container_of(ref, struct ib_uverbs_file, ref);

	contract_file_exit(file);
	ib_uverbs_put_dev(file->device);
	kfree(file);
}

static struct ib_uverbs_file *ib_uverbs_open(struct ib_uverbs_device *dev)
{
	struct ib_uverbs_file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return ERR_PTR(-ENOMEM);
	kref_init(&file->ref);
	contract_file_init(file);
	file->device = dev;
	mutex_lock(&dev->lists_mutex);
	if (!rcu_access_pointer(dev->ib_dev)) {
		mutex_unlock(&dev->lists_mutex);
		kfree(file);
		return ERR_PTR(-EIO);
	}
	list_add_tail(&file->list, &dev->uverbs_file_list);
	mutex_unlock(&dev->lists_mutex);
	return file;
}

static void ib_uverbs_close(struct ib_uverbs_file *file)
{
	contract_file_cleanup(file, false);

	mutex_lock(&file->device->lists_mutex);
	list_del_init(&file->list);
	mutex_unlock(&file->device->lists_mutex);
	kref_put(&file->ref, ib_uverbs_release_file);
}

/* The device is being removed. The only commands that still run are those that free handles. */
static void ib_uverbs_free_hw_resources(struct ib_uverbs_device *dev)
{
	struct ib_uverbs_file *file;

	mutex_lock(&dev->lists_mutex);
	while ((file = list_first_entry_or_null(&dev->uverbs_file_list, struct ib_uverbs_file,
						list))) {
		list_del_init(&file->list);
		kref_get(&file->ref);
		mutex_unlock(&dev->lists_mutex);

		contract_file_cleanup(file, true);
		kref_put(&file->ref, ib_uverbs_release_file);

		mutex_lock(&dev->lists_mutex);
	}
	mutex_unlock(&dev->lists_mutex);
}

#endif /* CONTRACT_FILE_H */
