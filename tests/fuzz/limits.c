// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fuzzer of the grammar of rdma.max, and of one with percentages, as rdma.types.max has it. Each
 * input is a line, which is written to both files. The controller and a second parser, in
 * this file, must return the same error and set the same limits; the controller must leak nothing.
 *
 * The second parser works as Linux 7.3 does, in two passes: lib/parser.c first matches a token
 * against five patterns, scanning numbers in the base of their prefix; then the part that matched
 * is converted.
 */
#include <stdlib.h>

#include "controller/controller.h"
#include <linux/err.h>
#include <linux/errno.h>

enum { RESOURCES = 2 };
enum { LINE_SIZE = 4096, BUFFER_SIZE = 24 };

/* The files: their keys, and whether these can have percentages */
static const struct file {
	struct rcg_keys	keys;
	const char	*name[RESOURCES];
	bool		percent;
} files[] = {
	{ { RCG_HCA_HANDLE, RCG_PD, " " }, { "hca_handle=", "hca_object=" }, false },
	{ { RCG_QP, RCG_AH, "" }, { "qp=", "srq=" }, true },
};

/* What the devices have: the last one's driver says nothing. */
static const struct rcg_capacity capacities[] = {
	{ .nr = { [RCG_QP] = 1000, [RCG_SRQ] = 7 } },
	{ .nr = { [RCG_QP] = S32_MAX } },
	{ .nr = { 0 } },
};

/* Two with the same name, in different network namespaces. */
static struct rdmacg_oot_device devices[] = {
	{ .name = "rxe0", .index = 0 },
	{ .name = "dup", .index = 3 }, { .name = "dup", .index = 7 },
};

static struct rcg_group root, group;

/* --- The second reading. */

struct reading {
	int		error;
	int		device;
	bool		given[RESOURCES];
	bool		percent[RESOURCES];
	int		limit[RESOURCES];
};

static int digit_of(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (found - digits) % 16 : 16;
}

/* simple_strtoul(): how many characters it takes; the value modulo nothing, it sticks at the top */
static size_t scan_unsigned(const char *s, int base, unsigned long *value)
{
	size_t prefix = 0, n;

	if (!base && s[0] != '0')
		base = 10;
	else if (!base && (s[1] == 'x' || s[1] == 'X') && digit_of(s[2]) < 16)
		base = 16, prefix = 2;
	else if (!base)
		base = 8;
	*value = 0;
	for (n = prefix; digit_of(s[n]) < base; n++)
		if (__builtin_mul_overflow(*value, base, value) ||
		    __builtin_add_overflow(*value, digit_of(s[n]), value))
			*value = ~0UL;
	return n;
}

/* simple_strtol() */
static size_t scan_signed(const char *s, unsigned long *value)
{
	size_t n;

	if (s[0] != '-')
		return scan_unsigned(s, 0, value);
	n = scan_unsigned(s + 1, 0, value);
	*value = -*value;
	return n + 1;
}

/* match_int(), and what rdmacg_resource_set_max() asks of it */
static bool read_limit(const char *s, int *limit)
{
	unsigned long value;
	size_t n = scan_signed(s, &value);

	if (!n || s[n]) {
		*limit = S32_MAX;
		return !strcmp(s, "max");
	}
	*limit = value;
	return n < BUFFER_SIZE && value <= S32_MAX;
}

/* A percentage: digits, and % at the end */
static bool read_percentage(const char *s, int *percent)
{
	size_t digits = strspn(s, "0123456789");

	*percent = 0;
	for (size_t i = 0; i < digits && *percent <= 100; i++)
		*percent = *percent * 10 + s[i] - '0';
	return digits && !strcmp(s + digits, "%") && *percent <= 100;
}

/* match_uint() */
static bool read_index(const char *s, u32 *index)
{
	unsigned long value;
	size_t n = scan_unsigned(s, 0, &value);

	if (!n || s[n] || n >= BUFFER_SIZE)
		return false;
	n = scan_unsigned(s, 10, &value);
	*index = value;
	return n && !s[n] && value <= U32_MAX;
}

static const char *after(const char *s, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(s, prefix, len) ? NULL : s + len;
}

/* Percentages become numbers of the device that was found. */
static void apply_percentages(struct reading *r, const struct file *file)
{
	s64 nr;

	for (int key = 0; key < RESOURCES && !r->error; key++) {
		if (!r->percent[key])
			continue;
		nr = capacities[r->device].nr[file->keys.first + key];
		if (!nr)
			r->error = -ENODATA;
		else if (r->limit[key])
			r->limit[key] = nr * r->limit[key] < 100 ? 1 : nr * r->limit[key] / 100;
	}
}

static struct reading read_line(const char *line, const struct file *file)
{
	struct reading r = { .device = -1 };
	char copy[LINE_SIZE + 1], *s = copy, *name = copy, *token, *end;
	bool has_index = false;
	const char *value;
	u32 index = 0;
	int key;

	strcpy(copy, line);
	end = copy + strlen(copy);
	while (end > copy && strchr(" \t\n\v\f\r\xa0", end[-1]))
		*--end = 0;
	while (*name && strchr(" \t\n\v\f\r\xa0", *name))
		name++;

	s = strchr(name, ' ') ?: end;
	if (s < end)
		*s++ = 0;
	for (token = strtok(s, " \t\n"); token; token = strtok(NULL, " \t\n")) {
		r.error = -EINVAL;
		value = after(token, "index=");
		if (value) {
			if (has_index || !read_index(value, &index))
				return r;
			has_index = true;
			continue;
		}
		for (key = 0; key < RESOURCES; key++) {
			value = after(token, file->name[key]);
			if (value)
				break;
		}
		if (key == RESOURCES)
			return r;
		r.percent[key] = file->percent && read_percentage(value, &r.limit[key]);
		if (!r.percent[key] && !read_limit(value, &r.limit[key]))
			return r;
		r.given[key] = true;
	}

	r.error = -ENODEV;
	for (size_t d = 0; d < ARRAY_SIZE(devices); d++) {
		if (strcmp(devices[d].name, name) || (has_index && devices[d].index != index))
			continue;
		r.error = r.device < 0 ? 0 : -ENOTUNIQ;
		r.device = d;
	}
	apply_percentages(&r, file);
	return r;
}

/* --- The comparison. */

static void must(bool holds, const char *what)
{
	if (!holds)
		kernel_panic(what);
}

static void write_limits(const struct file *file, const char *first, const char *second)
{
	char line[128];

	for (size_t d = 0; d < ARRAY_SIZE(devices); d++) {
		snprintf(line, sizeof(line), "%s index=%u %s%s %s%s", devices[d].name,
			 devices[d].index, file->name[0], first, file->name[1], second);
		must(!rcg_limits_write(&group, &file->keys, line), "a plain line is not taken");
	}
}

static s64 limit_of(struct rdmacg_oot_device *device, int resource)
{
	struct rdmacg_oot_pool *pool;
	s64 limit = S32_MAX;

	mutex_lock(&rcg_lock);
	pool = rcg_pool_find(&group, device);
	if (pool)
		limit = pool->counter[resource].max;
	mutex_unlock(&rcg_lock);
	return limit;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	must(!rcg_pools_init(), "no memory");
	rcg_group_init(&root, NULL, NULL);
	rcg_group_init(&group, &root, NULL);
	for (size_t d = 0; d < ARRAY_SIZE(devices); d++)
		rcg_device_register(&devices[d], &capacities[d]);
	/* Else the first line would leave more in memory than there was. */
	must(!rcg_group_make_room(&group), "no memory");
	return 0;
}

static void test_file(const struct file *file, const uint8_t *data, size_t size)
{
	static const int before[] = { 7, 8 };
	struct reading r;
	char *line;
	int ret;

	/* A buffer of the exact size, so that ASan finds a read past its end. */
	line = malloc(size + 1);
	memcpy(line, data, size);
	line[size] = 0;
	write_limits(file, "7", "8");

	r = read_line(line, file);
	ret = rcg_limits_write(&group, &file->keys, line);
	must(ret == r.error, "another result than expected");
	for (int d = 0; d < (int)ARRAY_SIZE(devices); d++)
		for (int i = 0; i < RESOURCES; i++)
			must(limit_of(&devices[d], file->keys.first + i) ==
			     (!ret && d == r.device && r.given[i] ? r.limit[i] : before[i]),
			     "another limit than expected");

	write_limits(file, "max", "max");
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned long objects = kernel_live_objects();

	for (size_t f = 0; size <= LINE_SIZE && f < ARRAY_SIZE(files); f++)
		test_file(&files[f], data, size);
	rcu_barrier();
	must(kernel_live_objects() == objects, "pools without limits are left");
	return 0;
}
