#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Against which headers of ib_core is the module built? Asks src/compat/ib_core.sh about made-up
# trees of modules and of headers, and builds rdmacg_oot against such headers. Only the names of
# directories and files come from MLNX_OFED. Prints TAP.
#
# Usage: ofa.t KERNEL_BUILD_DIR

set -u
PATH=$PATH:/usr/sbin:/sbin
kdir=$(cd "$1" && pwd) || exit
top=$(cd "${0%/*}/../.." && pwd)
release=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"/\1/p' "$kdir/include/generated/utsrelease.h")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

export RDMACG_ROOT=$work/root
modules=$RDMACG_ROOT/lib/modules/$release
intree=kernel/drivers/infiniband/core
ofa=$RDMACG_ROOT/usr/src/ofa_kernel
count=0 failed=0

# result NAME [COMPLAINT]: one line of TAP; without a complaint, the test passed
result()
{
	count=$((count + 1))
	if [ -z "${2-}" ]; then
		echo "ok $count - ofa: $1"
		return
	fi
	failed=1
	echo "not ok $count - ofa: $1"
	sed 's/^/# /' <<< "$2"
}

skip()
{
	count=$((count + 1))
	echo "ok $count - ofa: $1 # SKIP $2"
}

# says NAME PATTERN [OFA_KERNEL]: test that ib_core.sh answers PATTERN about the present trees
says()
{
	local answer complaint=
	answer=$(sh "$top/src/compat/ib_core.sh" "$work/kernel" ${3+"$3"} 2>&1)
	# shellcheck disable=SC2053 # it is a pattern
	[[ $answer == $2 ]] || complaint="expected: $2"$'\n'"answered: $answer"
	result "$1" "$complaint"
}

# put DIR GENERATION: install the made-up ib_core and ib_uverbs of GENERATION in a module directory
put()
{
	mkdir -p "$modules/$1"
	cp "$work/$2"/ib_core.ko "$work/$2"/ib_uverbs.ko "$modules/$1"
}

# headers DIR GENERATION: install what ib_core.sh reads of the headers of that made-up ib_core
headers()
{
	mkdir -p "$1/include"
	cp "$work/$2/Module.symvers" "$1"
}

clean()
{
	rm -rf "$RDMACG_ROOT"
	mkdir -p "$modules" "$ofa"
}

# version FILE SYMBOL: the version of SYMBOL in a Module.symvers, or in the output of modprobe
# --dump-modversions
version()
{
	awk -v symbol="$2" '$2 == symbol { print $1 }' "$1"
}

for generation in 1 2; do
	cp -r "$top/tests/ofa/modules" "$work/$generation"
	if ! make -C "$kdir" M="$work/$generation" GENERATION=$generation modules \
			> "$work/log" 2>&1; then
		result 'the made-up modules compile' "$(cat "$work/log")"
		exit 1
	fi
done
# Generation 1 is the kernel's own ib_core.
mkdir -p "$work/kernel/include/generated"
cp "$kdir/include/generated/utsrelease.h" "$work/kernel/include/generated"
cp "$work/1/Module.symvers" "$work/kernel"
versions=y
[ "$(version "$work/1/Module.symvers" ib_register_client)" != 0x00000000 ] || versions=

clean
says 'no ib_core: the kernel'\''s own headers' ''
echo "$intree/ib_core.ko" > "$modules/modules.builtin"
says 'built in: the kernel'\''s own headers' ''
rm -r "$modules"
says 'no modules at all: the kernel'\''s own headers' ''

clean
put $intree 1
says 'in-tree: the kernel'\''s own headers' ''
headers "$ofa/x86_64/$release" 2
ln -s "x86_64/$release" "$ofa/default"
says 'in-tree, headers of a removed ib_core are left: the kernel'\''s own headers' ''

# DKMS moves the kernel's own module away on some systems, and leaves it on others.
for others in '' ' beside the kernel'\''s own'; do
	for place in updates updates/dkms updates/$intree extra/mlnx-ofa_kernel; do
		clean
		[ -z "$others" ] || put $intree 1
		put "$place" 2
		headers "$ofa/x86_64/$release" 2
		# If both are installed, depmod.d of this machine decides.
		if depmod -n -b "$RDMACG_ROOT" "$release" 2> /dev/null |
				grep -q "^$place/ib_core.ko:"; then
			expected=$ofa/x86_64/$release
		else
			expected=
		fi
		says "in $place$others: the headers of the module that depmod chooses" "$expected"
		echo "$intree/ib_core.ko:" > "$modules/modules.dep"
		says "in $place$others, old modules.dep: the same headers" "$expected"
	done
done

clean
put extra 2
mkdir "$modules/weak-updates"
mv "$modules"/extra/*.ko "$work"
ln -s "$work"/ib_core.ko "$work"/ib_uverbs.ko "$modules/weak-updates"
headers "$ofa/x86_64/other" 2
ln -s x86_64/other "$ofa/default"
says 'module linked from another kernel: the headers in "default"' "$ofa/x86_64/other"

clean
put $intree 2
headers "$ofa/default" 2
says 'in place of the kernel'\''s own: the headers of the external one' "$ofa/default"

clean
put updates/dkms 2
says 'external, no headers: an error' \
	"error: $modules/updates/dkms/ib_core.ko, *: install *OFA_KERNEL=*"
mkdir -p "$ofa/default/include"
says 'external, no Module.symvers: an error' 'error: *: install *OFA_KERNEL=*'
headers "${ofa}-dkms/x86_64/$release" 2
says 'external, headers only where DKMS installs them: those headers' "${ofa}-dkms/x86_64/$release"
headers "$ofa/$release" 2
rm -r "${ofa}-dkms"
says 'external, headers where MLNX_OFED 4 installs them: those headers' "$ofa/$release"

clean
headers "$ofa/mine" 2
says 'given, no ib_core: as given' "$ofa/mine" "$ofa/mine"
ln -s mine "$ofa/link"
says 'given a link: the directory that it points to' "$ofa/mine" "$ofa/link"
put updates 2
says 'given, matches: as given' "$ofa/mine" "$ofa/mine"
rm "$ofa/mine/Module.symvers"
says 'given, no Module.symvers: an error' "error: OFA_KERNEL=$ofa/mine lacks *" "$ofa/mine"
headers "$ofa/mine" 2
rmdir "$ofa/mine/include"
says 'given, no include: an error' "error: OFA_KERNEL=$ofa/mine lacks *" "$ofa/mine"
says 'given, not there: an error' 'error: OFA_KERNEL=/nowhere lacks *' /nowhere

# compressed FORMAT COMMAND...
compressed()
{
	if ! modprobe -V | grep -qi "+$1" || ! command -v "$2" > /dev/null; then
		skip "compressed with $1" "no $2, or kmod cannot read it"
		return
	fi
	clean
	put updates/dkms 2
	"${@:2}" "$modules"/updates/dkms/*.ko
	headers "$ofa/default" 2
	says "compressed with $1: its headers" "$ofa/default"
	headers "$ofa/default" 1
	says "compressed with $1, headers do not match: an error" \
		"error: $ofa/default does not match *.ko.*version*"
}

if [ -n "$versions" ]; then
	clean
	put updates/dkms 2
	headers "$ofa/default" 1
	says 'external, headers do not match: an error' \
		"error: $ofa/default does not match $modules/updates/dkms/ib_core.ko*version*"
	headers "$ofa/x86_64/$release" 2
	says 'external, "default" does not match: the headers for this kernel' \
		"$ofa/x86_64/$release"
	headers "$ofa/x86_64/$release" 1
	headers "$ofa/default" 2
	says 'external, headers for this kernel do not match: the headers in "default"' \
		"$ofa/default"
	says 'given, does not match: an error' \
		"error: OFA_KERNEL=$ofa/x86_64/$release does not match *" "$ofa/x86_64/$release"

	clean
	put $intree 1
	headers "$ofa/mine" 2
	says 'given, but the kernel'\''s own will be loaded: an error' \
		"error: OFA_KERNEL=$ofa/mine does not match *" "$ofa/mine"

	sed -i 's/ib_register_client/something_else/' "$ofa/mine/Module.symvers"
	says 'given, without ib_register_client, beside the kernel'\''s own: as given' \
		"$ofa/mine" "$ofa/mine"

	clean
	put updates 2
	headers "$ofa/default" 2
	sed -i 's/ib_register_client/something_else/' "$ofa/default/Module.symvers"
	says 'external, headers without ib_register_client: an error' \
		"error: $ofa/default does not match *"
	headers "$ofa/default" 2
	sed -i 's/^0x[0-9a-f]*/0x00000000/' "$ofa/default/Module.symvers"
	says 'external, headers without symbol versions: those headers' "$ofa/default"

	compressed xz xz --check=crc32
	compressed zstd zstd -q --rm
else
	skip 'headers that do not match' "$release has no CONFIG_MODVERSIONS"
fi

# Builds of a copy of the source with more probes. Kbuild takes RDMACG_ROOT from the environment.
mkdir "$work/src"
ignore=$top/.gitignore
[ -f "$ignore" ] || ignore=/dev/null
tar -C "$top" -c -X "$ignore" Kbuild Makefile dkms.conf include src | tar -x -C "$work/src"
cat > "$work/src/src/compat/probe/made_up_header.c" << 'END'
#include <rdma/ib_verbs.h>

int probe = MADE_UP_HEADER + MADE_UP_CONFIG;
END
for name in made_up_lack made_up_lack_too; do
	cat > "$work/src/src/compat/probe/$name.c" <<< 'int probe = MADE_UP_NOWHERE;'
done

build()
{
	make -C "$work/src" KDIR="$kdir" "$@" > "$work/log" 2>&1
}

# refuses NAME PATTERN [MAKE_ARGUMENT...]: test that make fails with a message PATTERN
refuses()
{
	local name=$1 pattern=$2 complaint=
	shift 2
	if build "$@" || ! grep -q "$pattern" "$work/log"; then
		complaint=$(cat "$work/log")
	fi
	result "$name" "$complaint"
}

# What Kbuild says about the configuration and the version of a made-up kernel.
mkdir -p "$work/made-up/include/generated/uapi/linux"
configuration='CONFIG_MODULES=y CONFIG_X86_64=y CONFIG_CGROUPS=y CONFIG_KPROBES=y'

# says_kbuild NAME PATTERN VERSION-CODE MAKE_ARGUMENT...: test that Kbuild prints PATTERN
says_kbuild()
{
	local answer complaint=

	echo "#define LINUX_VERSION_CODE $3" \
		> "$work/made-up/include/generated/uapi/linux/version.h"
	answer=$(make -n -f "$top/Kbuild" src="$top" objtree="$work/made-up" $configuration \
		"${@:4}" 2>&1)
	# shellcheck disable=SC2053 # it is a pattern
	[[ $answer == $2 ]] || complaint="expected: $2"$'\n'"answered: $answer"
	result "$1" "$complaint"
}

says_kbuild 'another architecture: refused with a message' \
	'*rdmacg_oot: *neither for x86-64 nor for arm64*' 393472 CONFIG_X86_64=
says_kbuild 'arm64: not refused for the architecture' '*CONFIG_INFINIBAND_USER_ACCESS*' 393472 \
	CONFIG_X86_64= CONFIG_ARM64=y
for old in 3.13:199936 3.16:200704 4.1:262400; do
	says_kbuild "Linux ${old%:*}: refused with a message" \
		"*rdmacg_oot: Linux ${old%:*} is too old: *" "${old#*:}"
done
says_kbuild 'Linux 4.4: not too old; refused for want of uverbs' \
	'*rdmacg_oot: *CONFIG_INFINIBAND_USER_ACCESS (there are no uverbs to hook)*' 263168
says_kbuild 'RHEL 7: not too old; refused for want of uverbs' '*CONFIG_INFINIBAND_USER_ACCESS*' \
	$'199168\n#define RHEL_MAJOR 7'
mkdir -p "$work/given/include/generated"
cp "$work/2/Module.symvers" "$work/given"
says_kbuild 'a kernel without uverbs, with an external ib_core: not refused' \
	'*building against the ib_core of*' 393472 OFA_KERNEL="$work/given"

clean
put updates/dkms 2
refuses 'make refuses an ib_core without headers' \
	'\*\*\* rdmacg_oot: .*/updates/dkms/ib_core.ko, which .*: install '
refuses 'make refuses given headers that are not there, by their full name' \
	"\*\*\* rdmacg_oot: OFA_KERNEL=$work/nowhere lacks " OFA_KERNEL=../nowhere

tree=$ofa/x86_64/$release
headers "$tree" 2
mkdir -p "$tree/include/rdma" "$tree/include/linux" "$tree/include/uapi/rdma" "$tree/compat"
cat > "$tree/include/rdma/ib_verbs.h" << 'END'
#include_next <rdma/ib_verbs.h>
#include <rdma/made_up.h>
#include <linux/module.h>
MODULE_INFO(made_up, "header");
END
echo '#define MADE_UP_HEADER 1' > "$tree/include/uapi/rdma/made_up.h"
echo '#define MADE_UP_CONFIG 1' > "$tree/compat/config.h"
cat > "$tree/include/linux/compat-2.6.h" << 'END'
#ifndef CONFIG_MODULES
#error The configuration of the kernel must come first.
#endif
#include "../../compat/config.h"
#include <linux/module.h>
END
# As MLNX_OFED for kernels before 4.18: macros with the names of ours but another meaning, and a
# refcount.h that lacks a function.
cat >> "$tree/compat/config.h" << 'END'
#define HAVE_KVCALLOC 1
#define HAVE_STRSCPY 1
#define HAVE_DEBUGFS_LOOKUP 1
#define HAVE_DEBUGFS_CREATE_FILE_UNSAFE 1
#define HAVE_CGROUP_PARENT 1
#define HAVE_IB_DEVICE_OPS 1
END
cat > "$tree/include/linux/refcount.h" << 'END'
#ifndef MADE_UP_REFCOUNT_H
#define MADE_UP_REFCOUNT_H
#define refcount_dec_if_one	hidden
#include_next <linux/refcount.h>
#undef refcount_dec_if_one
#endif
END
# As RHEL 8.4 to 8.10: data_race() declares a variable of the type of its argument, const included.
# In newer kernels READ_ONCE() or the compiler drops the const; not here.
cat > "$tree/include/linux/compiler.h" << 'END'
#ifndef MADE_UP_COMPILER_H
#define MADE_UP_COMPILER_H
#include_next <linux/compiler.h>
#undef READ_ONCE
#define READ_ONCE(x)	(*(const volatile typeof(x) *)&(x))
#undef data_race
#define data_race(expr)	({ typeof(expr) made_up; made_up = (expr); made_up; })
#endif
END
# Kbuild must keep the KBUILD_EXTRA_SYMBOLS of its caller.
sed -n 's/^0x[0-9a-f]*\(\tib_unregister_client\t\)drivers/0x0badcafe\1elsewhere/p' \
	"$kdir/Module.symvers" > "$work/extra.symvers"

complaint=
build KBUILD_EXTRA_SYMBOLS="$work/extra.symvers" || complaint=$(cat "$work/log")
result 'rdmacg_oot builds against the made-up headers' "$complaint"

complaint=$(grep 'warning:' "$work/log")
result 'the headers that are included by force cause no warnings' "$complaint"

complaint=
[ "$(grep '^rdmacg_oot:' "$work/log")" = \
		"rdmacg_oot: building against the ib_core of $tree" ] ||
	complaint=$(cat "$work/log")
result 'one line says which ib_core was chosen' "$complaint"

complaint=
modinfo -F made_up "$work/src/rdmacg_oot.ko" | grep -q header || complaint='no trace of it'
result 'the compiler saw the made-up header' "$complaint"

complaint=
grep -q DRCG_HAVE_MADE_UP_HEADER "$work/src/src/.main.o.cmd" || complaint='no trace of it'
result 'the probes saw the made-up header and the made-up configuration' "$complaint"

complaint=$(grep -o 'DRCG_HAVE_REFCOUNT_DEC_IF_ONE' "$work/src/src/.main.o.cmd")
result 'the probes saw which function the made-up refcount.h lacks' "$complaint"

complaint=$(grep -o 'DRCG_HAVE_MADE_UP_LACK[A-Z_]*' "$work/src/src/.main.o.cmd")
result 'two probes that lack the same symbol both fail' "$complaint"

complaint=$(grep -o 'DRCG_HAVE_DATA_RACE' "$work/src/src/.main.o.cmd")
result 'the probes saw that the made-up data_race() takes no const argument' "$complaint"

if [ -n "$versions" ]; then
	modprobe --dump-modversions "$work/src/rdmacg_oot.ko" > "$work/versions"
	complaint=
	[ "$(version "$work/versions" ib_register_client)" = \
			"$(version "$tree/Module.symvers" ib_register_client)" ] ||
		complaint=$(cat "$work/versions")
	result 'the module has the symbol versions of the made-up ib_core' "$complaint"
	complaint=
	[ "$(version "$work/versions" ib_unregister_client)" = 0x0badcafe ] ||
		complaint=$(cat "$work/versions")
	result 'the module has the symbol versions of the given KBUILD_EXTRA_SYMBOLS' "$complaint"
else
	skip 'the module has the symbol versions of the made-up ib_core' \
		"$release has no CONFIG_MODVERSIONS"
fi

# depends: the modules that DKMS would build before rdmacg_oot, of those in its tree $work/dkms
depends()
{
	(
		dkms_tree=$work/dkms kernel_source_dir=$kdir
		. "$top/dkms.conf"
		echo "${BUILD_DEPENDS[*]-}"
	)
}

# excluded: would DKMS skip the kernel whose configuration is in $work/configured?
excluded()
{
	(
		dkms_tree=$work/dkms kernel_source_dir=$work/configured
		. "$top/dkms.conf"
		[ -n "${BUILD_EXCLUSIVE_KERNEL-}" ]
	)
}

mkdir -p "$work/dkms/rdmacg_oot/0/source" "$work/dkms/mlnx-ofed-kernel" \
	"$work/configured/include/config"
tr ' ' '\n' <<< "$configuration" > "$work/configured/include/config/auto.conf"
complaint=
excluded || complaint='not skipped'
result 'DKMS without MLNX_OFED: a kernel without uverbs is skipped' "$complaint"
complaint=
[ -z "$(depends)" ] || complaint="depends on $(depends)"
result 'DKMS without MLNX_OFED: depends on nothing' "$complaint"
for name in mlnx-ofed-kernel mlnx-ofa_kernel; do
	rm -rf "$work/dkms"
	mkdir -p "$work/dkms/$name/24.10/source"
	complaint=
	[ "$(depends)" = $name ] || complaint="depends on $(depends)"
	result "DKMS with $name: builds $name first" "$complaint"
	complaint=
	! excluded || complaint='skipped'
	result "DKMS with $name: a kernel without uverbs of its own is not skipped" "$complaint"
done

exit $failed
