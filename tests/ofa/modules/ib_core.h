/* SPDX-License-Identifier: GPL-2.0-only */
/* What makes one made-up ib_core differ from another, to the compiler and to CONFIG_MODVERSIONS. */

struct ib_client {
	int generation[GENERATION];
};

int ib_register_client(struct ib_client *client);
