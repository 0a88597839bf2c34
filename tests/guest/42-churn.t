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

tree() { (cd "$1" && find . -type d | sort); }
same_tree() { [ "$(tree "$CGROUP")" = "$(tree "$MIRROR")" ]; }

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
eventually same_tree
report $? 'afterwards every cgroup has its directory, and no other is left' \
	"$(tree "$CGROUP")" "$(tree "$MIRROR")"
finish
