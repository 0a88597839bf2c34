# SPDX-License-Identifier: GPL-2.0-only
#
# The files, and the directories that follow the cgroups.

. ./lib.sh

files() { (cd "$1" && echo rdma.*); }

if with_module; then
	is 'the root has current and peak' "$(files "$MIRROR")" 'rdma.current rdma.peak'
	! shown_in debugfs ||
		is 'debugfs is for root alone' "$(stat -c '%a %u:%g' /sys/kernel/debug)" '700 0:0'
	is 'mode of the root files' "$(stat -c '%a %u:%g' "$MIRROR"/rdma.* | sort -u)" '444 0:0'
	is 'mode of status' "$(stat -c '%a %u:%g' $STATUS)" '444 0:0'
fi

ok 'mkdir' group
is 'a cgroup has five files' "$(files "$(dir '')")" \
	'rdma.current rdma.events rdma.events.local rdma.max rdma.peak'
is 'mode of rdma.max' "$(stat -c '%a %u:%g' "$(dir '')/rdma.max")" '644 0:0'
for file in current peak events events.local; do
	is "mode of rdma.$file" "$(stat -c '%a %u:%g' "$(dir '')/rdma.$file")" '444 0:0'
done
zero='hca_handle=0 hca_object=0 '
is 'no pool: max' "$(line max '')" 'hca_handle=max hca_object=max '
is 'no pool: current' "$(line current '')" "$zero"
is 'no pool: peak' "$(line peak '')" "$zero"
is 'no pool: events' "$(line events '')" \
	'hca_handle.max=0 hca_handle.alloc_fail=0 hca_object.max=0 hca_object.alloc_fail=0'
is 'no pool: events.local' "$(line events.local '')" "$(line events '')"
is 'every file has one line for each device' "$(cat "$(dir '')"/rdma.* | grep -c "^$DEVICE ")" 5

# mkdir and write, at once.
good=0
for i in {1..20}; do
	mkdir "$CGROUP/$top/r$i" && echo "$DEVICE hca_object=$i" > "$(dir "r$i")/rdma.max" &&
		[ "$(value max "r$i" hca_object)" = "$i" ] && good=$((good + 1))
done
is 'mkdir, then the limit, twenty times' $good 20
gone=0
for i in {1..20}; do
	rmdir "$CGROUP/$top/r$i" && [ ! -e "$(dir "r$i")" ] && gone=$((gone + 1))
done
is 'rmdir, then the directory is gone, twenty times' $gone 20

deep=d
group d
for i in {2..12}; do
	deep+=/$i
	group "$deep"
done
is 'twelve levels: the deepest takes a limit' "$(limit "$deep" hca_object=5; line max "$deep")" 'ok
hca_handle=max hca_object=5 '
client x "$deep"
ask x open > /dev/null
ask x create pd 5 > /dev/null
is 'twelve levels: charged to the top' "$(count d) $(count "$deep") $(ask x create pd)" \
	'5 5 0 EAGAIN'
quit x
ok 'twelve levels: removed' find "$CGROUP/$top/d" -depth -type d -exec rmdir {} ';'
no 'twelve levels: gone' test -e "$(dir d)"

for name in 'with space' 'quo"te' "apo'strophe" 'per%cent%s%n' 'back\slash' 'täglich' '-x' '...' \
	'a.b.service' 'colon:equal=' 'star*' "$(printf 'long%.0s' {1..60})" "$(printf '\t')"; do
	mkdir "$CGROUP/$top/$name"
	is "name '$name': the same in the mirror" \
		"$(limit "$name" hca_object=3; value max "$name" hca_object)" 'ok
3'
	rmdir "$CGROUP/$top/$name"
	no "name '$name': gone" test -e "$(dir "$name")"
done

# What fails changes nothing.
group e e/f
limit e hca_object=4 > /dev/null
no 'mkdir of what is there fails' mkdir "$CGROUP/$top/e"
is 'and leaves what is there' "$(value max e hca_object)" 4
no 'rmdir of a cgroup with children fails' rmdir "$CGROUP/$top/e"
is 'and leaves it' "$(value max e hca_object)" 4
client x e/f
no 'rmdir of a cgroup with a process fails' rmdir "$CGROUP/$top/e/f"
is 'and leaves it' "$(limit e/f hca_object=2; value max e/f hca_object)" 'ok
2'
quit x
! with_module || ! shown_in debugfs ||
	no 'nothing can be made in the mirror by hand' mkdir "$DEBUGFS/cgroup/$top/e/g"

# A file that is open when its cgroup goes.
group h
exec 7> "$(dir h)/rdma.max" 8< "$(dir h)/rdma.current"
ok 'a cgroup whose files are open is removed' rmdir "$CGROUP/$top/h"
no 'the open file cannot be written' sh -c "echo '$DEVICE hca_object=1' >&7"
no 'the open file cannot be read' sh -c 'cat <&8'
exec 7>&- 8<&-
no 'the directory is gone' test -e "$(dir h)"
group h
is 'a new one of that name begins anew' "$(line max h)" 'hca_handle=max hca_object=max '

# A name that a file has.
if with_module && shown_in cgroup; then
	no 'a cgroup cannot have the name of a file' mkdir "$CGROUP/$top/h/rdma.max"
elif with_module; then
	mkdir "$CGROUP/$top/h/rdma.max" 2> /dev/null
	is 'a cgroup with the name of a file: the file stays' \
		"$(limit h hca_object=3; value max h hca_object)" 'ok
3'
	client x h/rdma.max
	ask x open > /dev/null
	is 'and what is in it counts above' "$(ask x fill pd) $(count h)" '3 EAGAIN 3'
	quit x
	ok 'and it can be removed' rmdir "$CGROUP/$top/h/rdma.max"
	ok 'the file is still there' test -f "$(dir h)/rdma.max"
fi

# Many at once.
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
is 'six processes make and remove cgroups while another reads' "$(cat "$scratch/storm")" ''
finish
