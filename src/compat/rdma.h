/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels in ib_core and ib_uverbs.
 */
#ifndef RCG_COMPAT_RDMA_H
#define RCG_COMPAT_RDMA_H

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/uaccess.h>
#include <rdma/ib_verbs.h>

#if defined(RCG_HAVE_RDMA_RESTRACK_COUNT) || defined(RCG_HAVE_RDMA_RESTRACK_COUNT_DETAILS)
#include <rdma/restrack.h>
#endif

/* 6.4: the functions of a class_interface are not handed that interface. */
#ifdef RCG_HAVE_CLASS_INTERFACE_DEV_ONLY
#define COMPAT_CLASS_ADD_DEV(name, dev)		static int name(struct device *dev)
#define COMPAT_CLASS_REMOVE_DEV(name, dev)	static void name(struct device *dev)
#else
#define COMPAT_CLASS_ADD_DEV(name, dev)						\
	static int name(struct device *dev, struct class_interface *interface)
#define COMPAT_CLASS_REMOVE_DEV(name, dev)					\
	static void name(struct device *dev, struct class_interface *interface)
#endif

/* 5.8: it has another name. */
#ifdef RCG_HAVE_COPY_FROM_KERNEL_NOFAULT
#define compat_copy_nofault	copy_from_kernel_nofault
#else
#define compat_copy_nofault	probe_kernel_read
#endif

/**
 * compat_ib_device_of - the ib_device that a device of ib_core's class is
 * @dev: the device
 *
 * Context: any.
 * Return: the ib_device; NULL where @dev only shows one in a further network
 * namespace (5.2 and later).
 */
static inline struct ib_device *compat_ib_device_of(struct device *dev)
{
#ifdef RCG_HAVE_RDMA_DEVICE_TO_IBDEV
	struct ib_device *ibdev = rdma_device_to_ibdev(dev);

	return &ibdev->dev == dev ? ibdev : NULL;
#else
	return container_of(dev, struct ib_device, dev);
#endif
}

/* An ib_device that is never registered, for ib_dealloc_device(); or NULL */
static inline struct ib_device *compat_ib_alloc_device(void)
{
/* 5.1: a macro that is told of a driver's structure, a function before */
#ifdef ib_alloc_device
	struct compat_device {
		struct ib_device	ibdev;
	} *device = ib_alloc_device(compat_device, ibdev);

	return device ? &device->ibdev : NULL;
#else
	return ib_alloc_device(sizeof(struct ib_device));
#endif
}

/* 5.8: a client can fail to add a device. */
#ifdef RCG_HAVE_IB_CLIENT_ADD_INT
#define COMPAT_IB_CLIENT_ADD(name, ibdev)	static int name(struct ib_device *ibdev)
#define COMPAT_IB_CLIENT_ADDED			0
#else
#define COMPAT_IB_CLIENT_ADD(name, ibdev)	static void name(struct ib_device *ibdev)
#define COMPAT_IB_CLIENT_ADDED
#endif

/* 5.3: devices can be renamed. */
#ifdef RCG_HAVE_IB_CLIENT_RENAME
#define COMPAT_IB_CLIENT_RENAME(function)	.rename = function,
#else
#define COMPAT_IB_CLIENT_RENAME(function)
#endif

/* 5.3: a client that also takes devices which kernel users cannot use */
#ifdef RCG_HAVE_IB_CLIENT_NO_KVERBS_REQ
#define COMPAT_IB_CLIENT_NO_KVERBS_REQ		.no_kverbs_req = true,
#else
#define COMPAT_IB_CLIENT_NO_KVERBS_REQ
#endif

/* 4.14: devices are numbered. Before, no two have the same name. */
static inline u32 compat_ib_device_index(const struct ib_device *ibdev)
{
#ifdef RCG_HAVE_IB_DEVICE_INDEX
	return ibdev->index;
#else
	return 0;
#endif
}

/*
 * 5.3: ib_core knows how many objects of a kind a device has. Before: -EOPNOTSUPP.
 * SRQs: 5.14.
 */
#if defined(RCG_HAVE_RDMA_RESTRACK_COUNT_DETAILS)
#define compat_count(ibdev, kind)	rdma_restrack_count(ibdev, RDMA_RESTRACK_##kind, false)
#elif defined(RCG_HAVE_RDMA_RESTRACK_COUNT)
#define compat_count(ibdev, kind)	rdma_restrack_count(ibdev, RDMA_RESTRACK_##kind)
#else
#define compat_count(ibdev, kind)	((void)(ibdev), -EOPNOTSUPP)
#endif
#ifdef RCG_HAVE_RDMA_RESTRACK_SRQ
#define compat_count_srqs(ibdev)	compat_count(ibdev, SRQ)
#else
#define compat_count_srqs(ibdev)	(-EOPNOTSUPP)
#endif

/* 4.5: what the driver says of a device is in the device. NULL: it is not known. */
static inline const struct ib_device_attr *compat_device_attr(const struct ib_device *ibdev)
{
#ifdef RCG_HAVE_IB_DEVICE_ATTRS
	return &ibdev->attrs;
#else
	return NULL;
#endif
}

/* 4.9: and of receive work queues; 0 where it is not known */
#ifdef RCG_HAVE_IB_DEVICE_ATTR_RSS
#define compat_max_wq(attr)		((attr)->max_wq_type_rq)
#define compat_max_rwq_ind(attr)	((attr)->rss_caps.max_rwq_indirection_tables)
#else
#define compat_max_wq(attr)		0
#define compat_max_rwq_ind(attr)	0
#endif

/* 5.0: the functions of a driver have a struct of their own, in the device. */
#ifdef RCG_HAVE_IB_DEVICE_OPS
#define compat_device_ops(ibdev)		(&(ibdev)->ops)
#else
#define compat_device_ops(ibdev)		(ibdev)
#endif

/*
 * 5.2: ib_uverbs allocates a context, the driver starts and stops it. Before,
 * the driver allocates and frees it as well, and its dealloc_ucontext can fail.
 *
 * COMPAT_ALLOC_UCONTEXT() makes a function of the kernel's prototype out of one
 * that takes the device, the context or NULL if there is none yet, and the driver's
 * data, and returns the context or an error. COMPAT_DEALLOC_UCONTEXT() does so for
 * one that takes the context and returns 0 or an error. compat_alloc_ucontext() and
 * compat_dealloc_ucontext() call a driver's function.
 */
#ifdef RCG_HAVE_IB_ALLOC_UCONTEXT_INT
#define COMPAT_ALLOC_UCONTEXT(name, function)					\
static int name(struct ib_ucontext *ucontext, struct ib_udata *udata)		\
{										\
	return PTR_ERR_OR_ZERO(function(ucontext->device, ucontext, udata));	\
}
#define COMPAT_DEALLOC_UCONTEXT(name, function)					\
static void name(struct ib_ucontext *ucontext)					\
{										\
	function(ucontext);							\
}
#define compat_alloc_ucontext(function, ibdev, ucontext, udata)			\
	(ERR_PTR(function(ucontext, udata)) ?: (ucontext))
#define compat_dealloc_ucontext(function, ucontext)	((function)(ucontext), 0)
#else
#define COMPAT_ALLOC_UCONTEXT(name, function)					\
static struct ib_ucontext *name(struct ib_device *ibdev, struct ib_udata *udata) \
{										\
	return function(ibdev, NULL, udata);					\
}
#define COMPAT_DEALLOC_UCONTEXT(name, function)					\
static int name(struct ib_ucontext *ucontext)					\
{										\
	return function(ucontext);						\
}
#define compat_alloc_ucontext(function, ibdev, ucontext, udata)	((function)(ibdev, udata))
#define compat_dealloc_ucontext(function, ucontext)		((function)(ucontext))
#endif

/* 5.2 or so: destroy_hw is given the attributes of the verb. */
#ifdef RCG_HAVE_UVERBS_DESTROY_HW_ATTRS
#define COMPAT_DESTROY_HW_PARAMETER	, struct uverbs_attr_bundle *attrs
#define COMPAT_DESTROY_HW_ARGUMENT	, attrs
#else
#define COMPAT_DESTROY_HW_PARAMETER
#define COMPAT_DESTROY_HW_ARGUMENT
#endif

#ifdef RCG_HAVE_UVERBS_CLASS_UFILE
/* The context of an uverbs file, or an error */
static inline struct ib_ucontext *compat_ufile_context(struct ib_uverbs_file *ufile)
{
#ifdef RCG_HAVE_UVERBS_GET_UCONTEXT_FILE
	return ib_uverbs_get_ucontext_file(ufile);
#else
	return ib_uverbs_get_ucontext(ufile);
#endif
}
#endif

#endif /* RCG_COMPAT_RDMA_H */
