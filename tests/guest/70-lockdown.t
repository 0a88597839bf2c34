# SPDX-License-Identifier: GPL-2.0-only
#
# Under lockdown, as after a Secure Boot, root can set limits and read usage in the cgroup file
# system. Lockdown cannot be switched off again, so this test is the last. On a kernel that was
# booted with it, all other tests have run under it, too.

. ./lib.sh

needs_module
lockdown=/sys/kernel/security/lockdown
[ -e $lockdown ] || mount -t securityfs none /sys/kernel/security 2> /dev/null
[ -w $lockdown ] || skip_all 'this kernel has no lockdown'
shown_in cgroup || skip_all 'the files are not in the cgroup file system here'

group a
if grep -q '\[none\]' $lockdown; then
	echo integrity > $lockdown
else
	cp "/lib/modules/$(uname -r)/updates/rdmacg_oot.ko" "$scratch"
	echo >> "$scratch/rdmacg_oot.ko"
	rmmod rdmacg_oot
	no 'locked down at boot, the module does not load without its signature' \
		insmod "$scratch/rdmacg_oot.ko"
	ok 'locked down at boot, the module loads with its signature' modprobe rdmacg_oot
fi
client x a
like 'the kernel is locked down' "$(cat $lockdown)" '*\[integrity\]*'
! shown_in debugfs || no 'under lockdown, a limit cannot be set in debugfs' \
	sh -c "echo '$DEVICE hca_object=3' > '$DEBUGFS/cgroup/$top/a/rdma.max'"
is 'under lockdown, a limit can be set in the cgroup file system' \
	"$(cd "$CGROUP/$top/a" && echo "$DEVICE hca_object=3" > rdma.max &&
		grep "^$DEVICE " rdma.max)" \
	"$DEVICE hca_handle=max hca_object=3 "
ask x open > /dev/null
is 'under lockdown, a limit holds' "$(ask x fill pd)" '3 EAGAIN'
is 'under lockdown, usage can be read' "$(grep "^$DEVICE " "$CGROUP/$top/a/rdma.current")" \
	"$DEVICE hca_handle=1 hca_object=3 "
like 'under lockdown, status can be read' "$(cat $STATUS)" '*state=armed*'
group b
is 'under lockdown, a new cgroup has its files' "$(cd "$CGROUP/$top/b" && echo rdma.*)" \
	"$FILES"
quit x
finish
