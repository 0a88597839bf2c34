# SPDX-License-Identifier: GPL-2.0-only
#
# rdma.denied: the last refusals in words, in the cgroup that they came from and in all above it.

. ./lib.sh

needs_module

# denied GROUP: what the file says of the device, without the time
denied()
{
	sed -n "s/^$DEVICE [0-9]\{4\}-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z //p" \
		"$(dir "$1")/rdma.denied"
}

group a a/b a/b/c s
is 'it is empty in a new cgroup' "$(cat "$(dir a)/rdma.denied")" ''
limit a hca_object=2 > /dev/null
client x a/b/c
ask x open > /dev/null
ask x fill pd > /dev/null
refused="pid ${pid[x]} (verbs) in"
once='was refused hca_object=1 1 times:'
is 'a refusal is written down where it came from, with the way to the limit' \
	"$(denied a/b/c)" "$refused . $once ../../rdma.max has hca_object=2, in use 2"
is 'and above it' \
	"$(denied a/b)" "$refused c $once ../rdma.max has hca_object=2, in use 2"
is 'and in the cgroup that has the limit' \
	"$(denied a)" "$refused b/c $once ./rdma.max has hca_object=2, in use 2"
is 'and above that' \
	"$(denied '')" "$refused a/b/c $once a/rdma.max has hca_object=2, in use 2"
like 'and in the root' "$(cat "$MIRROR/rdma.denied")" \
	"*$refused $top/a/b/c $once $top/a/rdma.max has hca_object=2,*"
is 'and nowhere else' "$(denied s)" ''
written=$(date +%s -d "$(cut -d ' ' -f 2 "$(dir a)/rdma.denied")")
like 'the time is that of the clock' $(($(date +%s) - written)) '@([0-9]|[1-9][0-9])'

ask x fail pd 20 > /dev/null
ask x create pd > /dev/null
again=$(denied a)
like 'a process that tries again is counted there' "$again" \
	"$refused b/c was refused hca_object=1 [1-9]* times: ./rdma.max has hca_object=2, in use 2"
is 'in one line' "$(wc -l < "$(dir a)/rdma.denied")" 1
is 'as often as alloc_fail' "$(sed 's/.*=1 \([0-9]*\) times.*/\1/' <<< "$again")" \
	"$(value events a hca_object.alloc_fail)"

limit a hca_object=max > /dev/null
write types.max a/b "$DEVICE cq=0" > /dev/null
ask x create cq > /dev/null
is 'a limit of a kind is that of the other file' "$(denied a | tail -n 1)" \
	"$refused b/c was refused cq=1 1 times: b/rdma.types.max has cq=0, in use 0"
echo 0 > /sys/module/rdmacg_oot/parameters/enforce
ask x create cq > /dev/null
echo 1 > /sys/module/rdmacg_oot/parameters/enforce
like 'with enforce=0, it says what would have been refused' "$(denied a | tail -n 1)" \
	"$refused b/c would have been refused cq=1 2 times: b/rdma.types.max has cq=0, in use 0"
quit x

# More refusals than the list is long, each by a process of its own
limit s hca_handle=0 > /dev/null
pids=()
for i in {1..20}; do
	client y s
	ask y open > /dev/null
	pids+=("${pid[y]}")
	quit y
done
is 'it has the last sixteen, the last one last' \
	"$(denied s | sed 's/^pid \([0-9]*\) .*/\1/' | paste -sd ' ')" "${pids[*]:4}"
is 'a refusal of a context is of hca_handle' "$(denied s | tail -n 1 | sed 's/^[^)]*) //')" \
	'in . was refused hca_handle=1 1 times: ./rdma.max has hca_handle=0, in use 0'

# Names that could forge a line or a word
mkdir "$CGROUP/$top/s/x y"
cp verbs "$scratch/ver)b s"
(
	inside 's/x y' "$scratch/ver)b s" "$DEVICE" <<< open > /dev/null
)
is 'names of processes and of cgroups cannot be taken for another word' \
	"$(denied s | tail -n 1 | sed 's/^pid [0-9]* //')" \
	"(ver\\051b s) in x\\040y ${once/object/handle} ./rdma.max has hca_handle=0, in use 0"
rmdir "$CGROUP/$top/s/x y"
is 'a cgroup that is removed stays in the lists above' \
	"$(denied s | tail -n 1 | grep -c 'x\\040y')" 1

# In a PID namespace, a process of another one has no number.
is 'a reader in another PID namespace sees no number of processes outside' \
	"$(unshare --pid --fork cat "$(dir s)/rdma.denied" | tail -n 1 | cut -d ' ' -f 3-4)" 'pid 0'

is 'a new cgroup has none' "$(rmdir "$CGROUP/$top/s"; group s; cat "$(dir s)/rdma.denied")" ''
finish
