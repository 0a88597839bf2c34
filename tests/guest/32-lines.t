# SPDX-License-Identifier: GPL-2.0-only
#
# The same lines, written to rdma.max of the kernel's own controller and of the module, have the
# same result and leave the same limits (tests/oracle/lines.c).
#
#	LINES_COUNT	how many (from the environment: the kernel command line)
#	SEED		for the random numbers

. ./lib.sh
. ../oracle/both.sh

: "${LINES_COUNT:=40000}" "${SEED:=1}"
index=$(rdma dev show "$DEVICE" 2> /dev/null | sed -n "s/^\([0-9]*\): $DEVICE: .*/\1/p")
group a
mkdir "$own/$top"
# index= was the last addition to the grammar.
if echo "$DEVICE index=${index:-0} hca_object=max" 2> /dev/null > "$own/$top/rdma.max"; then
	../oracle/lines "$SEED" "$LINES_COUNT" "$DEVICE" "${index:-0}" \
		"$own/$top/rdma.max" "$(dir a)/rdma.max" > "$scratch/lines"
	report $? "$LINES_COUNT lines, SEED=$SEED: no difference"
	sed 's/^/# /' "$scratch/lines"
	for what in ok EINVAL ENODEV E2BIG; do
		like "there were lines with the result $what" \
			"$(sed -n "s/^$what //p" "$scratch/lines")" '[1-9]*'
	done
else
	skip 'lines' "the grammar of this kernel's own controller is an older one"
fi
rmdir "$own/$top"
umount $own
trap finish EXIT
finish
