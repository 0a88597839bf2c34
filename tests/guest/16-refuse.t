# SPDX-License-Identifier: GPL-2.0-only
#
# refuse=ENOMEM: the error of a refusal is the operator's choice, and nothing else about it changes.

. ./lib.sh

needs_module
refuse=/sys/module/rdmacg_oot/parameters/refuse
trap 'echo EAGAIN > $refuse; rmmod rdmacg_test 2> /dev/null; finish' EXIT

group a a/b
client x a/b
ask x open > /dev/null
ask x create pd > /dev/null
limit a 'hca_handle=1 hca_object=1' > /dev/null
is 'EAGAIN is the error unless another one is chosen' "$(cat $refuse) $(ask x create pd)" \
	'EAGAIN 0 EAGAIN'

# The API has devices of its own.
api=
if modprobe rdmacg_test 2> /dev/null; then
	api=/dev/rdmacg_test
	printf 'register 0 fake0 100' > $api
	put a 'fake0 hca_handle=0 hca_object=0' > /dev/null
fi
# charge RESOURCE: through the API, from a process in the cgroup
charge()
{
	(
		echo $BASHPID > "$CGROUP/$top/a/b/cgroup.procs"
		printf 'charge 0 %d' "$1" | ./file write $api
	)
}

for error in ENOMEM EAGAIN; do
	before=$(value events a/b hca_object.alloc_fail)
	ok "$error can be chosen while processes run" sh -c "echo $error > $refuse"
	is "$error is shown" "$(cat $refuse)" $error
	like "$error: status says so" "$(cat $STATUS)" $'*\n'"refuse: $error"$'\n*'
	for kind in pd mr cq; do
		is "$error: of a $kind" "$(ask x create $kind)" "0 $error"
	done
	is "$error: of a context" "$(ask x open)" "0 $error"
	is "$error: of an object, through write(2)" "$(ask x fail pd)" "0 $error"
	is "$error: of a context, through write(2)" "$(ask x write-open)" "0 $error"
	is "$error: counted the same" "$(($(value events a/b hca_object.alloc_fail) - before))" 4
	is "$error: nothing is charged" "$(line current a)" 'hca_handle=1 hca_object=1 '
	if [ -n "$api" ]; then
		is "$error: through the API" "$(charge 0) $(charge 1)" "$error $error"
	else
		skip "$error: through the API" 'the module rdmacg_test is not installed'
	fi
done
is 'the API counts too' "${api:+$(line events a fake0)}" \
	"${api:+hca_handle.max=2 hca_handle.alloc_fail=2 hca_object.max=2 hca_object.alloc_fail=2}"

before=$(value events a/b hca_object.alloc_fail)
tell x fail pd 3000
for i in {1..100}; do
	echo ENOMEM > $refuse
	echo EAGAIN > $refuse
done
like 'changed all the time: one of the two' "$(hear x)" '0 @(EAGAIN|ENOMEM)'
is 'changed all the time: none is lost' "$(($(value events a/b hca_object.alloc_fail) - before))" \
	3000
is 'changed all the time: the last one holds' "$(ask x create pd)" '0 EAGAIN'

limit a 'hca_handle=max hca_object=max' > /dev/null
echo ENOMEM > $refuse
# An older rdma_rxe makes EINVAL of whatever keeps it from the memory of an MR.
like 'an error that is none of ours stays what it was' "$(ask x fail mr) $(ask x fail pd)" \
	'0 @(EFAULT|EINVAL) 0 EFAULT'
is 'and so does what is not refused' "$(ask x write-open) $(ask x create pd)" '1 ok 1 ok'
for word in '' EAGAI EAGAINS eagain 11 -12 EPERM 'ENOMEM EAGAIN'; do
	no "'$word' is not an error of a refusal" sh -c "echo '$word' > $refuse"
done
is 'what was chosen stays' "$(cat $refuse)" ENOMEM
quit x

rmmod rdmacg_test 2> /dev/null
log_mark
rmmod rdmacg_oot
no 'the module does not load with another error' reload refuse=EPERM
like 'and names those that there are' "$(log_since)" '*rdmacg_oot: *EAGAIN*ENOMEM*'
ok 'it loads with ENOMEM' reload refuse=ENOMEM
group c
limit c hca_handle=0 > /dev/null
client y c
is 'which is the error then' "$(cat $refuse) $(ask y open)" 'ENOMEM 0 ENOMEM'
quit y
echo EAGAIN > $refuse
finish
