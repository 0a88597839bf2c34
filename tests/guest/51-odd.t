# SPDX-License-Identifier: GPL-2.0-only
#
# Users who mean no good, and names, files and depths that nobody thinks of.

. ./lib.sh

needs_module
five='rdma.current rdma.events rdma.events.local rdma.max rdma.peak'
files() { (cd "$1" && echo rdma.*); }

# Every byte that a name can have, and as many as it can have.
all=
for ((byte = 1; byte < 256; byte++)); do
	case $byte in 10 | 47) continue ;; esac
	printf -v all '%s%b' "$all" "\\x$(printf %x $byte)"
done
group
for name in "$all" "$(printf 'x%.0s' {1..255})" ' ' '\' '%n%s%p' '...' 'rdma'; do
	shown=$(printf %q "$name" | cut -c 1-20)
	ok "cgroup $shown: made" mkdir "$CGROUP/$top/$name"
	is "cgroup $shown: has its files" "$(files "$(dir "$name")" 2>&1)" "$five"
	limit "$name" hca_object=3 > /dev/null
	is "cgroup $shown: takes a limit" "$(value max "$name" hca_object)" 3
	ok "cgroup $shown: removed" rmdir "$CGROUP/$top/$name"
	no "cgroup $shown: gone" test -e "$(dir "$name")"
done

deep=z
group z
for ((level = 2; level <= 100; level++)); do
	deep+=/z
	mkdir "$CGROUP/$top/$deep" || break
done
is 'a hundred levels: as many directories' "$(find "$(dir z)" -type d | wc -l)" 100
limit "$deep" hca_object=5 > /dev/null
client x "$deep"
ask x open > /dev/null
is 'a hundred levels: charged to the top' "$(ask x fill pd) $(count z) $(count "$deep")" \
	'5 EAGAIN 5 5'
is 'a hundred levels: refused at the bottom, counted at the top' \
	"$(value events z hca_object.alloc_fail)" 1
quit x
is 'a hundred levels: given back' "$(count z) $(count "$deep")" '0 0'
ok 'a hundred levels: removed' find "$CGROUP/$top/z" -depth -type d -exec rmdir {} ';'
no 'a hundred levels: gone' test -e "$(dir z)"

# What any user who may make cgroups can make the kernel say. In the cgroup file system, nobody can
# take these names.
if shown_in debugfs; then
	ok 'the files are in debugfs alone' reload cgroupfs=0
	log_mark
	began=$SECONDS
	mkdir "$CGROUP/$top"/n{1..100} "$CGROUP/$top"/n{1..100}/rdma.max
	rmdir "$CGROUP/$top"/n{1..100}/rdma.max "$CGROUP/$top"/n{1..100}
	like 'names of our files: the log says so' "$(log_since)" \
		'*rdmacg_oot: cgroup rdma.max has no*'
	lines=$(log_since | grep -c -e 'rdmacg_oot: ' -e 'debugfs: ')
	most=$((11 * ((SECONDS - began) / 5 + 2)))
	ok "names of our files: a hundred times, $lines lines" \
		test "$lines" -le $most -a $most -lt 100
	ok 'the files are where they were' reload
fi

# Files read in odd ways.
group a a/b
limit a/b 'hca_handle=7 hca_object=1234567' > /dev/null
for file in $five; do
	path=$(dir a/b)/$file
	whole=$(cat "$path" | md5sum)
	size=$(cat "$path" | wc -c)
	is "$file: byte by byte" "$(dd if="$path" bs=1 2> /dev/null | md5sum)" "$whole"
	is "$file: seven by seven" "$(dd if="$path" bs=7 2> /dev/null | md5sum)" "$whole"
	is "$file: from the middle" "$(dd if="$path" bs=1 skip=11 count=9 2> /dev/null)" \
		"$(cat "$path" | tail -c +12 | head -c 9)"
	is "$file: behind its end" "$(dd if="$path" bs=1 skip=$((size + 3)) 2> /dev/null)" ''
	is "$file: far behind its end" "$(dd if="$path" bs=1M skip=4095 2> /dev/null)" ''
done

# Held open: what has gone says so.
held=()
for file in $five; do
	exec {held[${#held[@]}]}< "$(dir a/b)/$file"
done
exec {max}> "$(dir a/b)/rdma.max"
rmdir "$CGROUP/$top/a/b"
for ((i = 0; i < ${#held[@]}; i++)); do
	fd=${held[i]}
	is "open file $((i + 1)): its cgroup has gone" "$(cat <&"$fd" 2>&1)" \
		'cat: -: No such device'
	exec {fd}<&-
done
is 'open rdma.max: written when the cgroup has gone' \
	"$( (echo "$DEVICE hca_object=1" >&"$max") 2>&1 | sed 's/.*: //')" 'No such device'
exec {max}>&-
if [ -e /sys/module/rdma_rxe ] && second=$(./adapter add rxe1 port1); then
	put a "$second hca_object=3" > /dev/null
	exec {fd}< "$(dir a)/rdma.max" {max}> "$(dir a)/rdma.max"
	read -r line <&"$fd"
	./adapter delete "$second" port1
	ok 'a device goes while its line is read: what is left can be read' cat <&"$fd"
	is 'a device goes while rdma.max is open: it is no longer known' \
		"$( (echo "$second hca_object=1" >&"$max") 2>&1 | sed 's/.*: //')" 'No such device'
	is 'a device has gone: it has no line' "$(line max a "$second")" ''
	exec {fd}<&- {max}>&-
else
	skip 'a device goes while its line is read' 'no second device can be made here'
fi

# Who is not root.
if setpriv --reuid 65534 --clear-groups true 2> /dev/null; then
	no 'not root: a limit is not set' setpriv --reuid 65534 --clear-groups \
		sh -c "echo '$DEVICE hca_object=max' > '$(dir a)/rdma.max'"
	for path in $DEBUGFS $DEBUGFS/status "$DEBUGFS/cgroup/$top/a/rdma.max"; do
		! shown_in debugfs || no "not root, in debugfs: ${path##*/}" \
			setpriv --reuid 65534 --clear-groups grep -r . "$path"
	done
else
	skip 'not root' 'setpriv does not work here'
fi

# Memory that a user causes to be allocated is his cgroup's.
grep -qw memory "$CGROUP/cgroup.controllers" 2> /dev/null &&
	echo +memory > "$CGROUP/cgroup.subtree_control" &&
	echo +memory > "$CGROUP/$top/cgroup.subtree_control"
slab() { sed -n 's/^slab \([0-9]*\)$/\1/p' "$CGROUP/$top/m/memory.stat"; }
group m
if [ -n "$(slab 2> /dev/null)" ]; then
	client y m
	ask y open > /dev/null
	before=$(slab)
	answer=$(ask y create pd 4000)
	# The kernel sums up what all CPUs did a few seconds later.
	charged() { [ $(($(slab) - before)) -ge 100000 ]; }
	eventually charged
	report $? "notes of 4000 objects are charged to the memory cgroup ($answer)" \
		'100000 bytes' "$(($(slab) - before))"
	quit y
else
	skip 'notes of objects are charged to the memory cgroup' 'no memory controller here'
fi
echo -memory 2> /dev/null > "$CGROUP/$top/cgroup.subtree_control"
echo -memory 2> /dev/null > "$CGROUP/cgroup.subtree_control"
finish
