# SPDX-License-Identifier: GPL-2.0-only
#
# How much more the module costs on a machine with many cgroups, devices and objects than on an
# empty one, in instructions (ICOUNT=1 of tests/vm/run, MEM=6144). In each state the cost is
# measured with and without the module, because the kernel's own cost grows as well.
#
# The kernel's cost depends on what it has done before. So the same is done three times: without the
# module, not counted; without it; with it. And each sample is the median of 4,000 that are timed
# one by one: the average has in it what the kernel does now and then, which for a QP differs by
# 3,000 instructions from one thousand to the next. What is left is that the kernel's own cost is
# one of several values, with and without the module: so what the module's functions take is traced
# as well.
#
# Environment: BENCH_CGROUPS, BENCH_DEVICES, BENCH_OBJECTS.

. ./lib.sh
. ../bench/lib.sh
needs_module

: "${BENCH_CGROUPS:=10000}" "${BENCH_DEVICES:=16}" "${BENCH_OBJECTS:=1000000}"
path=$top/c0 BENCH_PAIRS=4000

# call HOW NUMBER: the answer of rdmacg_bench
call() { $bench call none 0 "$1" "$2"; }

# symbol NAME: the address of a variable of the module, as a signed number
symbol() { echo $((0x$(sed -n "s/^\([0-9a-f]*\) . $1\t\[rdmacg_oot\]$/\1/p" /proc/kallsyms))); }

# walk HEADS...: average steps of a look-up, in hundredths, in the hash table that consists of the
# arrays of heads at these addresses
walk()
{
	local address entries=0 steps=0 e s

	for address; do
		read -r e s < <(call chains "$address")
		entries=$((entries + e)) steps=$((steps + s))
	done
	[ $entries -gt 0 ] && echo $((steps * 100 / entries))
}

# segments TABLE: the addresses of the segments of one of the ledger's tables
segments()
{
	local address end

	address=$(symbol "$1")
	for ((end = address + 1024 * 8; address < end; address += 8)); do
		heads=$(call peek $address)
		[ "$heads" != 0 ] || break
		echo "$heads"
	done
}

# table: addresses in the hash table of cgroups, one for each 4096 heads
table()
{
	local address bits i

	address=$(call peek "$(symbol hierarchy_nodes)")
	bits=$(($(call peek "$(symbol hierarchy_nodes_bits)") & 0xffffffff))
	for ((i = 0; i < 1 << bits; i += 4096)); do
		echo $((address + i * 8))
	done
}

# measure NAME SIDES: what the verbs cost on an empty machine, then on a full one
measure()
{
	local i turn

	mkdir -p "$CGROUP/$path"
	for ((turn = 0; turn < BENCH_REPEAT; turn++)); do
		verbs "small_$1" "$path" "$2" typical
		[ "$2" != module ] || traced small_traced "$path"
	done

	for ((i = 1; i < BENCH_CGROUPS; i++)); do
		echo "$CGROUP/$top/c$i"
	done | xargs mkdir
	[ "$2" != module ] || make_pools
	live "$path" "$BENCH_OBJECTS"
	for ((turn = 0; turn < BENCH_REPEAT; turn++)); do
		verbs "scale_$1" "$path" "$2" typical
		[ "$2" != module ] || traced scale_traced "$path"
	done
	[ "$2" != module ] || look_at_tables

	end_live
	undo_deep
	settle
}

make_pools()
{
	modprobe rdmacg_bench
	ok 'every cgroup has a pool on each device' \
		$bench pools "$CGROUP/$top" "$BENCH_CGROUPS" "$BENCH_DEVICES"
	is 'the last cgroup has a pool on each device' \
		"$(grep -c '=1' "$(dir "c$((BENCH_CGROUPS - 1))")/rdma.peak")" \
		"$BENCH_DEVICES"
}

look_at_tables()
{
	local BENCH_REPEAT=1
	local -a heads

	mapfile -t heads < <(segments objects)
	sample walk_ledger step/100 walk "${heads[@]}"
	sample ledger_memory byte echo $((${#heads[@]} * 4096 * 8 / BENCH_OBJECTS))
	mapfile -t heads < <(table)
	sample walk_nodes step/100 walk "${heads[@]}"
	if [ -e /sys/kernel/slab/rdmacg_oot_pool/slab_size ]; then
		sample pool_memory byte cat /sys/kernel/slab/rdmacg_oot_pool/slab_size
	fi
	grep -E '^(rdmacg|Slab|MemFree)' /proc/slabinfo /proc/meminfo | sed 's/^/# /'
}

warm_up
only_module
measure first ''
measure nothing ''
only_module rdmacg_oot
measure module module
finish
