// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands in for ib_uverbs of generation "class with ufile" as in RHEL 7 (3.10.0-1160). Other files
 * include this one with other prototypes: ../class_ufile_*, for Linux 4.19 to 5.5, and
 * ../class_attrs, for RHEL 8.3.
 *
 * An object is allocated before its hardware object, in alloc_begin, and freed by alloc_abort when
 * the rest fails. destroy_hw destroys the hardware object; when it returns an error, the object
 * stays as it was, and the destruction is tried again. Closing a file or removing a device destroys
 * all objects that the driver agrees to destroy, then the rest without asking it. These functions
 * are reached through uverbs_idr_class, which is exported. Nothing here is copied from those
 * kernels: only names, prototypes and the order of events are theirs.
 */
#include <linux/atomic.h>
#include <linux/idr.h>
#include <linux/rwsem.h>
#include <rdma/ib_verbs.h>
#include <rdma/uverbs_ioctl.h>
#include <rdma/uverbs_types.h>

/* A context, and whether a destruction that failed will be tried again */
struct contract_ucontext {
	struct ib_ucontext		base;
	bool				cleanup_retryable;
};

#ifndef CONTRACT_GENERATION
#define CONTRACT_GENERATION	"class_ufile"
#endif
#include "contract.h"

struct ib_uverbs_file {
	struct kref			ref;
	struct ib_uverbs_device		*device;
	struct mutex			ucontext_lock;
	struct ib_ucontext		*ucontext;
	struct list_head		list;
	struct rw_semaphore		hw_destroy_rwsem;
	spinlock_t			uobjects_lock;
	struct list_head		uobjects;
	struct idr			idr;
	spinlock_t			idr_lock;
};

/* In the original in a header of ib_uverbs. */
void uverbs_destroy_ufile_hw(struct ib_uverbs_file *ufile, enum rdma_remove_reason reason);

struct uverbs_api_object {
	const struct uverbs_obj_type		*type_attrs;
	const struct uverbs_obj_type_class	*type_class;
};

/* As in the original, each type has a function of its own, whose name says the kind. */
#define DESTROY(name)								\
static int name(struct ib_uobject *uobj, enum rdma_remove_reason why CONTRACT_ATTRS) \
{										\
	return contract_hw_destroy(uobj->object);				\
}
DESTROY(uverbs_free_pd)
DESTROY(uverbs_free_cq)
DESTROY(free_full)

#define TYPE(destroy) { { &uverbs_idr_class, sizeof(struct ib_uobject) }, destroy }
static const struct uverbs_obj_idr_type types[CONTRACT_KINDS] = {
	[CONTRACT_PD]	= TYPE(uverbs_free_pd),
	[CONTRACT_CQ]	= TYPE(uverbs_free_cq),
	[CONTRACT_FULL]	= TYPE(free_full),
};

static const struct uverbs_api_object objects[CONTRACT_KINDS] = {
	[CONTRACT_PD]	= { &types[CONTRACT_PD].type, &uverbs_idr_class },
	[CONTRACT_CQ]	= { &types[CONTRACT_CQ].type, &uverbs_idr_class },
	[CONTRACT_FULL]	= { &types[CONTRACT_FULL].type, &uverbs_idr_class },
};

static struct contract_ucontext *to_contract(struct ib_ucontext *ucontext)
{
	return container_of(ucontext, struct contract_ucontext, base);
}

static bool is_retryable(int ret, enum rdma_remove_reason why, struct ib_uobject *uobj)
{
	if (!ret)
		return false;
	return why == RDMA_REMOVE_DESTROY || to_contract(uobj->context)->cleanup_retryable;
}

/* The context of a file. The caller is in the read side of the device's SRCU. */
#ifndef get_ucontext
#define get_ucontext	ib_uverbs_get_ucontext_file
#endif
struct ib_ucontext *get_ucontext(struct ib_uverbs_file *ufile)
{
	/* Pairs with smp_store_release() in get_context(). */
	struct ib_ucontext *ucontext = smp_load_acquire(&ufile->ucontext);

	if (!srcu_dereference(ufile->device->ib_dev, &ufile->device->disassociate_srcu))
		return ERR_PTR(-EIO);
	return ucontext ?: ERR_PTR(-EINVAL);
}
EXPORT_SYMBOL(get_ucontext);

/* --- handles */

static const struct uverbs_obj_type_class *contract_class_of(const struct ib_uobject *uobj)
{
	return uobj->uapi_object->type_class;
}

static struct ib_uverbs_file *contract_file_of(const struct ib_uobject *uobj)
{
	return uobj->ufile;
}

static int contract_kind_of(const struct ib_uobject *uobj)
{
	return uobj->uapi_object - objects;
}

#include "handle.h"

/* usecnt is -1 with a writer, else the number of readers. UVERBS_LOOKUP_DESTROY locks later. */
static int try_lock(struct ib_uobject *uobj, enum rdma_lookup_mode mode)
{
	switch (mode) {
	case UVERBS_LOOKUP_READ:
		return atomic_add_unless(&uobj->usecnt, 1, -1) ? 0 : -EBUSY;
	case UVERBS_LOOKUP_WRITE:
		return atomic_cmpxchg(&uobj->usecnt, 0, -1) ? -EBUSY : 0;
	default:
		return 0;
	}
}

/* --- the class of objects that have a handle */

static struct ib_uobject *alloc_begin_idr_uobject(const struct uverbs_api_object *obj,
						  CONTRACT_BEGIN)
{
#ifdef CONTRACT_ALLOC_BEGIN_ATTRS
	struct ib_uverbs_file *ufile = attrs->ufile;
#endif
	struct ib_ucontext *ucontext = get_ucontext(ufile);
	struct ib_uobject *uobj;
	int ret;

	if (IS_ERR(ucontext))
		return ERR_CAST(ucontext);
	uobj = kzalloc(obj->type_attrs->obj_size, GFP_KERNEL);
	if (!uobj)
		return ERR_PTR(-ENOMEM);
	uobj->ufile = ufile;
	uobj->context = ucontext;
	uobj->uapi_object = obj;
	INIT_LIST_HEAD(&uobj->list);
	atomic_set(&uobj->usecnt, -1);
	kref_init(&uobj->ref);
	ret = reserve_handle(uobj);
	if (!ret)
		return uobj;
	put_uobj(uobj);
	return ERR_PTR(ret);
}

/* From now on the handle holds the first reference. */
static int alloc_commit_idr_uobject(struct ib_uobject *uobj)
{
	struct contract_hw *hw = uobj->object;

	if (hw->fail_commit)
		return -ENOMEM;
	complete_handle(uobj);
	return 0;
}

static void alloc_abort_idr_uobject(struct ib_uobject *uobj)
{
	remove_handle(uobj);
}

static struct ib_uobject *lookup_get_idr_uobject(const struct uverbs_api_object *obj,
						 struct ib_uverbs_file *ufile, s64 id,
						 enum rdma_lookup_mode mode)
{
	return find_handle(ufile, id);
}

static void lookup_put_idr_uobject(struct ib_uobject *uobj, enum rdma_lookup_mode mode)
{
}

static int __must_check destroy_hw_idr_uobject(struct ib_uobject *uobj,
					       enum rdma_remove_reason why CONTRACT_ATTRS)
{
	const struct uverbs_obj_idr_type *type =
		container_of(uobj->uapi_object->type_attrs, struct uverbs_obj_idr_type, type);
#ifdef CONTRACT_DESTROY_HW_ATTRS
	int ret = type->destroy_object(uobj, why, attrs);
#else
	int ret = type->destroy_object(uobj, why);
#endif

	/* The object is freed in spite of an error of the driver if this is the last try. */
	return is_retryable(ret, why, uobj) ? ret : 0;
}

static void remove_handle_idr_uobject(struct ib_uobject *uobj)
{
	remove_handle(uobj);
	put_uobj(uobj);
}

const struct uverbs_obj_type_class uverbs_idr_class = {
	.alloc_begin		= alloc_begin_idr_uobject,
	.alloc_commit		= alloc_commit_idr_uobject,
	.alloc_abort		= alloc_abort_idr_uobject,
	.lookup_get		= lookup_get_idr_uobject,
	.lookup_put		= lookup_put_idr_uobject,
	.destroy_hw		= destroy_hw_idr_uobject,
	.remove_handle		= remove_handle_idr_uobject,
	.needs_kfree_rcu	= true,
};
EXPORT_SYMBOL(uverbs_idr_class);

/* --- what is the same for all classes */

/*
 * Destroy the hardware object and, unless the reason is an abort, detach the object from its
 * context. The handle is removed only if the reason is that user space destroys the object.
 */
static int destroy_uobject(struct ib_uobject *uobj, enum rdma_remove_reason reason)
{
	const struct uverbs_obj_type_class *class = uobj->uapi_object->type_class;
	struct ib_uverbs_file *ufile = uobj->ufile;
	unsigned long flags;
	bool listed;
	int ret = 0;

	if (uobj->object) {
#ifdef CONTRACT_DESTROY_HW_ATTRS
		struct uverbs_attr_bundle attrs = { .ufile = ufile, .context = uobj->context };

		ret = class->destroy_hw(uobj, reason, &attrs);
#else
		ret = class->destroy_hw(uobj, reason);
#endif
	}
	if (is_retryable(ret, reason, uobj))
		return ret;
	WARN_ON(ret);
	uobj->object = NULL;
	if (reason == RDMA_REMOVE_ABORT)
		class->alloc_abort(uobj);
	uobj->context = NULL;
	if (reason == RDMA_REMOVE_DESTROY)
		class->remove_handle(uobj);
	else
		atomic_set(&uobj->usecnt, 0);

	spin_lock_irqsave(&ufile->uobjects_lock, flags);
	listed = !list_empty(&uobj->list);
	list_del_init(&uobj->list);
	spin_unlock_irqrestore(&ufile->uobjects_lock, flags);
	if (listed)
		put_uobj(uobj);
	if (reason == RDMA_REMOVE_ABORT)
		put_uobj(uobj);
	return 0;
}

static struct ib_uobject *lookup_get_uobject(const struct uverbs_api_object *obj,
					     struct ib_uverbs_file *ufile, s64 id,
					     enum rdma_lookup_mode mode)
{
	struct ib_uobject *uobj = obj->type_class->lookup_get(obj, ufile, id, mode);
	int ret;

	if (IS_ERR(uobj))
		return uobj;
	/* When the device was removed, objects can only be destroyed. */
	if (uobj->uapi_object != obj)
		ret = -EINVAL;
	else if (mode != UVERBS_LOOKUP_DESTROY &&
		 !srcu_dereference(ufile->device->ib_dev, &ufile->device->disassociate_srcu))
		ret = -EIO;
	else
		ret = try_lock(uobj, mode);
	if (!ret)
		return uobj;
	uobj->uapi_object->type_class->lookup_put(uobj, mode);
	put_uobj(uobj);
	return ERR_PTR(ret);
}

static void lookup_put_uobject(struct ib_uobject *uobj, enum rdma_lookup_mode mode)
{
	uobj->uapi_object->type_class->lookup_put(uobj, mode);
	if (mode == UVERBS_LOOKUP_READ)
		atomic_dec(&uobj->usecnt);
	else if (mode == UVERBS_LOOKUP_WRITE)
		atomic_set(&uobj->usecnt, 0);
	put_uobj(uobj);
}

/* On success the rwsem is held until the commit or the abort. */
static struct ib_uobject *alloc_begin_uobject(const struct uverbs_api_object *obj,
					      struct ib_uverbs_file *ufile)
{
#ifdef CONTRACT_ALLOC_BEGIN_ATTRS
	struct uverbs_attr_bundle attrs = { .ufile = ufile }, *begin = &attrs;
#else
	struct ib_uverbs_file *begin = ufile;
#endif
	struct ib_uobject *uobj;

	if (!down_read_trylock(&ufile->hw_destroy_rwsem))
		return ERR_PTR(-EIO);
	uobj = obj->type_class->alloc_begin(obj, begin);
	if (IS_ERR(uobj))
		up_read(&ufile->hw_destroy_rwsem);
	return uobj;
}

static int alloc_commit_uobject(struct ib_uobject *uobj)
{
	struct ib_uverbs_file *ufile = uobj->ufile;
	int ret = uobj->uapi_object->type_class->alloc_commit(uobj);

	if (ret) {
		destroy_uobject(uobj, RDMA_REMOVE_ABORT);
	} else {
		kref_get(&uobj->ref);
		spin_lock_irq(&ufile->uobjects_lock);
		list_add(&uobj->list, &ufile->uobjects);
		spin_unlock_irq(&ufile->uobjects_lock);
		atomic_set(&uobj->usecnt, 0);
	}
	up_read(&ufile->hw_destroy_rwsem);
	return ret;
}

static void alloc_abort_uobject(struct ib_uobject *uobj)
{
	struct ib_uverbs_file *ufile = uobj->ufile;

	uobj->object = NULL;
	destroy_uobject(uobj, RDMA_REMOVE_ABORT);
	up_read(&ufile->hw_destroy_rwsem);
}

/* --- commands */

static int get_context(struct ib_uverbs_file *file, const struct contract_request *req)
{
	struct contract_ucontext *ucontext;
	struct ib_device *ib_dev;
	int ret;

	mutex_lock(&file->ucontext_lock);
	ib_dev = srcu_dereference(file->device->ib_dev, &file->device->disassociate_srcu);
	ret = !ib_dev ? -EIO : file->ucontext ? -EINVAL : 0;
	if (ret)
		goto unlock;
	ucontext = contract_ucontext_create(ib_dev, req, IS_ENABLED(CONTRACT_LATE));
	if (IS_ERR(ucontext)) {
		ret = PTR_ERR(ucontext);
		goto unlock;
	}
	ucontext->base.ufile = file;
	/* Pairs with get_ucontext(): its members are initialised. */
	smp_store_release(&file->ucontext, &ucontext->base);
unlock:
	mutex_unlock(&file->ucontext_lock);
	return ret;
}

static int create(struct ib_uverbs_file *file, const struct contract_request *req)
{
	struct ib_uobject *uobj = alloc_begin_uobject(&objects[req->kind], file);
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
	return alloc_commit_uobject(uobj);

destroy:
	contract_hw_destroy(hw);
abort:
	alloc_abort_uobject(uobj);
	return ret;
}

static int destroy_found(struct ib_uobject *uobj, const struct contract_request *req)
{
	struct ib_uverbs_file *ufile = uobj->ufile;
	int ret;

	down_read(&ufile->hw_destroy_rwsem);
	ret = try_lock(uobj, UVERBS_LOOKUP_WRITE);
	if (!ret) {
		if (uobj->object)
			((struct contract_hw *)uobj->object)->busy += req->busy;
		ret = destroy_uobject(uobj, RDMA_REMOVE_DESTROY);
		if (ret)
			atomic_set(&uobj->usecnt, 0);
	}
	up_read(&ufile->hw_destroy_rwsem);
	return ret;
}

static int destroy(struct ib_uverbs_file *file, const struct contract_request *req)
{
	struct ib_uobject *uobj = lookup_get_uobject(&objects[req->kind], file, req->handle,
						     UVERBS_LOOKUP_DESTROY);
	int ret;

	if (IS_ERR(uobj))
		return PTR_ERR(uobj);
	ret = destroy_found(uobj, req);
	lookup_put_uobject(uobj, ret ? UVERBS_LOOKUP_DESTROY : UVERBS_LOOKUP_WRITE);
	return ret;
}

static int query(struct ib_uverbs_file *file, const struct contract_request *req)
{
	struct ib_uobject *uobj = lookup_get_uobject(&objects[req->kind], file, req->handle,
						     UVERBS_LOOKUP_READ);

	if (IS_ERR(uobj))
		return PTR_ERR(uobj);
	lookup_put_uobject(uobj, UVERBS_LOOKUP_READ);
	return 0;
}

static int (* const commands[])(struct ib_uverbs_file *file, const struct contract_request *req) = {
	[CONTRACT_CONTEXT]	= get_context,
	[CONTRACT_CREATE]	= create,
	[CONTRACT_DESTROY]	= destroy,
	[CONTRACT_QUERY]	= query,
};

static int ib_uverbs_write(struct ib_uverbs_file *file, const struct contract_request *req,
			   const char __user *buf, size_t count)
{
	int srcu = srcu_read_lock(&file->device->disassociate_srcu);
	int ret = commands[req->command](file, req);

	srcu_read_unlock(&file->device->disassociate_srcu, srcu);
	return ret;
}

/* --- the life of a file */

/* Returns whether any object was destroyed. */
static bool cleanup_ufile(struct ib_uverbs_file *ufile, enum rdma_remove_reason reason)
{
	struct ib_uobject *uobj, *next;
	bool any = false;

	list_for_each_entry_safe(uobj, next, &ufile->uobjects, list) {
		WARN_ON(try_lock(uobj, UVERBS_LOOKUP_WRITE));
		if (!destroy_uobject(uobj, reason))
			any = true;
		else
			atomic_set(&uobj->usecnt, 0);
	}
	return any;
}

CONTRACT_KEPT void uverbs_destroy_ufile_hw(struct ib_uverbs_file *ufile,
					   enum rdma_remove_reason reason)
{
	struct contract_ucontext *ucontext;

	/* Closing the file does not wait for the removal of the device. */
	if (reason != RDMA_REMOVE_CLOSE)
		mutex_lock(&ufile->ucontext_lock);
	else if (!mutex_trylock(&ufile->ucontext_lock))
		return;
	down_write(&ufile->hw_destroy_rwsem);
	if (!ufile->ucontext)
		goto unlock;
	ucontext = to_contract(ufile->ucontext);
	ucontext->cleanup_retryable = true;
	while (!list_empty(&ufile->uobjects) && cleanup_ufile(ufile, reason))
		;
	ucontext->cleanup_retryable = false;
	cleanup_ufile(ufile, reason);
	contract_ucontext_destroy(ucontext);
	ufile->ucontext = NULL;
unlock:
	up_write(&ufile->hw_destroy_rwsem);
	mutex_unlock(&ufile->ucontext_lock);
}

static void contract_file_init(struct ib_uverbs_file *file)
{
	mutex_init(&file->ucontext_lock);
	init_rwsem(&file->hw_destroy_rwsem);
	spin_lock_init(&file->uobjects_lock);
	INIT_LIST_HEAD(&file->uobjects);
	idr_init(&file->idr);
	spin_lock_init(&file->idr_lock);
}

static void contract_file_cleanup(struct ib_uverbs_file *file, bool removed)
{
	uverbs_destroy_ufile_hw(file, removed ? RDMA_REMOVE_DRIVER_REMOVE : RDMA_REMOVE_CLOSE);
}

/* Free the handles that user space has not given back. */
static void contract_file_exit(struct ib_uverbs_file *file)
{
	struct ib_uobject *uobj;
	int id;

	idr_for_each_entry(&file->idr, uobj, id) {
		WARN_ON(uobj->object);
		put_uobj(uobj);
	}
	idr_destroy(&file->idr);
}

#include "file.h"
