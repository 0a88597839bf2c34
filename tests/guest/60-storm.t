# SPDX-License-Identifier: GPL-2.0-only
#
# All of it at once: clients that create and destroy everything and are killed, cgroups and limits
# that change under them (storm.c), devices that come and go, the module unloaded and loaded, ftrace
# switched off and on, the hooked functions traced by others. When it is quiet again nothing may be
# left.
#
#	RDMACG_SECONDS	how long (from the environment: the kernel command line)
#	SEED		for the random numbers

. ./lib.sh
needs_module
storm= keep=/proc/sys/vm/min_free_kbytes slow=/sys/module/rdmacg_slow/parameters/ms
overcommit=/proc/sys/vm/overcommit_memory
usual=$(cat $keep) usual_overcommit=$(cat $overcommit)
trap calm EXIT

length=${RDMACG_SECONDS:-12} seed=${SEED:-1}
trace=/sys/kernel/tracing
[ -e $trace/current_tracer ] || trace=/sys/kernel/debug/tracing
RANDOM=$seed

# pause HUNDREDTHS: up to that long
pause() { sleep "$(printf '0.%02d' $((RANDOM % $1)))"; }
stopped() { [ -e "$scratch/stop" ]; }
counted() { echo "$1 $2" >> "$scratch/counts"; }
# counter NAME: what was counted under this name
counter() { sed -n "s/^$1 //p" "$scratch/counts"; }

# plenty: memory is no longer short
plenty()
{
	echo "$usual" > $keep
	echo "$usual_overcommit" > $overcommit
}

# calm: the storm ends before its time
calm()
{
	touch "$scratch/stop"
	kill $storm
	wait
	plenty
	[ ! -e $slow ] || echo 0 > $slow
	loaded || modprobe rdmacg_oot
	finish
}

# --- who takes part, besides storm.c

# reload_module SECONDS: that long, and twice at least, however slow the machine
reload_module()
{
	local end=$((SECONDS + $1))
	local error reloads=0 busy=0 held=0

	while [ $SECONDS -lt $end ] || [ $reloads -lt 2 ]; do
		# A file that is being read holds the module for that moment.
		if error=$(rmmod rdmacg_oot 2>&1); then
			reloads=$((reloads + 1))
		elif [[ $error = *@('in use'|'temporarily unavailable')* ]]; then
			held=$((held + 1))
			pause 20
			continue
		else
			echo "rmmod: $error" >> "$scratch/bad"
			break
		fi
		# Who has been left behind in it shall have time to return.
		[ $((RANDOM % 3)) -ne 0 ] || sleep $((RANDOM % 4))
		until error=$(modprobe rdmacg_oot ${HIERARCHY:+hierarchy="$HIERARCHY"} 2>&1); do
			# Just now ftrace is off.
			busy=$((busy + 1))
			[ -n "$toggles" ] && [[ $error = *busy* ]] && continue
			echo "modprobe: $error" >> "$scratch/bad"
			break 2
		done
		pause 99
	done
	counted reloads $reloads
	counted held $held
	counted loads-refused $busy
}

# Its port goes with it. The kernel may keep both until the last client has gone.
change_devices()
{
	local name devices=0

	until stopped; do
		name=$(./adapter add rxe1 port1 2> /dev/null)
		pause 99
		[ -z "$name" ] || devices=$((devices + 1))
		./adapter delete "${name:-rxe1}" port1 > /dev/null 2>&1
	done
	counted devices $devices
}

toggle_ftrace()
{
	local toggled=0 refused=0

	until stopped; do
		if echo 0 > /proc/sys/kernel/ftrace_enabled; then
			toggled=$((toggled + 1))
			echo 1 > /proc/sys/kernel/ftrace_enabled
		else
			refused=$((refused + 1))
		fi
		pause 50
	done 2> /dev/null
	counted toggled $toggled
	counted toggles-refused $refused
}

trace_functions()
{
	local error traced=0

	until stopped; do
		if error=$({ echo function_graph > $trace/current_tracer; } 2>&1); then
			traced=$((traced + 1))
		fi
		pause 99
		echo nop > $trace/current_tracer
		pause 99
	done 2> /dev/null
	[ $traced -gt 0 ] || echo "# storm: $error"
	echo > $trace/set_graph_function
	echo > $trace/set_ftrace_filter
	counted traced $traced
}

# --- the storm

parts=()
toggles=
if [ ! -e /proc/sys/kernel/ftrace_enabled ]; then
	echo '# storm: the kernel has no switch ftrace_enabled'
elif echo 0 2> /dev/null > /proc/sys/kernel/ftrace_enabled; then
	echo 1 > /proc/sys/kernel/ftrace_enabled
	echo '# storm: ftrace_enabled stays 1: without it, this kernel would count wrong'
else
	toggles=1
	parts+=(toggle_ftrace)
fi
if ! grep -qsw function_graph $trace/available_tracers; then
	echo '# storm: the kernel has no function_graph'
else
	# Unquoted: a list. The kernel takes one at each write.
	for function in $(function_at $(hooked)); do
		echo "$function" >> $trace/set_graph_function
		echo "$function" >> $trace/set_ftrace_filter
	done 2> /dev/null
	parts+=(trace_functions)
fi
if [ -d /sys/module/rdma_rxe ]; then
	parts+=(change_devices)
else
	echo '# storm: no rdma_rxe to make devices with'
fi
# Memory is short when the kernel wants to keep nearly all that is free: nobody has to fill it.
kilobytes() { sed -n "s/^$1: *\([0-9]*\).*/\1/p" /proc/meminfo; }
# Before 5.2 the kernel does not promise what it keeps to anybody: without the other setting, nobody
# could fork.
if [ "$(kilobytes MemTotal)" -lt 4194304 ]; then
	echo 1 > $overcommit
	echo $(($(kilobytes MemFree) - 196608)) > $keep
else
	echo '# storm: this machine has too much memory to make it short'
fi

# Some of what is destroyed takes longer than to unload the module, if that does not wait.
if modprobe -q rdmacg_slow; then
	echo 6000 > $slow
else
	echo '# storm: no rdmacg_slow to make adapters slow with'
fi

group tree free
: > "$scratch/counts"
for part in "${parts[@]}"; do
	$part &
done
./storm "$seed" "$CGROUP/$top" "$MIRROR/$top" > "$scratch/storm" &
storm=$!
# What the module loses is seen in the end if it is not unloaded before.
reload_module $((length * 3 / 4))
sleep $((length - length * 3 / 4))
kill $storm
wait $storm
report $? 'the storm runs to its end'
touch "$scratch/stop"
wait
plenty
[ ! -e $slow ] || echo 0 > $slow
cat "$scratch/storm" >> "$scratch/counts"

# --- what it was

echo "# storm: SEED=$seed, $length s$(sed -n 's/\(.*\) \(.*\)/, \2 \1/p' "$scratch/counts" |
	tr -d '\n')"
for what in operations contexts kills migrations made removed limits reads reloads refusals \
	megabytes pd mr cq qp srq ah channel \
	$([[ ${parts[*]} != *change_devices* ]] || echo devices) \
	$([[ ${parts[*]} != *trace_functions* ]] || echo traced) ${toggles:+toggles-refused}; do
	like "the storm had $what" "$(counter $what)" '[1-9]*'
done
is 'the module was unloaded and loaded at any time' "$(cat "$scratch/bad" 2> /dev/null)" ''
is 'no verb was refused where there is no limit' "$(counter unjust)" 0
is 'no count was below zero' "$(counter negative)" 0
is 'nobody died but those who were killed' "$(counter crashed)" 0

# --- the quiet after it

no_charges() { ! grep -rqsE '=[^0 ]' "$MIRROR" --include=rdma.current; }
eventually no_charges
report $? 'no charge is left in any cgroup' '' \
	"$(grep -rsE '=[^0 ]' "$MIRROR" --include=rdma.current)"
while read -r directory; do
	eventually rmdir "$directory"
done < <(find "$CGROUP/$top" -depth -type d)
no 'all cgroups can be removed' test -e "$CGROUP/$top"
eventually all_shown
report $? 'every cgroup has its directory, and no other is left' "$(cgroups)" \
	"$(shown debugfs)"

# objects CACHE: how many there are, without those that wait to be used again
objects()
{
	echo 1 > "/sys/kernel/slab/rdmacg_oot_$1/shrink"
	sed 's/ .*//' "/sys/kernel/slab/rdmacg_oot_$1/objects"
}
objects_are() { [ "$(objects "$1")" = "$2" ]; }
# memory NAME CACHE NUMBER
memory()
{
	if [ ! -e "/sys/kernel/slab/rdmacg_oot_$2/objects" ]; then
		skip "$1" 'the kernel does not count what is in a cache'
		return
	fi
	eventually objects_are "$2" "$3"
	is "$1" "$(objects "$2")" "$3"
}
memory 'no charge is left in memory' charge 0
memory 'no node is left in memory but of the cgroups there are' node \
	"$(find "$CGROUP" -type d | wc -l)"
memory 'no pool is left in memory but what the root has seen of the devices there are' pool \
	"$(wc -l < "$MIRROR/rdma.peak")"

ok 'unloaded' rmmod rdmacg_oot
no 'no directory is left' test -e $DEBUGFS
# Not the links: the kernel keeps those as names of caches that it merged with others.
caches() { grep -s '^rdmacg' /proc/slabinfo; find /sys/kernel/slab -type d -name 'rdmacg*'; }
no_caches() { [ -z "$(caches)" ]; }
eventually no_caches
is 'no slab cache is left' "$(caches)" ''
is 'no redirected function is left' "$(grep -sE 'rdmacg| R .*I|I .*R' $trace/enabled_functions)" ''
is 'no probe is left' "$(cat /sys/kernel/debug/kprobes/list 2> /dev/null)" ''
ok 'loaded' reload
group a
client x a
ask x open > /dev/null
limit a hca_object=2 > /dev/null
is 'and it works' "$(ask x fill pd) $(count a)" '2 EAGAIN 2'
quit x
finish
