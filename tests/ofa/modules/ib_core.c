// SPDX-License-Identifier: GPL-2.0-only
/* Exports what ib_core does. Generation 1 has the mark of what was built with the kernel. */
#include <linux/module.h>

#include "ib_core.h"

int ib_register_client(struct ib_client *client)
{
	return client->generation[0];
}
EXPORT_SYMBOL(ib_register_client);

#if GENERATION == 1
MODULE_INFO(intree, "Y");
#endif
MODULE_DESCRIPTION("A made-up ib_core");
MODULE_LICENSE("GPL");
