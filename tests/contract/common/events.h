/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files for events, of which every context has one. No event ever comes; what matters is when they
 * are made and given up, and that they keep their uverbs file in memory.
 *
 * Include it when struct ib_uverbs_file is known. It has the members ref, device, async_file and
 * fail_event.
 */
#ifndef CONTRACT_EVENTS_H
#define CONTRACT_EVENTS_H

#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>

#include "contract.h"

struct ib_uverbs_event_file {
	struct kref		ref;
	struct ib_uverbs_file	*uverbs_file;
};

/* The generation's part. */
static void ib_uverbs_release_file(struct kref *ref);

static void release_event_file(struct kref *ref)
{
	kfree(container_of(ref, struct ib_uverbs_event_file, ref));
}

static int close_event_file(struct inode *inode, struct file *filp)
{
	struct ib_uverbs_event_file *events = filp->private_data;

	kref_put(&events->uverbs_file->ref, ib_uverbs_release_file);
	kref_put(&events->ref, release_event_file);
	return 0;
}

static const struct file_operations event_file_fops = {
	.owner		= THIS_MODULE,
	.release	= close_event_file,
};

static struct file *open_event_file(struct ib_uverbs_file *ufile, bool is_async)
{
	struct ib_uverbs_event_file *events;
	struct file *filp;

	if (is_async && ufile->fail_event)
		return ERR_PTR(-ENOMEM);
	events = kzalloc(sizeof(*events), GFP_KERNEL);
	if (!events)
		return ERR_PTR(-ENOMEM);
	kref_init(&events->ref);
	events->uverbs_file = ufile;
	filp = anon_inode_getfile("[contract-event]", &event_file_fops, events, O_RDONLY);
	if (IS_ERR(filp)) {
		kfree(events);
		return filp;
	}
	kref_get(&ufile->ref);
	if (is_async) {
		kref_get(&events->ref);
		ufile->async_file = events;
	}
	return filp;
}

static void forget_event_file(struct ib_uverbs_file *ufile)
{
	if (ufile->async_file)
		kref_put(&ufile->async_file->ref, release_event_file);
	ufile->async_file = NULL;
}

#endif /* CONTRACT_EVENTS_H */
