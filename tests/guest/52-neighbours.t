# SPDX-License-Identifier: GPL-2.0-only
#
# Other tracers of the functions that the module redirects, set up before and after it: both work,
# or the second one gets an error. Modules that redirect the same functions are in 41-hooks.t. And a
# live patch of another function, while many tasks are inside of replacements.

. ./lib.sh

needs_module
tracing=/sys/kernel/tracing
[ -e $tracing/trace ] || tracing=/sys/kernel/debug/tracing
[ -e $tracing/trace ] || skip_all 'this kernel has no tracefs'

declare -A letter=([kprobe]=p [kretprobe]=r)
# Unquoted: a list.
mapfile -t functions < <(function_at $(hooked))

# tracer NAME: make it trace the redirected functions; fails where it cannot
tracer()
{
	local what=$1 f

	echo > $tracing/trace
	case $what in
	function | function_graph)
		grep -qw "$what" $tracing/available_tracers 2> /dev/null || return 1
		for f in "${functions[@]}"; do
			echo "$f" >> $tracing/set_ftrace_filter || return
		done 2> /dev/null
		echo "$what" > $tracing/current_tracer || return
		;;
	kprobe | kretprobe)
		for f in "${functions[@]}"; do
			echo "${letter[$what]}:$what/$f $f" >> $tracing/kprobe_events || return
		done 2> /dev/null
		echo 1 > "$tracing/events/$what/enable" || return
		;;
	fprobe)
		for f in "${functions[@]}"; do
			echo "f:fprobe/$f $f" >> $tracing/dynamic_events || return
		done 2> /dev/null
		echo 1 > $tracing/events/fprobe/enable || return
		;;
	esac
	echo 1 > $tracing/tracing_on
}

no_tracer()
{
	cat $tracing/trace > "$scratch/trace"
	echo nop > $tracing/current_tracer
	echo > $tracing/set_ftrace_filter
	for group in kprobe kretprobe fprobe; do
		echo 0 > $tracing/events/$group/enable
	done
	echo > $tracing/kprobe_events
	echo > $tracing/dynamic_events
} 2> /dev/null

# seen: the other tracer has recorded calls, too
seen() { grep -v '^#' "$scratch/trace" | grep -q "$(printf '%s\n' "${functions[@]}")"; }

# Before 5.4, a kprobe that uses ftrace sets IPMODIFY, which a function can have only once.
exclusive=
if kernel_before 5.4 && [ "$(status 'hook backend')" = ftrace ]; then
	exclusive='kprobe kretprobe'
fi

# excludes NAME: the first of it and the module excludes the second, which gets an error
excludes()
{
	if [ ! -e $tracing/kprobe_events ]; then
		skip "$1" 'not on this kernel'
		return
	fi
	if kernel_before 4.16; then
		skip "$1 after us is refused" \
			'this kernel warns, and shows a probe that is not there'
	else
		no "$1 after us is refused" tracer "$1"
		no_tracer
		limits_work "$1 after us is refused" a
	fi
	rmmod rdmacg_oot
	ok "$1 before us can trace the functions" tracer "$1"
	log_mark
	no "$1 before us: the module does not load" reload
	like "$1 before us: the log says why" "$(log_since)" '*rdmacg_oot: *busy*'
	no_tracer
	ok "$1 before us: the module loads when it is gone" reload
}

trap 'no_tracer; finish' EXIT
group
for what in function function_graph kprobe kretprobe fprobe; do
	if [[ " $exclusive " = *" $what "* ]]; then
		excludes $what
		continue
	elif ! tracer $what; then
		no_tracer
		skip "$what and the module work together" \
			'not on this kernel, or not on our functions'
		continue
	fi
	limits_work "$what after us" a
	no_tracer
	seen
	report $? "$what after us sees calls of the functions"
	ok "$what before us can trace the functions" tracer $what
	log_mark
	if ok "$what before us: the module loads" reload; loaded; then
		limits_work "$what before us" a
		no_tracer
		seen
		report $? "$what before us sees calls of the functions"
	else
		like "$what before us: the log says why" "$(log_since)" '*rdmacg_oot: *busy*'
		no_tracer
	fi
	loaded || modprobe rdmacg_oot
done
limits_work 'without other tracers' a

# A live patch, while tasks sleep inside of replacements
hold=/sys/module/rdmacg_slow/parameters/hold livepatch=/sys/kernel/livepatch/rdmacg_livepatch
if ! modinfo rdmacg_livepatch > /dev/null 2>&1 || ! modprobe -q rdmacg_slow; then
	skip 'a live patch takes effect while tasks are in replacements' 'not on this kernel'
	finish
fi
# The stack of a task that happens to run cannot be read.
all_inside()
{
	[ "$(cat /proc/[0-9]*/stack 2> /dev/null | grep -c 'destroy_hw.*\[rdmacg_oot\]')" -ge 200 ]
}
patched() { [ "$(cat $livepatch/transition)" = 0 ] && [ "$(cat /proc/cmdline)" = patched ]; }
unpatched() { [ ! -e $livepatch ]; }
# long COMMAND...: as eventually, for what takes longer
long() { eventually "$@" || eventually "$@" || eventually "$@" || eventually "$@"; }

echo 1 > $hold
sleepers=()
for _ in {1..200}; do
	./verbs "$DEVICE" <<< $'open\ncreate pd\ndestroy pd' > /dev/null &
	sleepers+=($!)
done
ok 'two hundred tasks sleep inside of replacements' long all_inside
ok 'a live patch can be loaded meanwhile' modprobe rdmacg_livepatch
ok 'its transition ends, and it is in force' long patched
ok 'the two hundred tasks are still inside' long all_inside
echo 0 > $livepatch/enabled
ok 'it can be taken back' long unpatched
ok 'they are still inside' long all_inside
rmmod rdmacg_livepatch
echo 0 > $hold
ended() { ! kill -0 "${sleepers[@]}" 2> /dev/null; }
ok 'they go on and end' long ended
finish
