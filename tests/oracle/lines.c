// SPDX-License-Identifier: GPL-2.0-only
/*
 * Write the same lines to one rdma.max file, or to two.
 *
 *	lines SEED COUNT DEVICE INDEX FILE [FILE]
 *		For each line, both must return the same, with the same error, and then show the
 *		same limits. Prints what differs, how many lines there were of each result, and a
 *		checksum of all results and limits.
 *	lines SEED COUNT DEVICE INDEX
 *		Write each line to a file of its own in the working directory: a corpus.
 */
#include <ctype.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "../guest/errname.h"
#include "lines.h"

static char line[LINE_MAX_SIZE];

static int open_or_die(const char *path, int flags)
{
	int fd = open(path, flags, 0644);

	if (fd < 0) {
		perror(path);
		exit(2);
	}
	return fd;
}

static void print_line(size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = line[i];

		printf(isprint(c) && c != '\\' ? "%c" : "\\%03o", c);
	}
}

/* What came of writing the line, as text; the limits are in @limits afterwards. */
static void write_line(int fd, size_t len, char *outcome, char *limits, size_t size)
{
	ssize_t ret = write(fd, line, len);

	snprintf(outcome, size, "%s", errname(ret < 0 ? errno : 0));
	if (ret >= 0 && (size_t)ret != len)
		snprintf(outcome, size, "%zd of %zu", ret, len);
	ret = pread(fd, limits, size - 1, 0);
	limits[ret < 0 ? 0 : ret] = 0;
}

/* FNV-1a */
static uint64_t checksum(uint64_t sum, const char *text)
{
	do {
		sum = (sum ^ (unsigned char)*text) * 0x100000001b3;
	} while (*text++);
	return sum;
}

int main(int argc, char **argv)
{
	static struct { char name[16]; unsigned int lines; } results[16];
	char outcome[2][4096], limits[2][4096], name[16];
	unsigned int count, differ = 0, different = 0;
	uint64_t sum = 0xcbf29ce484222325;
	int fd[2], files = argc - 5;

	if (files < 0 || files > 2) {
		fprintf(stderr, "usage: %s SEED COUNT DEVICE INDEX [FILE [FILE]]\n", argv[0]);
		return 2;
	}
	seed_random(strtoull(argv[1], NULL, 0));
	count = atoi(argv[2]);
	for (int i = 0; i < files; i++)
		fd[i] = open_or_die(argv[5 + i], O_RDWR);
	for (unsigned int n = 1; n <= count; n++) {
		size_t len = make_line(line, argv[3], atoi(argv[4]));
		unsigned int r = 0;

		if (!files) {
			snprintf(name, sizeof(name), "line-%u", n);
			fd[0] = open_or_die(name, O_WRONLY | O_CREAT | O_TRUNC);
			if (write(fd[0], line, len) != (ssize_t)len)
				return 2;
			close(fd[0]);
			continue;
		}
		for (int i = 0; i < files; i++)
			write_line(fd[i], len, outcome[i], limits[i], sizeof(limits[i]));
		sum = checksum(checksum(sum, outcome[0]), limits[0]);
		if (files == 2 &&
		    (strcmp(outcome[0], outcome[1]) || strcmp(limits[0], limits[1]))) {
			printf("line %u: ", n);
			print_line(len);
			printf("\n%s\n%s%s\n%s", outcome[0], limits[0], outcome[1], limits[1]);
			if (++differ == 20)
				break;
		}
		while (r < different && strcmp(results[r].name, outcome[0]))
			r++;
		if (r == sizeof(results) / sizeof(results[0]))
			continue;
		if (r == different)
			snprintf(results[different++].name, sizeof(results[r].name), "%.15s",
				 outcome[0]);
		results[r].lines++;
	}
	for (unsigned int r = 0; r < different; r++)
		printf("%s %u\n", results[r].name, results[r].lines);
	if (files)
		printf("checksum %016llx\n", (unsigned long long)sum);
	return differ > 0;
}
