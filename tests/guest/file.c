// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a shell cannot do to a file: one write(2) of exactly these bytes, and waiting for a change.
 *
 *	file write FILE [append] [truncate] [offset=N] [split=N] < BYTES
 *		writes standard input with one write(2), or with one writev(2) of N pieces
 *	file handle FILE write|read
 *		opens the file by its handle when the caches were dropped, so that what leads to
 *		it is not in memory, and writes standard input, or reads it
 *	file poll FILE MILLISECONDS
 *		reads the file, prints "ready" and waits: prints "POLLPRI POLLERR" or "timeout"
 *	file wakes FILE MILLISECONDS
 *		polls it all that time, and prints how often it was woken
 *	file inotify FILE MILLISECONDS
 *		prints "ready" and waits: prints "IN_MODIFY" or "timeout"
 *
 * The answer is one line, the result of "write" is "ok", "short", or the name of an error.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "errname.h"

static char bytes[1 << 20];

static const char *write_once(const char *path, char **options)
{
	struct iovec pieces[64] = { { bytes, 0 } };
	size_t length = 0, piece;
	int flags = O_WRONLY, count = 1, fd;
	off_t offset = 0;
	ssize_t got;

	for (; *options; options++) {
		if (!strcmp(*options, "append"))
			flags |= O_APPEND;
		else if (!strcmp(*options, "truncate"))
			flags |= O_TRUNC;
		else if (!sscanf(*options, "offset=%ld", &offset) &&
			 !sscanf(*options, "split=%d", &count))
			return "usage";
	}
	while ((got = read(STDIN_FILENO, bytes + length, sizeof(bytes) - length)) > 0)
		length += got;
	fd = open(path, flags);
	if (fd < 0 || (offset && lseek(fd, offset, SEEK_SET) < 0))
		return errname(errno);
	piece = length / count;
	for (int i = 0; i < count; i++) {
		pieces[i].iov_base = bytes + i * piece;
		pieces[i].iov_len = i < count - 1 ? piece : length - i * piece;
	}
	got = count > 1 ? writev(fd, pieces, count) : write(fd, bytes, length);
	if (got < 0)
		return errname(errno);
	return (size_t)got == length ? "ok" : "short";
}

static const char *by_handle(const char *path, const char *what)
{
	union {
		struct file_handle header;
		char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} handle = { .header.handle_bytes = MAX_HANDLE_SZ };
	int writes = !strcmp(what, "write"), drop, mount, id, fd;
	char directory[4096];
	ssize_t got;

	if (name_to_handle_at(AT_FDCWD, path, &handle.header, &id, 0))
		return errname(errno);
	/* Any directory of the file system will do for the mount, if it is not that of the file. */
	snprintf(directory, sizeof(directory), "%s/../..", path);
	mount = open(directory, O_RDONLY | O_DIRECTORY);
	drop = open("/proc/sys/vm/drop_caches", O_WRONLY);
	if (mount < 0 || drop < 0 || write(drop, "3", 1) != 1)
		return errname(errno);
	fd = open_by_handle_at(mount, &handle.header, writes ? O_WRONLY : O_RDONLY);
	if (fd < 0)
		return errname(errno);
	got = writes ? read(STDIN_FILENO, bytes, sizeof(bytes)) : read(fd, bytes, sizeof(bytes));
	if (writes && got >= 0)
		got = write(fd, bytes, got);
	return got < 0 ? errname(errno) : "ok";
}

static const char *wait_poll(const char *path, int timeout)
{
	struct pollfd p = { .fd = open(path, O_RDONLY), .events = POLLPRI };

	if (p.fd < 0 || read(p.fd, bytes, sizeof(bytes)) < 0)
		return errname(errno);
	puts("ready");
	fflush(stdout);
	if (poll(&p, 1, timeout) <= 0)
		return "timeout";
	return p.revents == (POLLPRI | POLLERR) ? "POLLPRI POLLERR" : "other";
}

static long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const char *count_wakes(const char *path, int timeout)
{
	struct pollfd p = { .fd = open(path, O_RDONLY), .events = POLLPRI };
	long end = milliseconds() + timeout, left;
	static char answer[16];
	int wakes = 0;

	if (p.fd < 0 || read(p.fd, bytes, sizeof(bytes)) < 0)
		return errname(errno);
	while ((left = end - milliseconds()) > 0) {
		if (poll(&p, 1, left) <= 0)
			break;
		wakes++;
		if (pread(p.fd, bytes, sizeof(bytes), 0) < 0)
			return errname(errno);
	}
	snprintf(answer, sizeof(answer), "%d", wakes);
	return answer;
}

static const char *wait_inotify(const char *path, int timeout)
{
	struct pollfd p = { .fd = inotify_init(), .events = POLLIN };

	if (p.fd < 0 || inotify_add_watch(p.fd, path, IN_MODIFY) < 0)
		return errname(errno);
	puts("ready");
	fflush(stdout);
	return poll(&p, 1, timeout) > 0 ? "IN_MODIFY" : "timeout";
}

int main(int argc, char **argv)
{
	const char *answer = "usage";

	if (argc >= 3 && !strcmp(argv[1], "write"))
		answer = write_once(argv[2], argv + 3);
	else if (argc == 4 && !strcmp(argv[1], "handle"))
		answer = by_handle(argv[2], argv[3]);
	else if (argc == 4 && !strcmp(argv[1], "poll"))
		answer = wait_poll(argv[2], atoi(argv[3]));
	else if (argc == 4 && !strcmp(argv[1], "wakes"))
		answer = count_wakes(argv[2], atoi(argv[3]));
	else if (argc == 4 && !strcmp(argv[1], "inotify"))
		answer = wait_inotify(argv[2], atoi(argv[3]));
	puts(answer);
	return 0;
}
