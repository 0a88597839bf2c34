#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Asks the kernel that is built for: compiles each probe/NAME.c (syntax only)
# with the compiler command given and prints "-DHAVE_NAME" for those that
# compile. The sanity probe must: if it does not, prints "broken", and the
# compiler's words on stderr.
#
# Usage: probe.sh PROBE_DIR COMPILER [FLAG...]

dir=$1
shift
set -- "$@" -DMODULE '-DKBUILD_MODNAME="probe"' '-DKBUILD_BASENAME="probe"' -D__KBUILD_MODNAME=probe

if ! "$@" -fsyntax-only "$dir/00_sanity.c" >&2; then
	echo broken
	exit
fi

for probe in "$dir"/[a-z]*.c; do
	name=$(basename "$probe" .c | tr '[:lower:]' '[:upper:]')
	(
		"$@" -Wno-error -Werror=incompatible-pointer-types \
			-Werror=implicit-function-declaration \
			-fsyntax-only "$probe" 2>/dev/null && echo "-DHAVE_$name"
	) &
done | sort
