# SPDX-License-Identifier: GPL-2.0-only
#
# What the module costs over no controller at all, on one CPU, in instructions where the guest's
# clock counts those (ICOUNT=1 of tests/vm/run).

. ./lib.sh
. ../bench/lib.sh
needs_module

# --- a whole creation and destruction

path=$(deep 1)
warm_up
# In turn, because what the kernel's allocators have seen before makes a difference.
for ((turn = 0; turn < 2 * BENCH_REPEAT + 1; turn++)); do
	only_module
	verbs nothing "$path" ''
	only_module rdmacg_empty
	verbs empty "$path" ''
	only_module rdmacg_oot
	verbs module "$path" module
done
undo_deep

# --- a full machine: 8 levels, 1000 cgroups with pools of their own, 100,000 objects

path=$(deep 8)
modprobe rdmacg_bench
for ((i = 0; i < 1000; i++)); do
	mkdir "$CGROUP/$top/c$i"
	(within $top/c$i module $bench call module 0 count 1) > /dev/null
done
live $top/c0 100000
for ((turn = 0; turn < BENCH_REPEAT; turn++)); do
	verbs full "$path" module
done
end_live
undo_deep
eventually nothing_charged

# --- memory

slab=/sys/kernel/slab/rdmacg_oot_charge
if [ -e $slab/slab_size ]; then
	BENCH_REPEAT=1 sample object_memory byte cat $slab/slab_size
fi

# free_memory: bytes
free_memory()
{
	local cache

	settle
	echo 3 > /proc/sys/vm/drop_caches
	settle
	for cache in /sys/kernel/slab/*/shrink; do
		echo 1 > "$cache"
	done
	echo $(($(sed -n 's/^MemFree: *\([0-9]*\).*/\1/p' /proc/meminfo) * 1024))
}

# steady_memory: the same, when what was freed before has gone through RCU
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
	# One that makes cgroups meanwhile, before all others, waits for whoever holds a lock.
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
		cat /proc/slabinfo > "$scratch/before"
		modprobe rdmacg_oot ${without:+$without=0}
		after=$(free_memory)
		echo "sample: cgroup_memory${without:+_without_$without}" \
			"$(((before - after) / cgroups)) byte"
		cat /proc/slabinfo > "$scratch/after"
		rmmod rdmacg_oot
	done
done
# What that is, as far as it is in slab caches: the last time, without cgroupfs.
declare -A held
while read -r cache _ objects size _; do
	[[ $objects != [0-9]* ]] || held[$cache]=$((objects * size))
done < "$scratch/before"
echo '# memory of a cgroup, in bytes, by slab cache:'
while read -r cache _ objects size _; do
	[[ $objects = [0-9]* ]] || continue
	grown=$(((objects * size - ${held[$cache]-0}) / cgroups))
	[ $grown -le 8 ] || echo "# slab: $cache $grown"
done < "$scratch/after"
find "$CGROUP/$top" -depth -type d -exec rmdir {} +

# --- mkdir and rmdir

mkdir "$CGROUP/$top"
for ((turn = 0; turn < BENCH_REPEAT; turn++)); do
	only_module
	BENCH_REPEAT=1 sample mkdir_nothing insn $bench mkdir "$CGROUP/$top/x" 200
	only_module rdmacg_oot
	BENCH_REPEAT=1 sample mkdir_module insn $bench mkdir "$CGROUP/$top/x" 200
	for place in mirror cgroupfs; do
		only_module rdmacg_oot $place=0
		BENCH_REPEAT=1 sample mkdir_without_$place insn $bench mkdir "$CGROUP/$top/x" 200
	done
done

# What debugfs takes of that, whoever uses it.
only_module rdmacg_bench
files() { echo $(($($bench call none 0 files 200) / 200)); }
sample mkdir_debugfs insn files

# --- reading and writing, with one device, and, in debugfs, with 256

only_module rdmacg_oot
mkdir "$CGROUP/$top/x"
sample read_module insn in_directory "$CGROUP/$top/x" read rdma.max
sample write_module insn in_directory "$CGROUP/$top/x" limit rdma.max "$DEVICE hca_object=5"
only_module rdmacg_bench
sample read_256_devices insn in_directory "$(dir x)" read rdma.current
rmdir "$CGROUP/$top/x"
only_module rdmacg_oot
finish
