# SPDX-License-Identifier: GPL-2.0-only
#
# The status file, the parameters and the log of the loaded module, and its reference to ib_uverbs.

. ./lib.sh

needs_module
status=$(cat $STATUS)
like 'status shows the version' "$status" '*version: [0-9]*.[0-9]*.[0-9]*'
is 'the version in status is the one in /sys/module' "$(sed -n 's/^version: //p' <<< "$status")" \
	"$(cat /sys/module/rdmacg_oot/version)"
like 'status shows the hierarchy' "$status" $'*\nhierarchy: [a-z]*'
like 'status shows the back end: ftrace or kprobe' "$status" $'*\nhook backend: @(ftrace|kprobe)*'
hooks=$(hooks)
like 'status shows at least four hooks' "$(wc -l <<< "$hooks")" '@([4-9]|[12][0-9])'
while read -r hook; do
	like "status: the hook of ${hook%% *} has an address, a count and is armed" \
		"$hook" '* address=0x*[1-9a-f]* hits=[0-9]* state=armed'
	address=${hook#*address=0x}
	address=${address%% *}
	function=${hook%% *}
	like "status: at the address of $function is a function of this name" \
		"$(function_at "$address")" "*${function##*[:.]}*"
done <<< "$hooks"

# A user who must not see addresses does not, even if root passes him the open file.
read -r before < /proc/sys/kernel/kptr_restrict
for restrict in 1 2; do
	echo $restrict > /proc/sys/kernel/kptr_restrict
	is "status shows no address to an ordinary user with kptr_restrict=$restrict" \
		"$(setpriv --reuid 65534 --clear-groups cat < $STATUS |
			sed -n 's/.*address=0x0*\([0-9a-f]*\) .*/\1/p' | sort -u)" ''
done
echo "$before" > /proc/sys/kernel/kptr_restrict

# Reading has no side effect: the kernel does not start modprobe.
read -r helper < /proc/sys/kernel/modprobe
printf '#!/bin/sh\necho "$@" >> %s\n' "$scratch/modprobe" > "$scratch/helper"
chmod +x "$scratch/helper"
echo "$scratch/helper" > /proc/sys/kernel/modprobe
cat $STATUS > /dev/null
find "$MIRROR" -type f -exec cat {} + > /dev/null
echo "$helper" > /proc/sys/kernel/modprobe
is 'reading status and all files does not start modprobe' \
	"$(cat "$scratch/modprobe" 2> /dev/null)" ''

if [ -n "$(hits cgroup_mkdir)" ]; then
	before=$(hits cgroup_mkdir)
	group a
	is 'two mkdir add two to the hits of cgroup_mkdir' $(($(hits cgroup_mkdir) - before)) 2
	is 'status shows as many cgroups as there are directories' \
		"$(sed -n 's/^hierarchy: .* \([0-9]*\) cgroups/\1/p' $STATUS)" \
		"$(find "$CGROUP" -type d | wc -l)"
else
	group a
	skip 'two mkdir add two to the hits of cgroup_mkdir' 'the hook has another name here'
fi
client x a
ask x open > /dev/null
before=$(grep -o 'hits=[0-9]*' $STATUS)
ask x create pd 3 > /dev/null
no 'creating objects adds to the hits' [ "$before" = "$(grep -o 'hits=[0-9]*' $STATUS)" ]
quit x

ok 'rdmacg_oot is a holder of ib_uverbs' test -e /sys/module/ib_uverbs/holders/rdmacg_oot
no 'ib_uverbs cannot be unloaded' rmmod ib_uverbs
ok 'a refused rmmod leaves ib_uverbs loaded' test -d /sys/module/ib_uverbs
is 'the parameter enforce is Y by default' "$(cat /sys/module/rdmacg_oot/parameters/enforce)" Y
is 'the parameter enforce has mode 644' \
	"$(stat -c %a /sys/module/rdmacg_oot/parameters/enforce)" 644
for parameter in hook hierarchy; do
	is "the parameter $parameter has mode 444" \
		"$(stat -c %a "/sys/module/rdmacg_oot/parameters/$parameter" 2>&1)" 444
done
like 'the log has the version' "$(dmesg | grep rdmacg_oot:)" '*rdmacg_oot: version *'

controller=$(sed -n 's/^rdma\t.*\t\([01]\)$/\1/p' /proc/cgroups)
notes=$(dmesg | grep -c 'rdmacg_oot: .*own RDMA controller')
if [ "$controller" = 1 ]; then
	like "the log says once for each load that the kernel's own controller is active" \
		"$notes $(dmesg | grep -c 'rdmacg_oot: version')" "$notes $notes"
	like "status says that the kernel's own controller is active" "$status" \
		'*own controller: active*'
else
	is "without the kernel's own controller, the log does not mention it" "$notes" 0
fi
finish
