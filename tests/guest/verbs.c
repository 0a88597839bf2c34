// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client of an RDMA device: it reads commands from standard input, one per line, and answers each
 * with one line, "NUMBER RESULT", where RESULT is "ok" or the name of an error. So a script can
 * hold objects in several processes, step by step.
 *
 *	open [N]	open the device N times more; NUMBER is how often that succeeded
 *	write-open	open it once more with write(2), and close that
 *	close [N]	close the N contexts that were opened last
 *	create KIND [N]	create N objects, in the first context; NUMBER is how many were created
 *	destroy KIND [N]	destroy the N last ones
 *	destroy-first KIND	destroy the oldest one
 *	fill KIND	create until it fails; NUMBER is how many were created
 *	fail KIND [N]	N times, try a creation that must fail (create_impossible())
 *	register BYTES	create an MR of so much memory
 *	register-nowhere BYTES	the same at address 0, where there is no memory
 *	reregister BYTES	have the last MR be of so much memory; 0: change its access only
 *	fork		start a child that only waits; NUMBER is its process id
 *	receive PATH	wait on a socket for a file descriptor, and hold it
 *	send PATH	send the first context's file descriptor there
 *	churn SECONDS	create and destroy all that time; NUMBER is how many pairs
 *	cycle - [N]	create and destroy an object of each of five kinds, N times; NUMBER is the
 *			median time in microseconds
 *	beg SECONDS	try to create PDs all that time; NUMBER is how many were refused
 *	woken PATH [N]	N times, try to create a PD, which is refused, and wait until poll and
 *			inotify report a change of that file; NUMBER is the median time in
 *			microseconds
 *
 * The process ends at the end of its input, or at the command "exit", which has no answer.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "errname.h"
#include "objects.h"

/* Open a context through write(2), which new libraries do not use, and close it at once. */
static int write_context(void)
{
	uint32_t response[2];
	struct {
		uint32_t command;
		uint16_t in_words;
		uint16_t out_words;
		uint64_t response;
	} get_context = { 0, sizeof(get_context) / 4, sizeof(response) / 4, (uintptr_t)response };
	char path[32];
	int fd, error;

	if (!context())
		return EBADF;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", context()->cmd_fd);
	fd = open(path, O_RDWR);
	if (fd < 0)
		return errno;
	error = write(fd, &get_context, sizeof(get_context)) > 0 ? 0 : errno;
	if (!error)
		close(response[0]);
	close(fd);
	return error;
}

static int register_memory(void *address, size_t length)
{
	int error;

	if (address == MAP_FAILED)
		return errno;
	memory = address;
	memory_length = length;
	error = create(&kinds[MR]);
	memory = page;
	memory_length = sizeof(page);
	return error;
}

static void *anywhere(size_t length)
{
	return mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* Through write(2): libibverbs lets no one do that with a driver that cannot by itself. */
static int reregister_memory(size_t length)
{
	enum { TRANSLATION = 1, ACCESS = 4 };
	struct ibv_mr *mr = last(MR);
	uint32_t response[2];
	struct {
		uint32_t command;
		uint16_t in_words;
		uint16_t out_words;
		uint64_t response;
		uint32_t handle;
		uint32_t flags;
		uint64_t start;
		uint64_t length;
		uint64_t virtual_address;
		uint32_t pd_handle;
		uint32_t access;
	} rereg_mr = { 11, sizeof(rereg_mr) / 4, sizeof(response) / 4, (uintptr_t)response };

	if (!mr)
		return EBADF;
	rereg_mr.handle = mr->handle;
	rereg_mr.flags = length ? TRANSLATION : ACCESS;
	rereg_mr.start = rereg_mr.virtual_address = (uintptr_t)(length ? anywhere(length) : page);
	rereg_mr.length = length ?: sizeof(page);
	rereg_mr.access = IBV_ACCESS_LOCAL_WRITE;
	return write(context()->cmd_fd, &rereg_mr, sizeof(rereg_mr)) > 0 ? 0 : errno;
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* Create and destroy an object of each of five kinds. */
static int cycle(void)
{
	const int order[] = { PD, MR, CQ, QP, SRQ };
	int pairs = 0;

	for (int i = 0; i < 5; i++)
		create(&kinds[order[i]]);
	for (int i = 4; i >= 0; i--)
		pairs += !destroy(&kinds[order[i]], kinds[order[i]].count - 1);
	return pairs;
}

static int churn(int seconds)
{
	double end = seconds_now() + seconds;
	int pairs = 0;

	while (seconds_now() < end)
		pairs += cycle();
	return pairs;
}

static int beg(int seconds)
{
	double end = seconds_now() + seconds;
	int refused = 0;

	while (seconds_now() < end)
		refused += !!create(&kinds[PD]);
	return refused;
}

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

#define MEDIAN_OF 1000

static int took[MEDIAN_OF];

/* The median time of @number cycles, in microseconds */
static int median_cycle(int number)
{
	for (int i = 0; i < number; i++) {
		double began = seconds_now();

		cycle();
		took[i] = (seconds_now() - began) * 1e6;
	}
	qsort(took, number, sizeof(*took), compare);
	return took[number / 2];
}

static int woken(const char *path, int number, int *median)
{
	struct pollfd poller = { .fd = open(path, O_RDONLY), .events = POLLPRI };
	struct pollfd notified = { .fd = inotify_init(), .events = POLLIN };
	static char bytes[4096];

	if (poller.fd < 0 || inotify_add_watch(notified.fd, path, IN_MODIFY) < 0)
		return errno;
	for (int i = 0; i < number; i++) {
		double began = seconds_now();

		if (pread(poller.fd, bytes, sizeof(bytes), 0) < 0)
			return errno;
		if (!create(&kinds[PD]))
			return EEXIST;
		if (poll(&poller, 1, 10000) <= 0 || poll(&notified, 1, 10000) <= 0)
			return ETIMEDOUT;
		took[i] = (seconds_now() - began) * 1e6;
		if (read(notified.fd, bytes, sizeof(bytes)) < 0)
			return errno;
	}
	close(poller.fd);
	close(notified.fd);
	qsort(took, number, sizeof(*took), compare);
	*median = took[number / 2];
	return 0;
}

static int pass_fd(const char *path, int fd)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .header = { CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS } };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct iovec byte = { "", 1 };
	struct msghdr message = {
		.msg_iov = &byte, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	int s = socket(AF_UNIX, SOCK_DGRAM, 0), result;

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	if (fd < 0) {
		char received;

		byte.iov_base = &received;
		result = bind(s, (struct sockaddr *)&address, sizeof(address)) ?:
			 recvmsg(s, &message, 0);
	} else {
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
		message.msg_name = &address;
		message.msg_namelen = sizeof(address);
		result = sendmsg(s, &message, 0);
	}
	result = result < 0 ? errno : 0;
	close(s);
	return result;
}

static void obey(const char *command, const char *object, int number)
{
	struct kind *kind = kinds;
	int done = 0, error = 0;
	size_t size;

	while (kind < kinds + KINDS && strcmp(kind->name, object))
		kind++;
	if (!strcmp(command, "open")) {
		for (number = atoi(object) ?: 1; done < number && !error; done += !error)
			error = open_context();
	} else if (!strcmp(command, "write-open")) {
		error = write_context();
		done = !error;
	} else if (!strcmp(command, "close")) {
		for (number = atoi(object) ?: 1; done < number && !error; done += !error)
			error = close_context();
	} else if (!strcmp(command, "create") && kind < kinds + KINDS) {
		for (; done < number && !error; done += !error)
			error = create(kind);
	} else if (!strcmp(command, "destroy") && kind < kinds + KINDS) {
		for (; done < number && !error; done += !error)
			error = destroy(kind, kind->count - 1);
	} else if (!strcmp(command, "destroy-first") && kind < kinds + KINDS) {
		error = destroy(kind, 0);
		done = !error;
	} else if (!strcmp(command, "fill") && kind < kinds + KINDS) {
		for (; !error && done < 100000; done += !error)
			error = create(kind);
	} else if (!strcmp(command, "fail")) {
		for (int i = 0; i < number; i++)
			error = create_impossible(object);
	} else if (!strcmp(command, "register")) {
		size = strtoull(object, NULL, 0);
		error = register_memory(anywhere(size), size);
		done = !error;
	} else if (!strcmp(command, "register-nowhere")) {
		error = register_memory(NULL, strtoull(object, NULL, 0));
		done = !error;
	} else if (!strcmp(command, "reregister")) {
		error = reregister_memory(strtoull(object, NULL, 0));
		done = !error;
	} else if (!strcmp(command, "fork")) {
		done = fork();
		if (!done) {
			close(STDIN_FILENO);
			close(STDOUT_FILENO);
			for (;;)
				pause();
		}
	} else if (!strcmp(command, "receive")) {
		error = pass_fd(object, -1);
	} else if (!strcmp(command, "send")) {
		error = pass_fd(object, context()->cmd_fd);
	} else if (!strcmp(command, "beg")) {
		done = beg(atoi(object));
	} else if (!strcmp(command, "cycle") && number > 0 && number <= MEDIAN_OF) {
		done = median_cycle(number);
	} else if (!strcmp(command, "woken") && number > 0 && number <= MEDIAN_OF) {
		error = woken(object, number, &done);
	} else if (!strcmp(command, "churn")) {
		done = churn(atoi(object));
	} else {
		error = ENOSYS;
	}
	printf("%d %s\n", done, errname(error));
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char line[256], command[32], object[128];

	if (argc != 2) {
		fprintf(stderr, "usage: %s DEVICE < COMMANDS\n", argv[0]);
		return 2;
	}
	device_name = argv[1];
	while (fgets(line, sizeof(line), stdin)) {
		int number = 1;

		object[0] = 0;
		if (!strcmp(line, "exit\n"))
			break;
		if (sscanf(line, "%31s %127s %d", command, object, &number) >= 1)
			obey(command, object, number);
	}
	return 0;
}
