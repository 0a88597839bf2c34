# SPDX-License-Identifier: GPL-2.0-only
#
# The program rdmacg: each of its commands, with the shell and awk of Debian and those of busybox,
# and with names of cgroups that need quoting everywhere.

. ./lib.sh

. ./rdmacg.sh

# outcome ARGUMENT...: what it prints, and its exit status
outcome() { rdmacg "$@" 2>&1; echo "status $?"; }
# from_json EXPRESSION: of the value x, which is on stdin
from_json() { python3 -c "import json, sys; x = json.load(sys.stdin); print($1)"; }

odd=$'odd \\ \\040 *"q\'?[a] \t\xc3\xa9'
lines=$scratch/lines

commands()
{
	local client=$1 bad row

	group a a/b "$odd"
	ok "$set: set sets a limit" rdmacg set "$top/a" "$DEVICE" hca_object=4 hca_handle=3
	is "$set: the limit is that of set" "$(line max a)" 'hca_handle=3 hca_object=4 '
	ok "$set: set takes a percentage of the adapter" rdmacg set "$top/a" "$DEVICE" pd=100%
	is "$set: the limit is the number that it became" \
		"$(value types.max a pd)" "$(sed "s/^$DEVICE pd=\([0-9]*\) .*/\1/" \
			"$MIRROR/rdma.capacity")"
	like "$set: set says what can have no percentage" \
		"$(outcome set "$top/a" "$DEVICE" hca_object=10%)" \
		$'*hca_object=10%: only kinds *\nstatus 1'
	ok "$set: set takes a pattern, an absolute path and every adapter" \
		rdmacg set "$CGROUP/$top/[!b-z]/*" '*' hca_object=9
	is "$set: the limit is set where the pattern matches, and only there" \
		"$(value max a hca_object) $(value max a/b hca_object) $(
			value max "$odd" hca_object)" '4 9 max'
	like "$set: set says that an adapter is not there" \
		"$(outcome set "$top/a" none0 hca_object=1)" $'*no adapter none0\nstatus 1'
	like "$set: set says that a cgroup is not there" \
		"$(outcome set "$top/none" "$DEVICE" hca_object=1)" \
		$'*no cgroup '"$top/none"$'\nstatus 1'
	like "$set: set says which keys there are" \
		"$(outcome set "$top/a" "$DEVICE" qq=1)" $'*qq=1*hca_handle, hca_object*\nstatus 1'
	like "$set: wrong usage ends with status 2" "$(outcome set "$top/a")" $'*--help*\nstatus 2'

	client "$client" a/b
	ask "$client" open > /dev/null
	is "$set: the limit of set holds" "$(ask "$client" fill pd)" '4 EAGAIN'
	row=$(rdmacg show "$top/a/b" | grep '^hca_object')
	like "$set: show says use, limit, peak, refusals, and whose limit leaves how much room" \
		"$row" "hca_object * 4 * 9 * 4 * 1 * 0  0 (by $top/a)"
	if [ -e "$MIRROR/rdma.owners" ]; then
		like "$set: show says which process has how many" \
			"$(rdmacg show "$top/a" | grep '^held by')" \
			"held by pid ${pid[$client]} (*) hca_handle=1 hca_object=4 mr_mem=0"
		is "$set: and so does show --json" "$(rdmacg show --json "$top/a" | from_json \
			"[(o['pid'], o['hca_object'], o['gone']) for o in x[0]['owners']]")" \
			"[(${pid[$client]}, 4, False)]"
	fi
	for argument in '' "$top/a" "$top/a/b" "${pid[$client]}"; do
		like "$set: why ${argument:+CGROUP or PID }names the cgroup whose limit it was" \
			"$(rdmacg why ${argument:+"$argument"})" \
			"*$top/a: *hca_object on $DEVICE was reached 1 times; it is 4, *"
	done
	$shell -c "PATH=$scratch/$set:$PATH; rdmacg() { $shell '$program' \"\$@\"; }
		$(rdmacg why "$top/a" | grep '^ *rdmacg set')" 2> "$scratch/errors"
	is "$set: the command of why lets more through" "$(ask "$client" fill pd)" '1 EAGAIN'
	like "$set: top shows the tree, the use and the limits" "$(rdmacg top)" \
		"*
    a  * $DEVICE * 1 * 3 * 1 * 5 * 5 * 5 *
      b  * $DEVICE * 1 * max * 1 * 5 * 9 * 5 *"
	is "$set: top --json has the use and the limits" "$(rdmacg top --json | from_json \
		"[(r['usage'], r['limit'], r['peak'], r['refused'], y['share_of_adapter'] < 1)
			for y in x
			if y['cgroup'] == '$top/a/b' and y['device'] == '$DEVICE'
			for r in [y['resources']['hca_object']]]")" '[(5, 9, 5, 2, True)]'
	is "$set: why --json has the command" "$(rdmacg why --json "$top/a" |
		from_json "x[0]['command']")" "rdmacg set $top/a $DEVICE hca_object=7"
	quit "$client"

	client "$client" "$odd"
	ask "$client" open > /dev/null
	ask "$client" create pd 5 > /dev/null
	quit "$client"
	is "$set: --json quotes a name" "$(rdmacg suggest --json --headroom 100% | from_json \
		"[y['limits']['hca_object'] for y in x
			if y['cgroup'].encode() == bytes.fromhex('$(
				printf '%s' "$top/$odd" | od -An -v -tx1 | tr -d ' \n')')]")" '[10]'
	rdmacg suggest --headroom=100 > "$lines"
	ok "$set: suggest gives lines for apply" rdmacg apply "$lines"
	is "$set: apply sets the limits that suggest made of the peaks" \
		"$(line max "$odd")$(line max a/b)" \
		'hca_handle=2 hca_object=10 hca_handle=2 hca_object=10 '
	like "$set: show takes a name as suggest prints it" \
		"$(outcome show "$(grep -m 1 -o "^$top/odd[^ ]*" "$lines")")" \
		'*hca_object * 10 *status 0'

	cat > "$lines" <<-END
		# A comment
		$top/a $DEVICE hca_object=11	# and another
		$top/a $DEVICE hca_object
		$top/a $DEVICE hca_object=5x hca_handle=1
		$top/a $DEVICE
		  $top/a/*   *   hca_handle=max   hca_object=max
		$top/none $DEVICE hca_object=1
	END
	bad=$(outcome apply "$lines")
	is "$set: apply names the wrong lines" \
		"$(grep -o 'lines:[0-9]*' <<< "$bad" | paste -sd ' ')" \
		'lines:3 lines:4 lines:5 lines:7'
	like "$set: apply ends with status 1 if a line is wrong" "$bad" '*status 1'
	is "$set: apply sets what the other lines say" "$(line max a) $(line max a/b)" \
		'hca_handle=2 hca_object=11  hca_handle=max hca_object=max '
	is "$set: apply --json tells wrong lines from cgroups that are not there" \
		"$(rdmacg apply --json "$lines" | from_json \
			"len(x['wrong']), len(x['not_there']), x['written'] > 1")" '3 1 True'
	sed -i '3,5d' "$lines"
	like "$set: apply does not fail for a cgroup that is not there" \
		"$(outcome apply "$lines")" "*lines:4: there is no cgroup $top/none*status 0"
	# Leave nothing to the next set.
	find "$CGROUP/$top" -mindepth 1 -depth -type d -exec rmdir {} +
}

commands x
set=busybox shell='busybox sh'
commands y
if shown_in debugfs; then
	group a
	RDMACG_ROOT=$DEBUGFS/cgroup rdmacg set "$top/a" "$DEVICE" hca_object=3
	is 'the limit that was set in debugfs is there' "$(value max a hca_object)" 3
	rmdir "$CGROUP/$top/a"
fi

group b b/gone
rdmacg set "$top/b/gone" "$DEVICE" hca_object=1
client z b/gone
ask z open > /dev/null
ask z fill pd > /dev/null
quit z
rmdir "$CGROUP/$top/b/gone"
like 'why names a limit whose cgroup has gone' "$(rdmacg why "$top/b")" \
	"No limit of a cgroup that is still there *$top/b. Before:*gone/rdma.max has hca_object=1*"

group a
echo "$top/* * hca_object=6" > "$lines"
reload
rdmacg apply "$lines"
is 'after a reload, apply brings the limits back' "$(value max a hca_object)" 6
if [ -e /sys/module/rdma_rxe ] && second=$(./adapter add rxe1 port1); then
	is 'a new adapter has no limit' "$(value max a hca_object "$second")" max
	rdmacg apply "$lines"
	is 'a line for every adapter is applied to a new one' \
		"$(value max a hca_object "$second")" 6
	./adapter delete "$second" port1
else
	skip 'a line for every adapter is applied to a new one' 'no second device can be made here'
fi

like 'check finds the module, its hooks, the files and the adapter' "$(outcome check)" \
	"ok *module: *ok *hooks: *ok *files: *ok *adapter $DEVICE: counted; limits in *status 0"
is 'check --json says that all is well' "$(rdmacg check --json | from_json "x['ok']")" True
echo 0 > /sys/module/rdmacg_oot/parameters/enforce
like 'check fails if limits are not enforced' "$(outcome check)" '*FAIL enforce: *status 1'
echo 1 > /sys/module/rdmacg_oot/parameters/enforce
rmmod rdmacg_oot
like 'check fails without the module and says what to do' "$(outcome check)" \
	'FAIL module: *modprobe rdmacg_oot*status 1'
like 'the others say what to do without the module' "$(outcome top)" \
	'rdmacg: *modprobe rdmacg_oot*status 1'
modprobe rdmacg_oot ${HIERARCHY:+hierarchy="$HIERARCHY"}
like '--help names the commands' "$(outcome --help)" '*suggest*status 0'
finish
