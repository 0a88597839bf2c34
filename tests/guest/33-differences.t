# SPDX-License-Identifier: GPL-2.0-only
#
# All intended differences from the kernel's own controller, each with its reason. Everything else
# is compared by 31-oracle.t and 32-lines.t.
#
# One more difference, on kernels before 7.2, would crash the kernel: it leaves the pool of a
# removed cgroup with a limit on the list of its device, with a pointer to freed memory, and follows
# that when the device is removed. The module leaves nothing of the cgroup (12-lifetime.t,
# 20-devices.t).

. ./lib.sh
. ../oracle/both.sh

group a
mkdir "$own/$top"
mine() { sed -n "s/^$DEVICE //p" "$(dir a)/$1"; }
theirs() { sed -n "s/^$DEVICE //p" "$own/$top/$1"; }
clean_up()
{
	for name in "${!pid[@]}"; do
		kill9 "$name"
	done
	eventually rmdir "$own/$top"
	umount $own
	finish
}
trap clean_up EXIT

# The module shows the totals of the machine in the root.
for file in rdma.max rdma.current rdma.peak rdma.events rdma.events.local; do
	no "the kernel has no $file in the root" test -e "$own/$file"
done
for file in rdma.current rdma.peak; do
	ok "here the root has $file" test -e "$MIRROR/$file"
done
for file in rdma.max rdma.events rdma.events.local; do
	no "here the root has no $file, since it has no limit" test -e "$MIRROR/$file"
done

# A module cannot know which cgroup created the objects that exist when it is loaded.
rmmod rdmacg_oot
client x a
echo "${pid[x]}" > "$own/$top/cgroup.procs"
ask x open > /dev/null
ask x create pd 3 > /dev/null
modprobe rdmacg_oot
is 'the kernel counts objects created before the module was loaded' "$(theirs rdma.current)" \
	'hca_handle=1 hca_object=3 '
is 'the module does not count objects created before it was loaded' \
	"$(mine rdma.current)" 'hca_handle=0 hca_object=0 '
ask x create pd 2 > /dev/null
is 'the module counts objects created after it was loaded' \
	"$(mine rdma.current)" 'hca_handle=0 hca_object=2 '
ask x destroy pd 5 > /dev/null
is "destroying all objects leaves the module's count at 0" \
	"$(mine rdma.current)" 'hca_handle=0 hca_object=0 '

# The module charges first, so that what it refuses never reaches the kernel. What the kernel then
# refuses was charged in the module for a moment, and raises the module's peak.
echo "$DEVICE hca_object=4" > "$own/$top/rdma.max"
is 'the kernel refuses a fifth object' "$(ask x fill pd)" '4 EAGAIN'
is 'what the kernel refuses leaves no charge in the module' \
	"$(mine rdma.current)" 'hca_handle=0 hca_object=4 '
is "what the kernel refuses raises the module's peak" \
	"$(mine rdma.peak)" 'hca_handle=0 hca_object=5 '
echo "$DEVICE hca_object=max" > "$own/$top/rdma.max"

# The kernel has no parameter enforce.
limit a 'hca_object=1' > /dev/null
echo 0 > /sys/module/rdmacg_oot/parameters/enforce
is 'enforce=0: a limit refuses nothing' "$(ask x create pd 2)" '2 ok'
is 'enforce=0: events count what would have been refused' \
	"$(value events a hca_object.alloc_fail)" 2
is 'enforce=0: the usage counts what would have been refused' \
	"$(mine rdma.current)" 'hca_handle=0 hca_object=6 '
echo 1 > /sys/module/rdmacg_oot/parameters/enforce
is 'enforce=1: the limit refuses' "$(ask x create pd)" '0 EAGAIN'

# If the driver cannot destroy an object when its file is closed, the kernel warns and forgets the
# object. From 5.11 on it never gives the charge back, which also keeps the cgroup in memory.
# Before, it gave the charge back, and so does the module: nobody can reach the object any more.
second=$([ ! -d /sys/module/rdma_rxe ] || ./adapter add rxe1 port1)
if [ -n "$second" ] && modprobe -q rdmacg_undying device="$second"; then
	DEVICE=$second client y a
	echo "${pid[y]}" > "$own/$top/cgroup.procs"
	ask y open > /dev/null
	ask y create pd 2 > /dev/null
	echo 100 > /sys/module/rdmacg_undying/parameters/refuse
	log_mark
	provoke uverbs_destroy_ufile_hw
	quit y
	like 'the kernel warns when the driver refuses every destroy at close' "$(log_since)" \
		'*WARNING: *uverbs_destroy_ufile_hw*'
	left=2
	! kernel_before 5.11 || left=0
	is 'from 5.11 on, the kernel keeps the charge of an object not destroyed at close' \
		"$(DEVICE=$second theirs rdma.current)" \
		"hca_handle=0 hca_object=$left "
	is 'the module gives back the charge of an object not destroyed at close' \
		"$(DEVICE=$second mine rdma.current)" \
		'hca_handle=0 hca_object=0 '
	echo 0 > /sys/module/rdmacg_undying/parameters/refuse
	ok 'the test module that refuses destroys can be unloaded' rmmod rdmacg_undying
else
	skip 'an object not destroyed at close is uncharged' 'no device to make fail'
fi
[ -z "$second" ] || ./adapter delete "$second" port1

# The kernel has these files from 7.2 on.
for file in rdma.peak rdma.events rdma.events.local; do
	ok "$file is here on every kernel" test -e "$(dir a)/$file"
done
clean_up
