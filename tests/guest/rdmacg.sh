# SPDX-License-Identifier: GPL-2.0-only
#
# The program rdmacg with the shell and awk of Debian ($set is debian, $shell sh), or with those of
# busybox (busybox, "busybox sh"). Sourced by its tests after lib.sh.

needs_module
# The program knows files, not kernels.
[[ $(uname -r) = @(5.10|7.3).* ]] || skip_all 'the oldest and the newest kernel suffice'
program=$here/../../tool/usr/sbin/rdmacg
for set in debian busybox; do
	mkdir "$scratch/$set"
	for tool in awk $([ $set = debian ] ||
		echo cat chmod cut dd find head mktemp mv od rm sed sort tr); do
		ln -s "$(command -v busybox)" "$scratch/$set/$tool"
	done
done
[ ! -x /usr/bin/mawk ] || ln -sf /usr/bin/mawk "$scratch/debian/awk"
shell=sh set=debian

# rdmacg ARGUMENT...
# Unquoted: it may be two words.
rdmacg() { PATH=$scratch/$set:$PATH $shell "$program" "$@"; }
