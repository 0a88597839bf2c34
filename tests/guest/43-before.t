# SPDX-License-Identifier: GPL-2.0-only
#
# Contexts that were opened before the module was loaded: not counted, and the log and the status
# file say how many.

. ./lib.sh

needs_module
before() { status 'contexts before loading'; }

if [ "$(before)" = 'not known, not counted' ]; then
	skip 'how many contexts were opened before the load' 'this kernel does not know'
	finish
fi

group a
client x a
client y a
ask x open > /dev/null
ask y open > /dev/null
log_mark
reload
is 'status: two contexts were opened before' "$(before)" '2, not counted'
is 'the log says so once' "$(log_since | grep -c 'opened before loading: 2, ')" 1
is 'they are not counted' "$(count a hca_handle)" 0

ask x create pd > /dev/null
is 'what is made through them now is counted' "$(count a)" 1
client z a
ask z open > /dev/null
is 'and so is a context that is opened now' "$(count a hca_handle)" 1
is 'status: it was not there before' "$(before)" '2, not counted'

quit x
quit y
quit z
log_mark
reload
is 'status: nothing was opened before' "$(before)" '0, not counted'
no 'the log says nothing' grep -q 'opened before' <(log_since)
finish
