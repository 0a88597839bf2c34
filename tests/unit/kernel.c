// SPDX-License-Identifier: GPL-2.0-only
/*
 * The longer stand-ins of include/kernel.h: RCU, allocations that a test can make
 * fail, warnings.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "kernel.h"

_Thread_local struct kernel_thread kernel_thread;
unsigned int kernel_warnings;
char kernel_log[256];
s64 kernel_time;

static struct pid init_pid = { .nr = 1, .refs = 1, .has_task = true };
struct task_struct kernel_init_task = {
	.tgid = &init_pid, .group_leader = &kernel_init_task, .comm = "init"
};
_Thread_local struct task_struct *kernel_current = &kernel_init_task;

void kernel_warn(const char *what, const char *file, int line)
{
	__atomic_fetch_add(&kernel_warnings, 1, __ATOMIC_RELAXED);
	fprintf(stderr, "WARNING: %s at %s:%d\n", what, file, line);
}

void kernel_panic(const char *what)
{
	fprintf(stderr, "kernel panic: %s\n", what);
	abort();
}

/* Strings */

char *strstrip(char *s)
{
	char *end = s + strlen(s);

	while (end > s && isspace(end[-1]))
		end--;
	*end = '\0';
	while (isspace(*s))
		s++;
	return s;
}

/*
 * RCU as a read-write lock: a read side holds it for reading, a grace period
 * takes it for writing. New readers wait for a waiting writer.
 */
static pthread_rwlock_t readers = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t barrier_lock = PTHREAD_MUTEX_INITIALIZER;
static struct rcu_head *queue;

void rcu_read_lock(void)
{
	if (!kernel_thread.no_sleep++)
		pthread_rwlock_rdlock(&readers);
}

void rcu_read_unlock(void)
{
	if (kernel_thread.no_sleep <= 0)
		kernel_panic("RCU: unlock without lock");
	if (!--kernel_thread.no_sleep)
		pthread_rwlock_unlock(&readers);
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	pthread_mutex_lock(&queue_lock);
	if (head->func)
		kernel_panic("RCU: queued twice");
	head->func = func;
	head->next = queue;
	queue = head;
	pthread_mutex_unlock(&queue_lock);
}

void synchronize_rcu(void)
{
	might_sleep();
	pthread_rwlock_wrlock(&readers);
	pthread_rwlock_unlock(&readers);
}

void rcu_barrier(void)
{
	struct rcu_head *head, *next;

	might_sleep();
	pthread_mutex_lock(&barrier_lock);
	pthread_mutex_lock(&queue_lock);
	head = queue;
	queue = NULL;
	pthread_mutex_unlock(&queue_lock);

	synchronize_rcu();
	kernel_thread.no_sleep++;
	for (; head; head = next) {
		next = head->next;
		head->func(head);
	}
	kernel_thread.no_sleep--;
	pthread_mutex_unlock(&barrier_lock);
}

/* Memory */

struct kmem_cache {
	size_t		size;
	void		(*ctor)(void *object);
	unsigned long	live;
};

static unsigned long live_objects, live_memory;
static unsigned int allocations_to_failure;
static bool allocation_failed;

/* Let the nth allocation from now on fail; 0: none. */
void kernel_fail_allocation(unsigned int nth)
{
	allocations_to_failure = nth;
	allocation_failed = false;
}

/* Did it come to that? */
bool kernel_allocation_failed(void)
{
	return allocation_failed;
}

/* Caches and objects that have not been given back. */
unsigned long kernel_live_objects(void)
{
	return __atomic_load_n(&live_objects, __ATOMIC_RELAXED);
}

/* Pieces of kzalloc() that have not been given back. */
unsigned long kernel_live_memory(void)
{
	return __atomic_load_n(&live_memory, __ATOMIC_RELAXED);
}

static void *memory_alloc(size_t size, unsigned long *live)
{
	void *object;

	might_sleep();
	/* Failures are only ordered where one thread is left. */
	if (READ_ONCE(allocations_to_failure) && !--allocations_to_failure) {
		allocation_failed = true;
		return NULL;
	}
	object = malloc(size);
	if (!object)
		kernel_panic("out of memory");
	/* Not zero, which a forgotten initialization might pass for. */
	memset(object, 0x5a, size);
	__atomic_fetch_add(live, 1, __ATOMIC_RELAXED);
	return object;
}

static void *object_alloc(size_t size)
{
	return memory_alloc(size, &live_objects);
}

static void object_free(void *object)
{
	free(object);
	__atomic_fetch_sub(&live_objects, 1, __ATOMIC_RELAXED);
}

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*ctor)(void *))
{
	struct kmem_cache *cache = object_alloc(sizeof(*cache));

	if (!cache)
		return NULL;
	cache->size = size;
	cache->ctor = ctor;
	cache->live = 0;
	return cache;
}

void kmem_cache_destroy(struct kmem_cache *cache)
{
	WARN_ON_ONCE(__atomic_load_n(&cache->live, __ATOMIC_ACQUIRE));
	object_free(cache);
}

void *kmem_cache_alloc(struct kmem_cache *cache, unsigned int gfp)
{
	void *object = object_alloc(cache->size);

	if (!object)
		return NULL;
	if (cache->ctor)
		cache->ctor(object);
	__atomic_fetch_add(&cache->live, 1, __ATOMIC_RELAXED);
	return object;
}

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	object_free(object);
	__atomic_fetch_sub(&cache->live, 1, __ATOMIC_RELEASE);
}

void *kzalloc(size_t size, unsigned int gfp)
{
	void *memory = memory_alloc(size, &live_memory);

	return memory ? memset(memory, 0, size) : NULL;
}

void kfree(const void *memory)
{
	if (!memory)
		return;
	free((void *)memory);
	__atomic_fetch_sub(&live_memory, 1, __ATOMIC_RELAXED);
}

/* Files: too long a text is an error of the test */

void seq_printf(struct seq_file *seq, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(seq->buf + seq->count, seq->size - seq->count, format, args);
	va_end(args);
	if (len < 0 || seq->count + len >= seq->size)
		kernel_panic("seq_file: buffer too small");
	seq->count += len;
}
