# SPDX-License-Identifier: GPL-2.0-only
#
# rdma.child.max: the limits that cgroups begin with, from their mkdir(2) on, on every device.

. ./lib.sh

needs_module

# child GROUP BYTES: write rdma.child.max; prints the result
child() { write child.max "$1" "$2"; }
content() { cat "$(dir "$1")/rdma.child.max"; }

group s s/before
is 'it is empty in a new cgroup' "$(content s)" ''
is 'limits for every device can be set' "$(child s '* hca_object=3 qp=1')" ok
is 'it shows what is set' "$(content s)" '* hca_object=3 qp=1'
group s/a
is 'a new cgroup has the limits' "$(line max s/a) $(value types.max s/a qp)" \
	'hca_handle=max hca_object=3  1'
is 'a cgroup that was there has not' "$(line max s/before)" 'hca_handle=max hca_object=max '
is 'the cgroup itself has not' "$(line max s)" 'hca_handle=max hca_object=max '
client x s/a
ask x open > /dev/null
is 'they hold from the first object on' "$(ask x fill pd) $(ask x create cq)" '3 EAGAIN 0 EAGAIN'
quit x

# The moment between mkdir(2) and the first object: nobody writes a limit.
is 'they hold for a process that mkdir is followed by' "$(
	mkdir "$CGROUP/$top/s/now"
	client y s/now
	ask y open > /dev/null
	ask y fill pd
	quit y
)" '3 EAGAIN'

is 'a limit that is written replaces one of them' \
	"$(limit s/a hca_object=max) $(line max s/a) $(value types.max s/a qp)" \
	'ok hca_handle=max hca_object=max  1'
is 'other limits for cgroups to come can be set' \
	"$(child s '* hca_object=5 qp=max') $(content s)" 'ok * hca_object=5'
group s/b
is 'they are those of new cgroups' "$(line max s/b) $(value types.max s/b qp)" \
	'hca_handle=max hca_object=5  max'
is 'cgroups that were there keep theirs' "$(line max s/now) $(value types.max s/now qp)" \
	'hca_handle=max hca_object=3  1'
is 'a device can have limits of its own' "$(child s "$DEVICE hca_object=7 hca_handle=1")" ok
group s/c
is 'which win over those of every device' "$(line max s/c)" 'hca_handle=1 hca_object=7 '
is 'cgroups below that do not inherit them' "$(group s/c/d; line max s/c/d)" \
	'hca_handle=max hca_object=max '
is 'but are limited by them' "$(
	client z s/c/d
	ask z open
	ask z open
	quit z
)" $'1 ok\n0 EAGAIN'

# Devices to come
if second=$(./adapter add rxe7 port7) && [ -n "$second" ]; then
	is 'a device that comes later has the limits of every device' \
		"$(line max s/c "$second") $(line max s/before "$second")" \
		'hca_handle=max hca_object=5  hca_handle=max hca_object=max '
	is 'they hold there' "$(
		DEVICE=$second client v s/c
		ask v open > /dev/null
		ask v fill pd
		quit v
	)" '5 EAGAIN'
	limit_before=$(write max s/c "$second hca_object=1")
	ok 'the device can be removed' eventually ./adapter delete "$second" port7
	again=$(./adapter add "$second" port7)
	is 'a device that comes back has them again' "$limit_before $(line max s/c "$again")" \
		'ok hca_handle=max hca_object=5 '
	./adapter delete "$again" port7
else
	skip 'a device that comes later has the limits of every device' 'no second adapter'
fi

# Errors
for bytes in "* hca_object" "* hca_object=x" "* index=0 hca_object=1" "* no=1" "*"; do
	expected=EINVAL
	[ "$bytes" != '*' ] || expected=ok
	is "the line '$bytes' gives $expected" "$(child s "$bytes")" $expected
done
is 'an unknown device gives ENODEV' "$(child s 'nothing0 hca_object=1')" ENODEV
is 'an error changes nothing' "$(content s | sort)" \
	"$(printf '%s\n' '* hca_object=5' "$DEVICE hca_handle=1 hca_object=7" | sort)"
is 'with all limits taken away, it is empty' \
	"$(child s "$DEVICE hca_handle=max hca_object=max") $(child s '* hca_object=max') $(
	content s)" \
	'ok ok '
finish
