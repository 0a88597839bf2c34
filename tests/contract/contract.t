# SPDX-License-Identifier: GPL-2.0-only
#
# The generations of ib_uverbs that none of the kernels here has, each with a stand-in that
# reproduces the functions that the module hooks: what is charged when, and given back when, along
# every way that an object or a context can take through them.
#
# Runs like the tests in ../guest, with their lib.sh, beside it or in its own directory, with a
# stand-in loaded as ib_uverbs, and DEVICE=contract0.

home=$(cd "$(dirname "$0")" && pwd)
guest=$home
[ -e "$guest/lib.sh" ] || guest=$home/../guest
. "$guest/lib.sh"
needs_module
trap 'loaded || modprobe rdmacg_oot; finish' EXIT

# From there lib.sh starts its clients.
here=$scratch
ln -s "$home/contract" "$here/verbs"
ln -s "$guest/file" "$here/file"

other=contract1
generation=$(sed -n 's/^generation=\([^ ]*\) .*/\1/p' /dev/contract)

# What the stand-in has in all: hardware objects and contexts
hw() { sed -n 's/.* hw=\([0-9]*\).*/\1/p' /dev/contract; }
contexts() { sed -n 's/.* contexts=\([0-9]*\).*/\1/p' /dev/contract; }
has() { [ "$(hw) $(contexts)" = "$1" ]; }
# How often its driver was asked to make an object and a context, since it was told to count anew
asked() { sed -n 's/.* asked=\([0-9]*\),\([0-9]*\).*/\1 \2/p' /dev/contract; }
# How many of them there were at the most
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

# hooked: the functions of ib_uverbs that are hooked, and how often each was reached
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
# The verbs that make objects, where each is hooked
case $generation in
legacy) verbs=$(hooked | sed -n 's/^ib_uverbs_\([^ ]*\) .*/\1/p') ;;
*) verbs=any ;;
esac
is 'as many verbs are hooked as there are' "$(wc -w <<< "$verbs")" \
	"$([ "$generation" = legacy ] && echo 15 || echo 1)"
for function in $functions; do
	like "$function is hooked" $'\n'"$(hooked)" $'*\n'"$function [0-9]*"
done
is 'all hooks are in place' "$(sed -n 's/^hook: .*state=//p' $DEBUGFS/status | sort -u)" armed
ok 'ib_uverbs is held' test -e /sys/module/ib_uverbs/holders/rdmacg_oot
hardware 'there is no hardware object in the beginning' 0

# Creation and destruction.
group a a/b
client x a/b
is 'a context is made' "$(ask x open)" '1 ok'
is 'and charged' "$(line current a/b)" 'hca_handle=1 hca_object=0 '
is 'a second one in the same file is refused' "$(ask x again)" '0 EINVAL'
is 'and not charged' "$(line current a/b)" 'hca_handle=1 hca_object=0 '
is 'objects are made' "$(ask x create pd 3) $(ask x create cq 2)" '3 ok 2 ok'
is 'and charged, at every level' "$(line current a/b) $(line current a)" \
	'hca_handle=1 hca_object=5  hca_handle=1 hca_object=5 '
is 'with a device each' "$(line current a/b $other)" "$nothing"
is 'each has its hardware' "$(hw) $(contexts)" '5 1'
is 'objects are destroyed' "$(ask x destroy pd 2) $(ask x destroy-first cq)" '2 ok 1 ok'
is 'and not charged any more' "$(count a/b)" 2
is 'more contexts are made and charged' "$(ask x open 2) $(count a/b hca_handle)" '2 ok 3'
is 'and given back' "$(ask x close 2) $(count a/b hca_handle)" '2 ok 1'
is 'the other device is charged by itself' "$(
	DEVICE=$other client y a
	ask y open 2 > /dev/null
	ask y create cq 4 > /dev/null
	line current a $other
	line current a
	quit y
)" $'hca_handle=2 hca_object=4 \nhca_handle=1 hca_object=2 '
is_none 'and given back by itself' a $other
quit x
is_none 'closing the file gives back all that is left' a
hardware 'and destroys it' 0

# At a limit.
client x a/b
ask x open > /dev/null
ask x create cq > /dev/null
limit a hca_object=5 > /dev/null
ask x count > /dev/null
is 'no object beyond the limit' "$(ask x fill pd)" '4 EAGAIN'
is 'what was refused is not charged' "$(line current a/b) $(line current a)" \
	'hca_handle=1 hca_object=5  hca_handle=1 hca_object=5 '
is 'the driver was not asked for it' "$(asked) $(most)" '4 0 5 1'
handle=$(ask x handle pd)
handle=${handle% *}
like 'it has no handle' "$(ask x query pd $((handle + 1)))" '0 @(EINVAL|ENOENT)'
is 'many attempts change nothing' "$(ask x fail pd - 50) $(count a) $(hw)" '0 EAGAIN 5 5'
is 'the refusals are counted' "$(value events a hca_object.max) $(
	value events a/b hca_object.alloc_fail)" '51 51'
is 'one less is one more' "$(ask x destroy cq) $(ask x create pd 2)" '1 ok 1 EAGAIN'
limit a hca_object=max > /dev/null
is 'without a limit it goes on' "$(ask x create pd) $(count a)" '1 ok 6'
limit a hca_handle=2 > /dev/null
ask x count > /dev/null
is 'no context beyond the limit' "$(ask x open 3) $(count a hca_handle)" '1 EAGAIN 2'
is 'the driver was not asked for what was refused' "$(asked) $(most)" '0 1 6 2'
is 'many attempts change nothing' "$(ask x try - 50) $(count a hca_handle) $(contexts)" \
	'0 EAGAIN 2 2'
is 'a file with a context is refused for that' "$(ask x again)" '0 EINVAL'
ask x close > /dev/null
is 'one less is one more' "$(ask x open) $(ask x open)" '1 ok 0 EAGAIN'
limit a hca_object=6 > /dev/null
echo ENOMEM > /sys/module/rdmacg_oot/parameters/refuse
is 'refuse=ENOMEM: of an object and of a context' "$(ask x create pd) $(ask x open)" \
	'0 ENOMEM 0 ENOMEM'
is 'what was refused is undone' "$(line current a)$(hw) $(contexts)" \
	'hca_handle=2 hca_object=6 6 2'
echo EAGAIN > /sys/module/rdmacg_oot/parameters/refuse
limit a 'hca_handle=max hca_object=max' > /dev/null
quit x
is_none 'nothing is left' a
hardware 'nor in the hardware' 0

# Nothing at all, by any verb.
client x a
ask x open > /dev/null
limit a 'hca_object=0 hca_handle=1' > /dev/null
ask x count > /dev/null
is 'a limit of none: no context' "$(ask x try - 50)" '0 EAGAIN'
for verb in $verbs; do
	is "a limit of none: no object by the verb $verb" "$(ask x fail pd verb=$verb 20)" \
		'0 EAGAIN'
done
is 'the driver was asked for none' "$(asked) $(line current a)" \
	'0 0 hca_handle=1 hca_object=0 '
limit a hca_object=20 > /dev/null
for verb in $verbs; do
	is "an object is made and charged once, by the verb $verb" \
		"$(ask x fail pd verb=$verb) $(count a) $(hw)" "1 ok 1 1"
	is "an object is not made, and not charged, by the verb $verb" \
		"$(ask x fail full verb=$verb) $(count a) $(hw)" '0 ENOSPC 1 1'
	ask x destroy pd > /dev/null
done
is 'none was charged late' "$(sed -n '/^refused after the driver/p' $DEBUGFS/status)" ''
if [ "$generation" = legacy ]; then
	is 'an object is charged once, by a verb that is not known' \
		"$(ask x fail pd verb=create_new) $(count a)" '1 ok 1'
	limit a hca_object=1 > /dev/null
	is 'and refused' "$(ask x fail pd verb=create_new) $(count a) $(hw)" '0 EAGAIN 1 1'
	is 'but late, and the status file says so' \
		"$(sed -n '/^refused after the driver/p' $DEBUGFS/status)" \
		'refused after the driver: 2 objects were charged when the driver had made them'
fi
quit x

# Threads at a limit, without a pause. What is on its way out may have lost its charge before its
# hardware, in the oldest generation.
limit a 'hca_object=5 hca_handle=3' > /dev/null
client x a
ask x open > /dev/null
ask x count > /dev/null
ask x churn 3 8 plain > /dev/null
is 'eight threads at a limit: never more objects or contexts than that' "$(most)" '5 3'
quit x
limit a 'hca_object=max hca_handle=max' > /dev/null
is_none 'nothing is left of that' a
hardware 'nor in the hardware' 0

# A limit above several groups.
group h h/a h/b
limit h 'hca_object=4 hca_handle=2' > /dev/null
client x h/a
client y h/b
ask x open > /dev/null
ask y open > /dev/null
ask x create pd 3 > /dev/null
is 'a limit holds for what is below it' "$(ask y fill cq) $(count h/a) $(count h/b) $(count h)" \
	'1 EAGAIN 3 1 4'
is 'for contexts too' "$(ask y open) $(ask x open) $(count h hca_handle)" '0 EAGAIN 0 EAGAIN 2'
is 'the refusal is where the limit is' "$(value events.local h hca_object.max) $(
	value events.local h/b hca_object.max)" '1 0'
is 'and where the request came from' "$(value events.local h hca_object.alloc_fail) $(
	value events.local h/b hca_object.alloc_fail)" '0 1'
ask x destroy pd > /dev/null
is 'what one gives back another can have' "$(ask y create cq 2)" '1 EAGAIN'
quit x
quit y
is_none 'nothing is left above' h

# Creations that fail.
client x a/b
ask x open > /dev/null
ask x create pd 2 > /dev/null
limit a hca_object=3 > /dev/null
while read -r why error; do
	events=$(line events a)
	is "a creation fails, $why: many times" "$(ask x fail pd $why 20)" "0 $error"
	is "a creation fails, $why: that is no event" "$(line events a)" "$events"
	is "a creation fails, $why: nothing stays charged" "$(count a)" 2
	is "a creation fails, $why: nothing stays in the hardware" "$(hw)" 2
	is "a creation fails, $why: no handle is lost" "$(ask x create pd) $(ask x handle pd)" \
		'1 ok 2 ok'
	is "a creation would fail, $why: at the limit it is refused first" \
		"$(ask x fail pd $why) $(count a) $(hw)" "0 EAGAIN 3 3"
	ask x destroy pd > /dev/null
done <<- end
	fail-hw ENOMEM
	fault EFAULT
	fail-commit ENOMEM
end
is 'a creation fails, no handle left: nothing stays' \
	"$(ask x create full) $(count a) $(hw)" '0 ENOSPC 2 2'
limit a hca_object=max > /dev/null
while read -r why error; do
	is "a context fails, $why: many times" "$(ask x try $why 20)" "0 $error"
	is "a context fails, $why: nothing stays" "$(count a hca_handle) $(contexts)" '1 1'
done <<- end
	fail-hw ENOMEM
	fault EFAULT
end
limit a hca_handle=2 > /dev/null
ask x try fault > /dev/null
is 'a context that failed leaves room for another' "$(ask x open) $(ask x open)" '1 ok 0 EAGAIN'
limit a hca_handle=max > /dev/null
quit x
is_none 'nothing is left of failures' a
hardware 'nor in the hardware' 0

# Destructions that fail.
client x a
ask x open > /dev/null
ask x create pd 3 > /dev/null
is 'the driver refuses to destroy' "$(ask x refuse pd)" '0 EBUSY'
is 'the charge stays with the object' "$(count a) $(hw)" '3 3'
handle=$(ask x handle pd)
is 'which is there' "$(ask x query pd ${handle% *})" '0 ok'
is 'and goes at the second attempt' "$(ask x destroy pd) $(count a) $(hw)" '1 ok 2 2'
like 'its handle is not there any more' "$(ask x query pd ${handle% *})" '0 @(EINVAL|ENOENT)'
ask x busy pd 2 > /dev/null
is 'it refuses twice' "$(ask x destroy pd) $(ask x destroy pd) $(count a)" '0 EBUSY 0 EBUSY 3'
is 'then not' "$(ask x destroy pd) $(count a)" '1 ok 2'
ask x busy cq 1 > /dev/null
ask x busy pd 1 > /dev/null
ask x busy pd 2 > /dev/null
quit x
is_none 'the driver refuses when the file is closed: nothing is charged all the same' a
case $generation in
# Who tries again succeeds.
class_ufile*) lost=0 ;;
# Who does not, loses the object.
*) lost=3 ;;
esac
hardware 'what it could not destroy is lost' $lost
client x a
ask x open > /dev/null
ask x create pd 2 > /dev/null
ask x busy cq 1000000 > /dev/null
kill9 x
is_none 'the driver refuses for ever: nothing is charged all the same' a
lost=$((lost + 1))
hardware 'what it could not destroy is lost' $lost

# Migration, fork, removal of the cgroup.
client x a
ask x open > /dev/null
ask x create pd 3 > /dev/null
group b
move x b
is 'a process moves, its charges stay' "$(line current a) $(line current b)" \
	'hca_handle=1 hca_object=3  hca_handle=0 hca_object=0 '
is 'new objects are charged where it is now' "$(ask x create cq 2) $(count a) $(count b)" \
	'2 ok 3 2'
is 'a refused destruction keeps the charge where it is' "$(ask x refuse pd) $(count a) $(count b)" \
	'0 EBUSY 3 2'
is 'each goes from where it was made' "$(ask x destroy pd 2) $(count a) $(count b)" '2 ok 1 2'
child=$(ask x fork)
child=${child% *}
is 'a fork charges nothing' "$(line current a) $(line current b)" \
	'hca_handle=1 hca_object=1  hca_handle=0 hca_object=2 '
quit x
is 'the creator exits, the child has the file: still charged' \
	"$(line current a) $(line current b)" \
	'hca_handle=1 hca_object=1  hca_handle=0 hca_object=2 '
kill -9 "$child"
is_none 'the child exits: given back' a
is_none 'in both places' b
group a/k
client x a/k
ask x open > /dev/null
ask x create pd 4 > /dev/null
move x b
ok 'a cgroup with charges can be removed' rmdir "$CGROUP/$top/a/k"
is 'they stay counted above' "$(line current a)" 'hca_handle=1 hca_object=4 '
group a/k
is 'a new one of the same name begins with nothing' "$(line current a/k)" "$nothing"
is 'they go with their objects' "$(ask x destroy pd 3) $(count a) $(count a/k)" '3 ok 1 0'
kill9 x
is_none 'and with their context' a
hardware 'nothing is left' $lost

# The device goes.
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
is 'the device goes, with objects alive' "$(ask z unplug)" '0 ok'
is 'its line goes with it' "$(line current a)$(line max a)$(line current b)" ''
is 'the other device stays' "$(line current a $other)" 'hca_handle=1 hca_object=2 '
is 'its objects are destroyed' "$(hw) $(contexts)" "$((2 + lost)) 1"
is 'no more can be made' "$(ask x create pd) $(ask y again)" '0 EIO 0 EIO'
is 'nor a context' "$(ask z open)" '0 ENODEV'
case $generation in
class_ufile*) answer='3 ok' ;;
*) answer='0 EIO' ;;
esac
is 'user space gives handles back, or cannot' "$(ask x destroy pd 3)" "$answer"
is 'the device comes back' "$(ask z plug)" '0 ok'
is 'with nothing charged' "$(line current a) $(line current b)" "$nothing $nothing"
is 'with no limit' "$(line max a)" 'hca_handle=max hca_object=max '
is 'a new file can use it' "$(ask z open) $(ask z create pd 2) $(line current a)" \
	'1 ok 2 ok hca_handle=1 hca_object=2 '
is 'an old one cannot' "$(ask x again)" '0 EIO'
quit x
is 'what an old one leaves changes no count' "$(line current a)" 'hca_handle=1 hca_object=2 '
kill9 y
quit z
quit w
is_none 'nothing is left' a
is_none 'nor of the other device' a $other
hardware 'nor in the hardware' $lost
client x a
ask x open > /dev/null
ask x busy pd 1000000 > /dev/null
ask x busy pd 1 > /dev/null
ask x create cq 2 > /dev/null
ask x unplug > /dev/null
ask x plug > /dev/null
quit x
is_none 'the device goes, and its driver refuses to destroy: nothing is charged' a
case $generation in
class_ufile*) lost=$((lost + 1)) ;;
*) lost=$((lost + 2)) ;;
esac
hardware 'what it could not destroy is lost' $lost

# Unloaded and loaded with objects alive.
client x a
ask x open 2 > /dev/null
ask x create pd 4 > /dev/null
ask x create cq 4 > /dev/null
log_mark
ok 'unloaded with objects alive' rmmod rdmacg_oot
is 'the kernel says nothing bad' \
	"$(log_since | grep -E 'WARNING|BUG|rdmacg_oot: .*(error|fail|cannot)')" ''
no 'ib_uverbs is held no more' test -e /sys/module/ib_uverbs/holders/rdmacg_oot
is 'unloaded: objects come and go' "$(ask x destroy pd) $(ask x create cq 2)" '1 ok 2 ok'
is 'unloaded: contexts come and go' "$(ask x open) $(ask x close)" '1 ok 1 ok'
is 'unloaded: failures are as before' \
	"$(ask x fail pd fault) $(ask x refuse cq) $(ask x try fault)" '0 EFAULT 0 EBUSY 0 EFAULT'
ok 'loaded with objects alive' modprobe rdmacg_oot
is 'they are not counted' "$(line current a)" "$nothing"
is 'their destruction changes no count' "$(ask x destroy pd 2) $(ask x destroy cq 2) $(
	line current a)" "2 ok 2 ok $nothing"
is 'nor does a failed one' "$(ask x refuse cq) $(line current a)" "0 EBUSY $nothing"
limit a hca_object=2 > /dev/null
is 'new ones are counted and limited, in a context from before' \
	"$(ask x fill pd) $(line current a)" '2 EAGAIN hca_handle=0 hca_object=2 '
is 'a context from before goes uncounted' "$(ask x close) $(line current a)" \
	'1 ok hca_handle=0 hca_object=2 '
is 'a new one is counted' "$(ask x open) $(count a hca_handle)" '1 ok 1'
ask x unplug > /dev/null
ask x plug > /dev/null
is 'the device goes, with objects from both times' "$(line current a)" "$nothing"
quit x
is_none 'nothing is charged, and nothing below zero' a
is 'nowhere' "$(grep -r -- '=-' "$MIRROR" 2> /dev/null)" ''
client x a
ask x open > /dev/null
ask x create pd 3 > /dev/null
rmmod rdmacg_oot
ask x create cq 3 > /dev/null
modprobe rdmacg_oot
ask x create pd 2 > /dev/null
is 'unloaded, used, loaded, used: only the last are counted' "$(line current a)" \
	'hca_handle=0 hca_object=2 '
kill9 x
is_none 'a kill gives back just these' a
client x a
ask x open > /dev/null
ask x create pd 3 > /dev/null
rmmod rdmacg_oot
quit x
modprobe rdmacg_oot
is 'unloaded, closed, loaded: nothing is counted' "$(line current a)" "$nothing"
hardware 'nothing is left in the hardware' $lost

# Many at once.
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
is 'usage is never over a limit' $over 0
for name in $clients; do
	like 'threads make and destroy objects in one file' "$(hear $name)" '[1-9]* ok'
done
is 'when they stop, only the files are charged' "$(count a/b hca_handle) $(count a) $(count b)" \
	'3 0 0'
for name in $clients; do
	tell $name churn 60 3
done
sleep 1
for name in $clients; do
	kill9 $name
done
is_none 'killed in the middle of it, they leave nothing' a
is_none 'anywhere' b
hardware 'nor in the hardware' $lost
limit a 'hca_object=max hca_handle=max' > /dev/null
limit a/b hca_object=max > /dev/null

# The device goes in the middle of it, and the module comes and goes.
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
is 'the module is loaded and unloaded while the device comes and goes' $bad 0
like 'more than once' $rounds '[1-9]*'
for name in $clients; do
	like 'threads live through it' "$(hear $name)" '[0-9]* ok'
	quit $name
done
quit z
is_none 'nothing is left' a
hardware 'nor in the hardware' $lost

# Since the module was loaded last, every hook has been reached.
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
is_none 'the last objects are given back' a
while read -r function hits; do
	like "$function was called through its hook" "$hits" '[1-9]*'
done < <(hooked)
finish
