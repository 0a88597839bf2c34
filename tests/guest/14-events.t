# SPDX-License-Identifier: GPL-2.0-only
#
# rdma.peak, rdma.events and rdma.events.local, and being woken by a change of them.

. ./lib.sh

events() { line events "$1"; }
local_events() { line events.local "$1"; }
# e MAX FAIL: of hca_object
e() { echo "hca_handle.max=0 hca_handle.alloc_fail=0 hca_object.max=$1 hca_object.alloc_fail=$2"; }

group a a/b a/b/c
[ -e "$(dir a)/rdma.events" ] || skip_all 'this controller has no events'
client x a/b/c
ask x open > /dev/null

is 'a peak of objects that never were is 0' "$(line peak a/b)" 'hca_handle=1 hca_object=0 '
is 'no events at first' "$(events a/b/c)" "$(e 0 0)"
is 'no local events at first' "$(local_events a/b/c)" "$(e 0 0)"
ask x create pd 5 > /dev/null
is 'peak is the usage' "$(line peak a/b/c)" 'hca_handle=1 hca_object=5 '
is 'peak at every level' "$(value peak '' hca_object) $(value peak a hca_object)" '5 5'
ask x destroy pd 3 > /dev/null
is 'peak stays when usage falls' "$(line peak a/b/c) $(count a/b/c)" 'hca_handle=1 hca_object=5  2'
ask x create pd 2 > /dev/null
is 'peak stays below it' "$(value peak a/b/c hca_object)" 5
ask x create pd 2 > /dev/null
is 'peak rises above it' "$(value peak a/b/c hca_object)" 6
limit a hca_object=6 > /dev/null
is 'a refused charge' "$(ask x create pd)" '0 EAGAIN'
is 'a charge that an ancestor refuses raises no peak' \
	"$(value peak a/b/c hca_object) $(value peak a/b hca_object)" '6 6'

is 'max: where the limit was' "$(events a)" "$(e 1 1)"
is 'max: in its ancestors' "$(events '')" "$(e 1 1)"
is 'max: not below; alloc_fail: on the way up' "$(events a/b)" "$(e 0 1)"
is 'alloc_fail: where the request came from' "$(events a/b/c)" "$(e 0 1)"
is 'local max: only where the limit was' "$(local_events a)" "$(e 1 0)"
is 'local: nothing above' "$(local_events '')" "$(e 0 0)"
is 'local: nothing between' "$(local_events a/b)" "$(e 0 0)"
is 'local alloc_fail: only where the request came from' "$(local_events a/b/c)" "$(e 0 1)"

limit a hca_object=max > /dev/null
limit a/b/c 'hca_object=6 hca_handle=1' > /dev/null
ask x create pd > /dev/null
is 'the limit of the requesting cgroup itself' "$(events a/b/c) $(local_events a/b/c)" \
	"$(e 1 2) $(e 1 2)"
is 'counts up to the top' "$(events '')" "$(e 2 2)"
is 'but not as local' "$(local_events a)" "$(e 1 0)"
ask x open > /dev/null
is 'contexts have counts of their own' "$(events a/b/c)" \
	'hca_handle.max=1 hca_handle.alloc_fail=1 hca_object.max=1 hca_object.alloc_fail=2'
is 'a failure in the driver is no event' "$(
	limit a/b/c 'hca_object=max' > /dev/null
	before=$(events a/b/c)
	ask x fail mr 3 > /dev/null
	[ "$before" = "$(events a/b/c)" ] && echo same
)" same
is 'a sibling sees nothing of it' "$(group a/s; events a/s) $(line peak a/s)" \
	"$(e 0 0) hca_handle=0 hca_object=0 "

# Being woken. The limit is reached, so each attempt is one event.
limit a/b/c hca_object=0 > /dev/null
# woken HOW FILE GROUP COMMAND...: what a watcher of the file sees while the command runs
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
	is "poll: rdma.events of '$group'" "$(woken poll events "$group" ask x create pd)" \
		'POLLPRI POLLERR'
	is "inotify: rdma.events of '$group'" "$(woken inotify events "$group" ask x create pd)" \
		'IN_MODIFY'
done
is 'poll: rdma.events.local' "$(woken poll events.local a/b/c ask x create pd)" 'POLLPRI POLLERR'
is 'inotify: rdma.events.local' "$(woken inotify events.local a/b/c ask x create pd)" 'IN_MODIFY'
limit a/b/c hca_object=max > /dev/null
is 'poll: without an event nobody is woken' "$(woken poll events a/b/c ask x create pd)" timeout
is 'poll: rdma.events.local of another cgroup' "$(
	limit a/b/c hca_object=0 > /dev/null
	woken poll events.local a/b ask x create pd
)" timeout

quit x
eventually equals "$(dir a/b/c)/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
is 'peak outlives the objects' "$(line peak a/b/c)" 'hca_handle=1 hca_object=7 '
limit a/b/c 'hca_handle=max hca_object=max' > /dev/null
is 'and the limits' "$(line peak a/b/c)" 'hca_handle=1 hca_object=7 '
like 'events do as well' "$(value events a/b/c hca_object.alloc_fail)" '[1-9]*'
rmdir "$CGROUP/$top/a/b/c"
group a/b/c
is 'a new cgroup of the same name begins with none' "$(line peak a/b/c) $(events a/b/c)" \
	"hca_handle=0 hca_object=0  $(e 0 0)"
finish
