/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels in struct module.
 */
#ifndef RCG_COMPAT_MODULE_H
#define RCG_COMPAT_MODULE_H

#include <linux/module.h>

/**
 * compat_module_text - where a module's code is
 * @mod: the module
 * @size: set to the size in bytes
 *
 * Context: any, while the module is live.
 * Return: the first address.
 */
static inline unsigned long compat_module_text(const struct module *mod, unsigned long *size)
{
#if defined(RCG_HAVE_MODULE_MEMORY)
	*size = mod->mem[MOD_TEXT].size;
	return (unsigned long)mod->mem[MOD_TEXT].base;
#elif defined(RCG_HAVE_MODULE_LAYOUT)
	*size = mod->core_layout.text_size;
	return (unsigned long)mod->core_layout.base;
#elif defined(RCG_HAVE_MODULE_CORE_RX)
	*size = mod->core_text_size_rx;
	return (unsigned long)mod->module_core_rx;
#else
	*size = mod->core_text_size;
	return (unsigned long)mod->module_core;
#endif
}

#endif /* RCG_COMPAT_MODULE_H */
