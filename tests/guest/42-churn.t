# SPDX-License-Identifier: GPL-2.0-only
#
# Loading while cgroups are made and removed: afterwards the files are those of the existing
# cgroups.

. ./lib.sh
needs_module

# churn NAME: make and remove nested cgroups until told to stop
churn()
{
	while [ ! -e "$scratch/stop" ]; do
		mkdir -p "$CGROUP/$top/$1/x/y" && rmdir "$CGROUP/$top/$1/x/y" "$CGROUP/$top/$1/x"
	done 2> /dev/null
}

# alone: make the only cgroup, charge memory to it, and remove it, until told to stop
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
	ok "the module can be reloaded while the only cgroup is made and removed, round $round" \
		reload
done
touch "$scratch/stop"
wait
rm "$scratch/stop"
rmdir "$CGROUP/$top" 2> /dev/null
eventually all_shown
report $? 'after that, the removed cgroup has no directory' "$(cgroups)" "$(shown debugfs)"

# Removals, of children and then of their parents, that are inside of the cgroup core during
# modprobe: they wait for cgroup_mutex while controllers are enabled and disabled for many cgroups.
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
		ok "the module can be loaded while removals are under way, round $round" reload
		touch "$scratch/stop"
		wait
		rm "$scratch/stop"
		eventually all_shown
		report $? "removals under way during the load leave no directory, round $round"
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
	ok "the module can be reloaded while three processes make cgroups, round $round" \
		reload
done
touch "$scratch/stop"
wait
eventually all_shown
report $? 'after that, every cgroup has its directory, and there is no other' \
	"$(cgroups)" "$(shown debugfs)"
finish
