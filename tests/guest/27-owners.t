# SPDX-License-Identifier: GPL-2.0-only
#
# rdma.owners: which processes have made what is charged in a cgroup and below it.

. ./lib.sh

needs_module

# owners GROUP: what the file says of the device
owners() { sed -n "s/^$DEVICE //p" "$(dir "$1")/rdma.owners"; }
# owner CLIENT HANDLES OBJECTS BYTES: the line of a client
owner() { echo "pid ${pid[$1]} (verbs) hca_handle=$2 hca_object=$3 mr_mem=$4"; }
# totals GROUP: the sums of all lines, as rdma.current and rdma.types.current have them
totals()
{
	local handles=0 objects=0 bytes=0 line

	while read -r line; do
		[[ $line =~ hca_handle=([0-9]+)' 'hca_object=([0-9]+)' 'mr_mem=([0-9]+) ]]
		handles=$((handles + BASH_REMATCH[1]))
		objects=$((objects + BASH_REMATCH[2]))
		bytes=$((bytes + BASH_REMATCH[3]))
	done < <(owners "$1")
	echo "hca_handle=$handles hca_object=$objects mr_mem=$bytes"
}
# charged GROUP: what these files have
charged() { echo "$(line current "$1")mr_mem=$(value types.current "$1" mr_mem)"; }

group a a/b s
is 'it is empty in a new cgroup' "$(cat "$(dir a)/rdma.owners")" ''
client x a/b
ask x open > /dev/null
is 'a process with a context is an owner' "$(owners a/b)" "$(owner x 1 0 0)"
ask x create pd 2 > /dev/null
ask x create cq > /dev/null
ask x register 12288 > /dev/null
is 'it has its objects and its registered memory' "$(owners a/b)" "$(owner x 1 4 12288)"
is 'above its cgroup, too' "$(owners a)" "$(owner x 1 4 12288)"
like 'and in the root' "$(cat "$MIRROR/rdma.owners")" "*$DEVICE $(owner x 1 4 12288)*"
is 'and nowhere else' "$(owners s)" ''
ask x register 4096 > /dev/null
ask x destroy-first mr > /dev/null
ask x destroy cq > /dev/null
is 'destroyed objects and memory are not there any more' "$(owners a)" "$(owner x 1 3 4096)"
limit a hca_object=3 > /dev/null
ask x create pd > /dev/null
is 'a refused object is not there either' "$(owners a)" "$(owner x 1 3 4096)"
limit a hca_object=max > /dev/null

client y a
ask y open 2 > /dev/null
ask y create pd 5 > /dev/null
is 'who has most objects comes first' "$(owners a)" "$(owner y 2 5 0)
$(owner x 1 3 4096)"
ask x create pd 9 > /dev/null
is 'and another one when that has more' "$(owners a)" "$(owner x 1 12 4096)
$(owner y 2 5 0)"
is 'the cgroup below has its own only' "$(owners a/b)" "$(owner x 1 12 4096)"
is 'all lines together are what is charged' "$(totals a)" "$(charged a)"

# What a process charges is where it was at that moment.
move y s
ask y create cq 2 > /dev/null
is 'a process that is moved owns charges in both cgroups' "$(owners a | tail -n 1) $(owners s)" \
	"$(owner y 2 5 0) $(owner y 0 2 0)"
move y a/b
ask y create pd > /dev/null
is 'they are one line in the cgroup above both' "$(owners a)" "$(owner x 1 12 4096)
$(owner y 2 6 0)"
move y s
move x s
rmdir "$CGROUP/$top/a/b"
is 'if a cgroup is removed, they stay in the list of the one above it' "$(owners a)" \
	"$(owner x 1 12 4096)
$(owner y 2 6 0)"
is 'and are what is charged there' "$(totals a)" "$(charged a)"

# A file that another process has open lives on.
client z s
ask z open > /dev/null
ask z create pd 3 > /dev/null
line=$(owner z 1 3 0)
client heir s
tell heir receive "$scratch/socket"
eventually test -S "$scratch/socket"
ask z send "$scratch/socket" > /dev/null
hear heir > /dev/null
quit z
is 'a process that has ended, and whose objects live on, is marked as gone' \
	"$(owners s | grep "$line")" "$line gone"
quit heir
is 'its line ends with its objects' "$(owners s)" "$(owner y 0 2 0)"

is 'a reader in another PID namespace sees no number of processes outside' \
	"$(unshare --pid --fork cat "$(dir s)/rdma.owners" | cut -d ' ' -f 2-3)" 'pid 0'
quit y
quit x
is 'when all objects are gone, so are all lines' "$(owners a)$(owners s)" ''

# A name that could forge a line or a word
cp verbs "$scratch/ver)b s"
client_by odd inside s "$scratch/ver)b s" "$DEVICE"
ask odd open > /dev/null
is 'the name of a process cannot be taken for another word' "$(owners s)" \
	"pid ${pid[odd]} (ver\\051b s) hca_handle=1 hca_object=0 mr_mem=0"
quit odd

# More processes than there is room for at first
for i in {1..40}; do
	client "c$i" s
	tell "c$i" open
done
for i in {1..40}; do
	hear "c$i" > /dev/null
done
is 'each of forty processes is listed' "$(owners s | wc -l) $(totals s)" "40 $(charged s)"
for i in {1..40}; do
	quit "c$i"
done

client x s
ask x open > /dev/null
ask x create pd 2 > /dev/null
reload
is 'what was made before the module was loaded has no owner' "$(owners s)" ''
ask x destroy pd 2 > /dev/null
quit x
finish
