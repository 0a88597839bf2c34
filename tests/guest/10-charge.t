# SPDX-License-Identifier: GPL-2.0-only
#
# What is counted: each kind of object as one hca_object, contexts as hca_handle, file descriptors
# not at all.

. ./lib.sh

group a
is 'before the first object, both counts are 0' "$(line current a)" 'hca_handle=0 hca_object=0 '
client c a
is 'a device can be opened' "$(ask c open)" '1 ok'
is 'a context counts as one handle' "$(line current a)" 'hca_handle=1 hca_object=0 '
is 'the device can be opened a second time' "$(ask c open)" '1 ok'
is 'two contexts count as two handles' "$(count a hca_handle)" 2
is 'a context can be closed' "$(ask c close)" '1 ok'
eventually equals "$(dir a)/rdma.current" "$DEVICE hca_handle=1 hca_object=0 "
is 'closing a context gives its handle back' "$(count a hca_handle)" 1

is 'a PD can be created' "$(ask c create pd)" '1 ok'
is 'a PD counts as one object' "$(count a)" 1
is 'a CQ can be created' "$(ask c create cq)" '1 ok'
is 'a CQ counts as one object' "$(count a)" 2
base=2
for kind in pd cq mr qp srq mw ah xrcd; do
	answer=$(ask c create $kind 3)
	case $answer in
	'0 EOPNOTSUPP' | '0 ENOSYS' | '0 EINVAL' | '0 EPROTONOSUPPORT')
		skip "three $kind can be created" "the device has none (${answer#* })"
		is "creating an unsupported $kind leaves no charge" "$(count a)" $base
		continue
		;;
	esac
	is "three $kind can be created" "$answer" '3 ok'
	is "three $kind count as three objects" "$(count a)" $((base + 3))
	is "a $kind can be destroyed" "$(ask c destroy $kind)" '1 ok'
	is "destroying one of three $kind leaves two objects" "$(count a)" $((base + 2))
	is "the other two $kind can be destroyed" "$(ask c destroy $kind 2)" '2 ok'
	is "destroying all $kind leaves the count as before" "$(count a)" $base
done

is 'two completion channels can be created' "$(ask c create channel 2)" '2 ok'
is 'completion channels are not counted' "$(line current a)" 'hca_handle=1 hca_object=2 '
is 'completion channels can be destroyed' "$(ask c destroy channel 2)" '2 ok'
is 'destroying completion channels changes no count' \
	"$(line current a)" 'hca_handle=1 hca_object=2 '

# A destroy that fails
is 'an MR, which holds a reference to its PD, can be created' "$(ask c create mr)" '1 ok'
is 'destroying a PD in use fails with EBUSY' "$(ask c destroy-first pd)" '0 EBUSY'
is 'a PD whose destroy failed stays counted' "$(count a)" 3
is 'a PD whose destroy failed twice stays counted' \
	"$(ask c destroy-first pd) $(count a)" '0 EBUSY 3'
is 'the MR can be destroyed' "$(ask c destroy mr)" '1 ok'
is 'the PD can be destroyed after its MR' "$(ask c destroy-first pd)" '1 ok'
is 'a destroyed PD is not counted' "$(count a)" 1
is 'a new PD is counted' "$(ask c create pd) $(count a)" '1 ok 2'

# A creation that fails after it was charged
like 'creating an MR of unmapped memory fails in the driver' \
	"$(ask c fail mr 5)" '0 @(EFAULT|EINVAL)'
is 'an MR that failed in the driver leaves no charge' "$(count a)" 2
like 'creating a CQ that is too large fails in the driver' "$(ask c fail cq 5)" '0 E*'
is 'a CQ that failed in the driver leaves no charge' "$(count a)" 2
like 'creating a QP that is too large fails in the driver' "$(ask c fail qp 5)" '0 E*'
is 'a QP that failed in the driver leaves no charge' "$(count a)" 2
is 'creating a PD fails with EFAULT if its handle cannot be copied out' \
	"$(ask c fail pd 5)" '0 EFAULT'
is 'a PD whose handle cannot be copied out leaves no charge' "$(count a)" 2

# The end of a process
ask c create qp 4 > /dev/null
ask c create mr 4 > /dev/null
is 'eight more objects are counted' "$(count a)" 10
quit c
eventually equals "$(dir a)/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
is 'exit of a process gives all its charges back' "$(line current a)" 'hca_handle=0 hca_object=0 '

client c a
ask c open > /dev/null
ask c create pd 100 > /dev/null
ask c create cq > /dev/null
ask c create qp 20 > /dev/null
is '121 objects are counted' "$(count a)" 121
kill9 c
eventually equals "$(dir a)/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
is 'kill -9 of a process gives all its charges back' \
	"$(line current a)" 'hca_handle=0 hca_object=0 '
finish
