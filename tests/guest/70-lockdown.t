# SPDX-License-Identifier: GPL-2.0-only
#
# Lockdown, which a machine that was started by Secure Boot has, does not keep root from limits. It
# cannot be switched off again, so this comes last.

. ./lib.sh

needs_module
lockdown=/sys/kernel/security/lockdown
[ -e $lockdown ] || mount -t securityfs none /sys/kernel/security 2> /dev/null
[ -w $lockdown ] || skip_all 'this kernel has no lockdown'
shown_in cgroup || skip_all 'the files are not in the cgroup file system here'

group a
client x a
echo integrity > $lockdown
like 'the kernel is locked down' "$(cat $lockdown)" '*\[integrity\]*'
no 'in debugfs, a limit can no longer be set' \
	sh -c "echo '$DEVICE hca_object=3' > '$DEBUGFS/cgroup/$top/a/rdma.max'"
is 'in the cgroup file system, it can' \
	"$(cd "$CGROUP/$top/a" && echo "$DEVICE hca_object=3" > rdma.max &&
		grep "^$DEVICE " rdma.max)" \
	"$DEVICE hca_handle=max hca_object=3 "
ask x open > /dev/null
is 'it holds' "$(ask x fill pd)" '3 EAGAIN'
is 'usage can be read' "$(grep "^$DEVICE " "$CGROUP/$top/a/rdma.current")" \
	"$DEVICE hca_handle=1 hca_object=3 "
like 'status can be read' "$(cat $STATUS)" '*state=armed*'
group b
is 'a new cgroup has its files' "$(cd "$CGROUP/$top/b" && echo rdma.*)" \
	'rdma.current rdma.events rdma.events.local rdma.max rdma.peak'
quit x
finish
