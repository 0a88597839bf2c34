/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-in for src/hierarchy/hierarchy.h.
 */
#ifndef MODEL_LLIST_H
#define MODEL_LLIST_H

struct llist_node {
	struct llist_node	*next;
};

#endif /* MODEL_LLIST_H */
