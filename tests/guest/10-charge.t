# SPDX-License-Identifier: GPL-2.0-only
#
# What is counted: each kind of object once, contexts as handles, file descriptors not at all.

. ./lib.sh

group a
is 'before the first object a count is 0' "$(line current a)" 'hca_handle=0 hca_object=0 '
client c a
is 'a device is opened' "$(ask c open)" '1 ok'
is 'a context is one handle' "$(line current a)" 'hca_handle=1 hca_object=0 '
is 'a second context is opened' "$(ask c open)" '1 ok'
is 'two contexts are two handles' "$(count a hca_handle)" 2
is 'a context is closed' "$(ask c close)" '1 ok'
eventually equals "$(dir a)/rdma.current" "$DEVICE hca_handle=1 hca_object=0 "
is 'closing it gives the handle back' "$(count a hca_handle)" 1

is 'PD: created' "$(ask c create pd)" '1 ok'
is 'PD: one object' "$(count a)" 1
is 'CQ: created' "$(ask c create cq)" '1 ok'
is 'CQ: one object more' "$(count a)" 2
base=2
for kind in pd cq mr qp srq mw ah xrcd; do
	answer=$(ask c create $kind 3)
	case $answer in
	'0 EOPNOTSUPP' | '0 ENOSYS' | '0 EINVAL' | '0 EPROTONOSUPPORT')
		skip "$kind: three objects" "the device has none (${answer#* })"
		is "$kind: one that is not supported leaves nothing" "$(count a)" $base
		continue
		;;
	esac
	is "$kind: three are created" "$answer" '3 ok'
	is "$kind: three objects more" "$(count a)" $((base + 3))
	is "$kind: one is destroyed" "$(ask c destroy $kind)" '1 ok'
	is "$kind: one object less" "$(count a)" $((base + 2))
	is "$kind: the others are destroyed" "$(ask c destroy $kind 2)" '2 ok'
	is "$kind: as before" "$(count a)" $base
done

is 'a completion channel is created' "$(ask c create channel 2)" '2 ok'
is 'a completion channel is not counted' "$(line current a)" 'hca_handle=1 hca_object=2 '
is 'a completion channel is destroyed' "$(ask c destroy channel 2)" '2 ok'
is 'and changes no count' "$(line current a)" 'hca_handle=1 hca_object=2 '

# A destroy that fails.
is 'an MR that holds its PD' "$(ask c create mr)" '1 ok'
is 'a PD in use is not destroyed' "$(ask c destroy-first pd)" '0 EBUSY'
is 'and stays counted' "$(count a)" 3
is 'and again' "$(ask c destroy-first pd) $(count a)" '0 EBUSY 3'
is 'the MR is destroyed' "$(ask c destroy mr)" '1 ok'
is 'then the PD is destroyed' "$(ask c destroy-first pd)" '1 ok'
is 'and counted no more' "$(count a)" 1
is 'a PD again' "$(ask c create pd) $(count a)" '1 ok 2'

# A creation that fails after it was charged.
like 'an MR of no memory fails in the driver' "$(ask c fail mr 5)" '0 @(EFAULT|EINVAL)'
is 'an MR of no memory leaves no charge' "$(count a)" 2
like 'a CQ too large fails in the driver' "$(ask c fail cq 5)" '0 E*'
is 'a CQ too large leaves no charge' "$(count a)" 2
like 'a QP too large fails in the driver' "$(ask c fail qp 5)" '0 E*'
is 'a QP too large leaves no charge' "$(count a)" 2
is 'a PD whose answer cannot be copied fails' "$(ask c fail pd 5)" '0 EFAULT'
is 'a PD whose answer cannot be copied leaves no charge' "$(count a)" 2

# Everything goes with the process.
ask c create qp 4 > /dev/null
ask c create mr 4 > /dev/null
is 'eight objects more' "$(count a)" 10
quit c
eventually equals "$(dir a)/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
is 'exit gives everything back' "$(line current a)" 'hca_handle=0 hca_object=0 '

client c a
ask c open > /dev/null
ask c create pd 100 > /dev/null
ask c create cq > /dev/null
ask c create qp 20 > /dev/null
is 'a hundred and more objects' "$(count a)" 121
kill9 c
eventually equals "$(dir a)/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
is 'kill -9 gives everything back' "$(line current a)" 'hca_handle=0 hca_object=0 '
finish
