# SPDX-License-Identifier: GPL-2.0-only
#
# Two devices of one name, in two network namespaces.

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
is 'both are told apart by their index' "$(cat "$(dir a)/rdma.max")" \
	"$DEVICE index=$one hca_handle=max hca_object=max 
$DEVICE index=$two hca_handle=max hca_object=max "
is 'in rdma.events as well' "$(cut -d ' ' -f 1,2 "$(dir a)/rdma.events" | paste -sd ' ')" \
	"$DEVICE index=$one $DEVICE index=$two"
is 'without an index' "$(put a "$DEVICE hca_object=1")" ENOTUNIQ
is 'without an index, a parse error is reported first' "$(put a "$DEVICE hca_object=x")" EINVAL
is 'with the index of neither' "$(put a "$DEVICE index=4000000 hca_object=1")" ENODEV
is 'with the index of the second' "$(put a "$DEVICE index=$two hca_object=1")" ok
is 'with the index of the first' "$(put a "$DEVICE hca_object=2 index=$one")" ok
is 'each has its limit' "$(cat "$(dir a)/rdma.max")" \
	"$DEVICE index=$one hca_handle=max hca_object=2 
$DEVICE index=$two hca_handle=max hca_object=1 "
client x a
is 'the limit of the first holds' "$(ask x open) $(ask x fill pd)" '1 ok 2 EAGAIN'
is 'and is counted there' "$(grep -o 'index=.*' "$(dir a)/rdma.current")" \
	"index=$one hca_handle=1 hca_object=2 
index=$two hca_handle=0 hca_object=0 "
quit x
ip netns exec $ns rdma link delete "$DEVICE"
is 'the second is gone: no index' "$(cat "$(dir a)/rdma.max")" \
	"$DEVICE hca_handle=max hca_object=2 "
is 'and none is needed' "$(put a "$DEVICE hca_object=3")" ok
clean_up
