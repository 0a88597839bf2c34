# SPDX-License-Identifier: GPL-2.0-only
#
# The files in the cgroup file system: their owner, access from a container, their removal while
# they are open, and the parameters that choose where the files are.

. ./lib.sh

needs_module
shown_in cgroup || skip_all 'the files are not in the cgroup file system here'

files() { (cd "$CGROUP/$top/$1" && echo rdma.*); }
owner() { stat -c '%u:%g' "$CGROUP/$top/$1"; }
# as_user COMMAND...: as an ordinary user
as_user() { setpriv --reuid 1000 --regid 1001 --clear-groups --inh-caps -all "$@"; }
# put_line GROUP LINE: write rdma.max in the cgroup file system; prints the shell's error message
put_line() { (echo "$DEVICE $2" > "$CGROUP/$top/$1/rdma.max") 2>&1 | sed 's/.*: //'; }

is 'the root has no file with limits or events of its own' \
	"$(cd "$CGROUP" && echo rdma.*)" "$ROOT_FILES"
group a a/b
is 'a cgroup has all files' "$(files a/b)" "$FILES"
is 'rdma.max has mode 644, owner root and size 0' \
	"$(stat -c '%a %u:%g %s' "$CGROUP/$top/a/rdma.max")" '644 0:0 0'
is 'rdma.events has mode 444, owner root and size 0' \
	"$(stat -c '%a %u:%g %s' "$CGROUP/$top/a/rdma.events")" \
	'444 0:0 0'
is 'a write to rdma.peak fails with EINVAL' \
	"$( (echo x > "$CGROUP/$top/a/rdma.peak") 2>&1 | sed 's/.*: //')" 'Invalid argument'
no 'cgroup.controllers and cgroup.subtree_control do not name rdma' \
	grep -qsw rdma "$CGROUP/cgroup.controllers" "$CGROUP/cgroup.subtree_control"
no 'mkdir of a cgroup with the name of a file fails' mkdir "$CGROUP/$top/a/rdma.max"

# The files in both places show and set the same limits.
mirrored=
if shown_in debugfs; then
	mirrored=1
	put_line a hca_object=3 > /dev/null
	is 'a limit set in the cgroup file system is shown in debugfs' \
		"$(cat "$DEBUGFS/cgroup/$top/a/rdma.max")" "$(cat "$CGROUP/$top/a/rdma.max")"
	echo "$DEVICE hca_object=4" > "$DEBUGFS/cgroup/$top/a/rdma.max"
	is 'a limit set in debugfs is shown in the cgroup file system' \
		"$(cat "$CGROUP/$top/a/rdma.max")" \
		"$DEVICE hca_handle=max hca_object=4 "
	put_line a hca_object=max
fi

# Delegation: the files of a cgroup belong to the user who made it. Those of a cgroup that root made
# and delegated to him belong to root.
group d
chown 1000 "$CGROUP/$top/d" "$CGROUP/$top/d/"{cgroup.procs,tasks,cgroup.subtree_control} \
	2> /dev/null
ok 'a user can make a cgroup in one that was delegated to him' as_user mkdir "$CGROUP/$top/d/u"
owners()
{
	is "$1: the files of the user's own cgroup belong to him" \
		"$(owner d/u/rdma.max) $(owner d/u/rdma.events.local)" '1000:1001 1000:1001'
	is "$1: the files of the delegated cgroup belong to root" "$(owner d/rdma.max)" 0:0
	is "$1: the user can set a limit in his own cgroup" "$(as_user sh -c "
		echo '$DEVICE hca_object=5' > '$CGROUP/$top/d/u/rdma.max' && echo done" 2>&1)" done
	like "$1: the user cannot set a limit in the delegated cgroup" "$(as_user sh -c "
		echo '$DEVICE hca_object=max' > '$CGROUP/$top/d/rdma.max'" 2>&1)" \
		'*Permission denied*'
}
owners 'made while the module is loaded'
ok 'the module can be reloaded with delegated cgroups' reload
owners 'made before the module was loaded'
as_user rmdir "$CGROUP/$top/d/u"

# Cgroups that are made during modprobe, in directories that the scan visits: mkdir holds the lock
# of the directory, in which the scan looks names up. This must not deadlock.
group w w/x w/x/y
for round in {1..3}; do
	rmmod rdmacg_oot
	echo 2 > /proc/sys/vm/drop_caches
	for i in {1..30}; do
		mkdir "$CGROUP/$top/w/x/y/$i" "$CGROUP/$top/w/x/$i" "$CGROUP/$top/w/$i"
	done &
	reload
	wait $!
	rmdir "$CGROUP/$top"/w/{,x/,x/y/}{1..30}
done
ok 'the module loads while cgroups are made, three times' loaded

# A container: a cgroup namespace, whose root only the host may limit.
if [ -e "$CGROUP/cgroup.controllers" ] && mount -o remount,nsdelegate none "$CGROUP"; then
	group c c/i
	# contained COMMAND: in a namespace whose root is c
	contained()
	{
		(
			echo $BASHPID > "$CGROUP/$top/c/cgroup.procs"
			exec unshare -C -m bash -c "mount -t cgroup2 none /mnt && cd /mnt && $1"
		) 2>&1 | sed 's/.*: //'
	}
	mkdir -p /mnt
	is 'in a container, the root of its namespace has the files' \
		"$(contained 'echo rdma.*')" "$FILES"
	is 'in a container, the limit of its root can be read' "$(contained 'cat rdma.max')" \
		"$DEVICE hca_handle=max hca_object=max "
	is 'in a container, the limit of its root cannot be set (nsdelegate)' \
		"$(contained "echo $DEVICE hca_object=max > rdma.max")" 'Operation not permitted'
	is 'in a container, the limit of a cgroup below its root can be set' \
		"$(contained "echo $DEVICE hca_object=6 > i/rdma.max; cat i/rdma.max")" \
		"$DEVICE hca_handle=max hca_object=6 "
	is 'outside the container, the limit of its root can be set' "$(put_line c hca_object=7)" ''
	mount -o remount none "$CGROUP"
	is 'without nsdelegate, the limit of the root can be set in a container' \
		"$(contained "echo $DEVICE hca_object=8 > rdma.max; cat rdma.max")" \
		"$DEVICE hca_handle=max hca_object=8 "
else
	skip 'in a container, limits follow nsdelegate' 'there is no nsdelegate here'
fi

# gone HOW MILLISECONDS COMMAND...: the command removes the files while they are open; rdma.events
# is polled for so long
gone()
{
	local how=$1 polled=$2 began file held=() fd

	shift 2
	for file in $FILES; do
		exec {fd}< "$CGROUP/$top/g/$file"
		held+=("$fd")
	done
	exec {fd}> "$CGROUP/$top/g/rdma.max"
	"$here/file" poll "$CGROUP/$top/g/rdma.events" "$polled" > "$scratch/poll" &
	"$here/file" inotify "$CGROUP/$top/g/rdma.events" 1500 > "$scratch/inotify" &
	eventually grep -q ready "$scratch/poll"
	eventually grep -q ready "$scratch/inotify"
	began=$SECONDS
	ok "$how succeeds while files are open, polled and watched" "$@"
	[ $((SECONDS - began)) -lt 30 ]
	report $? "$how does not wait for open files"
	for file in $FILES; do
		is "after $how, an open $file cannot be read (ENODEV)" \
			"$(cat <&"${held[0]}" 2>&1)" 'cat: -: No such device'
		exec {held[0]}<&-
		held=("${held[@]:1}")
	done
	is "after $how, an open rdma.max cannot be written (ENODEV)" \
		"$( (echo "$DEVICE hca_object=1" >&"$fd") 2>&1 | sed 's/.*: //')" 'No such device'
	exec {fd}>&-
	wait
}
group g
gone rmdir 1500 rmdir "$CGROUP/$top/g"
group g
gone rmmod 60000 rmmod rdmacg_oot
is 'rmmod wakes a poller of rdma.events' "$(sed -n 2p "$scratch/poll")" 'POLLPRI POLLERR'
is 'rmmod leaves no file in the cgroup file system' "$(find "$CGROUP" -name 'rdma.*')" ''
no 'rmmod leaves no file in /proc' test -e $STATUS

# Where the files are.
if [ -z "$mirrored" ]; then
	log_mark
	no 'without debugfs, the module does not load with cgroupfs=0' \
		modprobe rdmacg_oot cgroupfs=0
	like 'without debugfs and with cgroupfs=0, the log says why it does not load' \
		"$(log_since)" \
		'*limits could be neither set nor read: not in debugfs*cgroupfs=0*'
	log_mark
	ok 'without debugfs, the module loads' reload
	like 'without debugfs, the log says that there are no files in it' \
		"$(log_since)" '*no files in debugfs*'
	is 'without debugfs, status names the cgroup file system alone' "$(status 'files in')" \
		'the cgroup file system'
else
	ok 'the module loads with cgroupfs=0' reload cgroupfs=0
	is 'with cgroupfs=0, cgroups have no files in the cgroup file system' "$(files g)" 'rdma.*'
	ok 'with cgroupfs=0, cgroups have files in debugfs' \
		test -e "$DEBUGFS/cgroup/$top/g/rdma.max"
	is 'with cgroupfs=0, status names debugfs alone' "$(status 'files in')" debugfs
	mkdir "$CGROUP/$top/g/rdma.events"
	log_mark
	ok 'the module loads although a cgroup has the name of a file' reload
	is 'the parent of a cgroup named rdma.events has the other files' \
		"$(cd "$CGROUP/$top/g" && ls -d rdma.* | paste -sd ' ')" "$FILES"
	ok 'the cgroup named rdma.events is still a directory' test -d "$CGROUP/$top/g/rdma.events"
	is 'the cgroup named rdma.events has files' "$(files g/rdma.events)" "$FILES"
	like 'the log says which file is missing' \
		"$(log_since)" '*cgroup g has no file rdma.events in the cgroup *'
	rmdir "$CGROUP/$top/g/rdma.events"
fi
ok 'the module loads with mirror=0' reload mirror=0
no 'with mirror=0, there is nothing in debugfs' test -e $DEBUGFS
is 'with mirror=0, status names the cgroup file system alone' \
	"$(status 'files in')" 'the cgroup file system'
client x g
ask x open > /dev/null
is 'with mirror=0, a limit holds' "$(put_line g hca_object=2; ask x fill pd)" '2 EAGAIN'
is 'with mirror=0, usage is shown' "$(cat "$CGROUP/$top/g/rdma.current")" \
	"$DEVICE hca_handle=1 hca_object=2 "
quit x
rmmod rdmacg_oot
log_mark
no 'the module does not load with cgroupfs=0 mirror=0' modprobe rdmacg_oot cgroupfs=0 mirror=0
like 'with cgroupfs=0 mirror=0, the log says why it does not load' "$(log_since)" \
	'*limits could be neither set nor read*cgroupfs=0*'
no 'the module does not load with cgroupfs=please' modprobe rdmacg_oot cgroupfs=please
ok 'the module loads without parameters after that' reload
is 'loaded without parameters, all files are there' "$(files g)" "$FILES"
finish
