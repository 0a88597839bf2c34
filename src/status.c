// SPDX-License-Identifier: GPL-2.0-only
/*
 * The status file: what an operator looks at to know that limits are enforced.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "compat/file.h"
#include "debugfs.h"
#include "hook/hook.h"
#include "uverbs/uverbs.h"

static int contexts_before;

/**
 * status_contexts_before - what the file says of contexts opened before loading
 * @contexts: how many, or an error: not known
 *
 * Context: module load.
 */
void status_contexts_before(int contexts)
{
	contexts_before = contexts;
}

static int status_show(struct seq_file *seq, void *v)
{
	const char *armed = hook_works() ? "armed" : "switched off";
	struct hook *hook = NULL;

	seq_printf(seq, "version: %s\n", RCG_VERSION);
	seq_printf(seq, "hierarchy: %s, %u cgroups\n", hierarchy_name(), hierarchy_count());
	seq_puts(seq, "hierarchies not followed:");
	hierarchy_show_others(seq);
	seq_putc(seq, '\n');
	seq_printf(seq, "enforce: %d\n", READ_ONCE(rcg_enforce));
	seq_printf(seq, "refuse: %s\n", READ_ONCE(rcg_refusal)->name);
	seq_printf(seq, "kernel's own controller: %s\n", compat_intree_controller());
	if (contexts_before < 0)
		seq_puts(seq, "contexts before loading: not known, not counted\n");
	else
		seq_printf(seq, "contexts before loading: %d, not counted\n", contexts_before);
	if (atomic64_read(&uverbs_charged_late))
		seq_printf(seq, "refused after the driver: %lld objects were charged when the driver had made them\n",
			   atomic64_read(&uverbs_charged_late));
	seq_printf(seq, "hook backend: %s\n", hook_backend_name());
	while ((hook = hook_next(hook)))
		/* An address is for those alone who may see it (sysctl kernel.kptr_restrict). */
		seq_printf(seq, "hook: %s address=0x%pK hits=%lu state=%s\n", hook->symbol,
			   (void *)hook->address, hook_hits(hook), hook->armed ? armed : "off");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(status);

static int status_door(struct inode *inode, struct file *file)
{
	return compat_enter_file(file, &status_fops);
}

static const struct file_operations door_fops = {
	.owner	= COMPAT_DOOR_OWNER,
	.open	= status_door,
};

/**
 * status_create - make the file
 * @dir: where
 *
 * Context: module load. Sleeps.
 */
void status_create(struct dentry *dir)
{
	debugfs_create_file_unsafe("status", 0444, dir, NULL, &door_fops);
}
