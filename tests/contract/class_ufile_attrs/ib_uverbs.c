// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands in for ib_uverbs of generation "class with ufile" as in Linux 5.4: destroy_hw takes the
 * attributes of the command, and the driver makes its part of a context last.
 */
#define CONTRACT_GENERATION	"class_ufile_attrs"
#define CONTRACT_LATE		1
#include "../class_ufile/ib_uverbs.c"
