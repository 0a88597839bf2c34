# SPDX-License-Identifier: GPL-2.0-only
#
# Which cgroup hierarchy is followed: v2, or the v1 hierarchy of a controller; and what happens when
# a cgroup of v1 is renamed, and when v1 is unmounted and mounted again.

. ./lib.sh

needs_module
v1=$scratch/v1 usual=$CGROUP usual_mirror=$MIRROR usual_name=
mkdir "$v1"

followed() { status hierarchy | sed 's/,.*//'; }

if [ -z "$(findmnt -n -t cgroup -O cpuset)" ] && mount -t cpuset none "$v1" 2> /dev/null; then
	like 'status names cpuset, mounted with -t cpuset, as not followed' \
		"$(status 'hierarchies not followed') " \
		'*cpuset *'
	umount "$v1"
fi

# A controller that can be mounted on v1; if all are mounted, one that is not followed.
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
like "status names $controller as not followed" \
	"$(status 'hierarchies not followed') " "*$controller *"
is 'status names only controllers of this kernel as not followed' \
	"$(status 'hierarchies not followed' | xargs -n 1 |
		grep -vxF -e v2 -f <(cut -f 1 /proc/cgroups))" ''

ok "the module loads with hierarchy=$controller" reload hierarchy="$controller"
is "status names $controller as followed" "$(followed)" "$controller"
! in_cgroupfs || MIRROR=$v1
CGROUP=$v1
group a a/b
limit a hca_object=3 > /dev/null
client x a/b
ask x open > /dev/null
is 'a limit in the v1 hierarchy holds' "$(ask x fill pd)" '3 EAGAIN'
is 'objects are charged to the cgroup of the process in v1' "$(count a/b)" 3
is 'objects are charged to the parent in v1 too' \
	"$(count a) $(line current a/b)" '3 hca_handle=1 hca_object=3 '
mkdir "$usual/$top-other"
no 'a cgroup of another hierarchy has no directory in debugfs' test -e "$DEBUGFS/cgroup/$top-other"
no 'a cgroup of another hierarchy has no files' test -e "$usual/$top-other/rdma.max"
rmdir "$usual/$top-other"
no 'status does not name the followed hierarchy as not followed' \
	grep -q "^hierarchies not followed:.* $controller\\>" $STATUS

# In v1, processes may be in inner cgroups.
move x a
is 'after a move to an inner cgroup, charges stay where they were made' \
	"$(ask x destroy pd 2) $(count a/b) $(count a)" '2 ok 1 1'
is 'after a move to an inner cgroup, new objects are charged there' \
	"$(ask x fill pd) $(count a/b) $(count a)" \
	'2 EAGAIN 1 3'

ok 'a v1 cgroup can be renamed' mv "$v1/$top/a/b" "$v1/$top/a/c"
no 'a renamed cgroup has no directory under its old name' test -e "$(dir a/b)"
is 'a renamed cgroup has its charges under its new name' "$(count a/c)" 1
limit a/c hca_object=9 > /dev/null
ok 'a v1 cgroup with children can be renamed' mv "$v1/$top/a" "$v1/$top/d"
is 'a renamed parent keeps its children with limits and charges' \
	"$(value max d/c hca_object) $(count d)" '9 3'
ok 'the old name of a renamed cgroup can be used again' mkdir "$v1/$top/a"
is 'a cgroup made under the old name has limits of its own' \
	"$(limit a hca_object=1; value max a hca_object) $(value max d hca_object)" \
	'ok
1 3'
no 'rename across directories fails' mv -T "$v1/$top/a" "$v1/$top/d/c/rdma"
is 'a file that is open while its cgroup is renamed can be read' \
	"$(exec 7< "$(dir a)/rdma.max"; mv "$v1/$top/a" "$v1/$top/e"; grep -c "^$DEVICE " <&7)" 1
rmdir "$v1/$top/e"

quit x

# Rename to the name of a file. In debugfs the directory cannot get that name: it must disappear
# rather than stand for a cgroup of another name. In the cgroup file system such a rename fails.
group n n/b
! shown_in cgroup ||
	no 'rename to the name of a file fails' mv "$v1/$top/n/b" "$v1/$top/n/rdma.current"
rmdir "$v1/$top/n/b" "$v1/$top/n"
if shown_in debugfs; then
	ok 'the module loads with cgroupfs=0 and files in debugfs alone' \
		reload hierarchy="$controller" cgroupfs=0
	MIRROR=$DEBUGFS/cgroup
	group n n/b n/b/c
	limit n/b hca_object=1 > /dev/null
	limit n/b/c hca_object=7 > /dev/null
	exec {fd}> "$(dir n/b)/rdma.max"
	mv "$v1/$top/n/b" "$v1/$top/n/rdma.current"
	no 'a cgroup renamed to the name of a file has no directory under its old name' \
		test -e "$(dir n/b)"
	no 'rename to the name of a file makes an open rdma.max refuse limits' \
		sh -c "echo '$DEVICE hca_object=3' >&$fd"
	exec {fd}>&-
	group n/b
	is 'a cgroup made under that old name has no limit' "$(line max n/b)" \
		'hca_handle=max hca_object=max '
	limit n/b hca_object=2 > /dev/null
	client y n/b
	ask y open > /dev/null
	is 'the limit set under that old name holds for the new cgroup' \
		"$(ask y fill pd) $(count n/b)" '2 EAGAIN 2'
	quit y
	client y n/rdma.current/c
	ask y open > /dev/null
	is 'the limits of the renamed cgroup still hold' "$(ask y fill pd) $(count n)" '1 EAGAIN 1'
	quit y
	rmdir "$v1/$top/n/b"
	ok 'the cgroup can be renamed back' mv "$v1/$top/n/rdma.current" "$v1/$top/n/b"
	is 'renamed back, the cgroup shows its limits and events' \
		"$(value max n/b hca_object) $(value max n/b/c hca_object) $(
			value events.local n/b hca_object.max)" '1 7 1'
	rmdir "$v1/$top/n/b/c" "$v1/$top/n/b" "$v1/$top/n"
	no 'removed after these renames, the cgroups leave no directory' test -e "$(dir n)"
	ok 'the module loads with the files where they were' reload hierarchy="$controller"
	MIRROR=$usual_mirror
	[ "$MIRROR" != "$usual" ] || MIRROR=$v1
fi
limit d hca_object=3 > /dev/null

# A hierarchy that is unmounted with cgroups in it stays. One without cgroups is destroyed, and the
# next mount makes a new one.
if [ -z "$mounted" ]; then
	client y d/c
	ask y open > /dev/null
	ok 'a v1 hierarchy with cgroups can be unmounted' umount "$v1"
	is 'a limit holds while the v1 hierarchy is unmounted' "$(ask y fill pd)" '3 EAGAIN'
	! shown_in debugfs ||
		is 'objects are counted while the v1 hierarchy is unmounted' \
			"$(MIRROR=$DEBUGFS/cgroup count d/c)" 3
	quit y
	ok 'the v1 hierarchy can be mounted again' mount -t cgroup -o "$controller" none "$v1"
	ok 'the v1 hierarchy mounted again has its cgroups' test -d "$v1/$top/d/c"
	ok 'its cgroups can be removed after that' rmdir "$v1/$top/d/c" "$v1/$top/d" "$v1/$top"
	no 'its removed cgroups leave no directory' test -e "$MIRROR/$top"
	ok 'an empty v1 hierarchy can be unmounted' umount "$v1"
	client z
	ask z open > /dev/null
	is 'without a mounted hierarchy, objects can be created' "$(ask z create pd 2)" '2 ok'
	! shown_in debugfs || like 'without a mounted hierarchy, objects are charged to the root' \
		"$(grep "^$DEVICE " "$DEBUGFS/cgroup/rdma.current")" \
		"$DEVICE hca_handle=1 hca_object=2 "
	quit z
	ok 'the controller can be mounted as a new hierarchy' \
		eventually mount -t cgroup -o "$controller" none "$v1"
	group f
	limit f hca_object=2 > /dev/null
	client y f
	ask y open > /dev/null
	is 'a limit in the new hierarchy holds' "$(ask y fill pd) $(count f)" '2 EAGAIN 2'
	! shown_in cgroup ||
		is 'the root of the new hierarchy has the files of a root' \
			"$(cd "$v1" && echo rdma.*)" \
			"$ROOT_FILES"
	quit y
	rmdir "$v1/$top/f" "$v1/$top"
	umount "$v1"
	log_mark
	refused() { ! reload hierarchy="$controller"; }
	# A hierarchy outlives umount while one of its removed cgroups is still in memory.
	gone()
	{
		refused || { mount -t cgroup -o "$controller" none "$v1"; umount "$v1"; false; }
	}
	eventually gone
	report $? 'the module does not load for a hierarchy that is not mounted'
	like 'the log says that the hierarchy is not mounted' "$(log_since)" \
		"*rdmacg_oot: *hierarchy=$controller*not mounted*"
fi
back
