# SPDX-License-Identifier: GPL-2.0-only
#
# All at once: clients that create and destroy objects of every kind and are killed, cgroups and
# limits that change meanwhile (storm.c), devices that are added and removed, the module unloaded
# and loaded, ftrace switched off and on, the hooked functions traced. Then a part of that again,
# in which each process counts what it has, and the files must say the same. Afterwards no charge,
# node, pool or file may be left.
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

# plenty: undo the shortage of memory
plenty()
{
	echo "$usual" > $keep
	echo "$usual_overcommit" > $overcommit
}

# calm: end the storm early
calm()
{
	touch "$scratch/stop"
	# It ends at once, with its processes.
	kill -9 $storm
	wait
	plenty
	[ ! -e $slow ] || echo 0 > $slow
	loaded || modprobe rdmacg_oot
	finish
}

# --- the parts besides storm.c

# reload_module SECONDS: unload and load the module for that long, and at least twice
reload_module()
{
	local end=$((SECONDS + $1))
	local error reloads=0 busy=0 held=0

	while [ $SECONDS -lt $end ] || [ $reloads -lt 2 ]; do
		# A file that is being read holds a reference to the module.
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
		# Time for a task to return to the module's text, if rmmod has not waited for it.
		[ $((RANDOM % 3)) -ne 0 ] || sleep $((RANDOM % 4))
		until error=$(modprobe rdmacg_oot ${HIERARCHY:+hierarchy="$HIERARCHY"} 2>&1); do
			# ftrace may be off at this moment.
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

# Add and remove a device with its port. The kernel may keep both until the last client has exited.
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
	# Unquoted: a list. The kernel takes one function at each write.
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
# Make memory short by having the kernel keep nearly all that is free.
kilobytes() { sed -n "s/^$1: *\([0-9]*\).*/\1/p" /proc/meminfo; }
# Before 5.2 the kernel subtracts what it keeps from what may be committed: without overcommit, fork
# would fail.
if [ "$(kilobytes MemTotal)" -lt 4194304 ]; then
	echo 1 > $overcommit
	echo $(($(kilobytes MemFree) - 196608)) > $keep
else
	echo '# storm: this machine has too much memory to make it short'
fi

# Make some destructions take longer than rmmod would take if it did not wait for them.
if modprobe -q rdmacg_slow; then
	echo 6000 > $slow
else
	echo '# storm: no rdmacg_slow to make adapters slow with'
fi

group tree free
: > "$scratch/counts"
running=()
for part in "${parts[@]}"; do
	$part &
	running+=($!)
done
./storm "$seed" "$CGROUP/$top" "$MIRROR/$top" "$DEVICE" > "$scratch/storm" &
storm=$!
# In the last quarter the module stays loaded, so that a leak shows at the end.
reload_module $((length * 3 / 4))
sleep $((length - length * 3 / 4))
# When it ends, the storm counts what is in use.
touch "$scratch/stop"
[ ${#running[@]} -eq 0 ] || wait "${running[@]}"
plenty
[ ! -e $slow ] || echo 0 > $slow
kill $storm
wait $storm
report $? 'the storm runs to its end'
cat "$scratch/storm" >> "$scratch/counts"

# --- what the storm did

echo "# storm: SEED=$seed, $length s$(sed -n 's/\(.*\) \(.*\)/, \2 \1/p' "$scratch/counts" |
	tr -d '\n')"
for what in operations contexts kills migrations made removed limits reads reloads refusals \
	megabytes counted registered pd mr cq qp srq ah channel \
	$([[ ${parts[*]} != *change_devices* ]] || echo devices) \
	$([[ ${parts[*]} != *trace_functions* ]] || echo traced) ${toggles:+toggles-refused}; do
	like "the storm had $what" "$(counter $what)" '[1-9]*'
done
is 'rmmod and modprobe never failed' "$(cat "$scratch/bad" 2> /dev/null)" ''
is 'no verb was refused without a limit' "$(counter unjust)" 0
is 'no count was negative' "$(counter negative)" 0
is 'no process died but those killed' "$(counter crashed)" 0
is 'contexts, objects of each kind and registered bytes are as many as their makers count' \
	"$(counter miscounted)" 0

# --- what is left

charges() { grep -rsE '=[^0 ]' "$MIRROR" --include=rdma.current --include=rdma.types.current; }
no_charges() { ! charges; }
eventually no_charges
report $? 'after the storm, no cgroup has a charge' '' "$(charges)"
while read -r directory; do
	eventually rmdir "$directory"
done < <(find "$CGROUP/$top" -depth -type d)
no 'after the storm, all cgroups can be removed' test -e "$CGROUP/$top"
eventually all_shown
report $? 'after the storm, every cgroup has its directory, and there is no other' "$(cgroups)" \
	"$(shown debugfs)"

# objects CACHE: number of allocated objects in a slab cache
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
memory 'after the storm, no ledger entry is in memory' charge 0
memory 'after the storm, there is a node for each cgroup in memory and no other' node \
	"$(find "$CGROUP" -type d | wc -l)"
memory 'after the storm, there is a pool for each line of the root in memory and no other' pool \
	"$(wc -l < "$MIRROR/rdma.peak")"

ok 'after the storm, the module can be unloaded' rmmod rdmacg_oot
no 'rmmod leaves no directory in debugfs' test -e $DEBUGFS
# Not symbolic links, which the kernel keeps as names of caches that it merged with others.
caches() { grep -s '^rdmacg' /proc/slabinfo; find /sys/kernel/slab -type d -name 'rdmacg*'; }
no_caches() { [ -z "$(caches)" ]; }
eventually no_caches
is 'rmmod leaves no slab cache' "$(caches)" ''
is 'rmmod leaves no redirected function' \
	"$(grep -sE 'rdmacg| R .*I|I .*R' $trace/enabled_functions)" ''
is 'rmmod leaves no kprobe' "$(cat /sys/kernel/debug/kprobes/list 2> /dev/null)" ''
ok 'the module can be loaded again' reload
group a
client x a
ask x open > /dev/null
limit a hca_object=2 > /dev/null
is 'loaded again, limits hold' "$(ask x fill pd) $(count a)" '2 EAGAIN 2'
quit x
finish
