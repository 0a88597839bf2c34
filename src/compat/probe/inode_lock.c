// SPDX-License-Identifier: GPL-2.0-only
/* 4.5. */
#include <linux/fs.h>

void probe(struct inode *inode);
void probe(struct inode *inode)
{
	inode_lock(inode);
}
