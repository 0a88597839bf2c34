# SPDX-License-Identifier: GPL-2.0-only
#
# For the tests that compare the module with the kernel's own controller; sourced after lib.sh.
#
#	own	the kernel's controller, mounted as a hierarchy of its own, where processes may be
#		in inner cgroups as well
#	files	the files that both have

needs_module
[ -x ../oracle/history ] || make -s -C ../oracle || skip_all 'the programs cannot be built'
grep -qE '^rdma\s.*\s1$' /proc/cgroups || skip_all "the kernel's own controller is not active"
own=/run/oracle
mkdir -p $own
mount -t cgroup -o rdma none $own || skip_all "the kernel's own controller cannot be mounted"
trap 'umount $own; finish' EXIT

mkdir "$own/$top"
files=
for file in rdma.{max,current,peak,events,events.local}; do
	[ ! -e "$own/$top/$file" ] || files+=" $file"
done
rmdir "$own/$top"
