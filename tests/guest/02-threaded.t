# SPDX-License-Identifier: GPL-2.0-only
#
# Threaded cgroups: no files of their own, charged is the domain above.

. ./lib.sh

needs_module
group d d/t
[ -e "$CGROUP/$top/d/t/cgroup.type" ] || skip_all 'this hierarchy has no threaded cgroups'

files() { (cd "$(dir "$1")" 2> /dev/null && echo rdma.*); }

limit d/t hca_object=1 > /dev/null
ok 'a cgroup becomes threaded' sh -c "echo threaded > '$CGROUP/$top/d/t/cgroup.type'"
is 'it shows no files' "$(files d/t)" 'rdma.*'
like 'its domain does' "$(files d)" 'rdma.current *'

group d/t/u d/v
echo threaded > "$CGROUP/$top/d/t/u/cgroup.type"
echo threaded > "$CGROUP/$top/d/v/cgroup.type"
is 'nor does one below it' "$(files d/t/u)" 'rdma.*'
is 'nor one made in a threaded domain' "$(files d/v)" 'rdma.*'

client x d
for place in t t/u v; do
	ok "a thread moves to $place" \
		sh -c "echo ${pid[x]} > '$CGROUP/$top/d/$place/cgroup.threads'"
	ask x open > /dev/null
	ask x create pd 2 > /dev/null
	is "a thread in $place charges the domain" "$(line current d)" 'hca_handle=1 hca_object=2 '
	limit d hca_object=3 > /dev/null
	is "the limit of the domain holds in $place" "$(ask x fill pd)" '1 EAGAIN'
	limit d hca_object=max > /dev/null
	ask x destroy pd 3 > /dev/null
	ask x close > /dev/null
	eventually equals "$(dir d)/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
	is "all is given back from $place" "$(line current d)" 'hca_handle=0 hca_object=0 '
done
echo "${pid[x]}" > "$CGROUP/$top/d/cgroup.threads"
quit x
ok 'threaded cgroups are removed' rmdir "$CGROUP/$top/d/t/u" "$CGROUP/$top/d/t" "$CGROUP/$top/d/v"
no 'and leave no directory' test -e "$(dir d/t)"
group d/t
like 'a new one is a domain, or shows no files' \
	"$(cat "$CGROUP/$top/d/t/cgroup.type"): $(files d/t)" 'domain*: rdma.current *'

# Every file of a cgroup, opened by its handle when nothing of it is in the caches: there is no
# directory then from which the file's cgroup could be told.
group h h/i
by_handle() { "$here/file" handle "$CGROUP" "$1" "${@:2}"; }
opened=$(by_handle read "$CGROUP/$top/h/cgroup.procs")
if [[ $opened = @(EOPNOTSUPP|ENOSYS) ]]; then
	skip 'files opened by handle' 'this kernel has no handles here'
	finish
fi
is 'a file is opened by its handle' "$opened" ok
readable=() writable=()
for path in "$CGROUP/$top/h/i"/*; do
	[ ! -r "$path" ] || readable+=("$path")
	[ ! -w "$path" ] || [ "${path##*/}" = cgroup.type ] || writable+=("$path")
done
is 'all files are read through handles' "$(by_handle read "${readable[@]}")" ok
# A line that each of them refuses, but those that kill and freeze.
is 'all files are written through handles' "$(by_handle write "${writable[@]}" <<< nonsense)" ok
is 'after all files were opened by handle, the cgroup has its own' "$(files h/i)" \
	'rdma.current rdma.events rdma.events.local rdma.max rdma.peak'
is 'threaded through a handle' \
	"$(by_handle write "$CGROUP/$top/h/i/cgroup.type" <<< threaded)" ok
is 'threaded through a handle: it shows no files' "$(files h/i)" 'rdma.*'
like 'threaded through a handle: the one above does' "$(files h)" 'rdma.current *'
ok 'both are removed' rmdir "$CGROUP/$top/h/i" "$CGROUP/$top/h"
no 'and leave no directory' test -e "$(dir h)"
finish
