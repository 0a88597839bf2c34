// SPDX-License-Identifier: GPL-2.0-only
/*
 * A user of rdmacg_oot's API: registers devices without hardware, and charges the cgroup of the
 * task that writes a command to /dev/rdmacg_test:
 *
 *	register SLOT NAME INDEX
 *	unregister SLOT			and then give back what is charged
 *	charge SLOT RESOURCE
 *	uncharge SLOT RESOURCE		the last charge of this kind
 *	storm SLOT MS			charges that are refused, in a loop, for that time
 *
 * SLOT is 0 to 3, RESOURCE is passed on unchecked. The write fails with the error of the call.
 */
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <rdmacg_oot.h>

struct charge {
	struct list_head node;
	struct rdmacg_oot_pool *pool;
	int resource;
};

static struct slot {
	struct rdmacg_oot_device device;
	char name[64];
	bool registered;
	struct list_head charges;
} slots[4];

static DEFINE_MUTEX(lock);

static int uncharge_last(struct slot *slot, int resource)
{
	struct charge *charge;

	list_for_each_entry(charge, &slot->charges, node) {
		if (resource >= 0 && charge->resource != resource)
			continue;
		rdmacg_oot_uncharge(charge->pool, &slot->device, charge->resource);
		list_del(&charge->node);
		kfree(charge);
		return 0;
	}
	return -ENOENT;
}

static int charge_one(struct slot *slot, int resource)
{
	struct charge *charge = kzalloc(sizeof(*charge), GFP_KERNEL);
	int ret;

	if (!charge)
		return -ENOMEM;
	charge->resource = resource;
	ret = rdmacg_oot_try_charge(&charge->pool, &slot->device, resource);
	if (ret)
		kfree(charge);
	else
		list_add(&charge->node, &slot->charges);
	return ret;
}

static int storm(struct slot *slot, unsigned int ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms);
	struct rdmacg_oot_pool *pool;
	int i;

	while (time_before(jiffies, end)) {
		for (i = 0; i < 64; i++) {
			if (!rdmacg_oot_try_charge(&pool, &slot->device, RDMACG_OOT_HCA_OBJECT)) {
				rdmacg_oot_uncharge(pool, &slot->device, RDMACG_OOT_HCA_OBJECT);
				return -EBUSY;
			}
		}
		cond_resched();
	}
	return 0;
}

static int unregister(struct slot *slot)
{
	if (!slot->registered)
		return -ENOENT;
	rdmacg_oot_unregister_device(&slot->device);
	slot->registered = false;
	/* Nobody may look at the device any more, not even when its charges are given back. */
	slot->device.name = NULL;
	while (!uncharge_last(slot, -1))
		;
	return 0;
}

static int obey(const char *line)
{
	unsigned int slot, index;
	int resource;
	char name[64];

	if (sscanf(line, "register %u %63s %u", &slot, name, &index) == 3 && slot < 4) {
		if (slots[slot].registered)
			return -EEXIST;
		strcpy(slots[slot].name, name);
		slots[slot].device.name = slots[slot].name;
		slots[slot].device.index = index;
		INIT_LIST_HEAD(&slots[slot].charges);
		slots[slot].registered = !rdmacg_oot_register_device(&slots[slot].device);
		return slots[slot].registered ? 0 : -ENOMEM;
	}
	if (sscanf(line, "unregister %u", &slot) == 1 && slot < 4)
		return unregister(&slots[slot]);
	if (sscanf(line, "charge %u %d", &slot, &resource) == 2 && slot < 4)
		return charge_one(&slots[slot], resource);
	if (sscanf(line, "uncharge %u %d", &slot, &resource) == 2 && slot < 4)
		return uncharge_last(&slots[slot], resource);
	if (sscanf(line, "storm %u %u", &slot, &index) == 2 && slot < 4)
		return storm(&slots[slot], index);
	return -ENOSYS;
}

static ssize_t test_write(struct file *f, const char __user *user, size_t size, loff_t *offset)
{
	char line[128] = "";
	int ret;

	if (size >= sizeof(line))
		return -E2BIG;
	if (copy_from_user(line, user, size))
		return -EFAULT;
	mutex_lock(&lock);
	ret = obey(line);
	mutex_unlock(&lock);
	return ret ?: (ssize_t)size;
}

static const struct file_operations test_fops = {
	.owner	= THIS_MODULE,
	.write	= test_write,
};

static struct miscdevice test_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= KBUILD_MODNAME,
	.fops	= &test_fops,
};

static int __init test_init(void)
{
	return misc_register(&test_device);
}

static void __exit test_exit(void)
{
	int i;

	misc_deregister(&test_device);
	for (i = 0; i < 4; i++)
		unregister(&slots[i]);
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("Test of rdmacg_oot's API");
MODULE_LICENSE("GPL");
