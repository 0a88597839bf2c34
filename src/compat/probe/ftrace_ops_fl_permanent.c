// SPDX-License-Identifier: GPL-2.0-only
/* 5.5 and RHEL 7: an ftrace_ops can forbid that ftrace is switched off. */
#include <linux/ftrace.h>

unsigned long probe = FTRACE_OPS_FL_PERMANENT;
