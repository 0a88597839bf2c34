/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every difference between kernels, and nothing else.
 *
 * Each HAVE_* comes from a file of the same name in probe/, compiled against
 * the kernel that is built for: kernels with backports answer truly where
 * their version number would not.
 */
#ifndef RCG_COMPAT_H
#define RCG_COMPAT_H

#include <linux/cgroup.h>
#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/static_call.h>

/* What an ftrace callback gets: pt_regs, from 5.11 on ftrace_regs. */
#ifndef HAVE_FTRACE_REGS
#define ftrace_regs	pt_regs
#endif

/**
 * compat_ftrace_set_ip - make the traced function continue elsewhere
 * @regs: what the callback was given
 * @ip: the address
 *
 * Context: ftrace callback.
 */
static __always_inline void compat_ftrace_set_ip(struct ftrace_regs *regs, unsigned long ip)
{
#if defined(HAVE_FTRACE_REGS_SET_INSTRUCTION_POINTER)
	ftrace_regs_set_instruction_pointer(regs, ip);
#elif defined(HAVE_FTRACE_REGS)
	ftrace_instruction_pointer_set(regs, ip);
#else
	instruction_pointer_set(regs, ip);
#endif
}

/*
 * Flags for a callback that cannot recurse. Up to 5.10 a flag says so; from
 * 5.11 on the absence of a flag of nearly the same name does.
 */
#ifdef HAVE_FTRACE_OPS_FL_RECURSION_SAFE
#define COMPAT_FTRACE_OPS_FL	FTRACE_OPS_FL_RECURSION_SAFE
#else
#define COMPAT_FTRACE_OPS_FL	0
#endif

/* Where the instruction pointer can be changed only with all registers saved */
#ifdef CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS
#define COMPAT_FTRACE_SAVE_REGS	0
#else
#define COMPAT_FTRACE_SAVE_REGS	FTRACE_OPS_FL_SAVE_REGS
#endif

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
#ifdef HAVE_MODULE_MEMORY
	*size = mod->mem[MOD_TEXT].size;
	return (unsigned long)mod->mem[MOD_TEXT].base;
#else
	*size = mod->core_layout.text_size;
	return (unsigned long)mod->core_layout.base;
#endif
}

/**
 * compat_intree_controller - what about the kernel's own RDMA controller?
 *
 * Context: any.
 * Return: "absent", "disabled" (cgroup_disable=rdma) or "active".
 */
static inline const char *compat_intree_controller(void)
{
#ifdef CONFIG_CGROUP_RDMA
	return cgroup_subsys_enabled(rdma_cgrp_subsys) ? "active" : "disabled";
#else
	return "absent";
#endif
}

#endif /* RCG_COMPAT_H */
