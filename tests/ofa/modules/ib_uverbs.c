// SPDX-License-Identifier: GPL-2.0-only
/* Takes from ib_core what ib_uverbs takes: that tells the version of the symbol. */
#include <linux/module.h>

#include "ib_core.h"

static struct ib_client client;

static int __init uverbs_init(void)
{
	return ib_register_client(&client);
}
module_init(uverbs_init);

MODULE_DESCRIPTION("A made-up ib_uverbs");
MODULE_LICENSE("GPL");
