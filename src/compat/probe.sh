#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Asks the kernel that is built for: prints "-DRCG_HAVE_NAME" for each probe/NAME.c
# that compiles with the compiler command given. The sanity probe must: if it
# does not, prints "broken", and the compiler's words on stderr.
#
# All probes are compiled at once, since reading the headers is what takes
# time, and those lack something whose name stands before an error. So the
# names probe, probe2 and probe3 are their own, and they use no others. Those
# left are compiled again, until there is no error: a header that does not
# exist ends the compiler, and what two probes lack is reported in one only.
#
# Usage: probe.sh PROBE_DIR COMPILER [FLAG...]

dir=$1
shift
set -- "$@" -DMODULE '-DKBUILD_MODNAME="probe"' '-DKBUILD_BASENAME="probe"' -D__KBUILD_MODNAME=probe

if ! "$@" -fsyntax-only "$dir/00_sanity.c" >&2; then
	echo broken
	exit
fi

# clang gives up at the twentieth error, unless told not to; gcc does not know the option. gcc
# reports an error inside a macro where the macro is defined, unless told not to; clang where it is
# used.
if [ "$(echo __clang__ | "$@" -E -P -x c - 2> /dev/null | tail -n 1)" = 1 ]; then
	set -- "$@" -ferror-limit=0
else
	set -- "$@" -ftrack-macro-expansion=0
fi

names=$(cd "$dir" && echo [a-z]*.c | sed 's/\.c\>//g')
while :; do
	complaints=$(
		for name in $names; do
			printf '#line 1 "%s.c"\n' "$name"
			for own in probe probe2 probe3; do
				printf '#undef %s\n#define %s %s_%s\n' $own $own $own "$name"
			done
			cat "$dir/$name.c"
		done | LC_ALL=C "$@" -Wno-error -Werror=incompatible-pointer-types \
			-Werror=implicit-function-declaration -fsyntax-only -x c - 2>&1
	)
	lacking=$(echo "$complaints" | sed -n 's/^\([a-z0-9_]*\)\.c:.* error:.*/\1/p')
	[ -n "$lacking" ] || break
	names=$(echo "$names" | tr ' ' '\n' | grep -vxF "$lacking")
done

for name in $names; do
	echo "-DRCG_HAVE_$(echo "$name" | tr '[:lower:]' '[:upper:]')"
done
