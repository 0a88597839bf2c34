# SPDX-License-Identifier: GPL-2.0-only
#
# Programs that do not know of limits: they work within a limit and print an error over it.

. ./lib.sh

group a b
is 'ibv_devinfo shows the device' "$(ibv_devinfo -d "$DEVICE" 2>&1 |
	sed -n 's/.*transport:[^A-Z]*\([A-Z][A-Za-z]*\).*/\1/p')" \
	InfiniBand

# works_without: does a transfer work without the module?
works_without()
{
	local result

	with_module && rmmod rdmacg_oot || return 0
	result=$(transfer a b)
	modprobe rdmacg_oot
	[[ $result = '1000 iters in '* ]]
}
if [ -z "$(ip_gid)" ]; then
	skip 'ibv_rc_pingpong works within limits' 'the device has no IP address'
elif result=$(transfer a b); [[ $result != '1000 iters in '* ]] && ! works_without; then
	skip 'ibv_rc_pingpong works within limits' 'it does not work without the module either'
else
	like 'ibv_rc_pingpong succeeds without limits' "$result" '1000 iters in *'
	eventually nothing_charged
	peak=$(value peak b hca_object)
	if [ -n "$peak" ]; then
		is 'ibv_rc_pingpong takes a context and four objects' \
			"$(line peak b)" 'hca_handle=1 hca_object=4 '
	fi
	limit a 'hca_handle=1 hca_object=4' > /dev/null
	limit b 'hca_handle=1 hca_object=4' > /dev/null
	like 'ibv_rc_pingpong succeeds at a limit of just these' "$(transfer a b)" '1000 iters in *'
	limit b 'hca_object=3' > /dev/null
	like 'ibv_rc_pingpong with one object less cannot create its QP' \
		"$(transfer a b)" "Couldn't create QP"
	limit b 'hca_object=0' > /dev/null
	like 'ibv_rc_pingpong with a limit of no object cannot allocate its PD' \
		"$(transfer a b)" "Couldn't allocate PD"
	limit b 'hca_handle=0' > /dev/null
	like 'ibv_rc_pingpong with a limit of no context cannot open the device' \
		"$(transfer a b)" "Couldn't get context*"
	is 'ibv_rc_pingpong leaves no charge' "$(line current b)" 'hca_handle=0 hca_object=0 '
fi

if ! python3 -c 'import pyverbs.device' 2> /dev/null; then
	skip 'pyverbs works within limits' 'not installed'
	finish
fi
cat > "$scratch/client.py" <<- 'END'
	import sys
	from pyverbs.device import Context
	from pyverbs.pd import PD
	from pyverbs.mr import MR
	from pyverbs.cq import CQ
	from pyverbs.pyverbs_error import PyverbsRDMAError

	try:
	    with Context(name=sys.argv[1]) as context:
	        with PD(context) as pd, CQ(context, 10) as cq:
	            regions = [MR(pd, 4096, 1) for i in range(8)]
	            regions[0].write(b'x' * 16, 16)
	            print(len(regions), regions[0].read(3, 0))
	except PyverbsRDMAError as error:
	    print(error.error_code)
END
limit b 'hca_handle=max hca_object=max' > /dev/null
is 'pyverbs succeeds without limits' \
	"$(inside b python3 "$scratch/client.py" "$DEVICE" 2>&1)" "8 b'xxx'"
limit b 'hca_handle=1 hca_object=10' > /dev/null
is 'pyverbs succeeds at a limit of just what it needs' \
	"$(inside b python3 "$scratch/client.py" "$DEVICE" 2>&1)" "8 b'xxx'"
limit b hca_object=9 > /dev/null
is 'pyverbs with one object less raises error 11 (EAGAIN)' \
	"$(inside b python3 "$scratch/client.py" "$DEVICE" 2>&1 | head -n 1)" 11
eventually equals "$(dir b)/rdma.current" "$DEVICE hca_handle=0 hca_object=0 "
is 'pyverbs leaves no charge' "$(line current b)" 'hca_handle=0 hca_object=0 '
finish
