# SPDX-License-Identifier: GPL-2.0-only
#
# Which cgroup owns a charge, and for how long.

. ./lib.sh

none="$DEVICE hca_handle=0 hca_object=0 "
is_none()
{
	eventually equals "$(dir "$2")/rdma.current" "$none"
	is "$1" "$(line current "$2")" "${none#* }"
}

# Migration
group a b
client x a
ask x open > /dev/null
ask x create pd 3 > /dev/null
limit b hca_object=2 > /dev/null
ok 'a process with more objects than the limit of a cgroup can move there' move x b
is 'charges stay in the old cgroup when the process moves' \
	"$(line current a)" 'hca_handle=1 hca_object=3 '
is 'no charge moves with the process' "$(line current b)" 'hca_handle=0 hca_object=0 '
is 'new objects of a moved process are limited in the new cgroup' "$(ask x fill pd)" '2 EAGAIN'
is 'both cgroups count the objects created in them' "$(count a) $(count b)" '3 2'
ask x destroy pd 2 > /dev/null
is 'destroyed objects are uncharged where they were created' "$(count a) $(count b)" '3 0'
is 'the oldest object is uncharged in the first cgroup' \
	"$(ask x destroy-first pd) $(count a) $(count b)" '1 ok 2 0'
move x a
ask x create pd > /dev/null
is 'a process that moves back is charged in the first cgroup again' "$(count a) $(count b)" '3 0'
quit x
is_none 'exit gives back the charges in the first cgroup' a

# Fork
client x a
ask x open > /dev/null
ask x create pd 2 > /dev/null
child=$(ask x fork)
child=${child% *}
is 'fork charges nothing' "$(line current a)" 'hca_handle=1 hca_object=2 '
echo "$child" > "$CGROUP/$top/b/cgroup.procs"
is 'a child that moves to another cgroup charges nothing' \
	"$(line current b)" 'hca_handle=0 hca_object=0 '
quit x
is "after the creator's exit, objects stay charged while its child lives" "$(line current a)" \
	'hca_handle=1 hca_object=2 '
kill -9 "$child"
is_none 'killing the child gives the charges back' a

# A file descriptor that is passed to another process
client x a
client y b
ask x open > /dev/null
ask x create cq 2 > /dev/null
tell y receive "$scratch/socket"
eventually test -S "$scratch/socket"
is 'a context can be passed to another process' \
	"$(ask x send "$scratch/socket") $(hear y)" '0 ok 0 ok'
is "a passed context stays charged in the creator's cgroup" \
	"$(count a hca_handle) $(count b hca_handle)" '1 0'
quit x
is "after the creator's exit, a passed context and its objects stay charged" \
	"$(line current a)" 'hca_handle=1 hca_object=2 '
kill9 y
is_none 'killing the receiver gives the charges back' a

# Removal of the cgroup
group a/k a/k/l
limit a/k 'hca_object=7' > /dev/null
client x a/k/l
ask x open > /dev/null
ask x create pd 4 > /dev/null
move x b
ok 'a cgroup with charges can be removed' rmdir "$CGROUP/$top/a/k/l"
is 'charges of a removed cgroup stay counted in its ancestors' \
	"$(line current a/k) $(line current a)" \
	'hca_handle=1 hca_object=4  hca_handle=1 hca_object=4 '
is "charges of a removed cgroup count against its parent's limit" "$(
	client z a/k
	ask z open > /dev/null
	ask z fill pd
	quit z
)" '3 EAGAIN'
eventually equals "$(dir a/k)/rdma.current" "$DEVICE hca_handle=1 hca_object=4 "
ok 'the parent of a removed cgroup with charges can be removed too' rmdir "$CGROUP/$top/a/k"
is 'charges of two removed levels stay counted above' \
	"$(line current a)" 'hca_handle=1 hca_object=4 '
group a/k
is "a new cgroup of a removed one's name has no limit and no charge" \
	"$(line max a/k) $(line current a/k)" \
	'hca_handle=max hca_object=max  hca_handle=0 hca_object=0 '
is 'objects of a removed cgroup are uncharged in its ancestors' \
	"$(ask x destroy pd 3) $(count a)" '3 ok 1'
is 'objects of a removed cgroup do not change a new one of the same name' "$(count a/k)" 0
is 'a new object is charged where its creator is now' \
	"$(ask x create pd) $(count a) $(count b)" '1 ok 1 1'
kill9 x
is_none 'kill gives back the charges of a removed cgroup' a
is_none "kill gives back the charges in the creator's last cgroup" b

# Removal while a process creates and destroys objects and moves between cgroups
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
like 'a process creates objects while it moves and its cgroups are removed' "$(hear x)" '[1-9]* ok'
like 'the cgroups were removed more than once' $rounds '[1-9]*'
quit x
is_none 'after that, nothing is charged in the first cgroup' m
is_none 'after that, nothing is charged in the second cgroup' n
is_none 'after that, nothing is charged in their parent' ''

# The kernel's ioctl leaks the task reference of a context that is refused, and so the task's
# cgroup, unless the module drops it.
dying() { sed -n 's/^nr_dying_descendants //p' "$CGROUP/cgroup.stat" 2> /dev/null; }
dying_are() { [ "$(dying)" -le "$1" ]; }
if ! with_module || [ -z "$(dying)" ]; then
	skip 'a cgroup whose tasks were refused a context does not stay in memory' \
		'it cannot be seen here'
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
	report $? 'a cgroup whose tasks were refused a context does not stay in memory' \
		"$before" "$(dying)"
fi
finish
