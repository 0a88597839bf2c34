# SPDX-License-Identifier: GPL-2.0-only
#
# enforce=0: nothing is refused; events count what would have been refused.

. ./lib.sh

needs_module
enforce=/sys/module/rdmacg_oot/parameters/enforce
trap 'echo 1 > $enforce; finish' EXIT
group a a/b
client x a/b
limit a 'hca_handle=1 hca_object=2' > /dev/null
ask x open > /dev/null
is 'enforce=1: an object over the limit is refused' "$(ask x fill pd)" '2 EAGAIN'
ok 'enforce can be set to 0 while loaded' sh -c "echo 0 > $enforce"
like 'enforce=0: status says so' "$(cat $STATUS)" $'*\nenforce: 0*'
is 'enforce=0: objects over the limit are created' "$(ask x create pd 3)" '3 ok'
is 'enforce=0: contexts over the limit are opened' "$(ask x open)" '1 ok'
is 'enforce=0: usage over the limit counts at every level' "$(line current a) $(line current a/b)" \
	'hca_handle=2 hca_object=5  hca_handle=2 hca_object=5 '
is 'enforce=0: the peak rises over the limit' "$(value peak a hca_object)" 5
is 'enforce=0: events count what would have been refused' "$(line events a)" \
	'hca_handle.max=1 hca_handle.alloc_fail=1 hca_object.max=4 hca_object.alloc_fail=4'
is 'enforce=0: limits stay' "$(line max a)" 'hca_handle=1 hca_object=2 '
ok 'enforce can be set to 1 again' sh -c "echo 1 > $enforce"
is 'enforce=1 again: what is over the limit is refused' \
	"$(ask x create pd) $(ask x open)" '0 EAGAIN 0 EAGAIN'
is 'enforce=1 again: existing objects stay' "$(count a)" 5
is 'enforce=1 again: objects are refused until the usage is below the limit' \
	"$(ask x destroy pd 4) $(ask x fill pd)" '4 ok 1 EAGAIN'
no 'enforce takes 0 and 1 only' sh -c "echo x > $enforce"
quit x
eventually equals "$(dir a)/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
is 'exit gives back the charges over the limit' "$(line current a)" 'hca_handle=0 hca_object=0 '
ok 'the module loads with enforce=0' reload enforce=0
group c
limit c hca_object=0 > /dev/null
client y c
is 'loaded with enforce=0, a limit of 0 refuses nothing' \
	"$(ask y open) $(ask y create pd)" '1 ok 1 ok'
quit y
ok 'the module loads without enforce=0' reload
finish
