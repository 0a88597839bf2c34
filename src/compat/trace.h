/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels in tracepoints.
 */
#ifndef RCG_COMPAT_TRACE_H
#define RCG_COMPAT_TRACE_H

#include <linux/string.h>

/*
 * In TP_fast_assign(): fill in a string, not NULL. From 6.10 on, __assign_str() takes the field
 * alone; before, the string as well. No probe can ask, since it exists only where the kernel's
 * headers expand an event.
 */
#define compat_assign_str(field, string) \
	memcpy(__get_str(field), string, strlen(string) + 1)

#endif /* RCG_COMPAT_TRACE_H */
