# SPDX-License-Identifier: GPL-2.0-only
#
# Threaded cgroups have no files; their tasks are charged to the domain above.

. ./lib.sh

needs_module
group d d/t
[ -e "$CGROUP/$top/d/t/cgroup.type" ] || skip_all 'this hierarchy has no threaded cgroups'

files() { (cd "$(dir "$1")" 2> /dev/null && echo rdma.*); }

limit d/t hca_object=1 > /dev/null
ok 'a cgroup with a limit can become threaded' \
	sh -c "echo threaded > '$CGROUP/$top/d/t/cgroup.type'"
is 'a threaded cgroup has no files' "$(files d/t)" 'rdma.*'
like 'the domain of a threaded cgroup has files' "$(files d)" 'rdma.child.max *'

group d/t/u d/v
echo threaded > "$CGROUP/$top/d/t/u/cgroup.type"
echo threaded > "$CGROUP/$top/d/v/cgroup.type"
is 'a threaded cgroup below a threaded one has no files' "$(files d/t/u)" 'rdma.*'
is 'a new threaded cgroup in the domain has no files' "$(files d/v)" 'rdma.*'

client x d
for place in t t/u v; do
	ok "a thread can move to the threaded cgroup $place" \
		sh -c "echo ${pid[x]} > '$CGROUP/$top/d/$place/cgroup.threads'"
	ask x open > /dev/null
	ask x create pd 2 > /dev/null
	is "objects of a thread in $place are charged to the domain" \
		"$(line current d)" 'hca_handle=1 hca_object=2 '
	limit d hca_object=3 > /dev/null
	is "the limit of the domain holds for a thread in $place" "$(ask x fill pd)" '1 EAGAIN'
	limit d hca_object=max > /dev/null
	ask x destroy pd 3 > /dev/null
	ask x close > /dev/null
	eventually equals "$(dir d)/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
	is "the charges of a thread in $place are given back" \
		"$(line current d)" 'hca_handle=0 hca_object=0 '
done
echo "${pid[x]}" > "$CGROUP/$top/d/cgroup.threads"
quit x
ok 'threaded cgroups can be removed' \
	rmdir "$CGROUP/$top/d/t/u" "$CGROUP/$top/d/t" "$CGROUP/$top/d/v"
no 'a removed threaded cgroup leaves no directory' test -e "$(dir d/t)"
group d/t
like 'a new cgroup of the same name is a domain and has files' \
	"$(cat "$CGROUP/$top/d/t/cgroup.type"): $(files d/t)" 'domain*: rdma.child.max *'

# Every file of a cgroup, opened by its handle with nothing of it in the caches. The file's dentry
# then has no parent, so a hook must not find the cgroup through the parent dentry.
group h h/i
by_handle() { "$here/file" handle "$CGROUP" "$1" "${@:2}"; }
opened=$(by_handle read "$CGROUP/$top/h/cgroup.procs")
if [[ $opened = @(EOPNOTSUPP|ENOSYS) ]]; then
	skip 'files can be opened by handle' 'this kernel has no handles here'
	finish
fi
is 'a file can be opened by its handle' "$opened" ok
readable=() writable=()
for path in "$CGROUP/$top/h/i"/*; do
	[ ! -r "$path" ] || readable+=("$path")
	[ ! -w "$path" ] || [ "${path##*/}" = cgroup.type ] || writable+=("$path")
done
is 'all files can be read when opened by handle' "$(by_handle read "${readable[@]}")" ok
# No file accepts this line, so nothing is killed or frozen.
is 'all files can be written when opened by handle' \
	"$(by_handle write "${writable[@]}" <<< nonsense)" ok
is 'opening all files by handle leaves the cgroup its files' "$(files h/i)" \
	"$FILES"
is 'cgroup.type can be written when opened by handle' \
	"$(by_handle write "$CGROUP/$top/h/i/cgroup.type" <<< threaded)" ok
is 'a cgroup made threaded through a handle has no files' "$(files h/i)" 'rdma.*'
like 'the parent of a cgroup made threaded through a handle keeps its files' \
	"$(files h)" 'rdma.child.max *'
ok 'a cgroup made threaded through a handle can be removed' \
	rmdir "$CGROUP/$top/h/i" "$CGROUP/$top/h"
no 'a removed threaded cgroup leaves no directory' test -e "$(dir h)"
finish
