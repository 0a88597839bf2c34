// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes adapters slow, like those that wait for firmware: freeing one of 64 PDs sleeps for up to
 * "ms" milliseconds, inside of the functions that rdmacg_oot redirects. So calls are in flight
 * whenever that is unloaded. And as long as "hold" is set, no PD is freed.
 *
 * It cannot be unloaded, since a task may sleep in it.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/random.h>

#include "dealloc_pd.h"

static unsigned int ms;
module_param(ms, uint, 0644);
MODULE_PARM_DESC(ms, "how long at the most");
static bool hold;
module_param(hold, bool, 0644);
MODULE_PARM_DESC(hold, "free none before this is 0");

#ifdef DEALLOC_PD
static int (*quick)(PARAMETERS);

static int slow(PARAMETERS)
{
	u32 dice;

	get_random_bytes(&dice, sizeof(dice));
	if (dice % 64 == 0)
		msleep(dice / 64 % (READ_ONCE(ms) + 1));
	while (READ_ONCE(hold))
		msleep(20);
	return quick(ARGUMENTS);
}

/* Only adapters of the same driver as the first one. */
static ADD_RETURNS slow_add(struct ib_device *ibdev)
{
	if (!quick)
		quick = DEALLOC_PD(ibdev);
	if (DEALLOC_PD(ibdev) == quick)
		DEALLOC_PD(ibdev) = slow;
	return ADDED;
}

static void slow_remove(struct ib_device *ibdev, void *client_data)
{
}

static struct ib_client client = {
	.name		= KBUILD_MODNAME,
	.add		= slow_add,
	.remove		= slow_remove,
	CLIENT_FLAGS
};

static int __init slow_init(void)
{
	return ib_register_client(&client);
}
#else
static int __init slow_init(void)
{
	return -EOPNOTSUPP;
}
#endif

module_init(slow_init);

MODULE_DESCRIPTION("Test: makes adapters slow");
MODULE_LICENSE("GPL");
