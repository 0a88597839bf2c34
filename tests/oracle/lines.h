/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random lines for rdma.max: valid ones, almost valid ones, and either with a few bytes changed.
 */
#ifndef ORACLE_LINES_H
#define ORACLE_LINES_H

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "random.h"

/* The longest; a page is the longest that the kernel takes */
#define LINE_MAX_SIZE	4200

#define PICK(table)	((table)[below(sizeof(table) / sizeof((table)[0]))])

/* What is often at an edge of some rule. Of 0, which ends a string, takes care who adds it. */
static const char edge_bytes[] =
	"\0\t\n\v\f\r !\"#%&'*+,-./09:;<=>@AFGXZ[_`"
	"afgmxz{|~\x7f\x80\x85\xa0\xb2\xb9\xc0\xd7\xe0\xff";

static const char *const good_values[] = {
	"max", "0", "1", "5", "12", "-0", "00", "007", "010", "0x0", "0x10", "0X1f", "0xaBc", "-",
	"2147483646", "2147483647", "0x7fffffff", "017777777777", "000000000000000000005",
	"-00", "-0x0",
};

static const char *const odd_values[] = {
	"", "-1", "+1", "2147483648", "-2147483648", "-2147483649", "4294967295", "4294967296",
	"9223372036854775807", "9223372036854775808",
	"-9223372036854775808", "-9223372036854775809",
	"18446744073709551614", "18446744073709551615", "-18446744073709551615",
	"18446744073709551616", "18446744073709551617", "99999999999999999999999",
	"999999999999999999999999", "00000000000000000000005", "000000000000000000000005",
	"0x80000000", "0xffffffffffffffff", "-0xffffffffffffffff", "0x10000000000000001", "08",
	"0x", "0xg", "-0x1", "--1", "-+1", "ma", "maxx", "MAX", "max0", "1max", "1e3", "1.5", "5x",
	"0b1", "1,", "=1", "%d", "%u", "-max", "0x0x1", "09", "00x1", "1\v", "\x31\xa0", "max\xa0",
};

static const char *const keys[] = { "hca_handle", "hca_object", "index" };

static const char *const odd_keys[] = {
	"", "hca", "hca_handl", "hca_handles", "HCA_HANDLE", "Hca_object", "hca_object ", "index ",
	"indexx", "INDEX", "qp", "max", "rdma.max", "hca_handle=1,hca_object", "%d", "hca_handle=",
};

static const char *const separators[] = { " ", " ", " ", "  ", "\t", "\n", " \t\n", "\n\n" };
static const char *const odd_separators[] = { "\v", "\f", "\r", "\xa0", ",", ";", "" };
static const char *const spaces[] = { "", "", "", " ", "\n", "\t", "\v\f\r", "\xa0", " \xa0\n" };

static void add(char *line, size_t *len, const char *text)
{
	size_t n = strlen(text);

	if (*len + n > LINE_MAX_SIZE)
		return;
	memcpy(line + *len, text, n);
	*len += n;
}

static void add_number(char *line, size_t *len)
{
	static const char *const forms[] = { "%u", "%u", "0x%x", "0%o", "-%u", "+%u" };
	char number[32];

	snprintf(number, sizeof(number), PICK(forms), below(1U << below(32)));
	add(line, len, number);
}

static void add_token(char *line, size_t *len, unsigned int index)
{
	char number[32];

	if (!below(24)) {
		add(line, len, PICK(odd_keys));
		add(line, len, below(4) ? "=" : "");
		add(line, len, PICK(good_values));
		return;
	}
	if (!below(8)) {
		snprintf(number, sizeof(number), below(8) ? "index=%u" : "index=0%u", index);
		add(line, len, number);
		return;
	}
	add(line, len, keys[below(8) ? below(2) : 2]);
	add(line, len, below(40) ? "=" : "");
	if (!below(8))
		add(line, len, PICK(odd_values));
	else if (!below(4))
		add_number(line, len);
	else
		add(line, len, PICK(good_values));
}

static void change(char *line, size_t *len)
{
	size_t at = *len ? below(*len) : 0, n = 1 + below(4);

	switch (below(6)) {
	case 0:
		if (*len)
			line[at] = below(256);
		break;
	case 1:
		if (*len)
			line[at] = edge_bytes[below(sizeof(edge_bytes) - 1)];
		break;
	case 2:
		if (*len == LINE_MAX_SIZE)
			break;
		memmove(line + at + 1, line + at, *len - at);
		line[at] = edge_bytes[below(sizeof(edge_bytes) - 1)];
		++*len;
		break;
	case 3:
		if (at + n > *len)
			break;
		memmove(line + at, line + at + n, *len - at - n);
		*len -= n;
		break;
	case 4:
		*len = at;
		break;
	case 5:
		if (*len + n > LINE_MAX_SIZE || at + n > *len)
			break;
		memmove(line + at + n, line + at, *len - at);
		*len += n;
		break;
	}
}

/* Make a line, for a device of this name and index; its length. @line: LINE_MAX_SIZE bytes */
static size_t make_line(char *line, const char *device, unsigned int index)
{
	size_t len = 0, fill;
	int n;

	add(line, &len, PICK(spaces));
	if (!below(40))
		add(line, &len, PICK(odd_values));
	else if (below(60))
		add(line, &len, device);
	add(line, &len, below(40) ? " " : PICK(odd_separators));
	for (n = below(5); n--;) {
		add_token(line, &len, index);
		add(line, &len, below(40) ? PICK(separators) : PICK(odd_separators));
	}
	/* Up to the longest, and a little further. */
	if (!below(200)) {
		fill = 4080 + below(40);
		while (len < fill)
			add(line, &len, " ");
		add_token(line, &len, index);
	}
	add(line, &len, PICK(spaces));
	if (!below(3))
		for (n = 1 + below(3); n--;)
			change(line, &len);
	return len;
}

#endif /* ORACLE_LINES_H */
