# SPDX-License-Identifier: GPL-2.0-only
#
# Every allocation of the module and of the functions it calls fails once: the call returns an error
# or writes a line to the log, no partial state or charge is left, and the next attempt succeeds.
# For kernels with fault injection. Where loading the module takes long, a part of its allocations.
#
#	SEED	which of them fail (from the environment: the kernel command line)

. ./lib.sh

needs_module
[ -e /proc/self/fail-nth ] || skip_all 'this kernel cannot let allocations fail'
failslab=/sys/kernel/debug/failslab
# Allocations that may sleep fail as well, without a message. Not page allocations, for which the
# kernel always prints one.
echo N > $failslab/ignore-gfp-wait
echo 0 > $failslab/verbose

# fails NAME ARGUMENT...: at least one allocation fails, and each call ends in success or in an
# error other than EAGAIN; where something is missing, that is an error as well
fails()
{
	local name=$1 result

	shift
	result=$(./faults.py "$@" 2>&1)
	echo "# $name: $result"
	[[ $result =~ ^[1-9][0-9]*' failed:'(' '(E[A-Z]+|incomplete|ok|-1)' '[0-9]+)*$ ]] &&
		[[ $result = *ENOMEM* && $result != *EAGAIN* ]]
	report $? "$name: every failed allocation ends in ENOMEM or without effect" \
		'N failed: ENOMEM N ok N' "$result"
}

group a a/b
echo $$ > "$CGROUP/$top/a/b/cgroup.procs"
limit a/b 'hca_handle=40 hca_object=40' > /dev/null
# Not kinds with queues: rdma_rxe does not undo their creation properly, and the kernel warns.
for kind in context pd mr; do
	fails "$kind" verbs "$DEVICE" $kind
	is "$kind: failed allocations leave no charge" \
		"$(line current a)" 'hca_handle=0 hca_object=0 '
done
fails 'a cgroup' mkdir "$CGROUP/$top/a/c" "$(dir a/c)"
group a/c
is 'a cgroup: the next one made without failures has all files' \
	"$(cd "$(dir a/c)" && echo rdma.*)" \
	"$FILES"
# The first limit of a cgroup allocates its pool and those above.
group d d/e d/e/f
fails 'a limit' limit "$(dir d/e/f)/rdma.max" "$DEVICE"
limit d/e/f hca_object=5 > /dev/null
is 'a limit: it can be set without failures' "$(line max d/e/f)" 'hca_handle=max hca_object=5 '
fails 'reading' read "$(dir d/e/f)/rdma.max"

# At random, for a client that creates and destroys objects.
client x a/b
ask x open > /dev/null
echo 1 > "/proc/${pid[x]}/make-it-fail"
echo Y > $failslab/task-filter
echo 10 > $failslab/probability
echo -1 > $failslab/times
made=0 refused=0
for round in {1..80}; do
	for kind in pd mr mw; do
		answer=$(ask x create $kind 3)
		made=$((made + ${answer% *}))
		[[ $answer = *ok ]] || refused=$((refused + 1))
	done
	for kind in mw mr pd; do
		ask x destroy $kind 100 > /dev/null
	done
done
echo 0 > $failslab/probability
echo N > $failslab/task-filter
echo "# at random: $made objects made, $refused times out of memory"
ok 'at random: objects were made and refused more than 50 times each' \
	test $made -gt 50 -a $refused -gt 50
for kind in mw mr pd; do
	ask x destroy $kind 100 > /dev/null
done
is 'at random: destroyed objects leave no charge' "$(line current a)" 'hca_handle=1 hca_object=0 '
is 'at random: the limit holds afterwards' "$(ask x fill pd)" '40 EAGAIN'
quit x

# Every allocation of the module's initialisation, with cgroups and a device. If ten minutes are too
# short for that, each of the first and of the last ones, and between them, where there are as many
# for each cgroup, some at random, so that about $few fail, or as many as ten minutes suffice for.
few=70 ends=24
RANDOM=${SEED:-1}
echo $$ > "$CGROUP/cgroup.procs"
modprobe rdmacg_fault
nth=/sys/module/rdmacg_fault/parameters/nth
failed=0 loads=0 silent=0 left=0 parts=0
# Every cgroup has fifteen files, and in debugfs a directory for them; the root has eight.
number=$(cgroups | wc -l)
whole()
{
	! shown_in cgroup ||
		[ "$(find "$CGROUP" -name 'rdma.*' | wc -l)" -eq $((15 * number - 7)) ] || return
	[ "$(find $DEBUGFS/cgroup | wc -l)" -eq $((16 * number - 7)) ]
}
before=$(status 'files in')
# load NUMBER: unload the module, and load it with the allocation of that number failing. Sets $more
# to how many more allocations there would have to be for that, 0 if it has failed.
load()
{
	! loaded || rmmod rdmacg_oot
	log_mark
	echo "$1" > $nth
	modprobe rdmacg_oot 2> /dev/null
	more=$(cat $nth)
}
# milliseconds: the time, by some clock
milliseconds() { echo $((${EPOCHREALTIME//[!0-9]/} / 1000)); }
began=$(milliseconds)
load 1000000
whole
took=$(($(milliseconds) - began + 1))
all=$((1000000 - more))
budget=$((600000 / took))
[ $budget -gt $few ] || budget=$few
distance=1
[ $all -le $budget ] || distance=$(((all - 2 * ends) / (budget - 2 * ends) + 1))
echo "# loading: $all allocations, $took ms each load: every $distance. allocation in the middle"
at=1 last=0
while :; do
	load $at
	[ "$more" -eq 0 ] && [ $failed -lt 2000 ] || break
	failed=$((failed + 1))
	last=$at at=$((at + 1))
	if [ $at -gt $ends ] && [ $at -le $((all - ends)) ]; then
		at=$((at + RANDOM % (2 * distance - 1)))
		[ $at -le $((all - ends)) ] || at=$((all - ends + 1))
	fi
	if loaded; then
		loads=$((loads + 1))
		whole && grep -qx "files in: $before" $STATUS || parts=$((parts + 1))
	else
		[ -z "$(ls -d $DEBUGFS $STATUS 2> /dev/null; find "$CGROUP" -name 'rdma.*')" ] ||
			left=$((left + 1))
		log_since | grep -q 'rdmacg_oot: ' || silent=$((silent + 1))
	fi
done
rmmod rdmacg_fault
echo "# loading: $failed allocations failed, the last one was number $last," \
	"loaded all the same $loads times"
ok 'loading: more than 50 allocations failed' test $failed -gt 50
is 'loading: a failed load leaves no directory and no file' $left 0
is 'loading: every failed load writes a line to the log' $silent 0
is 'loading: a load that succeeds leaves no cgroup out' $parts 0
ok 'loading: it succeeds without failures' loaded
is 'loading: limits from before are gone' "$(line max d/e/f)" 'hca_handle=max hca_object=max '
client y d/e/f
ask y open > /dev/null
limit d/e/f hca_object=3 > /dev/null
is 'loading: limits hold afterwards' "$(ask y fill pd)" '3 EAGAIN'
quit y
finish
