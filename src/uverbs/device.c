// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices, from before anybody can open them until nobody has them open.
 *
 * ib_core adds an ib_device to the driver core (device_add()) before it calls its
 * clients' add(), and takes it out (device_del()) after their remove(). A
 * class_interface is called from both. So a row that is made and removed there is
 * in the table whenever a verb looks for it. The kernel's own controller registers
 * and unregisters its devices at the same points:
 *
 *	ib_register_device()		device_add()	-> device_added(): row
 *					clients		ib_uverbs: verbs begin
 *	move to another netns		clients leave and come back; the row stays
 *	ib_unregister_device()		clients		ib_uverbs: verbs end
 *					device_del()	-> device_removed(): no row
 *
 * Verbs have ended before device_del(): ib_uverbs_remove_one(), the remove() of
 * ib_uverbs, waits for them. If the driver has disassociate_ucontext(),
 * ib_uverbs_free_hw_resources() waits for verbs under way (synchronize_srcu()) and
 * destroys what hangs on each open file; later verbs fail with EIO. If not, it waits
 * until all files of the device are closed.
 *
 * So no state in between is kept: while a device is being removed, or moved, its
 * limits hold, its lines are shown, and verbs are charged.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/slab.h>
#include <rdma/ib_verbs.h>

#include "compat/rdma.h"
#include "uverbs.h"

#define DEVICE_TABLE_BITS	6

/*
 * struct uverbs_device - what we keep for an ib_device
 * @device: its registration with the controller
 * @capacity: what it has, as its driver says
 * @name: its name, a copy, so that readers see it change as a whole
 * @ibdev: the ib_device
 * @hash: place in the table
 * @rcu: for freeing
 */
struct uverbs_device {
	struct rdmacg_oot_device	device;
	struct rcg_capacity		capacity;
	char				name[IB_DEVICE_NAME_MAX];
	struct ib_device		*ibdev;
	struct hlist_node		hash;
	struct rcu_head			rcu;
};

static DEFINE_HASHTABLE(devices, DEVICE_TABLE_BITS);
/* Held to change the table; verbs look up under RCU. Taken under the class's mutex. */
static DEFINE_MUTEX(devices_lock);

static struct uverbs_device *find(const struct ib_device *ibdev)
{
	struct uverbs_device *dev;

	hash_for_each_possible_rcu(devices, dev, hash, (unsigned long)ibdev,
				   lockdep_is_held(&devices_lock))
		if (dev->ibdev == ibdev)
			return dev;
	return NULL;
}

/**
 * uverbs_device_renamed - a device may have another name or number now
 * @ibdev: the device
 *
 * Context: process, may sleep; takes devices_lock.
 */
void uverbs_device_renamed(struct ib_device *ibdev)
{
	struct uverbs_device *dev;

	mutex_lock(&devices_lock);
	dev = find(ibdev);
	if (dev)
		rcg_device_rename(&dev->device, dev->name, dev_name(&ibdev->dev),
				  sizeof(dev->name), compat_ib_device_index(ibdev));
	mutex_unlock(&devices_lock);
}

/**
 * uverbs_device - the controller's device for an ib_device
 * @ibdev: the device
 *
 * Context: process, in a verb; may sleep. The result is valid until the verb ends.
 * Return: the device; -ENODEV for one that ib_core has never registered.
 */
struct rdmacg_oot_device *uverbs_device(struct ib_device *ibdev)
{
	struct uverbs_device *dev;

	rcu_read_lock();
	dev = find(ibdev);
	rcu_read_unlock();
	if (WARN_ON_ONCE(!dev))
		return ERR_PTR(-ENODEV);
	/* Linux 4.14 to 4.19 number a device after the clients have been told of it. */
	if (unlikely(READ_ONCE(dev->device.index) != compat_ib_device_index(ibdev)))
		uverbs_device_renamed(ibdev);
	return &dev->device;
}

/**
 * uverbs_ib_device - the ib_device of a device of ours
 * @device: the device, registered
 *
 * Context: rcg_lock is held: device_removed() waits for it, and after that the ib_device
 * may be freed.
 * Return: the ib_device.
 */
struct ib_device *uverbs_ib_device(const struct rdmacg_oot_device *device)
{
	return container_of(device, struct uverbs_device, device)->ibdev;
}

/* class_interface.add_dev: called for the devices there are, and later from device_add() */
COMPAT_CLASS_ADD_DEV(device_added, d)
{
	struct ib_device *ibdev = compat_ib_device_of(d);
	struct uverbs_device *dev;

	if (!ibdev)
		return 0;
	/* The driver core ignores an error: without a row, the device would have no limits. */
	dev = kzalloc(sizeof(*dev), GFP_KERNEL | __GFP_NOFAIL);
	snprintf(dev->name, sizeof(dev->name), "%s", dev_name(d));
	dev->device.name = dev->name;
	dev->device.index = compat_ib_device_index(ibdev);
	dev->ibdev = ibdev;
	uverbs_capacity(ibdev, &dev->capacity);
	rcg_device_register(&dev->device, &dev->capacity);
	mutex_lock(&devices_lock);
	hash_add_rcu(devices, &dev->hash, (unsigned long)ibdev);
	mutex_unlock(&devices_lock);
	return 0;
}

/*
 * class_interface.remove_dev: called from device_del(), and for the devices there are
 * when the interface is unregistered. Objects may be left: their charges do not need
 * the device.
 */
COMPAT_CLASS_REMOVE_DEV(device_removed, d)
{
	struct ib_device *ibdev = compat_ib_device_of(d);
	struct uverbs_device *dev;

	if (!ibdev)
		return;
	mutex_lock(&devices_lock);
	dev = find(ibdev);
	hash_del_rcu(&dev->hash);
	mutex_unlock(&devices_lock);
	rdmacg_oot_unregister_device(&dev->device);
	kfree_rcu(dev, rcu);
}

static struct class_interface interface = {
	.add_dev	= device_added,
	.remove_dev	= device_removed,
};

/* The class of all ib_devices is not exported, but every ib_device points to it. */
static int find_class(void)
{
	struct ib_device *ibdev = compat_ib_alloc_device();

	if (!ibdev)
		return -ENOMEM;
	interface.class = ibdev->dev.class;
	ib_dealloc_device(ibdev);
	return 0;
}

/* A device may have been renamed since device_added(), before this client was registered. */
COMPAT_IB_CLIENT_ADD(client_add, ibdev)
{
	uverbs_device_renamed(ibdev);
	return COMPAT_IB_CLIENT_ADDED;
}

static void __maybe_unused client_rename(struct ib_device *ibdev, void *client_data)
{
	uverbs_device_renamed(ibdev);
}

static struct ib_client client = {
	.name		= KBUILD_MODNAME,
	.add		= client_add,
	COMPAT_IB_CLIENT_RENAME(client_rename)
	/* As the uverbs client: user space can open any device. */
	COMPAT_IB_CLIENT_NO_KVERBS_REQ
};

/**
 * uverbs_devices_follow - register another class_interface for all ib_devices
 * @follower: has functions, and no class yet
 *
 * Context: module load, after uverbs_devices_init(). Sleeps.
 * Return: as class_interface_register().
 */
int uverbs_devices_follow(struct class_interface *follower)
{
	follower->class = interface.class;
	return class_interface_register(follower);
}

/**
 * uverbs_devices_init - register the devices there are and will be
 *
 * Context: module load. Sleeps.
 * Return: 0; -ENOMEM; or another error, logged.
 */
int uverbs_devices_init(void)
{
	int ret = find_class() ?: class_interface_register(&interface);

	if (ret)
		goto fail;
	ret = ib_register_client(&client);
	if (!ret)
		return 0;
	class_interface_unregister(&interface);
fail:
	if (ret != -ENOMEM)
		pr_err("ib_core does not tell of its devices (%d); please report it\n", ret);
	return ret;
}

/**
 * uverbs_devices_exit - unregister them all
 *
 * Context: module load and unload, when no verb is redirected. Sleeps.
 */
void uverbs_devices_exit(void)
{
	ib_unregister_client(&client);
	class_interface_unregister(&interface);
}
