# SPDX-License-Identifier: GPL-2.0-only
#
# The files of a cgroup, and how they appear and disappear with mkdir and rmdir.

. ./lib.sh

files() { (cd "$1" && echo rdma.*); }

if with_module; then
	is 'the root has no file with limits or events of its own' \
		"$(files "$MIRROR")" "$ROOT_FILES"
	! shown_in debugfs ||
		is 'debugfs can be entered by root alone' \
			"$(stat -c '%a %u:%g' /sys/kernel/debug)" '700 0:0'
	is "the root's files belong to root, and rdma.child.max alone can be written" \
		"$(stat -c '%a %u:%g' "$MIRROR"/rdma.* | uniq -c | sed 's/^ *//')" \
		$'1 444 0:0\n1 644 0:0\n6 444 0:0'
	is 'status has mode 444 and belongs to root' "$(stat -c '%a %u:%g' $STATUS)" '444 0:0'
fi

ok 'a cgroup can be made' group
is 'a cgroup has all files' "$(files "$(dir '')")" "$FILES"
is 'rdma.max has mode 644 and belongs to root' \
	"$(stat -c '%a %u:%g' "$(dir '')/rdma.max")" '644 0:0'
for file in current peak events events.local; do
	is "rdma.$file has mode 444 and belongs to root" \
		"$(stat -c '%a %u:%g' "$(dir '')/rdma.$file")" '444 0:0'
done
zero='hca_handle=0 hca_object=0 '
is 'without a charge or limit, rdma.max shows max' "$(line max '')" 'hca_handle=max hca_object=max '
is 'without a charge or limit, rdma.current shows 0' "$(line current '')" "$zero"
is 'without a charge or limit, rdma.peak shows 0' "$(line peak '')" "$zero"
is 'without a charge or limit, rdma.events shows 0' "$(line events '')" \
	'hca_handle.max=0 hca_handle.alloc_fail=0 hca_object.max=0 hca_object.alloc_fail=0'
is 'without a charge or limit, rdma.events.local shows 0' \
	"$(line events.local '')" "$(line events '')"
is 'every file with values has one line for each device' \
	"$(cat "$(dir '')"/rdma.* | grep -c "^$DEVICE ")" 12

# A write right after mkdir
good=0
for i in {1..20}; do
	mkdir "$CGROUP/$top/r$i" && echo "$DEVICE hca_object=$i" > "$(dir "r$i")/rdma.max" &&
		[ "$(value max "r$i" hca_object)" = "$i" ] && good=$((good + 1))
done
is 'a limit can be written right after mkdir, twenty times' $good 20
gone=0
for i in {1..20}; do
	rmdir "$CGROUP/$top/r$i" && [ ! -e "$(dir "r$i")" ] && gone=$((gone + 1))
done
is 'the files are gone when rmdir returns, twenty times' $gone 20

deep=d
group d
for i in {2..12}; do
	deep+=/$i
	group "$deep"
done
is 'a limit can be set at the twelfth level' "$(limit "$deep" hca_object=5; line max "$deep")" 'ok
hca_handle=max hca_object=5 '
client x "$deep"
ask x open > /dev/null
ask x create pd 5 > /dev/null
is 'a charge at the twelfth level counts at the first' \
	"$(count d) $(count "$deep") $(ask x create pd)" \
	'5 5 0 EAGAIN'
quit x
ok 'twelve levels can be removed' find "$CGROUP/$top/d" -depth -type d -exec rmdir {} ';'
no 'after the removal of twelve levels, no directory is left' test -e "$(dir d)"

for name in 'with space' 'quo"te' "apo'strophe" 'per%cent%s%n' 'back\slash' 'täglich' '-x' '...' \
	'a.b.service' 'colon:equal=' 'star*' "$(printf 'long%.0s' {1..60})" "$(printf '\t')"; do
	mkdir "$CGROUP/$top/$name"
	is "a cgroup named '$name' has its files under that name" \
		"$(limit "$name" hca_object=3; value max "$name" hca_object)" 'ok
3'
	rmdir "$CGROUP/$top/$name"
	no "a removed cgroup named '$name' leaves no directory" test -e "$(dir "$name")"
done

# A mkdir or rmdir that fails changes nothing.
group e e/f
limit e hca_object=4 > /dev/null
no 'mkdir of a cgroup that exists fails' mkdir "$CGROUP/$top/e"
is 'a failed mkdir leaves the limit of the existing cgroup' "$(value max e hca_object)" 4
no 'rmdir of a cgroup with children fails' rmdir "$CGROUP/$top/e"
is 'a failed rmdir leaves the limit' "$(value max e hca_object)" 4
client x e/f
no 'rmdir of a cgroup with a process fails' rmdir "$CGROUP/$top/e/f"
is 'a failed rmdir leaves the limit' "$(limit e/f hca_object=2; value max e/f hca_object)" 'ok
2'
quit x
! with_module || ! shown_in debugfs ||
	no 'mkdir in the mirror fails' mkdir "$DEBUGFS/cgroup/$top/e/g"

# Files that are open when their cgroup is removed
group h
exec 7> "$(dir h)/rdma.max" 8< "$(dir h)/rdma.current"
ok 'a cgroup whose files are open can be removed' rmdir "$CGROUP/$top/h"
no 'an open rdma.max of a removed cgroup cannot be written' sh -c "echo '$DEVICE hca_object=1' >&7"
no 'an open rdma.current of a removed cgroup cannot be read' sh -c 'cat <&8'
exec 7>&- 8<&-
no 'open files do not keep the directory' test -e "$(dir h)"
group h
is 'a new cgroup of the same name has no limit' "$(line max h)" 'hca_handle=max hca_object=max '

# A cgroup with the name of a file
if with_module && shown_in cgroup; then
	no 'mkdir of a cgroup with the name of a file fails' mkdir "$CGROUP/$top/h/rdma.max"
elif with_module; then
	mkdir "$CGROUP/$top/h/rdma.max" 2> /dev/null
	is "a cgroup named rdma.max leaves the parent's file rdma.max usable" \
		"$(limit h hca_object=3; value max h hca_object)" 'ok
3'
	client x h/rdma.max
	ask x open > /dev/null
	is 'objects in a cgroup named rdma.max are charged to its parent and limited there' \
		"$(ask x fill pd) $(count h)" '3 EAGAIN 3'
	quit x
	ok 'a cgroup named rdma.max can be removed' rmdir "$CGROUP/$top/h/rdma.max"
	ok 'removing a cgroup named rdma.max leaves the file' test -f "$(dir h)/rdma.max"
fi

# Several processes at once
storm()
{
	local i

	for i in {1..15}; do
		mkdir "$CGROUP/$top/s$1" &&
			echo "$DEVICE hca_object=$i" > "$(dir "s$1")/rdma.max" &&
			mkdir "$CGROUP/$top/s$1/t" && grep -q . "$(dir "s$1/t")/rdma.current" &&
			rmdir "$CGROUP/$top/s$1/t" "$CGROUP/$top/s$1" || echo "failed in round $i"
	done
}
for i in {1..6}; do
	storm "$i" &
done > "$scratch/storm" 2>&1
while [ -n "$(jobs -r)" ]; do
	find "$MIRROR" -name 'rdma.*' -exec cat {} + > /dev/null 2>&1
	sleep 0.2
done
wait
is 'files follow six processes that make and remove cgroups while a seventh reads' \
	"$(cat "$scratch/storm")" ''
finish
