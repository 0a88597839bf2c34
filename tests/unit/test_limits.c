// SPDX-License-Identifier: GPL-2.0-only
/*
 * The grammar of rdma.max: what Linux 7.3 does with a line (lib/parser.c,
 * lib/kstrtox.c, kernel/cgroup/rdma.c), to the byte and to the errno.
 */
#include <linux/string.h>

#include "harness.h"

/* What the limits are before each line; no line sets a limit to these. */
#define HANDLE_BEFORE	1001
#define OBJECT_BEFORE	1002
#define LINE_BEFORE	"rxe0 hca_handle=1001 hca_object=1002"

static struct rcg_group *root, *group;
static struct rdmacg_oot_device *rxe0;

static int limits_setup(void **state)
{
	int ret = test_setup(state);

	root = group_mkdir(NULL);
	group = group_mkdir(root);
	rxe0 = device_plug("rxe0", 3);
	return ret;
}

/* Not assertions of cmocka's: these say which line it was. */
static void assert_limits(const char *line, int ret, s64 handle, s64 object)
{
	int is;

	assert_int_equal(write_max(group, LINE_BEFORE), 0);
	is = write_max(group, line);
	if (is != ret || limit(group, rxe0, HANDLE) != handle ||
	    limit(group, rxe0, OBJECT) != object)
		fail_msg("\"%s\": %d, %lld %lld; not %d, %lld %lld", line, is,
			 limit(group, rxe0, HANDLE), limit(group, rxe0, OBJECT), ret, handle,
			 object);
}

static void assert_error(const char *line, int error)
{
	const char *before;
	int is;

	assert_int_equal(write_max(group, LINE_BEFORE), 0);
	before = snapshot();
	is = write_max(group, line);
	if (is != error)
		fail_msg("\"%s\": %d, not %d", line, is, error);
	assert_string_equal(snapshot(), before);
}

static void unchanged(const char *line)
{
	assert_limits(line, 0, HANDLE_BEFORE, OBJECT_BEFORE);
}

/* The same value for one resource and for the other. */
static void assert_value(const char *value, s64 expected)
{
	char line[128];

	snprintf(line, sizeof(line), "rxe0 hca_handle=%s", value);
	assert_limits(line, 0, expected, OBJECT_BEFORE);
	snprintf(line, sizeof(line), "rxe0 hca_object=%s", value);
	assert_limits(line, 0, HANDLE_BEFORE, expected);
}

static void assert_no_value(const char *value)
{
	char line[128];

	snprintf(line, sizeof(line), "rxe0 hca_handle=%s", value);
	assert_error(line, -EINVAL);
	snprintf(line, sizeof(line), "rxe0 hca_object=%s", value);
	assert_error(line, -EINVAL);
	snprintf(line, sizeof(line), "rxe0 hca_object=7 hca_handle=%s", value);
	assert_error(line, -EINVAL);
}

static void white_space_around_the_line_is_stripped(void **state)
{
	assert_limits("  \t\n\v\f\r\xa0rxe0 hca_handle=5", 0, 5, OBJECT_BEFORE);
	assert_limits("rxe0 hca_handle=5 \t\n\v\f\r\xa0", 0, 5, OBJECT_BEFORE);
	assert_limits("\xa0\xa0rxe0 hca_handle=5\xa0\xa0", 0, 5, OBJECT_BEFORE);
	unchanged("\xa0rxe0\xa0");
	assert_error("\x85rxe0 hca_handle=5", -ENODEV);
	assert_error("rxe0 hca_handle=5\x85", -EINVAL);
	assert_error("\x1crxe0 hca_handle=5", -ENODEV);
}

static void device_name_ends_at_the_first_space(void **state)
{
	assert_error("rxe0\thca_handle=9", -ENODEV);
	assert_error("rxe0\nhca_handle=9", -ENODEV);
	assert_error("rxe0\xa0hca_handle=9", -ENODEV);
	assert_error("rxe0\xa0 hca_handle=9", -ENODEV);
	assert_error("rxe0\t hca_handle=9", -ENODEV);
	assert_limits("rxe0 \thca_handle=9", 0, 9, OBJECT_BEFORE);
}

static void tokens_are_parted_by_spaces_tabs_and_newlines(void **state)
{
	assert_limits("rxe0 hca_handle=9 hca_object=8", 0, 9, 8);
	assert_limits("rxe0 hca_handle=9\thca_object=8", 0, 9, 8);
	assert_limits("rxe0 hca_handle=9\nhca_object=8", 0, 9, 8);
	assert_limits("rxe0 \t\n  hca_object=8 \n\t \t hca_handle=9  \n", 0, 9, 8);
	assert_error("rxe0 hca_handle=9\rhca_object=8", -EINVAL);
	assert_error("rxe0 hca_handle=9\vhca_object=8", -EINVAL);
	assert_error("rxe0 hca_handle=9\xa0hca_object=8", -EINVAL);
	assert_error("rxe0 \xa0hca_object=8", -EINVAL);
}

static void index_may_be_anywhere_among_the_tokens(void **state)
{
	assert_limits("rxe0 index=3 hca_handle=9 hca_object=8", 0, 9, 8);
	assert_limits("rxe0 hca_handle=9 index=3 hca_object=8", 0, 9, 8);
	assert_limits("rxe0 hca_handle=9 hca_object=8 index=3", 0, 9, 8);
	unchanged("rxe0 index=3");
}

static void device_name_alone_changes_nothing(void **state)
{
	unchanged("rxe0");
	unchanged("rxe0 ");
	unchanged("rxe0\n");
	unchanged("rxe0 \t\n");
}

static void numbers_are_decimal_hexadecimal_or_octal(void **state)
{
	assert_value("0", 0);
	assert_value("1", 1);
	assert_value("9", 9);
	assert_value("1234567890", 1234567890);
	assert_value("0x1f", 0x1f);
	assert_value("0X1F", 0x1f);
	assert_value("0xabcdef", 0xabcdef);
	assert_value("0XABCDEF", 0xabcdef);
	assert_value("0xaBcDeF", 0xabcdef);
	assert_value("0x0", 0);
	assert_value("010", 8);
	assert_value("00", 0);
	assert_value("017", 15);
	assert_value("01234567", 01234567);
}

static void numbers_end_at_s32_max(void **state)
{
	assert_value("2147483646", S32_MAX - 1);
	assert_value("2147483647", S32_MAX);
	assert_value("0x7fffffff", S32_MAX);
	assert_value("017777777777", S32_MAX);
	assert_value("max", S32_MAX);
	assert_no_value("2147483648");
	assert_no_value("0x80000000");
	assert_no_value("020000000000");
	assert_no_value("4294967295");
	assert_no_value("4294967296");
	assert_no_value("4294967301");
	assert_no_value("9223372036854775807");
	assert_no_value("9223372036854775808");
	assert_no_value("18446744073709551615");
	assert_no_value("18446744073709551616");
	assert_no_value("18446744073709551617");
	assert_no_value("18446744073709551621");
	assert_no_value("0xffffffffffffffff");
	assert_no_value("0x10000000000000005");
	assert_no_value("02000000000000000000005");
	assert_no_value("99999999999999999999999");
}

static void s32_max_reads_back_as_max(void **state)
{
	assert_int_equal(write_max(group, "rxe0 hca_handle=2147483647 hca_object=1"), 0);
	assert_string_equal(show(rcg_show_max, group), "rxe0 hca_handle=max hca_object=1 \n");
}

static void numbers_of_up_to_23_characters_are_taken(void **state)
{
	assert_value("00000000000000000000005", 5);
	assert_value("00000000000000000000000", 0);
	assert_value("0x000000000000000000010", 16);
	assert_value("-0000000000000000000000", 0);
	assert_no_value("000000000000000000000005");
	assert_no_value("000000000000000000000000");
	assert_no_value("0x0000000000000000000010");
	assert_no_value("-00000000000000000000000");
}

static void minus_is_taken_where_the_value_does_not_become_negative(void **state)
{
	assert_value("-0", 0);
	assert_value("-0x0", 0);
	assert_value("-00", 0);
	assert_value("-", 0);
	/* Modulo 2^64. */
	assert_value("-18446744073709551615", 1);
	assert_value("-18446744073709551614", 2);
	assert_value("-0xffffffffffffffff", 1);
	assert_value("-18446744071562067969", S32_MAX);
	assert_value("-0xffffffff80000001", S32_MAX);
	/* Beyond it, numbers stay at 2^64 - 1. */
	assert_value("-18446744073709551616", 1);
	assert_value("-9999999999999999999999", 1);
	assert_value("-0xfffffffffffffffffff", 1);
	assert_no_value("-1");
	assert_no_value("-5");
	assert_no_value("-0x5");
	assert_no_value("-2147483648");
	assert_no_value("-9223372036854775808");
	assert_no_value("-18446744071562067968");
	assert_no_value("-0xffffffff80000000");
	assert_no_value("-99999999999999999999999");
	assert_no_value("-01777777777777777777777");
	assert_no_value("--0");
	assert_no_value("--");
	assert_no_value("-+0");
	assert_no_value("-max");
	assert_no_value("0-");
	assert_no_value("-x");
	assert_no_value("-0x");
	assert_no_value("-08");
}

static void invalid_numbers_are_refused(void **state)
{
	static const char * const values[] = {
		"", "+5", "+0", "+", "ma", "maxx", "m", "MAX", "Max", "max=", "5x", "5max", "max5",
		"08", "09", "0x", "0X", "0xg", "0x5g", "0x5x", "x5", "0b1", "0o7", "1e3", "1.5",
		"1,", "1,hca_object=2", ",", "5=", "=5", "5=5", "a", "f", "0a", "1a", "5%", "%d",
		"5/", "5:", "5@", "5G", "5`", "5g", "'5'", "\"5\"", "5\x01", "5\xb2", "\xff",
		"5\xa0", "0\xf8" "5", "hca_object=2",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		char line[64];

		snprintf(line, sizeof(line), "rxe0 hca_handle=%s hca_object=7", values[i]);
		assert_error(line, -EINVAL);
		snprintf(line, sizeof(line), "rxe0 hca_handle=7 hca_object=%s index=3", values[i]);
		assert_error(line, -EINVAL);
	}
}

static void every_byte_after_a_digit_is_judged_as_by_7_3(void **state)
{
	char line[] = "rxe0 hca_handle=1? hca_object=7";
	char *at = strchr(line, '?');
	int c;

	for (c = 1; c < 256; c++) {
		*at = c;
		if (c >= '0' && c <= '9')
			assert_limits(line, 0, 10 + c - '0', 7);
		else if (c == ' ' || c == '\t' || c == '\n')
			assert_limits(line, 0, 1, 7);
		else
			assert_error(line, -EINVAL);
	}
}

static void every_byte_after_0x_is_judged_as_by_7_3(void **state)
{
	char line[] = "rxe0 hca_handle=0x? hca_object=7";
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	char *at = strchr(line, '?');
	const char *digit;
	int c;

	for (c = 1; c < 256; c++) {
		*at = c;
		digit = strchr(digits, c);
		if (digit)
			assert_limits(line, 0, (digit - digits) % 16, 7);
		else
			assert_error(line, -EINVAL);
	}
}

static void keys_are_taken_to_the_letter(void **state)
{
	static const char * const tokens[] = {
		"hca_handle", "hca_object", "hca_handles=5", "hca_handl=5", "hca_handle =5",
		"HCA_HANDLE=5", "Hca_object=5", "=5", "=", "5", "max", "hca=5", "qp=5", "rxe0",
		"index", "Index=3", "INDEX=3", "indexx=3", "inde=3", "hca_handle:5", "_handle=5",
		"\xa0hca_handle=5", "hca_handle\xa0=5", "hca_handle=\xa0" "5", "%", "hca_handle%=5",
	};
	char line[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tokens); i++) {
		snprintf(line, sizeof(line), "rxe0 %s hca_object=7", tokens[i]);
		assert_error(line, -EINVAL);
		snprintf(line, sizeof(line), "rxe0 hca_object=7 %s x", tokens[i]);
		assert_error(line, -EINVAL);
	}
	assert_error("rxe0 hca_handle= 5", -EINVAL);
}

static void index_is_decimal(void **state)
{
	unchanged("rxe0 index=3");
	unchanged("rxe0 index=03");
	unchanged("rxe0 index=00000000000000000000003");
	assert_error("rxe0 index=0", -ENODEV);
	assert_error("rxe0 index=00", -ENODEV);
	assert_error("rxe0 index=4294967295", -ENODEV);
	assert_error("rxe0 index=4294967296", -EINVAL);
	assert_error("rxe0 index=4294967299", -EINVAL);
	assert_error("rxe0 index=18446744073709551615", -EINVAL);
	assert_error("rxe0 index=18446744073709551619", -EINVAL);
	assert_error("rxe0 index=99999999999999999999999", -EINVAL);
	assert_error("rxe0 index=000000000000000000000003", -EINVAL);
	assert_error("rxe0 index=", -EINVAL);
	assert_error("rxe0 index=+3", -EINVAL);
	assert_error("rxe0 index=-3", -EINVAL);
	assert_error("rxe0 index=-0", -EINVAL);
	assert_error("rxe0 index=-", -EINVAL);
	assert_error("rxe0 index=0x3", -EINVAL);
	assert_error("rxe0 index=0X3", -EINVAL);
	assert_error("rxe0 index=max", -EINVAL);
	assert_error("rxe0 index=3x", -EINVAL);
	assert_error("rxe0 index=a", -EINVAL);
	/* Of digits that only octal numbers may not have. */
	assert_error("rxe0 index=08", -EINVAL);
	assert_error("rxe0 index=019", -EINVAL);
}

static void index_with_a_leading_zero_is_decimal_all_the_same(void **state)
{
	device_plug("rxe1", 10);
	assert_int_equal(write_max(group, "rxe1 index=010 hca_handle=5"), 0);
	assert_int_equal(write_max(group, "rxe1 index=012 hca_handle=5"), -ENODEV);
}

static void index_at_its_largest_is_found(void **state)
{
	struct rdmacg_oot_device *last = device_plug("rxe1", U32_MAX);

	assert_int_equal(write_max(group, "rxe1 index=4294967295 hca_handle=5"), 0);
	assert_int_equal(limit(group, last, HANDLE), 5);
}

static void index_twice_is_refused(void **state)
{
	assert_error("rxe0 index=3 index=3", -EINVAL);
	assert_error("rxe0 index=3 hca_handle=5 index=4", -EINVAL);
	assert_error("rxe0 index=0 index=3", -EINVAL);
}

static void same_resource_twice_the_last_one_wins(void **state)
{
	assert_limits("rxe0 hca_handle=1 hca_handle=2", 0, 2, OBJECT_BEFORE);
	assert_limits("rxe0 hca_handle=max hca_object=3 hca_handle=2", 0, 2, 3);
	assert_limits("rxe0 hca_object=1 hca_object=max", 0, HANDLE_BEFORE, S32_MAX);
	assert_error("rxe0 hca_handle=x hca_handle=2", -EINVAL);
	assert_error("rxe0 hca_handle=2 hca_handle=x", -EINVAL);
}

static void second_device_on_a_second_line_is_refused(void **state)
{
	device_plug("rxe1", 4);
	assert_error("rxe0 hca_handle=5\nrxe1 hca_handle=6\n", -EINVAL);
	assert_error("rxe0 hca_handle=5\nrxe1", -EINVAL);
	assert_error("rxe0 rxe1 hca_handle=6\n", -EINVAL);
}

static void nul_byte_ends_the_line(void **state)
{
	char line[] = "rxe0 hca_handle=5\0 hca_object=x";
	char name[] = "rxe0\0x hca_handle=5";
	char value[] = "rxe0 hca_handle=\0" "5";

	assert_int_equal(write_max(group, LINE_BEFORE), 0);
	assert_int_equal(rcg_limits_write(group, &rcg_keys, line), 0);
	assert_int_equal(limit(group, rxe0, HANDLE), 5);
	assert_int_equal(limit(group, rxe0, OBJECT), OBJECT_BEFORE);
	assert_int_equal(rcg_limits_write(group, &rcg_keys, name), 0);
	assert_int_equal(limit(group, rxe0, HANDLE), 5);
	assert_int_equal(rcg_limits_write(group, &rcg_keys, value), -EINVAL);
	assert_int_equal(limit(group, rxe0, HANDLE), 5);
}

static void unknown_device_is_reported_after_the_grammar(void **state)
{
	assert_error("rxe1 hca_handle=5", -ENODEV);
	assert_error("rxe hca_handle=5", -ENODEV);
	assert_error("rxe00 hca_handle=5", -ENODEV);
	assert_error("RXE0 hca_handle=5", -ENODEV);
	assert_error("rxe1", -ENODEV);
	assert_error("rxe1 hca_handle=x", -EINVAL);
	assert_error("rxe1 x", -EINVAL);
	assert_error("rxe0 index=4 hca_handle=x", -EINVAL);
	assert_error("rxe1 index=3 hca_handle=5", -ENODEV);
	assert_error("hca_handle=5", -ENODEV);
	assert_error("hca_handle=5 hca_object=5", -ENODEV);
	assert_error("index=3 hca_handle=5", -ENODEV);
}

static void line_of_white_space_is_refused_with_enodev(void **state)
{
	assert_error("", -ENODEV);
	assert_error(" ", -ENODEV);
	assert_error("\n", -ENODEV);
	assert_error(" \t\n\v\f\r\xa0", -ENODEV);
}

static void shared_name_is_told_apart_by_its_index(void **state)
{
	struct rdmacg_oot_device *twin = device_plug("rxe0", 4);
	const char *before;

	assert_int_equal(write_max(group, "rxe0 index=4 hca_handle=5"), 0);
	assert_int_equal(limit(group, rxe0, HANDLE), S32_MAX);
	assert_int_equal(limit(group, twin, HANDLE), 5);
	assert_int_equal(write_max(group, "rxe0 hca_object=6 index=3"), 0);
	assert_int_equal(limit(group, rxe0, OBJECT), 6);
	assert_int_equal(limit(group, twin, OBJECT), S32_MAX);

	before = snapshot();
	assert_int_equal(write_max(group, "rxe0 hca_handle=9"), -ENOTUNIQ);
	assert_int_equal(write_max(group, "rxe0"), -ENOTUNIQ);
	assert_int_equal(write_max(group, "rxe0 hca_handle=x"), -EINVAL);
	assert_int_equal(write_max(group, "rxe0 index=5 hca_handle=9"), -ENODEV);
	assert_string_equal(snapshot(), before);

	device_unplug(twin);
	assert_int_equal(write_max(group, "rxe0 hca_handle=9"), 0);
	assert_int_equal(limit(group, rxe0, HANDLE), 9);
}

static void failing_line_leaves_no_pool(void **state)
{
	assert_int_equal(write_max(group, "rxe0 hca_handle=5 x"), -EINVAL);
	assert_int_equal(write_max(group, "rxe1 hca_handle=5"), -ENODEV);
	assert_int_equal(pools_in_memory(), 0);
}

static void longest_line_is_parsed(void **state)
{
	char line[4097];

	memset(line, ' ', 4096);
	line[4096] = '\0';
	memcpy(line, "rxe0", 4);
	memcpy(line + 4096 - strlen("hca_object=6"), "hca_object=6", strlen("hca_object=6"));
	assert_limits(line, 0, HANDLE_BEFORE, 6);
	memset(line + 5, '0', 4091);
	assert_error(line, -EINVAL);
	memcpy(line + 5, "hca_handle=", 11);
	assert_error(line, -EINVAL);
}

/* What mr_mem's limit is after a line, which was 1003 before it; or the error */
static s64 mr_mem_after(const char *value)
{
	char line[128];
	int ret;

	assert_int_equal(write_file(rcg_limits_write, group, &rcg_types_keys, "rxe0 mr_mem=1003"),
			 0);
	snprintf(line, sizeof(line), "rxe0 pd=1 mr_mem=%s", value);
	ret = write_file(rcg_limits_write, group, &rcg_types_keys, line);
	if (ret)
		assert_int_equal(limit(group, rxe0, RCG_MR_MEM), 1003);
	return ret ?: limit(group, rxe0, RCG_MR_MEM);
}

static void mr_mem_goes_up_to_s64_max(void **state)
{
	assert_int_equal(mr_mem_after("0"), 0);
	assert_int_equal(mr_mem_after("4294967296"), 4294967296);
	assert_int_equal(mr_mem_after("9223372036854775806"), S64_MAX - 1);
	assert_int_equal(mr_mem_after("9223372036854775807"), S64_MAX);
	assert_int_equal(mr_mem_after("max"), S64_MAX);
	assert_int_equal(mr_mem_after("0x7ffffffffffffffe"), S64_MAX - 1);
	assert_int_equal(mr_mem_after("0x0007FFFFFFFFFFFFFFF"), S64_MAX);
	assert_int_equal(mr_mem_after("0777777777777777777776"), S64_MAX - 1);
	assert_int_equal(mr_mem_after("9223372036854775808"), -EINVAL);
	assert_int_equal(mr_mem_after("18446744073709551616"), -EINVAL);
	assert_int_equal(mr_mem_after("99999999999999999999999"), -EINVAL);
	assert_int_equal(mr_mem_after("0x8000000000000000"), -EINVAL);
	assert_int_equal(mr_mem_after("0xffffffffffffffff"), -EINVAL);
	assert_int_equal(mr_mem_after("0x10000000000000001"), -EINVAL);
	assert_int_equal(mr_mem_after("01000000000000000000000"), -EINVAL);
	assert_int_equal(mr_mem_after("-1"), -EINVAL);
	assert_int_equal(mr_mem_after("1k"), -EINVAL);
	assert_int_equal(mr_mem_after(""), -EINVAL);
}

static void mr_mem_is_a_key_of_the_types_files_alone(void **state)
{
	assert_error("rxe0 mr_mem=1", -EINVAL);
}

#define LIMITS_TEST(function) \
	cmocka_unit_test_setup_teardown(function, limits_setup, test_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		LIMITS_TEST(white_space_around_the_line_is_stripped),
		LIMITS_TEST(device_name_ends_at_the_first_space),
		LIMITS_TEST(tokens_are_parted_by_spaces_tabs_and_newlines),
		LIMITS_TEST(index_may_be_anywhere_among_the_tokens),
		LIMITS_TEST(device_name_alone_changes_nothing),
		LIMITS_TEST(numbers_are_decimal_hexadecimal_or_octal),
		LIMITS_TEST(numbers_end_at_s32_max),
		LIMITS_TEST(s32_max_reads_back_as_max),
		LIMITS_TEST(numbers_of_up_to_23_characters_are_taken),
		LIMITS_TEST(minus_is_taken_where_the_value_does_not_become_negative),
		LIMITS_TEST(invalid_numbers_are_refused),
		LIMITS_TEST(every_byte_after_a_digit_is_judged_as_by_7_3),
		LIMITS_TEST(every_byte_after_0x_is_judged_as_by_7_3),
		LIMITS_TEST(keys_are_taken_to_the_letter),
		LIMITS_TEST(index_is_decimal),
		LIMITS_TEST(index_with_a_leading_zero_is_decimal_all_the_same),
		LIMITS_TEST(index_at_its_largest_is_found),
		LIMITS_TEST(index_twice_is_refused),
		LIMITS_TEST(same_resource_twice_the_last_one_wins),
		LIMITS_TEST(second_device_on_a_second_line_is_refused),
		LIMITS_TEST(nul_byte_ends_the_line),
		LIMITS_TEST(unknown_device_is_reported_after_the_grammar),
		LIMITS_TEST(line_of_white_space_is_refused_with_enodev),
		LIMITS_TEST(shared_name_is_told_apart_by_its_index),
		LIMITS_TEST(failing_line_leaves_no_pool),
		LIMITS_TEST(longest_line_is_parsed),
		LIMITS_TEST(mr_mem_goes_up_to_s64_max),
		LIMITS_TEST(mr_mem_is_a_key_of_the_types_files_alone),
	};

	return RUN(tests);
}
