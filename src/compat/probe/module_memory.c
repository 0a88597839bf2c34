// SPDX-License-Identifier: GPL-2.0-only
/* 6.4: a module has a table of memory regions instead of two layouts. */
#include <linux/module.h>

void *probe(struct module *mod);
void *probe(struct module *mod)
{
	return mod->mem[MOD_TEXT].base;
}
