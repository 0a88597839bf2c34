# SPDX-License-Identifier: GPL-2.0-only
#
# Which cgroup hierarchy is followed: v2, or the v1 hierarchy of a controller, and what happens when
# that is renamed in, unmounted and mounted again.

. ./lib.sh

needs_module
v1=$scratch/v1 usual=$CGROUP usual_mirror=$MIRROR usual_name=
mkdir "$v1"

followed() { status hierarchy | sed 's/,.*//'; }

if [ -z "$(findmnt -n -t cgroup -O cpuset)" ] && mount -t cpuset none "$v1" 2> /dev/null; then
	like 'cpuset, mounted as such: status names it' "$(status 'hierarchies not followed') " \
		'*cpuset *'
	umount "$v1"
fi

# A controller that can be mounted on v1; or else, where all are, one that is not followed.
controller='' mounted=''
for name in pids devices freezer cpuacct net_cls perf_event; do
	grep -q "^$name	.*	1\$" /proc/cgroups || continue
	mounted=$(findmnt -n -t cgroup -O "$name" -o TARGET | head -n 1)
	if [ -n "$mounted" ]; then
		[ "$name" != "$(followed)" ] || continue
		v1=$mounted
	else
		mount -t cgroup -o "$name" none "$v1" 2> /dev/null || continue
	fi
	controller=$name
	break
done
[ -n "$controller" ] || skip_all 'no controller can be mounted on v1'
back()
{
	find "$v1/$top" -depth -type d -exec rmdir {} + 2> /dev/null
	[ -n "$mounted" ] || umount "$v1" 2> /dev/null
	CGROUP=$usual MIRROR=$usual_mirror
	as_usual() { reload && [ "$(followed)" = "$usual_name" ]; }
	eventually as_usual
	finish
}
usual_name=$(followed)
trap back EXIT
like "not chosen: status names $controller" "$(status 'hierarchies not followed') " "*$controller *"
is 'status: what it names are controllers of this kernel' \
	"$(status 'hierarchies not followed' | xargs -n 1 |
		grep -vxF -e v2 -f <(cut -f 1 /proc/cgroups))" ''

ok "hierarchy=$controller: loaded" reload hierarchy="$controller"
is 'status: it is followed' "$(followed)" "$controller"
! in_cgroupfs || MIRROR=$v1
CGROUP=$v1
group a a/b
limit a hca_object=3 > /dev/null
client x a/b
ask x open > /dev/null
is 'a limit holds there' "$(ask x fill pd)" '3 EAGAIN'
is 'and is charged below' "$(count a/b)" 3
is 'both are counted' "$(count a) $(line current a/b)" '3 hca_handle=1 hca_object=3 '
mkdir "$usual/$top-other"
no 'a cgroup of another hierarchy has no directory' test -e "$DEBUGFS/cgroup/$top-other"
no 'and no files' test -e "$usual/$top-other/rdma.max"
rmdir "$usual/$top-other"
no 'status: it is not among those that are not followed' \
	grep -q "^hierarchies not followed:.* $controller\\>" $STATUS

# Where processes may be in inner cgroups.
move x a
is 'a charge stays where it was made' "$(ask x destroy pd 2) $(count a/b) $(count a)" '2 ok 1 1'
is 'new ones are made where the process is' "$(ask x fill pd) $(count a/b) $(count a)" \
	'2 EAGAIN 1 3'

ok 'rename' mv "$v1/$top/a/b" "$v1/$top/a/c"
no 'renamed: the old name is gone' test -e "$(dir a/b)"
is 'renamed: the new name has it' "$(count a/c)" 1
limit a/c hca_object=9 > /dev/null
ok 'rename of a parent' mv "$v1/$top/a" "$v1/$top/d"
is 'renamed parent: everything is below' "$(value max d/c hca_object) $(count d)" '9 3'
ok 'the old name can be used again' mkdir "$v1/$top/a"
is 'and begins anew' "$(limit a hca_object=1; value max a hca_object) $(value max d hca_object)" \
	'ok
1 3'
no 'rename to a name that is there fails' mv -T "$v1/$top/a" "$v1/$top/d/c/rdma"
is 'a directory open while renamed can be read' \
	"$(exec 7< "$(dir a)/rdma.max"; mv "$v1/$top/a" "$v1/$top/e"; grep -c "^$DEVICE " <&7)" 1
rmdir "$v1/$top/e"

quit x

# A name that the mirror cannot follow to: no directory stands for another cgroup than that of its
# name. In the cgroup file system, nothing can be renamed to that.
group n n/b
! shown_in cgroup ||
	no 'a name of ours cannot be taken' mv "$v1/$top/n/b" "$v1/$top/n/rdma.current"
rmdir "$v1/$top/n/b" "$v1/$top/n"
if shown_in debugfs; then
	ok 'the files are in debugfs alone' reload hierarchy="$controller" cgroupfs=0
	MIRROR=$DEBUGFS/cgroup
	group n n/b n/b/c
	limit n/b hca_object=1 > /dev/null
	limit n/b/c hca_object=7 > /dev/null
	exec {fd}> "$(dir n/b)/rdma.max"
	mv "$v1/$top/n/b" "$v1/$top/n/rdma.current"
	no 'a name of ours: the old one is gone' test -e "$(dir n/b)"
	no 'a name of ours: a file that was open refuses limits' \
		sh -c "echo '$DEVICE hca_object=3' >&$fd"
	exec {fd}>&-
	group n/b
	is 'the old name, used again, begins anew' "$(line max n/b)" \
		'hca_handle=max hca_object=max '
	limit n/b hca_object=2 > /dev/null
	client y n/b
	ask y open > /dev/null
	is 'its limit is that of the new one' "$(ask y fill pd) $(count n/b)" '2 EAGAIN 2'
	quit y
	client y n/rdma.current/c
	ask y open > /dev/null
	is 'the limits of the renamed one hold on' "$(ask y fill pd) $(count n)" '1 EAGAIN 1'
	quit y
	rmdir "$v1/$top/n/b"
	ok 'renamed once more' mv "$v1/$top/n/rdma.current" "$v1/$top/n/b"
	is 'a name that can be shown: limits and events are there' \
		"$(value max n/b hca_object) $(value max n/b/c hca_object) $(
			value events.local n/b hca_object.max)" '1 7 1'
	rmdir "$v1/$top/n/b/c" "$v1/$top/n/b" "$v1/$top/n"
	no 'removed: no directory is left' test -e "$(dir n)"
	ok 'the files are where they were' reload hierarchy="$controller"
	MIRROR=$usual_mirror
	[ "$MIRROR" != "$usual" ] || MIRROR=$v1
fi
limit d hca_object=3 > /dev/null

# Unmounted with cgroups in it, it goes on; without, it is gone, and comes back.
if [ -z "$mounted" ]; then
	client y d/c
	ask y open > /dev/null
	ok 'unmounted with cgroups in it' umount "$v1"
	is 'unmounted: the limit holds' "$(ask y fill pd)" '3 EAGAIN'
	! shown_in debugfs ||
		is 'unmounted: counted' "$(MIRROR=$DEBUGFS/cgroup count d/c)" 3
	quit y
	ok 'mounted again: the same' mount -t cgroup -o "$controller" none "$v1"
	ok 'mounted again: the cgroups are there' test -d "$v1/$top/d/c"
	ok 'removed after that' rmdir "$v1/$top/d/c" "$v1/$top/d" "$v1/$top"
	no 'removed after that: gone' test -e "$MIRROR/$top"
	ok 'unmounted while empty' umount "$v1"
	client z
	ask z open > /dev/null
	is 'not mounted: counted at the root' "$(ask z create pd 2)" '2 ok'
	! shown_in debugfs || like 'not mounted: shown at the root' \
		"$(grep "^$DEVICE " "$DEBUGFS/cgroup/rdma.current")" \
		"$DEVICE hca_handle=1 hca_object=2 "
	quit z
	ok 'mounted anew' eventually mount -t cgroup -o "$controller" none "$v1"
	group f
	limit f hca_object=2 > /dev/null
	client y f
	ask y open > /dev/null
	is 'mounted anew: followed' "$(ask y fill pd) $(count f)" '2 EAGAIN 2'
	! shown_in cgroup ||
		is 'mounted anew: the root has its files' "$(cd "$v1" && echo rdma.*)" \
			'rdma.current rdma.peak'
	quit y
	rmdir "$v1/$top/f" "$v1/$top"
	umount "$v1"
	log_mark
	refused() { ! reload hierarchy="$controller"; }
	# A hierarchy outlives umount if one of its cgroups, though removed, is not gone yet.
	gone()
	{
		refused || { mount -t cgroup -o "$controller" none "$v1"; umount "$v1"; false; }
	}
	eventually gone
	report $? 'a hierarchy that is not mounted: not loaded'
	like 'and the log says why' "$(log_since)" \
		"*rdmacg_oot: *hierarchy=$controller*not mounted*"
fi
back
