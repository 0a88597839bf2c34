# SPDX-License-Identifier: GPL-2.0-only
#
# Loading and unloading with objects alive and with verbs in flight, and what rmmod leaves.

. ./lib.sh

needs_module

trap 'loaded || modprobe rdmacg_oot; finish' EXIT
trace=/sys/kernel/tracing
[ -e $trace/enabled_functions ] || trace=/sys/kernel/debug/tracing

# rmmod with objects alive
group a a/b
client x a/b
ask x open > /dev/null
ask x create pd 3 > /dev/null
ask x create mr > /dev/null
ask x create cq 2 > /dev/null
ask x create qp 2 > /dev/null
limit a hca_object=8 > /dev/null
is 'before unloading, the limit holds' "$(ask x create pd)" '0 EAGAIN'
log_mark
ok 'the module can be unloaded with objects alive' rmmod rdmacg_oot
no 'rmmod leaves no directory in debugfs' test -e $DEBUGFS
is 'rmmod leaves no file in the cgroup file system' "$(find "$CGROUP" -name 'rdma.*')" ''
no 'after rmmod, the module is not in /proc/modules' grep -q '^rdmacg_oot ' /proc/modules
# Not symbolic links, which the kernel keeps as names of caches that it merged with others.
caches() { grep -s '^rdmacg' /proc/slabinfo; find /sys/kernel/slab -type d -name 'rdmacg*'; }
no_caches() { [ -z "$(caches)" ]; }
eventually no_caches
is 'rmmod leaves no slab cache' "$(caches)" ''
is 'rmmod leaves no redirected function' \
	"$(grep -sE 'rdmacg| R .*I|I .*R' $trace/enabled_functions)" ''
is 'rmmod leaves no kprobe' "$(cat /sys/kernel/debug/kprobes/list 2> /dev/null)" ''
no 'rmmod leaves ib_uverbs without this holder' test -e /sys/module/ib_uverbs/holders/rdmacg_oot
is 'rmmod leaves no warning in the log' \
	"$(log_since | grep -E 'WARNING|BUG|rdmacg_oot: .*(error|fail|cannot)')" ''
is 'after rmmod, nothing is limited' "$(ask x create pd 10)" '10 ok'
is 'after rmmod, existing objects can be destroyed' \
	"$(ask x destroy qp) $(ask x destroy-first cq)" '1 ok 1 ok'
ok 'after rmmod, cgroups can be made' group a/late
ok 'after rmmod, cgroups can be removed' rmdir "$CGROUP/$top/a/late"
group a/c a/c/d

# modprobe with objects alive
ok 'the module can be loaded with objects alive' modprobe rdmacg_oot
ok 'existing cgroups have their files when modprobe returns' test -f "$(dir a/c/d)/rdma.max"
ok 'only existing cgroups have files' all_shown
is 'after a reload, there are no limits' "$(line max a)" 'hca_handle=max hca_object=max '
is 'objects from before the load are not counted' "$(line current a/b)" 'hca_handle=0 hca_object=0 '
is 'destroying an object from before the load changes no count' \
	"$(ask x destroy qp) $(line current a/b)" \
	'1 ok hca_handle=0 hca_object=0 '
is 'an object created after the load is counted' \
	"$(ask x create cq 2) $(count a/b) $(count a)" '2 ok 2 2'
is 'destroying two new objects and an old one leaves the count at 0' \
	"$(ask x destroy cq 3) $(count a/b)" '3 ok 0'
limit a hca_object=1 > /dev/null
is 'a limit holds in a context from before the load' "$(ask x fill pd) $(count a/b)" '1 EAGAIN 1'
is 'destroying a PD from before the load changes no count' \
	"$(ask x destroy-first pd) $(count a/b)" \
	'1 ok 1'
is 'a context from before the load is not counted' "$(count a/b hca_handle)" 0
is 'a context opened after the load is counted' "$(ask x open) $(count a/b hca_handle)" '1 ok 1'
quit x
eventually equals "$(dir a)/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
is 'exit gives back what was counted and no more' "$(line current a)" 'hca_handle=0 hca_object=0 '
is 'no file shows a negative number' \
	"$(grep -r --include='rdma.*' -- '=-' "$MIRROR" 2> /dev/null)" ''

# A killed process with objects from before and after the load
client x a/b
ask x open > /dev/null
limit a hca_object=max > /dev/null
ask x create pd 20 > /dev/null
rmmod rdmacg_oot
ask x create pd 20 > /dev/null
modprobe rdmacg_oot
ask x create pd 20 > /dev/null
is 'after a reload, only objects created after it are counted' "$(line current a)" \
	'hca_handle=0 hca_object=20 '
kill9 x
eventually equals "$(dir a)/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
is 'kill gives back the charges of these objects only' \
	"$(line current a)" 'hca_handle=0 hca_object=0 '

# With a file open, rmmod may fail, but must do no harm.
exec 7< "$(dir a)/rdma.current" 8> "$(dir a)/rdma.max"
rmmod rdmacg_oot 2> /dev/null
cat <&7 > /dev/null 2>&1
echo x >&8 2> /dev/null
exec 7<&- 8>&-
loaded && ok 'the module can be unloaded when open files are closed' rmmod rdmacg_oot
# An open directory does not delay rmmod.
modprobe rdmacg_oot
exec 7< "$(dir a/b)"
ok 'an open directory does not keep the module from being unloaded' timeout 60 rmmod rdmacg_oot
exec 7<&-
for i in {1..10}; do
	modprobe rdmacg_oot && rmmod rdmacg_oot || break
done
is 'the module can be loaded and unloaded ten times' $i 10

# Under load
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
	# A file that is being read holds a reference to the module: rmmod or the kernel refuses.
	error=$(rmmod rdmacg_oot 2>&1)
	[[ $error = *@('in use'|'temporarily unavailable')* ]] || bad+=$error
	rounds=$((rounds + 1))
done
kill $storm
wait $storm 2> /dev/null
rmdir "$CGROUP/$top/l/m" 2> /dev/null
is 'under load, modprobe and rmmod never fail' "$bad" ''
like 'under load, the module was reloaded at least once' $rounds '[1-9]*'
for name in $clients; do
	like 'a client works during all reloads' "$(hear $name)" '[1-9]* ok'
done
ok 'the module can be loaded after that' modprobe rdmacg_oot
is 'loaded after that, it counts nothing' "$(line current l)" 'hca_handle=0 hca_object=0 '
for name in $clients; do
	tell $name churn 5
done
sleep 1
ok 'the module can be unloaded with verbs in flight' rmmod rdmacg_oot
ok 'the module can be loaded with verbs in flight' modprobe rdmacg_oot
for name in $clients; do
	like 'a client with verbs in flight goes on' "$(hear $name)" '[1-9]* ok'
	kill9 $name
done
is 'when these clients are killed, nothing is counted' \
	"$(line current l)" 'hca_handle=0 hca_object=0 '
finish
