// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands in for ib_uverbs of generation "legacy": Linux 4.3 to 4.11.
 *
 * Every kind of object has verbs of its own, with one of two prototypes; here the verbs differ in
 * nothing else. idr_add_uobj() makes the handle after the hardware object exists; when it fails,
 * the caller destroys the hardware object. A destroy verb calls idr_remove_uobj() after the
 * hardware object was destroyed; the closing of the file, and a creation that fails after
 * idr_add_uobj(), call it before. Nothing here is copied from those kernels: only names, prototypes
 * and the order of events are theirs.
 */
#include <linux/idr.h>
#include <linux/rwsem.h>
#include <rdma/ib_verbs.h>

/* A context, with a list of its objects of each kind */
struct contract_ucontext {
	struct ib_ucontext	base;
	struct list_head	pd_list;
	struct list_head	cq_list;
	int			closing;
};

#define CONTRACT_GENERATION	"legacy"
#include "contract.h"

struct ib_uverbs_file {
	struct kref			ref;
	struct mutex			mutex;
	struct mutex			cleanup_mutex;
	struct ib_uverbs_device		*device;
	struct ib_ucontext		*ucontext;
	struct list_head		list;
};

/* In the original in a header of ib_uverbs. */
void idr_remove_uobj(struct idr *idr, struct ib_uobject *uobj);

/* The handles of all files */
static struct idr handles[CONTRACT_KINDS] = {
	[0 ... CONTRACT_KINDS - 1] = IDR_INIT(handles[0]),
};
static DEFINE_SPINLOCK(handles_lock);

static struct list_head *objects_of(struct ib_ucontext *context, int kind)
{
	struct contract_ucontext *ucontext = container_of(context, struct contract_ucontext, base);

	return kind == CONTRACT_CQ ? &ucontext->cq_list : &ucontext->pd_list;
}

/* --- handles */

static CONTRACT_KEPT int idr_add_uobj(struct idr *idr, struct ib_uobject *uobj)
{
	int id = -ENOSPC;

	idr_preload(GFP_KERNEL);
	spin_lock(&handles_lock);
	if (idr != &handles[CONTRACT_FULL])
		id = idr_alloc(idr, uobj, 0, 0, GFP_NOWAIT);
	spin_unlock(&handles_lock);
	idr_preload_end();
	if (id < 0)
		return id;
	uobj->id = id;
	return 0;
}

CONTRACT_KEPT void idr_remove_uobj(struct idr *idr, struct ib_uobject *uobj)
{
	spin_lock(&handles_lock);
	idr_remove(idr, uobj->id);
	spin_unlock(&handles_lock);
}

static void release_uobj(struct kref *kref)
{
	struct ib_uobject *uobj = container_of(kref, struct ib_uobject, ref);

	kfree_rcu(uobj, rcu);
}

static void put_uobj(struct ib_uobject *uobj)
{
	kref_put(&uobj->ref, release_uobj);
}

static void put_uobj_write(struct ib_uobject *uobj)
{
	up_write(&uobj->mutex);
	put_uobj(uobj);
}

/* Find an object of this context and lock it, for writing to destroy it or for reading. */
static struct ib_uobject *idr_write_uobj(struct idr *idr, int id, struct ib_ucontext *context)
{
	struct ib_uobject *uobj;

	rcu_read_lock();
	uobj = idr_find(idr, id);
	if (uobj && (uobj->context != context || !kref_get_unless_zero(&uobj->ref)))
		uobj = NULL;
	rcu_read_unlock();
	if (!uobj)
		return NULL;
	down_write(&uobj->mutex);
	if (uobj->live)
		return uobj;
	put_uobj_write(uobj);
	return NULL;
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
	INIT_LIST_HEAD(&ucontext->pd_list);
	INIT_LIST_HEAD(&ucontext->cq_list);
	file->ucontext = &ucontext->base;
unlock:
	mutex_unlock(&file->mutex);
	return ret;
}

static int create_one(struct ib_uverbs_file *file, const char __user *buf, int in_len,
		      const char *verb)
{
	struct contract_request req;
	struct ib_uobject *uobj;
	struct contract_hw *hw;
	struct idr *idr;
	int ret;

	ret = contract_parse(&req, buf, in_len);
	if (ret)
		return ret;
	idr = &handles[req.kind];
	uobj = kzalloc(sizeof(*uobj), GFP_KERNEL);
	if (!uobj)
		return -ENOMEM;
	uobj->context = file->ucontext;
	/* Differs for each verb: the compiler must not merge the verbs into one function. */
	uobj->user_handle = (uintptr_t)verb;
	kref_init(&uobj->ref);
	init_rwsem(&uobj->mutex);
	down_write(&uobj->mutex);

	hw = contract_hw_create(&req);
	if (IS_ERR(hw)) {
		ret = PTR_ERR(hw);
		goto put;
	}
	uobj->object = hw;
	ret = idr_add_uobj(idr, uobj);
	if (ret)
		goto destroy;
	ret = hw->fail_commit ? -ENOMEM : contract_respond(&req, uobj->id);
	if (ret)
		goto remove;

	mutex_lock(&file->mutex);
	list_add_tail(&uobj->list, objects_of(file->ucontext, req.kind));
	mutex_unlock(&file->mutex);
	uobj->live = 1;
	up_write(&uobj->mutex);
	return 0;

remove:
	idr_remove_uobj(idr, uobj);
destroy:
	contract_hw_destroy(hw);
put:
	put_uobj_write(uobj);
	return ret;
}

/* The last one is a verb that rdmacg_oot does not know. */
#define VERBS(VERB)								\
	VERB(alloc_mw) VERB(alloc_pd) VERB(create_ah) VERB(create_cq) VERB(create_qp)	\
	VERB(create_srq) VERB(create_xsrq) VERB(open_qp) VERB(open_xrcd) VERB(reg_mr)	\
	VERB(create_new)
#define EXTENDED_VERBS(VERB)							\
	VERB(ex_create_cq) VERB(ex_create_flow) VERB(ex_create_qp)		\
	VERB(ex_create_rwq_ind_table) VERB(ex_create_wq)

#define DEFINE_VERB(name)							\
static CONTRACT_KEPT ssize_t							\
ib_uverbs_##name(struct ib_uverbs_file *file, struct ib_device *ib_dev,		\
		 const char __user *buf, int in_len, int out_len)		\
{										\
	return create_one(file, buf, in_len, #name) ?: in_len;			\
}
VERBS(DEFINE_VERB)

#define DEFINE_EXTENDED_VERB(name)						\
static CONTRACT_KEPT int							\
ib_uverbs_##name(struct ib_uverbs_file *file, struct ib_device *ib_dev,		\
		 struct ib_udata *ucore, struct ib_udata *uhw)			\
{										\
	return create_one(file, ucore->inbuf, ucore->inlen, #name);			\
}
EXTENDED_VERBS(DEFINE_EXTENDED_VERB)

static const struct contract_verb {
	const char *name;
	ssize_t (*verb)(struct ib_uverbs_file *file, struct ib_device *ib_dev,
			const char __user *buf, int in_len, int out_len);
	int (*extended)(struct ib_uverbs_file *file, struct ib_device *ib_dev,
			struct ib_udata *ucore, struct ib_udata *uhw);
} verbs[] = {
#define ROW(_name)		{ .name = #_name, .verb = ib_uverbs_##_name },
#define EXTENDED_ROW(_name)	{ .name = #_name, .extended = ib_uverbs_##_name },
	VERBS(ROW)
	EXTENDED_VERBS(EXTENDED_ROW)
};

/* If the request names no verb: an extended one for a cq, one of the write interface else. */
static int create(struct ib_uverbs_file *file, struct ib_device *ib_dev,
		  const struct contract_request *req, const char __user *buf, size_t count)
{
	const char *name = *req->verb ? req->verb :
			   req->kind == CONTRACT_CQ ? "ex_create_cq" : "alloc_pd";
	struct ib_udata ucore = { .inbuf = buf, .inlen = count }, uhw = {};
	ssize_t ret;
	int i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(verbs[i].name, name))
			continue;
		if (verbs[i].extended)
			return verbs[i].extended(file, ib_dev, &ucore, &uhw);
		ret = verbs[i].verb(file, ib_dev, buf, count, 0);
		return ret < 0 ? ret : 0;
	}
	return -ENOSYS;
}

static int destroy(struct ib_uverbs_file *file, const struct contract_request *req)
{
	struct idr *idr = &handles[req->kind];
	struct ib_uobject *uobj;
	struct contract_hw *hw;
	int ret;

	uobj = idr_write_uobj(idr, req->handle, file->ucontext);
	if (!uobj)
		return -EINVAL;
	hw = uobj->object;
	hw->busy += req->busy;
	ret = contract_hw_destroy(hw);
	if (ret) {
		put_uobj_write(uobj);
		return ret;
	}
	uobj->live = 0;
	put_uobj_write(uobj);

	idr_remove_uobj(idr, uobj);
	mutex_lock(&file->mutex);
	list_del(&uobj->list);
	mutex_unlock(&file->mutex);
	put_uobj(uobj);
	return 0;
}

static int query(struct ib_uverbs_file *file, const struct contract_request *req)
{
	struct ib_uobject *uobj = idr_write_uobj(&handles[req->kind], req->handle, file->ucontext);

	if (!uobj)
		return -EINVAL;
	put_uobj_write(uobj);
	return 0;
}

#include "command.h"

/* --- the life of a file */

/* Removes the handles first, and frees the objects even if the driver returns an error. */
static CONTRACT_KEPT int ib_uverbs_cleanup_ucontext(struct ib_uverbs_file *file,
						    struct ib_ucontext *context)
{
	struct contract_ucontext *ucontext = container_of(context, struct contract_ucontext, base);
	static const int order[] = { CONTRACT_CQ, CONTRACT_PD };
	struct ib_uobject *uobj, *next;
	int i;

	ucontext->closing = 1;
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		list_for_each_entry_safe(uobj, next, objects_of(context, order[i]), list) {
			struct contract_hw *hw = uobj->object;

			idr_remove_uobj(&handles[order[i]], uobj);
			contract_hw_destroy(hw);
			kfree(uobj);
		}
	}
	contract_ucontext_destroy(ucontext);
	return 0;
}

static void contract_file_init(struct ib_uverbs_file *file)
{
	mutex_init(&file->mutex);
	mutex_init(&file->cleanup_mutex);
}

static void contract_file_cleanup(struct ib_uverbs_file *file, bool removed)
{
	mutex_lock(&file->cleanup_mutex);
	if (file->ucontext)
		ib_uverbs_cleanup_ucontext(file, file->ucontext);
	file->ucontext = NULL;
	mutex_unlock(&file->cleanup_mutex);
}

static void contract_file_exit(struct ib_uverbs_file *file)
{
}

#include "file.h"
