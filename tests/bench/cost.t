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
# The three cases take turns: the cost depends on the state of the kernel's allocators.
for ((turn = 0; turn < 2 * BENCH_REPEAT + 1; turn++)); do
	only_module
	verbs nothing "$path" ''
	only_module rdmacg_empty
	verbs empty "$path" ''
	only_module rdmacg_oot
	verbs module "$path" module
done
undo_deep

# --- a full machine: 8 levels, 1000 cgroups that each have a pool, 100,000 objects

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

# What debugfs alone takes to make and remove a directory with five files.
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
