# SPDX-License-Identifier: GPL-2.0-only
#
# The module's counts are compared with those of "rdma resource", which knows contexts and,
# depending on the kernel, some kinds of objects. For the other kinds, with the numbers that the
# clients report.

. ./lib.sh

[[ $(rdma resource show "$DEVICE" 2> /dev/null) = *' pd '* ]] ||
	skip_all 'this kernel counts no resources by itself'
RANDOM=${SEED:-1}
group a a/b c
kinds='pd mr mw cq qp srq ah'
declare -A own=() before=() after=()

# observe NAME: set the array of that name to the counts of "rdma resource", by kind
observe()
{
	local -n counts=$1
	local words i

	read -r -a words < <(rdma resource show "$DEVICE" | sed 's/^[^ ]* [^ ]* *//')
	for ((i = 0; i + 1 < ${#words[@]}; i += 2)); do
		counts[${words[i]}]=${words[i + 1]}
	done
}

# all RESOURCE [FILE]: its usage on the whole machine
all() { sed -n "s/^$DEVICE.* $1=\([0-9]*\).*/\1/p" "$MIRROR/${2-rdma.current}"; }

# compare NAME: check the usage against the counts of "rdma resource" and the clients
compare()
{
	local kind objects=0

	observe after
	for kind in ctx $kinds; do
		[ -n "${after[$kind]+known}" ] || continue
		own[$kind]=$((after[$kind] - before[$kind]))
	done
	for kind in $kinds; do
		objects=$((objects + own[$kind]))
	done
	is "$1: hca_handle is the number of contexts that rdma resource shows" \
		"$(all hca_handle)" ${own[ctx]}
	is "$1: hca_object is the number of objects that rdma resource shows" \
		"$(all hca_object)" $objects
	with_module || return
	is "$1: each kind is as many as rdma resource shows" "$(
		for kind in $kinds; do
			echo "$kind $(all $kind rdma.types.current)"
		done
	)" "$(
		for kind in $kinds; do
			echo "$kind ${own[$kind]}"
		done
	)"
}

if ! with_module; then
	# The kernel's own controller has no files in the root.
	all() { count '' "$1"; }
fi
observe before
echo "# known to this kernel: ${!before[*]}"
for kind in ctx $kinds; do
	own[$kind]=0
done
client x a
client y a/b
client z c
limit a 'hca_object=60' > /dev/null
for name in x y z; do
	ask $name open 2 > /dev/null
	ask $name create pd > /dev/null
	ask $name create cq > /dev/null
	own[ctx]=$((own[ctx] + 2)) own[pd]=$((own[pd] + 1)) own[cq]=$((own[cq] + 1))
done
compare 'at the beginning'
for round in {1..5}; do
	for i in {1..12}; do
		name=$(printf '%s\n' x y z | sed -n "$((RANDOM % 3 + 1))p")
		read -r -a choice <<< "$kinds"
		kind=${choice[RANDOM % 7]} number=$((RANDOM % 6 + 1)) sign=1 verb=create
		[ $((RANDOM % 3)) -gt 0 ] || sign=-1 verb=destroy
		done=$(ask $name $verb "$kind" $number)
		own[$kind]=$((own[$kind] + sign * ${done% *}))
	done
	compare "round $round"
done
like 'at the end of the rounds, there are objects' "$(all hca_object)" '[1-9]*'
ask x close > /dev/null
own[ctx]=$((own[ctx] - 1))
compare 'a context less'
for name in x y z; do
	kill9 $name
done
for kind in ctx $kinds; do
	own[$kind]=0
done
compare 'after all were killed'
finish
