# SPDX-License-Identifier: GPL-2.0-only
#
# rdma.peak, rdma.events and rdma.events.local, and the wake-ups when an events file changes.

. ./lib.sh

events() { line events "$1"; }
local_events() { line events.local "$1"; }
# e MAX FAIL: the line with these counts of hca_object
e() { echo "hca_handle.max=0 hca_handle.alloc_fail=0 hca_object.max=$1 hca_object.alloc_fail=$2"; }

group a a/b a/b/c
[ -e "$(dir a)/rdma.events" ] || skip_all 'this controller has no events'
client x a/b/c
ask x open > /dev/null

is 'without an object, the peak of hca_object is 0' "$(line peak a/b)" 'hca_handle=1 hca_object=0 '
is 'a new cgroup has no events' "$(events a/b/c)" "$(e 0 0)"
is 'a new cgroup has no local events' "$(local_events a/b/c)" "$(e 0 0)"
ask x create pd 5 > /dev/null
is 'the peak rises with the usage' "$(line peak a/b/c)" 'hca_handle=1 hca_object=5 '
is 'the peak rises at every level' "$(value peak '' hca_object) $(value peak a hca_object)" '5 5'
ask x destroy pd 3 > /dev/null
is 'the peak stays when the usage falls' \
	"$(line peak a/b/c) $(count a/b/c)" 'hca_handle=1 hca_object=5  2'
ask x create pd 2 > /dev/null
is 'the peak stays while the usage is not above it' "$(value peak a/b/c hca_object)" 5
ask x create pd 2 > /dev/null
is 'the peak rises when the usage exceeds it' "$(value peak a/b/c hca_object)" 6
limit a hca_object=6 > /dev/null
is "a charge over an ancestor's limit is refused" "$(ask x create pd)" '0 EAGAIN'
is 'a charge that an ancestor refuses raises no peak' \
	"$(value peak a/b/c hca_object) $(value peak a/b hca_object)" '6 6'

is 'max counts a refusal in the cgroup whose limit it was' "$(events a)" "$(e 1 1)"
is 'max counts a refusal in the ancestors of that cgroup' "$(events '')" "$(e 1 1)"
is 'between requester and limit, alloc_fail counts a refusal and max does not' \
	"$(events a/b)" "$(e 0 1)"
is 'alloc_fail counts a refusal in the requesting cgroup' "$(events a/b/c)" "$(e 0 1)"
is 'local max counts a refusal in the cgroup whose limit it was' "$(local_events a)" "$(e 1 0)"
is 'local events count no refusal in the ancestors of that cgroup' "$(local_events '')" "$(e 0 0)"
is 'local events count no refusal between requester and limit' "$(local_events a/b)" "$(e 0 0)"
is 'local alloc_fail counts a refusal in the requesting cgroup' "$(local_events a/b/c)" "$(e 0 1)"

limit a hca_object=max > /dev/null
limit a/b/c 'hca_object=6 hca_handle=1' > /dev/null
ask x create pd > /dev/null
is "a refusal by the requester's own limit counts as max and alloc_fail there" \
	"$(events a/b/c) $(local_events a/b/c)" \
	"$(e 1 2) $(e 1 2)"
is 'refusals count up to the top cgroup' "$(events '')" "$(e 2 2)"
is 'a refusal below is no local event' "$(local_events a)" "$(e 1 0)"
ask x open > /dev/null
is 'refused contexts have counters of their own' "$(events a/b/c)" \
	'hca_handle.max=1 hca_handle.alloc_fail=1 hca_object.max=1 hca_object.alloc_fail=2'
is 'a failure in the driver is no event' "$(
	limit a/b/c 'hca_object=max' > /dev/null
	before=$(events a/b/c)
	ask x fail mr 3 > /dev/null
	[ "$before" = "$(events a/b/c)" ] && echo same
)" same
is 'a sibling has no events and no peak' "$(group a/s; events a/s) $(line peak a/s)" \
	"$(e 0 0) hca_handle=0 hca_object=0 "

# Wake-ups. The limit is exceeded, so each attempt is one event.
limit a/b/c hca_object=0 > /dev/null
# woken HOW FILE GROUP COMMAND...: what wakes a watcher of the file while the command runs
woken()
{
	local seen=$scratch/woken

	: > "$seen"
	./file "$1" "$(dir "$3")/rdma.$2" 5000 > "$seen" &
	eventually grep -q ready "$seen"
	"${@:4}" > /dev/null
	wait $!
	tail -n 1 "$seen"
}
for group in a/b/c a ''; do
	is "a refusal wakes poll on rdma.events of '$group'" \
		"$(woken poll events "$group" ask x create pd)" \
		'POLLPRI POLLERR'
	is "a refusal wakes inotify on rdma.events of '$group'" \
		"$(woken inotify events "$group" ask x create pd)" \
		'IN_MODIFY'
done
is 'a refusal wakes poll on rdma.events.local' \
	"$(woken poll events.local a/b/c ask x create pd)" 'POLLPRI POLLERR'
is 'a refusal wakes inotify on rdma.events.local' \
	"$(woken inotify events.local a/b/c ask x create pd)" 'IN_MODIFY'
limit a/b/c hca_object=max > /dev/null
is 'a successful creation does not wake poll on rdma.events' \
	"$(woken poll events a/b/c ask x create pd)" timeout
is 'a refusal does not wake poll on rdma.events.local of another cgroup' "$(
	limit a/b/c hca_object=0 > /dev/null
	woken poll events.local a/b ask x create pd
)" timeout

quit x
eventually equals "$(dir a/b/c)/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
is 'the peak stays when all objects are gone' "$(line peak a/b/c)" 'hca_handle=1 hca_object=7 '
limit a/b/c 'hca_handle=max hca_object=max' > /dev/null
is 'the peak stays when the limits are lifted' "$(line peak a/b/c)" 'hca_handle=1 hca_object=7 '
like 'events stay when objects and limits are gone' \
	"$(value events a/b/c hca_object.alloc_fail)" '[1-9]*'
rmdir "$CGROUP/$top/a/b/c"
group a/b/c
is 'a new cgroup of the same name has no peak and no events' "$(line peak a/b/c) $(events a/b/c)" \
	"hca_handle=0 hca_object=0  $(e 0 0)"
finish
