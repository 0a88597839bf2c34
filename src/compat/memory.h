/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels in the functions of a driver that register memory.
 */
#ifndef RCG_COMPAT_MEMORY_H
#define RCG_COMPAT_MEMORY_H

#include <linux/err.h>
#include <rdma/ib_verbs.h>

/* 6.17: hints for DMA to the memory */
#ifdef RCG_HAVE_IB_REG_USER_MR_DMAH
#define COMPAT_DMAH_PARAMETER		struct ib_dmah *dmah,
#define COMPAT_DMAH_ARGUMENT		dmah,
#else
#define COMPAT_DMAH_PARAMETER
#define COMPAT_DMAH_ARGUMENT
#endif

/* MLNX_OFED 4.9 and 5.0 have most of what reg_user_mr is handed in a struct. */
#ifdef RCG_HAVE_IB_REG_USER_MR_INIT_ATTR
#define COMPAT_REG_USER_MR_PARAMETERS						\
	struct ib_pd *pd, struct ib_mr_init_attr *attr, struct ib_udata *udata
#define COMPAT_REG_USER_MR_ARGUMENTS	pd, attr, udata
#define COMPAT_REG_USER_MR_LENGTH	attr->length
#else
#define COMPAT_REG_USER_MR_PARAMETERS						\
	struct ib_pd *pd, u64 start, u64 length, u64 virt_addr, int access,	\
	COMPAT_DMAH_PARAMETER struct ib_udata *udata
#define COMPAT_REG_USER_MR_ARGUMENTS						\
	pd, start, length, virt_addr, access, COMPAT_DMAH_ARGUMENT udata
#define COMPAT_REG_USER_MR_LENGTH	length
#endif

/* 5.12: memory of other devices; these lines are left out where it cannot be registered. */
#ifdef RCG_HAVE_IB_REG_USER_MR_DMABUF
#define COMPAT_IF_REG_USER_MR_DMABUF(...)	__VA_ARGS__
#else
#define COMPAT_IF_REG_USER_MR_DMABUF(...)
#endif

/* 6.11: the attributes of the verb, and not only the data for the driver */
#ifdef RCG_HAVE_IB_REG_USER_MR_DMABUF_UDATA
#define COMPAT_DMABUF_ATTRS_PARAMETER	struct ib_udata *attrs
#else
#define COMPAT_DMABUF_ATTRS_PARAMETER	struct uverbs_attr_bundle *attrs
#endif

/* 4.17: memory of the device itself; these lines are left out where it cannot be registered. */
#ifdef RCG_HAVE_IB_REG_DM_MR
#define COMPAT_IF_REG_DM_MR(...)	__VA_ARGS__
#else
#define COMPAT_IF_REG_DM_MR(...)
#endif

/*
 * 5.11: rereg_user_mr may make an MR that takes the place of the first. Before, it returned
 * 0 or an error. compat_rereg_mr() makes the new MR, NULL or an error out of what it returns,
 * compat_rereg_ret() does the contrary.
 */
#ifdef RCG_HAVE_IB_REREG_USER_MR_RETURNS_MR
typedef struct ib_mr *compat_rereg_t;
#define compat_rereg_mr(ret)		(ret)
#define compat_rereg_ret(mr)		(mr)
#else
typedef int compat_rereg_t;
#define compat_rereg_mr(ret)		((struct ib_mr *)ERR_PTR(ret))
#define compat_rereg_ret(mr)		PTR_ERR(mr)
#endif

/* 5.2: dereg_mr is handed the data of the verb. */
#ifdef RCG_HAVE_IB_DEREG_MR_UDATA
#define COMPAT_DEREG_MR_PARAMETER	, struct ib_udata *udata
#define COMPAT_DEREG_MR_ARGUMENT	, udata
#else
#define COMPAT_DEREG_MR_PARAMETER
#define COMPAT_DEREG_MR_ARGUMENT
#endif

#endif /* RCG_COMPAT_MEMORY_H */
