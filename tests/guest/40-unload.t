# SPDX-License-Identifier: GPL-2.0-only
#
# Loading and unloading, with objects alive, with verbs in flight, and what is left afterwards.

. ./lib.sh

needs_module

trap 'loaded || modprobe rdmacg_oot; finish' EXIT
trace=/sys/kernel/tracing
[ -e $trace/enabled_functions ] || trace=/sys/kernel/debug/tracing

# Unloaded, with objects alive.
group a a/b
client x a/b
ask x open > /dev/null
ask x create pd 3 > /dev/null
ask x create mr > /dev/null
ask x create cq 2 > /dev/null
ask x create qp 2 > /dev/null
limit a hca_object=8 > /dev/null
is 'the limit is reached' "$(ask x create pd)" '0 EAGAIN'
log_mark
ok 'unloaded with objects alive' rmmod rdmacg_oot
no 'no directory is left' test -e $DEBUGFS
is 'nor a file in the cgroup file system' "$(find "$CGROUP" -name 'rdma.*')" ''
no 'no module is left' grep -q '^rdmacg_oot ' /proc/modules
# Not the links: the kernel keeps those as names of caches that it merged with others.
caches() { grep -s '^rdmacg' /proc/slabinfo; find /sys/kernel/slab -type d -name 'rdmacg*'; }
no_caches() { [ -z "$(caches)" ]; }
eventually no_caches
is 'no slab cache is left' "$(caches)" ''
is 'no redirected function is left' "$(grep -sE 'rdmacg| R .*I|I .*R' $trace/enabled_functions)" ''
is 'no probe is left' "$(cat /sys/kernel/debug/kprobes/list 2> /dev/null)" ''
no 'ib_uverbs is held no more' test -e /sys/module/ib_uverbs/holders/rdmacg_oot
is 'the kernel says nothing bad' \
	"$(log_since | grep -E 'WARNING|BUG|rdmacg_oot: .*(error|fail|cannot)')" ''
is 'unloaded: nothing is limited' "$(ask x create pd 10)" '10 ok'
is 'unloaded: objects live on' "$(ask x destroy qp) $(ask x destroy-first cq)" '1 ok 1 ok'
ok 'unloaded: cgroups come' group a/late
ok 'unloaded: and go' rmdir "$CGROUP/$top/a/late"
group a/c a/c/d

# Loaded, with objects alive.
ok 'loaded with objects alive' modprobe rdmacg_oot
ok 'cgroups that exist are there when modprobe returns' test -f "$(dir a/c/d)/rdma.max"
ok 'and none but these' all_shown
is 'limits begin anew' "$(line max a)" 'hca_handle=max hca_object=max '
is 'objects from before are not counted' "$(line current a/b)" 'hca_handle=0 hca_object=0 '
is 'their destruction changes no count' "$(ask x destroy qp) $(line current a/b)" \
	'1 ok hca_handle=0 hca_object=0 '
is 'a new object is counted' "$(ask x create cq 2) $(count a/b) $(count a)" '2 ok 2 2'
is 'the new ones and an old one are destroyed' "$(ask x destroy cq 3) $(count a/b)" '3 ok 0'
limit a hca_object=1 > /dev/null
is 'and limited, in a context from before' "$(ask x fill pd) $(count a/b)" '1 EAGAIN 1'
is 'a failed destroy of one from before changes nothing' "$(ask x destroy-first pd) $(count a/b)" \
	'1 ok 1'
is 'a context from before is not counted' "$(count a/b hca_handle)" 0
is 'a new one is' "$(ask x open) $(count a/b hca_handle)" '1 ok 1'
quit x
eventually equals "$(dir a)/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
is 'exit gives back what was counted, and no more' "$(line current a)" 'hca_handle=0 hca_object=0 '
is 'nothing is below zero anywhere' \
	"$(grep -r --include='rdma.*' -- '=-' "$MIRROR" 2> /dev/null)" ''

# Objects from both times at once, by kill.
client x a/b
ask x open > /dev/null
limit a hca_object=max > /dev/null
ask x create pd 20 > /dev/null
rmmod rdmacg_oot
ask x create pd 20 > /dev/null
modprobe rdmacg_oot
ask x create pd 20 > /dev/null
is 'unloaded, used, loaded, used: only the last are counted' "$(line current a)" \
	'hca_handle=0 hca_object=20 '
kill9 x
eventually equals "$(dir a)/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
is 'kill gives back just these' "$(line current a)" 'hca_handle=0 hca_object=0 '

# A file that is open: unloading may be refused, but must not hurt.
exec 7< "$(dir a)/rdma.current" 8> "$(dir a)/rdma.max"
rmmod rdmacg_oot 2> /dev/null
cat <&7 > /dev/null 2>&1
echo x >&8 2> /dev/null
exec 7<&- 8>&-
loaded && ok 'files were open: unloaded after they are closed' rmmod rdmacg_oot
# A directory that is open holds nobody up.
modprobe rdmacg_oot
exec 7< "$(dir a/b)"
ok 'a directory was open: unloaded' timeout 60 rmmod rdmacg_oot
exec 7<&-
for i in {1..10}; do
	modprobe rdmacg_oot && rmmod rdmacg_oot || break
done
is 'loaded and unloaded ten times' $i 10

# Under load.
clients='l1 l2 l3'
group l
for name in $clients; do
	client $name l
	ask $name open > /dev/null
	tell $name churn 10
done
(
	while :; do
		mkdir "$CGROUP/$top/l/m" && cat "$MIRROR/$top/l/m/rdma."* 2> /dev/null
		rmdir "$CGROUP/$top/l/m"
	done
) > /dev/null 2>&1 &
storm=$!
end=$((SECONDS + 10)) rounds=0 bad=
while [ $SECONDS -lt $end ]; do
	bad+=$(modprobe rdmacg_oot 2>&1)
	[ $((rounds % 3)) -ne 0 ] || sleep 0.3
	# A file that is being read holds the module for that moment: rmmod sees it, or the kernel.
	error=$(rmmod rdmacg_oot 2>&1)
	[[ $error = *@('in use'|'temporarily unavailable')* ]] || bad+=$error
	rounds=$((rounds + 1))
done
kill $storm
wait $storm 2> /dev/null
rmdir "$CGROUP/$top/l/m" 2> /dev/null
is 'loading and unloading under load never fails' "$bad" ''
like 'and happened more than once' $rounds '[1-9]*'
for name in $clients; do
	like 'a client worked all the time' "$(hear $name)" '[1-9]* ok'
done
ok 'loaded at the end' modprobe rdmacg_oot
is 'with nothing counted' "$(line current l)" 'hca_handle=0 hca_object=0 '
for name in $clients; do
	tell $name churn 5
done
sleep 1
ok 'unloaded with verbs in flight' rmmod rdmacg_oot
ok 'loaded with verbs in flight' modprobe rdmacg_oot
for name in $clients; do
	like 'the clients go on' "$(hear $name)" '[1-9]* ok'
	kill9 $name
done
is 'in the end nothing is counted' "$(line current l)" 'hca_handle=0 hca_object=0 '
finish
