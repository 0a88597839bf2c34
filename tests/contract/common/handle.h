/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Handles of the generations since 4.12: each file has an idr of its own, and objects have a class.
 *
 * A generation includes this file. Before that, it defines struct ib_uverbs_file with members
 * idr and idr_lock, and the three functions that are declared here.
 */
#ifndef CONTRACT_HANDLE_H
#define CONTRACT_HANDLE_H

#include "contract.h"

static const struct uverbs_obj_type_class *contract_class_of(const struct ib_uobject *uobj);
static struct ib_uverbs_file *contract_file_of(const struct ib_uobject *uobj);
static int contract_kind_of(const struct ib_uobject *uobj);

static void free_uobj(struct kref *ref)
{
	struct ib_uobject *uobj = container_of(ref, struct ib_uobject, ref);

	if (contract_class_of(uobj)->needs_kfree_rcu)
		kfree_rcu(uobj, rcu);
	else
		kfree(uobj);
}

static void put_uobj(struct ib_uobject *uobj)
{
	kref_put(&uobj->ref, free_uobj);
}

/* Until complete_handle(), the handle has no object. */
static int reserve_handle(struct ib_uobject *uobj)
{
	struct ib_uverbs_file *ufile = contract_file_of(uobj);
	int id = -ENOSPC;

	idr_preload(GFP_KERNEL);
	spin_lock(&ufile->idr_lock);
	if (contract_kind_of(uobj) != CONTRACT_FULL)
		id = idr_alloc(&ufile->idr, NULL, 0, 0, GFP_NOWAIT);
	spin_unlock(&ufile->idr_lock);
	idr_preload_end();
	if (id < 0)
		return id;
	uobj->id = id;
	return 0;
}

static void complete_handle(struct ib_uobject *uobj)
{
	struct ib_uverbs_file *ufile = contract_file_of(uobj);

	spin_lock(&ufile->idr_lock);
	WARN_ON(idr_replace(&ufile->idr, uobj, uobj->id));
	spin_unlock(&ufile->idr_lock);
}

static void remove_handle(struct ib_uobject *uobj)
{
	struct ib_uverbs_file *ufile = contract_file_of(uobj);

	spin_lock(&ufile->idr_lock);
	idr_remove(&ufile->idr, uobj->id);
	spin_unlock(&ufile->idr_lock);
}

static struct ib_uobject *find_handle(struct ib_uverbs_file *ufile, int id)
{
	struct ib_uobject *uobj;

	rcu_read_lock();
	uobj = idr_find(&ufile->idr, id);
	if (!uobj || !kref_get_unless_zero(&uobj->ref))
		uobj = ERR_PTR(-ENOENT);
	rcu_read_unlock();
	return uobj;
}

#endif /* CONTRACT_HANDLE_H */
