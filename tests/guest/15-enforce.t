# SPDX-License-Identifier: GPL-2.0-only
#
# enforce=0: nothing is refused, what would have been refused is counted.

. ./lib.sh

needs_module
enforce=/sys/module/rdmacg_oot/parameters/enforce
trap 'echo 1 > $enforce; finish' EXIT
group a a/b
client x a/b
limit a 'hca_handle=1 hca_object=2' > /dev/null
ask x open > /dev/null
is 'on: refused' "$(ask x fill pd)" '2 EAGAIN'
ok 'switched off' sh -c "echo 0 > $enforce"
like 'status says so' "$(cat $STATUS)" $'*\nenforce: 0*'
is 'off: objects over the limit' "$(ask x create pd 3)" '3 ok'
is 'off: contexts over the limit' "$(ask x open)" '1 ok'
is 'off: counted at every level' "$(line current a) $(line current a/b)" \
	'hca_handle=2 hca_object=5  hca_handle=2 hca_object=5 '
is 'off: peak too' "$(value peak a hca_object)" 5
is 'off: what would have been refused is in the events' "$(line events a)" \
	'hca_handle.max=1 hca_handle.alloc_fail=1 hca_object.max=4 hca_object.alloc_fail=4'
is 'off: limits are as they were' "$(line max a)" 'hca_handle=1 hca_object=2 '
ok 'switched on again' sh -c "echo 1 > $enforce"
is 'on: refused again' "$(ask x create pd) $(ask x open)" '0 EAGAIN 0 EAGAIN'
is 'on: what is there stays' "$(count a)" 5
is 'on: refused until below the limit' "$(ask x destroy pd 4) $(ask x fill pd)" '4 ok 1 EAGAIN'
no 'only 0 and 1 can be written' sh -c "echo x > $enforce"
quit x
eventually equals "$(dir a)/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
is 'all is given back' "$(line current a)" 'hca_handle=0 hca_object=0 '
ok 'enforce=0 when loading' reload enforce=0
group c
limit c hca_object=0 > /dev/null
client y c
is 'refuses nothing' "$(ask y open) $(ask y create pd)" '1 ok 1 ok'
quit y
ok 'and back' reload
finish
