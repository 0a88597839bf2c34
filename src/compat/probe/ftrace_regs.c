// SPDX-License-Identifier: GPL-2.0-only
/* 5.11: ftrace callbacks get ftrace_regs instead of pt_regs. */
#include <linux/ftrace.h>

static void probe(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
		  struct ftrace_regs *regs)
{
}

struct ftrace_ops probe2 = { .func = probe };
