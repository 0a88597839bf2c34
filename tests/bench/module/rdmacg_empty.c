// SPDX-License-Identifier: GPL-2.0-only
/*
 * Empty hooks: redirects the functions that rdmacg_oot redirects for each object, to replacements
 * that only call the original. With this module loaded, a creation and a destruction cost more by
 * what redirection by ftrace takes on this kernel. It cannot be loaded beside rdmacg_oot.
 */
#include <linux/ftrace.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/static_call.h>
#include <rdma/ib_verbs.h>
#include <rdma/uverbs_ioctl.h>
#include <rdma/uverbs_types.h>

static struct ib_uobject *empty_alloc_begin(const struct uverbs_api_object *obj,
					    struct uverbs_attr_bundle *attrs);
static int empty_destroy_hw(struct ib_uobject *uobj, enum rdma_remove_reason why,
			    struct uverbs_attr_bundle *attrs);

/* An upper bound on the code size of a replacement */
#define REPLACEMENT_SIZE	128

/* Up to 6.1 */
#ifdef ftrace_instruction_pointer_set
#define set_ip	ftrace_instruction_pointer_set
#else
#define set_ip	ftrace_regs_set_instruction_pointer
#endif

DEFINE_STATIC_CALL_NULL(alloc_begin, empty_alloc_begin);
DEFINE_STATIC_CALL_NULL(destroy_hw, empty_destroy_hw);

static struct ib_uobject *empty_alloc_begin(const struct uverbs_api_object *obj,
					    struct uverbs_attr_bundle *attrs)
{
	struct ib_uobject *uobj = static_call(alloc_begin)(obj, attrs);

	/* Prevent a tail call: redirect() must find this function as the caller of the original. */
	barrier();
	return uobj;
}

static int empty_destroy_hw(struct ib_uobject *uobj, enum rdma_remove_reason why,
			    struct uverbs_attr_bundle *attrs)
{
	int ret = static_call(destroy_hw)(uobj, why, attrs);

	barrier();
	return ret;
}

static void notrace redirect(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			     struct ftrace_regs *regs)
{
	/* A call from the replacement passes to the original. */
	if (parent_ip - (unsigned long)ops->private >= REPLACEMENT_SIZE)
		set_ip(regs, (unsigned long)ops->private);
}

static struct ftrace_ops ops[2] = {
	{ .func = redirect, .flags = FTRACE_OPS_FL_IPMODIFY, .private = empty_alloc_begin },
	{ .func = redirect, .flags = FTRACE_OPS_FL_IPMODIFY, .private = empty_destroy_hw },
};

static int __init empty_init(void)
{
	unsigned long address[2] = {
		(unsigned long)uverbs_idr_class.alloc_begin,
		(unsigned long)uverbs_idr_class.destroy_hw,
	};
	int i, ret;

	static_call_update(alloc_begin, uverbs_idr_class.alloc_begin);
	static_call_update(destroy_hw, uverbs_idr_class.destroy_hw);
	for (i = 0; i < 2; i++) {
		ret = ftrace_set_filter_ip(&ops[i], address[i], 0, 0) ?:
		      register_ftrace_function(&ops[i]);
		if (ret)
			goto undo;
	}
	return 0;

undo:
	while (i--)
		unregister_ftrace_function(&ops[i]);
	return ret;
}

static void __exit empty_exit(void)
{
	int i;

	for (i = 0; i < 2; i++)
		unregister_ftrace_function(&ops[i]);
	synchronize_rcu_tasks();
}

module_init(empty_init);
module_exit(empty_exit);

MODULE_DESCRIPTION("Empty hooks for the bench of rdmacg_oot");
MODULE_LICENSE("GPL");
