# SPDX-License-Identifier: GPL-2.0-only
#
# Limits: at every level, EAGAIN, nothing created, nothing left charged.

. ./lib.sh

group a a/b a/b/c
client x a/b/c
is 'a limit is set' "$(limit a/b/c 'hca_handle=1 hca_object=3')" ok
is 'and reads back' "$(line max a/b/c)" 'hca_handle=1 hca_object=3 '
is 'one context is within the limit' "$(ask x open)" '1 ok'
is 'a second context is refused with EAGAIN' "$(ask x open)" '0 EAGAIN'
is 'the refused context is not counted' "$(count a/b/c hca_handle)" 1
is 'objects up to the limit, then EAGAIN' "$(ask x fill pd)" '3 EAGAIN'
is 'as many as the limit are counted' "$(count a/b/c)" 3
for kind in cq mr ah srq; do
	is "$kind is refused with EAGAIN as well" "$(ask x create $kind)" '0 EAGAIN'
done
is 'refusals change no count' "$(line current a/b/c)" 'hca_handle=1 hca_object=3 '
is 'one is destroyed' "$(ask x destroy pd)" '1 ok'
is 'then one can be created, and only one' "$(ask x fill pd)" '1 EAGAIN'
is 'all are destroyed' "$(ask x destroy pd 3)" '3 ok'

# Each level above.
limit a/b/c 'hca_handle=max hca_object=max' > /dev/null
for level in '' a a/b; do
	is "limit at level '$level': set" "$(limit "$level" hca_object=4)" ok
	is "limit at level '$level': holds below" "$(ask x fill pd)" '4 EAGAIN'
	is "limit at level '$level': nothing stays charged at any level" \
		"$(count '') $(count a) $(count a/b) $(count a/b/c)" '4 4 4 4'
	is "limit at level '$level': a CQ is refused too" "$(ask x create cq)" '0 EAGAIN'
	ask x destroy pd 4 > /dev/null
	is "limit at level '$level': all is given back" \
		"$(count '') $(count a) $(count a/b) $(count a/b/c)" '0 0 0 0'
	limit "$level" hca_object=max > /dev/null
done

# Siblings share what is above them.
group a/s
client y a/s
ask y open > /dev/null
limit a hca_object=10 > /dev/null
is 'a sibling takes six of ten' "$(ask y create pd 6)" '6 ok'
is 'four are left' "$(ask x fill pd)" '4 EAGAIN'
is 'the parent counts both' "$(count a) $(count a/b) $(count a/s)" '10 4 6'
limit a/b hca_object=5 > /dev/null
ask y destroy pd 3 > /dev/null
is 'the lowest limit on the way up decides' "$(ask x fill pd)" '1 EAGAIN'
is 'and nothing of the refused one stays above' "$(count a) $(count a/b) $(count '')" '8 5 8'

# Below the usage.
is 'a limit below the usage is accepted' "$(limit a/s hca_object=1)" ok
is 'objects that exist stay' "$(count a/s)" 3
is 'new ones are refused' "$(ask y create pd)" '0 EAGAIN'
is 'still refused at the limit' "$(ask y destroy pd 2) $(ask y create pd)" '2 ok 0 EAGAIN'
is 'accepted below it' "$(ask y destroy pd 1) $(ask y create pd)" '1 ok 1 ok'

# None at all.
is 'a limit of 0' "$(limit a/s 'hca_handle=0 hca_object=0')" ok
is 'a limit of 0 reads back' "$(line max a/s)" 'hca_handle=0 hca_object=0 '
client z a/s
is 'a limit of 0 refuses the first context' "$(ask z open)" '0 EAGAIN'
is 'the limit of another process is its own' "$(limit a/s hca_handle=max) $(ask z open)" 'ok 1 ok'
is 'a limit of 0 refuses the first object' "$(ask z create pd)" '0 EAGAIN'

# One resource leaves the other alone.
is 'hca_handle alone' "$(limit a/s hca_handle=7; line max a/s)" 'ok
hca_handle=7 hca_object=0 '
is 'hca_object alone' "$(limit a/s hca_object=9; line max a/s)" 'ok
hca_handle=7 hca_object=9 '
is 'back to max' "$(limit a/s 'hca_handle=max hca_object=max'; line max a/s)" 'ok
hca_handle=max hca_object=max '

# A creation that fails in the driver, at the limit.
limit a 'hca_object=max' > /dev/null
limit a/b 'hca_object=max' > /dev/null
ask z create pd > /dev/null
limit a/s hca_object=$(($(count a/s) + 1)) > /dev/null
like 'failures in the driver use up no limit' "$(ask z fail mr 10) $(ask z create pd)" \
	'0 @(EFAULT|EINVAL) 1 ok'
# In the oldest ib_uverbs the handle, and with it the refusal, comes after the driver.
if grep -q 'idr_add_uobj' $STATUS 2> /dev/null; then
	is 'over the limit the driver fails first' "$(ask z fail mr)" '0 EINVAL'
else
	is 'over the limit it is EAGAIN instead' "$(ask z fail mr)" '0 EAGAIN'
fi
finish
