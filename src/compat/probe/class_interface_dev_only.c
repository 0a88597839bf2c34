// SPDX-License-Identifier: GPL-2.0-only
/* 6.4: the functions of a class_interface are handed the device only. */
#include <linux/device.h>

static int probe2(struct device *dev)
{
	return 0;
}

struct class_interface probe = {
	.add_dev = probe2,
};
