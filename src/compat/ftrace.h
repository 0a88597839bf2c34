/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels in the function tracer.
 */
#ifndef RCG_COMPAT_FTRACE_H
#define RCG_COMPAT_FTRACE_H

#include <linux/ftrace.h>

/* What a callback gets: pt_regs, from 5.11 on ftrace_regs. */
#ifndef RCG_HAVE_FTRACE_REGS
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
#if !defined(RCG_HAVE_FTRACE_REGS)
	instruction_pointer_set(regs, ip);
#elif !defined(CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS)
	/* arm64 up to 6.1: ftrace_regs are pt_regs, and the setters do nothing. */
	instruction_pointer_set(ftrace_get_regs(regs), ip);
#elif defined(RCG_HAVE_FTRACE_REGS_SET_INSTRUCTION_POINTER)
	ftrace_regs_set_instruction_pointer(regs, ip);
#else
	ftrace_instruction_pointer_set(regs, ip);
#endif
}

/*
 * Flags for a callback that cannot recurse. Up to 5.10 a flag says so; from
 * 5.11 on the absence of a flag of nearly the same name does.
 */
#ifdef RCG_HAVE_FTRACE_OPS_FL_RECURSION_SAFE
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

/*
 * Does a callback get the true caller? Where kprobes do not use ftrace (arm64), a kretprobe
 * on the same function runs before the callback and has replaced the return address.
 */
#define COMPAT_FTRACE_KNOWS_CALLER	IS_ENABLED(CONFIG_KPROBES_ON_FTRACE)

/* 5.5, and RHEL 7: kernel.ftrace_enabled cannot be set to 0 */
#ifdef RCG_HAVE_FTRACE_OPS_FL_PERMANENT
#define COMPAT_FTRACE_PERMANENT	FTRACE_OPS_FL_PERMANENT
#else
#define COMPAT_FTRACE_PERMANENT	0
#endif

#endif /* RCG_COMPAT_FTRACE_H */
