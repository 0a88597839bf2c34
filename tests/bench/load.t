# SPDX-License-Identifier: GPL-2.0-only
#
# How fast two CPUs charge at once, and one CPU while the other makes cgroups, reads files or writes
# limits. Measured by the clock, on two CPUs.

. ./lib.sh
. ../bench/lib.sh
needs_module
[ -n "$own" ] || skip_all 'the kernel has no controller of its own'
ms=400

modprobe rdmacg_bench
for g in a b; do
	mkdir -p "$CGROUP/$top/$g" "$own/$top/$g"
done

# files SIDE: the directory of the test's cgroup in that controller
files() { [ "$1" = module ] && dir || echo "$own/$top"; }

# soon: a time shortly from now, for BENCH_AT: processes that are to start together start then
soon()
{
	local up

	read -r up _ < /proc/uptime
	echo $((10#${up/./} * 10000000 + 300000000))
}

# charger CPU AT SIDE GROUP DEVICE: pairs of charge and uncharge per second
charger()
{
	local pairs ns

	read -r pairs ns < <(BENCH_CPU=$1 BENCH_AT=$2 within "$top/$4" "$3" \
		$bench call "$3" "$5" for "$ms") && echo $((pairs * 1000000000 / ns))
}

# two SIDE GROUP DEVICE GROUP DEVICE: pairs per second, of both CPUs together
two()
{
	local at first second other

	at=$(soon)
	exec {other}< <(charger 1 "$at" "$1" "$4" "$5")
	first=$(charger 0 "$at" "$1" "$2" "$3")
	read -r second <&"$other" && echo $((first + second))
}

# beside SIDE COMMAND...: pairs per second on one CPU while the other runs "bench COMMAND..."
beside()
{
	local at rate side=$1

	shift
	at=$(soon)
	BENCH_CPU=1 BENCH_AT=$at $bench "$@" > "$scratch/other" &
	rate=$(charger 0 "$at" "$side" a 0)
	wait $! && [ -s "$scratch/other" ] && echo "$rate"
}

# latency SIDE: the 99.9th percentile of a pair's time while both CPUs make and remove cgroups and
# read files
latency()
{
	local root=$CGROUP answer cpu
	local -a others=()

	[ "$1" = module ] || root=$own
	for cpu in 0 1; do
		BENCH_CPU=$cpu $bench churn "$root/$top/x$cpu" 100000 > /dev/null &
		others+=($!)
		BENCH_CPU=$cpu $bench read "$(files "$1")/a/rdma.current" 100000 > /dev/null &
		others+=($!)
	done
	answer=$(BENCH_CPU=0 within "$top/a" "$1" $bench call "$1" 0 each 100000)
	kill "${others[@]}"
	wait "${others[@]}" 2> /dev/null
	for cpu in 0 1; do
		rmdir "$root/$top/x$cpu" 2> /dev/null
	done
	read -r -a answer <<< "$answer"
	# No charge was refused.
	[ "${answer[2]}" = 0 ] && echo "${answer[0]}"
}

sides='module kernel'

# limit_all VALUE: set hca_object of both cgroups, devices and controllers
limit_all()
{
	local side g device

	for side in $sides; do
		for g in a b; do
			for device in 0 1; do
				echo "bench$device hca_object=$1" > "$(files $side)/$g/rdma.max"
			done
		done
	done
}

line='bench0 hca_object=1000000'
# A pool with a limit is not freed when its usage is 0.
limit_all 1000000
# The cases take turns, so that load on the host affects all of them.
repeat=$BENCH_REPEAT BENCH_REPEAT=1
for ((turn = 0; turn < repeat; turn++)); do
	for side in $sides; do
		sample cpus_1_$side pair/s charger 0 "$(soon)" $side a 0
		sample cpus_2_same_$side pair/s two $side a 0 a 0
		sample cpus_2_siblings_$side pair/s two $side a 0 b 0
		sample cpus_2_devices_$side pair/s two $side a 0 a 1
		sample beside_read_$side pair/s \
			beside $side read "$(files $side)/a/rdma.current" "$ms"
		sample beside_limit_$side pair/s \
			beside $side limit "$(files $side)/a/rdma.max" "$line" "$ms"
		sample latency_$side ns latency $side
	done
done
limit_all max
ok 'rdmacg_bench can be unloaded' rmmod rdmacg_bench
undo_deep
umount $own
finish
