# SPDX-License-Identifier: GPL-2.0-only
#
# Devices that come, go, and change their names.

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

# Each has its own.
is 'a limit of the second' "$(put a "$second hca_handle=1 hca_object=2")" ok
is 'is none of the first' "$(line max a) $(line max a "$second")" \
	'hca_handle=max hca_object=max  hca_handle=1 hca_object=2 '
client x a
DEVICE=$second client y a
ask x open > /dev/null
ask y open > /dev/null
is 'the first is not limited' "$(ask x create pd 5)" '5 ok'
is 'the second is' "$(ask y fill pd)" '2 EAGAIN'
is 'each is counted by itself' "$(line current a) $(line current a "$second")" \
	'hca_handle=1 hca_object=5  hca_handle=1 hca_object=2 '

# Another name.
if rdma dev set "$second" name other0 2> /dev/null; then
	is 'a new name is shown' "$(names max)" "$DEVICE other0"
	is 'with limits and counts' "$(line max a other0) $(line current a other0)" \
		'hca_handle=1 hca_object=2  hca_handle=1 hca_object=2 '
	is 'the old name is unknown' "$(put a "$second hca_object=9")" ENODEV
	is 'the new one is known' "$(put a 'other0 hca_object=3')" ok
	is 'and enforced for a process that knew the old one' "$(ask y fill pd)" '1 EAGAIN'
	rdma dev set other0 name "$second"
	is 'and back' "$(names max)" "$DEVICE $second"
else
	skip 'a renamed device' 'this kernel renames no devices'
fi

# Removal while objects are alive. The kernel may wait for the process to end.
./adapter delete "$second" port1 &
remover=$!
trap finish EXIT
sleep 1
if [ -e "/sys/class/infiniband/$second" ]; then
	is 'a device on its way out keeps its line' "$(names max)" "$DEVICE $second"
	is 'a device on its way out: its limits can be changed' \
		"$(put a "$second hca_object=4"; line max a "$second")" 'ok
hca_handle=1 hca_object=4 '
	ask y fill pd > /dev/null
	is 'a device on its way out: the new limit holds' "$(line current a "$second")" \
		'hca_handle=1 hca_object=4 '
fi
like 'a device is on its way out: its limits hold for who has it still, if it was not taken away' \
	"$(ask y fill pd)" '0 E@(AGAIN|IO)'
ask x create pd > /dev/null
is 'a device is on its way out: the first goes on' "$(count a)" 6
tell y destroy pd
quit y
wait $remover
is 'a device with objects alive is removed when they are gone' $? 0
for file in max current peak events events.local; do
	[ -e "$(dir a)/rdma.$file" ] || continue
	is "a removed device has no line in rdma.$file" "$(names $file)" "$DEVICE"
done
is 'a removed device is unknown' "$(put a "$second hca_object=1")" ENODEV
is 'the first is as it was' "$(line current a)" 'hca_handle=1 hca_object=6 '

# Again, by the same name.
second=$(./adapter add rxe1 port1)
trap './adapter delete "$second" port1; finish' EXIT
is 'a device of the same name begins with nothing' \
	"$(line max a "$second") $(line current a "$second")" \
	'hca_handle=max hca_object=max  hca_handle=0 hca_object=0 '
put b "$second hca_object=1" > /dev/null
DEVICE=$second client y b
ask y open > /dev/null
is 'and is limited' "$(ask y fill pd)" '1 EAGAIN'
kill9 y
quit x
ok 'an idle device with a limit is removed' ./adapter delete "$second" port1
trap finish EXIT
ok 'then its cgroup' rmdir "$CGROUP/$top/b"

# Many times.
good=0
for i in {1..10}; do
	name=$(./adapter add rxe1 port1)
	group "r$i"
	put "r$i" "$name hca_object=$i" > /dev/null
	DEVICE=$name client "y$i" "r$i"
	ask "y$i" open > /dev/null
	[ "$(ask "y$i" fill pd)" = "$i EAGAIN" ] && good=$((good + 1))
	# Either may come first.
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
is 'ten devices come and go under load' $good 10
is 'and leave no line' "$(names max)" "$DEVICE"
finish
