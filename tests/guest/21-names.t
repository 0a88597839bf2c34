# SPDX-License-Identifier: GPL-2.0-only
#
# Two devices of one name, in two network namespaces: index= tells them apart.

. ./lib.sh

ns=rdmacg-test second=
rdma system set netns exclusive 2> /dev/null || skip_all 'no network namespaces for devices'
clean_up()
{
	ip netns exec $ns rdma link delete "$DEVICE" 2> /dev/null
	ip netns exec $ns rdma link delete "$second" 2> /dev/null
	ip netns delete $ns
	rdma link delete "$second" 2> /dev/null
	ip link delete port1
	eventually rdma system set netns shared
	finish
}
trap clean_up EXIT
ip netns add $ns
second=$(./adapter add rxe1 port1)
rdma dev set "$second" netns $ns &&
	ip netns exec $ns rdma dev set "$second" name "$DEVICE" 2> /dev/null || {
	skip 'all' 'this kernel lets no two devices have one name'
	clean_up
}

index_of() { "$@" rdma dev show "$DEVICE" | sed -n "s/^\([0-9]*\): .*/\1/p"; }
one=$(index_of) two=$(index_of ip netns exec $ns)
group a
is 'rdma.max shows the index of two devices with one name' "$(cat "$(dir a)/rdma.max")" \
	"$DEVICE index=$one hca_handle=max hca_object=max 
$DEVICE index=$two hca_handle=max hca_object=max "
is 'rdma.events shows the index of two devices with one name' \
	"$(cut -d ' ' -f 1,2 "$(dir a)/rdma.events" | paste -sd ' ')" \
	"$DEVICE index=$one $DEVICE index=$two"
is 'a line without index is refused with ENOTUNIQ' "$(put a "$DEVICE hca_object=1")" ENOTUNIQ
is 'a line without index and with a syntax error is refused with EINVAL' \
	"$(put a "$DEVICE hca_object=x")" EINVAL
is 'a line with the index of neither device is refused with ENODEV' \
	"$(put a "$DEVICE index=4000000 hca_object=1")" ENODEV
is 'a line with the index of the second device is accepted' \
	"$(put a "$DEVICE index=$two hca_object=1")" ok
is 'a line with the index of the first device is accepted' \
	"$(put a "$DEVICE hca_object=2 index=$one")" ok
is 'each of the two devices has its own limit' "$(cat "$(dir a)/rdma.max")" \
	"$DEVICE index=$one hca_handle=max hca_object=2 
$DEVICE index=$two hca_handle=max hca_object=1 "
client x a
is 'the limit of the first device holds' "$(ask x open) $(ask x fill pd)" '1 ok 2 EAGAIN'
is 'objects of the first device are charged to it alone' \
	"$(grep -o 'index=.*' "$(dir a)/rdma.current")" \
	"index=$one hca_handle=1 hca_object=2 
index=$two hca_handle=0 hca_object=0 "
quit x
ip netns exec $ns rdma link delete "$DEVICE"
is 'when the second device is gone, no index is shown' "$(cat "$(dir a)/rdma.max")" \
	"$DEVICE hca_handle=max hca_object=2 "
is 'when the second device is gone, no index is needed' "$(put a "$DEVICE hca_object=3")" ok
clean_up
