// SPDX-License-Identifier: GPL-2.0-only
/* 3.18: string_escape_mem(), and with it %pE. */
#include <linux/string_helpers.h>

void *probe = string_escape_mem;
