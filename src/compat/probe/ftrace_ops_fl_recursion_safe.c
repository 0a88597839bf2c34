// SPDX-License-Identifier: GPL-2.0-only
/* Up to 5.10: a callback must say that it cannot recurse. */
#include <linux/ftrace.h>

unsigned long probe = FTRACE_OPS_FL_RECURSION_SAFE;
