// SPDX-License-Identifier: GPL-2.0-only
/* 4.5 to 6.3: a module has two layouts. */
#include <linux/module.h>

void *probe(struct module *mod);
void *probe(struct module *mod)
{
	return mod->core_layout.base;
}
