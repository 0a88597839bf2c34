/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stand-ins for what the controller room uses of the kernel, so that it
 * compiles in user space, unmodified. Every header in linux/ is a link to
 * this file; what does not fit on a few lines is in kernel.c.
 *
 * They are strict where the kernel would only misbehave: misuse ends the
 * program. Memory orders are the kernel's, so that thread sanitizers and model
 * checkers judge the controller and not these.
 */
#ifndef UNIT_KERNEL_H
#define UNIT_KERNEL_H

/* Not <errno.h>, which leads to <linux/errno.h>: that is this file. */
#include <asm/errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef uint32_t u32;
typedef long long s64;
typedef unsigned long long u64;

#define S32_MAX		INT32_MAX
#define U32_MAX		UINT32_MAX
#define S64_MAX		INT64_MAX
#define U64_MAX		(~0ULL)

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#undef __always_inline
#define __always_inline	inline __attribute__((always_inline))
#define READ_ONCE(x)	__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v) __atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define noinline	__attribute__((noinline))
#define __rcu
#define __read_mostly
#define __acquires(x)
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
#define EXPORT_SYMBOL_GPL(symbol) extern typeof(symbol) symbol

/* What tests set and ask (kernel.c) */

struct kernel_thread {
	int	no_sleep;		/* RCU read sides and callbacks that we are in */
	void	(*preempt)(void);	/* run once, at the next place where others could */
};

extern _Thread_local struct kernel_thread kernel_thread;
extern unsigned int kernel_warnings;	/* how many WARN_ON_ONCE() saw something */

void kernel_warn(const char *what, const char *file, int line);
void kernel_panic(const char *what) __attribute__((noreturn));
void kernel_fail_allocation(unsigned int nth);
bool kernel_allocation_failed(void);
unsigned long kernel_live_objects(void);
unsigned long kernel_live_memory(void);

static inline void kernel_preempt(void)
{
	void (*preempt)(void) = kernel_thread.preempt;

	if (unlikely(preempt)) {
		kernel_thread.preempt = NULL;
		preempt();
	}
}

static inline void might_sleep(void)
{
	if (kernel_thread.no_sleep)
		kernel_panic("sleeping where that is not allowed");
}

/* linux/bug.h, linux/err.h, linux/bitops.h */

#define WARN_ON_ONCE(condition) ({					\
	bool warn_ = !!(condition);					\
	if (warn_)							\
		kernel_warn(#condition, __FILE__, __LINE__);		\
	warn_;								\
})

/* linux/printk.h: the log is its last line. */
extern char kernel_log[256];
#define pr_warn(...)	((void)snprintf(kernel_log, sizeof(kernel_log), __VA_ARGS__))

#define ERR_PTR(error)	((void *)(long)(error))
#define PTR_ERR(ptr)	((long)(ptr))
#define ERR_CAST(ptr)	((void *)(ptr))
#define IS_ERR(ptr)	((unsigned long)(ptr) >= (unsigned long)-4095)

#define BIT(nr)		(1UL << (nr))
#define for_each_set_bit(bit, word, size) \
	for ((bit) = 0; (bit) < (size); (bit)++) \
		if (*(word) & BIT(bit))

/* linux/ktime.h: tests turn the clock. */

#define NSEC_PER_SEC	1000000000L

extern s64 kernel_time;		/* in nanoseconds */
#define ktime_get_ns()	READ_ONCE(kernel_time)

/* linux/minmax.h */

#define max(a, b)	((a) > (b) ? (a) : (b))

/* linux/string.h, linux/ctype.h: the kernel's idea of Latin 1 */

static inline bool kernel_isspace(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0;
}

static inline bool kernel_isdigit(int c)
{
	return c >= '0' && c <= '9';
}

static inline int kernel_tolower(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) ? c + 0x20 : c;
}

static inline bool kernel_isxdigit(unsigned char c)
{
	return kernel_isdigit(c) || (kernel_tolower(c) >= 'a' && kernel_tolower(c) <= 'f');
}

#define isspace		kernel_isspace
#define isdigit		kernel_isdigit
#define isxdigit	kernel_isxdigit
#define tolower		kernel_tolower

char *strstrip(char *s);

/* linux/log2.h; @n is more than 1 */

#define rounddown_pow_of_two(n)	(1UL << (63 - __builtin_clzl(n)))
#define roundup_pow_of_two(n)	(2UL << (63 - __builtin_clzl((n) - 1)))

/* linux/sched.h */

#define cond_resched()	might_sleep()

/* linux/sched.h, linux/pid.h: tests say in which process they are, and when it ends. */

#define TASK_COMM_LEN	16
#define PIDTYPE_PID	0

struct pid {
	int	nr;
	int	refs;
	bool	has_task;
};

struct task_struct {
	struct pid		*tgid;
	struct task_struct	*group_leader;
	char			comm[TASK_COMM_LEN];
};

extern struct task_struct kernel_init_task;
extern _Thread_local struct task_struct *kernel_current;
#define current kernel_current

static inline struct pid *task_tgid(struct task_struct *task)
{
	return task->tgid;
}

static inline struct pid *get_pid(struct pid *pid)
{
	__atomic_fetch_add(&pid->refs, 1, __ATOMIC_RELAXED);
	return pid;
}

static inline void put_pid(struct pid *pid)
{
	__atomic_fetch_sub(&pid->refs, 1, __ATOMIC_RELEASE);
}

#define task_active_pid_ns(task)	((void *)(task))
#define pid_nr_ns(pid, ns)		((void)(ns), (pid)->nr)
#define pid_task(pid, type)		((pid)->has_task ? current : NULL)
#define get_task_comm(buf, task)	memcpy(buf, (task)->comm, TASK_COMM_LEN)

/* linux/atomic.h */

#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define smp_acquire__after_ctrl_dep() __atomic_thread_fence(__ATOMIC_ACQUIRE)

typedef struct {
	s64 counter;
} atomic64_t;

static inline s64 atomic64_read(const atomic64_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);
}

static inline void atomic64_add(s64 amount, atomic64_t *v)
{
	__atomic_fetch_add(&v->counter, amount, __ATOMIC_RELAXED);
}

static inline void atomic64_inc(atomic64_t *v)
{
	atomic64_add(1, v);
}

static inline bool atomic64_add_negative(s64 amount, atomic64_t *v)
{
	return __atomic_add_fetch(&v->counter, amount, __ATOMIC_SEQ_CST) < 0;
}

#define cmpxchg(ptr, old, new) __extension__ ({					\
	typeof(*(ptr)) __old = (old);						\
	__atomic_compare_exchange_n(ptr, &__old, new, false, __ATOMIC_SEQ_CST,	\
				    __ATOMIC_SEQ_CST);				\
	__old; })

static inline bool atomic64_try_cmpxchg(atomic64_t *v, s64 *old, s64 new)
{
	kernel_preempt();
	return __atomic_compare_exchange_n(&v->counter, old, new, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

typedef struct {
	int counter;
} atomic_t;

static inline int atomic_read(const atomic_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);
}

static inline void atomic_inc(atomic_t *v)
{
	__atomic_fetch_add(&v->counter, 1, __ATOMIC_RELAXED);
}

static inline void atomic_dec(atomic_t *v)
{
	__atomic_fetch_sub(&v->counter, 1, __ATOMIC_RELAXED);
}

/* linux/refcount.h */

typedef struct {
	int refs;
} refcount_t;

static inline void refcount_set(refcount_t *r, int n)
{
	__atomic_store_n(&r->refs, n, __ATOMIC_RELAXED);
}

static inline unsigned int refcount_read(const refcount_t *r)
{
	return __atomic_load_n(&r->refs, __ATOMIC_RELAXED);
}

static inline void refcount_inc(refcount_t *r)
{
	if (__atomic_fetch_add(&r->refs, 1, __ATOMIC_RELAXED) <= 0)
		kernel_panic("refcount: increment of 0");
}

static inline bool refcount_inc_not_zero(refcount_t *r)
{
	int old = refcount_read(r);

	while (old && !__atomic_compare_exchange_n(&r->refs, &old, old + 1, false,
						   __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	return old;
}

static inline bool refcount_dec_and_test(refcount_t *r)
{
	int old = __atomic_fetch_sub(&r->refs, 1, __ATOMIC_RELEASE);

	if (old <= 0)
		kernel_panic("refcount: underflow");
	/* Not a fence, which thread sanitizers do not know. */
	return old == 1 && !__atomic_load_n(&r->refs, __ATOMIC_ACQUIRE);
}

static inline bool refcount_dec_if_one(refcount_t *r)
{
	int one = 1;

	kernel_preempt();
	return __atomic_compare_exchange_n(&r->refs, &one, 0, false,
					   __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

/* linux/mutex.h, linux/lockdep.h */

struct mutex {
	pthread_mutex_t		lock;
	struct kernel_thread	*owner;
};

#define DEFINE_MUTEX(name) struct mutex name = { .lock = PTHREAD_MUTEX_INITIALIZER }
#define lockdep_is_held(mutex)	(READ_ONCE((mutex)->owner) == &kernel_thread)

#define lockdep_assert_held(mutex) do {					\
	if (!lockdep_is_held(mutex))					\
		kernel_panic(#mutex " is not held");			\
} while (0)

static inline void mutex_lock(struct mutex *mutex)
{
	might_sleep();
	if (lockdep_is_held(mutex))
		kernel_panic("mutex: taken twice");
	pthread_mutex_lock(&mutex->lock);
	WRITE_ONCE(mutex->owner, &kernel_thread);
}

static inline void mutex_init(struct mutex *mutex)
{
	pthread_mutex_init(&mutex->lock, NULL);
	mutex->owner = NULL;
}

static inline bool mutex_trylock(struct mutex *mutex)
{
	if (lockdep_is_held(mutex))
		kernel_panic("mutex: taken twice");
	if (pthread_mutex_trylock(&mutex->lock))
		return false;
	WRITE_ONCE(mutex->owner, &kernel_thread);
	return true;
}

static inline void mutex_unlock(struct mutex *mutex)
{
	lockdep_assert_held(mutex);
	WRITE_ONCE(mutex->owner, NULL);
	pthread_mutex_unlock(&mutex->lock);
}

/* linux/spinlock.h */

typedef pthread_mutex_t spinlock_t;

#define DEFINE_SPINLOCK(name) spinlock_t name = PTHREAD_MUTEX_INITIALIZER

static inline void spin_lock(spinlock_t *lock)
{
	kernel_preempt();
	kernel_thread.no_sleep++;
	pthread_mutex_lock(lock);
}

static inline void spin_unlock(spinlock_t *lock)
{
	pthread_mutex_unlock(lock);
	kernel_thread.no_sleep--;
}

/* linux/rcupdate.h: callbacks run in rcu_barrier(), which waits for readers. */

struct rcu_head {
	struct rcu_head	*next;
	void		(*func)(struct rcu_head *head);
};

void rcu_read_lock(void);
void rcu_read_unlock(void);
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));
void rcu_barrier(void);
void synchronize_rcu(void);

static inline void rcu_check(bool held)
{
	if (!held && !kernel_thread.no_sleep)
		kernel_panic("RCU: look-up outside a read side");
}

#define RCU_INIT_POINTER(p, v) WRITE_ONCE(p, v)
#define rcu_assign_pointer(p, v) __atomic_store_n(&(p), v, __ATOMIC_RELEASE)
#define rcu_dereference_check(p, held) \
	(rcu_check(held), __atomic_load_n(&(p), __ATOMIC_ACQUIRE))
#define rcu_dereference(p) rcu_dereference_check(p, false)
/* No other thread writes it now, so the model needs no step for the access. */
#define rcu_dereference_protected(p, held) ({				\
	if (!(held))							\
		kernel_panic(#p " is not protected");			\
	(p);								\
})

/* linux/list.h */

struct list_head {
	struct list_head *next, *prev;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

#define LIST_HEAD(name) struct list_head name = { &(name), &(name) }
#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)

#define list_for_each_entry(pos, head, member)					\
	for (pos = list_entry((head)->next, typeof(*pos), member);		\
	     &pos->member != (head);						\
	     pos = list_entry(pos->member.next, typeof(*pos), member))

#define list_for_each_entry_safe(pos, n, head, member)				\
	for (pos = list_entry((head)->next, typeof(*pos), member),		\
	     n = list_entry(pos->member.next, typeof(*pos), member);		\
	     &pos->member != (head);						\
	     pos = n, n = list_entry(n->member.next, typeof(*n), member))

static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head;
	head->prev = head;
}

static inline void list_add_tail(struct list_head *entry, struct list_head *head)
{
	entry->next = head;
	entry->prev = head->prev;
	head->prev->next = entry;
	head->prev = entry;
}

static inline void list_splice_init(struct list_head *list, struct list_head *head)
{
	if (list->next == list)
		return;
	list->next->prev = head;
	list->prev->next = head->next;
	head->next->prev = list->prev;
	head->next = list->next;
	INIT_LIST_HEAD(list);
}

static inline void list_del(struct list_head *entry)
{
	if (!entry->next || entry->next->prev != entry || entry->prev->next != entry)
		kernel_panic("list: deleted twice, or corrupt");
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
	entry->next = NULL;
	entry->prev = NULL;
}

static inline void list_del_init(struct list_head *entry)
{
	list_del(entry);
	INIT_LIST_HEAD(entry);
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

static inline bool list_is_last(const struct list_head *entry, const struct list_head *head)
{
	return entry->next == head;
}

/* linux/list_bl.h */

struct hlist_bl_head {
	struct hlist_bl_node *first;	/* and, in bit 0, the lock */
};

struct hlist_bl_node {
	struct hlist_bl_node *next, **pprev;
};

static inline bool hlist_bl_is_locked(struct hlist_bl_head *head)
{
	return (uintptr_t)READ_ONCE(head->first) & 1;
}

static inline void hlist_bl_lock(struct hlist_bl_head *head)
{
	kernel_preempt();
	kernel_thread.no_sleep++;
	while (__atomic_fetch_or((uintptr_t *)&head->first, 1, __ATOMIC_ACQUIRE) & 1)
		sched_yield();
}

static inline void hlist_bl_unlock(struct hlist_bl_head *head)
{
	if (!hlist_bl_is_locked(head))
		kernel_panic("hlist_bl: not locked");
	__atomic_fetch_and((uintptr_t *)&head->first, ~(uintptr_t)1, __ATOMIC_RELEASE);
	kernel_thread.no_sleep--;
}

static inline struct hlist_bl_node *hlist_bl_first(struct hlist_bl_head *head)
{
	return (struct hlist_bl_node *)((uintptr_t)READ_ONCE(head->first) & ~(uintptr_t)1);
}

static inline void hlist_bl_add_head(struct hlist_bl_node *node, struct hlist_bl_head *head)
{
	if (!hlist_bl_is_locked(head))
		kernel_panic("hlist_bl: not locked");
	node->next = hlist_bl_first(head);
	node->pprev = &head->first;
	if (node->next)
		node->next->pprev = &node->next;
	WRITE_ONCE(head->first, (struct hlist_bl_node *)((uintptr_t)node | 1));
}

static inline void hlist_bl_del(struct hlist_bl_node *node)
{
	uintptr_t lock = (uintptr_t)READ_ONCE(*node->pprev) & 1;

	WRITE_ONCE(*node->pprev, (struct hlist_bl_node *)((uintptr_t)node->next | lock));
	if (node->next)
		node->next->pprev = node->pprev;
	node->pprev = NULL;
}

#define hlist_bl_for_each_entry(entry, pos, head, member)			\
	for (pos = hlist_bl_first(head);					\
	     pos && (entry = container_of(pos, typeof(*entry), member), true);	\
	     pos = pos->next)

#define hlist_bl_for_each_entry_safe(entry, pos, n, head, member)		\
	for (pos = hlist_bl_first(head);					\
	     pos && (n = pos->next, entry = container_of(pos, typeof(*entry), member), true); \
	     pos = n)

/* linux/slab.h */

#define GFP_KERNEL		0
#define GFP_KERNEL_ACCOUNT	0
#define __GFP_NORETRY		0
#define __GFP_NOWARN		0
#define __GFP_NOFAIL		0
#define SLAB_ACCOUNT		0

struct kmem_cache;

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*ctor)(void *));
void kmem_cache_destroy(struct kmem_cache *cache);
void *kmem_cache_alloc(struct kmem_cache *cache, unsigned int gfp);
void kmem_cache_free(struct kmem_cache *cache, void *object);

void *kzalloc(size_t size, unsigned int gfp);
void kfree(const void *memory);

#define kvcalloc(n, size, gfp) kzalloc((n) * (size), gfp)
#define kvfree kfree

static inline void kernel_kfree_rcu(struct rcu_head *head)
{
	kfree(head);
}

/* The head has to be the first member. */
#define kfree_rcu(memory, head) do {						\
	_Static_assert(!offsetof(typeof(*(memory)), head), "a place for kernel_kfree_rcu()"); \
	call_rcu(&(memory)->head, kernel_kfree_rcu);				\
} while (0)

/* linux/seq_file.h */

struct seq_file {
	char	*buf;
	size_t	size;
	size_t	count;
};

void seq_printf(struct seq_file *seq, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
#define seq_puts(seq, s) seq_printf(seq, "%s", s)
#define seq_putc(seq, c) seq_printf(seq, "%c", c)

#endif /* UNIT_KERNEL_H */
