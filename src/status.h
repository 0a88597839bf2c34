/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The status file (status_), in /proc, and, as the mirror has it, in debugfs.
 */
#ifndef RCG_STATUS_H
#define RCG_STATUS_H

#include <linux/types.h>

int status_init(bool in_mirror);
void status_exit(void);

#endif /* RCG_STATUS_H */
