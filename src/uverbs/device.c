// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices as they arrive, leave and are renamed.
 *
 * User space can open a device before our client hears of its arrival, since
 * ib_uverbs hears first, and use it after our client has heard of its removal,
 * since ib_uverbs hears last. So a device is registered with the controller by
 * whoever sees it first, the client or a verb. One that is leaving has no line
 * in the files any more, but its limits hold for those who still have it: where
 * the driver cannot take it away from them, ib_uverbs waits until they close it,
 * and until then they can create as before. When it is out of sysfs, which is
 * after ib_uverbs has let go of it, it is forgotten.
 *
 * A verb keeps its device from leaving, so what find() has found stays.
 *
 * A move to another network namespace is a removal and an arrival.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <rdma/ib_verbs.h>

#include "compat/rdma.h"
#include "uverbs.h"

#define DEVICE_TABLE_BITS	6

/*
 * struct uverbs_device - what we keep for an ib_device
 * @device: its registration with the controller
 * @name: its name, a copy, so that readers see it change as a whole
 * @ibdev: the ib_device; only its address counts
 * @arrived: the client was told of it: it will be told of its removal
 * @leaving: its &ib_device.dev, referenced, once the client was told of its removal
 * @hash: place in the table
 * @rcu: for freeing
 */
struct uverbs_device {
	struct rdmacg_oot_device	device;
	char				name[IB_DEVICE_NAME_MAX];
	const struct ib_device		*ibdev;
	bool				arrived;
	struct device			*leaving;
	struct hlist_node		hash;
	struct rcu_head			rcu;
};

static DEFINE_HASHTABLE(devices, DEVICE_TABLE_BITS);
/* For changes to the table; verbs look up under RCU. */
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

static struct uverbs_device *make_locked(struct ib_device *ibdev, gfp_t gfp)
{
	struct uverbs_device *dev = kzalloc(sizeof(*dev), gfp);

	if (!dev)
		return NULL;
	strscpy(dev->name, dev_name(&ibdev->dev), sizeof(dev->name));
	dev->device.name = dev->name;
	dev->device.index = compat_ib_device_index(ibdev);
	dev->ibdev = ibdev;
	rdmacg_oot_register_device(&dev->device);
	hash_add_rcu(devices, &dev->hash, (unsigned long)ibdev);
	return dev;
}

static bool has_number(const struct uverbs_device *dev, const struct ib_device *ibdev)
{
	return READ_ONCE(dev->device.index) == compat_ib_device_index(ibdev);
}

static void forget_locked(struct uverbs_device *dev)
{
	rdmacg_oot_unregister_device(&dev->device);
	if (dev->leaving)
		put_device(dev->leaving);
	hash_del_rcu(&dev->hash);
	kfree_rcu(dev, rcu);
}

static void rename_locked(struct uverbs_device *dev, const struct ib_device *ibdev)
{
	rcg_device_rename(&dev->device, dev->name, dev_name(&ibdev->dev), sizeof(dev->name),
			  compat_ib_device_index(ibdev));
}

/* As find(), but looks at the number */
static struct uverbs_device *find_locked(struct ib_device *ibdev)
{
	struct uverbs_device *dev = find(ibdev);

	if (!dev || has_number(dev, ibdev))
		return dev;
	if (dev->arrived) {
		/* 4.14 to 4.19: it is given its number when the clients have been told of it. */
		rename_locked(dev, ibdev);
		return dev;
	}
	/* A device that was at the same address before, and whose arrival failed. */
	forget_locked(dev);
	return NULL;
}

/* A verb has come before the client, or before the number. */
static struct uverbs_device *find_or_make(struct ib_device *ibdev)
{
	struct uverbs_device *dev;

	mutex_lock(&devices_lock);
	dev = find_locked(ibdev);
	if (!dev)
		dev = make_locked(ibdev, GFP_KERNEL);
	mutex_unlock(&devices_lock);
	return dev;
}

/**
 * uverbs_device - the controller's device for an ib_device
 * @ibdev: the device
 *
 * Context: process, in a verb, until the end of which the result is valid; may
 * sleep.
 * Return: the device; -ENOMEM.
 */
struct rdmacg_oot_device *uverbs_device(struct ib_device *ibdev)
{
	struct uverbs_device *dev;

	rcu_read_lock();
	dev = find(ibdev);
	rcu_read_unlock();
	if (unlikely(!dev || !has_number(dev, ibdev))) {
		dev = find_or_make(ibdev);
		if (!dev)
			return ERR_PTR(-ENOMEM);
	}
	return &dev->device;
}

COMPAT_IB_CLIENT_ADD(client_add, ibdev)
{
	struct uverbs_device *dev;

	mutex_lock(&devices_lock);
	dev = find_locked(ibdev);
	if (dev) {
		/* Before 4.14 it may be a stale row all the same. */
		rename_locked(dev, ibdev);
		if (dev->leaving) {
			rcg_device_renew(&dev->device);
			put_device(dev->leaving);
			dev->leaving = NULL;
		}
	} else {
		/* After an error nobody would tell of its removal. */
		dev = make_locked(ibdev, GFP_KERNEL | __GFP_NOFAIL);
	}
	dev->arrived = true;
	mutex_unlock(&devices_lock);
	return COMPAT_IB_CLIENT_ADDED;
}

#define FORGET_INTERVAL	HZ

static void forget_left(struct work_struct *work)
{
	struct uverbs_device *dev;
	struct hlist_node *next;
	bool again = false;
	int bucket;

	mutex_lock(&devices_lock);
	hash_for_each_safe(devices, bucket, next, dev, hash) {
		if (!dev->leaving)
			continue;
		/* Not locked: what is still seen there is looked at again. */
		if (data_race(device_is_registered(dev->leaving)))
			again = true;
		else
			forget_locked(dev);
	}
	mutex_unlock(&devices_lock);
	if (again)
		schedule_delayed_work(to_delayed_work(work), FORGET_INTERVAL);
}

static DECLARE_DELAYED_WORK(forget_work, forget_left);

/* Objects may be left: their charges do not need the device. */
static void client_remove(struct ib_device *ibdev, void *client_data)
{
	struct uverbs_device *dev;

	mutex_lock(&devices_lock);
	dev = find(ibdev);
	/* Before 5.8, ib_core can tell of the removal where memory failed it at the arrival. */
	if (dev) {
		dev->leaving = get_device(&ibdev->dev);
		rcg_device_hide(&dev->device);
		schedule_delayed_work(&forget_work, FORGET_INTERVAL);
	}
	mutex_unlock(&devices_lock);
}

/**
 * uverbs_device_renamed - a device may have another name now
 * @ibdev: the device
 *
 * Context: process, may sleep.
 */
void uverbs_device_renamed(struct ib_device *ibdev)
{
	struct uverbs_device *dev;

	mutex_lock(&devices_lock);
	dev = find(ibdev);
	if (dev)
		rename_locked(dev, ibdev);
	mutex_unlock(&devices_lock);
}

static void __maybe_unused client_rename(struct ib_device *ibdev, void *client_data)
{
	uverbs_device_renamed(ibdev);
}

static struct ib_client client = {
	.name		= KBUILD_MODNAME,
	.add		= client_add,
	.remove		= client_remove,
	COMPAT_IB_CLIENT_RENAME(client_rename)
	/* As the uverbs client: user space can open any device. */
	COMPAT_IB_CLIENT_NO_KVERBS_REQ
};

/* Rows are left of devices that are leaving, or whose arrival failed half-way. */
static void forget_all(void)
{
	struct uverbs_device *dev;
	struct hlist_node *next;
	int bucket;

	cancel_delayed_work_sync(&forget_work);
	mutex_lock(&devices_lock);
	hash_for_each_safe(devices, bucket, next, dev, hash)
		forget_locked(dev);
	mutex_unlock(&devices_lock);
}

/**
 * uverbs_devices_init - register the devices there are and will be
 *
 * Context: module load. Sleeps.
 * Return: 0 or an error of ib_register_client(), logged.
 */
int uverbs_devices_init(void)
{
	int ret = ib_register_client(&client);

	if (ret) {
		pr_err("ib_core does not tell of its devices (%d); please report it\n", ret);
		forget_all();
	}
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
	forget_all();
}
