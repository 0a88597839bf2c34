// SPDX-License-Identifier: GPL-2.0-only
/*
 * The scheduler: runs a scenario again and again, in every order that can make
 * a difference.
 *
 * Actors are coroutines. A step is one atomic access, mutex_lock(),
 * rcu_read_lock() or call_rcu(), and all that follows up to the next of these;
 * before each step any actor may be chosen that is not blocked. An RCU callback
 * is an actor of its own, which waits for the readers that were inside when it
 * was queued, and for nothing else.
 *
 * The search is stateless and depth first, without a bound: source-DPOR with
 * sleep sets (Abdulla, Aronis, Jonsson, Sagonas: Optimal Dynamic Partial Order
 * Reduction, POPL 2014). Two orders are the same if they differ only by steps
 * that do not conflict: of each class of these at least one is run. Vector
 * clocks tell which steps are ordered by others. They also find errors that show
 * only in another order of the class: plain accesses that conflict and are not
 * ordered (a data race), and an access that is not ordered before the free of its
 * object. A plain access is not a step, because one whose order matters is such a
 * race.
 *
 * FULL=1 in the environment does without the reduction, where that comes to an
 * end, and must find as many executions: a few more where a compare-and-exchange
 * fails, because it is taken for a change until it is seen to be none.
 *
 * Memory is sequentially consistent here, so the model cannot find a missing
 * barrier or acquire. The thread sanitizer (tests/unit/test_threads.c) can, but
 * only in the executions that happen to occur.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <ucontext.h>
#include <unistd.h>

#include "model.h"

/* Not the task: the actor. */
#undef current

#define MAX_STEPS	4096
#define MAX_LOCATIONS	1024	/* a power of 2 */
#define OBJECT_SIZE	1024
#define STACK_SIZE	(64 * 1024)

#define BIT_OF(actor)	(1U << (actor)->id)

/* Of each actor, the time up to which all that it did is known to be over. */
struct clock {
	unsigned short time[MAX_ACTORS];
};

/*
 * struct actor - a coroutine that takes steps
 * @id: index in actors[]
 * @entered: whether @at is valid, else @start
 * @done: it has ended in this execution
 * @no_sleep: its &kernel_thread.no_sleep
 * @access: the kind of access of its next step
 * @address: the address of that access
 * @waits: readers that an RCU callback has to wait for
 * @callback: the RCU callback that it runs, or NULL
 * @clock: vector clock of the steps that happened before its next one
 * @label: its current operation, for reports
 */
struct actor {
	unsigned int	id;
	jmp_buf		at;
	ucontext_t	start;
	bool		entered, done;
	int		no_sleep;
	enum access	access;
	const void	*address;
	u32		waits;
	struct rcu_head	*callback;
	struct clock	clock;
	const char	*label;
};

/*
 * struct step - a step of the current execution
 * @actor: the actor that took it
 * @explored: actors whose step here has been explored with all that can follow
 * @backtrack: actors whose step here has to be explored
 * @asleep: actors whose step here leads only to orders already explored (sleep set)
 * @access: the kind of access
 * @address: the address of the access
 * @label: the operation of the actor
 * @clock: vector clock of the steps that happened before, this step included
 */
struct step {
	unsigned int	actor;
	u32		explored, backtrack, asleep;
	enum access	access;
	const void	*address;
	const char	*label;
	struct clock	clock;
};

/* The last accesses of each kind and actor to one address */
struct location {
	const void	*address;
	unsigned long	execution;
	struct {
		unsigned short	time, step;
	} last[NR_ACCESS][MAX_ACTORS];
};

struct object objects[MAX_OBJECTS];

static _Alignas(OBJECT_SIZE) char memory[MAX_OBJECTS][OBJECT_SIZE];
static char stacks[MAX_ACTORS][STACK_SIZE];
static struct actor actors[MAX_ACTORS], outside = { .id = MAX_ACTORS, .entered = true }, *current = &outside;
static unsigned int nr_actors;
static struct step steps[MAX_STEPS + 1];
static unsigned int nr_steps, replayed;
static int given_up;		/* the step from which on this is like another execution, or -1 */
static struct location locations[MAX_LOCATIONS];
static unsigned long execution;
static const struct model_scenario_ops *ops;
static bool full;

/* The mutex (there is one), RCU */
static struct actor *holder;
static struct clock unlocked, readers_left;
static u32 inside;		/* readers */
static const char rcu;		/* stands for RCU, where steps go that make a difference to it */

static void print_step(const struct step *step)
{
	static const char * const verb[] = {
		[ACCESS_READ] = "read", [ACCESS_ADD] = "add to", [ACCESS_WRITE] = "change",
	};

	if (!step->address)
		puts("begin");
	else if (step->address == &rcg_lock)
		puts("mutex_lock()");
	else if (step->address == &rcu)
		puts(step->access == ACCESS_READ ? "rcu_read_lock()" : "call_rcu()");
	else
		printf("%s %s\n", verb[step->access], ops->name(step->address));
}

/**
 * model_fail - report an error and the steps that led to it
 * @format: the error, as for printf()
 */
void model_fail(const char *format, ...)
{
	unsigned int i;
	va_list args;

	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n# %s, after:\n", current == &outside ? "found at rest" : current->label);
	for (i = 0; i < nr_steps; i++) {
		printf("#   %u, %s: ", steps[i].actor, steps[i].label);
		print_step(&steps[i]);
	}
	fflush(stdout);
	_exit(1);
}

/* Objects */

/**
 * object_of - the object that an address lies in
 * @address: the address
 *
 * Return: the object, or NULL.
 */
struct object *object_of(const void *address)
{
	size_t offset = (const char *)address - memory[0];

	return offset < sizeof(memory) ? &objects[offset / OBJECT_SIZE] : NULL;
}

/**
 * object_memory - where an object is
 * @object: the object
 */
void *object_memory(const struct object *object)
{
	return memory[object - objects];
}

/**
 * object_make - make an object in memory not yet used in this execution
 * @name: its name in reports
 */
void *object_make(const char *name)
{
	struct object *object = objects;

	while (object->state != OBJECT_NONE)
		if (++object == objects + MAX_OBJECTS)
			model_fail("more objects than the model has room for");
	memset(object, 0, sizeof(*object));
	object->state = OBJECT_LIVE;
	object->name = name;
	return memset(object_memory(object), 0x5a, OBJECT_SIZE);
}

static void check_address(const void *address)
{
	struct object *object = object_of(address);

	if ((unsigned long)address < 4096)
		model_fail("NULL pointer");
	if (object && object->state != OBJECT_LIVE)
		model_fail("use of a %s that %s", object->name ?: "object",
			   object->state == OBJECT_FREED ? "was freed" : "was never made");
}

/* An actor's stack is its own; and who holds the mutex is set by switch_to(). */
static bool is_private(const void *address)
{
	return (size_t)((const char *)address - stacks[0]) < sizeof(stacks) ||
	       address == &rcg_lock.owner;
}

/* Steps and their order */

static bool conflicts(enum access a, enum access b)
{
	if (a == ACCESS_NONE || b == ACCESS_NONE || (a == ACCESS_ADD && b == ACCESS_ADD))
		return false;
	return (a != ACCESS_READ && a != ACCESS_PLAIN_READ) ||
	       (b != ACCESS_READ && b != ACCESS_PLAIN_READ);
}

static bool is_plain(enum access access)
{
	return access >= ACCESS_PLAIN_READ;
}

static void join(struct clock *clock, const struct clock *other)
{
	unsigned int i;

	for (i = 0; i < nr_actors; i++)
		if (clock->time[i] < other->time[i])
			clock->time[i] = other->time[i];
}

/* What the actor does from now on is later than what others learn of it up to now. */
static void tick(struct actor *actor)
{
	actor->clock.time[actor->id]++;
}

static struct location *locate(const void *address)
{
	unsigned long i = (unsigned long)address / 4;
	struct location *l;

	while (l = &locations[i++ % MAX_LOCATIONS], l->execution == execution)
		if (l->address == address)
			return l;
	memset(l, 0, sizeof(*l));
	l->address = address;
	l->execution = execution;
	return l;
}

/*
 * @step conflicts with the earlier step @at, and nothing else orders the two:
 * see to it that the other order is run as well. What is independent of @at
 * may come before both; it is enough to begin with any of it that nothing else
 * of it has to precede.
 */
static void reverse(unsigned int at, unsigned int step)
{
	unsigned short first[MAX_ACTORS] = {};
	struct step *from = &steps[at], *s;
	u32 initials = 0;
	unsigned int i, a;

	for (i = at + 1; i <= step; i++) {
		s = &steps[i];
		if (first[s->actor] || (i < step && s->clock.time[from->actor] >=
						    from->clock.time[from->actor]))
			continue;
		for (a = 0; a < nr_actors; a++)
			if (first[a] && s->clock.time[a] >= first[a])
				break;
		if (a == nr_actors)
			initials |= 1U << s->actor;
		first[s->actor] = s->clock.time[s->actor];
	}
	if (!(initials & (from->backtrack | from->asleep)))
		from->backtrack |= initials & -initials;
}

/* Find what the current step conflicts with, and order it after that. */
static void order(struct step *step, struct location *l)
{
	struct { unsigned int actor, time, step; } race[MAX_ACTORS * NR_ACCESS], *last;
	struct clock known = current->clock;
	unsigned int nr = 0, a, k, i;

	for (a = 0; a < nr_actors; a++)
		for (k = 0; k < NR_ACCESS; k++) {
			if (l->last[k][a].time <= known.time[a] || !conflicts(k, step->access))
				continue;
			if (is_plain(k))
				model_fail("data race with actor %u", a);
			race[nr++] = (typeof(*race)){ a, l->last[k][a].time, l->last[k][a].step };
			join(&current->clock, &steps[l->last[k][a].step].clock);
		}
	if (l->address == &rcg_lock)
		join(&current->clock, &unlocked);
	step->clock = current->clock;
	/* The latest first: what that orders is no race of this step. */
	for (; nr && given_up < 0; *last = race[--nr]) {
		last = race;
		for (i = 1; i < nr; i++)
			if (race[i].step > last->step)
				last = &race[i];
		if (last->time > known.time[last->actor])
			reverse(last->step, step - steps);
		join(&known, &steps[last->step].clock);
	}
}

static void take_step(enum access access, const void *address)
{
	struct step *step = &steps[nr_steps++];
	struct location *l;
	unsigned int i;

	tick(current);
	step->access = access;
	step->address = address;
	step->label = current->label;
	step->clock = current->clock;
	if (address) {
		l = locate(address);
		order(step, l);
		l->last[access][current->id].time = current->clock.time[current->id];
		l->last[access][current->id].step = step - steps;
	}
	tick(current);

	/* Who could have gone instead still need not, until something conflicts with that. */
	step[1].asleep = (step->asleep | step->explored) & ~BIT_OF(current);
	for (i = 0; i < nr_actors; i++)
		if (actors[i].address == address && conflicts(actors[i].access, access))
			step[1].asleep &= ~(1U << i);
}

/* Actors */

static void switch_to(struct actor *to)
{
	struct actor *from = current;

	from->no_sleep = kernel_thread.no_sleep;
	kernel_thread.no_sleep = to->no_sleep;
	/* All actors are one thread to the stand-ins. */
	rcg_lock.owner = to == holder ? &kernel_thread : NULL;
	current = to;
	if (from == to || _setjmp(from->at))
		return;
	if (to->entered)
		_longjmp(to->at, 1);
	to->entered = true;
	setcontext(&to->start);
}

static bool is_blocked(const struct actor *actor)
{
	return actor->waits || (actor->address == &rcg_lock && holder);
}

/* Choose who takes the next step. */
static void schedule(void)
{
	struct step *step = &steps[nr_steps];
	u32 able = 0, awake;
	unsigned int i, done = 0;

	for (i = 0; i < nr_actors; i++) {
		if (actors[i].done)
			done++;
		else if (!is_blocked(&actors[i]))
			able |= BIT_OF(&actors[i]);
	}
	if (done == nr_actors) {
		switch_to(&outside);
		return;
	}
	if (!able)
		model_fail("deadlock");
	if (nr_steps == MAX_STEPS)
		model_fail("it comes to no end");
	if (nr_steps >= replayed) {
		awake = able & ~step->asleep;
		if (!awake && given_up < 0)
			given_up = nr_steps;
		if (given_up >= 0)
			awake = able;
		/* Rather the same as before: that saves time. */
		step->actor = current != &outside && awake & BIT_OF(current) ? current->id :
			      __builtin_ctz(awake);
		step->explored = 0;
		step->backtrack = full ? able : 1U << step->actor;
	}
	if (!(able & 1U << step->actor))
		model_fail("the model would run an actor that is blocked");
	switch_to(&actors[step->actor]);
}

static void actor_main(void)
{
	for (;;) {
		take_step(ACCESS_NONE, NULL);
		if (current->callback)
			current->callback->func(current->callback);
		else
			ops->run(current->id);
		current->done = true;
		schedule();
	}
}

static struct actor *actor_make(void)
{
	struct actor *actor = &actors[nr_actors];

	if (nr_actors == MAX_ACTORS)
		model_fail("more actors than the model has room for");
	actor->id = nr_actors++;
	if (!actor->entered) {
		getcontext(&actor->start);
		actor->start.uc_stack.ss_sp = stacks[actor->id];
		actor->start.uc_stack.ss_size = STACK_SIZE;
		makecontext(&actor->start, actor_main, 0);
	}
	actor->done = false;
	actor->no_sleep = 0;
	actor->access = ACCESS_NONE;
	actor->address = NULL;
	actor->waits = 0;
	actor->callback = NULL;
	actor->label = "begin";
	memset(&actor->clock, 0, sizeof(actor->clock));
	return actor;
}

static bool is_step(const void *address)
{
	return current != &outside && !is_private(address);
}

/* Before an atomic access: wait until the current actor is chosen. */
static void announce(enum access access, const void *address)
{
	check_address(address);
	if (!is_step(address))
		return;
	current->access = access;
	current->address = address;
	schedule();
	check_address(address);
}

/* After it, when it is known what it was. */
static void settle(enum access access, const void *address)
{
	struct object *object = object_of(address);

	if (is_step(address))
		take_step(access, address);
	if (object && access != ACCESS_READ)
		ops->wrote(object, address);
}

static void plain(enum access access, const void *address)
{
	struct location *l;
	unsigned int a, k;

	check_address(address);
	if (!is_step(address))
		return;
	l = locate(address);
	for (a = 0; a < nr_actors; a++)
		for (k = 0; k < NR_ACCESS; k++)
			if (l->last[k][a].time > current->clock.time[a] && a != current->id &&
			    conflicts(k, access))
				model_fail("data race with actor %u", a);
	l->last[access][current->id].time = current->clock.time[current->id];
}

/**
 * object_free - free the memory of an object
 * @address: the address of the object
 */
void object_free(const void *address)
{
	struct object *object = object_of(address);
	unsigned int i, a, k;

	check_address(address);
	if (!object || address != object_memory(object))
		model_fail("what is freed was never made");
	for (i = 0; i < MAX_LOCATIONS && current != &outside; i++) {
		if (locations[i].execution != execution ||
		    object_of(locations[i].address) != object)
			continue;
		for (a = 0; a < nr_actors; a++)
			for (k = 0; k < NR_ACCESS; k++)
				if (locations[i].last[k][a].time > current->clock.time[a])
					model_fail("a %s is freed that actor %u may still use",
						   object->name, a);
	}
	object->state = OBJECT_FREED;
	memset(object_memory(object), 0x6b, OBJECT_SIZE);
}

/**
 * model_access - a step of a scenario
 * @access: the kind of access
 * @address: the address of the access
 */
void model_access(enum access access, const void *address)
{
	announce(access, address);
	settle(access, address);
}

/**
 * model_label - set the operation of the current actor, for reports
 * @label: its name; must stay valid
 */
void model_label(const char *label)
{
	current->label = label;
}

/**
 * model_actor - the running actor
 *
 * Return: the actor's number, or MAX_ACTORS before and after the actors.
 */
unsigned int model_actor(void)
{
	return current->id;
}

/**
 * model_run_callbacks - after the actors: let all grace periods end
 */
void model_run_callbacks(void)
{
	unsigned int i;

	for (i = 0; i < nr_actors; i++) {
		if (actors[i].done)
			continue;
		actors[i].done = true;
		actors[i].callback->func(actors[i].callback);
	}
}

/**
 * model_explore - run a scenario in every order
 * @scenario: runs one execution
 * @nr: the number of actors
 * @count: filled with the numbers of executions
 */
void model_explore(const struct model_scenario_ops *scenario, unsigned int nr,
		   struct model_count *count)
{
	struct step *last;
	u32 next;

	ops = scenario;
	full = getenv("FULL");
	do {
		execution++;
		memset(objects, 0, sizeof(objects));
		inside = 0;
		memset(&unlocked, 0, sizeof(unlocked));
		memset(&readers_left, 0, sizeof(readers_left));
		nr_steps = 0;
		nr_actors = 0;
		given_up = -1;
		while (nr_actors < nr)
			actor_make();
		ops->setup();
		schedule();
		ops->finish();
		count->steps += nr_steps;
		if (given_up < 0)
			count->executions++;
		else
			count->pruned++;

		/* Go back to the last step where another actor has to be explored. */
		replayed = given_up < 0 ? nr_steps : given_up;
		for (next = 0; replayed && !next; replayed -= !next) {
			last = &steps[replayed - 1];
			last->explored |= 1U << last->actor;
			next = last->backtrack & ~last->explored & ~last->asleep;
			if (next)
				last->actor = __builtin_ctz(next);
		}
	} while (replayed);
}

/* Calls that the linker sends here instead of to the stand-ins */

int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex)
{
	model_access(ACCESS_WRITE, &rcg_lock);
	holder = current;
	return 0;
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	holder = NULL;
	if (current != &outside) {
		unlocked = current->clock;
		tick(current);
	}
	return 0;
}

void __wrap_rcu_read_lock(void)
{
	if (!kernel_thread.no_sleep) {
		model_access(ACCESS_READ, &rcu);
		if (current != &outside)
			inside |= BIT_OF(current);
	}
	kernel_thread.no_sleep++;
}

/* Which of the readers' ends and call_rcu() is first makes no difference: no step. */
void __wrap_rcu_read_unlock(void)
{
	unsigned int i;

	if (--kernel_thread.no_sleep < 0)
		model_fail("RCU: unlock without lock");
	if (kernel_thread.no_sleep || current == &outside)
		return;
	inside &= ~BIT_OF(current);
	join(&readers_left, &current->clock);
	for (i = 0; i < nr_actors; i++) {
		if (!(actors[i].waits & BIT_OF(current)))
			continue;
		actors[i].waits &= ~BIT_OF(current);
		join(&actors[i].clock, &current->clock);
	}
	tick(current);
}

void __wrap_call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	struct actor *actor;
	unsigned int i;

	check_address(head);
	for (i = 0; i < nr_actors; i++)
		if (actors[i].callback == head)
			model_fail("RCU: queued twice");
	model_access(ACCESS_ADD, &rcu);
	head->func = func;
	actor = actor_make();
	actor->callback = head;
	actor->label = "RCU callback";
	actor->no_sleep = 1;
	if (current == &outside)
		return;
	actor->clock = readers_left;
	join(&actor->clock, &current->clock);
	actor->waits = inside;
	tick(current);
}

void *__wrap_kmem_cache_alloc(struct kmem_cache *cache, unsigned int gfp)
{
	might_sleep();
	return object_make("pool");
}

void __wrap_kmem_cache_free(struct kmem_cache *cache, void *object)
{
	object_free(object);
}

void *__wrap_kzalloc(size_t size, unsigned int gfp)
{
	might_sleep();
	return memset(object_make("memory"), 0, OBJECT_SIZE);
}

void __wrap_kfree(const void *memory)
{
	if (memory)
		object_free(memory);
}

void __wrap_kernel_panic(const char *what)
{
	model_fail("panic: %s", what);
}

void __wrap_kernel_warn(const char *what, const char *file, int line)
{
	model_fail("WARNING: %s at %s:%d", what, file, line);
}

/* What the compiler has called, under the names of the thread sanitizer's library */

void __tsan_init(void)
{
}

void __tsan_func_entry(void *caller)
{
}

void __tsan_func_exit(void)
{
}

void __tsan_atomic_thread_fence(int memory_order)
{
}

#define PLAIN(size)							\
void __tsan_read##size(void *address)					\
{									\
	plain(ACCESS_PLAIN_READ, address);				\
}									\
									\
void __tsan_write##size(void *address)					\
{									\
	plain(ACCESS_PLAIN_WRITE, address);				\
}

PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)
PLAIN(16)

/* Whole structures, word by word */
#define RANGE(name, access)						\
void __tsan_##name##_range(void *address, unsigned long size)		\
{									\
	unsigned long at;						\
									\
	for (at = 0; at < size; at += sizeof(long))			\
		plain(access, address + at);				\
}

RANGE(read, ACCESS_PLAIN_READ)
RANGE(write, ACCESS_PLAIN_WRITE)

/* The memory orders are not looked at: see the head of this file. */
#define ATOMIC(bits, type)						\
type __tsan_atomic##bits##_load(const type *p, int memory_order)	\
{									\
	model_access(ACCESS_READ, p);					\
	return *p;							\
}									\
									\
static type change##bits(enum access access, type *p, bool keep, type v) \
{									\
	type old;							\
									\
	announce(access, p);						\
	old = *p;							\
	*p = keep ? old + v : v;					\
	settle(access, p);						\
	return old;							\
}									\
									\
void __tsan_atomic##bits##_store(type *p, type v, int memory_order)	\
{									\
	change##bits(ACCESS_WRITE, p, false, v);			\
}									\
									\
/* Those of atomic64_add() and atomic64_inc() alone are relaxed and so wide. */ \
type __tsan_atomic##bits##_fetch_add(type *p, type v, int memory_order)	\
{									\
	bool unseen = bits == 64 && memory_order == __ATOMIC_RELAXED;	\
									\
	return change##bits(unseen ? ACCESS_ADD : ACCESS_WRITE, p, true, v); \
}									\
									\
type __tsan_atomic##bits##_fetch_sub(type *p, type v, int memory_order)	\
{									\
	return change##bits(ACCESS_WRITE, p, true, -v);			\
}									\
									\
/* One that fails only reads. */					\
int __tsan_atomic##bits##_compare_exchange_strong(type *p, type *old, type v, \
						  int memory_order, int failure) \
{									\
	bool same;							\
									\
	announce(ACCESS_WRITE, p);					\
	same = *p == *old;						\
	if (same)							\
		*p = v;							\
	else								\
		*old = *p;						\
	settle(same ? ACCESS_WRITE : ACCESS_READ, p);			\
	return same;							\
}

ATOMIC(8, char)
ATOMIC(32, int)
ATOMIC(64, long)
