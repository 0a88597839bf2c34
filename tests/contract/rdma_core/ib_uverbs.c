// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands in for ib_uverbs of generation "rdma_core": Linux 4.12 to 4.18.
 *
 * An object is allocated before its hardware object, in alloc_begin_idr_uobject(), and freed by
 * alloc_abort_idr_uobject() when the rest fails. remove_commit_idr_uobject() destroys the hardware
 * object and removes the handle. If user space asked for that and the driver refuses, the object
 * stays as it was. These functions are reached through a table that is not exported.
 * Nothing here is copied from those kernels: only names, prototypes and the order of events are
 * theirs.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/idr.h>
#include <linux/rwsem.h>
#include <rdma/ib_verbs.h>
#include <rdma/uverbs_types.h>

/* A context, with its objects and the locks that protect them */
struct contract_ucontext {
	struct ib_ucontext		base;
	struct mutex			uobjects_lock;
	struct list_head		uobjects;
	struct rw_semaphore		cleanup_rwsem;
	enum rdma_remove_reason		cleanup_reason;
};

#define CONTRACT_GENERATION	"rdma_core"
#include "contract.h"

struct ib_uverbs_file {
	struct kref			ref;
	struct mutex			mutex;
	struct mutex			cleanup_mutex;
	struct ib_uverbs_device		*device;
	struct ib_ucontext		*ucontext;
	struct list_head		list;
	struct idr			idr;
	spinlock_t			idr_lock;
};

/* In the original in a header of ib_uverbs. */
void uverbs_cleanup_ucontext(struct ib_ucontext *ucontext, bool device_removed);

/* As in the original, each type has a function of its own, whose name says the kind. */
#define DESTROY(name)								\
static int name(struct ib_uobject *uobj, enum rdma_remove_reason why)		\
{										\
	return contract_hw_destroy(uobj->object);				\
}
DESTROY(uverbs_free_pd)
DESTROY(uverbs_free_cq)
DESTROY(free_full)

#define TYPE(order, destroy) { { &uverbs_idr_class, sizeof(struct ib_uobject), order }, destroy }
static const struct uverbs_obj_idr_type types[CONTRACT_KINDS] = {
	[CONTRACT_PD]	= TYPE(1, uverbs_free_pd),
	[CONTRACT_CQ]	= TYPE(0, uverbs_free_cq),
	[CONTRACT_FULL]	= TYPE(1, free_full),
};

static struct contract_ucontext *to_contract(struct ib_ucontext *ucontext)
{
	return container_of(ucontext, struct contract_ucontext, base);
}

/* --- handles */

static const struct uverbs_obj_type_class *contract_class_of(const struct ib_uobject *uobj)
{
	return uobj->type->type_class;
}

static struct ib_uverbs_file *contract_file_of(const struct ib_uobject *uobj)
{
	return uobj->context->ufile;
}

static int contract_kind_of(const struct ib_uobject *uobj)
{
	return container_of(uobj->type, struct uverbs_obj_idr_type, type) - types;
}

#include "handle.h"

/* usecnt is -1 with a writer, else the number of readers. */
static int try_lock(struct ib_uobject *uobj, bool exclusive)
{
	if (exclusive)
		return atomic_cmpxchg(&uobj->usecnt, 0, -1) ? -EBUSY : 0;
	return atomic_add_unless(&uobj->usecnt, 1, -1) ? 0 : -EBUSY;
}

/* --- the class of objects that have a handle */

static struct ib_uobject *alloc_begin_idr_uobject(const struct uverbs_obj_type *type,
						  struct ib_ucontext *ucontext)
{
	struct ib_uobject *uobj = kzalloc(type->obj_size, GFP_KERNEL);
	int ret;

	if (!uobj)
		return ERR_PTR(-ENOMEM);
	uobj->context = ucontext;
	uobj->type = type;
	kref_init(&uobj->ref);
	ret = reserve_handle(uobj);
	if (!ret)
		return uobj;
	put_uobj(uobj);
	return ERR_PTR(ret);
}

static void alloc_commit_idr_uobject(struct ib_uobject *uobj)
{
	struct contract_ucontext *ucontext = to_contract(uobj->context);

	mutex_lock(&ucontext->uobjects_lock);
	list_add(&uobj->list, &ucontext->uobjects);
	mutex_unlock(&ucontext->uobjects_lock);
	complete_handle(uobj);
}

static void alloc_abort_idr_uobject(struct ib_uobject *uobj)
{
	remove_handle(uobj);
	put_uobj(uobj);
}

static struct ib_uobject *lookup_get_idr_uobject(const struct uverbs_obj_type *type,
						 struct ib_ucontext *ucontext, int id,
						 bool exclusive)
{
	return find_handle(ucontext->ufile, id);
}

static void lookup_put_idr_uobject(struct ib_uobject *uobj, bool exclusive)
{
}

static int __must_check remove_commit_idr_uobject(struct ib_uobject *uobj,
						  enum rdma_remove_reason why)
{
	const struct uverbs_obj_idr_type *type =
		container_of(uobj->type, struct uverbs_obj_idr_type, type);
	int ret = type->destroy_object(uobj, why);

	/* If user space asked, it gets the error and the object stays; else the object is freed. */
	if (!ret || why != RDMA_REMOVE_DESTROY)
		remove_handle(uobj);
	return ret;
}

const struct uverbs_obj_type_class uverbs_idr_class = {
	.alloc_begin		= alloc_begin_idr_uobject,
	.alloc_commit		= alloc_commit_idr_uobject,
	.alloc_abort		= alloc_abort_idr_uobject,
	.lookup_get		= lookup_get_idr_uobject,
	.lookup_put		= lookup_put_idr_uobject,
	.remove_commit		= remove_commit_idr_uobject,
	.needs_kfree_rcu	= true,
};

/* --- what is the same for all classes */

static struct ib_uobject *lookup_get_uobject(const struct uverbs_obj_type *type,
					     struct ib_ucontext *ucontext, int id, bool exclusive)
{
	struct ib_uobject *uobj = type->type_class->lookup_get(type, ucontext, id, exclusive);
	int ret;

	if (IS_ERR(uobj))
		return uobj;
	ret = uobj->type == type ? try_lock(uobj, exclusive) : -EINVAL;
	if (!ret)
		return uobj;
	uobj->type->type_class->lookup_put(uobj, exclusive);
	put_uobj(uobj);
	return ERR_PTR(ret);
}

/* The destroy verb. Drops the caller's lock and reference, also on an error. */
static int remove_commit_uobject(struct ib_uobject *uobj)
{
	struct contract_ucontext *ucontext = to_contract(uobj->context);
	int ret;

	if (WARN_ON(!down_read_trylock(&ucontext->cleanup_rwsem)))
		return 0;
	ret = uobj->type->type_class->remove_commit(uobj, RDMA_REMOVE_DESTROY);
	if (ret) {
		atomic_set(&uobj->usecnt, 0);
		uobj->type->type_class->lookup_put(uobj, true);
	} else {
		mutex_lock(&ucontext->uobjects_lock);
		list_del(&uobj->list);
		mutex_unlock(&ucontext->uobjects_lock);
		put_uobj(uobj);
	}
	up_read(&ucontext->cleanup_rwsem);
	put_uobj(uobj);
	return ret;
}

static int alloc_commit_uobject(struct ib_uobject *uobj, bool fail)
{
	struct contract_ucontext *ucontext = to_contract(uobj->context);

	/* The complete object is removed again, as during the destruction of a context. */
	if (fail) {
		if (uobj->type->type_class->remove_commit(uobj, RDMA_REMOVE_DURING_CLEANUP))
			pr_warn("object %d was not destroyed\n", uobj->id);
		put_uobj(uobj);
		return -ENOMEM;
	}
	if (WARN_ON(!down_read_trylock(&ucontext->cleanup_rwsem)))
		return -EIO;
	uobj->type->type_class->alloc_commit(uobj);
	up_read(&ucontext->cleanup_rwsem);
	return 0;
}

/* Destroys the objects in the order of their types. */
CONTRACT_KEPT void uverbs_cleanup_ucontext(struct ib_ucontext *context, bool device_removed)
{
	struct contract_ucontext *ucontext = to_contract(context);
	struct ib_uobject *uobj, *next;
	unsigned int order;

	ucontext->cleanup_reason = device_removed ? RDMA_REMOVE_DRIVER_REMOVE : RDMA_REMOVE_CLOSE;
	down_write(&ucontext->cleanup_rwsem);
	for (order = 0; !list_empty(&ucontext->uobjects); order++) {
		mutex_lock(&ucontext->uobjects_lock);
		list_for_each_entry_safe(uobj, next, &ucontext->uobjects, list) {
			if (uobj->type->destroy_order != order)
				continue;
			WARN_ON(try_lock(uobj, true));
			if (uobj->type->type_class->remove_commit(uobj, ucontext->cleanup_reason))
				pr_warn("object %d was not destroyed\n", uobj->id);
			list_del(&uobj->list);
			put_uobj(uobj);
		}
		mutex_unlock(&ucontext->uobjects_lock);
	}
	up_write(&ucontext->cleanup_rwsem);
}

/* --- commands */

static int get_context(struct ib_uverbs_file *file, struct ib_device *ib_dev,
		       const struct contract_request *req)
{
	struct contract_ucontext *ucontext;
	int ret = 0;

	mutex_lock(&file->mutex);
	if (file->ucontext) {
		ret = -EINVAL;
		goto unlock;
	}
	ucontext = contract_ucontext_create(ib_dev, req, false);
	if (IS_ERR(ucontext)) {
		ret = PTR_ERR(ucontext);
		goto unlock;
	}
	ucontext->base.ufile = file;
	mutex_init(&ucontext->uobjects_lock);
	INIT_LIST_HEAD(&ucontext->uobjects);
	init_rwsem(&ucontext->cleanup_rwsem);
	file->ucontext = &ucontext->base;
unlock:
	mutex_unlock(&file->mutex);
	return ret;
}

static int create(struct ib_uverbs_file *file, struct ib_device *ib_dev,
		  const struct contract_request *req, const char __user *buf, size_t count)
{
	const struct uverbs_obj_type *type = &types[req->kind].type;
	struct ib_uobject *uobj = type->type_class->alloc_begin(type, file->ucontext);
	struct contract_hw *hw;
	int ret;

	if (IS_ERR(uobj))
		return PTR_ERR(uobj);
	hw = contract_hw_create(req);
	if (IS_ERR(hw)) {
		ret = PTR_ERR(hw);
		goto abort;
	}
	uobj->object = hw;
	ret = contract_respond(req, uobj->id);
	if (ret)
		goto destroy;
	return alloc_commit_uobject(uobj, hw->fail_commit);

destroy:
	contract_hw_destroy(hw);
abort:
	uobj->type->type_class->alloc_abort(uobj);
	return ret;
}

static int destroy(struct ib_uverbs_file *file, const struct contract_request *req)
{
	struct ib_uobject *uobj = lookup_get_uobject(&types[req->kind].type, file->ucontext,
						     req->handle, true);

	if (IS_ERR(uobj))
		return PTR_ERR(uobj);
	((struct contract_hw *)uobj->object)->busy += req->busy;
	return remove_commit_uobject(uobj);
}

static int query(struct ib_uverbs_file *file, const struct contract_request *req)
{
	struct ib_uobject *uobj = lookup_get_uobject(&types[req->kind].type, file->ucontext,
						     req->handle, false);

	if (IS_ERR(uobj))
		return PTR_ERR(uobj);
	uobj->type->type_class->lookup_put(uobj, false);
	atomic_dec(&uobj->usecnt);
	put_uobj(uobj);
	return 0;
}

#include "command.h"

/* --- the life of a file */

static void contract_file_init(struct ib_uverbs_file *file)
{
	mutex_init(&file->mutex);
	mutex_init(&file->cleanup_mutex);
	idr_init(&file->idr);
	spin_lock_init(&file->idr_lock);
}

static void contract_file_cleanup(struct ib_uverbs_file *file, bool removed)
{
	mutex_lock(&file->cleanup_mutex);
	if (file->ucontext) {
		uverbs_cleanup_ucontext(file->ucontext, removed);
		contract_ucontext_destroy(to_contract(file->ucontext));
	}
	file->ucontext = NULL;
	mutex_unlock(&file->cleanup_mutex);
}

static void contract_file_exit(struct ib_uverbs_file *file)
{
	idr_destroy(&file->idr);
}

#include "file.h"
