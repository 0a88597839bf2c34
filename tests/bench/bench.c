// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does what users do, and prints how long it took:
 *
 *	bench verb DEVICE KIND N	N creations and destructions of an object (pd, cq, qp,
 *					or mr, of 64 KiB): nanoseconds for one of each
 *	bench typical DEVICE KIND N	the same, but the median of N that are timed one by one
 *	bench live DEVICE N		N objects, until the input ends
 *	bench mkdir DIRECTORY N		N times mkdir and rmdir: nanoseconds for one of each
 *	bench churn DIRECTORY MS	mkdir and rmdir for MS milliseconds
 *	bench longest DIRECTORY MS	one mkdir and rmdir each millisecond, with real-time
 *					priority, for MS milliseconds: nanoseconds of the
 *					longest
 *	bench call SIDE DEVICE HOW N	write a line to rdmacg_bench, and print its answer
 *	bench hold SIDE DEVICE HOW N	the same, then wait for the end of the input
 *	bench pools DIRECTORY N DEVICES	make a pool in each of the N cgroups c0, c1, ... below
 *					DIRECTORY, on each of the first DEVICES devices of
 *					rdmacg_bench
 *	bench read FILE MS		read a file for MS milliseconds: how often, nanoseconds
 *					for one
 *	bench limit FILE LINE MS	write a line for MS milliseconds: how often, nanoseconds
 *					for one
 *
 * With BENCH_CPU in the environment, it runs on that CPU. With BENCH_AT, it begins at that
 * nanosecond of CLOCK_MONOTONIC.
 */
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "../guest/objects.h"

static char region[65536] __attribute__((aligned(4096)));

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void *create_large_mr(void)
{
	return ibv_reg_mr(last(PD), region, sizeof(region), IBV_ACCESS_LOCAL_WRITE);
}

static void check(int error, const char *what)
{
	if (!error)
		return;
	fprintf(stderr, "bench: %s: %s\n", what, strerror(error));
	exit(1);
}

static void pairs(struct kind *kind, long n)
{
	for (long i = 0; i < n; i++) {
		check(create(kind), kind->name);
		check(destroy(kind, kind->count - 1), kind->name);
	}
}

static struct kind *prepare(const char *name)
{
	struct kind *kind = kinds;

	while (strcmp(kind->name, name))
		kind++;
	kinds[MR].create = create_large_mr;
	memset(region, 1, sizeof(region));
	check(open_context(), "open");
	check(create(&kinds[PD]), "pd");
	check(create(&kinds[CQ]), "cq");
	pairs(kind, 50);
	return kind;
}

static void verb(const char *name, long n)
{
	struct kind *kind = prepare(name);
	uint64_t began = now();

	pairs(kind, n);
	printf("%llu\n", (unsigned long long)(now() - began) / n);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void typical(const char *name, long n)
{
	struct kind *kind = prepare(name);
	uint64_t *took = calloc(n, sizeof(*took)), began;

	check(took ? 0 : ENOMEM, "times");
	for (long i = 0; i < n; i++) {
		began = now();
		pairs(kind, 1);
		took[i] = now() - began;
	}
	qsort(took, n, sizeof(*took), compare);
	printf("%llu\n", (unsigned long long)took[n / 2]);
}

/* Makes objects of several kinds, since a device limits the number of each kind. */
static void live(long n)
{
	static const int those[] = { PD, AH, MW, MR };
	unsigned int i = 0;
	char byte;

	check(open_context(), "open");
	check(create(&kinds[PD]), "pd");
	for (n--; n; ) {
		if (kinds[those[i]].create())
			n--;
		else if (++i == sizeof(those) / sizeof(those[0]))
			check(errno ?: EIO, "so many objects");
	}
	printf("ready\n");
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
}

static uint64_t make_remove(const char *directory)
{
	uint64_t began = now();

	check(mkdir(directory, 0755) ? errno : 0, directory);
	check(rmdir(directory) ? errno : 0, directory);
	return now() - began;
}

static void make_directories(const char *directory, long n)
{
	uint64_t took = 0;

	for (long i = 0; i < n; i++)
		took += make_remove(directory);
	printf("%llu\n", (unsigned long long)took / n);
}

static void churn(const char *directory, long ms)
{
	uint64_t end = now() + ms * 1000000;

	while (now() < end)
		make_remove(directory);
}

static void longest(const char *directory, long ms)
{
	uint64_t end = now() + ms * 1000000, worst = 0, took;
	struct sched_param first = { .sched_priority = 1 };

	check(sched_setscheduler(0, SCHED_FIFO, &first) ? errno : 0, "priority");
	while (now() < end) {
		took = make_remove(directory);
		worst = took > worst ? took : worst;
		usleep(1000);
	}
	printf("%llu\n", (unsigned long long)worst);
}

static void call(char **words, int wait)
{
	int fd = open("/sys/kernel/debug/rdmacg_bench", O_RDWR);
	char line[80];
	ssize_t len;

	check(fd < 0 ? errno : 0, "rdmacg_bench");
	len = snprintf(line, sizeof(line), "%s %s %s %s", words[0], words[1], words[2], words[3]);
	check(write(fd, line, len) != len ? errno : 0, line);
	len = read(fd, line, sizeof(line));
	check(write(1, line, len) != len ? errno : 0, "answer");
	while (wait && read(0, line, sizeof(line)) > 0)
		;
}

static void write_to(const char *name, const char *line)
{
	int fd = open(name, O_WRONLY);

	check(fd < 0 || write(fd, line, strlen(line)) < 0 ? errno : 0, name);
	close(fd);
}

static void pools(const char *directory, long n, const char *devices)
{
	char name[4096], line[80];

	snprintf(line, sizeof(line), "module %s pools 1", devices);
	for (long i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%s/c%ld/cgroup.procs", directory, i);
		write_to(name, "0");
		write_to("/sys/kernel/debug/rdmacg_bench", line);
	}
}

static void repeat(const char *name, const char *line, long ms)
{
	uint64_t began = now(), end = began + ms * 1000000;
	static char text[65536];
	unsigned long times = 0;
	int fd;

	for (; now() < end; times++) {
		fd = open(name, line ? O_WRONLY : O_RDONLY);
		check(fd < 0 ? errno : 0, name);
		if (line)
			check(write(fd, line, strlen(line)) < 0 ? errno : 0, line);
		else
			while (read(fd, text, sizeof(text)) > 0)
				;
		close(fd);
	}
	printf("%lu %llu\n", times, (unsigned long long)(now() - began) / times);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "", *cpu = getenv("BENCH_CPU");
	const char *at = getenv("BENCH_AT");
	struct timespec begin;
	cpu_set_t cpus;

	if (cpu) {
		CPU_ZERO(&cpus);
		CPU_SET(atoi(cpu), &cpus);
		check(sched_setaffinity(0, sizeof(cpus), &cpus) ? errno : 0, "CPU");
	}
	if (at) {
		begin.tv_sec = atoll(at) / 1000000000;
		begin.tv_nsec = atoll(at) % 1000000000;
		check(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &begin, NULL), "sleep");
	}
	if (!strcmp(what, "verb") && argc == 5) {
		device_name = argv[2];
		verb(argv[3], atol(argv[4]));
	} else if (!strcmp(what, "typical") && argc == 5) {
		device_name = argv[2];
		typical(argv[3], atol(argv[4]));
	} else if (!strcmp(what, "live") && argc == 4) {
		device_name = argv[2];
		live(atol(argv[3]));
	} else if (!strcmp(what, "mkdir") && argc == 4) {
		make_directories(argv[2], atol(argv[3]));
	} else if (!strcmp(what, "churn") && argc == 4) {
		churn(argv[2], atol(argv[3]));
	} else if (!strcmp(what, "longest") && argc == 4) {
		longest(argv[2], atol(argv[3]));
	} else if ((!strcmp(what, "call") || !strcmp(what, "hold")) && argc == 6) {
		call(argv + 2, !strcmp(what, "hold"));
	} else if (!strcmp(what, "pools") && argc == 5) {
		pools(argv[2], atol(argv[3]), argv[4]);
	} else if (!strcmp(what, "read") && argc == 4) {
		repeat(argv[2], NULL, atol(argv[3]));
	} else if (!strcmp(what, "limit") && argc == 5) {
		repeat(argv[2], argv[3], atol(argv[4]));
	} else {
		fprintf(stderr, "bench: wrong use, see bench.c\n");
		return 2;
	}
	return 0;
}
