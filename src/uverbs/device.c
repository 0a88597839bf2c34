// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices as they arrive, leave and are renamed.
 */
#include <linux/slab.h>
#include <rdma/ib_verbs.h>

#include "hook/hook.h"
#include "uverbs.h"

/*
 * struct uverbs_device - what we keep for an ib_device
 * @device: its registration with the controller
 * @name: its name, a copy, so that readers see it change as a whole
 * @rcu: for freeing
 */
struct uverbs_device {
	struct rdmacg_oot_device	device;
	char				name[IB_DEVICE_NAME_MAX];
	struct rcu_head			rcu;
};

static struct ib_client client;

/**
 * uverbs_device - the controller's device for an ib_device
 * @ibdev: the device
 *
 * Context: in a replacement, until the end of which the result is valid.
 * Return: the device; NULL when it is not registered with the controller.
 */
struct rdmacg_oot_device *uverbs_device(struct ib_device *ibdev)
{
	struct uverbs_device *dev = ib_get_client_data(ibdev, &client);

	return dev ? &dev->device : NULL;
}

static int client_add(struct ib_device *ibdev)
{
	struct uverbs_device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int ret;

	if (!dev)
		return -ENOMEM;
	strscpy(dev->name, dev_name(&ibdev->dev), sizeof(dev->name));
	dev->device.name = dev->name;
	dev->device.index = ibdev->index;
	ret = rdmacg_oot_register_device(&dev->device);
	if (ret) {
		kfree(dev);
		return ret;
	}
	ib_set_client_data(ibdev, &client, dev);
	return 0;
}

static void device_free_rcu(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct uverbs_device, rcu));
}

/*
 * Verbs may be under way, and objects may be left: ib_uverbs is told after us.
 * Their charges do not need the device, and a verb that has just looked it up
 * is waited for.
 */
static void client_remove(struct ib_device *ibdev, void *client_data)
{
	struct uverbs_device *dev = client_data;

	ib_set_client_data(ibdev, &client, NULL);
	rdmacg_oot_unregister_device(&dev->device);
	hook_defer(&dev->rcu, device_free_rcu);
}

static void client_rename(struct ib_device *ibdev, void *client_data)
{
	struct uverbs_device *dev = client_data;

	rcg_device_rename(&dev->device, dev->name, dev_name(&ibdev->dev), sizeof(dev->name));
}

static struct ib_client client = {
	.name		= KBUILD_MODNAME,
	.add		= client_add,
	.remove		= client_remove,
	.rename		= client_rename,
	/* As the uverbs client: user space can open any device. */
	.no_kverbs_req	= true,
};

/**
 * uverbs_devices_init - register the devices there are and will be
 *
 * Context: module load. Sleeps.
 * Return: 0 or an error of ib_register_client().
 */
int uverbs_devices_init(void)
{
	return ib_register_client(&client);
}

/**
 * uverbs_devices_exit - unregister them all
 *
 * Context: module unload. Sleeps.
 */
void uverbs_devices_exit(void)
{
	ib_unregister_client(&client);
	hook_defer_barrier();
}
