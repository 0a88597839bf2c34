# SPDX-License-Identifier: GPL-2.0-only
#
# rdma.rate.max: how many objects a second a cgroup may create.

. ./lib.sh

needs_module

# rate GROUP SETTINGS: write rdma.rate.max; prints the result
rate() { write rate.max "$1" "$DEVICE $2"; }
milliseconds() { echo $(($(date +%s%N) / 1000000)); }
# within_rate COUNT RATE BEGAN: is that what may be created from then on, and at least that burst?
within_rate()
{
	local most=$(($2 + ($(milliseconds) - $3) * $2 / 1000 + 1))

	[ "$1" -ge "$2" ] && [ "$1" -le $most ] || echo "$1, and $most may be"
}

group a a/b s
is 'there is no limit at first' "$(line rate.max a)" 'hca_object=max'
no 'the root has no such file' test -e "$MIRROR/rdma.rate.max"
is 'a limit can be set' "$(rate a hca_object=5) $(line rate.max a)" 'ok hca_object=5'
is 'it is none for how many there are' "$(line max a)" 'hca_handle=max hca_object=max '

client x a/b
began=$(milliseconds)
is 'a context is no object' "$(for i in {1..8}; do ask x open; done | sort | uniq -c | tr -s ' ')" \
	' 8 1 ok'
made=$(ask x fill pd)
is 'a burst of one second is let through' "$(within_rate "${made% *}" 5 "$began")" ''
is 'what is over it is refused like any other' "${made#* }" EAGAIN
is 'and not charged' "$(count a) $(value types.current a pd)" "${made% *} ${made% *}"
is 'it is counted in the events of the limit' "$(line rate.events a)" \
	'hca_object.max=1 hca_object.alloc_fail=1'
is 'and where it came from' "$(line rate.events a/b)" 'hca_object.max=0 hca_object.alloc_fail=1'
is 'and in no other file' \
	"$(value events a hca_object.max) $(value types.events a pd.max)" '0 0'
like 'it is written down' "$(cat "$(dir a)/rdma.denied")" \
	"* (verbs) in b was refused hca_object=1 1 times: ./rdma.rate.max has hca_object=5 a second"
client y s
ask y open > /dev/null
is 'a sibling creates as many as it likes' "$(ask y create pd 30)" '30 ok'
quit y

began=$(milliseconds) all=0
while [ $(($(milliseconds) - began)) -lt 3000 ]; do
	made=$(ask x fill pd)
	all=$((all + ${made% *}))
done
is 'a loop for three seconds creates as many as the limit allows' \
	"$(within_rate $all 5 "$began")" ''

# A loop that destroys as well is what no limit of a number stops.
rate a hca_object=1 > /dev/null
ask x fill pd > /dev/null
events=$(value rate.events a hca_object.max)
ask x destroy pd > /dev/null
is 'an object that is destroyed gives no token back' "$(ask x create pd; ask x create pd)" \
	$'0 EAGAIN\n0 EAGAIN'
like 'each refusal counts' $(($(value rate.events a hca_object.max) - events)) '[1-9]*'

./file poll "$(dir a)/rdma.rate.events" 5000 > "$scratch/woken" &
eventually grep -q ready "$scratch/woken"
ask x fill pd > /dev/null
wait $!
is 'a refusal wakes poll on rdma.rate.events' "$(tail -n 1 "$scratch/woken")" 'POLLPRI POLLERR'

is 'a limit of 0 refuses all' "$(rate a/b hca_object=0; sleep 1.1; ask x create pd)" 'ok
0 EAGAIN'
is 'the limit can be taken away' "$(rate a/b hca_object=max; rate a hca_object=max)" $'ok\nok'
is 'then nothing is refused' "$(ask x create pd 20)" '20 ok'
for settings in hca_handle=5 qp=5 hca_object=-1 hca_object=2147483648 hca_object \
	'hca_object=1 mr=1'; do
	is "rdma.rate.max refuses '$settings'" "$(rate a "$settings")" EINVAL
done
is 'an error changes no limit' "$(line rate.max a)" 'hca_object=max'
quit x
eventually nothing_charged
finish
