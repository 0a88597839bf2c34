# SPDX-License-Identifier: GPL-2.0-only
#
# A driver that cannot destroy an object: the charge stays as long as the object does, and is given
# back once, however often it takes. What the driver can never destroy is in 33-differences.t.

. ./lib.sh

[ -d /sys/module/rdma_rxe ] || skip_all 'no rdma_rxe to make devices with'
DEVICE=$(./adapter add rxe1 port1)
[ -n "$DEVICE" ] || skip_all 'rdma_rxe makes no second device'
trap './adapter delete "$DEVICE" port1; finish' EXIT
modprobe -q rdmacg_undying device="$DEVICE" || skip_all 'no rdmacg_undying for this kernel'
trap 'rmmod rdmacg_undying; ./adapter delete "$DEVICE" port1; finish' EXIT
refuse=/sys/module/rdmacg_undying/parameters/refuse

group a
client x a
client y a
ask x open > /dev/null
ask y open > /dev/null
ask x create pd 4 > /dev/null
ask y create pd 2 > /dev/null

echo 1 > $refuse
is 'user space is told that its object stays' "$(ask x destroy pd) $(count a)" '0 EBUSY 6'
limit a hca_object=6 > /dev/null
is 'it counts against a limit' "$(ask x create pd)" '0 EAGAIN'
is 'the second try destroys it' "$(ask x destroy pd) $(count a)" '1 ok 5'
is 'and makes room for one' "$(ask x fill pd)" '1 EAGAIN'

# Those that are left are tried again after one has gone.
echo 3 > $refuse
quit x
is 'at the end of a process, the driver refuses' "$(cat $refuse)" 0
is 'each charge is given back, and only once' "$(line current a)" 'hca_handle=1 hca_object=2 '
is 'there is room again' "$(ask y fill pd)" '4 EAGAIN'

echo 5 > $refuse
kill9 y
is 'a process is killed, the driver refuses' "$(cat $refuse)" 0
is 'nothing is left charged' "$(line current a)" 'hca_handle=0 hca_object=0 '
rmmod rdmacg_undying
ok 'the device can be removed' ./adapter delete "$DEVICE" port1
finish
