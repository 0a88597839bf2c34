// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands in for ib_uverbs of generation "rdma_core": Linux 4.12 to 4.18.
 *
 * An object comes into being before its hardware object, in alloc_begin_idr_uobject(), and is
 * given up by alloc_abort_idr_uobject() when the rest fails. remove_commit_idr_uobject() destroys
 * the hardware object and takes the handle away; only if user space asked for it, and the driver
 * refused, all stays as it was. These functions are reached through a table that is not exported.
 * Nothing here is copied from those kernels: only names, prototypes and the order of events are
 * theirs.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/idr.h>
#include <linux/rwsem.h>
#include <rdma/ib_verbs.h>
#include <rdma/uverbs_types.h>

/* What a context keeps: its objects, and who may touch them */
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
	int				is_closed;
	struct idr			idr;
	spinlock_t			idr_lock;
};

/* In the original in a header of ib_uverbs. */
void uverbs_cleanup_ucontext(struct ib_ucontext *ucontext, bool device_removed);

static int destroy_object(struct ib_uobject *uobj, enum rdma_remove_reason why);

static const struct uverbs_obj_idr_type types[CONTRACT_KINDS] = {
#define TYPE(order)	{ { &uverbs_idr_class, sizeof(struct ib_uobject), order }, destroy_object }
	[CONTRACT_PD]	= TYPE(1),
	[CONTRACT_CQ]	= TYPE(0),
	[CONTRACT_FULL]	= TYPE(1),
#undef TYPE
};

static struct contract_ucontext *to_contract(struct ib_ucontext *ucontext)
{
	return container_of(ucontext, struct contract_ucontext, base);
}

static int destroy_object(struct ib_uobject *uobj, enum rdma_remove_reason why)
{
	return contract_hw_destroy(uobj->object);
}

/* --- handles */

static void free_uobj(struct kref *ref)
{
	struct ib_uobject *uobj = container_of(ref, struct ib_uobject, ref);

	if (uobj->type->type_class->needs_kfree_rcu)
		kfree_rcu(uobj, rcu);
	else
		kfree(uobj);
}

static void put_uobj(struct ib_uobject *uobj)
{
	kref_put(&uobj->ref, free_uobj);
}

/* A handle without an object, until the object is complete. */
static int reserve_handle(struct ib_uobject *uobj)
{
	struct ib_uverbs_file *ufile = uobj->context->ufile;
	int id = -ENOSPC;

	idr_preload(GFP_KERNEL);
	spin_lock(&ufile->idr_lock);
	if (uobj->type != &types[CONTRACT_FULL].type)
		id = idr_alloc(&ufile->idr, NULL, 0, 0, GFP_NOWAIT);
	spin_unlock(&ufile->idr_lock);
	idr_preload_end();
	if (id < 0)
		return id;
	uobj->id = id;
	return 0;
}

static void remove_handle(struct ib_uobject *uobj)
{
	struct ib_uverbs_file *ufile = uobj->context->ufile;

	spin_lock(&ufile->idr_lock);
	idr_remove(&ufile->idr, uobj->id);
	spin_unlock(&ufile->idr_lock);
}

/* One writer, as -1, or any number of readers. */
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
	struct ib_uverbs_file *ufile = uobj->context->ufile;

	mutex_lock(&ucontext->uobjects_lock);
	list_add(&uobj->list, &ucontext->uobjects);
	mutex_unlock(&ucontext->uobjects_lock);
	spin_lock(&ufile->idr_lock);
	WARN_ON(idr_replace(&ufile->idr, uobj, uobj->id));
	spin_unlock(&ufile->idr_lock);
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
	struct ib_uobject *uobj;

	rcu_read_lock();
	uobj = idr_find(&ucontext->ufile->idr, id);
	if (!uobj || !kref_get_unless_zero(&uobj->ref))
		uobj = ERR_PTR(-ENOENT);
	rcu_read_unlock();
	return uobj;
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

	/* Only user space can be told. In all other cases the object goes. */
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

/* User space asked for it. The caller's lock and reference go, whatever comes of it. */
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

	/* As if the context had begun to go: what is complete is removed again. */
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

/* In the order of their types. */
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

static int create(struct ib_uverbs_file *file, const struct contract_request *req)
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
		ret = create(file, req);
	else if (req->command == CONTRACT_DESTROY)
		ret = destroy(file, req);
	else
		ret = query(file, req);
	srcu_read_unlock(&file->device->disassociate_srcu, srcu);
	return ret;
}

/* --- the life of a file */

static int ib_uverbs_cleanup_ucontext(struct ib_uverbs_file *file, struct ib_ucontext *context,
				      bool device_removed)
{
	struct contract_ucontext *ucontext = to_contract(context);

	uverbs_cleanup_ucontext(context, device_removed);
	contract_ucontext_destroy(ucontext);
	return 0;
}

static void ib_uverbs_release_file(struct kref *ref)
{
	struct ib_uverbs_file *file = container_of(ref, struct ib_uverbs_file, ref);

	idr_destroy(&file->idr);
	ib_uverbs_put_dev(file->device);
	kfree(file);
}

static struct ib_uverbs_file *ib_uverbs_open(struct ib_uverbs_device *dev)
{
	struct ib_uverbs_file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return ERR_PTR(-ENOMEM);
	kref_init(&file->ref);
	mutex_init(&file->mutex);
	mutex_init(&file->cleanup_mutex);
	idr_init(&file->idr);
	spin_lock_init(&file->idr_lock);
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
	mutex_lock(&file->cleanup_mutex);
	if (file->ucontext)
		ib_uverbs_cleanup_ucontext(file, file->ucontext, false);
	file->ucontext = NULL;
	mutex_unlock(&file->cleanup_mutex);

	mutex_lock(&file->device->lists_mutex);
	if (!file->is_closed)
		list_del(&file->list);
	file->is_closed = 1;
	mutex_unlock(&file->device->lists_mutex);
	kref_put(&file->ref, ib_uverbs_release_file);
}

/* The device goes. No command runs any more. */
static void ib_uverbs_free_hw_resources(struct ib_uverbs_device *dev)
{
	struct ib_ucontext *ucontext;
	struct ib_uverbs_file *file;

	mutex_lock(&dev->lists_mutex);
	while ((file = list_first_entry_or_null(&dev->uverbs_file_list, struct ib_uverbs_file,
						list))) {
		file->is_closed = 1;
		list_del(&file->list);
		kref_get(&file->ref);
		mutex_unlock(&dev->lists_mutex);

		mutex_lock(&file->cleanup_mutex);
		ucontext = file->ucontext;
		file->ucontext = NULL;
		mutex_unlock(&file->cleanup_mutex);
		if (ucontext) {
			mutex_lock(&file->cleanup_mutex);
			ib_uverbs_cleanup_ucontext(file, ucontext, true);
			mutex_unlock(&file->cleanup_mutex);
		}

		mutex_lock(&dev->lists_mutex);
		kref_put(&file->ref, ib_uverbs_release_file);
	}
	mutex_unlock(&dev->lists_mutex);
}
