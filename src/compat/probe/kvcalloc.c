// SPDX-License-Identifier: GPL-2.0-only
/* 4.18. */
#include <linux/mm.h>
#include <linux/slab.h>

void *probe(void);
void *probe(void)
{
	return kvcalloc(1, 1, GFP_KERNEL);
}
