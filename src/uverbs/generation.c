// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all generations of ib_uverbs have in common: their hooks are put in and
 * taken out as one.
 */
#include <rdma/ib_marshall.h>

#include "hook/hook.h"
#include "ops.h"
#include "uverbs.h"

/*
 * ib_uverbs must not be unloaded while its functions are hooked. This module uses a
 * symbol of it, and so holds a reference to it. uverbs_idr_class would not do: in
 * newer kernels it belongs to another module.
 */
static const void * const pin_ib_uverbs __used = ib_copy_qp_attr_to_user;

atomic64_t uverbs_charged_late;

/* Does not change between hook_install() and hook_remove(). */
static bool contexts_have_hook(const struct uverbs_generation *generation)
{
	return generation->init_context && generation->init_context->armed;
}

/**
 * uverbs_hook - begin to charge
 *
 * Context: module load. Sleeps.
 * Return: 0; or an error, logged: no hook of this room is in place, but
 * hook_drain() is due.
 */
int uverbs_hook(void)
{
	const struct uverbs_generation *generation = &uverbs_generation;
	int ret = hook_install(generation->hooks, generation->nr_hooks);

	if (ret)
		return ret;
	ret = uverbs_ops_replace(!contexts_have_hook(generation));
	if (ret)
		hook_remove(generation->hooks, generation->nr_hooks);
	return ret;
}

/**
 * uverbs_unhook - stop charging; hook_drain() is due
 *
 * Context: module load and unload. Sleeps.
 */
void uverbs_unhook(void)
{
	const struct uverbs_generation *generation = &uverbs_generation;

	uverbs_ops_put_back();
	hook_remove(generation->hooks, generation->nr_hooks);
}
