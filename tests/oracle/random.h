/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random numbers that depend on the seed alone (splitmix64).
 */
#ifndef ORACLE_RANDOM_H
#define ORACLE_RANDOM_H

#include <stdint.h>

static uint64_t random_state;

static inline void seed_random(uint64_t seed)
{
	random_state = seed;
}

/* A number from 0 to @n - 1 */
static inline unsigned int below(unsigned int n)
{
	uint64_t z = (random_state += 0x9e3779b97f4a7c15ULL);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return (z ^ z >> 31) % n;
}

#endif /* ORACLE_RANDOM_H */
