/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What old kernels lack of the kernel's library, under the names that it has
 * today. Included ahead of every file, so that the rest of the module is
 * written for a current kernel. Headers that old kernels lack altogether are
 * in absent/, where the compiler looks last.
 *
 * Interfaces that have changed, rather than come, have a compat_ name, in the
 * header of this directory that is named for their subject.
 *
 * Each RCG_HAVE_* comes from a file of the same name in probe/, compiled against
 * the kernel that is built for: kernels with backports answer truly where
 * their version number would not.
 */
#ifndef RCG_COMPAT_H
#define RCG_COMPAT_H

/* How the lines of the whole module begin in the log: before linux/printk.h. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/hashtable.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time.h>
#include <linux/vmalloc.h>

/* 4.5: memory that is charged to the memory cgroup of the task that allocates it */
#ifndef SLAB_ACCOUNT
#define SLAB_ACCOUNT		0
#endif
#ifndef GFP_KERNEL_ACCOUNT
#define GFP_KERNEL_ACCOUNT	GFP_KERNEL
#endif

/* 4.8 */
#ifndef smp_acquire__after_ctrl_dep
/* The newer kernels' default is a read barrier, too. */
#define smp_acquire__after_ctrl_dep()	smp_rmb()
#endif

#ifndef RCG_HAVE_TIME64_TO_TM
#define time64_to_tm	time_to_tm
#endif

/* 3.16 */
#ifndef smp_mb__before_atomic
/* More than is needed on x86, where atomic operations order memory themselves. */
#define smp_mb__before_atomic()	smp_mb()
#endif

/* 4.14, in all kinds of headers */
#ifndef RCG_HAVE_ATOMIC64_TRY_CMPXCHG
static inline bool compat_atomic64_try_cmpxchg(atomic64_t *v, s64 *old, s64 new)
{
	s64 seen = atomic64_cmpxchg(v, *old, new);
	bool done = seen == *old;

	*old = seen;
	return done;
}

/* 4.12 has one that takes a pointer to long. */
#undef atomic64_try_cmpxchg
#define atomic64_try_cmpxchg	compat_atomic64_try_cmpxchg
#endif

/*
 * 4.11: reference counts. MLNX_OFED gives older kernels some of them, where refcount_t
 * is another name of atomic_t; absent/ has the rest, around an atomic_t.
 */
#ifndef RCG_HAVE_REFCOUNT_DEC_IF_ONE
#define refcount_dec_if_one(r)	(atomic_cmpxchg((atomic_t *)(r), 1, 0) == 1)
#endif

/*
 * How printk() shows a length and a string that a user has chosen: escaped,
 * from 3.18 on. Before, it is left to the programs that show the log.
 */
#ifdef RCG_HAVE_STRING_ESCAPE_MEM
#define COMPAT_ESCAPED	"%*pE"
#else
#define COMPAT_ESCAPED	"%.*s"
#endif

/* 4.18; before 3.15 kvfree() was missing, too */
#ifndef RCG_HAVE_KVCALLOC
static inline void *kvcalloc(size_t n, size_t size, gfp_t flags)
{
	return vzalloc(n * size);
}

#define kvfree	vfree
#endif

/* 5.0: totalram_pages was a variable before */
#ifndef RCG_HAVE_TOTALRAM_PAGES
#define totalram_pages()	totalram_pages
#endif

/* 5.8; that of RHEL 8.4 to 8.10 cannot be given what is const */
#ifndef RCG_HAVE_DATA_RACE
#undef data_race
/* Tells KCSAN that this data race is intended. */
#define data_race(expr)		(expr)
#endif

/* 5.4: the condition under which the walk is allowed without RCU, for lockdep */
#ifndef RCG_HAVE_HASH_FOR_EACH_POSSIBLE_RCU_COND
#undef hash_for_each_possible_rcu
#define hash_for_each_possible_rcu(name, obj, member, key, cond)		\
	hlist_for_each_entry_rcu_notrace(obj,					\
		&name[hash_min(key, HASH_BITS(name))], member)
#endif

/* 4.16: bits of poll(2) have a type of their own */
#ifndef EPOLLPRI
#define EPOLLPRI	POLLPRI
#define EPOLLERR	POLLERR
#endif
#ifndef RCG_HAVE_POLL_T
#define __poll_t	unsigned int
#endif

/* 4.16 */
#ifndef DEFINE_SHOW_ATTRIBUTE
#define DEFINE_SHOW_ATTRIBUTE(name)						\
static int name##_open(struct inode *inode, struct file *file)			\
{										\
	return single_open(file, name##_show, inode->i_private);		\
}										\
static const struct file_operations name##_fops = {				\
	.owner		= THIS_MODULE,						\
	.open		= name##_open,						\
	.read		= seq_read,						\
	.llseek		= seq_lseek,						\
	.release	= single_release,					\
}
#endif

/* 3.16 */
#ifndef NOKPROBE_SYMBOL
#define NOKPROBE_SYMBOL(name)
#endif

/*
 * 3.18, or not configured. On a kernel without preemption, an ordinary grace period
 * waits just as well until every task has slept, or left the kernel.
 */
#ifndef RCG_HAVE_SYNCHRONIZE_RCU_TASKS
#ifdef CONFIG_PREEMPT
#error "rdmacg_oot: a preemptible kernel without CONFIG_TASKS_RCU is not supported: hooks could not be taken out safely"
#endif
#define synchronize_rcu_tasks()	synchronize_rcu()
#endif

#endif /* RCG_COMPAT_H */
