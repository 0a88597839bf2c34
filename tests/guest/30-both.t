# SPDX-License-Identifier: GPL-2.0-only
#
# This module and the kernel's own controller at the same time: each counts and limits by itself,
# and what one refuses is not charged by the other.

. ./lib.sh

needs_module
grep -qE '^rdma\s.*\s1$' /proc/cgroups || skip_all "the kernel's own controller is not active"
own=$scratch/own
mkdir "$own"
mount -t cgroup -o rdma none "$own" || skip_all "the kernel's own controller cannot be mounted"
mkdir "$own/$top"
clean_up()
{
	for name in "${!pid[@]}"; do
		kill9 "$name"
	done
	# Kernels before 7.2 leave a pool with a limit behind when its cgroup goes, and fall over it
	# when the device goes.
	echo "$DEVICE hca_handle=max hca_object=max" > "$own/$top/rdma.max"
	eventually rmdir "$own/$top"
	umount "$own"
	finish
}
trap clean_up EXIT

is 'the log says it once' \
	"$(log_mark; reload; log_since | grep -c 'rdmacg_oot: .*own.*controller')" 1
like 'the status file says it' "$(cat $STATUS)" '*own*controller: active*'
is 'its files are in debugfs' "$(status 'files in')" debugfs
is 'and not where the other has its own' "$(find "$CGROUP" -name 'rdma.*')" ''
rmmod rdmacg_oot
log_mark
no 'cgroupfs=1: not loaded' modprobe rdmacg_oot cgroupfs=1
like 'cgroupfs=1: the log says why' "$(log_since)" "*cgroupfs=1: the kernel's own*is active*"
no 'mirror=0: not loaded' modprobe rdmacg_oot mirror=0
like 'mirror=0: the log says why' "$(log_since)" '*limits could be neither set nor read*'
ok 'loaded again' reload
group a
client x a
echo "${pid[x]}" > "$own/$top/cgroup.procs"
current() { cat "$own/$top/rdma.current"; }
ask x open > /dev/null
ask x create pd 3 > /dev/null
ask x create cq > /dev/null
is 'both count the same' "$(current)" "$DEVICE $(line current a)"
is 'and that is right' "$(line current a)" 'hca_handle=1 hca_object=4 '
limit a 'hca_handle=1 hca_object=5' > /dev/null
is 'the limit here refuses' "$(ask x fill pd) $(ask x open)" '1 EAGAIN 0 EAGAIN'
is 'and the kernel has charged nothing for it' "$(current)" "$DEVICE $(line current a)"
limit a 'hca_handle=max hca_object=max' > /dev/null
echo "$DEVICE hca_handle=1 hca_object=7" > "$own/$top/rdma.max"
is 'the limit there refuses' "$(ask x fill pd) $(ask x open)" '2 EAGAIN 0 EAGAIN'
is 'and nothing is charged here for it' "$(line current a)" 'hca_handle=1 hca_object=7 '
is 'as there' "$(current)" "$DEVICE hca_handle=1 hca_object=7 "
is 'it is no event here' "$(line events a)" \
	'hca_handle.max=1 hca_handle.alloc_fail=1 hca_object.max=1 hca_object.alloc_fail=1'
ask x destroy pd 2 > /dev/null
is 'both let go' "$(current) $(count a)" "$DEVICE hca_handle=1 hca_object=5  5"
is 'both survive failures in the driver' "$(ask x fail mr 3) $(current) $(count a)" \
	"0 EFAULT $DEVICE hca_handle=1 hca_object=5  5"
is 'both survive failures after creation' "$(ask x fail pd 3) $(current) $(count a)" \
	"0 EFAULT $DEVICE hca_handle=1 hca_object=5  5"
quit x
eventually equals "$own/$top/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
is 'nothing is left in either' "$(current) $(line current a)" \
	"$DEVICE hca_handle=0 hca_object=0  hca_handle=0 hca_object=0 "
clean_up
