// SPDX-License-Identifier: GPL-2.0-only
/* 4.6. */
#include <linux/kernfs.h>

int probe(struct kernfs_node *kn, char *buf);
int probe(struct kernfs_node *kn, char *buf)
{
	return kernfs_path_from_node(kn, kn, buf, 1);
}
