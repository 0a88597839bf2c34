# SPDX-License-Identifier: GPL-2.0-only
#
# Devices that are added, removed and renamed.

. ./lib.sh

[ -d /sys/module/rdma_rxe ] || skip_all 'no rdma_rxe to make devices with'
group a b
second=$(./adapter add rxe1 port1)
[ -n "$second" ] || skip_all 'rdma_rxe makes no second device'
trap './adapter delete "$second" port1; finish' EXIT

names() { cut -d ' ' -f 1 "$(dir a)/rdma.$1" | paste -sd ' '; }
for file in max current peak events events.local; do
	[ -e "$(dir a)/rdma.$file" ] || continue
	is "a new device is the last line of rdma.$file" "$(names $file)" "$DEVICE $second"
done
is 'a new device has no limits' "$(line max a "$second")" 'hca_handle=max hca_object=max '

# Each device has its own limits and usage.
is 'a limit can be set for the second device' "$(put a "$second hca_handle=1 hca_object=2")" ok
is 'a limit of the second device is none of the first' "$(line max a) $(line max a "$second")" \
	'hca_handle=max hca_object=max  hca_handle=1 hca_object=2 '
client x a
DEVICE=$second client y a
ask x open > /dev/null
ask y open > /dev/null
is 'the first device is not limited' "$(ask x create pd 5)" '5 ok'
is 'the second device is limited' "$(ask y fill pd)" '2 EAGAIN'
is 'each device has its own usage' "$(line current a) $(line current a "$second")" \
	'hca_handle=1 hca_object=5  hca_handle=1 hca_object=2 '

# Rename
if rdma dev set "$second" name other0 2> /dev/null; then
	is 'a renamed device is shown under its new name' "$(names max)" "$DEVICE other0"
	is 'a renamed device keeps limits and usage' \
		"$(line max a other0) $(line current a other0)" \
		'hca_handle=1 hca_object=2  hca_handle=1 hca_object=2 '
	is 'the old name of a renamed device is unknown (ENODEV)' \
		"$(put a "$second hca_object=9")" ENODEV
	is 'a limit can be set by the new name' "$(put a 'other0 hca_object=3')" ok
	is 'a limit set by the new name holds for a process that opened the device before' \
		"$(ask y fill pd)" '1 EAGAIN'
	rdma dev set other0 name "$second"
	is 'a device can get its old name back' "$(names max)" "$DEVICE $second"
else
	skip 'a renamed device keeps limits and usage' 'this kernel renames no devices'
fi

# Removal while objects are alive. Some kernels wait until the process has closed the device.
./adapter delete "$second" port1 &
remover=$!
trap finish EXIT
sleep 1
if [ -e "/sys/class/infiniband/$second" ]; then
	is 'a device being removed keeps its line while it is open' "$(names max)" "$DEVICE $second"
	is 'a limit of a device being removed can be changed' \
		"$(put a "$second hca_object=4"; line max a "$second")" 'ok
hca_handle=1 hca_object=4 '
	ask y fill pd > /dev/null
	is 'a changed limit of a device being removed holds' "$(line current a "$second")" \
		'hca_handle=1 hca_object=4 '
fi
like 'a device being removed refuses objects over its limit, or all' \
	"$(ask y fill pd)" '0 E@(AGAIN|IO)'
ask x create pd > /dev/null
is 'the first device works while the second is being removed' "$(count a)" 6
tell y destroy pd
quit y
wait $remover
is 'a device is removed when its last objects are gone' $? 0
for file in max current peak events events.local; do
	[ -e "$(dir a)/rdma.$file" ] || continue
	is "a removed device has no line in rdma.$file" "$(names $file)" "$DEVICE"
done
is 'a removed device is unknown (ENODEV)' "$(put a "$second hca_object=1")" ENODEV
is 'the usage of the first device stays when the second is removed' \
	"$(line current a)" 'hca_handle=1 hca_object=6 '

# A new device of the same name
second=$(./adapter add rxe1 port1)
trap './adapter delete "$second" port1; finish' EXIT
is "a new device of a removed one's name has no limits and no usage" \
	"$(line max a "$second") $(line current a "$second")" \
	'hca_handle=max hca_object=max  hca_handle=0 hca_object=0 '
put b "$second hca_object=1" > /dev/null
DEVICE=$second client y b
ask y open > /dev/null
is 'a limit of a new device of the same name holds' "$(ask y fill pd)" '1 EAGAIN'
kill9 y
quit x
ok 'an unused device with a limit can be removed' ./adapter delete "$second" port1
trap finish EXIT
ok 'a cgroup with a limit of a removed device can be removed' rmdir "$CGROUP/$top/b"

# Many times
good=0
for i in {1..10}; do
	name=$(./adapter add rxe1 port1)
	group "r$i"
	put "r$i" "$name hca_object=$i" > /dev/null
	DEVICE=$name client "y$i" "r$i"
	ask "y$i" open > /dev/null
	[ "$(ask "y$i" fill pd)" = "$i EAGAIN" ] && good=$((good + 1))
	# The device and the cgroup are removed in turn first.
	if [ $((i % 2)) -eq 0 ]; then
		quit "y$i"
		rmdir "$CGROUP/$top/r$i"
		./adapter delete "$name" port1
	else
		./adapter delete "$name" port1 &
		quit "y$i"
		wait $!
		rmdir "$CGROUP/$top/r$i"
	fi
done
is 'limits hold on ten devices added and removed in turn' $good 10
is 'ten removed devices leave no line' "$(names max)" "$DEVICE"
finish
