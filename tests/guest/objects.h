/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Opens an RDMA device, and creates and destroys objects of every kind. Each object uses the last
 * one of the kinds that it depends on.
 */
#ifndef OBJECTS_H
#define OBJECTS_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <infiniband/verbs.h>

struct kind {
	const char *name;
	void *(*create)(void);
	int (*destroy)(void *object);
	void **live;
	int count;
};

enum { PD, MR, MW, CQ, QP, SRQ, AH, XRCD, CHANNEL, KINDS };

static struct kind kinds[KINDS];
static struct ibv_context *contexts[4096];
static int nr_contexts;
static const char *device_name;
static char page[4096] __attribute__((aligned(4096)));
/* What an MR is made of */
static void *memory = page;
static size_t memory_length = sizeof(page);

/* The last object of a kind, or NULL and EBADF, an error that no verb returns. */
static void *last(int kind)
{
	if (!kinds[kind].count) {
		errno = EBADF;
		return NULL;
	}
	return kinds[kind].live[kinds[kind].count - 1];
}

static struct ibv_context *context(void)
{
	if (!nr_contexts)
		errno = EBADF;
	return nr_contexts ? contexts[0] : NULL;
}

static void *create_pd(void)
{
	return context() ? ibv_alloc_pd(context()) : NULL;
}

static int destroy_pd(void *object)
{
	return ibv_dealloc_pd(object);
}

static void *create_mr(void)
{
	return last(PD) ? ibv_reg_mr(last(PD), memory, memory_length, IBV_ACCESS_LOCAL_WRITE) :
			  NULL;
}

static int destroy_mr(void *object)
{
	return ibv_dereg_mr(object);
}

static void *create_mw(void)
{
	return last(PD) ? ibv_alloc_mw(last(PD), IBV_MW_TYPE_1) : NULL;
}

static int destroy_mw(void *object)
{
	return ibv_dealloc_mw(object);
}

static void *create_cq(void)
{
	return context() ? ibv_create_cq(context(), 4, NULL, NULL, 0) : NULL;
}

static int destroy_cq(void *object)
{
	return ibv_destroy_cq(object);
}

static struct ibv_qp *qp_of_size(unsigned int size)
{
	struct ibv_qp_init_attr attr = {
		.qp_type = IBV_QPT_RC,
		.send_cq = last(CQ),
		.recv_cq = last(CQ),
		.cap = { .max_send_wr = size, .max_recv_wr = size, .max_send_sge = 1,
			 .max_recv_sge = 1 },
	};

	return last(PD) && last(CQ) ? ibv_create_qp(last(PD), &attr) : NULL;
}

static void *create_qp(void)
{
	return qp_of_size(4);
}

static int destroy_qp(void *object)
{
	return ibv_destroy_qp(object);
}

static void *create_srq(void)
{
	struct ibv_srq_init_attr attr = { .attr = { .max_wr = 4, .max_sge = 1 } };

	return last(PD) ? ibv_create_srq(last(PD), &attr) : NULL;
}

static int destroy_srq(void *object)
{
	return ibv_destroy_srq(object);
}

static void *create_ah(void)
{
	struct ibv_ah_attr attr = { .port_num = 1, .is_global = 1, .grh = { .hop_limit = 1 } };

	if (!last(PD) || ibv_query_gid(context(), 1, 0, &attr.grh.dgid))
		return NULL;
	return ibv_create_ah(last(PD), &attr);
}

static int destroy_ah(void *object)
{
	return ibv_destroy_ah(object);
}

static void *create_xrcd(void)
{
	struct ibv_xrcd_init_attr attr = {
		.comp_mask = IBV_XRCD_INIT_ATTR_FD | IBV_XRCD_INIT_ATTR_OFLAGS,
		.fd = -1,
		.oflags = O_CREAT,
	};

	return context() ? ibv_open_xrcd(context(), &attr) : NULL;
}

static int destroy_xrcd(void *object)
{
	return ibv_close_xrcd(object);
}

static void *create_channel(void)
{
	return context() ? ibv_create_comp_channel(context()) : NULL;
}

static int destroy_channel(void *object)
{
	return ibv_destroy_comp_channel(object);
}

static struct kind kinds[KINDS] = {
#define KIND(upper, lower) [upper] = { #lower, create_##lower, destroy_##lower }
	KIND(PD, pd), KIND(MR, mr), KIND(MW, mw), KIND(CQ, cq), KIND(QP, qp), KIND(SRQ, srq),
	KIND(AH, ah), KIND(XRCD, xrcd), KIND(CHANNEL, channel),
#undef KIND
};

static int open_context(void)
{
	struct ibv_device **list = ibv_get_device_list(NULL);
	int error = ENODEV;

	if (!list)
		return errno;
	if (nr_contexts == sizeof(contexts) / sizeof(contexts[0]))
		return ENOSPC;
	for (int i = 0; list[i]; i++) {
		if (strcmp(ibv_get_device_name(list[i]), device_name))
			continue;
		errno = 0;
		contexts[nr_contexts] = ibv_open_device(list[i]);
		error = contexts[nr_contexts] ? 0 : errno ?: EIO;
		nr_contexts += !error;
	}
	ibv_free_device_list(list);
	return error;
}

static int close_context(void)
{
	return nr_contexts ? ibv_close_device(contexts[--nr_contexts]) : EBADF;
}

static int create(struct kind *kind)
{
	void *object;

	errno = 0;
	object = kind->create();
	if (!object)
		return errno ?: EIO;
	kind->live = realloc(kind->live, (kind->count + 1) * sizeof(*kind->live));
	kind->live[kind->count++] = object;
	return 0;
}

static int destroy(struct kind *kind, int position)
{
	int error;

	if (!kind->count)
		return EBADF;
	error = kind->destroy(kind->live[position]);
	if (error)
		return error;
	kind->count--;
	memmove(&kind->live[position], &kind->live[position + 1],
		(kind->count - position) * sizeof(*kind->live));
	return 0;
}

/*
 * Creations that the controller allows and that fail later: in the core (mr: the memory cannot be
 * read), in the driver (qp, cq: too large), and after the object was created (pd, through write(2):
 * the response cannot be copied out).
 */
static int create_impossible(const char *kind)
{
	static char *nowhere;
	void *object = NULL;

	/* Stays mapped, so that no other mapping gets this address. */
	if (!nowhere)
		nowhere = mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	errno = 0;
	if (!context()) {
		return EBADF;
	} else if (!strcmp(kind, "mr")) {
		if (last(PD))
			object = ibv_reg_mr(last(PD), nowhere, 4096, IBV_ACCESS_LOCAL_WRITE);
	} else if (!strcmp(kind, "cq")) {
		object = ibv_create_cq(context(), 0x7ffffff, NULL, NULL, 0);
	} else if (!strcmp(kind, "qp")) {
		object = qp_of_size(0x7ffffff);
	} else if (!strcmp(kind, "pd")) {
		struct {
			uint32_t command;
			uint16_t in_words;
			uint16_t out_words;
			uint64_t response;
		} alloc_pd = { 3, sizeof(alloc_pd) / 4, 1, (uintptr_t)nowhere };

		if (write(context()->cmd_fd, &alloc_pd, sizeof(alloc_pd)) > 0)
			return 0;
	} else {
		return EOPNOTSUPP;
	}
	return object ? 0 : errno;
}

#endif /* OBJECTS_H */
