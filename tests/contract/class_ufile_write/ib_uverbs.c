// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands in for ib_uverbs of generation "class with ufile" as in Linux 4.19 and 4.20: the function
 * that returns the context of a file has another name.
 */
#define CONTRACT_GENERATION	"class_ufile_write"
#define get_ucontext		ib_uverbs_get_ucontext
#include "../class_ufile/ib_uverbs.c"
