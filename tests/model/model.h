/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The model: every interleaving of a few callers of the controller room.
 *
 * schedule.c runs actors one step at a time and comes back until it has seen
 * every order of steps that can make a difference. scenarios.c says what the
 * actors do and what must hold. The code between them is the module's own:
 * src/controller and src/hierarchy/charge.c, against the unit tests' stand-ins.
 *
 * What is hooked: the compiler announces each access to memory, as it would to
 * its thread sanitizer (-fsanitize=thread, but linked with schedule.c instead
 * of the sanitizer's library), and the linker gives mutexes, RCU, the slab and
 * panics to schedule.c (--wrap). So no stand-in knows of the model.
 */
#ifndef MODEL_H
#define MODEL_H

#include "controller/controller.h"

#define MAX_ACTORS	24	/* of a scenario, and RCU callbacks */
#define MAX_OBJECTS	32	/* made in one execution */

enum object_state { OBJECT_NONE, OBJECT_LIVE, OBJECT_FREED };

/*
 * struct object - something that can be used after it was freed
 * @state: no memory is used twice in an execution
 * @name: for people
 * @usage: of a pool: the usage before the last change, by resource
 * @peak: of a pool: the highest usage ever
 */
struct object {
	enum object_state	state;
	const char		*name;
	s64			usage[RCG_NR_RESOURCES], peak[RCG_NR_RESOURCES];
};

extern struct object objects[MAX_OBJECTS];

/* What a step does to an address: see conflicts() */
enum access {
	ACCESS_NONE,
	ACCESS_READ,
	ACCESS_ADD,		/* whose result is not used */
	ACCESS_WRITE,
	ACCESS_PLAIN_READ,
	ACCESS_PLAIN_WRITE,
	NR_ACCESS,
};

/*
 * struct model_scenario_ops - what the scheduler asks of a scenario
 * @setup: before the actors begin
 * @run: an actor, by number
 * @wrote: the current actor has changed an atomic in an object
 * @name: of what lies at an address, for people
 * @finish: look at everything, take it down, look whether it is gone
 */
struct model_scenario_ops {
	void	(*setup)(void);
	void	(*run)(unsigned int actor);
	void	(*wrote)(struct object *object, const void *address);
	const char *(*name)(const void *address);
	void	(*finish)(void);
};

/*
 * struct model_count - how much was run
 * @executions: that differ
 * @pruned: that turned out, on their way, to lead to the same as others
 * @steps: in all
 */
struct model_count {
	unsigned long	executions, pruned, steps;
};

void model_explore(const struct model_scenario_ops *scenario, unsigned int nr,
		   struct model_count *count);
void model_access(enum access access, const void *address);
void model_label(const char *label);
unsigned int model_actor(void);
void model_run_callbacks(void);
void model_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

struct object *object_of(const void *address);
void *object_memory(const struct object *object);
void *object_make(const char *name);
void object_free(const void *address);

#endif /* MODEL_H */
