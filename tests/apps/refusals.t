# SPDX-License-Identifier: GPL-2.0-only
#
# A cgroup that asks and asks, and is refused each time, is no worse for others than one whose verbs
# succeed, or than a busy CPU; who watches is told as soon as ever, and not more often.

. ./lib.sh

needs_module
[ "$(nproc)" -ge 2 ] || skip_all 'it takes two CPUs'
modprobe rdmacg_test 2> /dev/null || skip_all 'the module rdmacg_test is not installed'
trap 'rmmod rdmacg_test; finish' EXIT
api=/dev/rdmacg_test

# What is measured is on the first CPU, what goes on beside it is on the second.
taskset -cp 0 $$ > /dev/null
group storm storm/deep sibling sibling/a sibling/b
printf 'register 0 fake0 100' > $api
put storm 'fake0 hca_object=0' > /dev/null
limit storm hca_object=0 > /dev/null
client x sibling
client y storm/deep
client z sibling
for name in x y z; do
	ask $name open > /dev/null
done
for name in y z; do
	taskset -cp 1 "${pid[$name]}" > /dev/null
done

# What goes on beside it, for so many seconds:
# busy: no verbs
busy() { taskset -c 1 timeout "$1" sh -c 'while :; do :; done'; }
# verbs: verbs that succeed
verbs() { ask z churn "$1"; }
# uverbs: verbs that are refused
uverbs() { ask y beg "$1"; }
# kernel: through the API, as fast as can be
kernel()
{
	(
		echo $BASHPID > "$CGROUP/$top/storm/deep/cgroup.procs"
		printf 'storm 0 %d000' "$1" | taskset -c 1 ./file write $api
	)
}
refusals() { value events.local storm/deep hca_object.alloc_fail "$1"; }

# What is measured, in microseconds:
# cycle: to create and destroy an object of each of five kinds
cycle()
{
	local median

	read -r median _ < <(ask x cycle - 300)
	echo "$median"
}
# told: until a watcher of the sibling's events file hears of a refusal there
told()
{
	local median result

	limit sibling hca_object=0 > /dev/null
	read -r median result < <(ask x woken "$(dir sibling)/rdma.events" 20)
	limit sibling hca_object=max > /dev/null
	[ "$result" = ok ] && echo "$median"
}
# message: of one there and back, between processes that sleep meanwhile
message()
{
	local said

	said=$(transfer sibling/a sibling/b -e -n 200)
	said=${said##*= }
	echo "${said%.*}"
}

# no_worse NAME MEASURE STORM CONTROL: beside a storm it takes at most five times as long as beside
# the control. The machine may have other things to do: the best of each counts, of up to five
# rounds.
no_worse()
{
	local round beside took
	local -A best=()

	for round in 1 2 3 4 5; do
		for beside in "$4" "$3"; do
			$beside 2 > /dev/null &
			took=$($2)
			wait $!
			[ "${best[$beside]-$took}" -lt "$took" ] || best[$beside]=$took
		done
		[ "${best[$3]}" -gt $((5 * best[$4])) ] || break
	done
	echo "# $1: ${best[$4]} us beside $4, ${best[$3]} us beside $3"
	[ "${best[$3]}" -le $((5 * best[$4])) ]
	report $? "$1"
}

no_worse 'objects come and go as fast beside refused verbs' cycle uverbs verbs
no_worse 'and beside refused calls of the API' cycle kernel busy
no_worse 'watchers of another cgroup are told as soon' told kernel busy
if [ -n "$(ip_gid)" ]; then
	no_worse 'ibv_rc_pingpong is as fast' message uverbs verbs
else
	skip 'ibv_rc_pingpong is as fast' 'the device has no IP address'
fi

for beside in uverbs kernel; do
	device=$DEVICE
	[ $beside = uverbs ] || device=fake0
	before=$(refusals "$device")
	$beside 2 > /dev/null &
	wakes=$(./file wakes "$(dir storm)/rdma.events" 1500)
	wait $!
	echo "# $beside: $((($(refusals "$device") - before) / 2)) refusals a second," \
		"watchers woken $wakes times in 1.5 seconds"
	[ "$wakes" -ge 3 ]
	report $? "$beside: watchers are told"
	# Ten milliseconds are eight where a tick is four.
	[ "$wakes" -le 190 ]
	report $? "$beside: but not each time, once in ten milliseconds"
done
quit x
quit y
quit z
ok 'the module that uses the API can be unloaded' rmmod rdmacg_test
finish
