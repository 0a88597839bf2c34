// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes a driver refuse to destroy: the next "refuse" attempts to free a PD fail. PDs that
 * ib_uverbs has given up are freed when this module is unloaded or the adapter is removed.
 *
 * No task may free PDs of the adapter while the module is being unloaded.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include "dealloc_pd.h"

static char *device = "rxe0";
module_param(device, charp, 0444);
MODULE_PARM_DESC(device, "which adapter");

static unsigned int refuse;
module_param(refuse, uint, 0644);
MODULE_PARM_DESC(refuse, "how many times it refuses, from now on");

#ifdef DEALLOC_PD_CAN_FAIL
static int (*original)(PARAMETERS);

/* PDs that were refused and not freed since. */
static struct ib_pd *refused[16];
static DEFINE_MUTEX(lock);

/* The entry of @pd; for NULL, a free entry. */
static struct ib_pd **place_of(const struct ib_pd *pd)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(refused); i++)
		if (refused[i] == pd)
			return &refused[i];
	return NULL;
}

static int undying(PARAMETERS)
{
	struct ib_pd **place;
	int ret = -EBUSY;

	mutex_lock(&lock);
	place = place_of(pd) ?: place_of(NULL);
	if (refuse && place) {
		refuse--;
		*place = pd;
	} else {
		ret = original(ARGUMENTS);
		if (!ret && place)
			*place = NULL;
	}
	mutex_unlock(&lock);
	return ret;
}

static ADD_RETURNS undying_add(struct ib_device *ibdev)
{
	if (!strcmp(ibdev->name, device)) {
		original = DEALLOC_PD(ibdev);
		DEALLOC_PD(ibdev) = undying;
	}
	return ADDED;
}

static void undying_remove(struct ib_device *ibdev, void *client_data)
{
	int i;

	if (DEALLOC_PD(ibdev) != undying)
		return;
	DEALLOC_PD(ibdev) = original;
	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		if (refused[i])
			ib_dealloc_pd(refused[i]);
		refused[i] = NULL;
	}
}

static struct ib_client client = {
	.name		= KBUILD_MODNAME,
	.add		= undying_add,
	.remove		= undying_remove,
	CLIENT_FLAGS
};

static int __init undying_init(void)
{
	return ib_register_client(&client);
}

static void __exit undying_exit(void)
{
	ib_unregister_client(&client);
}
#else
static int __init undying_init(void)
{
	return -EOPNOTSUPP;
}

static void __exit undying_exit(void)
{
}
#endif

module_init(undying_init);
module_exit(undying_exit);

MODULE_DESCRIPTION("Test: an adapter that cannot destroy");
MODULE_LICENSE("GPL");
