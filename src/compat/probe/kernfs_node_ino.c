// SPDX-License-Identifier: GPL-2.0-only
/* Up to 4.13: a kernfs node has a number, and no id. */
#include <linux/kernfs.h>

u64 probe(const struct kernfs_node *kn);
u64 probe(const struct kernfs_node *kn)
{
	return kn->ino;
}
