// SPDX-License-Identifier: GPL-2.0-only
/* 4.7. */
#include <linux/debugfs.h>

struct dentry *probe(void);
struct dentry *probe(void)
{
	return debugfs_create_file_unsafe("probe", 0, NULL, NULL, NULL);
}
