// SPDX-License-Identifier: GPL-2.0-only
/* 4.16: a type for the bits of poll(2). */
#include <linux/poll.h>

__poll_t probe;
