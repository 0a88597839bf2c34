// SPDX-License-Identifier: GPL-2.0-only
/* 4.14 to 5.4: the number of a kernfs node is a part of its id. */
#include <linux/kernfs.h>

u64 probe(const struct kernfs_node *kn);
u64 probe(const struct kernfs_node *kn)
{
	return kn->id.ino;
}
