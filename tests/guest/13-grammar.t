# SPDX-License-Identifier: GPL-2.0-only
#
# What can be written to rdma.max, byte by byte. The limits are hca_handle=7 hca_object=8 before
# each row; a check's name says what is written, the result, and the limits after it.

. ./lib.sh

group a
d=$DEVICE now=

# row NAME BYTES RESULT [LIMITS [OPTION...]]: LIMITS "7 8" if not given
row()
{
	local want=${4:-7 8} got

	[ "$now" = 'hca_handle=7 hca_object=8 ' ] || limit a 'hca_handle=7 hca_object=8' > /dev/null
	got=$(put a "$2" "${@:5}")
	now=$(line max a)
	want="hca_handle=${want% *} hca_object=${want#* } "
	is "$1: $3, then $want" "$got $now" "$3 $want"
}

row 'one resource' "$d hca_handle=1" ok '1 8'
row 'both' "$d hca_handle=1 hca_object=2" ok '1 2'
row 'the other way round' "$d hca_object=2 hca_handle=1" ok '1 2'
row 'a newline at the end' "$d hca_handle=1\n" ok '1 8'
row 'max' "$d hca_handle=max" ok 'max 8'
row 'both max' "$d hca_handle=max hca_object=max" ok 'max max'

# White space.
row 'every white space before the name' " \t\n\v\f\r\0240$d hca_handle=1" ok '1 8'
row 'every white space at the end' "$d hca_handle=1 \t\n\v\f\r\0240" ok '1 8'
row 'spaces after the name' "$d   hca_handle=1" ok '1 8'
row 'space, then a tab' "$d \thca_handle=1" ok '1 8'
row 'space, then a newline' "$d \nhca_handle=1" ok '1 8'
row 'spaces, tabs, newlines between' "$d hca_handle=1 \t\n\n \thca_object=2" ok '1 2'
row 'a newline between' "$d hca_handle=1\nhca_object=2" ok '1 2'
row 'a tab after the name belongs to it' "$d\thca_handle=9" ENODEV
row 'a newline after the name belongs to it' "$d\nhca_handle=9" ENODEV
row 'a vertical tab between belongs to the value' "$d hca_handle=1\vhca_object=2" EINVAL
row 'a carriage return between' "$d hca_handle=1\r hca_object=2" EINVAL
row 'a non-breaking space between' "$d hca_handle=1\0240hca_object=2" EINVAL
row 'the name alone' "$d" ok
row 'the name and a newline' "$d\n" ok
row 'the name and white space' "$d \t \n" ok
row 'nothing at all' '' ok
row 'one space' ' ' ENODEV
row 'one newline' '\n' ENODEV
row 'white space only' ' \t\n\v\f\r\0240' ENODEV

# Numbers.
row 'zero' "$d hca_handle=0" ok '0 8'
row 'minus zero' "$d hca_handle=-0" ok '0 8'
row 'a minus sign alone, as the kernel reads it' "$d hca_handle=-" ok '0 8'
row 'two zeros' "$d hca_handle=00" ok '0 8'
row 'decimal' "$d hca_handle=1234567890" ok '1234567890 8'
row 'hexadecimal' "$d hca_handle=0x10" ok '16 8'
row 'hexadecimal, capitals' "$d hca_handle=0X1F" ok '31 8'
row 'hexadecimal, mixed' "$d hca_handle=0xAbC" ok '2748 8'
row 'octal' "$d hca_handle=010" ok '8 8'
row 'one less than the largest' "$d hca_handle=2147483646" ok '2147483646 8'
row 'the largest reads back as max' "$d hca_handle=2147483647" ok 'max 8'
row 'the largest, hexadecimal' "$d hca_handle=0x7fffffff" ok 'max 8'
row 'the largest, octal' "$d hca_handle=017777777777" ok 'max 8'
for value in -1 +5 -2147483648 -2147483649 2147483648 4294967295 4294967296 4294967297 \
	18446744073709551615 18446744073709551616 18446744073709551617 99999999999999999999999999 \
	0x80000000 0x100000000 020000000000 '' ma maxx Max MAX 5x 08 0x 0xg 1e3 1.5 1, \
	1,hca_object=2 -0x1 --1 + max0 -max 0b1 1_000 =1 '"1"'; do
	row "value '$value'" "$d hca_handle=$value" EINVAL
	row "value '$value' of the other resource, after a good one" \
		"$d hca_handle=1 hca_object=$value" EINVAL
done

# Keys.
for token in hca_handle hca_object = =1 hca=1 hca_handl=1 hca_handles=1 HCA_HANDLE=1 Hca_object=1 \
	xhca_handle=1 qp=1 max 1 hca_handle:1 rdma.max=1 hca_handle.max=1 index; do
	row "token '$token'" "$d $token" EINVAL
	row "token '$token' after a good one" "$d hca_handle=1 $token" EINVAL
done
row 'spaces around the equals sign' "$d hca_handle = 1" EINVAL
row 'the same resource twice: the last one wins' "$d hca_handle=1 hca_handle=2" ok '2 8'
row 'max, then a number' "$d hca_handle=max hca_handle=3" ok '3 8'
row 'a number, then max' "$d hca_handle=3 hca_handle=max" ok 'max 8'
row 'a bad one, then a good one' "$d hca_handle=x hca_handle=2" EINVAL
row 'a second device on a second line' "$d hca_handle=1\n$d hca_handle=2" EINVAL

# Devices.
row 'an unknown device' 'nodev0 hca_handle=1' ENODEV
row 'an unknown device alone' 'nodev0' ENODEV
row 'a parse error is reported first' 'nodev0 hca_handle=x' EINVAL
row 'a prefix of the name' "${d%?} hca_handle=1" ENODEV
row 'more than the name' "${d}0 hca_handle=1" ENODEV
row 'the name in capitals' "${d^^} hca_handle=1" ENODEV
row 'a very long name' "$(printf 'x%.0s' {1..300}) hca_handle=1" ENODEV
row 'an empty name: the resource is the name' 'hca_handle=1' ENODEV

# NUL.
row 'a NUL ends the line' "$d hca_handle=1\0hca_object=x" ok '1 8'
row 'a NUL at the end' "$d hca_handle=1\0" ok '1 8'
row 'a NUL within a number' "$d hca_handle=1\0000" ok '1 8'
row 'a NUL first: white space only' "\0$d hca_handle=1" ENODEV
row 'a NUL within the name' "${d%?}\0" ENODEV

# Length: a line is at most one page, which is more than 4096 bytes on some kernels for arm64.
page=$(python3 -c 'import os; print(os.sysconf("SC_PAGE_SIZE"))')
long() { printf '%s%*s' "$d hca_handle=1" $(($1 - ${#d} - 13)) ''; }
row 'one byte less than a page' "$(long $((page - 1)))" ok '1 8'
row 'a page' "$(long "$page")" ok '1 8'
row 'one byte more than a page' "$(long $((page + 1)))" E2BIG
row 'two pages' "$(long $((2 * page)))" E2BIG
row '100000 bytes' "$(long 100000)" E2BIG
row 'a page with the value last' \
	"$(printf '%s%*s%s' "$d" $((page - ${#d} - 12)) '' hca_handle=5)" ok '5 8'

# How it is written.
row 'offset 1' "$d hca_handle=1" ok '1 8' offset=1
row 'offset 4096' "$d hca_handle=1" ok '1 8' offset=4096
row 'offset 1000000' "$d hca_handle=1" ok '1 8' offset=1000000
row 'O_APPEND' "$d hca_handle=1" ok '1 8' append
row 'O_TRUNC' "$d hca_handle=1" ok '1 8' truncate
row 'O_APPEND and O_TRUNC' "$d hca_handle=1" ok '1 8' append truncate
# In the cgroup file system, older kernels make a write of each piece of a writev(2), also to their
# own files. The first piece here is white space, which names no process.
if in_cgroupfs &&
	[ "$(printf '%10s%10s' '' $$ | ./file write "$CGROUP/cgroup.procs" split=2)" != ok ]; then
	skip 'one writev is one line' 'this kernel makes several writes of it'
else
	row 'one writev of 2' "$d hca_handle=1 hca_object=2" ok '1 2' split=2
	row 'one writev of 16' "$d hca_handle=1 hca_object=2" ok '1 2' split=16
	row 'one writev of more than a page' "$(long $((page + 1)))" E2BIG '7 8' split=3
	row 'one writev with an error' "$d hca_handle=1 hca_object=x" EINVAL '7 8' split=3
fi
is 'two writes to one open file are two lines' "$(
	exec 7> "$(dir a)/rdma.max"
	printf '%s hca_handle=3\n' "$d" >&7
	printf '%s hca_object=4\n' "$d" >&7
	line max a
)" 'hca_handle=3 hca_object=4 '
now=

for file in current peak events events.local; do
	is "a write to rdma.$file fails with EINVAL" \
		"$(printf '%s' "$d" | ./file write "$(dir a)/rdma.$file")" EINVAL
done

# The index.
index=$(rdma dev show "$d" 2> /dev/null | sed -n "s/^\([0-9]*\): $d: .*/\1/p")
if [ -n "$index" ]; then
	row 'index before' "$d index=$index hca_handle=1" ok '1 8'
	row 'index after' "$d hca_handle=1 index=$index" ok '1 8'
	row 'index between' "$d hca_handle=1 index=$index hca_object=2" ok '1 2'
	row 'index with leading zeros' "$d index=00$index hca_handle=1" ok '1 8'
	row 'index alone' "$d index=$index" ok
	row 'index twice' "$d index=$index index=$index hca_handle=1" EINVAL
	row 'the index of no device' "$d index=$((index + 77)) hca_handle=1" ENODEV
	row 'the largest index' "$d index=4294967295 hca_handle=1" ENODEV
	row 'the index of this device with another name' "nodev0 index=$index hca_handle=1" ENODEV
	for value in '' -1 +1 0x0 0x1 4294967296 18446744073709551616 x max 1x -0; do
		row "index '$value'" "$d index=$value hca_handle=1" EINVAL
	done
	row 'a bad index first, then a bad device' 'nodev0 index=x' EINVAL
else
	skip 'index= selects the device' 'the index of the device is not known'
fi
finish
