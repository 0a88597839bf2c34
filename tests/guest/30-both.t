# SPDX-License-Identifier: GPL-2.0-only
#
# The module and the kernel's own controller at the same time: each counts and limits by itself, and
# an object that one refuses stays charged in neither.

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
	# Before 7.2, the kernel leaves a pool with a limit on the device's list when its cgroup is
	# freed, and crashes when the device is removed.
	echo "$DEVICE hca_handle=max hca_object=max" > "$own/$top/rdma.max"
	eventually rmdir "$own/$top"
	umount "$own"
	finish
}
trap clean_up EXIT

is "the log says once that the kernel's own controller is active" \
	"$(log_mark; reload; log_since | grep -c 'rdmacg_oot: .*own.*controller')" 1
like "status says that the kernel's own controller is active" \
	"$(cat $STATUS)" '*own*controller: active*'
is "the module's files are in debugfs" "$(status 'files in')" debugfs
is 'the module has no files in the cgroup file system' "$(find "$CGROUP" -name 'rdma.*')" ''
rmmod rdmacg_oot
log_mark
no 'the module does not load with cgroupfs=1' modprobe rdmacg_oot cgroupfs=1
like 'with cgroupfs=1, the log says why it does not load' \
	"$(log_since)" "*cgroupfs=1: the kernel's own*is active*"
no 'the module does not load with mirror=0' modprobe rdmacg_oot mirror=0
like 'with mirror=0, the log says why it does not load' \
	"$(log_since)" '*limits could be neither set nor read*'
ok 'the module loads without parameters after that' reload
group a
client x a
echo "${pid[x]}" > "$own/$top/cgroup.procs"
current() { cat "$own/$top/rdma.current"; }
ask x open > /dev/null
ask x create pd 3 > /dev/null
ask x create cq > /dev/null
is 'both controllers count the same' "$(current)" "$DEVICE $(line current a)"
is 'both controllers count one context and four objects' \
	"$(line current a)" 'hca_handle=1 hca_object=4 '
limit a 'hca_handle=1 hca_object=5' > /dev/null
is 'a limit of the module refuses objects and contexts' \
	"$(ask x fill pd) $(ask x open)" '1 EAGAIN 0 EAGAIN'
is 'what the module refuses is not charged by the kernel' "$(current)" "$DEVICE $(line current a)"
limit a 'hca_handle=max hca_object=max' > /dev/null
echo "$DEVICE hca_handle=1 hca_object=7" > "$own/$top/rdma.max"
is 'a limit of the kernel refuses objects and contexts' \
	"$(ask x fill pd) $(ask x open)" '2 EAGAIN 0 EAGAIN'
is 'what the kernel refuses leaves no charge in the module' \
	"$(line current a)" 'hca_handle=1 hca_object=7 '
is 'what the kernel refuses leaves no charge in the kernel' \
	"$(current)" "$DEVICE hca_handle=1 hca_object=7 "
is 'what the kernel refuses is no event of the module' "$(line events a)" \
	'hca_handle.max=1 hca_handle.alloc_fail=1 hca_object.max=1 hca_object.alloc_fail=1'
ask x destroy pd 2 > /dev/null
is 'both controllers uncharge destroyed objects' \
	"$(current) $(count a)" "$DEVICE hca_handle=1 hca_object=5  5"
is 'failures in the driver leave no charge in either controller' \
	"$(ask x fail mr 3) $(current) $(count a)" \
	"0 EFAULT $DEVICE hca_handle=1 hca_object=5  5"
is 'failures after the creation leave no charge in either controller' \
	"$(ask x fail pd 3) $(current) $(count a)" \
	"0 EFAULT $DEVICE hca_handle=1 hca_object=5  5"
quit x
eventually equals "$own/$top/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
is 'exit leaves no charge in either controller' "$(current) $(line current a)" \
	"$DEVICE hca_handle=0 hca_object=0  hca_handle=0 hca_object=0 "
clean_up
