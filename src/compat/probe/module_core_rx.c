// SPDX-License-Identifier: GPL-2.0-only
/* RHEL 7: code and data of a module are apart. */
#include <linux/module.h>

void *probe(struct module *mod);
void *probe(struct module *mod)
{
	return mod->module_core_rx;
}
