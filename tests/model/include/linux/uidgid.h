/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in for src/hierarchy/hierarchy.h.
 */
#ifndef MODEL_UIDGID_H
#define MODEL_UIDGID_H

typedef struct {
	unsigned int	val;
} kuid_t, kgid_t;

#endif /* MODEL_UIDGID_H */
