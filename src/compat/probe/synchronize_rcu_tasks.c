// SPDX-License-Identifier: GPL-2.0-only
/* 3.18; it may be declared and not configured. */
#include <linux/rcupdate.h>

#if !defined(CONFIG_TASKS_RCU) && !defined(synchronize_rcu_tasks)
#error "not configured"
#endif

void probe(void);
void probe(void)
{
	synchronize_rcu_tasks();
}
