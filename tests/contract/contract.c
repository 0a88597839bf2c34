// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client of a stand-in for ib_uverbs (see common/contract.h), like ../guest/verbs.c for a real
 * device: it reads commands from standard input, one per line, and answers each with one line,
 * "NUMBER RESULT", where RESULT is "ok" or the name of an error.
 *
 *	open [N]		open the device N times more; NUMBER is how often that succeeded
 *	close [N]		close the N contexts that were opened last
 *	try OPTION [N]		try N times to open the device, with an option of "context" in
 *				common/contract.h, or "-"
 *	again			ask for a second context in the first file
 *	create KIND [N]		create N objects, in the first context; NUMBER: how many succeeded
 *	fail KIND OPTION [N]	try N times to create an object, with an option of "create" there,
 *				or "-"
 *	busy KIND N		create an object that the driver will refuse to destroy N times
 *	destroy KIND [N]	destroy the N objects that were created last
 *	destroy-first KIND	destroy the oldest object
 *	refuse KIND		try to destroy the last object, which the driver refuses
 *	fill KIND		create objects until one fails; NUMBER is how many were created
 *	handle KIND		NUMBER is the handle of the last object
 *	query KIND HANDLE	look whether this handle exists
 *	fork			start a child that only waits; NUMBER is its process id
 *	count			reset the counters of requests to the driver
 *	churn SECONDS [THREADS [plain]]
 *				create and destroy objects for SECONDS; NUMBER is how many pairs.
 *				plain: only limits cause failures, and no file is closed while it
 *				has objects
 *	unplug [DEVICE]		unregister a device
 *	plug [DEVICE]		register it again
 *
 * The process ends at the end of its input, or at the command "exit", which has no answer.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "errname.h"

#define PATH	"/dev/contract"

struct kind {
	const char *name;
	unsigned int *live;
	int count;
};

static struct kind kinds[] = { { "pd" }, { "cq" }, { "full" } };
#define KINDS	((int)(sizeof(kinds) / sizeof(kinds[0])))

/* uverbs files that have a context */
static int contexts[4096];
static int nr_contexts;
static const char *device;

/* One command to the stand-in; a response goes to *response. */
static int command(int fd, uint32_t *response, const char *format, ...)
{
	char text[128];
	va_list ap;
	int len;

	va_start(ap, format);
	len = vsnprintf(text, sizeof(text) - 32, format, ap);
	va_end(ap);
	if (response)
		len += sprintf(text + len, " response=%llx",
			       (unsigned long long)(uintptr_t)response);
	return write(fd, text, len) == len ? 0 : errno;
}

static int open_context(int *fd, const char *option)
{
	int error;

	*fd = open(PATH, O_RDWR | O_CLOEXEC);
	if (*fd < 0)
		return errno;
	error = command(*fd, NULL, "context %s %s", device, option);
	if (error)
		close(*fd);
	return error;
}

static int create_in(int fd, const char *kind, const char *option, unsigned int *handle)
{
	uint32_t response = 0;
	int error = command(fd, strcmp(option, "fault") ? &response : NULL, "create %s %s", kind,
			    option);

	*handle = response;
	return error;
}

static int destroy_in(int fd, const char *kind, unsigned int handle, const char *option)
{
	return command(fd, NULL, "destroy %s %u %s", kind, handle, option);
}

static int create(struct kind *kind, const char *option)
{
	unsigned int handle;
	int error;

	if (!nr_contexts)
		return EBADF;
	error = create_in(contexts[0], kind->name, option, &handle);
	if (error)
		return error;
	kind->live = realloc(kind->live, (kind->count + 1) * sizeof(*kind->live));
	kind->live[kind->count++] = handle;
	return 0;
}

static int destroy(struct kind *kind, int position, const char *option)
{
	int error;

	if (!kind->count || !nr_contexts)
		return EBADF;
	error = destroy_in(contexts[0], kind->name, kind->live[position], option);
	if (error)
		return error;
	kind->count--;
	memmove(&kind->live[position], &kind->live[position + 1],
		(kind->count - position) * sizeof(*kind->live));
	return 0;
}

static int ask(const char *what, const char *name)
{
	int fd = open(PATH, O_WRONLY | O_CLOEXEC);
	int error = command(fd, NULL, "%s %s", what, *name ? name : device);

	close(fd);
	return error;
}

static time_t churn_end;
static int churn_plain;

/* Uses the first file, which all threads share, and files that are closed with objects in them. */
static void *churn_thread(void *arg)
{
	static const char * const failures[] = { "fail-hw", "fault", "fail-commit" };
	unsigned int handles[8], handle, seed = (uintptr_t)arg;
	uintptr_t pairs = 0;
	int context, count, i;

	while (time(NULL) < churn_end) {
		for (count = 0; count < 8; count++)
			if (create_in(contexts[0], "cq", "", &handles[count]))
				break;
		if (!churn_plain)
			create_in(contexts[0], "pd", failures[rand_r(&seed) % 3], &handle);
		for (i = 0; i < count; i++) {
			if (!churn_plain && rand_r(&seed) % 4 == 0)
				destroy_in(contexts[0], "cq", handles[i], "fail");
			pairs += !destroy_in(contexts[0], "cq", handles[i], "");
		}
		if (open_context(&context, ""))
			continue;
		for (i = 0; i < 4 && !churn_plain; i++)
			create_in(context, "pd", "", &handle);
		close(context);
	}
	return (void *)pairs;
}

static int churn(int seconds, int nr)
{
	pthread_t threads[16];
	int pairs = 0, i;
	void *result;

	if (!nr_contexts)
		return 0;
	nr = nr < 1 ? 1 : nr > 16 ? 16 : nr;
	churn_end = time(NULL) + seconds;
	for (i = 0; i < nr; i++)
		if (pthread_create(&threads[i], NULL, churn_thread, (void *)(uintptr_t)i))
			break;
	while (i--) {
		pthread_join(threads[i], &result);
		pairs += (uintptr_t)result;
	}
	return pairs;
}

/* @word, @more and @last are the words after @verb; each may be empty. */
static int obey(const char *verb, const char *word, const char *more, const char *last, int *done)
{
	struct kind *kind = kinds;
	char option[32];
	int context, number, error = 0;

	while (kind < kinds + KINDS && strcmp(kind->name, word))
		kind++;
	*done = 0;
	if (!strcmp(verb, "open")) {
		for (number = atoi(word) ?: 1; *done < number && !error; *done += !error) {
			if (nr_contexts == sizeof(contexts) / sizeof(contexts[0]))
				return ENOSPC;
			error = open_context(&contexts[nr_contexts], "");
			nr_contexts += !error;
		}
	} else if (!strcmp(verb, "close")) {
		for (number = atoi(word) ?: 1; *done < number; ++*done) {
			if (!nr_contexts)
				return EBADF;
			close(contexts[--nr_contexts]);
			for (kind = kinds; !nr_contexts && kind < kinds + KINDS; kind++)
				kind->count = 0;
		}
	} else if (!strcmp(verb, "try")) {
		for (number = atoi(more) ?: 1; number--; *done += !error) {
			error = open_context(&context, strcmp(word, "-") ? word : "");
			if (!error)
				close(context);
		}
	} else if (!strcmp(verb, "again")) {
		return nr_contexts ? command(contexts[0], NULL, "context %s", device) : EBADF;
	} else if (!strcmp(verb, "plug") || !strcmp(verb, "unplug") || !strcmp(verb, "count")) {
		return ask(verb, word);
	} else if (!strcmp(verb, "churn")) {
		churn_plain = !strcmp(last, "plain");
		*done = churn(atoi(word), atoi(more));
	} else if (!strcmp(verb, "fork")) {
		*done = fork();
		if (!*done) {
			close(STDIN_FILENO);
			close(STDOUT_FILENO);
			for (;;)
				pause();
		}
	} else if (kind == kinds + KINDS) {
		return ENOSYS;
	} else if (!strcmp(verb, "create")) {
		for (number = atoi(more) ?: 1; *done < number && !error; *done += !error)
			error = create(kind, "");
	} else if (!strcmp(verb, "fill")) {
		for (; *done < 100000 && !error; *done += !error)
			error = create(kind, "");
	} else if (!strcmp(verb, "fail")) {
		for (number = atoi(last) ?: 1; number--; *done += !error)
			error = create(kind, strcmp(more, "-") ? more : "");
	} else if (!strcmp(verb, "busy")) {
		snprintf(option, sizeof(option), "busy=%d", atoi(more));
		error = create(kind, option);
		*done = !error;
	} else if (!strcmp(verb, "destroy")) {
		for (number = atoi(more) ?: 1; *done < number && !error; *done += !error)
			error = destroy(kind, kind->count - 1, "");
	} else if (!strcmp(verb, "destroy-first")) {
		error = destroy(kind, 0, "");
		*done = !error;
	} else if (!strcmp(verb, "refuse")) {
		error = destroy(kind, kind->count - 1, "fail");
		*done = !error;
	} else if (!strcmp(verb, "handle")) {
		if (!kind->count)
			return EBADF;
		*done = kind->live[kind->count - 1];
	} else if (!strcmp(verb, "query")) {
		return !nr_contexts ? EBADF :
			command(contexts[0], NULL, "query %s %s", word, more);
	} else {
		error = ENOSYS;
	}
	return error;
}

int main(int argc, char **argv)
{
	char line[256];

	if (argc != 2) {
		fprintf(stderr, "usage: %s DEVICE < COMMANDS\n", argv[0]);
		return 2;
	}
	device = argv[1];
	while (fgets(line, sizeof(line), stdin)) {
		char verb[32], word[64] = "", more[32] = "", last[32] = "";
		int done, error;

		if (!strcmp(line, "exit\n"))
			break;
		if (sscanf(line, "%31s %63s %31s %31s", verb, word, more, last) < 1)
			continue;
		error = obey(verb, word, more, last, &done);
		printf("%d %s\n", done, errname(error));
		fflush(stdout);
	}
	return 0;
}
