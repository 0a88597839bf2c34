# SPDX-License-Identifier: GPL-2.0-only
#
# Contexts that were opened before the module was loaded are not counted; the log and the status
# file say how many there were.

. ./lib.sh

needs_module
before() { status 'contexts before loading'; }

if [ "$(before)" = 'not known, not counted' ]; then
	skip 'status shows how many contexts were open before the load' 'this kernel does not know'
	finish
fi

group a
client x a
client y a
ask x open > /dev/null
ask y open > /dev/null
log_mark
reload
is 'status shows two contexts that were open before the load' "$(before)" '2, not counted'
is 'the log says once that two contexts were open before the load' \
	"$(log_since | grep -c 'opened before loading: 2, ')" 1
is 'contexts from before the load are not counted' "$(count a hca_handle)" 0

ask x create pd > /dev/null
is 'an object created in a context from before the load is counted' "$(count a)" 1
client z a
ask z open > /dev/null
is 'a context opened after the load is counted' "$(count a hca_handle)" 1
is 'a context opened after the load does not change the number in status' \
	"$(before)" '2, not counted'

quit x
quit y
quit z
log_mark
reload
is 'with no open context, status shows 0' "$(before)" '0, not counted'
no 'with no open context, the log says nothing of it' grep -q 'opened before' <(log_since)
finish
