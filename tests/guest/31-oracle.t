# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel's own controller as the oracle: random histories (tests/oracle/history.c) run once
# under each controller and must give the same transcript, to the byte. What the module alone shows,
# usage by kind and registered memory, must be what the program counts itself.
#
#	HISTORIES, STEPS	how many, and how long (environment: the kernel command line)
#	SEED			of the first history; that of each further one is one more

. ./lib.sh
. ../oracle/both.sh

: "${HISTORIES:=12}" "${STEPS:=200}" "${SEED:=1}"
[ "$DEVICE" = rxe0 ] && [ -d /sys/class/net/port0 ] && [ "$(./adapter add rxe1 port1)" = rxe1 ] ||
	skip_all 'for the software adapters of tests/vm only'

# Number of network namespaces to which devices can move: 0 where they cannot.
namespaces=0
end_namespaces() { for ((n = 1; n <= namespaces; n++)); do ip netns delete history$n; done; }
back()
{
	umount $own
	end_namespaces 2> /dev/null
	ip netns delete history0 2> /dev/null
	eventually rdma system set netns shared
	# Before 7.2 this would crash the kernel: see tests/oracle/history.c.
	[[ $files != *peak* ]] || ./adapter delete rxe1 port1
	finish
}
trap back EXIT
if rdma system set netns exclusive 2> /dev/null; then
	# The first one needs a name as well, to move back to.
	ip netns attach history0 1
	ip netns add history1
	rdma dev set rxe1 netns history1 2> /dev/null &&
		ip netns exec history1 rdma dev set rxe1 netns history0 && namespaces=2
	ip netns delete history1
fi
echo "# $namespaces network namespaces to move devices to"

# live SIDE CGROUPS FILES SEED: run one history, and write its transcript
live()
{
	local number

	# Unquoted: it is a list.
	../oracle/history "$2/oracle" "$3/oracle" "$4" "$STEPS" $namespaces $files \
		> "$scratch/$1" 2> "$scratch/messages" ||
		echo "ended with $?" >> "$scratch/$1"
	number=$(sed -n 's/^# counted: \([0-9]*\) .*/\1/p' "$scratch/messages")
	counted=$((counted + ${number:-0}))
	sed '/^# counted: /d' "$scratch/messages"
}

same=0 bytes=0 counted=0
for ((seed = SEED; seed < SEED + HISTORIES; seed++)); do
	live kernel $own $own $seed
	live module "$CGROUP" "$MIRROR" $seed
	if busybox cmp -s "$scratch/kernel" "$scratch/module" &&
		grep -q '^end: ' "$scratch/module" &&
		! grep -qE '^(ended with|history:) ' "$scratch/module"; then
		same=$((same + 1)) bytes=$((bytes + $(stat -c %s "$scratch/module")))
		cat "$scratch/module" >> "$scratch/all"
		[ $((same % 20)) -gt 0 ] || echo "# $same histories"
		continue
	fi
	report 1 "a history of $STEPS steps, SEED=$seed"
	echo "# first differences, - kernel, + module:"
	busybox diff -U 0 "$scratch/kernel" "$scratch/module" | sed -n '3,14s/^/#\t/p'
	line=$(busybox cmp "$scratch/kernel" "$scratch/module" | sed 's/.*line //')
	echo "# in this step:"
	head -n "${line:-1}" "$scratch/kernel" | grep -E '^([0-9]+|end): ' | tail -n 1 |
		sed 's/^/#\t/'
	[ $((seed - SEED - same)) -lt 2 ] || break
	# If it was killed, it has left them.
	end_namespaces 2> /dev/null
	find "$own/oracle" "$CGROUP/oracle" -depth -type d -exec rmdir {} + 2> /dev/null
done
[ "$same" -eq "$HISTORIES" ]
report $? "$same histories of $STEPS steps, $bytes bytes of transcript, SEED=$SEED: no difference"

like 'lines of rdma.types.current were compared with counts of the program' $counted '[1-9]*'

# Check that the histories contain what they should.
echo "# $(grep -oE '[0-9]+ (ok|E[A-Z]+)' "$scratch/all" | cut -d ' ' -f 2 | sort | uniq -c |
	paste -sd ' ') of creations and destructions"
echo "# $(grep -cE '^[0-9]+: no ' "$scratch/all") steps in which there was nothing to do"
echo "# $counted lines of rdma.types.current compared"
echo "# $(grep -cE 'to namespace .: 0' "$scratch/all") moves of a device to another namespace," \
	"$(grep -cE 'namespace . ends: 0' "$scratch/all") ends of one"
needed=('EAGAIN' 'rmdir [^:]*: ok' 'rmdir [^:]*: EBUSY' 'worker . killed' 'move [^:]*: ok'
	'create.*bad' 'destroy:.*EBUSY' 'limit [^:]*: ok')
[ $namespaces -eq 0 ] ||
	needed+=('to namespace [1-9]: 0' 'to namespace 0: 0' 'namespace [1-9] ends: 0'
		'opens .* in namespace [1-9] .*: ok')
for what in "${needed[@]}"; do
	# A short run need not contain all of it.
	[ $((HISTORIES * STEPS)) -ge 2000 ] || break
	like "there was '$what'" "$(grep -cE "$what" "$scratch/all")" '[1-9]*'
done
back
