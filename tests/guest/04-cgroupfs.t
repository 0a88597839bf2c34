# SPDX-License-Identifier: GPL-2.0-only
#
# The files in the cgroup file system: whose they are, what is seen of them from a container, how
# they go, and the parameters that choose where the files are.

. ./lib.sh

needs_module
shown_in cgroup || skip_all 'the files are not in the cgroup file system here'

five='rdma.current rdma.events rdma.events.local rdma.max rdma.peak'
files() { (cd "$CGROUP/$top/$1" && echo rdma.*); }
owner() { stat -c '%u:%g' "$CGROUP/$top/$1"; }
# as_user COMMAND...: as one who has no rights but his own
as_user() { setpriv --reuid 1000 --regid 1001 --clear-groups --inh-caps -all "$@"; }
# put_line GROUP LINE: in the cgroup file system, with what the shell says of it
put_line() { (echo "$DEVICE $2" > "$CGROUP/$top/$1/rdma.max") 2>&1 | sed 's/.*: //'; }

is 'the root has current and peak' "$(cd "$CGROUP" && echo rdma.*)" 'rdma.current rdma.peak'
group a a/b
is 'a cgroup has five files' "$(files a/b)" "$five"
is 'rdma.max: mode, owner, size' "$(stat -c '%a %u:%g %s' "$CGROUP/$top/a/rdma.max")" '644 0:0 0'
is 'rdma.events: mode, owner, size' "$(stat -c '%a %u:%g %s' "$CGROUP/$top/a/rdma.events")" \
	'444 0:0 0'
is 'a file that cannot be written' \
	"$( (echo x > "$CGROUP/$top/a/rdma.peak") 2>&1 | sed 's/.*: //')" 'Invalid argument'
no 'no controller of this name comes with them' \
	grep -qsw rdma "$CGROUP/cgroup.controllers" "$CGROUP/cgroup.subtree_control"
no 'a cgroup cannot take the name of a file' mkdir "$CGROUP/$top/a/rdma.max"

# Both views are of one thing.
mirrored=
if shown_in debugfs; then
	mirrored=1
	put_line a hca_object=3 > /dev/null
	is 'a limit set here is seen in debugfs' \
		"$(cat "$DEBUGFS/cgroup/$top/a/rdma.max")" "$(cat "$CGROUP/$top/a/rdma.max")"
	echo "$DEVICE hca_object=4" > "$DEBUGFS/cgroup/$top/a/rdma.max"
	is 'and one set there is seen here' "$(cat "$CGROUP/$top/a/rdma.max")" \
		"$DEVICE hca_handle=max hca_object=4 "
	put_line a hca_object=max
fi

# Delegation: what a user makes is his, what he was given is not.
group d
chown 1000 "$CGROUP/$top/d" "$CGROUP/$top/d/"{cgroup.procs,tasks,cgroup.subtree_control} \
	2> /dev/null
ok 'a user makes a cgroup in one that he was given' as_user mkdir "$CGROUP/$top/d/u"
owners()
{
	is "$1: the files of the cgroup that he made are his" \
		"$(owner d/u/rdma.max) $(owner d/u/rdma.events.local)" '1000:1001 1000:1001'
	is "$1: those of the one that he was given are not" "$(owner d/rdma.max)" 0:0
	is "$1: he sets a limit in his" "$(as_user sh -c "
		echo '$DEVICE hca_object=5' > '$CGROUP/$top/d/u/rdma.max' && echo done" 2>&1)" done
	like "$1: and none where he is limited" "$(as_user sh -c "
		echo '$DEVICE hca_object=max' > '$CGROUP/$top/d/rdma.max'" 2>&1)" \
		'*Permission denied*'
}
owners 'made while the module is loaded'
ok 'the module is loaded anew' reload
owners 'made before the module was loaded'
as_user rmdir "$CGROUP/$top/d/u"

# Cgroups that are made while the module is loaded, in directories that the scan is to come to:
# their makers hold the locks of these, and the scan looks names up in them.
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
ok 'cgroups were made while the module was loaded, three times' loaded

# A container: a cgroup namespace, and its root is its host's to limit.
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
	is 'in a container: its root has the files' "$(contained 'echo rdma.*')" "$five"
	is 'in a container: the limit of the root can be read' "$(contained 'cat rdma.max')" \
		"$DEVICE hca_handle=max hca_object=max "
	is 'in a container: and not be set' \
		"$(contained "echo $DEVICE hca_object=max > rdma.max")" 'Operation not permitted'
	is 'in a container: that of a cgroup below it can' \
		"$(contained "echo $DEVICE hca_object=6 > i/rdma.max; cat i/rdma.max")" \
		"$DEVICE hca_handle=max hca_object=6 "
	is 'from outside the limit of the root can be set' "$(put_line c hca_object=7)" ''
	mount -o remount none "$CGROUP"
	is 'without nsdelegate from inside, too' \
		"$(contained "echo $DEVICE hca_object=8 > rdma.max; cat rdma.max")" \
		"$DEVICE hca_handle=max hca_object=8 "
else
	skip 'in a container' 'there is no nsdelegate here'
fi

# gone HOW MILLISECONDS COMMAND...: files that are open when the command takes them away;
# rdma.events is polled for so long
gone()
{
	local how=$1 polled=$2 began file held=() fd

	shift 2
	for file in $five; do
		exec {fd}< "$CGROUP/$top/g/$file"
		held+=("$fd")
	done
	exec {fd}> "$CGROUP/$top/g/rdma.max"
	"$here/file" poll "$CGROUP/$top/g/rdma.events" "$polled" > "$scratch/poll" &
	"$here/file" inotify "$CGROUP/$top/g/rdma.events" 1500 > "$scratch/inotify" &
	eventually grep -q ready "$scratch/poll"
	eventually grep -q ready "$scratch/inotify"
	began=$SECONDS
	ok "$how: with files open, polled and watched" "$@"
	[ $((SECONDS - began)) -lt 30 ]
	report $? "$how: waits for nobody"
	for file in $five; do
		is "$how: who has $file open cannot read it" \
			"$(cat <&"${held[0]}" 2>&1)" 'cat: -: No such device'
		exec {held[0]}<&-
		held=("${held[@]:1}")
	done
	is "$how: nor write rdma.max" \
		"$( (echo "$DEVICE hca_object=1" >&"$fd") 2>&1 | sed 's/.*: //')" 'No such device'
	exec {fd}>&-
	wait
}
group g
gone rmdir 1500 rmdir "$CGROUP/$top/g"
group g
gone rmmod 60000 rmmod rdmacg_oot
is 'rmmod: who polls rdma.events is woken' "$(sed -n 2p "$scratch/poll")" 'POLLPRI POLLERR'
is 'rmmod: no file is left' "$(find "$CGROUP" -name 'rdma.*')" ''
no 'rmmod: nor one in /proc' test -e $STATUS

# Where the files are.
if [ -z "$mirrored" ]; then
	log_mark
	no 'cgroupfs=0, without debugfs: not loaded' modprobe rdmacg_oot cgroupfs=0
	like 'cgroupfs=0, without debugfs: the log says why' "$(log_since)" \
		'*limits could be neither set nor read: not in debugfs*cgroupfs=0*'
	log_mark
	ok 'without debugfs: loaded' reload
	like 'without debugfs: the log says so' "$(log_since)" '*no files in debugfs*'
	is 'without debugfs: status' "$(status 'files in')" \
		'the cgroup file system'
else
	ok 'cgroupfs=0' reload cgroupfs=0
	is 'cgroupfs=0: no files' "$(files g)" 'rdma.*'
	ok 'cgroupfs=0: they are in debugfs' test -e "$DEBUGFS/cgroup/$top/g/rdma.max"
	is 'cgroupfs=0: status' "$(status 'files in')" debugfs
	mkdir "$CGROUP/$top/g/rdma.events"
	log_mark
	ok 'a cgroup has the name of a file already: the module is loaded' reload
	is 'the others are there' "$(cd "$CGROUP/$top/g" && ls -d rdma.* | paste -sd ' ')" "$five"
	ok 'the cgroup is still a cgroup' test -d "$CGROUP/$top/g/rdma.events"
	is 'and has files' "$(files g/rdma.events)" "$five"
	like 'the log says so' "$(log_since)" '*cgroup g has no file rdma.events in the cgroup *'
	rmdir "$CGROUP/$top/g/rdma.events"
fi
ok 'mirror=0' reload mirror=0
no 'mirror=0: nothing in debugfs' test -e $DEBUGFS
is 'mirror=0: status' "$(status 'files in')" 'the cgroup file system'
client x g
ask x open > /dev/null
is 'mirror=0: a limit is set' "$(put_line g hca_object=2; ask x fill pd)" '2 EAGAIN'
is 'mirror=0: and usage is shown' "$(cat "$CGROUP/$top/g/rdma.current")" \
	"$DEVICE hca_handle=1 hca_object=2 "
quit x
rmmod rdmacg_oot
log_mark
no 'cgroupfs=0 mirror=0: not loaded' modprobe rdmacg_oot cgroupfs=0 mirror=0
like 'cgroupfs=0 mirror=0: the log says why' "$(log_since)" \
	'*limits could be neither set nor read*cgroupfs=0*'
no 'cgroupfs=please: not loaded' modprobe rdmacg_oot cgroupfs=please
ok 'the module is loaded as before' reload
is 'with all its files' "$(files g)" "$five"
finish
