// SPDX-License-Identifier: GPL-2.0-only
/* 4.10. */
#include <linux/uio.h>

bool probe(void *to, struct iov_iter *from);
bool probe(void *to, struct iov_iter *from)
{
	return copy_from_iter_full(to, 1, from);
}
