# SPDX-License-Identifier: GPL-2.0-only
#
# The functions that all tests use; sourced by every NN-name.t, which tests/guest/run starts with
#
#	DEVICE		the RDMA device
#	CGROUP		a mounted cgroup hierarchy: mkdir, cgroup.procs
#	MIRROR		where the controller's files are, in the same tree: the same directory, or
#			the mirror in debugfs
#	CONTROLLER	"module", or "kernel": the kernel's own, to check the tests against it
#	HIERARCHY	the module's name of that hierarchy
#
# Each check prints one line of TAP. Its name says what holds under which condition. A test works in
# cgroups below $top; finish() removes them, and checks that no charge is left.

set -u -o pipefail

here=$(dirname "${BASH_SOURCE[0]}")
top=test-${0##*/}
top=${top%.t}
DEBUGFS=/sys/kernel/debug/rdmacg_oot
STATUS=/proc/rdmacg_oot
# The files of a cgroup, and those of the root, by name
FILES='rdma.child.max rdma.current rdma.denied rdma.events rdma.events.local rdma.max'
FILES+=' rdma.owners rdma.peak rdma.rate.events rdma.rate.max rdma.types.current rdma.types.events'
FILES+=' rdma.types.events.local rdma.types.max rdma.types.peak'
ROOT_FILES='rdma.capacity rdma.child.max rdma.current rdma.denied rdma.owners'
ROOT_FILES+=' rdma.peak rdma.types.current rdma.types.peak'
checks=0 failures=0 scratch=$(mktemp -d)
declare -A pid in out

# report STATUS NAME [EXPECTED ACTUAL]
report()
{
	checks=$((checks + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $checks - $2"
		return
	fi
	failures=$((failures + 1))
	echo "not ok $checks - $2"
	[ $# -lt 4 ] || printf '#\texpected: %q\n#\tgot:      %q\n' "$3" "$4"
	return 0
}

# is NAME ACTUAL EXPECTED
is()
{
	[ "$2" = "$3" ]
	report $? "$1" "$3" "$2"
}

# like NAME ACTUAL PATTERN (a shell pattern)
like()
{
	# Unquoted: it is a pattern.
	[[ $2 = $3 ]]
	report $? "$1" "$3" "$2"
}

# ok NAME COMMAND...: the command succeeds
ok()
{
	local name=$1 output status=0

	shift
	output=$("$@" 2>&1) || status=$?
	report $status "$name"
	[ $status -eq 0 ] || [ -z "$output" ] || sed 's/^/#\t/' <<< "$output"
}

# no NAME COMMAND...: the command fails
no()
{
	local name=$1 status=0

	shift
	"$@" > /dev/null 2>&1 || status=$?
	[ $status -ne 0 ]
	report $? "$name"
}

# skip NAME WHY: a check that is not possible here
skip()
{
	checks=$((checks + 1))
	echo "ok $checks - $1 # SKIP $2"
}

# skip_all WHY: no check of this file is possible here
skip_all()
{
	skip "all" "$1"
	finish
}

with_module() { [ "$CONTROLLER" = module ]; }

# status NAME: the value of this line of the status file
status() { sed -n "s/^$1: *//p" $STATUS; }

# hits NAME: how many calls a hook has redirected
hits() { sed -n "s/^hook: \([^ ]*:\)\?$1 .*hits=\([0-9]*\) .*/\2/p" $STATUS; }

# in_cgroupfs: the test uses the files in the cgroup file system
in_cgroupfs() { [ "$MIRROR" = "$CGROUP" ]; }

# shown_in PLACE: the module has its files there (cgroup, debugfs)
shown_in() { grep -q "^files in:.*$1" $STATUS; }

# needs_module: skip this file with the kernel's own controller
needs_module()
{
	with_module || skip_all "not with the kernel's own controller"
}

# eventually COMMAND...: the command succeeds within ten seconds. For what the kernel does
# asynchronously, after the system call.
eventually()
{
	local end=$((SECONDS + 10))

	until "$@" > /dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}

# equals FILE TEXT
equals() { [ "$(cat "$1" 2> /dev/null)" = "$2" ]; }

# --- cgroups. GROUP is a path below $top, or empty for $top itself.

# group GROUP...: make cgroups
group()
{
	[ -d "$CGROUP/$top" ] || mkdir "$CGROUP/$top"
	[ $# -eq 0 ] || mkdir "${@/#/$CGROUP/$top/}"
}

dir() { echo "$MIRROR/$top${1:+/$1}"; }

# write FILE GROUP BYTES: write these bytes, with escapes of printf, to a file; prints the result
write() { printf '%b' "$3" | "$here/file" write "$(dir "$2")/rdma.$1"; }

# look FILE GROUP DEVICE: set $found to what a file says of a device. Uses the shell's own commands
# only, since it is called often and starting a process is slow on an emulated CPU.
look()
{
	local -a lines=()
	local text

	found=
	mapfile -t lines < "$MIRROR/$top${2:+/$2}/rdma.$1"
	for text in "${lines[@]}"; do
		[[ $text != "$3 "* ]] || found+=${found:+$'\n'}${text#"$3 "}
	done
}

# line FILE GROUP [DEVICE]: print what a file says of a device
line()
{
	look "$1" "$2" "${3-$DEVICE}"
	[ -z "$found" ] || echo "$found"
}

# value FILE GROUP KEY [DEVICE]
value()
{
	local pair

	look "$1" "$2" "${4-$DEVICE}"
	# Unquoted: it is a list.
	for pair in $found; do
		[[ $pair != "$3="* ]] || echo "${pair#*=}"
	done
}

# count GROUP [RESOURCE]: current usage
count() { value current "$1" "${2-hca_object}"; }

# limit GROUP SETTINGS: write rdma.max for the device; prints the result
limit() { put "$1" "$DEVICE $2"; }

# put GROUP BYTES [OPTION]...: write these bytes, with escapes of printf, to rdma.max with one
# write(2); prints the result
put()
{
	local g=$1 bytes=$2

	shift 2
	printf '%b' "$bytes" | "$here/file" write "$(dir "$g")/rdma.max" "$@"
}

# --- clients

# client_by NAME COMMAND...: start a command with the protocol of verbs.c; it must exec
client_by()
{
	local fifo=$scratch/$1 fd

	mkfifo "$fifo.in" "$fifo.out"
	(
		for fd in "${in[@]}" "${out[@]}"; do
			exec {fd}>&-
		done
		"${@:2}" < "$fifo.in" > "$fifo.out"
	) &
	pid[$1]=$!
	exec {fd}> "$fifo.in"
	in[$1]=$fd
	exec {fd}< "$fifo.out"
	out[$1]=$fd
	rm "$fifo.in" "$fifo.out"
}

# client NAME [GROUP]: start "verbs" in a cgroup
client()
{
	if [ -n "${2+set}" ]; then
		client_by "$1" inside "$2" "$here/verbs" "$DEVICE"
	else
		client_by "$1" exec "$here/verbs" "$DEVICE"
	fi
}

# tell NAME COMMAND...: send a command, and do not wait for the answer
tell() { echo "${*:2}" >&"${in[$1]}"; } 2> /dev/null

# hear NAME: wait for the answer, and print it
hear()
{
	local answer

	read -r -t 120 answer <&"${out[$1]}" || answer='no answer'
	echo "$answer"
}

# ask NAME COMMAND...: send a command, and print the answer: "NUMBER RESULT"
ask()
{
	tell "$@"
	hear "$1"
}

# forget NAME: wait until a client has exited
forget()
{
	local fd=${in[$1]}

	exec {fd}>&-
	wait "${pid[$1]}"
	fd=${out[$1]}
	exec {fd}<&-
	unset "in[$1]" "out[$1]" "pid[$1]"
}

# quit NAME: have a client exit. Closing its input is not enough, since background jobs that were
# started meanwhile have it open as well.
quit()
{
	tell "$1" exit
	forget "$1"
}

# kill9 NAME: kill a client
kill9()
{
	kill -9 "${pid[$1]}"
	forget "$1" 2> /dev/null
}

# move NAME GROUP: move a client to a cgroup
move() { echo "${pid[$1]}" > "$CGROUP/$top/$2/cgroup.procs"; }

# inside GROUP COMMAND...: exec the command in a cgroup; to be called in a subshell
inside()
{
	echo $BASHPID > "$CGROUP/$top/$1/cgroup.procs"
	exec "${@:2}"
}

# ip_gid: the index of the device's GID with an IPv4 address, which a transfer needs
ip_gid()
{
	local gid

	for gid in /sys/class/infiniband/"$DEVICE"/ports/1/gids/*; do
		if [[ $(cat "$gid" 2> /dev/null) = 0000:0000:0000:0000:0000:ffff:* ]]; then
			echo "${gid##*/}"
			return
		fi
	done
}

# transfer GROUP GROUP [OPTION]...: send a thousand messages between processes in two cgroups;
# prints the last line of the client, which is in the second one
transfer()
{
	local -a pingpong=(timeout 60 ibv_rc_pingpong -d "$DEVICE" -g "$(ip_gid)" -n 1000 "${@:3}")

	inside "$1" "${pingpong[@]}" > "$scratch/server" 2>&1 &
	# Wait until the server listens on port 18515.
	eventually grep -qhE '^ *[0-9]+: [0-9A-F]+:4853 [0-9A-F]+:0000 0A' \
		/proc/net/tcp /proc/net/tcp6
	(inside "$2" "${pingpong[@]}" 127.0.0.1) 2>&1 | tail -n 1
	kill $! 2> /dev/null
	wait $! 2> /dev/null
}

# limits_work WHEN GROUP: limits hold, and charges are counted and given back
limits_work()
{
	group "$2"
	limit "$2" 'hca_handle=1 hca_object=3' > /dev/null
	client x "$2"
	is "$1: the limit of contexts holds" "$(ask x open) $(ask x open)" '1 ok 0 EAGAIN'
	is "$1: the limit of objects holds" "$(ask x fill pd) $(line current "$2")" \
		'3 EAGAIN hca_handle=1 hca_object=3 '
	ask x destroy pd 2 > /dev/null
	is "$1: destroyed objects are uncharged" "$(count "$2")" 1
	quit x
	is "$1: exit leaves no charge" "$(line current "$2")" 'hca_handle=0 hca_object=0 '
	ok "$1: the cgroup can be removed" rmdir "$CGROUP/$top/$2"
	no "$1: the removed cgroup leaves no directory" test -e "$(dir "$2")"
}

# --- the module

# loaded
loaded() { [ -d /sys/module/rdmacg_oot ]; }

# reload [PARAMETER=VALUE]...: unload the module and load it for the same hierarchy, even if a test
# has mounted another one
reload()
{
	! loaded || rmmod rdmacg_oot || return
	modprobe rdmacg_oot ${HIERARCHY:+hierarchy="$HIERARCHY"} "$@"
}

# hooks: the lines of status about hooks, with addresses, which needs kptr_restrict=1
hooks()
{
	local before

	read -r before < /proc/sys/kernel/kptr_restrict
	echo 1 > /proc/sys/kernel/kptr_restrict
	status hook
	echo "$before" > /proc/sys/kernel/kptr_restrict
}

# hooked: the addresses of all hooked functions but the module's own
hooked() { hooks | sed -n '/rdmacg_oot:/d; s/.* address=0x\([0-9a-f]*\) .*/\1/p'; }

# function_at ADDRESS...: the names of the functions there. A hook may be behind the function's
# first instruction, ENDBR.
function_at()
{
	local address script=

	for address; do
		for address in "$address" "$(printf %x $((0x$address - 4)))"; do
			script+="s/^0*$address [tT] \([^[:space:]]*\).*/\1/p;"
		done
	done
	sed -n "$script" /proc/kallsyms
}

# log_mark, log_since: print the kernel log since the last log_mark
log_mark()
{
	mark="rdmacg_oot test mark $RANDOM$RANDOM"
	echo "$mark" > /dev/kmsg
}
log_since() { dmesg | sed "1,/$mark/d"; }

# kernel_before VERSION: is this Linux 4.0 or later, but before VERSION? RHEL 7 has the kprobes of
# later kernels in its 3.10.
kernel_before()
{
	[[ $(uname -r) != 3.* ]] &&
		[ "$(printf '%s\n' "$1" "$(uname -r)" | sort -V | head -n 1)" != "$1" ]
}

# provoke FUNCTION: announce a warning in that function that the test expects (see tests/vm/qemu)
provoke() { echo "rdmacg_oot test provokes a warning in $1" > /dev/kmsg; }

# cgroups: the existing cgroups
# shown PLACE: the cgroups for which the module has files there
cgroups() { (cd "$CGROUP" && find . -type d | sort); }
shown()
{
	case $1 in
	cgroup) (cd "$CGROUP" && find . -name rdma.current | sed 's,/[^/]*$,,' | sort) ;;
	debugfs) (cd "$DEBUGFS/cgroup" 2> /dev/null && find . -type d | sort) ;;
	esac
}

# all_shown: in each place, the module has files for all existing cgroups and no others
all_shown()
{
	local place there

	there=$(cgroups)
	for place in cgroup debugfs; do
		! shown_in $place || [ "$there" = "$(shown $place)" ] || return
	done
}

nothing_charged()
{
	! grep -qE '=[^0]' "$MIRROR/rdma.current"
}

finish()
{
	local name directory

	trap - EXIT
	for name in "${!pid[@]}"; do
		kill9 "$name"
	done
	if [ -d "$CGROUP/$top" ]; then
		find "$CGROUP/$top" -depth -type d | while read -r directory; do
			eventually rmdir "$directory"
		done
	fi
	rm -rf --one-file-system "$scratch"
	if with_module && ! loaded; then
		report 1 'at the end of the test, the module is loaded'
		modprobe rdmacg_oot
	fi
	if [ -e "$MIRROR/rdma.current" ]; then
		eventually nothing_charged
		report $? 'at the end of the test, nothing is charged' \
			"no charge" "$(cat "$MIRROR/rdma.current")"
	fi
	[ ! -d "$CGROUP/$top" ]
	report $? 'at the end of the test, its cgroups can be removed'
	echo "1..$checks"
	exit $((failures > 0))
}
# A write to a client that has died makes a check fail, and does not end the test.
trap : PIPE
trap 'report 1 "the test script runs to its end"; finish' EXIT
