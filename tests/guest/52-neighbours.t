# SPDX-License-Identifier: GPL-2.0-only
#
# Others who trace the functions that we redirect, before us and after us: both work, or whoever
# comes second is told. Holders of a function are in 41-hooks.t.

. ./lib.sh

needs_module
tracing=/sys/kernel/tracing
[ -e $tracing/trace ] || tracing=/sys/kernel/debug/tracing
[ -e $tracing/trace ] || skip_all 'this kernel has no tracefs'

declare -A letter=([kprobe]=p [kretprobe]=r)
# Unquoted: a list.
mapfile -t functions < <(function_at $(sed -n \
	'/rdmacg_oot:/d; s/^hook: .* address=0x\([0-9a-f]*\) .*/\1/p' $DEBUGFS/status))

# tracer NAME: let it trace our functions; fails where it cannot
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

# works NAME: limits hold, all is counted, and nothing stays
works()
{
	group "$2"
	limit "$2" 'hca_handle=1 hca_object=3' > /dev/null
	client x "$2"
	is "$1: contexts" "$(ask x open) $(ask x open)" '1 ok 0 EAGAIN'
	is "$1: objects" "$(ask x fill pd) $(line current "$2")" \
		'3 EAGAIN hca_handle=1 hca_object=3 '
	ask x destroy pd 2 > /dev/null
	is "$1: destroyed" "$(count "$2")" 1
	quit x
	is "$1: nothing stays" "$(line current "$2")" 'hca_handle=0 hca_object=0 '
	ok "$1: the cgroup goes" rmdir "$CGROUP/$top/$2"
	no "$1: its directory as well" test -e "$(dir "$2")"
}

# seen: the neighbour has seen calls, too
seen() { grep -v '^#' "$scratch/trace" | grep -q "$(printf '%s\n' "${functions[@]}")"; }

trap 'no_tracer; finish' EXIT
group
for what in function function_graph kprobe kretprobe fprobe; do
	if ! tracer $what; then
		no_tracer
		skip "$what" 'not on this kernel, or not on our functions'
		continue
	fi
	works "$what after us" a
	no_tracer
	seen
	report $? "$what after us: has seen our functions called"
	ok "$what: again" tracer $what
	log_mark
	if ok "$what before us: loaded" reload; loaded; then
		works "$what before us" a
		no_tracer
		seen
		report $? "$what before us: has seen our functions called"
	else
		like "$what before us: the log says why" "$(log_since)" '*rdmacg_oot: *busy*'
		no_tracer
	fi
	loaded || modprobe rdmacg_oot
done
works 'all gone' a
finish
