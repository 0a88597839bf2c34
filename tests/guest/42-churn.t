# SPDX-License-Identifier: GPL-2.0-only
#
# Loading while cgroups are made and removed: in the end the mirror is as the hierarchy is.

. ./lib.sh
needs_module

# churn NAME: make and remove nested cgroups until told to stop
churn()
{
	while [ ! -e "$scratch/stop" ]; do
		mkdir -p "$CGROUP/$top/$1/x/y" && rmdir "$CGROUP/$top/$1/x/y" "$CGROUP/$top/$1/x"
	done 2> /dev/null
}

# alone: make the only cgroup there is, charge memory to it, and remove it, until told to stop
alone()
{
	while [ ! -e "$scratch/stop" ]; do
		mkdir "$CGROUP/$top"
		(
			echo $BASHPID > "$CGROUP/$top/cgroup.procs"
			head -c 64K /dev/zero > "$scratch/some"
		)
		rmdir "$CGROUP/$top"
	done 2> /dev/null
}


alone &
for round in 1 2 3; do
	ok "the only cgroup, round $round: unloaded and loaded while it comes and goes" reload
done
touch "$scratch/stop"
wait
rm "$scratch/stop"
rmdir "$CGROUP/$top" 2> /dev/null
eventually all_shown
report $? 'afterwards it has no directory' "$(cgroups)" "$(shown debugfs)"

# Removals that are under way while the module is loaded, and those of their parents right after:
# the cgroup core keeps them waiting, busy with many cgroups that get controllers and lose them.
if [ "$HIERARCHY" = v2 ]; then
	read -ra controllers < "$CGROUP/cgroup.controllers"
	group busy
	(cd "$CGROUP/$top/busy" && mkdir {1..500})
	for dir in "$CGROUP" "$CGROUP/$top"; do
		echo "${controllers[*]/#/+}" > "$dir/cgroup.subtree_control"
	done
	for round in 1 2 3; do
		rmmod rdmacg_oot
		(cd "$CGROUP/$top" && mkdir -p {1..50}/x)
		while [ ! -e "$scratch/stop" ]; do
			echo "${controllers[*]/#/+}" > "$CGROUP/$top/busy/cgroup.subtree_control"
			echo "${controllers[*]/#/-}" > "$CGROUP/$top/busy/cgroup.subtree_control"
		done &
		for pair in {1..50}; do
			rmdir "$CGROUP/$top/$pair/x" "$CGROUP/$top/$pair"
		done &
		ok "removals under way, round $round: loaded" reload
		touch "$scratch/stop"
		wait
		rm "$scratch/stop"
		eventually all_shown
		report $? "removals under way, round $round: no directory is left"
	done
	(cd "$CGROUP/$top" && rmdir busy/*/ busy)
	for dir in "$CGROUP/$top" "$CGROUP"; do
		echo "${controllers[*]/#/-}" > "$dir/cgroup.subtree_control"
	done
fi

group
for name in one two three; do
	mkdir "$CGROUP/$top/$name"
	churn $name &
done
for round in 1 2 3; do
	ok "round $round: unloaded and loaded while cgroups come and go" reload
done
touch "$scratch/stop"
wait
eventually all_shown
report $? 'afterwards every cgroup has its directory, and no other is left' \
	"$(cgroups)" "$(shown debugfs)"
finish
