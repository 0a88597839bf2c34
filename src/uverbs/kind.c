// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kind of an object, by its type.
 *
 * What a type has of its own is the function that destroys its objects, whose name
 * has been the same from Linux 4.12 on. To look a name up takes long, so the types of
 * ib_uverbs are remembered: it stays as long as this module does. The types of a driver are
 * not: it may be unloaded, and another module's type be at the same address.
 */
#include <linux/ctype.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>
#include <rdma/ib_verbs.h>
#include <rdma/uverbs_types.h>

#include "compat/rdma.h"
#include "uverbs.h"

/*
 * struct kind - a type of objects
 * @destroy: the name of the function that destroys one
 * @resource: what it is charged as
 * @type: the type, once it has been seen
 */
static struct kind {
	const char			*destroy;
	enum rcg_resource		resource;
	const struct uverbs_obj_type	*type;
} kinds[] = {
	{ "uverbs_free_qp",		RCG_QP },
	{ "uverbs_free_mr",		RCG_MR },
	{ "uverbs_free_cq",		RCG_CQ },
	{ "uverbs_free_pd",		RCG_PD },
	{ "uverbs_free_ah",		RCG_AH },
	{ "uverbs_free_mw",		RCG_MW },
	{ "uverbs_free_srq",		RCG_SRQ },
	{ "uverbs_free_flow",		RCG_FLOW },
	{ "uverbs_free_wq",		RCG_WQ },
	{ "uverbs_free_rwq_ind_tbl",	RCG_RWQ_IND },
	{ "uverbs_free_xrcd",		RCG_XRCD },
	{ "uverbs_free_dm",		RCG_DM },
	{ "uverbs_free_counters",	RCG_COUNTERS },
};

static enum rcg_resource kind_by_name(const struct uverbs_obj_type *type)
{
	struct uverbs_obj_idr_type idr_type;
	char name[KSYM_SYMBOL_LEN];
	struct kind *kind;

	if (compat_copy_nofault(&idr_type, type, sizeof(idr_type)))
		memset(&idr_type, 0, sizeof(idr_type));
	/* "uverbs_free_pd [ib_uverbs]", and perhaps a suffix of the compiler's */
	snprintf(name, sizeof(name), "%ps", idr_type.destroy_object);
	name[strcspn(name, " .")] = '\0';
	if (!isalpha(name[0]))
		pr_warn_once("kinds of objects are not known on this kernel, all are counted as other; please report it\n");
	for (kind = kinds; kind < kinds + ARRAY_SIZE(kinds); kind++) {
		if (strcmp(name, kind->destroy))
			continue;
		WRITE_ONCE(kind->type, type);
		return kind->resource;
	}
	return strncmp(name, "devx_", strlen("devx_")) ? RCG_OTHER : RCG_DEVX;
}

/**
 * uverbs_kind - what an object is charged as
 * @type: its type
 *
 * Context: any; does not sleep.
 * Return: its kind; RCG_OTHER for one that has no key of its own.
 */
enum rcg_resource uverbs_kind(const struct uverbs_obj_type *type)
{
	const struct kind *kind;

	for (kind = kinds; kind < kinds + ARRAY_SIZE(kinds); kind++)
		if (READ_ONCE(kind->type) == type)
			return kind->resource;
	return kind_by_name(type);
}
