// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers memory with UCX, a mebibyte at a time, until that fails: prints "ready" when UCX is
 * initialised, then the number of regions after each registration, and at the end UCX's error.
 */
#include <stdio.h>
#include <stdlib.h>

#include <ucp/api/ucp.h>

#define REGION	(1 << 20)
#define REGIONS	100

int main(void)
{
	ucp_params_t params = {
		.field_mask = UCP_PARAM_FIELD_FEATURES,
		.features = UCP_FEATURE_RMA,
	};
	ucs_status_t status;
	ucp_context_h context;
	int i;

	status = ucp_init(&params, NULL, &context);
	if (status != UCS_OK) {
		printf("ucp_init: %s\n", ucs_status_string(status));
		return 1;
	}
	setlinebuf(stdout);
	puts("ready");
	for (i = 0; i < REGIONS; i++) {
		ucp_mem_map_params_t region = {
			.field_mask = UCP_MEM_MAP_PARAM_FIELD_ADDRESS |
				      UCP_MEM_MAP_PARAM_FIELD_LENGTH,
			.address = aligned_alloc(4096, REGION),
			.length = REGION,
		};
		ucp_mem_h handle;

		status = ucp_mem_map(context, &region, &handle);
		if (status != UCS_OK)
			break;
		printf("%d\n", i + 1);
	}
	puts(ucs_status_string(status));
	return 0;
}
