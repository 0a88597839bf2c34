# SPDX-License-Identifier: GPL-2.0-only
#
# Programs of bpftrace at the entry and the exit of the functions that the module redirects (fentry,
# fexit), attached before and after it. From Linux 6.0 on both work. Before, a function has either,
# and the second one gets an error; and before 5.11 bpftrace finds no function of a module: there it
# has kprobes on those. The guest has bpftrace of Debian 13 (bpf_packages in tests/vm/cache.sh).

. ./lib.sh

needs_module
[ -e /apps/usr/bin/bpftrace ] || skip_all 'the guest has no bpftrace'
[ -e /sys/kernel/btf/vmlinux ] || skip_all 'this kernel does not describe its functions (BTF)'

# The redirected functions as bpftrace names them, MODULE:FUNCTION, and their hooks in the status
# file
declare -A hook_of=()
while read -r hook address; do
	function=$(function_at "$address" | head -n 1)
	module=$(sed -n "s/^[^ ]* [tT] $function\t\[\(.*\)\]$/\1/p" /proc/kallsyms | head -n 1)
	hook_of[${module:-vmlinux}:$function]=$hook
done < <(hooks | sed -n '/rdmacg_oot:/d; s/^\([^ ]*\) address=0x\([0-9a-f]*\) .*/\1 \2/p')
functions=("${!hook_of[@]}")
core=($(printf '%s\n' "${functions[@]}" | grep '^vmlinux:'))
of_modules=($(printf '%s\n' "${functions[@]}" | grep -v '^vmlinux:'))
echo "# functions: ${functions[*]}"

bpf=$scratch/bpf tracer=
# What it prints when all its probes are attached, as its own tests ask it to
attached=__BPFTRACE_NOTIFY_PROBES_ATTACHED
attached() { grep -q "^$attached" "$bpf" || ! kill -0 "$tracer" 2> /dev/null; }
# attach PROBE...: run a bpftrace that counts how often these are hit. On an emulated CPU it takes
# half a minute to compile its programs.
attach()
{
	local try

	printf '%s { @[probe] = count(); }\n' "$@" > "$scratch/program"
	env $attached=1 chroot /apps bpftrace "$scratch/program" > "$bpf" 2>&1 &
	tracer=$!
	for try in {1..9}; do
		! eventually attached || break
	done
	grep -q "^$attached" "$bpf"
}
# detach: end it. It prints its counts.
detach()
{
	[ -n "$tracer" ] || return 0
	# It ends at this signal as at an interrupt, which a background job ignores.
	kill "$tracer" 2> /dev/null
	wait "$tracer"
	tracer=
	sed -n 's/^@/# @/p' "$bpf"
}
# seen PROBE: how often it was hit
seen() { sed -n "s/^@\[$1\]: //p" "$bpf"; }
trap 'detach; finish' EXIT

# use WHEN: limits hold, and each redirected function is called; sets "called" for each, and
# "entered", how often it is entered: a call that is not refused once more, from the replacement
declare -A called entered
use()
{
	local -A before
	local name

	for name in "${functions[@]}"; do
		before[$name]=$(hits "${hook_of[$name]}")
	done
	# It is refused one context and one object.
	limits_work "$1" a
	group b
	client y b
	is "$1: what fails in the driver is uncharged" \
		"$(ask y open) $(ask y fail cq) $(count b)" '1 ok 0 EINVAL 0'
	quit y
	eventually rmdir "$CGROUP/$top/b"
	group b
	echo threaded > "$CGROUP/$top/b/cgroup.type"
	rmdir "$CGROUP/$top/b"
	for name in "${functions[@]}"; do
		called[$name]=$(($(hits "${hook_of[$name]}") - before[$name]))
		entered[$name]=$((2 * called[$name]))
		[[ $name != *:@(ib_init_ucontext|alloc_begin_idr_uobject) ]] ||
			entered[$name]=$((entered[$name] - 1))
	done
}

# counted WHEN PROBE TIMES...: bpftrace has counted what "use" has done so many times
counted()
{
	local name=${2#*:} expected

	expected=$((entered[$name] * $3))
	[ "${called[$name]}" -gt 0 ]
	report $? "$1: $name is called"
	is "$1: bpftrace counts calls of $name, twice if they are not refused" "$(seen "$2")" \
		"$expected"
}

# together WHAT: both work, in both orders
together()
{
	local name when="$1 after the module"

	attach "${functions[@]/#/$1:}"
	report $? "$when can be attached to all functions"
	use "$when"
	detach
	for name in "${functions[@]}"; do
		counted "$when" "$1:$name" 1
	done

	when="$1 before the module"
	rmmod rdmacg_oot
	attach "${functions[@]/#/$1:}"
	report $? "$when can be attached to all functions"
	ok "$when: the module loads" reload
	use "$when"
	ok "$when: the module unloads and loads again" reload
	use "$when, which was loaded again"
	detach
	for name in "${functions[@]}"; do
		counted "$when" "$1:$name" 2
	done
}

# apart WHAT: the first has the functions, and the second gets an error
apart()
{
	local name when="$1 after the module"

	for name in "${core[@]}"; do
		! attach "$1:$name"
		report $? "$when cannot be attached to $name"
		like "$when: bpftrace says so" "$(cat "$bpf")" \
			"*ERROR: Error attaching probe: $1:$name*"
		detach
	done
	limits_work "$when was refused" a

	when="$1 before the module"
	rmmod rdmacg_oot
	attach "${core[@]/#/$1:}"
	report $? "$when can be attached to functions of the kernel"
	for hook in ftrace kprobe; do
		log_mark
		no "$when: the module does not load with hook=$hook" reload hook=$hook
		like "$when: the log says why" "$(log_since)" '*rdmacg_oot: *busy*'
	done
	detach
	ok "$when: the module loads when that has ended" reload
}

group
for what in fentry fexit; do
	if kernel_before 6.0; then
		apart $what
	else
		together $what
	fi
done
if kernel_before 5.11; then
	is 'bpftrace finds no function of ib_uverbs for fentry' \
		"$(chroot /apps bpftrace -l 'fentry:ib_uverbs:*' 2> /dev/null)" ''
	functions=("${of_modules[@]}")
	together kprobe
fi
limits_work 'without other tracers' a
finish
