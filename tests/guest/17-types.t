# SPDX-License-Identifier: GPL-2.0-only
#
# rdma.types.*: usage, peaks, limits and events of each kind of object. The kernel's own controller
# has none of these files.

. ./lib.sh

needs_module
keys='pd mr mw cq qp srq ah xrcd flow wq rwq_ind dm counters devx other mr_mem'

# shows [KIND=VALUE]...: the rest of a line that has these values, and 0 for all others. Each MR is
# of 4096 bytes.
shows()
{
	local key pair text= mrs

	if [ -z "${default-}" ] && [[ " $* " =~ \ mr=([0-9]+)\  ]]; then
		mrs=${BASH_REMATCH[1]}
		set -- "$@" mr_mem=$((mrs * 4096))
	fi

	for key in $keys; do
		for pair in "$@" "$key=${default-0}"; do
			[ "${pair%=*}" != "$key" ] || break
		done
		text+=${text:+ }$pair
	done
	echo "$text"
}

# types GROUP SETTINGS: write rdma.types.max for the device; prints the result
types() { write types.max "$1" "$DEVICE $2"; }

group a a/b c
is 'without a charge or limit, rdma.types.current shows 0' "$(line types.current a)" "$(shows)"
is 'without a charge or limit, rdma.types.peak shows 0' "$(line types.peak a)" "$(shows)"
is 'without a limit, rdma.types.max shows max' "$(line types.max a)" "$(default=max shows)"
is 'without a refusal, rdma.types.events shows two zeros for each kind' \
	"$(line types.events a | tr ' ' '\n' | sort -u | wc -l) $(value types.events a qp.max) $(
	value types.events a other.alloc_fail)" '32 0 0'

# Usage and peaks
client x a/b
ask x open > /dev/null
is 'a context is of no kind' "$(line types.current a/b)" "$(shows)"
expected=()
for kind in pd cq mr mw qp srq ah; do
	made=$(ask x create $kind 2)
	if [ "$made" != '2 ok' ]; then
		skip "objects of kind $kind count as $kind" "create: $made"
		continue
	fi
	expected+=("$kind=2")
	is "objects of kind $kind count as $kind" \
		"$(line types.current a/b)" "$(shows "${expected[@]}")"
done
is 'the sum of all kinds is hca_object' "$(count a)" $((2 * ${#expected[@]}))
is 'the parent and the root show the same' \
	"$(line types.current a) $(grep "^$DEVICE " "$MIRROR/rdma.types.current")" \
	"$(shows "${expected[@]}") $DEVICE $(shows "${expected[@]}")"
for ((i = ${#expected[@]}; i--; )); do
	kind=${expected[i]%=*}
	ask x destroy $kind 2 > /dev/null
done
is 'objects that are destroyed are uncharged' "$(line types.current a/b)" "$(shows)"
is 'the peak of each kind stays' "$(line types.peak a)" "$(shows "${expected[@]}")"

# Limits
is 'limits of two kinds can be set' "$(types a 'pd=3 cq=0')" ok
is 'they are shown, and no other has changed' "$(line types.max a)" "$(default=max shows pd=3 cq=0)"
is 'rdma.max has not changed' "$(line max a)" 'hca_handle=max hca_object=max '
is 'objects of a kind can be created up to its limit, then EAGAIN' "$(ask x fill pd)" '3 EAGAIN'
is 'a limit of 0 refuses the first object' "$(ask x create cq)" '0 EAGAIN'
is 'other kinds are not refused' "$(ask x create mr)" '1 ok'
is 'a refused object is not charged' "$(line current a) $(line types.current a/b)" \
	"hca_handle=1 hca_object=4  $(shows pd=3 mr=1)"
is 'a refused object changes no peak' "$(value types.peak a pd) $(value types.peak a cq)" '3 2'
is 'events count the refusals where the limit is' \
	"$(value types.events a pd.max) $(value types.events a cq.max) $(
	value types.events.local a pd.max) $(value types.events.local a pd.alloc_fail)" '1 1 1 0'
is 'events count the refusals where they came from' \
	"$(value types.events a/b pd.max) $(value types.events a/b pd.alloc_fail) $(
	value types.events.local a/b cq.alloc_fail)" '0 1 1'
is 'a refusal of a kind is no event of rdma.events' \
	"$(value events a hca_object.max) $(value events a/b hca_object.alloc_fail)" '0 0'
limit a hca_object=4 > /dev/null
is 'a refusal of hca_object charges no kind' \
	"$(ask x create mr) $(line types.current a/b) $(value types.events a/b mr.alloc_fail)" \
	"0 EAGAIN $(shows pd=3 mr=1) 0"
is 'and is an event of rdma.events' "$(value events a hca_object.max)" 1
limit a hca_object=max > /dev/null
types a/b mr=1 > /dev/null
is 'the limit of the cgroup itself holds' "$(ask x create mr)" '0 EAGAIN'
is 'and is counted there and above' \
	"$(value types.events.local a/b mr.max) $(value types.events a mr.max)" '1 1'
is 'a limit may be set below the usage' "$(types a pd=1) $(value types.current a pd)" 'ok 3'
is 'then new objects are refused' "$(ask x destroy-first pd) $(ask x create pd)" '1 ok 0 EAGAIN'
echo ENOMEM > /sys/module/rdmacg_oot/parameters/refuse
is 'with refuse=ENOMEM, a kind is refused with ENOMEM' "$(ask x create pd)" '0 ENOMEM'
echo EAGAIN > /sys/module/rdmacg_oot/parameters/refuse
echo 0 > /sys/module/rdmacg_oot/parameters/enforce
before=$(value types.events a pd.max)
is 'with enforce=0, nothing is refused, and counted' \
	"$(ask x create pd) $(($(value types.events a pd.max) - before))" '1 ok 1'
echo 1 > /sys/module/rdmacg_oot/parameters/enforce

# The grammar is that of rdma.max, with these keys.
types a 'pd=max cq=max' > /dev/null
for settings in hca_object=5 hca_handle=5 pd PD=5 pd=-1 pd=2147483648 'pd=1 mr=x'; do
	is "rdma.types.max refuses '$settings'" "$(types a "$settings")" EINVAL
done
is 'rdma.max refuses the keys of kinds' "$(limit a pd=5)" EINVAL
is 'an error changes no limit' "$(line types.max a)" "$(default=max shows)"
is 'the last value of a kind wins' "$(types a 'qp=0x10 qp=010 ') $(value types.max a qp)" 'ok 8'

# Wake-ups
types a/b mr=0 > /dev/null
# woken HOW FILE GROUP: what wakes a watcher of the file when an MR is refused
woken()
{
	local seen=$scratch/woken

	: > "$seen"
	./file "$1" "$(dir "$3")/rdma.$2" "${4-5000}" > "$seen" &
	eventually grep -q ready "$seen"
	ask x create mr > /dev/null
	wait $!
	tail -n 1 "$seen"
}
is 'a refusal wakes poll on rdma.types.events' "$(woken poll types.events a)" 'POLLPRI POLLERR'
is 'a refusal wakes inotify on rdma.types.events' "$(woken inotify types.events a)" IN_MODIFY
is 'a refusal wakes poll on rdma.types.events.local' \
	"$(woken poll types.events.local a/b)" 'POLLPRI POLLERR'
is 'a refusal of a kind does not wake poll on rdma.events' "$(woken poll events a 1000)" timeout
types a/b mr=max > /dev/null

# The creator's cgroup owns the charge.
move x c
is 'a process that moved makes new objects in its new cgroup' \
	"$(ask x create cq) $(line types.current c)" "1 ok $(shows cq=1)"
is 'the old ones stay where they were made' "$(line types.current a/b)" "$(shows pd=3 mr=1)"
ok 'a cgroup that has objects can be removed' rmdir "$CGROUP/$top/a/b"
is 'its objects count above' "$(line types.current a)" "$(shows pd=3 mr=1)"
ask x destroy mr > /dev/null
is 'until they are destroyed' "$(line types.current a)" "$(shows pd=3)"
kill9 x
eventually equals "$(dir a)/rdma.types.current" "$DEVICE $(shows)"
is 'a process that is killed leaves none' "$(line types.current a) $(line types.current c)" \
	"$(shows) $(shows)"
finish
