// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything that processes can do to the controller, at once: for 60-storm.t.
 *
 *	storm SEED CGROUP MIRROR DEVICE
 *
 * Until SIGTERM, in a tree of cgroups below CGROUP that other processes make, fill, empty, rename
 * and remove, workers create and destroy objects of every kind on any device there is. They are
 * moved about and killed at any moment, and new ones take their place. Limits are rewritten and
 * files are read below MIRROR, where the same tree is, and memory is kept short. One worker is in
 * CGROUP/free, where there is no limit.
 *
 * After SIGTERM all workers are killed, and new ones begin a smaller storm, which is counted: each
 * keeps a book of what it has on DEVICE and in which cgroup it made that. They stop at the same
 * time, again and again. Then what the files say of each cgroup must be what the books say of it
 * and of those below it, kind by kind, with the bytes of registered memory. Meanwhile workers are
 * moved and killed, cgroups made and removed and limits rewritten, too. Nobody else may use or
 * remove that device or unload the module then.
 *
 * Events are counted in shared memory, and printed at the end, one "NAME NUMBER" per line. Of
 * these, "unjust" (a refusal without a limit), "negative" (a negative number in a file), "crashed"
 * (a process that died without our kill) and "miscounted" (a line of a file that the books
 * contradict) must be 0. With the same SEED each process draws the same random numbers; the result
 * also depends on timing.
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

/* Objects of a kind that a worker has at the most, and bytes of an MR */
#define MOST		12
#define LENGTH_MAX	65536

/* The storm that is counted: how often all stop, and how much each worker does before that */
#define ROUNDS		25
#define ACTIONS		40

/* The cgroups of the tree, each with two below it but those of the last level; 0 is the tree */
#define GROUPS		15
#define NOWHERE		(-1)

enum {
	OPERATIONS, REFUSALS, UNJUST, CONTEXTS, KILLS, MIGRATIONS, MADE, REMOVED, RENAMED,
	LIMITS, READS, NEGATIVE, MEGABYTES, CRASHED, COUNTED, MISCOUNTED, REGISTERED, COUNTS
};

static const char * const names[COUNTS] = {
	"operations", "refusals", "unjust", "contexts", "kills", "migrations", "made", "removed",
	"renamed", "limits", "reads", "negative", "megabytes", "crashed", "counted", "miscounted",
	"registered",
};

/*
 * struct book - what a worker has
 * @group: the cgroup that it is in
 * @context: the cgroup that its context was made in, or NOWHERE
 * @number: how many objects it has of each kind
 * @made: of each object the cgroup that it was made in, and the bytes of memory that it registers.
 *        If that cgroup has been removed, the nearest one above that has not.
 */
struct book {
	int group, context;
	int number[KINDS];
	struct {
		int group;
		unsigned long bytes;
	} made[KINDS][MOST];
};

/* Shared by all processes. */
static struct {
	unsigned long count[COUNTS];
	unsigned long kind[KINDS];
	unsigned long error[ERRNOS];
	bool lacks[KINDS];
	struct book books[WORKERS];
} *shared;

static const char *cgroup_top, *mirror_top, *counted_device;
static unsigned long seed;
static volatile sig_atomic_t over;
/* Memory for MRs */
static char registered[LENGTH_MAX];

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
		} else if (dice < 55 && kind->count < MOST && !shared->lacks[kind - kinds]) {
			memory_length = 1 + below(LENGTH_MAX);
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
#define NR_TYPES_LIMITS	8

/* Write a limit for a device in some cgroup. */
static void limit(const char *device)
{
	static const char * const limits[NR_LIMITS] = {
		"hca_object=max hca_handle=max", "hca_object=0", "hca_object=3", "hca_object=25",
		"hca_object=max", "hca_handle=1", "hca_handle=3", "hca_handle=max", "hca_handle=0",
		"hca_object=60 hca_handle=10", "hca_object=-1",
	};
	static const char * const types_limits[NR_TYPES_LIMITS] = {
		"mr_mem=max", "mr_mem=0", "mr_mem=200000", "mr_mem=70000 mr=max", "mr=2", "qp=0",
		"pd=max mr=max qp=max mr_mem=max", "pd=3 mr_mem=-1",
	};
	bool types = below(3) == 0;
	char line[128];
	int length = sprintf(line, "%.60s %s", device, types ?
			     types_limits[below(NR_TYPES_LIMITS)] : limits[below(NR_LIMITS)]);

	if (put(path_of(mirror_top, random_group(), types ? "rdma.types.max" : "rdma.max"), line,
		length))
		count(LIMITS);
}

static void lawyer(void)
{
	for (;;) {
		struct ibv_device **list = ibv_get_device_list(NULL);

		for (int i = 0; list && list[i]; i++)
			for (int n = 0; n < 4; n++)
				limit(ibv_get_device_name(list[i]));
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

/* --- the storm that is counted */

static bool exists[GROUPS];
/* The worker that a process is; of the other processes, the one that is to be made */
static int me;

static const char *group_path(int group)
{
	static char path[8];
	char *start = path + sizeof(path) - 1;

	for (; group; group = (group - 1) / 2) {
		*--start = 'b' - group % 2;
		*--start = '/';
	}
	return start;
}

/* Is a cgroup the upper one, or below it? */
static bool within(int group, int upper)
{
	while (group > upper)
		group = (group - 1) / 2;
	return group == upper;
}

static void open_one(struct book *book)
{
	int error;

	device_name = counted_device;
	error = open_context();
	note(error, false);
	if (!error)
		book->context = book->group;
}

static void create_one(struct book *book, int kind)
{
	int error, position = kinds[kind].count;

	memory_length = 1 + below(LENGTH_MAX);
	error = create(&kinds[kind]);
	note(error, false);
	if (error)
		return;
	book->made[kind][position].group = book->group;
	book->made[kind][position].bytes = kind == MR ? memory_length : 0;
	book->number[kind]++;
}

static bool destroy_one(struct book *book, int kind, int position)
{
	int error = destroy(&kinds[kind], position);

	note(error, false);
	if (error)
		return false;
	book->number[kind]--;
	memmove(&book->made[kind][position], &book->made[kind][position + 1],
		(book->number[kind] - position) * sizeof(book->made[kind][0]));
	return true;
}

/* The kernel keeps a context whose objects are mapped until the end of the process. */
static void close_empty(struct book *book)
{
	for (int k = KINDS - 1; k >= 0; k--)
		while (kinds[k].count)
			if (!destroy_one(book, k, kinds[k].count - 1))
				return;
	if (!close_context())
		book->context = NOWHERE;
}

static void bookkeeper(void)
{
	static const char * const impossible[] = { "mr", "cq", "qp", "pd" };
	struct book *book = &shared->books[me];

	for (;;) {
		raise(SIGSTOP);
		for (int n = 0; n < ACTIONS; n++) {
			int kind = below(KINDS);
			unsigned int dice = below(100);

			if (!nr_contexts)
				open_one(book);
			else if (dice < 2)
				close_empty(book);
			else if (dice < 6)
				note(create_impossible(impossible[below(4)]), false);
			else if (dice < 60 && kinds[kind].count < MOST && !shared->lacks[kind])
				create_one(book, kind);
			else if (kinds[kind].count)
				destroy_one(book, kind, below(kinds[kind].count));
		}
	}
}

/* What the books say of a cgroup. A completion channel is not charged. */
static unsigned long booked(int group, const char *key)
{
	bool objects = !strcmp(key, "hca_object"), bytes = !strcmp(key, "mr_mem");
	bool contexts = !strcmp(key, "hca_handle");
	unsigned long sum = 0;

	for (const struct book *book = shared->books; book < shared->books + WORKERS; book++) {
		if (contexts && book->context != NOWHERE)
			sum += within(book->context, group);
		for (int k = 0; k < CHANNEL; k++) {
			bool counts = objects || !strcmp(key, kinds[k].name);

			for (int i = 0; i < book->number[k]; i++)
				if (within(book->made[k][i].group, group))
					sum += bytes ? book->made[k][i].bytes : counts;
		}
	}
	return sum;
}

/*
 * Does a file say what the books say of the cgroup? If not, @difference says where. With @more, the
 * file is that of a cgroup above the tree.
 */
static bool agrees(int group, const char *more, const char *file, char *difference)
{
	const char *path = path_of(mirror_top, group_path(group), more);
	char text[4096], name[PATH_MAX], key[32];
	unsigned long value;
	ssize_t length;
	char *word;
	int fd, n;

	snprintf(name, sizeof(name), "%.4000s%s", path, file);
	sprintf(difference, "%.200s: no line", name);
	fd = open(name, O_RDONLY);
	length = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	text[length < 0 ? 0 : length] = 0;
	for (word = text; word; word = strchr(word, '\n')) {
		word += *word == '\n';
		n = strlen(counted_device);
		if (strncmp(word, counted_device, n) || word[n] != ' ')
			continue;
		for (word += n; sscanf(word, " %31[a-z_]=%lu%n", key, &value, &n) == 2; word += n) {
			if (value == booked(group, key))
				continue;
			sprintf(difference, "%.200s: %s=%lu, in the books %lu", name, key, value,
				booked(group, key));
			return false;
		}
		/* As in the kernel's own files, a space may follow the last one. */
		return word[strspn(word, " ")] == '\n';
	}
	return false;
}

/* What a killed process had may be given back a little after its end. */
static void compare(int group, const char *more, const char *file)
{
	char difference[512];
	int tries = 0;

	if (shared->count[MISCOUNTED] == 5)
		return;
	while (!agrees(group, more, file, difference) && ++tries < 500)
		nap(10);
	count(COUNTED);
	if (tries < 500)
		return;
	count(MISCOUNTED);
	fprintf(stderr, "# %s\n", difference);
}

static void compare_all(void)
{
	static const char * const files[] = { "rdma.current", "rdma.types.current" };

	for (int f = 0; f < 2; f++) {
		for (int g = 0; g < GROUPS; g++)
			if (exists[g])
				compare(g, "", files[f]);
		compare(0, "../", files[f]);
		compare(0, "../../", files[f]);
	}
	if (shared->count[REGISTERED] < booked(0, "mr_mem"))
		shared->count[REGISTERED] = booked(0, "mr_mem");
}

static void join(pid_t pid, int worker, int group)
{
	if (exists[group] && move(path_of(cgroup_top, group_path(group), "cgroup.procs"), pid))
		shared->books[worker].group = group;
}

static void make_group(int group)
{
	if (!exists[group] && exists[(group - 1) / 2])
		exists[group] = !mkdir(path_of(cgroup_top, group_path(group), ""), 0755) ||
				errno == EEXIST;
}

/* What was made in a cgroup that is removed counts above it as before. */
static void remove_group(int group)
{
	const int parent = (group - 1) / 2;

	if (rmdir(path_of(cgroup_top, group_path(group), "")))
		return;
	exists[group] = false;
	for (struct book *book = shared->books; book < shared->books + WORKERS; book++) {
		if (book->context == group)
			book->context = parent;
		for (int k = 0; k < KINDS; k++)
			for (int i = 0; i < book->number[k]; i++)
				if (book->made[k][i].group == group)
					book->made[k][i].group = parent;
	}
}

/* Wait until a worker has stopped again. */
static void await_stop(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		count(CRASHED);
}

static void empty_book(int worker)
{
	memset(&shared->books[worker], 0, sizeof(shared->books[worker]));
	shared->books[worker].context = NOWHERE;
}

static pid_t start_bookkeeper(int worker, unsigned long number)
{
	pid_t pid;

	me = worker;
	empty_book(worker);
	pid = start(bookkeeper, number);
	await_stop(pid);
	join(pid, worker, 0);
	for (int tries = 0; tries < 5; tries++)
		join(pid, worker, below(GROUPS));
	return pid;
}

static void end_bookkeeper(int worker, pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	empty_book(worker);
}

static void counted_storm(unsigned long number)
{
	pid_t pids[WORKERS];

	exists[0] = true;
	for (int g = 1; g < GROUPS; g++)
		make_group(g);
	for (int i = 0; i < WORKERS; i++)
		pids[i] = start_bookkeeper(i, ++number);
	compare_all();
	for (int round = 0; round < ROUNDS && !shared->count[MISCOUNTED]; round++) {
		int killed = below(2 * WORKERS);

		if (killed < WORKERS) {
			end_bookkeeper(killed, pids[killed]);
			pids[killed] = start_bookkeeper(killed, ++number);
		}
		for (int n = 0; n < 3; n++) {
			int worker = below(WORKERS);

			join(pids[worker], worker, below(GROUPS));
			remove_group(1 + below(GROUPS - 1));
			make_group(1 + below(GROUPS - 1));
			limit(counted_device);
		}
		for (int i = 0; i < WORKERS; i++)
			kill(pids[i], SIGCONT);
		for (int i = 0; i < WORKERS; i++)
			await_stop(pids[i]);
		compare_all();
	}
	for (int i = 0; i < WORKERS; i++)
		end_bookkeeper(i, pids[i]);
	compare_all();
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

	if (argc != 5) {
		fprintf(stderr, "usage: %s SEED CGROUP MIRROR DEVICE\n", argv[0]);
		return 2;
	}
	seed = strtoul(argv[1], NULL, 0);
	cgroup_top = argv[2];
	mirror_top = argv[3];
	counted_device = argv[4];
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (shared == MAP_FAILED)
		return 1;
	memory = registered;
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
	counted_storm(number);
	for (int i = 0; i < COUNTS; i++)
		printf("%s %lu\n", names[i], shared->count[i]);
	for (int i = 0; i < KINDS; i++)
		printf("%s %lu\n", kinds[i].name, shared->kind[i]);
	for (int i = 1; i < ERRNOS; i++)
		if (shared->error[i])
			printf("%s %lu\n", errname(i), shared->error[i]);
	return 0;
}
