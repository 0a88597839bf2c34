# SPDX-License-Identifier: GPL-2.0-only
#
# A device that moves to another network namespace and back keeps its limits, usage, peaks and
# events, and all objects that are created meanwhile are charged.

. ./lib.sh

[ -d /sys/module/rdma_rxe ] || skip_all 'no rdma_rxe to make devices with'
shared=$(rdma system show netns 2> /dev/null | sed 's/.*netns \([a-z]*\).*/\1/')
rdma system set netns exclusive 2> /dev/null || skip_all 'this kernel moves no devices'
group a b
second=$(./adapter add rxe1 port1)
back()
{
	umount /run/netns/init
	rm -f /run/netns/init
	ip netns delete n1 2> /dev/null
	./adapter delete "$second" port1 2> /dev/null
	rdma system set netns "$shared"
	finish
}
trap back EXIT
# A name for the current namespace, to move the device back to it.
ip netns add n1
touch /run/netns/init
mount --bind /proc/self/ns/net /run/netns/init
home() { ip netns exec n1 rdma dev set "$second" netns init; }
here_again() { [ -e "/sys/class/infiniband/$second" ]; }
if ! rdma dev set "$second" netns n1 2> /dev/null; then
	skip 'a device can move to another network namespace' \
		'this driver cannot take a device away from who has it open'
	back
fi
home

DEVICE=$second client x a
ask x open > /dev/null
ask x create pd 5 > /dev/null
ask x destroy pd 2 > /dev/null
limit_second() { put "$1" "$second $2"; }
limit_second a 'hca_handle=3 hca_object=4' > /dev/null
limit_second b 'hca_object=7' > /dev/null
ask x fill pd > /dev/null

# state: all that the files say of the second device, in one string
state()
{
	local file group

	for group in a b; do
		for file in max current peak events events.local; do
			[ ! -e "$(dir $group)/rdma.$file" ] || line $file $group "$second"
		done
	done
}
before=$(state)
like 'before the move, the device has limits, usage, a peak and events' "$before" \
	'hca_handle=3 hca_object=4 *hca_handle=1 hca_object=4 *'

# The move revokes open contexts and destroys their objects, if the driver can do that.
ok 'the device can move to another network namespace' rdma dev set "$second" netns n1
is 'a moved device keeps its limits' "$(line max a "$second") $(line max b "$second")" \
	'hca_handle=3 hca_object=4  hca_handle=max hca_object=7 '
[ ! -e "$(dir a)/rdma.peak" ] ||
	is 'a moved device keeps its peak and events' \
		"$(line peak a "$second") $(line events a "$second")" \
		"$(sed -n 3,4p <<< "$before" | paste -sd ' ')"
like 'the usage of a moved device is that of the objects left' "$(line current a "$second")" \
	'hca_handle=[01] hca_object=[04] '
quit x
is 'after the last close, the moved device has no usage' \
	"$(line current a "$second")" 'hca_handle=0 hca_object=0 '

# A client in the other namespace.
there()
{
	(
		echo $BASHPID > "$CGROUP/$top/a/cgroup.procs"
		(echo open; echo fill pd) | exec ip netns exec n1 "$PWD/verbs" "$second"
	)
}
is 'a limit of a moved device holds in the other namespace' "$(there | tail -n 1)" '4 EAGAIN'
is 'objects created in the other namespace are uncharged' \
	"$(line current a "$second")" 'hca_handle=0 hca_object=0 '
limits=$(line max a "$second"; line max b "$second"; line peak a "$second")
ok 'the device can move back' home
is 'a device that moved back keeps limits and peak' \
	"$(line max a "$second"; line max b "$second"; line peak a "$second")" \
	"$limits"
ok 'the device can move once more' rdma dev set "$second" netns n1

# The end of a container: its namespace is deleted, and the device returns to the initial one.
ip netns delete n1
if eventually here_again; then
	is 'a device whose namespace was deleted keeps limits and peak' \
		"$(line max a "$second"; line max b "$second"
		line peak a "$second")" "$limits"
	DEVICE=$second client z a
	ask z open > /dev/null
	is 'a limit holds on a device whose namespace was deleted' "$(ask z fill pd)" '4 EAGAIN'
	quit z
else
	report 1 'a device whose namespace was deleted comes back'
fi

# Moves while other processes open the device, create objects and read the files
ip netns add n1
good=0
touch "$scratch/go"
while [ -e "$scratch/go" ]; do
	(echo open; echo create pd 2; echo open; echo destroy pd 1) | "$here/verbs" "$second"
done > /dev/null 2>&1 &
maker=$!
echo $maker > "$CGROUP/$top/a/cgroup.procs"
while [ -e "$scratch/go" ]; do
	line max a "$second"
done > "$scratch/seen" &
reader=$!
for ((i = 0; i < 6; i++)); do
	rdma dev set "$second" netns n1 && home && good=$((good + 1))
done
rm "$scratch/go"
wait $maker $reader
is 'the device can move to and fro six times under load' $good 6
is 'during the moves, a reader always sees the limits' "$(sort -u "$scratch/seen")" \
	'hca_handle=3 hca_object=4 '
is 'after the moves, nothing is left charged' "$(line current a "$second")" \
	'hca_handle=0 hca_object=0 '
[ ! -e "$(dir a)/rdma.peak" ] ||
	is 'during the moves, the peak does not rise' \
		"$(value peak a hca_object "$second")" 5

# Removal of the device
./adapter delete "$second" port1
second=$(./adapter add rxe1 port1)
is "a new device of a removed one's name has no limits and no usage" \
	"$(line max a "$second") $(line current a "$second")" \
	'hca_handle=max hca_object=max  hca_handle=0 hca_object=0 '
back
