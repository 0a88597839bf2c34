/* SPDX-License-Identifier: GPL-2.0-only */
/* 4.11: parted from linux/sched.h. */
#include <linux/sched.h>
