# SPDX-License-Identifier: GPL-2.0-only
#
# The parameter refuse chooses the error of a refusal, EAGAIN or ENOMEM, and changes nothing else.

. ./lib.sh

needs_module
refuse=/sys/module/rdmacg_oot/parameters/refuse
trap 'echo EAGAIN > $refuse; rmmod rdmacg_test 2> /dev/null; finish' EXIT

group a a/b
client x a/b
ask x open > /dev/null
ask x create pd > /dev/null
limit a 'hca_handle=1 hca_object=1' > /dev/null
is 'by default, refuse is EAGAIN, and so is the error' "$(cat $refuse) $(ask x create pd)" \
	'EAGAIN 0 EAGAIN'

# A device that is registered through the API
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
	ok "refuse=$error can be set while processes run" sh -c "echo $error > $refuse"
	is "refuse=$error reads back" "$(cat $refuse)" $error
	like "refuse=$error: status says so" "$(cat $STATUS)" $'*\n'"refuse: $error"$'\n*'
	for kind in pd mr cq; do
		is "refuse=$error: the error of a refused $kind" "$(ask x create $kind)" "0 $error"
	done
	is "refuse=$error: the error of a refused context" "$(ask x open)" "0 $error"
	is "refuse=$error: the error of a refused PD through write(2)" "$(ask x fail pd)" "0 $error"
	is "refuse=$error: the error of a refused context through write(2)" \
		"$(ask x write-open)" "0 $error"
	is "refuse=$error: events count the refusals" \
		"$(($(value events a/b hca_object.alloc_fail) - before))" 4
	is "refuse=$error: refusals charge nothing" "$(line current a)" 'hca_handle=1 hca_object=1 '
	if [ -n "$api" ]; then
		is "refuse=$error: the error of the API" "$(charge 0) $(charge 1)" "$error $error"
	else
		skip "refuse=$error: the error of the API" 'the module rdmacg_test is not installed'
	fi
done
is 'events count the refusals of the API' "${api:+$(line events a fake0)}" \
	"${api:+hca_handle.max=2 hca_handle.alloc_fail=2 hca_object.max=2 hca_object.alloc_fail=2}"

before=$(value events a/b hca_object.alloc_fail)
tell x fail pd 3000
for i in {1..100}; do
	echo ENOMEM > $refuse
	echo EAGAIN > $refuse
done
like 'refuse changed 200 times meanwhile: each error is one of the two' \
	"$(hear x)" '0 @(EAGAIN|ENOMEM)'
is 'refuse changed 200 times meanwhile: events count every refusal' \
	"$(($(value events a/b hca_object.alloc_fail) - before))" \
	3000
is 'refuse changed 200 times: the last value holds' "$(ask x create pd)" '0 EAGAIN'

limit a 'hca_handle=max hca_object=max' > /dev/null
echo ENOMEM > $refuse
# An older rdma_rxe makes EINVAL of whatever keeps it from the memory of an MR.
like 'refuse=ENOMEM: an error of the driver stays' "$(ask x fail mr) $(ask x fail pd)" \
	'0 @(EFAULT|EINVAL) 0 EFAULT'
is 'refuse=ENOMEM: what is within the limit succeeds' \
	"$(ask x write-open) $(ask x create pd)" '1 ok 1 ok'
for word in '' EAGAI EAGAINS eagain 11 -12 EPERM 'ENOMEM EAGAIN'; do
	no "refuse='$word' is not accepted" sh -c "echo '$word' > $refuse"
done
is 'refuse keeps its value when another one was not accepted' "$(cat $refuse)" ENOMEM
quit x

rmmod rdmacg_test 2> /dev/null
log_mark
rmmod rdmacg_oot
no 'the module does not load with refuse=EPERM' reload refuse=EPERM
like 'the log names the values of refuse' "$(log_since)" '*rdmacg_oot: *EAGAIN*ENOMEM*'
ok 'the module loads with refuse=ENOMEM' reload refuse=ENOMEM
group c
limit c hca_handle=0 > /dev/null
client y c
is 'loaded with refuse=ENOMEM, that is the error' "$(cat $refuse) $(ask y open)" 'ENOMEM 0 ENOMEM'
quit y
echo EAGAIN > $refuse
finish
