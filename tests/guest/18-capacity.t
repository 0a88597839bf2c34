# SPDX-License-Identifier: GPL-2.0-only
#
# rdma.capacity: what an adapter has, and what of that is in use; limits as a percentage of it.

. ./lib.sh

needs_module

# capacity KEY [DEVICE]: what the file says
capacity()
{
	local -a words=()
	local word

	read -ra words < <(grep "^${2-$DEVICE} " "$MIRROR/rdma.capacity")
	for word in "${words[@]}"; do
		[[ $word != "$1="* ]] || echo "${word#*=}"
	done
}

# types GROUP SETTINGS: write rdma.types.max for the device; prints the result
types() { write types.max "$1" "$DEVICE $2"; }

group a
no 'a cgroup below the root has no rdma.capacity' test -e "$(dir a)/rdma.capacity"
no 'the file cannot be written' sh -c "echo '$DEVICE pd=1' > '$MIRROR/rdma.capacity'"
echo "# $(cat "$MIRROR/rdma.capacity")"
is 'it has a line for each adapter' "$(cut -d ' ' -f 1 "$MIRROR/rdma.capacity" | sort)" \
	"$(ls /sys/class/infiniband)"

# What the driver tells user space
for kind in pd mr mw cq qp srq ah; do
	known=$(ibv_devinfo -v -d "$DEVICE" | sed -n "s/^[[:space:]]*max_$kind:[[:space:]]*//p")
	[ "$known" != 0 ] || known=
	is "$kind is what ibv_query_device() says" "$(capacity $kind)" "$known"
done
for kind in xrcd flow dm counters devx other; do
	is "of $kind no driver says how many there can be" "$(capacity $kind)" ''
done

# In use
client x a
ask x open > /dev/null
# What the others are made of
ask x create pd > /dev/null
ask x create cq > /dev/null
for kind in pd mr cq qp; do
	before=$(capacity $kind.used)
	if [ -z "$before" ]; then
		skip "$kind.used counts objects in use" 'this kernel does not count them'
		continue
	fi
	kernel=$((before - $(sed -n "s/^$DEVICE .*\b$kind=\([0-9]*\).*/\1/p" \
		"$MIRROR/rdma.types.current")))
	ok "$kind.used is not less than what cgroups have" test $kernel -ge 0
	ask x create $kind 3 > /dev/null
	is "$kind.used counts objects in use" "$(capacity $kind.used)" $((before + 3))
	ask x destroy $kind 3 > /dev/null
	is "$kind.used counts no objects that are gone" "$(capacity $kind.used)" "$before"
done

# Percentages
pd=$(capacity pd)
is 'a limit can be a percentage' "$(types a pd=10%)" ok
is 'it is shown as the number that it became' "$(value types.max a pd)" $((pd / 10))
is 'with others on a line' \
	"$(types a 'pd=50% cq=100% qp=7') $(value types.max a pd) $(value types.max a cq) $(
	value types.max a qp)" "ok $((pd / 2)) $(capacity cq) 7"
is '0% is none' "$(types a 'pd=0% mr=0%') $(ask x create pd)" 'ok 0 EAGAIN'
types a 'mr=max cq=max qp=max pd=1%' > /dev/null
one=$((pd / 100))
ah=$(capacity ah)
if [ -n "$ah" ] && [ "$ah" -le 50000 ]; then
	is 'the limit holds' "$(types a ah=1%) $(ask x fill ah)" "ok $((ah / 100)) EAGAIN"
else
	skip 'the limit holds' 'it is too large to be reached in a test'
fi
quit x
for bytes in pd=101% pd=% pd=-1% pd=+1% pd=1.5% pd=0x1% pd=5%% pd=5%5 flow=10% other=10%; do
	is "$bytes gives EINVAL" "$(types a "cq=5 $bytes")" EINVAL
done
is 'rdma.max takes no percentage, since no driver says how many objects there can be' \
	"$(limit a 'hca_object=10%') $(limit a 'hca_handle=10%')" 'EINVAL EINVAL'
is 'an error changes nothing' "$(value types.max a cq) $(value types.max a pd)" "max $one"
unsaid=
for kind in mw srq ah wq rwq_ind; do
	[ -n "$(capacity $kind)" ] || unsaid=$kind
done
if [ -n "$unsaid" ]; then
	is 'a percentage of what the driver does not say gives ENODATA' \
		"$(types a "pd=5 $unsaid=10%") $(value types.max a pd)" "ENODATA $one"
	is 'in rdma.child.max, too' "$(write child.max a "$DEVICE $unsaid=10%")" ENODATA
else
	skip 'a percentage of what the driver does not say gives ENODATA' 'it says all'
fi

# Limits for cgroups to come
child() { write child.max a "$1"; }
content() { cat "$(dir a)/rdma.child.max"; }
is 'a limit of cgroups to come can be a percentage, on every adapter' \
	"$(child '* pd=10% qp=5') $(content)" 'ok * pd=10% qp=5'
group a/b
is 'a new cgroup begins with the number that it becomes' \
	"$(value types.max a/b pd) $(value types.max a/b qp)" "$((pd / 10)) 5"
is 'an adapter can have a percentage of its own' \
	"$(child "$DEVICE pd=20% ah=3") $(content)" "ok * pd=10% qp=5
$DEVICE pd=20% ah=3"
group a/c
is 'which wins' "$(value types.max a/c pd) $(value types.max a/c qp)" "$((pd / 5)) 5"
if second=$(./adapter add rxe7 port7) && [ -n "$second" ]; then
	is 'an adapter that comes later is told of' "$(capacity pd "$second")" "$(
		ibv_devinfo -v -d "$second" | sed -n 's/^[[:space:]]*max_pd:[[:space:]]*//p')"
	is 'and cgroups begin with a percentage of it' "$(value types.max a/c pd "$second")" \
		$(($(capacity pd "$second") / 10))
	./adapter delete "$second" port7
else
	skip 'an adapter that comes later is told of' 'no second adapter'
fi
is 'hca_object of cgroups to come takes no percentage' "$(child '* hca_object=10%')" EINVAL
is 'a number takes the place of a percentage' \
	"$(child '* pd=9') $(child "$DEVICE pd=max ah=max") $(content)" "ok ok * pd=9 qp=5
$DEVICE pd=max"
finish
