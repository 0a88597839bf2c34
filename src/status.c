// SPDX-License-Identifier: GPL-2.0-only
/*
 * The status file: shows an operator whether limits are enforced.
 */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "compat/proc.h"
#include "debugfs/debugfs.h"
#include "hook/hook.h"
#include "status.h"
#include "uverbs/uverbs.h"

static int status_show(struct seq_file *seq, void *v)
{
	const char *armed = hook_works() ? "armed" : "switched off";
	struct hook *hook = NULL;

	seq_printf(seq, "version: %s\n", RCG_VERSION);
	seq_printf(seq, "hierarchy: %s, %u cgroups\n", hierarchy_name(), hierarchy_count());
	seq_puts(seq, "hierarchies not followed:");
	hierarchy_print_others(seq);
	seq_putc(seq, '\n');
	seq_printf(seq, "enforce: %d\n", READ_ONCE(rcg_enforce));
	seq_printf(seq, "refuse: %s\n", READ_ONCE(rcg_refusal)->name);
	seq_printf(seq, "kernel's own controller: %s\n", compat_intree_controller());
	seq_puts(seq, "files in: ");
	hierarchy_print_observers(seq);
	seq_putc(seq, '\n');
	if (uverbs_contexts_before < 0)
		seq_puts(seq, "contexts before loading: not known, not counted\n");
	else
		seq_printf(seq, "contexts before loading: %d, not counted\n",
			   uverbs_contexts_before);
	if (atomic64_read(&uverbs_charged_late))
		seq_printf(seq, "refused after the driver: %lld objects were charged when the driver had made them\n",
			   (long long)atomic64_read(&uverbs_charged_late));
	seq_printf(seq, "hook backend: %s\n", hook_backend_name());
	while ((hook = hook_next(hook)))
		/* An address is for those alone who may see it (sysctl kernel.kptr_restrict). */
		seq_printf(seq, "hook: %s address=0x%pK hits=%lu state=%s\n", hook->symbol,
			   (void *)hook->address, hook_hits(hook), hook->armed ? armed : "off");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(status);

/**
 * status_init - make the file in /proc
 * @in_mirror: and one in debugfs
 *
 * /proc is in every kernel, and can be read under lockdown.
 *
 * Context: module load, when nothing else can fail. Sleeps.
 * Return: 0 or -ENOMEM.
 */
int status_init(bool in_mirror)
{
	if (!compat_proc_create(KBUILD_MODNAME, 0444, status_show, &status_fops))
		return -ENOMEM;
	if (IS_ENABLED(CONFIG_DEBUG_FS) && in_mirror)
		mirror_ready(&status_fops);
	return 0;
}

/**
 * status_exit - remove the file in /proc; it may be open
 *
 * Context: module unload. Sleeps.
 */
void status_exit(void)
{
	remove_proc_entry(KBUILD_MODNAME, NULL);
}
