# SPDX-License-Identifier: GPL-2.0-only
#
# The trace events rdmacg_charge, rdmacg_uncharge and rdmacg_deny: what was done is what they say.

. ./lib.sh

needs_module
tracing=/sys/kernel/tracing
[ -e $tracing/trace ] || tracing=/sys/kernel/debug/tracing
[ -e $tracing/trace ] || skip_all 'this kernel has no tracefs'
instance=$tracing/instances/rdmacg
mkdir $instance || skip_all 'this kernel has no instances of tracefs'
trap 'rmdir $instance; finish' EXIT
events=$instance/events/rdmacg_oot

# trace: print the events since the last call, without what precedes their names
trace()
{
	sed -n 's/.*: \(rdmacg_[a-z]*\): /\1 /p' $instance/trace
	echo > $instance/trace
}

# only KEY...: of the events, their names and these fields
only()
{
	local event word words text

	while read -r event words; do
		text=$event
		for word in $words; do
			[[ " $* " != *" ${word%%=*} "* ]] || text+=" $word"
		done
		echo "$text"
	done
}

# of GROUP: the end of an event's line, for that cgroup
of() { echo "cgroup_id=$(stat -c %i "$CGROUP/$top/$1") cgroup=/$top/$1"; }

# fields EVENT: the fields of an event, in order, without those that all events have
fields() { sed -n 's/^\tfield:.* \([a-z_]*\)[[;].*/\1/p' $events/"$1"/format | grep -v ^common_; }

is 'the system rdmacg_oot has three events' "$(cd $events && echo */)" \
	'rdmacg_charge/ rdmacg_deny/ rdmacg_uncharge/'
is 'a charge has these fields' "$(fields rdmacg_charge | paste -sd ' ')" \
	'cgroup_id amount usage limit cgroup device resource'
is 'an uncharge has the same' "$(fields rdmacg_uncharge)" "$(fields rdmacg_charge)"
is 'a refusal has these and more' \
	"$(fields rdmacg_deny | grep -vxF "$(fields rdmacg_charge)" | paste -sd ' ')" \
	'limit_cgroup_id pid refused comm limit_cgroup'

group a a/b r
client x a/b
ask x open > /dev/null
is 'without a reader, nothing is traced' "$(grep -c rdmacg_ $instance/trace)" 0

max=2147483647
echo 1 > $events/enable
ask x open > /dev/null
grep -q "verbs-${pid[x]} .*rdmacg_charge" $instance/trace
report $? 'an event has the name and the number of the process'
is 'a context is one of hca_handle' "$(trace)" \
	"rdmacg_charge device=$DEVICE resource=hca_handle amount=1 usage=2 limit=$max $(of a/b)"
write types.max a/b "$DEVICE pd=5" > /dev/null
ask x create pd > /dev/null
made="device=$DEVICE resource=hca_object amount=1 usage=1 limit=$max $(of a/b)"
made+=$'\n'"rdmacg_charge device=$DEVICE resource=pd amount=1 usage=1 limit=5 $(of a/b)"
is 'an object is one of hca_object and one of its kind, each with usage and limit' \
	"$(trace)" "rdmacg_charge $made"
ask x destroy pd > /dev/null
gone=${made//usage=1/usage=0}
is 'its uncharge says the same, with the usage that is left' \
	"$(trace)" "rdmacg_uncharge ${gone//rdmacg_charge/rdmacg_uncharge}"

# Refusals
limit a hca_object=1 > /dev/null
ask x create pd > /dev/null
trace > /dev/null
ask x create cq > /dev/null
denied="pid=${pid[x]} comm=verbs device=$DEVICE resource=hca_object amount=1 usage=1 limit=1"
limits="limit_$(of a | sed 's/ / limit_/')"
is 'a refusal names the process, and the cgroup whose limit it was, and is no charge' \
	"$(trace)" "rdmacg_deny $denied refused=1 $limits $(of a/b)"
like 'rdma.denied says the same' "$(cat "$(dir a)/rdma.denied")" \
	"*pid ${pid[x]} (verbs) in b was refused hca_object=1 * ./rdma.max has *=1, in use 1"
limit a hca_object=max > /dev/null
write types.max a/b "$DEVICE cq=0" > /dev/null
echo 0 > /sys/module/rdmacg_oot/parameters/enforce
ask x create cq > /dev/null
echo 1 > /sys/module/rdmacg_oot/parameters/enforce
is 'with enforce=0, a refusal that is only counted says so, and the charge follows' \
	"$(trace | only resource usage limit refused)" \
	"rdmacg_deny resource=cq usage=0 limit=0 refused=0
rdmacg_charge resource=hca_object usage=2 limit=$max
rdmacg_charge resource=cq usage=1 limit=0"

write types.max a/b "$DEVICE cq=max pd=max" > /dev/null

# Filters
echo 'resource == "mr"' > $events/rdmacg_charge/filter
echo "cgroup_id == $(stat -c %i "$CGROUP/$top/r")" > $events/rdmacg_uncharge/filter
client y r
ask y open > /dev/null
for c in x y; do
	ask $c create pd > /dev/null
	ask $c create mr > /dev/null
	ask $c destroy mr > /dev/null
done
is 'events can be filtered by resource and by cgroup' "$(trace | only resource cgroup)" \
	"rdmacg_charge resource=mr cgroup=/$top/a/b
rdmacg_charge resource=mr cgroup=/$top/r
rdmacg_uncharge resource=mr_mem cgroup=/$top/r
rdmacg_uncharge resource=hca_object cgroup=/$top/r
rdmacg_uncharge resource=mr cgroup=/$top/r"
echo 0 > $events/rdmacg_charge/filter
echo 0 > $events/rdmacg_uncharge/filter
quit y
quit x
trace > /dev/null

# Each charge has one uncharge, however its object ends.
for c in x y z; do
	client $c a/b
	ask $c open 2 > /dev/null
	for kind in pd mr cq qp; do
		ask $c create $kind 3 > /dev/null
	done
	ask $c destroy mr > /dev/null
done
limit a hca_object=40 > /dev/null
ask x fill pd > /dev/null
# Its page fault fails the creation at its end.
ask x fail pd 5 > /dev/null
quit x
ask y close > /dev/null
quit y
kill9 z
idle() { [ "$(line current a)" = 'hca_handle=0 hca_object=0 ' ]; }
eventually idle
trace > "$scratch/trace"
sum()
{
	sed -n "s/^rdmacg_$1 /all /p" "$scratch/trace" | only device resource cgroup_id cgroup |
		sort | uniq -c
}
is 'each charge has one uncharge, after destroy, exit, kill and a failed creation' \
	"$(sum uncharge)" "$(sum charge)"
is 'there is one for each context and each object' \
	"$(sum charge | sed -n 's/^ *\([0-9]*\) .*=\(hca_handle\|cq\|qp\) .*/\2 \1/p')" \
	$'cq 9\nhca_handle 6\nqp 9'
is 'the last uncharge of each resource leaves no usage' \
	"$(for resource in hca_handle hca_object pd mr cq qp; do
		grep "^rdmacg_uncharge .* resource=$resource " "$scratch/trace" | tail -n 1
	done | only usage | sort | uniq -c | tr -s ' ')" ' 6 rdmacg_uncharge usage=0'

# What goes before its charges
client x r
ask x open > /dev/null
move x a/b
rmdir "$CGROUP/$top/r"
trace > /dev/null
quit x
eventually grep -q rdmacg_uncharge $instance/trace
gone="amount=1 usage=0 limit=$max cgroup_id=0 cgroup="
is 'a charge whose cgroup has been removed is given back without its name' "$(trace)" \
	"rdmacg_uncharge device=$DEVICE resource=hca_handle $gone"
if modprobe rdmacg_test 2> /dev/null; then
	for command in 'register 0 fake0 100' 'charge 0 1' 'unregister 0'; do
		(inside a/b ./file write /dev/rdmacg_test <<< "$command") > /dev/null
	done
	made="amount=1 usage=1 limit=$max $(of a/b)"
	is 'a charge of a device that has gone is given back without either name' \
		"$(trace | grep -w hca_object)" \
		"rdmacg_charge device=fake0 resource=hca_object $made
rdmacg_uncharge device= resource=hca_object $gone"
	rmmod rdmacg_test
else
	skip 'a charge of a device that has gone' 'the module rdmacg_test is not installed'
fi

# In a cgroup with a long path
path=a/b
for i in {1..7}; do
	path+=/$(printf '%0120d' $i)
	mkdir "$CGROUP/$top/$path"
done
client x "$path"
ask x open > /dev/null
is 'a path of more than 767 bytes is said to be too long' "$(trace | sed 's/.*cgroup_id=//')" \
	"$(stat -c %i "$CGROUP/$top/$path") cgroup=(too long)"
quit x

# Unloading
client x a/b
ask x open > /dev/null
ok 'the module can be unloaded while its events are on' rmmod rdmacg_oot
no 'rmmod takes the events away' test -e $events
modprobe rdmacg_oot
is 'after a reload they are there again, and off' "$(cat $events/enable)" 0
ask x create pd > /dev/null
is 'and nothing is traced' "$(trace)" ''
quit x
rmdir $instance
finish
