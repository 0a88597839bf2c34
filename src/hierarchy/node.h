/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the hierarchy room have between them: nodes, and which of
 * them the observers show.
 *
 *	hierarchy.c	which cgroup has a node: add, del, prune
 *	view.c		which node an observer shows
 *	node.c		memory, table and tree
 */
#ifndef RCG_HIERARCHY_NODE_H
#define RCG_HIERARCHY_NODE_H

#include "current.h"

extern struct mutex hierarchy_lock;
extern const struct hierarchy_observer *hierarchy_observers[HIERARCHY_MAX_OBSERVERS];
extern int hierarchy_nr_observers;

/*
 * hierarchy_test - does a node pass a test?
 * @node: the node
 * @i: the observer that the test is about
 *
 * Context: process; hierarchy_lock is held.
 */
typedef bool (*hierarchy_test)(struct hierarchy_node *node, int i);

/**
 * hierarchy_node_put - drop a reference; the last one frees
 * @node: the node
 *
 * Context: any.
 */
static inline void hierarchy_node_put(struct hierarchy_node *node)
{
	rcg_group_put(&node->group);
}

/* node.c */
struct hierarchy_node *hierarchy_node_alloc(struct cgroup *cgroup);
void hierarchy_node_discard(struct hierarchy_node *node);
struct hierarchy_node *hierarchy_node_get(const struct cgroup *cgroup);
bool hierarchy_node_link(struct hierarchy_node *node);
bool hierarchy_node_unlink(struct hierarchy_node *node);
bool hierarchy_node_is_leaf(struct hierarchy_node *node);
struct hierarchy_node *hierarchy_find_below(struct hierarchy_node *top, hierarchy_test is_it,
					    int i);
struct cgroup *hierarchy_topmost_missing(struct cgroup *cgroup);
int hierarchy_nodes_init(void);
void hierarchy_nodes_exit(void);

/* view.c */
int hierarchy_show(struct hierarchy_node *node, int *errors);
int hierarchy_show_root(void);
void hierarchy_hide(struct hierarchy_node *node);
void hierarchy_warn_not_shown(const struct hierarchy_node *node, int i, int error);
void hierarchy_settle(const struct cgroup *cgroup, const struct hierarchy_owner *owner);

#endif /* RCG_HIERARCHY_NODE_H */
