# SPDX-License-Identifier: GPL-2.0-only
#
# The RDMA stack is restarted, module by module as openibd does it: limits are forgotten, and the
# log says so.

. ./lib.sh
needs_module
[ -d /sys/module/rdma_rxe ] || skip_all 'no rdma_rxe to restart'

forgotten="limits on adapter $DEVICE are forgotten"
# said PATTERN: the log has it since the mark
said() { log_since | grep -q "$1"; }
# As the package does.
mkdir -p /run/modprobe.d
echo 'softdep ib_uverbs post: rdmacg_oot' > /run/modprobe.d/rdmacg_oot.conf

group a
limit a hca_object=2 > /dev/null
log_mark
ok 'the module can be unloaded with a limit set' rmmod rdmacg_oot
ok 'at the unload, the log says that limits are forgotten' \
	said "$forgotten (cgroups that had one: 1)"
ok 'at the unload, the log says that limits are no longer enforced' \
	said 'unloaded: limits are no longer enforced'
log_mark
reload
rmmod rdmacg_oot
no 'without a limit, the log does not say that limits are forgotten' said 'are forgotten'
reload

limit a hca_object=2 > /dev/null
log_mark
# The file of a cgroup is open all the time. kernfs does not mind.
shown_in cgroup && exec 7< "$CGROUP/$top/a/rdma.max"
ok 'the driver of the adapters can be removed' modprobe -r rdma_rxe
ok 'when the adapter goes, the log says that its limits are forgotten' said "$forgotten"
# It uses ib_uverbs as well.
ucm=$(ls -d /sys/module/rdma_ucm 2> /dev/null)
[ -z "$ucm" ] || modprobe -r rdma_ucm
# modprobe removes it along with the module that uses it, and may find it missing then.
modprobe -r ib_uverbs 2> /dev/null
no 'ib_uverbs is removed, with the module' test -d /sys/module/ib_uverbs
no 'the module goes with ib_uverbs' loaded
ok 'the driver can be loaded again' modprobe rdma_rxe
[ -z "$ucm" ] || modprobe rdma_ucm
ok 'the module comes back with ib_uverbs' loaded
rdma link add "$DEVICE" type rxe netdev port0 2> /dev/null ||
	echo port0 > /sys/module/rdma_rxe/parameters/add
is 'the adapter comes back' "$(ls /sys/class/infiniband)" "$DEVICE"
is 'the adapter has no limits' "$(line max a)" 'hca_handle=max hca_object=max '
limit a hca_object=2 > /dev/null
client x a
ask x open > /dev/null
is 'a limit that is set again holds' "$(ask x fill pd)" '2 EAGAIN'
rm /run/modprobe.d/rdmacg_oot.conf
finish
