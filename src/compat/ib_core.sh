#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Says whose headers to build against: those of the ib_core that will be loaded
# by the kernel that is built for. MLNX_OFED and DOCA replace the kernel's, and
# leave include/ and Module.symvers of theirs below /usr/src/ofa_kernel.
#
# Prints the directory that holds the two; nothing, for the kernel's own; or
# "error: " and one line that says what is wrong. What cannot be found out is
# not an error: a build root may hold headers and no modules, a kernel without
# CONFIG_MODVERSIONS has no versions of symbols to compare.
#
# Usage: ib_core.sh KERNEL_BUILD_DIR [OFA_KERNEL]
#
# OFA_KERNEL is such a directory, to be used whatever ib_core there is, if only
# it matches. With RDMACG_ROOT in the environment, lib/modules and usr/src are
# looked for below that.

PATH=$PATH:/usr/sbin:/sbin
build=$1 given=$2
release=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"/\1/p' "$build/include/generated/utsrelease.h")
modules=${RDMACG_ROOT-}/lib/modules/$release
sources=${RDMACG_ROOT-}/usr/src

fail()
{
	echo "error: $*"
	exit
}

# Of several modules of one name, depmod knows which one wins. It is asked about copies of these
# alone: modules.dep is missing or old when DKMS builds for a kernel that is being installed.
winner()
{
	copy=$(mktemp -d) || return
	ln -s . "$copy/usr"
	for file in "$@"; do
		mkdir -p "$copy/lib/modules/$release/${file%/*}"
		cp "$modules/$file" "$copy/lib/modules/$release/$file"
	done
	depmod -n -b "$copy" "$release" 2>/dev/null | sed 's/:.*//' | grep 'ib_core\.ko[.a-z]*$'
	rm -rf "$copy"
}

# Sets core, to the file that will be loaded, and replaced, if that is not the kernel's own: it lies
# elsewhere, or was not built with the kernel.
find_core()
{
	core='' replaced=''
	[ -n "$release" ] || return
	set -- $(cd "$modules" 2>/dev/null &&
		find . -name ib_core.ko -o -name 'ib_core.ko.[gxz]*' | sed 's,^\./,,')
	[ $# -le 1 ] || set -- $(winner "$@") "$@"
	[ -n "$1" ] || return
	core=$modules/$1
	case $1 in
	kernel/*)
		mark=$(modinfo -F intree "$core" 2>/dev/null) && [ -z "$mark" ] && replaced=y ;;
	*)
		replaced=y ;;
	esac
}

is_complete()
{
	[ -d "$1/include" ] && [ -s "$1/Module.symvers" ]
}

# Prints a symbol of which the ib_uverbs beside that ib_core wants another version than a module
# built with the headers $1 would. What a module wants any kmod can list, compressed or not; what it
# has, only new ones can. Where those headers say nothing, modpost goes by the kernel's own.
difference()
{
	uverbs=$(ls "${core%/*}"/ib_uverbs.ko* 2>/dev/null | head -n 1)
	[ -n "$core" ] && [ -n "$uverbs" ] || return
	{
		cat "$build/Module.symvers" "$1/Module.symvers" 2>/dev/null
		modprobe --dump-modversions "$uverbs" 2>/dev/null | sed 's/$/ wanted/'
	} | awk '
		{ sub(/^0x0*/, "", $1) }
		$3 != "wanted" { version[$2] = $1; next }
		version[$2] != "" && version[$2] != $1 { print $2; exit }'
}

find_core
if [ -n "$given" ]; then
	is_complete "$given" || fail "OFA_KERNEL=$given lacks include/ or Module.symvers:" \
		"name the directory that holds both, such as /usr/src/ofa_kernel/default"
	symbol=$(difference "$given")
	[ -z "$symbol" ] || fail "OFA_KERNEL=$given does not match $core, which will be loaded" \
		"($symbol has another version): name the directory of that ib_core, or none"
	(cd -P "$given" && pwd)
	exit
fi

[ -n "$replaced" ] || exit 0
wrong=''
for dir in "$sources"/ofa_kernel*/*/"$release" "$sources/ofa_kernel/$release" \
		"$sources/ofa_kernel/default"; do
	is_complete "$dir" || continue
	symbol=$(difference "$dir")
	if [ -z "$symbol" ]; then
		(cd -P "$dir" && pwd)
		exit
	fi
	wrong=${wrong:-"$dir does not match $core, which will be loaded ($symbol has another"}
done
[ -z "$wrong" ] || fail "$wrong version): install mlnx-ofed-kernel anew for $release," \
	"or name the directory with the headers of that ib_core with OFA_KERNEL="
fail "$core, which will be loaded, is not the kernel's own, and its headers are not below" \
	"$sources/ofa_kernel: install mlnx-ofed-kernel-dkms or mlnx-ofa_kernel-devel," \
	"or name their directory with OFA_KERNEL="
