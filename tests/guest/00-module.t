# SPDX-License-Identifier: GPL-2.0-only
#
# What the loaded module says of itself, and what it holds on to.

. ./lib.sh

needs_module
status=$(cat $STATUS)
like 'status: version' "$status" '*version: [0-9]*.[0-9]*.[0-9]*'
is 'status: the version is that of the module' "$(sed -n 's/^version: //p' <<< "$status")" \
	"$(cat /sys/module/rdmacg_oot/version)"
like 'status: hierarchy' "$status" $'*\nhierarchy: [a-z]*'
like 'status: back end' "$status" $'*\nhook backend: @(ftrace|kprobe)*'
hooks=$(hooks)
like 'status: hooks' "$(wc -l <<< "$hooks")" '@([4-9]|[12][0-9])'
while read -r hook; do
	like "status: hook ${hook%% *}" "$hook" '* address=0x*[1-9a-f]* hits=[0-9]* state=armed'
	address=${hook#*address=0x}
	address=${address%% *}
	function=${hook%% *}
	like "status: the address of $function is that of a function of this name" \
		"$(function_at "$address")" "*${function##*[:.]}*"
done <<< "$hooks"

# Who may not know addresses is not told, even if somebody hands him the open file.
read -r before < /proc/sys/kernel/kptr_restrict
for restrict in 1 2; do
	echo $restrict > /proc/sys/kernel/kptr_restrict
	is "status: no address for who may not know it (kptr_restrict=$restrict)" \
		"$(setpriv --reuid 65534 --clear-groups cat < $STATUS |
			sed -n 's/.*address=0x0*\([0-9a-f]*\) .*/\1/p' | sort -u)" ''
done
echo "$before" > /proc/sys/kernel/kptr_restrict

# Reading has no effects: the kernel starts no modprobe.
read -r helper < /proc/sys/kernel/modprobe
printf '#!/bin/sh\necho "$@" >> %s\n' "$scratch/modprobe" > "$scratch/helper"
chmod +x "$scratch/helper"
echo "$scratch/helper" > /proc/sys/kernel/modprobe
cat $STATUS > /dev/null
find "$MIRROR" -type f -exec cat {} + > /dev/null
echo "$helper" > /proc/sys/kernel/modprobe
is 'reading the files starts no modprobe' "$(cat "$scratch/modprobe" 2> /dev/null)" ''

# hits NAME: how often a hook was reached
hits() { sed -n "s/^hook: \([^ ]*:\)\?$1 .*hits=\([0-9]*\) .*/\2/p" $STATUS; }
if [ -n "$(hits cgroup_mkdir)" ]; then
	before=$(hits cgroup_mkdir)
	group a
	is 'status: two cgroups are two hits' $(($(hits cgroup_mkdir) - before)) 2
	is 'status: the mirror counts them' \
		"$(sed -n 's/^hierarchy: .* \([0-9]*\) cgroups/\1/p' $STATUS)" \
		"$(find "$CGROUP" -type d | wc -l)"
else
	group a
	skip 'status: hits of cgroup_mkdir' 'the hook has another name here'
fi
client x a
ask x open > /dev/null
before=$(grep -o 'hits=[0-9]*' $STATUS)
ask x create pd 3 > /dev/null
no 'status: objects are hits' [ "$before" = "$(grep -o 'hits=[0-9]*' $STATUS)" ]
quit x

ok 'ib_uverbs is held' test -e /sys/module/ib_uverbs/holders/rdmacg_oot
no 'ib_uverbs cannot be unloaded' rmmod ib_uverbs
ok 'and is still there' test -d /sys/module/ib_uverbs
is 'enforce is on' "$(cat /sys/module/rdmacg_oot/parameters/enforce)" Y
is 'enforce can be written' "$(stat -c %a /sys/module/rdmacg_oot/parameters/enforce)" 644
for parameter in hook hierarchy; do
	is "parameter $parameter can be read" \
		"$(stat -c %a "/sys/module/rdmacg_oot/parameters/$parameter" 2>&1)" 444
done
like 'the kernel log has the version' "$(dmesg | grep rdmacg_oot:)" '*rdmacg_oot: version *'

controller=$(sed -n 's/^rdma\t.*\t\([01]\)$/\1/p' /proc/cgroups)
notes=$(dmesg | grep -c 'rdmacg_oot: .*own RDMA controller')
if [ "$controller" = 1 ]; then
	like "the kernel's own controller is active: said once for each load" \
		"$notes $(dmesg | grep -c 'rdmacg_oot: version')" "$notes $notes"
	like "the kernel's own controller is active: status says so" "$status" \
		'*own controller: active*'
else
	is "the kernel's own controller is not active: nothing is said" "$notes" 0
fi
finish
