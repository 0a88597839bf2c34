// SPDX-License-Identifier: GPL-2.0-only
/* 5.0: a function, not a variable. */
#include <linux/mm.h>

unsigned long probe(void);
unsigned long probe(void)
{
	return totalram_pages();
}
