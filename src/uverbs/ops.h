/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Functions of a driver that are replaced; see ops.c.
 */
#ifndef RCG_UVERBS_OPS_H
#define RCG_UVERBS_OPS_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/stddef.h>

#include "compat/rdma.h"

/**
 * struct uverbs_op - a function of a driver that is replaced
 * @name: its name
 * @offset: where the pointer to it is among the functions of a device
 * @replacement: ours, which is of the same type
 */
struct uverbs_op {
	const char	*name;
	size_t		offset;
	void		*replacement;
};

/* The struct that has the functions of a device */
#define UVERBS_OPS	typeof(*compat_device_ops((struct ib_device *)NULL))

/* The row of @op, with its comma: it is replaced by uverbs_@op(), of the same type. */
#define UVERBS_OP(op)								\
{										\
	.name = #op,								\
	.offset = offsetof(UVERBS_OPS, op) + BUILD_BUG_ON_ZERO(			\
		!__same_type(&uverbs_##op, ((UVERBS_OPS *)NULL)->op)),		\
	.replacement = uverbs_##op,						\
},

/* The driver's own function, where it may be replaced */
#define uverbs_original(ibdev, op)						\
	((typeof(compat_device_ops(ibdev)->op))					\
	 uverbs_original_of((void **)&compat_device_ops(ibdev)->op))

/* contexts.c, memory.c: up to a row without a name. Those that destroy come first. */
extern const struct uverbs_op uverbs_context_ops[];
extern const struct uverbs_op uverbs_memory_ops[];

/* ops.c */
void *uverbs_original_of(void **place);
int uverbs_ops_replace(bool contexts);
void uverbs_ops_put_back(void);

#endif /* RCG_UVERBS_OPS_H */
