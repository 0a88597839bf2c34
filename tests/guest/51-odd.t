# SPDX-License-Identifier: GPL-2.0-only
#
# Unusual and hostile use: every possible name, deep hierarchies, odd reads, open files of what was
# removed, ordinary users, memory that users cause to be allocated.

. ./lib.sh

needs_module
files() { (cd "$1" && echo rdma.*); }

# Names with every byte that is allowed, and of the greatest length.
all=
for ((byte = 1; byte < 256; byte++)); do
	case $byte in 10 | 47) continue ;; esac
	printf -v all '%s%b' "$all" "\\x$(printf %x $byte)"
done
group
for name in "$all" "$(printf 'x%.0s' {1..255})" ' ' '\' '%n%s%p' '...' 'rdma'; do
	shown=$(printf %q "$name" | cut -c 1-20)
	ok "a cgroup named $shown can be made" mkdir "$CGROUP/$top/$name"
	is "a cgroup named $shown has its files" "$(files "$(dir "$name")" 2>&1)" "$FILES"
	limit "$name" hca_object=3 > /dev/null
	is "a cgroup named $shown takes a limit" "$(value max "$name" hca_object)" 3
	ok "a cgroup named $shown can be removed" rmdir "$CGROUP/$top/$name"
	no "a removed cgroup named $shown leaves no directory" test -e "$(dir "$name")"
done

deep=z
group z
for ((level = 2; level <= 100; level++)); do
	deep+=/z
	mkdir "$CGROUP/$top/$deep" || break
done
is 'a hundred levels of cgroups have a hundred directories' "$(find "$(dir z)" -type d | wc -l)" 100
limit "$deep" hca_object=5 > /dev/null
client x "$deep"
ask x open > /dev/null
is 'a charge at the hundredth level counts at the first' \
	"$(ask x fill pd) $(count z) $(count "$deep")" \
	'5 EAGAIN 5 5'
is 'a refusal at the hundredth level counts at the first' \
	"$(value events z hca_object.alloc_fail)" 1
quit x
is 'an uncharge at the hundredth level counts at the first' "$(count z) $(count "$deep")" '0 0'
ok 'a hundred levels of cgroups can be removed' \
	find "$CGROUP/$top/z" -depth -type d -exec rmdir {} ';'
no 'a hundred removed levels leave no directory' test -e "$(dir z)"

# A user who can make cgroups must not be able to flood the log. With files in the cgroup file
# system, mkdir of these names fails.
if shown_in debugfs; then
	ok 'the module loads with cgroupfs=0 and files in debugfs alone' reload cgroupfs=0
	log_mark
	began=$SECONDS
	mkdir "$CGROUP/$top"/n{1..100} "$CGROUP/$top"/n{1..100}/rdma.max
	rmdir "$CGROUP/$top"/n{1..100}/rdma.max "$CGROUP/$top"/n{1..100}
	like 'a cgroup with the name of a file is named in the log' "$(log_since)" \
		'*rdmacg_oot: cgroup rdma.max has no*'
	lines=$(log_since | grep -c -e 'rdmacg_oot: ' -e 'debugfs: ')
	most=$((11 * ((SECONDS - began) / 5 + 2)))
	ok "a hundred cgroups with the name of a file write few lines ($lines) to the log" \
		test "$lines" -le $most -a $most -lt 100
	ok 'the module loads with the files where they were' reload
fi

# Files read in odd ways.
group a a/b
limit a/b 'hca_handle=7 hca_object=1234567' > /dev/null
for file in $FILES; do
	path=$(dir a/b)/$file
	whole=$(cat "$path" | md5sum)
	size=$(cat "$path" | wc -c)
	is "$file read by 1 byte is the same" "$(dd if="$path" bs=1 2> /dev/null | md5sum)" "$whole"
	is "$file read by 7 bytes is the same" \
		"$(dd if="$path" bs=7 2> /dev/null | md5sum)" "$whole"
	is "$file can be read from the middle" \
		"$(dd if="$path" bs=1 skip=11 count=9 2> /dev/null)" \
		"$(cat "$path" | tail -c +12 | head -c 9)"
	is "a read of $file behind its end returns nothing" \
		"$(dd if="$path" bs=1 skip=$((size + 3)) 2> /dev/null)" ''
	is "a read of $file far behind its end returns nothing" \
		"$(dd if="$path" bs=1M skip=4095 2> /dev/null)" ''
done

# Files that are open when their cgroup or their device is removed.
held=()
for file in $FILES; do
	exec {held[${#held[@]}]}< "$(dir a/b)/$file"
done
exec {max}> "$(dir a/b)/rdma.max"
rmdir "$CGROUP/$top/a/b"
for ((i = 0; i < ${#held[@]}; i++)); do
	fd=${held[i]}
	is "open file $((i + 1)) of a removed cgroup cannot be read (ENODEV)" \
		"$(cat <&"$fd" 2>&1)" 'cat: -: No such device'
	exec {fd}<&-
done
is 'an open rdma.max of a removed cgroup cannot be written (ENODEV)' \
	"$( (echo "$DEVICE hca_object=1" >&"$max") 2>&1 | sed 's/.*: //')" 'No such device'
exec {max}>&-
if [ -e /sys/module/rdma_rxe ] && second=$(./adapter add rxe1 port1); then
	put a "$second hca_object=3" > /dev/null
	exec {fd}< "$(dir a)/rdma.max" {max}> "$(dir a)/rdma.max"
	read -r line <&"$fd"
	./adapter delete "$second" port1
	ok 'a file can be read on when a device is removed in the middle' cat <&"$fd"
	is 'an open rdma.max does not know a removed device (ENODEV)' \
		"$( (echo "$second hca_object=1" >&"$max") 2>&1 | sed 's/.*: //')" 'No such device'
	is 'a removed device has no line' "$(line max a "$second")" ''
	exec {fd}<&- {max}>&-
else
	skip 'a file can be read on when a device is removed in the middle' \
		'no second device can be made here'
fi

# An ordinary user
if setpriv --reuid 65534 --clear-groups true 2> /dev/null; then
	no "an ordinary user cannot set a limit of root's cgroup" \
		setpriv --reuid 65534 --clear-groups \
		sh -c "echo '$DEVICE hca_object=max' > '$(dir a)/rdma.max'"
	for path in $DEBUGFS $DEBUGFS/status "$DEBUGFS/cgroup/$top/a/rdma.max"; do
		! shown_in debugfs || no "an ordinary user cannot read ${path##*/} in debugfs" \
			setpriv --reuid 65534 --clear-groups grep -r . "$path"
	done
else
	skip "an ordinary user cannot set a limit of root's cgroup" 'setpriv does not work here'
fi

# Memory that a user causes to be allocated is charged to his memory cgroup.
grep -qw memory "$CGROUP/cgroup.controllers" 2> /dev/null &&
	echo +memory > "$CGROUP/cgroup.subtree_control" &&
	echo +memory > "$CGROUP/$top/cgroup.subtree_control"
slab() { sed -n 's/^slab \([0-9]*\)$/\1/p' "$CGROUP/$top/m/memory.stat"; }
# has_slab N: at least so many bytes. The kernel adds up the CPUs' counters some seconds later.
has_slab() { [ "$(slab)" -ge "$1" ]; }
group m
client y m
ask y open > /dev/null
if [ -z "$(slab 2> /dev/null)" ]; then
	skip 'ledger entries are charged to the memory cgroup' 'no memory controller here'
elif ! { (inside m mkdir "$scratch"/directory-{1..1000}) && eventually has_slab 1; }; then
	# As with cgroup.memory=nokmem, which is openEuler's default
	skip 'ledger entries are charged to the memory cgroup' 'this kernel charges no such memory'
else
	before=$(slab)
	answer=$(ask y create pd 4000)
	eventually has_slab $((before + 100000))
	report $? "ledger entries of 4000 objects are charged to the memory cgroup ($answer)" \
		'100000 bytes' "$(($(slab) - before))"
fi
quit y
echo -memory 2> /dev/null > "$CGROUP/$top/cgroup.subtree_control"
echo -memory 2> /dev/null > "$CGROUP/cgroup.subtree_control"
finish
