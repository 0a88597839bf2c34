# SPDX-License-Identifier: GPL-2.0-only
#
# Functions of the measurements; sourced after ../guest/lib.sh. A measurement prints a line for each
# repetition,
#
#	sample: NAME VALUE UNIT
#
# from which tests/bench/report computes a figure.

: "${BENCH_REPEAT:=5}"
bench=../bench/bench
echo "# measured on $(uname -r)"

# sample NAME UNIT COMMAND...: print what COMMAND prints as a sample, BENCH_REPEAT times
sample()
{
	local name=$1 unit=$2 i value

	shift 2
	for ((i = 0; i < BENCH_REPEAT; i++)); do
		if ! value=$("$@") || [ -z "$value" ]; then
			report 1 "$name: $*"
			return
		fi
		echo "sample: $name $value $unit"
	done
	report 0 "$name was measured"
}

# Where the kernel's controller is enabled, mount it as a v1 hierarchy of its own.
own=
if grep -qE '^rdma\s.*\s1$' /proc/cgroups; then
	own=/run/bench
	mkdir -p $own
	mount -t cgroup -o rdma none $own
fi

# deep N: make a cgroup at depth N in both hierarchies, and print its path
deep()
{
	local i path=$top

	for ((i = 1; i < $1; i++)); do
		path+=/$i
	done
	mkdir -p "$CGROUP/$path" ${own:+"$own/$path"}
	echo "$path"
}

# undo_deep: remove all cgroups of this test
undo_deep()
{
	local root

	for root in "$CGROUP" $own; do
		[ ! -d "$root/$top" ] || find "$root/$top" -depth -type d -exec rmdir {} +
	done
}

# within PATH SIDES COMMAND...: exec COMMAND in the cgroup PATH of the controllers that SIDES names
within()
{
	local path=$1 sides=$2

	shift 2
	[[ $sides != *module* ]] || echo $BASHPID > "$CGROUP/$path/cgroup.procs"
	[[ $sides != *kernel* ]] || echo $BASHPID > "$own/$path/cgroup.procs"
	exec "$@"
}

# live PATH N: start a process in the cgroup PATH that has N objects until end_live
live()
{
	mkfifo "$scratch/live"
	within "$1" module $bench live "$DEVICE" "$2" < "$scratch/live" > "$scratch/ready" &
	exec {live}> "$scratch/live"
	until [ -s "$scratch/ready" ] || ! kill -0 $!; do
		sleep 1
	done
	is "$2 objects exist" "$(cat "$scratch/ready")" ready
	settle
}

end_live()
{
	exec {live}>&-
	wait
	rm "$scratch/live" "$scratch/ready"
}

# in_directory DIRECTORY WHAT FILE...: what it costs to read or to write FILE in DIRECTORY. FILE is
# opened by its relative path, because the files of the two controllers are at different depths.
in_directory()
{
	(bench=$PWD/$bench && cd "$1" && $bench "${@:2}" 200 | sed 's/.* //')
}

# settle: wait until the kernel has done its deferred work after a module was loaded or unloaded.
# With ICOUNT=1, an idle CPU executes no instructions.
settle() { sleep 5; }

# only_module [NAME [PARAMETER=VALUE]...]: unload rdmacg_oot and the modules of the bench, then load
# NAME
only_module()
{
	local module

	for module in rdmacg_bench rdmacg_empty rdmacg_oot; do
		[ ! -d /sys/module/$module ] || ok "$module can be unloaded" rmmod $module
	done
	# With reload, so that rdmacg_oot does not follow the hierarchy mounted above.
	[[ ${1-} != @(rdmacg_oot|rdmacg_bench) ]] || ok 'rdmacg_oot can be loaded' reload "${@:2}"
	[ $# -eq 0 ] || ok "$1 can be loaded" modprobe "$1"
	settle
}

# warm_up: have the kernel make its one-time allocations
warm_up()
{
	local kind

	for kind in pd mr cq qp; do
		$bench verb "$DEVICE" $kind 1000 > /dev/null
	done
}

# verbs NAME PATH SIDES [HOW]: one sample for each kind: a creation and a destruction in the cgroup
# PATH, the average (HOW: verb) or the median (typical) of BENCH_PAIRS
verbs()
{
	local kind

	for kind in pd mr cq qp; do
		BENCH_REPEAT=1 sample ${kind}_$1 insn within "$2" "$3" $bench "${4:-verb}" \
			"$DEVICE" $kind "${BENCH_PAIRS:-1000}"
	done
}

# traced NAME PATH: one sample for each kind: what the ledger's functions take of a creation and a
# destruction in the cgroup PATH, as function_graph has it, with its own cost. Not counted are calls
# that took three times the median, because an interrupt came.
traced()
{
	local kind tracing=/sys/kernel/tracing

	echo 'ledger_*:mod:rdmacg_oot' > $tracing/set_ftrace_filter
	echo 1 > $tracing/max_graph_depth
	echo function_graph > $tracing/current_tracer
	for kind in pd mr cq qp; do
		BENCH_REPEAT=1 sample ${kind}_$1 insn trace_verb "$2" $kind
	done
	echo nop > $tracing/current_tracer
	echo > $tracing/set_ftrace_filter
}

trace_verb()
{
	local took=0 pairs=1000 each
	local -a all

	echo > $tracing/trace
	(within "$1" module $bench typical "$DEVICE" "$2" $pairs > "$scratch/typical") || return
	mapfile -t all < <(sed -n 's/.* \([0-9]*\)\.\([0-9]\{3\}\) us .*ledger_.*/\1\2/p' \
		$tracing/trace | sed 's/^0*//' | sort -n)
	[ ${#all[@]} -gt $((2 * pairs)) ] || return
	for each in "${all[@]}"; do
		[ "$each" -gt $((3 * all[${#all[@]} / 2])) ] || took=$((took + each))
	done
	# "bench" makes and destroys 50 more.
	echo $((took / (pairs + 50)))
}
