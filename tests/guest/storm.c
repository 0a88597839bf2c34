// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything that processes can do to the controller, at once: for 60-storm.t.
 *
 *	storm SEED CGROUP MIRROR
 *
 * Until SIGTERM, in a tree of cgroups below CGROUP that other processes make, fill, empty, rename
 * and remove, workers create and destroy objects of every kind on any device there is. They are
 * moved about and killed at any moment, and new ones take their place. Limits are rewritten and
 * files are read below MIRROR, where the same tree is, and memory is kept short. One worker is in
 * CGROUP/free, where there is no limit.
 *
 * Events are counted in shared memory, and printed at the end, one "NAME NUMBER" per line. Of
 * these, "unjust" (a refusal without a limit), "negative" (a negative number in a file) and
 * "crashed" (a process that died without our kill) must be 0. With the same SEED each process draws
 * the same random numbers; the result also depends on timing.
 */
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "../oracle/random.h"
#include "errname.h"
#include "objects.h"

#define WORKERS		6
#define ERRNOS		256

enum {
	OPERATIONS, REFUSALS, UNJUST, CONTEXTS, KILLS, MIGRATIONS, MADE, REMOVED, RENAMED,
	LIMITS, READS, NEGATIVE, MEGABYTES, CRASHED, COUNTS
};

static const char * const names[COUNTS] = {
	"operations", "refusals", "unjust", "contexts", "kills", "migrations", "made", "removed",
	"renamed", "limits", "reads", "negative", "megabytes", "crashed",
};

/* Shared by all processes. */
static struct {
	unsigned long count[COUNTS];
	unsigned long kind[KINDS];
	unsigned long error[ERRNOS];
	bool lacks[KINDS];
} *shared;

static const char *cgroup_top, *mirror_top;
static unsigned long seed;
static volatile sig_atomic_t over;

static void count(int what)
{
	__atomic_fetch_add(&shared->count[what], 1, __ATOMIC_RELAXED);
}

static void nap(unsigned int milliseconds)
{
	struct timespec ts = { milliseconds / 1000, milliseconds % 1000 * 1000000L };

	nanosleep(&ts, NULL);
}

/* A cgroup of the tree, which may be there or not: up to three levels of two names each. */
static const char *random_group(void)
{
	static char path[32];
	int depth = 1 + below(3), length = 0;

	for (int i = 0; i < depth; i++)
		length += sprintf(path + length, "/%c", 'a' + below(2));
	return path;
}

static const char *path_of(const char *top, const char *group, const char *file)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/tree%s/%s", top, group, file);
	return path;
}

/* Write a file with one write(2). Returns whether that succeeded. */
static bool put(const char *path, const char *bytes, size_t length)
{
	int fd = open(path, O_WRONLY);
	bool done = fd >= 0 && write(fd, bytes, length) == (ssize_t)length;

	if (fd >= 0)
		close(fd);
	return done;
}

static bool move(const char *procs, pid_t pid)
{
	char number[16];

	return put(procs, number, sprintf(number, "%d\n", pid));
}

/* --- workers */

static void note(int error, bool unlimited)
{
	/* The object that it depends on is missing. */
	if (error == EBADF)
		return;
	count(OPERATIONS);
	if (!error)
		return;
	__atomic_fetch_add(&shared->error[error < ERRNOS ? error : 0], 1, __ATOMIC_RELAXED);
	if (error == EAGAIN)
		count(unlimited ? UNJUST : REFUSALS);
}

static int open_any(void)
{
	struct ibv_device **list = ibv_get_device_list(NULL);
	static char name[64];
	int number = 0, error;

	if (!list)
		return errno;
	while (list[number])
		number++;
	if (number)
		strncpy(name, ibv_get_device_name(list[below(number)]), sizeof(name) - 1);
	ibv_free_device_list(list);
	if (!number)
		return ENODEV;
	device_name = name;
	error = open_context();
	if (!error)
		count(CONTEXTS);
	return error;
}

/* Half of the time with all objects alive, which the kernel then has to destroy. */
static void close_all(void)
{
	bool tidy = below(2);

	for (int k = KINDS - 1; k >= 0; k--) {
		while (tidy && kinds[k].count && !destroy(&kinds[k], kinds[k].count - 1))
			count(OPERATIONS);
		kinds[k].count = 0;
	}
	while (nr_contexts)
		note(close_context(), false);
}

static void worker(bool unlimited)
{
	static const char * const impossible[] = { "mr", "cq", "qp", "pd" };

	for (;;) {
		struct kind *kind = &kinds[below(KINDS)];
		unsigned int dice = below(100);
		int error;

		if (!nr_contexts || dice < 2) {
			note(open_any(), unlimited);
			if (!nr_contexts)
				nap(20);
		} else if (dice < 4) {
			close_all();
		} else if (dice < 6) {
			note(create_impossible(impossible[below(4)]), unlimited);
		} else if (dice < 55 && kind->count < 12 && !shared->lacks[kind - kinds]) {
			error = create(kind);
			note(error, unlimited);
			if (error == EOPNOTSUPP)
				shared->lacks[kind - kinds] = true;
			if (!error)
				__atomic_fetch_add(&shared->kind[kind - kinds], 1,
						   __ATOMIC_RELAXED);
		} else if (kind->count) {
			note(destroy(kind, below(kind->count)), unlimited);
		}
	}
}

/* --- processes that make and remove cgroups */

/* Move the processes of a cgroup to its parent. */
static void empty(const char *group)
{
	FILE *f = fopen(path_of(cgroup_top, group, "cgroup.procs"), "r");
	char procs[PATH_MAX];
	int pid;

	if (!f)
		return;
	strcpy(procs, path_of(cgroup_top, group, "../cgroup.procs"));
	while (fscanf(f, "%d", &pid) == 1)
		move(procs, pid);
	fclose(f);
}

static void gardener(void)
{
	char path[PATH_MAX], other[PATH_MAX];

	for (;;) {
		const char *group = random_group();

		strcpy(path, path_of(cgroup_top, group, ""));
		switch (below(8)) {
		case 0 ... 3:
			if (!mkdir(path, 0755))
				count(MADE);
			break;
		case 4:
			/* A sibling; cgroup v2 has no rename. */
			strcpy(other, path);
			other[strlen(other) - 2] += 2;
			path[strlen(path) - 1] = other[strlen(other) - 1] = 0;
			if (!rename(path, other)) {
				count(RENAMED);
				nap(below(20));
				rename(other, path);
			}
			break;
		default:
			empty(group);
			if (!rmdir(path))
				count(REMOVED);
		}
		nap(below(10));
	}
}

/* --- processes that write limits and read files */

#define NR_LIMITS	11

static void lawyer(void)
{
	static const char * const limits[NR_LIMITS] = {
		"hca_object=max hca_handle=max", "hca_object=0", "hca_object=3", "hca_object=25",
		"hca_object=max", "hca_handle=1", "hca_handle=3", "hca_handle=max", "hca_handle=0",
		"hca_object=60 hca_handle=10", "hca_object=-1",
	};

	for (;;) {
		struct ibv_device **list = ibv_get_device_list(NULL);
		char line[128];

		for (int i = 0; list && list[i]; i++) {
			for (int n = 0; n < 4; n++) {
				int length = sprintf(line, "%.60s %s", ibv_get_device_name(list[i]),
						     limits[below(NR_LIMITS)]);

				if (put(path_of(mirror_top, random_group(), "rdma.max"), line,
					length))
					count(LIMITS);
			}
		}
		ibv_free_device_list(list);
		nap(below(20));
	}
}

static void read_files(unsigned int longest)
{
	static const char * const files[] = {
		"rdma.max", "rdma.current", "rdma.peak", "rdma.events", "rdma.events.local",
		"rdma.types.max", "rdma.types.current", "rdma.types.peak", "rdma.types.events",
		"rdma.denied", "rdma.owners", "rdma.rate.max", "rdma.rate.events",
		"../../rdma.current", "../../rdma.types.peak", "../../../status",
	};
	char bytes[16384];

	for (;;) {
		int fd = open(path_of(mirror_top, below(4) ? random_group() : "",
				      files[below(sizeof(files) / sizeof(files[0]))]), O_RDONLY);
		ssize_t length;

		if (fd >= 0) {
			/* It may be removed meanwhile. */
			nap(below(longest));
			length = read(fd, bytes, sizeof(bytes) - 1);
			close(fd);
			if (length >= 0) {
				bytes[length] = 0;
				count(READS);
				if (strstr(bytes, "=-"))
					count(NEGATIVE);
			}
		}
		nap(below(longest));
	}
}

static void reader(void)
{
	read_files(5);
}

/* The memory of closed files is freed with a delay, by kfree_rcu(). */
static void patient_reader(void)
{
	read_files(3000);
}

/* --- the process that keeps memory short */

static unsigned long kilobytes(const char *path, const char *format)
{
	FILE *f = fopen(path, "r");
	unsigned long number = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f) && !sscanf(line, format, &number))
		;
	if (f)
		fclose(f);
	return number;
}

/* Free memory that is reserved for DMA (CMA) cannot be used for every allocation. */
static unsigned long free_memory(void)
{
	return kilobytes("/proc/meminfo", "MemFree: %lu") -
	       kilobytes("/proc/meminfo", "CmaFree: %lu");
}

/*
 * Allocate all free memory but 64 MiB above what the kernel keeps (60-storm.t makes that much): the
 * kernel reclaims memory all the time, without killing a process. Free half of it, and begin again.
 * Drop the caches of the file systems as well.
 */
static void eater(void)
{
	const unsigned long least = kilobytes("/proc/sys/vm/min_free_kbytes", "%lu") + (64 << 10);
	const size_t piece = 4 << 20, most = 1UL << 30;
	char *memory = mmap(NULL, most, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	size_t used = 0;

	if (memory == MAP_FAILED)
		return;
	for (;;) {
		while (used < most && free_memory() > least) {
			for (size_t i = 0; i < piece; i += 4096)
				memory[used + i] = 1;
			used += piece;
			if (shared->count[MEGABYTES] < used >> 20)
				shared->count[MEGABYTES] = used >> 20;
		}
		put("/proc/sys/vm/drop_caches", "2", 1);
		nap(below(1000));
		used = used / piece / 2 * piece;
		madvise(memory + used, most - used, MADV_DONTNEED);
		nap(below(300));
	}
}

/* --- all of them */

/* With a low priority, so that modprobe and rmmod are not delayed. */
static pid_t start(void (*actor)(void), unsigned long number)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	signal(SIGTERM, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpriority(PRIO_PROCESS, 0, 10);
	seed_random(seed * 1000003 + number);
	actor();
	_exit(0);
}

static void limited(void)
{
	nap(below(20));
	worker(false);
}

static void unlimited(void)
{
	char procs[PATH_MAX];

	snprintf(procs, sizeof(procs), "%s/free/cgroup.procs", cgroup_top);
	if (move(procs, getpid()))
		worker(true);
}

static void reap(int options)
{
	int status;

	while (waitpid(-1, &status, options) > 0)
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
			count(CRASHED);
}

/* The last of the workers is the one without a limit. */
static pid_t start_worker(int i, unsigned long number)
{
	return start(i < WORKERS - 1 ? limited : unlimited, number);
}

static void end(int signal)
{
	(void)signal;
	over = 1;
}

int main(int argc, char **argv)
{
	static void (* const actors[])(void) = { gardener, gardener, lawyer, reader,
		patient_reader, eater };
	const int nr_actors = sizeof(actors) / sizeof(actors[0]);
	pid_t workers[WORKERS], others[sizeof(actors) / sizeof(actors[0])];
	unsigned long number = 0;

	if (argc != 4) {
		fprintf(stderr, "usage: %s SEED CGROUP MIRROR\n", argv[0]);
		return 2;
	}
	seed = strtoul(argv[1], NULL, 0);
	cgroup_top = argv[2];
	mirror_top = argv[3];
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (shared == MAP_FAILED)
		return 1;
	/* Load the library's drivers once, before fork(). */
	ibv_free_device_list(ibv_get_device_list(NULL));
	for (int i = 0; i < nr_actors; i++)
		others[i] = start(actors[i], ++number);
	for (int i = 0; i < WORKERS; i++)
		workers[i] = start_worker(i, ++number);

	signal(SIGTERM, end);
	seed_random(seed);
	while (!over) {
		int i = below(WORKERS);

		for (int n = below(8); n; n--) {
			if (move(path_of(cgroup_top, random_group(), "cgroup.procs"),
				 workers[below(WORKERS - 1)]))
				count(MIGRATIONS);
			nap(below(30));
		}
		/* Its exit may take some time. */
		kill(workers[i], SIGKILL);
		count(KILLS);
		reap(WNOHANG);
		workers[i] = start_worker(i, ++number);
	}

	for (int i = 0; i < WORKERS; i++)
		kill(workers[i], SIGKILL);
	for (int i = 0; i < nr_actors; i++)
		kill(others[i], SIGKILL);
	reap(0);
	for (int i = 0; i < COUNTS; i++)
		printf("%s %lu\n", names[i], shared->count[i]);
	for (int i = 0; i < KINDS; i++)
		printf("%s %lu\n", kinds[i].name, shared->kind[i]);
	for (int i = 1; i < ERRNOS; i++)
		if (shared->error[i])
			printf("%s %lu\n", errname(i), shared->error[i]);
	return 0;
}
