# SPDX-License-Identifier: GPL-2.0-only
#
# Loading the module on a machine with 10,000 cgroups: how long it takes, and how much memory each
# cgroup takes, with files in debugfs, in the cgroup file system, or in both. On one CPU (ICOUNT=1
# of tests/vm/run).

. ./lib.sh
. ../bench/lib.sh
needs_module

slab=/sys/kernel/slab/rdmacg_oot_charge
if [ -e $slab/slab_size ]; then
	BENCH_REPEAT=1 sample object_memory byte cat $slab/slab_size
fi

# free_memory: free bytes, including the per-CPU lists of free pages
free_memory()
{
	local cache name value pages=0

	settle
	echo 3 > /proc/sys/vm/drop_caches
	settle
	for cache in /sys/kernel/slab/*/shrink; do
		echo 1 > "$cache"
	done
	while read -r name value _; do
		[[ $name != @(nr_free_pages|count:) ]] || pages=$((pages + value))
	done < /proc/zoneinfo
	echo $((pages * 4096))
}

# steady_memory: the same, once RCU callbacks have stopped freeing memory
steady_memory()
{
	local last=0 free

	free=$(free_memory)
	while [ $((free - last)) -gt 100000 ]; do
		last=$free
		free=$(free_memory)
	done
	echo "$free"
}

now() { echo $((10#${EPOCHREALTIME/./})); }

# slabs: each slab cache, its memory, and how much of that is in use
slabs()
{
	local cache used objects size

	while read -r cache used objects size _; do
		[[ $objects != [0-9]* ]] || echo "$cache $((objects * size)) $((used * size))"
	done < /proc/slabinfo
}

# print_grown: by how much each slab cache has grown per cgroup: its memory, and that in use
print_grown()
{
	local cache size used
	local -A size_before used_before

	while read -r cache size used; do
		size_before[$cache]=$size used_before[$cache]=$used
	done < "$scratch/before"
	while read -r cache size used; do
		size=$(((size - ${size_before[$cache]-0}) / cgroups))
		used=$(((used - ${used_before[$cache]-0}) / cgroups))
		[ $size -le 8 ] || echo "# $cache: $size byte, in use $used"
	done < "$scratch/after"
}

cgroups=10000
only_module
for ((turn = 0; turn < BENCH_REPEAT; turn++)); do
	began=$(now)
	modprobe rdmacg_oot
	echo "sample: modprobe_0_cgroups $((($(now) - began) / 1000)) ms"
	rmmod rdmacg_oot
done
mkdir "$CGROUP/$top"
for ((i = 0; i < cgroups; i++)); do
	echo "$CGROUP/$top/c$i"
done | xargs mkdir
for ((turn = 0; turn < BENCH_REPEAT; turn++)); do
	# A real-time task makes cgroups meanwhile: it is delayed only by locks that the load holds.
	$bench longest "$CGROUP/$top/x" 4000 > "$scratch/longest" &
	sleep 0.5
	began=$(now)
	modprobe rdmacg_oot
	echo "sample: modprobe_${cgroups}_cgroups $((($(now) - began) / 1000)) ms"
	wait
	echo "sample: mkdir_during_modprobe_longest $(($(cat "$scratch/longest") / 1000)) us"
	rmmod rdmacg_oot
	$bench longest "$CGROUP/$top/x" 2000 > "$scratch/longest"
	echo "sample: mkdir_undisturbed_longest $(($(cat "$scratch/longest") / 1000)) us"
done
report 0 "$cgroups cgroups"
for ((turn = 0; turn < BENCH_REPEAT; turn++)); do
	for without in '' mirror cgroupfs; do
		before=$(steady_memory)
		slabs > "$scratch/before"
		modprobe rdmacg_oot ${without:+$without=0}
		after=$(free_memory)
		echo "sample: cgroup_memory${without:+_without_$without}" \
			"$(((before - after) / cgroups)) byte"
		slabs > "$scratch/after"
		[ $turn -gt 0 ] || print_grown
		rmmod rdmacg_oot
	done
done
undo_deep
only_module rdmacg_oot
finish
