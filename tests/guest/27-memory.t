# SPDX-License-Identifier: GPL-2.0-only
#
# A task whose memory cgroup is at its limit is throttled when it makes a cgroup. It must not hold a
# lock meanwhile that delays mkdir, rmdir or charges elsewhere.

. ./lib.sh
needs_module

[ "$HIERARCHY" = v2 ] && grep -qw memory "$CGROUP/cgroup.controllers" ||
	skip_all 'no memory controller on cgroup v2'
group
echo +memory > "$CGROUP/cgroup.subtree_control"
echo +memory > "$CGROUP/$top/cgroup.subtree_control"
group poor poor/in other
back()
{
	for dir in "$CGROUP/$top" "$CGROUP"; do
		echo -memory > "$dir/cgroup.subtree_control"
	done
	finish
}
trap back EXIT

# took COMMAND...: milliseconds
took()
{
	local began=${EPOCHREALTIME/./}

	"$@"
	echo $(((${EPOCHREALTIME/./} - began) / 1000))
}
cgroups()
{
	local i

	for i in {1..20}; do
		mkdir "$CGROUP/$top/other/$i"
		rmdir "$CGROUP/$top/other/$i"
	done
}
objects()
{
	ask x create pd 300 > /dev/null
	ask x destroy pd 300 > /dev/null
}
# best: the shortest times of three rounds, since other load on the host does not disturb all of
# them
best()
{
	local round now made=1000000 charged=1000000

	for round in 1 2 3; do
		now=$(took cgroups)
		[ "$now" -ge $made ] || made=$now
		now=$(took objects)
		[ "$now" -ge $charged ] || charged=$now
	done
	echo "$made $charged"
}
client x other
ask x open > /dev/null

# A program that has allocated all its own memory before its cgroup is limited.
cat > "$scratch/loop.py" <<'END'
import os, sys
stop, directory = sys.argv[1:]
made = 0
open(stop + ".ready", "w").close()
while not os.path.exists(stop):
    for i in range(8):
        os.mkdir("%s/%d-%d" % (directory, os.getpid(), i))
    for i in range(8):
        os.rmdir("%s/%d-%d" % (directory, os.getpid(), i))
    made += 8
print(made)
END
loops=()
for i in 1 2; do
	python3 "$scratch/loop.py" "$scratch/stop" "$CGROUP/$top/poor" >> "$scratch/made" &
	loops+=($!)
	eventually test -e "$scratch/stop.ready"
	rm -f "$scratch/stop.ready"
	echo ${loops[-1]} > "$CGROUP/$top/poor/in/cgroup.procs"
done
read -r made charged < <(best)
echo 0 > "$CGROUP/$top/poor/memory.high"
sleep 2
read -r least_made least_charged < <(best)
# Without the limit, they end sooner.
echo max > "$CGROUP/$top/poor/memory.high"
touch "$scratch/stop"
wait "${loops[@]}"
echo "# 20 cgroups made and removed beside others that do so: $made ms, $least_made ms when those" \
	"have no memory; 300 objects: $charged ms, $least_charged ms"
echo "# they made $(paste -sd ' ' "$scratch/made") meanwhile"
ok 'cgroups at their memory limit do not slow down mkdir and rmdir elsewhere' \
	test $least_made -le $((2 * made + 500))
ok 'cgroups at their memory limit do not slow down charges elsewhere' \
	test $least_charged -le $((2 * charged + 500))
quit x
back
