// SPDX-License-Identifier: GPL-2.0-only
/*
 * File operations that a shell cannot do: one write(2) of given bytes, opening by handle, and
 * waiting for a change.
 *
 *	file write FILE [append] [truncate] [offset=N] [split=N] < BYTES
 *		writes standard input with one write(2), or with one writev(2) of N pieces
 *	file handle ROOT write|read FILE...
 *		opens files below ROOT, where a cgroup file system is mounted, by their handles
 *		while their dentries are not in memory, and writes standard input to each, or reads
 *		it; "ok" if all could be opened so, and a single file be written or read
 *	file poll FILE MILLISECONDS
 *		reads the file, prints "ready" and waits: prints "POLLPRI POLLERR" or "timeout"
 *	file wakes FILE MILLISECONDS
 *		polls the file all that time, and prints the number of wake-ups
 *	file inotify FILE MILLISECONDS
 *		prints "ready" and waits: prints "IN_MODIFY" or "timeout"
 *
 * Prints one line; the result of "write" is "ok", "short", or the name of an error.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <glob.h>
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

/*
 * Drop the unused dentries of a cgroup file system. A pass of the shrinker spares half of them,
 * those that were used last: so use others, and repeat.
 */
static void drop_caches(const char *root)
{
	int drop = open("/proc/sys/vm/drop_caches", O_WRONLY);
	char pattern[4096];
	glob_t others = { 0 };

	snprintf(pattern, sizeof(pattern), "%s/*", root);
	for (int pass = 0; pass < 4; pass++) {
		if (!glob(pattern, 0, NULL, &others))
			for (size_t i = 0; i < others.gl_pathc; i++)
				access(others.gl_pathv[i], F_OK);
		if (write(drop, "3", 1) != 1)
			puts(errname(errno));
		globfree(&others);
	}
	close(drop);
}

/* Does the dentry of an open file have its parent? */
static int has_place(int fd, const char *path)
{
	char link[32], place[4096];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, place, sizeof(place) - 1);
	place[len < 0 ? 0 : len] = 0;
	return strstr(place, strrchr(path, '/')) != NULL;
}

static const char *by_handle(const char *root, const char *what, char **paths, int count)
{
	static union {
		struct file_handle header;
		char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} handles[64];
	int writes = !strcmp(what, "write"), mount = open(root, O_RDONLY | O_DIRECTORY), id;
	ssize_t length = writes ? read(STDIN_FILENO, bytes, sizeof(bytes)) : 0, got;
	int fds[64], spoilt = 0;

	if (count > 64)
		return "usage";
	for (int i = 0; i < count; i++) {
		handles[i].header.handle_bytes = MAX_HANDLE_SZ;
		if (name_to_handle_at(AT_FDCWD, paths[i], &handles[i].header, &id, 0))
			return errname(errno);
	}
	/* If a dentry was still in the cache, drop the caches again. */
	for (int try = 0; try < 10; try++) {
		drop_caches(root);
		spoilt = 0;
		for (int i = 0; i < count; i++) {
			fds[i] = open_by_handle_at(mount, &handles[i].header,
						   writes ? O_WRONLY : O_RDONLY);
			if (fds[i] < 0)
				return errname(errno);
			spoilt += has_place(fds[i], paths[i]);
		}
		if (!spoilt)
			break;
		for (int i = 0; i < count; i++)
			close(fds[i]);
	}
	if (spoilt)
		return "still in the caches";
	for (int i = 0; i < count; i++) {
		got = writes ? write(fds[i], bytes, length) : read(fds[i], bytes, sizeof(bytes));
		if (got < 0 && count == 1)
			return errname(errno);
	}
	return "ok";
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
	else if (argc >= 5 && !strcmp(argv[1], "handle"))
		answer = by_handle(argv[2], argv[3], argv + 4, argc - 4);
	else if (argc == 4 && !strcmp(argv[1], "poll"))
		answer = wait_poll(argv[2], atoi(argv[3]));
	else if (argc == 4 && !strcmp(argv[1], "wakes"))
		answer = count_wakes(argv[2], atoi(argv[3]));
	else if (argc == 4 && !strcmp(argv[1], "inotify"))
		answer = wait_inotify(argv[2], atoi(argv[3]));
	puts(answer);
	return 0;
}
