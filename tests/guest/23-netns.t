# SPDX-License-Identifier: GPL-2.0-only
#
# A device that moves to another network namespace, and back, is the same device: limits, usage,
# peaks and events stay, and nothing that is made meanwhile is missed.

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
# A name for the namespace that this is, to move back to.
ip netns add n1
touch /run/netns/init
mount --bind /proc/self/ns/net /run/netns/init
home() { ip netns exec n1 rdma dev set "$second" netns init; }
here_again() { [ -e "/sys/class/infiniband/$second" ]; }
if ! rdma dev set "$second" netns n1 2> /dev/null; then
	skip 'moves' 'this driver cannot take a device away from who has it open'
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
like 'before the move: limits, usage, peak, events' "$before" \
	'hca_handle=3 hca_object=4 *hca_handle=1 hca_object=4 *'

# What was open is taken away by the move where the driver can do that; its objects go then.
ok 'moved to another namespace' rdma dev set "$second" netns n1
is 'limits stay' "$(line max a "$second") $(line max b "$second")" \
	'hca_handle=3 hca_object=4  hca_handle=max hca_object=7 '
[ ! -e "$(dir a)/rdma.peak" ] ||
	is 'peak and events stay' "$(line peak a "$second") $(line events a "$second")" \
		"$(sed -n 3,4p <<< "$before" | paste -sd ' ')"
like 'usage is that of the objects that are left' "$(line current a "$second")" \
	'hca_handle=[01] hca_object=[04] '
quit x
is 'after the close nothing is charged' "$(line current a "$second")" 'hca_handle=0 hca_object=0 '

# A client in the other namespace.
there()
{
	(
		echo $BASHPID > "$CGROUP/$top/a/cgroup.procs"
		(echo open; echo fill pd) | exec ip netns exec n1 "$PWD/verbs" "$second"
	)
}
is 'the limit holds in the other namespace' "$(there | tail -n 1)" '4 EAGAIN'
is 'what was made there is given back' "$(line current a "$second")" 'hca_handle=0 hca_object=0 '
limits=$(line max a "$second"; line max b "$second"; line peak a "$second")
ok 'moved back by hand' home
is 'moved back: all stays' "$(line max a "$second"; line max b "$second"; line peak a "$second")" \
	"$limits"
ok 'moved once more' rdma dev set "$second" netns n1

# The end of a container.
ip netns delete n1
if eventually here_again; then
	is 'its namespace deleted: all stays' "$(line max a "$second"; line max b "$second"
		line peak a "$second")" "$limits"
	DEVICE=$second client z a
	ask z open > /dev/null
	is 'its namespace deleted: the limit holds' "$(ask z fill pd)" '4 EAGAIN'
	quit z
else
	report 1 'its namespace deleted: the device is back'
fi

# To and fro, while others open, create and read: a reader always sees the limits.
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
is 'to and fro: six times' $good 6
is 'to and fro: a reader saw the limits each time' "$(sort -u "$scratch/seen")" \
	'hca_handle=3 hca_object=4 '
is 'to and fro: nothing is left charged' "$(line current a "$second")" \
	'hca_handle=0 hca_object=0 '
[ ! -e "$(dir a)/rdma.peak" ] ||
	is 'to and fro: never more than the limit' "$(value peak a hca_object "$second")" 5

# A real removal.
./adapter delete "$second" port1
second=$(./adapter add rxe1 port1)
is 'a new device of the same name begins with nothing' \
	"$(line max a "$second") $(line current a "$second")" \
	'hca_handle=max hca_object=max  hca_handle=0 hca_object=0 '
back
