// SPDX-License-Identifier: GPL-2.0-only
/* 4.5 to 6.15; lookup_one_len(), with the directory's lock held, before. */
#include <linux/namei.h>

struct dentry *probe(struct dentry *dir);
struct dentry *probe(struct dentry *dir)
{
	return lookup_one_len_unlocked("name", dir, 4);
}
