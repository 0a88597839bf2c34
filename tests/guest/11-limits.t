# SPDX-License-Identifier: GPL-2.0-only
#
# Limits hold at every level: over one, the verb fails with EAGAIN, nothing is created and nothing
# stays charged.

. ./lib.sh

group a a/b a/b/c
client x a/b/c
is 'a limit can be set' "$(limit a/b/c 'hca_handle=1 hca_object=3')" ok
is 'a limit reads back' "$(line max a/b/c)" 'hca_handle=1 hca_object=3 '
is 'a context within the limit can be opened' "$(ask x open)" '1 ok'
is 'a context over the limit is refused with EAGAIN' "$(ask x open)" '0 EAGAIN'
is 'a refused context is not counted' "$(count a/b/c hca_handle)" 1
is 'PDs can be created up to the limit, then EAGAIN' "$(ask x fill pd)" '3 EAGAIN'
is 'at the limit, as many objects as the limit are counted' "$(count a/b/c)" 3
for kind in cq mr ah srq; do
	is "at the limit, a $kind is refused with EAGAIN" "$(ask x create $kind)" '0 EAGAIN'
done
is 'refusals leave the counts as they were' "$(line current a/b/c)" 'hca_handle=1 hca_object=3 '
is 'an object can be destroyed at the limit' "$(ask x destroy pd)" '1 ok'
is 'after one was destroyed, one object can be created and no more' "$(ask x fill pd)" '1 EAGAIN'
is 'all objects can be destroyed' "$(ask x destroy pd 3)" '3 ok'

# A limit at each level above
limit a/b/c 'hca_handle=max hca_object=max' > /dev/null
for level in '' a a/b; do
	is "a limit can be set at level '$level'" "$(limit "$level" hca_object=4)" ok
	is "a limit at level '$level' holds three levels below" "$(ask x fill pd)" '4 EAGAIN'
	is "a refusal by level '$level' leaves nothing charged at any level" \
		"$(count '') $(count a) $(count a/b) $(count a/b/c)" '4 4 4 4'
	is "a limit at level '$level' refuses a CQ" "$(ask x create cq)" '0 EAGAIN'
	ask x destroy pd 4 > /dev/null
	is "below the limit at level '$level', destroyed objects are uncharged at all levels" \
		"$(count '') $(count a) $(count a/b) $(count a/b/c)" '0 0 0 0'
	limit "$level" hca_object=max > /dev/null
done

# Siblings share the limit of their parent.
group a/s
client y a/s
ask y open > /dev/null
limit a hca_object=10 > /dev/null
is 'below a limit of ten, one sibling can create six objects' "$(ask y create pd 6)" '6 ok'
is 'below a limit of ten, four are left for the other sibling' "$(ask x fill pd)" '4 EAGAIN'
is 'the parent counts the objects of both siblings' "$(count a) $(count a/b) $(count a/s)" '10 4 6'
limit a/b hca_object=5 > /dev/null
ask y destroy pd 3 > /dev/null
is 'the lowest limit on the way to the root decides' "$(ask x fill pd)" '1 EAGAIN'
is 'a charge that is refused below leaves nothing charged above' \
	"$(count a) $(count a/b) $(count '')" '8 5 8'

# A limit below the usage
is 'a limit below the usage can be set' "$(limit a/s hca_object=1)" ok
is 'a limit below the usage leaves existing objects' "$(count a/s)" 3
is 'a limit below the usage refuses new objects' "$(ask y create pd)" '0 EAGAIN'
is 'when the usage has come down to the limit, new objects are refused' \
	"$(ask y destroy pd 2) $(ask y create pd)" '2 ok 0 EAGAIN'
is 'when the usage is below the limit, a new object is accepted' \
	"$(ask y destroy pd 1) $(ask y create pd)" '1 ok 1 ok'

# A limit of 0
is 'a limit of 0 can be set' "$(limit a/s 'hca_handle=0 hca_object=0')" ok
is 'a limit of 0 reads back' "$(line max a/s)" 'hca_handle=0 hca_object=0 '
client z a/s
is 'a limit of 0 refuses the first context' "$(ask z open)" '0 EAGAIN'
is 'a limit of hca_handle is lifted without that of hca_object' \
	"$(limit a/s hca_handle=max) $(ask z open)" 'ok 1 ok'
is 'a limit of 0 refuses the first object of a context' "$(ask z create pd)" '0 EAGAIN'

# Writing one resource leaves the other.
is 'writing hca_handle alone leaves hca_object' "$(limit a/s hca_handle=7; line max a/s)" 'ok
hca_handle=7 hca_object=0 '
is 'writing hca_object alone leaves hca_handle' "$(limit a/s hca_object=9; line max a/s)" 'ok
hca_handle=7 hca_object=9 '
is 'max lifts both limits' "$(limit a/s 'hca_handle=max hca_object=max'; line max a/s)" 'ok
hca_handle=max hca_object=max '

# A creation that fails in the driver, at the limit
limit a 'hca_object=max' > /dev/null
limit a/b 'hca_object=max' > /dev/null
ask z create pd > /dev/null
limit a/s hca_object=$(($(count a/s) + 1)) > /dev/null
like 'ten failures in the driver leave room for one object below the limit' \
	"$(ask z fail mr 10) $(ask z create pd)" \
	'0 @(EFAULT|EINVAL) 1 ok'
is 'at the limit, an MR that the driver would refuse is refused with EAGAIN' \
	"$(ask z fail mr)" '0 EAGAIN'
finish
