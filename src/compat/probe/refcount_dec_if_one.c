// SPDX-License-Identifier: GPL-2.0-only
/* 4.11. */
#include <linux/refcount.h>

bool probe(refcount_t *refs);
bool probe(refcount_t *refs)
{
	return refcount_dec_if_one(refs);
}
