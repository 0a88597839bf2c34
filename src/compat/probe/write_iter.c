// SPDX-License-Identifier: GPL-2.0-only
/* 3.16: one operation for write(2) and writev(2). */
#include <linux/fs.h>

static ssize_t probe(struct kiocb *iocb, struct iov_iter *from)
{
	return 0;
}

const struct file_operations probe2 = { .write_iter = probe };
