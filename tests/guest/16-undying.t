# SPDX-License-Identifier: GPL-2.0-only
#
# A driver that refuses to destroy an object (modules/rdmacg_undying.c): the charge stays as long as
# the object, and is given back once, however many attempts it takes. Objects that the driver never
# destroys are in 33-differences.t.

. ./lib.sh

[ -d /sys/module/rdma_rxe ] || skip_all 'no rdma_rxe to make devices with'
DEVICE=$(./adapter add rxe1 port1)
[ -n "$DEVICE" ] || skip_all 'rdma_rxe makes no second device'
trap './adapter delete "$DEVICE" port1; finish' EXIT
if ! modprobe -q rdmacg_undying device="$DEVICE"; then
	./adapter delete "$DEVICE" port1
	skip_all 'no rdmacg_undying for this kernel'
fi
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
is 'a destroy that the driver refuses fails with EBUSY and leaves the charge' \
	"$(ask x destroy pd) $(count a)" '0 EBUSY 6'
limit a hca_object=6 > /dev/null
is 'an object that was not destroyed counts against the limit' "$(ask x create pd)" '0 EAGAIN'
is 'a second destroy succeeds and gives the charge back' "$(ask x destroy pd) $(count a)" '1 ok 5'
is 'a second destroy makes room for one object' "$(ask x fill pd)" '1 EAGAIN'

# ib_uverbs tries the remaining objects again as long as one of them could be destroyed.
echo 3 > $refuse
quit x
is 'at exit, the driver refuses three destroys' "$(cat $refuse)" 0
is 'after refused destroys at exit, each charge is given back once' \
	"$(line current a)" 'hca_handle=1 hca_object=2 '
is 'after refused destroys at exit, there is room below the limit' "$(ask y fill pd)" '4 EAGAIN'

echo 5 > $refuse
kill9 y
is 'at kill, the driver refuses five destroys' "$(cat $refuse)" 0
is 'after refused destroys at kill, nothing is left charged' \
	"$(line current a)" 'hca_handle=0 hca_object=0 '
rmmod rdmacg_undying
ok 'the device can be removed after refused destroys' ./adapter delete "$DEVICE" port1
finish
