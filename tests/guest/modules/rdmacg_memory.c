// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gives a driver a rereg_user_mr that does nothing, fails or makes a new MR, as it is told, and a
 * dereg_mr that fails as often as it is told. To be loaded before the adapter is made.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/version.h>
#include <rdma/ib_verbs.h>

static char *device = "rxe1";
module_param(device, charp, 0444);
MODULE_PARM_DESC(device, "which adapter");

static int error;
module_param(error, int, 0644);
MODULE_PARM_DESC(error, "what rereg_user_mr fails with");

static bool another;
module_param(another, bool, 0644);
MODULE_PARM_DESC(another, "rereg_user_mr makes another MR");

static unsigned int refuse;
module_param(refuse, uint, 0644);
MODULE_PARM_DESC(refuse, "how many times dereg_mr fails, from now on");

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 10, 0)

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define NO_HINTS	NULL,
#else
#define NO_HINTS
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
#define REREG_RETURNS	struct ib_mr *
#define REREG_ERROR	ERR_PTR(error)
#define REREG_ANOTHER	original.reg_user_mr(pd, start, length, virt_addr, access, NO_HINTS udata)
#else
#define REREG_RETURNS	int
#define REREG_ERROR	error
#define REREG_ANOTHER	-EOPNOTSUPP
#endif

/* RHEL 9 says 5.14. */
#ifdef RHEL_MAJOR
#define IS_RHEL_9_4	(RHEL_MAJOR == 9 && RHEL_MINOR >= 4)
#else
#define IS_RHEL_9_4	0
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0) || IS_RHEL_9_4
#define INTERFACE
#else
#define INTERFACE	, struct class_interface *interface
#endif

static struct ib_device_ops original;

static REREG_RETURNS rereg(struct ib_mr *mr, int flags, u64 start, u64 length, u64 virt_addr,
			   int access, struct ib_pd *pd, struct ib_udata *udata)
{
	return another && !error ? REREG_ANOTHER : REREG_ERROR;
}

static int dereg(struct ib_mr *mr, struct ib_udata *udata)
{
	if (!refuse)
		return original.dereg_mr(mr, udata);
	refuse--;
	return -EBUSY;
}

/* Inside of device_add(), before ib_uverbs looks which functions the driver has. */
static int added(struct device *d INTERFACE)
{
	struct ib_device *ibdev = rdma_device_to_ibdev(d);

	if (&ibdev->dev != d || strcmp(dev_name(d), device))
		return 0;
	original = ibdev->ops;
	ibdev->ops.rereg_user_mr = rereg;
	ibdev->ops.dereg_mr = dereg;
	ibdev->uverbs_cmd_mask |= BIT_ULL(IB_USER_VERBS_CMD_REREG_MR);
	return 0;
}

static struct class_interface interface = { .add_dev = added };

static int __init memory_init(void)
{
	struct any_device {
		struct ib_device	ibdev;
	} *any = ib_alloc_device(any_device, ibdev);

	if (!any)
		return -ENOMEM;
	interface.class = any->ibdev.dev.class;
	ib_dealloc_device(&any->ibdev);
	return class_interface_register(&interface);
}

static void __exit memory_exit(void)
{
	class_interface_unregister(&interface);
}

#else
static int __init memory_init(void)
{
	return -EOPNOTSUPP;
}

static void __exit memory_exit(void)
{
}
#endif

module_init(memory_init);
module_exit(memory_exit);

MODULE_DESCRIPTION("Test: an adapter that can register memory anew");
MODULE_LICENSE("GPL");
