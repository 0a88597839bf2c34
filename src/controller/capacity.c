// SPDX-License-Identifier: GPL-2.0-only
/*
 * Percentages: limits that are a part of what a device has. The number is made of it when
 * the limit becomes that of a pool, and stays.
 */
#include <linux/bitops.h>
#include <linux/errno.h>

#include "controller.h"

static s64 capacity_of(const struct rdmacg_oot_device *device, enum rcg_resource resource)
{
	return device->capacity ? device->capacity->nr[resource] : 0;
}

/**
 * rcg_capacity_check - does the driver say how many of these there are?
 * @device: the device
 * @resources: bit per resource
 *
 * Context: rcg_lock is held.
 * Return: 0; -ENODATA if it does not say so of one of them.
 */
int rcg_capacity_check(const struct rdmacg_oot_device *device, unsigned long resources)
{
	int i;

	for_each_set_bit(i, &resources, RCG_NR_RESOURCES)
		if (!capacity_of(device, i))
			return -ENODATA;
	return 0;
}

/**
 * rcg_capacity_part - the limit that a percentage means on a device
 * @device: the device
 * @resource: of what
 * @percent: the percentage, 0 to 100
 *
 * Context: rcg_lock is held.
 * Return: the number, rounded down, and at least 1 unless @percent is 0; no limit where the
 * driver does not say how many there are.
 */
s64 rcg_capacity_part(const struct rdmacg_oot_device *device, enum rcg_resource resource,
		      s64 percent)
{
	s64 nr = capacity_of(device, resource);

	if (!nr)
		return rcg_resource_types[resource].max;
	return percent ? nr * percent / 100 ?: 1 : 0;
}
