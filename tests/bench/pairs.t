# SPDX-License-Identifier: GPL-2.0-only
#
# What the module's controller and the kernel's own cost alone, on one CPU, in instructions where
# the guest's clock counts those (ICOUNT=1 of tests/vm/run).

. ./lib.sh
. ../bench/lib.sh
needs_module
[ -n "$own" ] || skip_all 'the kernel has no controller of its own'

pairs=20000
only_module rdmacg_bench
# pair SIDE: the cost of one charge and one uncharge, without that of the loop around them
pair() { echo $((($($bench call "$1" 0 count $pairs) - loop) / pairs)); }
export -f pair
export bench pairs loop
loop=$($bench call none 0 count $pairs)
for depth in 1 3 8; do
	path=$(deep $depth)
	for side in module kernel; do
		# This charge keeps the pool, so that no pair allocates or frees it.
		mkfifo "$scratch/hold"
		within "$path" $side $bench hold $side 0 hold 1 < "$scratch/hold" > /dev/null &
		exec {hold}> "$scratch/hold"
		settle
		sample pair_${side}_depth$depth insn within "$path" $side bash -c "pair $side"
		exec {hold}>&-
		wait
		rm "$scratch/hold"
	done
	undo_deep
done
eventually nothing_charged

ok 'rdmacg_bench can be unloaded' rmmod rdmacg_bench

# The cost of reading and of writing a file of the kernel's controller with one device, to compare
# with cost.t
mkdir "$own/$top"
sample read_kernel insn in_directory "$own/$top" read rdma.max
sample write_kernel insn in_directory "$own/$top" limit rdma.max "$DEVICE hca_object=5"
rmdir "$own/$top"

umount $own
finish
