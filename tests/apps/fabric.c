// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers memory with libfabric's verbs provider and deregisters it, a different mebibyte each
 * time: libfabric keeps the registrations in its cache. The argument is an IP address of the
 * device. Prints "ready", then the number of regions after each registration, and at the end
 * libfabric's error.
 */
#include <stdio.h>
#include <stdlib.h>

#include <rdma/fabric.h>
#include <rdma/fi_domain.h>
#include <rdma/fi_endpoint.h>
#include <rdma/fi_errno.h>

#define REGION	(1 << 20)
#define REGIONS	40

static int fail(const char *what, int error)
{
	printf("%s: %s\n", what, fi_strerror(-error));
	return 1;
}

int main(int argc, char **argv)
{
	struct fi_info *hints = fi_allocinfo(), *info;
	struct fid_fabric *fabric;
	struct fid_domain *domain;
	struct fid_mr *mr;
	int i, error;

	if (argc != 2)
		return 2;
	hints->fabric_attr->prov_name = "verbs";
	hints->ep_attr->type = FI_EP_MSG;
	hints->caps = FI_MSG | FI_RMA;
	hints->domain_attr->mr_mode = FI_MR_LOCAL | FI_MR_VIRT_ADDR | FI_MR_ALLOCATED |
				      FI_MR_PROV_KEY;
	error = fi_getinfo(FI_VERSION(1, 14), argv[1], NULL, FI_SOURCE | FI_NUMERICHOST, hints,
			   &info);
	if (error)
		return fail("fi_getinfo", error);
	error = fi_fabric(info->fabric_attr, &fabric, NULL);
	if (error)
		return fail("fi_fabric", error);
	error = fi_domain(fabric, info, &domain, NULL);
	if (error)
		return fail("fi_domain", error);
	setlinebuf(stdout);
	puts("ready");
	for (i = 0; i < REGIONS; i++) {
		error = fi_mr_reg(domain, aligned_alloc(4096, REGION), REGION,
				  FI_SEND | FI_RECV | FI_READ | FI_WRITE, 0, 0, 0, &mr, NULL);
		if (!error)
			error = fi_close(&mr->fid);
		if (error)
			break;
		printf("%d\n", i + 1);
	}
	puts(fi_strerror(-error));
	return 0;
}
