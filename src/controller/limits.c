// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rdma.max grammar and what a line of it does:
 *
 *	DEVICE [index=N] {hca_handle|hca_object}={NUMBER|max} ...
 *
 * rdma.types.max has the same grammar with the keys of the types files, rdma.child.max
 * (child.c) with all keys. Both take KEY=N% as well, where a driver can say how many its
 * device has.
 *
 * Its rules, but for N%, are those of Linux 7.3, to the byte. There they follow from
 * match_token(), match_int() and match_uint(), which differ between kernels;
 * so the rules are written out here and hold on every kernel.
 */
#include <linux/bitops.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/string.h>

#include "controller.h"

/* Longest number that 7.3 takes, sign and prefix included (NUMBER_BUF_LEN). */
#define NUMBER_LEN_MAX	23

/*
 * Scan digits to the end of @s. Base 0 takes the base from the prefix: 0x hex,
 * 0 octal. Saturates, as 7.3 does. An empty @s is 0 here; callers that do not
 * take it look first.
 */
static bool scan_number(const char *s, unsigned int base, u64 *value)
{
	u64 v = 0;
	unsigned int digit;

	if (!base) {
		base = 10;
		if (s[0] == '0') {
			base = 8;
			if (tolower(s[1]) == 'x' && isxdigit(s[2])) {
				base = 16;
				s += 2;
			}
		}
	}
	for (; *s; s++) {
		if (isdigit(*s))
			digit = *s - '0';
		else if (isxdigit(*s))
			digit = tolower(*s) - 'a' + 10;
		else
			return false;
		if (digit >= base)
			return false;
		v = v > (U64_MAX - digit) / base ? U64_MAX : v * base + digit;
	}
	*value = v;
	return true;
}

/*
 * A limit: "max" or a number with an optional minus that does not make it
 * negative. 7.3 negates modulo 2^64 and lets a lone "-" pass for 0: so do we.
 */
static bool parse_limit(const char *s, s64 max, s64 *limit)
{
	bool minus = s[0] == '-';
	u64 v;

	if (!strcmp(s, "max")) {
		*limit = max;
		return true;
	}
	if (!s[0] || strlen(s) > NUMBER_LEN_MAX || !scan_number(s + minus, 0, &v))
		return false;
	*limit = minus ? -v : v;
	return *limit >= 0 && *limit <= max;
}

/* A percentage of what a device has: decimal, 0% to 100% */
static bool parse_percentage(char *s, s64 *percent)
{
	size_t len = strlen(s);
	u64 v;

	if (len < 2 || s[len - 1] != '%')
		return false;
	s[len - 1] = '\0';
	if (!scan_number(s, 10, &v) || v > 100)
		return false;
	*percent = v;
	return true;
}

/* Decimal only; but 7.3 looks for the token's end with the base taken from its prefix. */
static bool parse_index(const char *s, u32 *index)
{
	u64 v;

	if (!s[0] || strlen(s) > NUMBER_LEN_MAX || !scan_number(s, 0, &v) ||
	    !scan_number(s, 10, &v) || v > U32_MAX)
		return false;
	*index = v;
	return true;
}

static bool parse_token(char *token, struct rcg_limits *l)
{
	char *value = token;
	int i;

	strsep(&value, "=");
	if (!value)
		return false;
	if (!strcmp(token, "index")) {
		if (l->has_index)
			return false;
		l->has_index = true;
		return parse_index(value, &l->index);
	}
	for (i = l->keys->first; i < l->keys->end; i++) {
		if (strcmp(token, rcg_resource_types[i].name))
			continue;
		l->given |= BIT(i);
		l->percent &= ~BIT(i);
		if (parse_limit(value, rcg_resource_types[i].max, &l->max[i]))
			return true;
		l->percent |= BIT(i);
		return rcg_resource_types[i].has_capacity && parse_percentage(value, &l->max[i]);
	}
	return false;
}

/**
 * rcg_limits_parse - read a line of the grammar above
 * @line: the line, ended by a NUL; changed in parsing
 * @keys: the resources that it may name
 * @l: what it says
 *
 * Context: any.
 * Return: 0, or -EINVAL for a line that is not of the grammar.
 */
int rcg_limits_parse(char *line, const struct rcg_keys *keys, struct rcg_limits *l)
{
	char *token, *rest = strstrip(line);

	memset(l, 0, sizeof(*l));
	l->keys = keys;
	l->device = strsep(&rest, " ");
	while ((token = strsep(&rest, " \t\n")))
		if (*token && !parse_token(token, l))
			return -EINVAL;
	return 0;
}

static int limits_write_locked(struct rcg_group *group, const struct rcg_limits *l,
			       struct list_head *spares)
{
	struct rdmacg_oot_device *device;
	struct rdmacg_oot_pool *pool;
	int i, ret;

	device = group->offline ? ERR_PTR(-ENODEV) :
		rcg_device_lookup(l->device, l->has_index, l->index);
	if (IS_ERR(device))
		return PTR_ERR(device);
	ret = rcg_capacity_check(device, l->percent);
	if (ret)
		return ret;
	pool = rcg_pool_get_locked(group, device, spares);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	for_each_set_bit(i, &l->given, RCG_NR_RESOURCES)
		rcg_pool_set_max(pool, i, l->percent & BIT(i) ?
				 rcg_capacity_part(device, i, l->max[i]) : l->max[i]);
	rcg_pool_put_and_prune(pool);
	return 0;
}

/**
 * rcg_limits_write - do what a line written to rdma.max or rdma.types.max says
 * @group: the group whose file it is
 * @keys: the resources that it may name
 * @line: the line, ended by a NUL; changed in parsing
 *
 * Context: process, may sleep; takes rcg_lock.
 * Return: 0, or with no limit changed: -EINVAL for a line that is not of the
 * grammar, else -ENODEV (no such device, or the group's cgroup is gone),
 * -ENOTUNIQ, -ENODATA (a percentage of what the driver does not say), -ENOMEM (7.3:
 * rdmacg_resource_set_max).
 */
int rcg_limits_write(struct rcg_group *group, const struct rcg_keys *keys, char *line)
{
	LIST_HEAD(spares);
	struct rcg_limits l;
	int ret;

	ret = rcg_limits_parse(line, keys, &l);
	if (ret)
		return ret;

	do {
		mutex_lock(&rcg_lock);
		ret = limits_write_locked(group, &l, &spares);
		mutex_unlock(&rcg_lock);
	} while (ret == -ENOBUFS && !(ret = rcg_spare_add(&spares, group)));
	rcg_spare_free(&spares);
	return ret;
}
