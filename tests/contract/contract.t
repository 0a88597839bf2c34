# SPDX-License-Identifier: GPL-2.0-only
#
# Generations of ib_uverbs that no kernel of tests/vm/kernels has: when objects and contexts are
# charged and uncharged, on every path through the functions that the module hooks. A stand-in
# module reproduces these functions.
#
# Runs like the tests in ../guest, with a stand-in loaded as ib_uverbs, and DEVICE=contract0. Their
# lib.sh is in the same directory as this file, or in ../guest.

home=$(cd "$(dirname "$0")" && pwd)
guest=$home
[ -e "$guest/lib.sh" ] || guest=$home/../guest
. "$guest/lib.sh"
needs_module
trap 'loaded || modprobe rdmacg_oot; finish' EXIT

# lib.sh starts its clients from the directory $here.
here=$scratch
ln -s "$home/contract" "$here/verbs"
ln -s "$guest/file" "$here/file"

other=contract1
generation=$(sed -n 's/^generation=\([^ ]*\) .*/\1/p' /dev/contract)

# Numbers of all hardware objects and contexts of the stand-in
hw() { sed -n 's/.* hw=\([0-9]*\).*/\1/p' /dev/contract; }
contexts() { sed -n 's/.* contexts=\([0-9]*\).*/\1/p' /dev/contract; }
has() { [ "$(hw) $(contexts)" = "$1" ]; }
# How often the stand-in's driver was asked to make an object and a context since the last "count"
asked() { sed -n 's/.* asked=\([0-9]*\),\([0-9]*\).*/\1 \2/p' /dev/contract; }
# The highest numbers of hardware objects and contexts since the last "count"
most() { sed -n 's/.* most=\([0-9]*\),\([0-9]*\).*/\1 \2/p' /dev/contract; }

nothing='hca_handle=0 hca_object=0 '

# none GROUP DEVICE: nothing is charged there now
none() { [ "$(line current "$1" "$2")" = "$nothing" ]; }

# is_none NAME GROUP [DEVICE]: in the end nothing is charged there
is_none()
{
	local device=${3-$DEVICE}

	eventually none "$2" "$device"
	is "$1" "$(line current "$2" "$device")" "$nothing"
}

# hardware NAME COUNT: in the end the stand-in has so many objects, and as many contexts as in the
# beginning
hardware()
{
	eventually has "$2 0"
	is "$1" "$(hw) $(contexts)" "$2 0"
}

# hooked: the functions of ib_uverbs that are hooked, and how often each was called
hooked()
{
	sed -n 's/^hook: \(ib_uverbs:\|uverbs_idr_class[.]\)\([^ ]*\) .*hits=\([0-9]*\).*/\2 \3/p' \
		$DEBUGFS/status
}

case $generation in
legacy) functions='idr_add_uobj idr_remove_uobj ib_uverbs_alloc_pd ib_uverbs_ex_create_cq' ;;
rdma_core) functions='alloc_begin_idr_uobject alloc_abort_idr_uobject remove_commit_idr_uobject' ;;
*) functions='alloc_begin alloc_abort destroy_hw' ;;
esac
echo "# generation $generation"
# The hooked verbs that make objects, where each verb has a hook of its own
case $generation in
legacy) verbs=$(hooked | sed -n 's/^ib_uverbs_\([^ ]*\) .*/\1/p') ;;
*) verbs=any ;;
esac
is 'all verbs that create objects are hooked' "$(wc -w <<< "$verbs")" \
	"$([ "$generation" = legacy ] && echo 15 || echo 1)"
for function in $functions; do
	like "$function is hooked" $'\n'"$(hooked)" $'*\n'"$function [0-9]*"
done
is 'all hooks are armed' "$(sed -n 's/^hook: .*state=//p' $DEBUGFS/status | sort -u)" armed
ok 'rdmacg_oot is a holder of ib_uverbs' test -e /sys/module/ib_uverbs/holders/rdmacg_oot
hardware 'at the beginning, there is no hardware object' 0

# Creation and destruction.
group a a/b
client x a/b
is 'a context can be opened' "$(ask x open)" '1 ok'
is 'a context is charged' "$(line current a/b)" 'hca_handle=1 hca_object=0 '
is 'a second context in the same file is refused with EINVAL' "$(ask x again)" '0 EINVAL'
is 'a second context in the same file is not charged' \
	"$(line current a/b)" 'hca_handle=1 hca_object=0 '
is 'objects can be created' "$(ask x create pd 3) $(ask x create cq 2)" '3 ok 2 ok'
is 'objects are charged at every level' "$(line current a/b) $(line current a)" \
	'hca_handle=1 hca_object=5  hca_handle=1 hca_object=5 '
like 'objects are charged by kind' "$(line types.current a/b)" \
	'pd=3 mr=0 mw=0 cq=2 qp=0 * devx=0 other=0 mr_mem=0'
is 'objects of one device are not charged to the other' "$(line current a/b $other)" "$nothing"
is 'each object has a hardware object' "$(hw) $(contexts)" '5 1'
is 'objects can be destroyed' "$(ask x destroy pd 2) $(ask x destroy-first cq)" '2 ok 1 ok'
is 'destroyed objects are uncharged' "$(count a/b)" 2
is 'further contexts are charged' "$(ask x open 2) $(count a/b hca_handle)" '2 ok 3'
is 'closed contexts are uncharged' "$(ask x close 2) $(count a/b hca_handle)" '2 ok 1'
is 'the second device has its own usage' "$(
	DEVICE=$other client y a
	ask y open 2 > /dev/null
	ask y create cq 4 > /dev/null
	line current a $other
	line current a
	quit y
)" $'hca_handle=2 hca_object=4 \nhca_handle=1 hca_object=2 '
is_none 'closing the files of the second device uncharges its objects' a $other
quit x
is_none 'closing the file uncharges all its objects' a
hardware 'closing the file destroys all its hardware objects' 0

# At a limit.
client x a/b
ask x open > /dev/null
ask x create cq > /dev/null
limit a hca_object=5 > /dev/null
ask x count > /dev/null
is 'objects can be created up to the limit, then EAGAIN' "$(ask x fill pd)" '4 EAGAIN'
is 'a refused object is not charged at any level' "$(line current a/b) $(line current a)" \
	'hca_handle=1 hca_object=5  hca_handle=1 hca_object=5 '
is 'the driver is not asked for a refused object' "$(asked) $(most)" '4 0 5 1'
handle=$(ask x handle pd)
handle=${handle% *}
like 'a refused object has no handle' "$(ask x query pd $((handle + 1)))" '0 @(EINVAL|ENOENT)'
is 'fifty refused objects change neither usage nor hardware' \
	"$(ask x fail pd - 50) $(count a) $(hw)" '0 EAGAIN 5 5'
is 'events count the refused objects' "$(value events a hca_object.max) $(
	value events a/b hca_object.alloc_fail)" '51 51'
is 'after one object was destroyed, one can be created' \
	"$(ask x destroy cq) $(ask x create pd 2)" '1 ok 1 EAGAIN'
limit a hca_object=max > /dev/null
is 'without a limit, a further object can be created' "$(ask x create pd) $(count a)" '1 ok 6'
limit a hca_handle=2 > /dev/null
ask x count > /dev/null
is 'contexts can be opened up to the limit, then EAGAIN' \
	"$(ask x open 3) $(count a hca_handle)" '1 EAGAIN 2'
is 'the driver is not asked for a refused context' "$(asked) $(most)" '0 1 6 2'
is 'fifty refused contexts change neither usage nor hardware' \
	"$(ask x try - 50) $(count a hca_handle) $(contexts)" \
	'0 EAGAIN 2 2'
is 'at the limit, a second context in one file is refused with EINVAL' "$(ask x again)" '0 EINVAL'
ask x close > /dev/null
is 'after one context was closed, one can be opened' "$(ask x open) $(ask x open)" '1 ok 0 EAGAIN'
limit a hca_object=6 > /dev/null
echo ENOMEM > /sys/module/rdmacg_oot/parameters/refuse
is 'refuse=ENOMEM: the error of a refused object and a refused context' \
	"$(ask x create pd) $(ask x open)" \
	'0 ENOMEM 0 ENOMEM'
is 'refuse=ENOMEM: refusals change neither usage nor hardware' \
	"$(line current a)$(hw) $(contexts)" \
	'hca_handle=2 hca_object=6 6 2'
echo EAGAIN > /sys/module/rdmacg_oot/parameters/refuse
limit a 'hca_handle=max hca_object=max' > /dev/null
quit x
is_none 'after the limits, nothing is charged' a
hardware 'after the limits, there is no hardware object' 0

# A limit of 0, for every verb.
client x a
ask x open > /dev/null
limit a 'hca_object=0 hca_handle=1' > /dev/null
ask x count > /dev/null
is 'a limit of 0 refuses every context' "$(ask x try - 50)" '0 EAGAIN'
for verb in $verbs; do
	is "a limit of 0 refuses objects of the verb $verb" "$(ask x fail pd verb=$verb 20)" \
		'0 EAGAIN'
done
is 'with a limit of 0, the driver is asked for no object and no context' \
	"$(asked) $(line current a)" \
	'0 0 hca_handle=1 hca_object=0 '
limit a hca_object=20 > /dev/null
for verb in $verbs; do
	is "an object of the verb $verb is created and charged once" \
		"$(ask x fail pd verb=$verb) $(count a) $(hw)" "1 ok 1 1"
	is "an object of the verb $verb that fails is not charged" \
		"$(ask x fail full verb=$verb) $(count a) $(hw)" '0 ENOSPC 1 1'
	ask x destroy pd > /dev/null
done
is 'no object of a hooked verb is charged late' \
	"$(sed -n '/^refused after the driver/p' $DEBUGFS/status)" ''
if [ "$generation" = legacy ]; then
	is 'an object of an unknown verb is created and charged once' \
		"$(ask x fail pd verb=create_new) $(count a)" '1 ok 1'
	limit a hca_object=1 > /dev/null
	is 'at the limit, an object of an unknown verb is refused' \
		"$(ask x fail pd verb=create_new) $(count a) $(hw)" '0 EAGAIN 1 1'
	is 'status says that an object of an unknown verb was refused late' \
		"$(sed -n '/^refused after the driver/p' $DEBUGFS/status)" \
		'refused after the driver: 2 objects were charged when the driver had made them'
fi
quit x

# Threads at a limit. In generation "legacy", an object that is destroyed at close may be uncharged
# before its hardware object is destroyed; with "plain", no file is closed with objects in it.
limit a 'hca_object=5 hca_handle=3' > /dev/null
client x a
ask x open > /dev/null
ask x count > /dev/null
ask x churn 3 8 plain > /dev/null
is 'with eight threads at a limit, there are never more objects or contexts' "$(most)" '5 3'
quit x
limit a 'hca_object=max hca_handle=max' > /dev/null
is_none 'after the threads, nothing is charged' a
hardware 'after the threads, there is no hardware object' 0

# A limit above several groups.
group h h/a h/b
limit h 'hca_object=4 hca_handle=2' > /dev/null
client x h/a
client y h/b
ask x open > /dev/null
ask y open > /dev/null
ask x create pd 3 > /dev/null
is 'a limit of the parent holds for objects of its children' \
	"$(ask y fill cq) $(count h/a) $(count h/b) $(count h)" \
	'1 EAGAIN 3 1 4'
is 'a limit of the parent holds for contexts of its children' \
	"$(ask y open) $(ask x open) $(count h hca_handle)" '0 EAGAIN 0 EAGAIN 2'
is 'local max counts in the cgroup whose limit was reached' \
	"$(value events.local h hca_object.max) $(
	value events.local h/b hca_object.max)" '1 0'
is 'local alloc_fail counts in the requesting cgroup' \
	"$(value events.local h hca_object.alloc_fail) $(
	value events.local h/b hca_object.alloc_fail)" '0 1'
ask x destroy pd > /dev/null
is 'an object that one child destroys can be created by the other' "$(ask y create cq 2)" '1 EAGAIN'
quit x
quit y
is_none 'after the hierarchy, nothing is charged' h

# Creations that fail.
client x a/b
ask x open > /dev/null
ask x create pd 2 > /dev/null
limit a hca_object=3 > /dev/null
while read -r why error; do
	events=$(line events a)
	is "creation that fails ($why) fails twenty times" "$(ask x fail pd $why 20)" "0 $error"
	is "creation that fails ($why) is no event" "$(line events a)" "$events"
	is "creation that fails ($why) leaves no charge" "$(count a)" 2
	is "creation that fails ($why) leaves no hardware object" "$(hw)" 2
	is "creation that fails ($why) leaks no handle" "$(ask x create pd) $(ask x handle pd)" \
		'1 ok 2 ok'
	is "creation that would fail ($why) is refused at the limit first" \
		"$(ask x fail pd $why) $(count a) $(hw)" "0 EAGAIN 3 3"
	ask x destroy pd > /dev/null
done <<- end
	fail-hw ENOMEM
	fault EFAULT
	fail-commit ENOMEM
end
is 'creation without a free handle leaves neither charge nor hardware object' \
	"$(ask x create full) $(count a) $(hw)" '0 ENOSPC 2 2'
limit a hca_object=max > /dev/null
while read -r why error; do
	is "a context that fails ($why) fails twenty times" "$(ask x try $why 20)" "0 $error"
	is "a context that fails ($why) leaves neither charge nor hardware" \
		"$(count a hca_handle) $(contexts)" '1 1'
done <<- end
	fail-hw ENOMEM
	fault EFAULT
end
limit a hca_handle=2 > /dev/null
ask x try fault > /dev/null
is 'a context that failed leaves room for another below the limit' \
	"$(ask x open) $(ask x open)" '1 ok 0 EAGAIN'
limit a hca_handle=max > /dev/null
quit x
is_none 'after failures, nothing is charged' a
hardware 'after failures, there is no hardware object' 0

# Destructions that fail.
client x a
ask x open > /dev/null
ask x create pd 3 > /dev/null
is 'a destroy that the driver refuses fails with EBUSY' "$(ask x refuse pd)" '0 EBUSY'
is 'an object whose destroy failed stays charged' "$(count a) $(hw)" '3 3'
handle=$(ask x handle pd)
is 'an object whose destroy failed keeps its handle' "$(ask x query pd ${handle% *})" '0 ok'
is 'a second destroy succeeds and uncharges the object' \
	"$(ask x destroy pd) $(count a) $(hw)" '1 ok 2 2'
like 'a destroyed object has no handle' "$(ask x query pd ${handle% *})" '0 @(EINVAL|ENOENT)'
ask x busy pd 2 > /dev/null
is 'a destroy that the driver refuses twice leaves the charge twice' \
	"$(ask x destroy pd) $(ask x destroy pd) $(count a)" '0 EBUSY 0 EBUSY 3'
is 'a third destroy succeeds and uncharges the object' "$(ask x destroy pd) $(count a)" '1 ok 2'
ask x busy cq 1 > /dev/null
ask x busy pd 1 > /dev/null
ask x busy pd 2 > /dev/null
quit x
is_none 'objects that the driver refuses to destroy at close are uncharged' a
case $generation in
# These generations try again, and the driver agrees.
class_*) lost=0 ;;
# The others do not try again: the hardware object is lost.
*) lost=3 ;;
esac
hardware 'objects that the driver refuses to destroy at close stay in the hardware' $lost
client x a
ask x open > /dev/null
ask x create pd 2 > /dev/null
ask x busy cq 1000000 > /dev/null
kill9 x
is_none 'objects that the driver never destroys are uncharged at close' a
lost=$((lost + 1))
hardware 'objects that the driver never destroys stay in the hardware' $lost

# Migration, fork, removal of the cgroup.
client x a
ask x open > /dev/null
ask x create pd 3 > /dev/null
group b
move x b
is 'when the process moves, charges stay in its old cgroup' "$(line current a) $(line current b)" \
	'hca_handle=1 hca_object=3  hca_handle=0 hca_object=0 '
is 'after a move, new objects are charged in the new cgroup' \
	"$(ask x create cq 2) $(count a) $(count b)" \
	'2 ok 3 2'
is 'after a move, a refused destroy leaves the charges in both cgroups' \
	"$(ask x refuse pd) $(count a) $(count b)" \
	'0 EBUSY 3 2'
is 'after a move, destroyed objects are uncharged where they were created' \
	"$(ask x destroy pd 2) $(count a) $(count b)" '2 ok 1 2'
child=$(ask x fork)
child=${child% *}
is 'fork charges nothing' "$(line current a) $(line current b)" \
	'hca_handle=1 hca_object=1  hca_handle=0 hca_object=2 '
quit x
is "after the creator's exit, objects stay charged while its child has the file" \
	"$(line current a) $(line current b)" \
	'hca_handle=1 hca_object=1  hca_handle=0 hca_object=2 '
kill -9 "$child"
is_none 'exit of the child uncharges the objects in the old cgroup' a
is_none 'exit of the child uncharges the objects in the new cgroup' b
group a/k
client x a/k
ask x open > /dev/null
ask x create pd 4 > /dev/null
move x b
ok 'a cgroup with charges can be removed' rmdir "$CGROUP/$top/a/k"
is 'charges of a removed cgroup stay counted above' "$(line current a)" 'hca_handle=1 hca_object=4 '
group a/k
is "a new cgroup of a removed one's name has no charge" "$(line current a/k)" "$nothing"
is 'objects of a removed cgroup are uncharged above' \
	"$(ask x destroy pd 3) $(count a) $(count a/k)" '3 ok 1 0'
kill9 x
is_none 'closing the file uncharges all objects of a removed cgroup' a
hardware 'after the removal of a cgroup, there is no further hardware object' $lost

# The device is removed.
limit a hca_object=100 > /dev/null
client x a
client y b
client z a
ask x open 3 > /dev/null
ask x create pd 5 > /dev/null
ask x create cq 5 > /dev/null
ask y open > /dev/null
ask y create cq 3 > /dev/null
DEVICE=$other client w a
ask w open > /dev/null
ask w create pd 2 > /dev/null
is 'a device with objects can be removed' "$(ask z unplug)" '0 ok'
is 'a removed device has no line' "$(line current a)$(line max a)$(line current b)" ''
is 'removing a device leaves the usage of the other' \
	"$(line current a $other)" 'hca_handle=1 hca_object=2 '
is 'removing a device destroys its objects' "$(hw) $(contexts)" "$((2 + lost)) 1"
is 'a file of a removed device creates no object and no context' \
	"$(ask x create pd) $(ask y again)" '0 EIO 0 EIO'
is 'a removed device cannot be opened' "$(ask z open)" '0 ENODEV'
case $generation in
class_*) answer='3 ok' ;;
*) answer='0 EIO' ;;
esac
is 'handles of a removed device can be given back where the generation allows it' \
	"$(ask x destroy pd 3)" "$answer"
is 'a device of the same name can be added' "$(ask z plug)" '0 ok'
is 'a new device of the same name has no usage' \
	"$(line current a) $(line current b)" "$nothing $nothing"
is 'a new device of the same name has no limit' "$(line max a)" 'hca_handle=max hca_object=max '
is 'a new device of the same name can be used' \
	"$(ask z open) $(ask z create pd 2) $(line current a)" \
	'1 ok 2 ok hca_handle=1 hca_object=2 '
is 'a file of the removed device cannot use the new device' "$(ask x again)" '0 EIO'
quit x
is 'closing a file of the removed device changes no count of the new one' \
	"$(line current a)" 'hca_handle=1 hca_object=2 '
kill9 y
quit z
quit w
is_none "after the device's removal, nothing is charged" a
is_none "after the device's removal, nothing is charged on the other device" a $other
hardware "after the device's removal, there is no further hardware object" $lost
client x a
ask x open > /dev/null
ask x busy pd 1000000 > /dev/null
ask x busy pd 1 > /dev/null
ask x create cq 2 > /dev/null
ask x unplug > /dev/null
ask x plug > /dev/null
quit x
is_none 'objects that the driver refuses to destroy at removal are uncharged' a
case $generation in
class_*) lost=$((lost + 1)) ;;
*) lost=$((lost + 2)) ;;
esac
hardware 'objects that the driver refuses to destroy at removal stay in the hardware' $lost

# The module is unloaded and loaded while objects exist.
client x a
ask x open 2 > /dev/null
ask x create pd 4 > /dev/null
ask x create cq 4 > /dev/null
log_mark
ok 'the module can be unloaded with objects alive' rmmod rdmacg_oot
is 'rmmod leaves no warning in the log' \
	"$(log_since | grep -E 'WARNING|BUG|rdmacg_oot: .*(error|fail|cannot)')" ''
no 'rmmod leaves ib_uverbs without this holder' test -e /sys/module/ib_uverbs/holders/rdmacg_oot
is 'after rmmod, objects can be created and destroyed' \
	"$(ask x destroy pd) $(ask x create cq 2)" '1 ok 2 ok'
is 'after rmmod, contexts can be opened and closed' "$(ask x open) $(ask x close)" '1 ok 1 ok'
is 'after rmmod, failures are as before' \
	"$(ask x fail pd fault) $(ask x refuse cq) $(ask x try fault)" '0 EFAULT 0 EBUSY 0 EFAULT'
ok 'the module can be loaded with objects alive' modprobe rdmacg_oot
is 'objects created before the load are not counted' "$(line current a)" "$nothing"
is 'destroying objects from before the load changes no count' \
	"$(ask x destroy pd 2) $(ask x destroy cq 2) $(
	line current a)" "2 ok 2 ok $nothing"
is 'a failed destroy of an object from before the load changes no count' \
	"$(ask x refuse cq) $(line current a)" "0 EBUSY $nothing"
limit a hca_object=2 > /dev/null
is 'a limit holds in a context from before the load' \
	"$(ask x fill pd) $(line current a)" '2 EAGAIN hca_handle=0 hca_object=2 '
is 'closing a context from before the load changes no count' "$(ask x close) $(line current a)" \
	'1 ok hca_handle=0 hca_object=2 '
is 'a context opened after the load is counted' "$(ask x open) $(count a hca_handle)" '1 ok 1'
ask x unplug > /dev/null
ask x plug > /dev/null
is 'a device with objects from before and after the load can be removed' \
	"$(line current a)" "$nothing"
quit x
is_none 'after that removal, nothing is charged' a
is 'no file shows a negative number' "$(grep -r -- '=-' "$MIRROR" 2> /dev/null)" ''
client x a
ask x open > /dev/null
ask x create pd 3 > /dev/null
rmmod rdmacg_oot
ask x create cq 3 > /dev/null
modprobe rdmacg_oot
ask x create pd 2 > /dev/null
is 'after a reload, only objects created after it are counted' "$(line current a)" \
	'hca_handle=0 hca_object=2 '
kill9 x
is_none 'killing the process uncharges the counted objects' a
client x a
ask x open > /dev/null
ask x create pd 3 > /dev/null
rmmod rdmacg_oot
quit x
modprobe rdmacg_oot
is 'objects closed while the module was unloaded are not counted' "$(line current a)" "$nothing"
hardware 'after reloads, there is no further hardware object' $lost

# Several processes with several threads.
clients='p1 p2 p3'
limit a 'hca_object=60 hca_handle=7' > /dev/null
limit a/b hca_object=20 > /dev/null
for name in $clients; do
	client $name a/b
	ask $name open > /dev/null
done
for name in $clients; do
	tell $name churn 8 3
done
end=$((SECONDS + 8)) over=0
while [ $SECONDS -lt $end ]; do
	for name in $clients; do
		move $name b
		move $name a
		move $name a/b
	done
	[ "$(count a)" -le 60 ] && [ "$(count a hca_handle)" -le 7 ] || over=$((over + 1))
done
is 'with threads, the usage is never over a limit' $over 0
for name in $clients; do
	like 'threads create and destroy objects in one file' "$(hear $name)" '[1-9]* ok'
done
is 'when the threads stop, only contexts are charged' \
	"$(count a/b hca_handle) $(count a) $(count b)" \
	'3 0 0'
for name in $clients; do
	tell $name churn 60 3
done
sleep 1
for name in $clients; do
	kill9 $name
done
is_none 'kill of the threads uncharges everything in the first cgroup' a
is_none 'kill of the threads uncharges everything in the second cgroup' b
hardware 'kill of the threads leaves no further hardware object' $lost
limit a 'hca_object=max hca_handle=max' > /dev/null
limit a/b hca_object=max > /dev/null

# The device is removed and added and the module reloaded while threads create and destroy objects.
client z
for name in $clients; do
	client $name a/b
	ask $name open > /dev/null
	tell $name churn 12 2
done
end=$((SECONDS + 12)) bad=0 rounds=0
while [ $SECONDS -lt $end ]; do
	if [ $((rounds % 2)) -eq 0 ]; then
		ask z unplug > /dev/null
		ask z plug > /dev/null
	fi
	reload 2> /dev/null || loaded || modprobe rdmacg_oot || bad=$((bad + 1))
	rounds=$((rounds + 1))
done
is 'the module can be reloaded while the device is removed and added' $bad 0
like 'the module was reloaded more than once' $rounds '[1-9]*'
for name in $clients; do
	like 'threads end normally after reloads and removals' "$(hear $name)" '[0-9]* ok'
	quit $name
done
quit z
is_none 'after reloads and removals, nothing is charged' a
hardware 'after reloads and removals, there is no further hardware object' $lost

# Since the last load of the module, every hooked function has been called.
client x a
ask x open > /dev/null
ask x try fault > /dev/null
ask x create pd 2 > /dev/null
ask x fail pd fault > /dev/null
for verb in $verbs; do
	ask x fail pd verb=$verb > /dev/null
done
ask x destroy pd > /dev/null
quit x
is_none 'at the end, nothing is charged' a
while read -r function hits; do
	like "$function was called through its hook" "$hits" '[1-9]*'
done < <(hooked)
finish
