# SPDX-License-Identifier: GPL-2.0-only
#
# mr_mem of rdma.types.*: bytes of memory that user space has registered.

. ./lib.sh

needs_module
MIB=1048576

# mem GROUP [FILE]
mem() { value "${2-types.current}" "$1" mr_mem; }
# types GROUP SETTINGS: write rdma.types.max for the device; prints the result
types() { write types.max "$1" "$DEVICE $2"; }
# pinned CLIENT: its pinned memory, in KiB
pinned() { sed -n 's/^VmPin:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/${pid[$1]}/status"; }

group a a/b c
client x a/b
ask x open > /dev/null
ask x create pd > /dev/null
is 'without a registration, mr_mem is 0, and its limit max' \
	"$(mem a) $(mem a types.peak) $(mem a types.max)" '0 0 max'
is 'mr_mem is the last key' "$(line types.current a | sed 's/.* //')" mr_mem=0

# Usage
before=$(pinned x)
is 'registered memory counts with its length' "$(ask x register $MIB) $(mem a/b)" "1 ok $MIB"
is 'in the parent and on the root, too' "$(mem a) $(
	sed -n "s/^$DEVICE .* mr_mem=//p" "$MIRROR/rdma.types.current")" "$MIB $MIB"
is 'the pages of it are pinned' $(($(pinned x) - before)) 1024
is 'an MR is an object besides' "$(count a/b) $(value types.current a/b mr)" '2 1'
is 'a length that is not of whole pages counts to the byte' \
	"$(ask x register 5001) $(mem a)" "1 ok $((MIB + 5001))"
is 'memory that is deregistered is uncharged' "$(ask x destroy mr) $(mem a)" "1 ok $MIB"
is 'the peak stays' "$(mem a types.peak)" $((MIB + 5001))
# EINVAL from the rdma_rxe of old kernels
like 'a registration that fails in the driver is uncharged' \
	"$(ask x register-nowhere $MIB) $(mem a)" "0 @(EFAULT|EINVAL) $MIB"

# Limits
is 'a limit can be larger than 32 bits' "$(types a mr_mem=0x7ffffffffffffffe) $(mem a types.max)" \
	'ok 9223372036854775806'
is 'the largest number is max' "$(types a mr_mem=9223372036854775807) $(mem a types.max)" 'ok max'
is 'a larger one is refused' "$(types a mr_mem=9223372036854775808)" EINVAL
is 'other keys take no number of more than 32 bits' "$(types a pd=2147483648)" EINVAL
is 'rdma.max refuses the key' "$(limit a mr_mem=1)" EINVAL
types a mr_mem=$((2 * MIB)) > /dev/null
is 'memory up to the limit can be registered' "$(ask x register $MIB) $(mem a)" "1 ok $((2 * MIB))"
before=$(pinned x)
is 'over the limit, it is refused with EAGAIN' \
	"$(ask x register 1) $(mem a)" "0 EAGAIN $((2 * MIB))"
is 'before the driver looks for the pages' "$(ask x register-nowhere $MIB)" '0 EAGAIN'
is 'a refusal pins nothing and keeps no object' "$(pinned x) $(count a/b)" "$before 3"
is 'the whole address space (implicit ODP) does not count' \
	"$(ask x register-nowhere 18446744073709551615 | grep -c EAGAIN)" 0
is 'events count the refusals where the limit is' \
	"$(value types.events a mr_mem.max) $(value types.events.local a mr_mem.max)" '2 2'
is 'events count the refusals where they came from' \
	"$(value types.events a mr_mem.alloc_fail) $(
	value types.events.local a/b mr_mem.alloc_fail)" \
	'2 2'
is 'a refusal is no event of mr' "$(value types.events a mr.alloc_fail)" 0
echo ENOMEM > /sys/module/rdmacg_oot/parameters/refuse
is 'with refuse=ENOMEM, it is refused with ENOMEM' "$(ask x register 1)" '0 ENOMEM'
echo EAGAIN > /sys/module/rdmacg_oot/parameters/refuse
types a mr_mem=1 > /dev/null
is 'a limit may be set below the usage' "$(ask x destroy mr) $(mem a)" "1 ok $MIB"
types a mr_mem=max > /dev/null

# The creator's cgroup owns the charge.
move x c
is 'a process that moved registers in its new cgroup' \
	"$(ask x register 4096) $(mem c) $(mem a/b)" "1 ok 4096 $MIB"
is 'and gives back where it was charged' "$(ask x destroy-first mr) $(mem c) $(mem a/b)" \
	'1 ok 4096 0'
move x a/b
ask x register $MIB > /dev/null
kill9 x
eventually nothing_charged
is 'a process that is killed leaves nothing' "$(mem a) $(mem c)" '0 0'

# Unloading with memory registered
client x a/b
ask x open > /dev/null
ask x create pd > /dev/null
ask x register $MIB > /dev/null
ok 'the module can be unloaded while memory is registered' rmmod rdmacg_oot
ask x register $MIB > /dev/null
ok 'and loaded again' reload
is 'memory that was registered before is not counted' "$(mem a)" 0
is 'new memory is' "$(ask x register 4096) $(mem a)" '1 ok 4096'
is 'deregistering what is not counted changes nothing' \
	"$(ask x destroy-first mr) $(ask x destroy-first mr) $(mem a)" '1 ok 1 ok 4096'
is 'deregistering what is gives it back' "$(ask x destroy mr) $(mem a)" '1 ok 0'
quit x

# Registering anew and failing to deregister: a driver that can (modules/rdmacg_memory.c), which has
# its functions by the time that the module is loaded
[ -d /sys/module/rdma_rxe ] || skip_all 'no rdma_rxe to make devices with'
existing=$DEVICE
rmmod rdmacg_oot
if ! modprobe -q rdmacg_memory device=rxe1; then
	reload
	skip_all 'no rdmacg_memory for this kernel'
fi
DEVICE=$(./adapter add rxe1 port1)
trap './adapter delete "$DEVICE" port1; DEVICE=$existing; rmmod rdmacg_memory; finish' EXIT
parameters=/sys/module/rdmacg_memory/parameters
reload
client x a/b
ask x open > /dev/null
ask x create pd > /dev/null
ask x register $MIB > /dev/null
is 'an MR that becomes longer is charged the difference' \
	"$(ask x reregister $((3 * MIB))) $(mem a)" "1 ok $((3 * MIB))"
is 'one that becomes shorter gives it back' "$(ask x reregister 4096) $(mem a)" '1 ok 4096'
is 'one whose access alone changes stays as it is' "$(ask x reregister 0) $(mem a)" '1 ok 4096'
move x c
is 'the difference is charged to the cgroup that the MR was charged to' \
	"$(ask x reregister $MIB) $(mem a/b) $(mem c)" "1 ok $MIB 0"
move x a/b
types a mr_mem=$((2 * MIB)) > /dev/null
is 'over the limit, an MR cannot become longer' \
	"$(ask x reregister $((2 * MIB + 1))) $(mem a) $(
	value types.events.local a/b mr_mem.alloc_fail)" \
	"0 EAGAIN $MIB 1"
is 'up to the limit, it can' "$(ask x reregister $((2 * MIB))) $(mem a)" "1 ok $((2 * MIB))"
types a mr_mem=max > /dev/null
echo -22 > $parameters/error
is 'if the driver fails, a longer MR is charged as before' \
	"$(ask x reregister $((4 * MIB))) $(mem a)" "0 EINVAL $((2 * MIB))"
is 'if the driver fails, a shorter MR is charged as before' \
	"$(ask x reregister $MIB) $(mem a)" "0 EINVAL $((2 * MIB))"
echo 0 > $parameters/error
echo 1 > $parameters/another
anew=$(ask x reregister $((4 * MIB)))
if [ "$anew" = '0 EOPNOTSUPP' ]; then
	skip 'an MR that another one takes the place of is charged once' 'not on this kernel'
else
	is 'an MR that another one takes the place of is charged once' \
		"$anew $(mem a) $(value types.current a mr)" "1 ok $((4 * MIB)) 1"
fi
usage=$(mem a)
echo 1 > $parameters/refuse
is 'a deregistration that fails leaves the charge' "$(ask x destroy mr) $(mem a)" "0 EBUSY $usage"
is 'a second one that succeeds gives it back' "$(ask x destroy mr) $(mem a)" '1 ok 0'

# Removal of the device. Some kernels wait until the process has closed it.
ask x register $MIB > /dev/null
./adapter delete "$DEVICE" port1 &
remover=$!
trap 'DEVICE=$existing; rmmod rdmacg_memory; finish' EXIT
sleep 1
quit x
wait $remover
is 'a device can be removed while memory is registered' $? 0
rmmod rdmacg_memory
eventually nothing_charged
is 'after that, nothing is charged' "$(grep -c 'mr_mem=[1-9]' "$MIRROR/rdma.types.current")" 0
DEVICE=$existing
finish
