// SPDX-License-Identifier: GPL-2.0-only
/* 4.8: time_to_tm() before. */
#include <linux/time.h>

void probe(s64 seconds, struct tm *tm);
void probe(s64 seconds, struct tm *tm)
{
	time64_to_tm(seconds, 0, tm);
}
