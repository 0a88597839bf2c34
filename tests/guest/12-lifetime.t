# SPDX-License-Identifier: GPL-2.0-only
#
# Who owns a charge, and for how long.

. ./lib.sh

none="$DEVICE hca_handle=0 hca_object=0 "
is_none()
{
	eventually equals "$(dir "$2")/rdma.current" "$none"
	is "$1" "$(line current "$2")" "${none#* }"
}

# Migration.
group a b
client x a
ask x open > /dev/null
ask x create pd 3 > /dev/null
limit b hca_object=2 > /dev/null
ok 'a process with objects moves, whatever the limit there' move x b
is 'its charges stay' "$(line current a)" 'hca_handle=1 hca_object=3 '
is 'nothing moves with it' "$(line current b)" 'hca_handle=0 hca_object=0 '
is 'new objects are charged where it is now, and limited there' "$(ask x fill pd)" '2 EAGAIN'
is 'in both places' "$(count a) $(count b)" '3 2'
ask x destroy pd 2 > /dev/null
is 'the last two go from where they came' "$(count a) $(count b)" '3 0'
is 'the oldest goes from the first place' \
	"$(ask x destroy-first pd) $(count a) $(count b)" '1 ok 2 0'
move x a
ask x create pd > /dev/null
is 'and back again' "$(count a) $(count b)" '3 0'
quit x
is_none 'all is given back at exit' a

# Fork.
client x a
ask x open > /dev/null
ask x create pd 2 > /dev/null
child=$(ask x fork)
child=${child% *}
is 'a fork charges nothing' "$(line current a)" 'hca_handle=1 hca_object=2 '
echo "$child" > "$CGROUP/$top/b/cgroup.procs"
is 'nor does a child that moves' "$(line current b)" 'hca_handle=0 hca_object=0 '
quit x
is 'the creator exits, the child lives: still charged' "$(line current a)" \
	'hca_handle=1 hca_object=2 '
kill -9 "$child"
is_none 'the child is killed: given back' a

# A file descriptor passed on.
client x a
client y b
ask x open > /dev/null
ask x create cq 2 > /dev/null
tell y receive "$scratch/socket"
eventually test -S "$scratch/socket"
is 'a context is passed to another process' "$(ask x send "$scratch/socket") $(hear y)" '0 ok 0 ok'
is 'the charge stays where it was' "$(count a hca_handle) $(count b hca_handle)" '1 0'
quit x
is 'the creator exits: still charged' "$(line current a)" 'hca_handle=1 hca_object=2 '
kill9 y
is_none 'the receiver is killed: given back' a

# Removal of the cgroup.
group a/k a/k/l
limit a/k 'hca_object=7' > /dev/null
client x a/k/l
ask x open > /dev/null
ask x create pd 4 > /dev/null
move x b
ok 'a cgroup with charges can be removed' rmdir "$CGROUP/$top/a/k/l"
is 'its charges stay counted above' "$(line current a/k) $(line current a)" \
	'hca_handle=1 hca_object=4  hca_handle=1 hca_object=4 '
is 'and count against the limit above' "$(
	client z a/k
	ask z open > /dev/null
	ask z fill pd
	quit z
)" '3 EAGAIN'
eventually equals "$(dir a/k)/rdma.current" "$DEVICE hca_handle=1 hca_object=4 "
ok 'its parent can be removed too' rmdir "$CGROUP/$top/a/k"
is 'still counted above' "$(line current a)" 'hca_handle=1 hca_object=4 '
group a/k
is 'a new cgroup of the same name begins with nothing' "$(line max a/k) $(line current a/k)" \
	'hca_handle=max hca_object=max  hca_handle=0 hca_object=0 '
is 'an object of the removed cgroup goes' "$(ask x destroy pd 3) $(count a)" '3 ok 1'
is 'the new cgroup is not touched' "$(count a/k)" 0
is 'a new object belongs to the new place' "$(ask x create pd) $(count a) $(count b)" '1 ok 1 1'
kill9 x
is_none 'all is given back' a
is_none 'and there' b

# Removed by a process that is in the middle of it.
group m n
client x m
ask x open > /dev/null
tell x churn 8
end=$((SECONDS + 8)) rounds=0
while [ $SECONDS -lt $end ]; do
	move x n
	rmdir "$CGROUP/$top/m"
	mkdir "$CGROUP/$top/m"
	move x m
	rmdir "$CGROUP/$top/n"
	mkdir "$CGROUP/$top/n"
	rounds=$((rounds + 1))
done
like 'objects are created while the cgroup changes and goes' "$(hear x)" '[1-9]* ok'
like 'more than once' $rounds '[1-9]*'
quit x
is_none 'afterwards nothing is charged in the first' m
is_none 'nor in the second' n
is_none 'nor above' ''

# The kernel's own ioctl forgets what a context that is refused holds: the task, and so the cgroup.
dying() { sed -n 's/^nr_dying_descendants //p' "$CGROUP/cgroup.stat" 2> /dev/null; }
dying_are() { [ "$(dying)" -le "$1" ]; }
if ! with_module || [ -z "$(dying)" ]; then
	skip 'who is refused a context leaves nothing behind' 'it cannot be seen here'
else
	before=$(dying)
	for name in 1 2 3 4 5; do
		group r$name
		limit r$name hca_handle=0 > /dev/null
		client x r$name
		[ "$(ask x open)" = '0 EAGAIN' ] || report 1 "context $name is refused"
		quit x
		rmdir "$CGROUP/$top/r$name"
	done
	eventually dying_are "$before"
	report $? 'who is refused a context leaves nothing behind' "$before" "$(dying)"
fi
finish
