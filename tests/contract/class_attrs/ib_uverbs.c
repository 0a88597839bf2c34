// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands in for ib_uverbs of generation "class with attrs" as in RHEL 8.3: alloc_begin takes the
 * attributes of the command, as in Linux 5.6, but there is no ib_init_ucontext(): the verb that
 * makes a context is that of Linux 5.4, in which the driver makes its part last.
 */
#define CONTRACT_GENERATION	"class_attrs"
#define CONTRACT_LATE		1
#include "../class_ufile/ib_uverbs.c"
