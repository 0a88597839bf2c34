# SPDX-License-Identifier: GPL-2.0-only
#
# Where this module differs on purpose from the kernel's own controller: all of it, each with its
# reason. Everything else is compared by 31-oracle.t and 32-lines.t.
#
# On kernels before 7.2 there is one more, which cannot be shown: a limit of a removed cgroup
# stays on the list of its device there, with a link into freed memory, which the kernel follows
# when the device goes. Here nothing is left of the cgroup (12-lifetime.t, 20-devices.t).

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

# The root has totals: who asks for the whole machine need not add up.
for file in rdma.max rdma.current rdma.peak rdma.events rdma.events.local; do
	no "the kernel has no $file in the root" test -e "$own/$file"
done
for file in rdma.current rdma.peak; do
	ok "here the root has $file" test -e "$MIRROR/$file"
done
for file in rdma.max rdma.events rdma.events.local; do
	no "but no $file: there is no limit" test -e "$MIRROR/$file"
done

# A module that is loaded later cannot know what was there before.
rmmod rdmacg_oot
client x a
echo "${pid[x]}" > "$own/$top/cgroup.procs"
ask x open > /dev/null
ask x create pd 3 > /dev/null
modprobe rdmacg_oot
is 'the kernel counts what was made before the module came' "$(theirs rdma.current)" \
	'hca_handle=1 hca_object=3 '
is 'the module does not' "$(mine rdma.current)" 'hca_handle=0 hca_object=0 '
ask x create pd 2 > /dev/null
is 'what came after it, it does' "$(mine rdma.current)" 'hca_handle=0 hca_object=2 '
ask x destroy pd 5 > /dev/null
is 'and ends at nothing, not below' "$(mine rdma.current)" 'hca_handle=0 hca_object=0 '

# The charge here comes first, so that what this module refuses never reaches the kernel: what the
# kernel's controller then refuses has been charged here for a moment, which the peak remembers.
echo "$DEVICE hca_object=4" > "$own/$top/rdma.max"
is 'the kernel refuses the fifth' "$(ask x fill pd)" '4 EAGAIN'
is 'which is no charge here' "$(mine rdma.current)" 'hca_handle=0 hca_object=4 '
is 'but in the peak' "$(mine rdma.peak)" 'hca_handle=0 hca_object=5 '
echo "$DEVICE hca_object=max" > "$own/$top/rdma.max"

# A dry run is something that the kernel does not have.
limit a 'hca_object=1' > /dev/null
echo 0 > /sys/module/rdmacg_oot/parameters/enforce
is 'enforce=0: nothing is refused' "$(ask x create pd 2)" '2 ok'
is 'it is counted' "$(value events a hca_object.alloc_fail)" 2
is 'and so is the usage' "$(mine rdma.current)" 'hca_handle=0 hca_object=6 '
echo 1 > /sys/module/rdmacg_oot/parameters/enforce
is 'enforce=1: refused' "$(ask x create pd)" '0 EAGAIN'

# What the driver cannot destroy when a file is closed, the kernel gives up with a warning. From
# 5.11 on it forgets that it was charged: that counts, and keeps the cgroup in memory, for ever.
# Before, the charge was given back with the object, which nobody can reach any more; so it is here.
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
	like 'a driver destroys nothing: the kernel warns' "$(log_since)" \
		'*WARNING: *uverbs_destroy_ufile_hw*'
	left=2
	[ "$(printf '%s\n' 5.11 "$(uname -r)" | sort -V | head -n 1)" = 5.11 ] || left=0
	is 'the kernel keeps the charge, from 5.11 on' "$(DEVICE=$second theirs rdma.current)" \
		"hca_handle=0 hca_object=$left "
	is 'the module gives it back' "$(DEVICE=$second mine rdma.current)" \
		'hca_handle=0 hca_object=0 '
	echo 0 > /sys/module/rdmacg_undying/parameters/refuse
	ok 'the driver destroys after all' rmmod rdmacg_undying
else
	skip 'a driver destroys nothing' 'no device to make fail'
fi
[ -z "$second" ] || ./adapter delete "$second" port1

# Before Linux 7.2 the kernel lacks these files.
for file in rdma.peak rdma.events rdma.events.local; do
	ok "$file is here on every kernel" test -e "$(dir a)/$file"
done
clean_up
