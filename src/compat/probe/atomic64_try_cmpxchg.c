// SPDX-License-Identifier: GPL-2.0-only
/* 4.14 or so. */
#include <linux/atomic.h>

bool probe(atomic64_t *v);
bool probe(atomic64_t *v)
{
	s64 old = 0;

	return atomic64_try_cmpxchg(v, &old, 1);
}
