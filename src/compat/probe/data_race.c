// SPDX-License-Identifier: GPL-2.0-only
/* 5.8: tells of a data race that is meant. That of RHEL 8.4 to 8.10 cannot be given what is const. */
#include <linux/compiler.h>

int probe(const int *word);
int probe(const int *word)
{
	/* Only compiled. */
	return data_race(READ_ONCE(*word));
}
