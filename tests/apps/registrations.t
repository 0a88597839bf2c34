# SPDX-License-Identifier: GPL-2.0-only
#
# Libraries that register memory in a cgroup at its limit: after EAGAIN they retry for ever. After
# ENOMEM, UCX returns an error, and libfabric evicts entries of its registration cache and
# continues.

. ./lib.sh

needs_module
refuse=/sys/module/rdmacg_oot/parameters/refuse
trap 'echo EAGAIN > $refuse; finish' EXIT
export UCX_NET_DEVICES=$DEVICE:1 UCX_TLS=rc_verbs,ud_verbs UCX_LOG_LEVEL=error
export FI_MR_CACHE_MONITOR=memhooks
address=$(ip -4 -o address show scope global | sed -n 's,.* inet \([^/]*\)/.*,\1,p' | head -n 1)

seen=$scratch/seen
# start PROGRAM: in the background, in cgroup a
start()
{
	inside a timeout 60 chroot /apps "/rdmacg/tests/apps/$1" "$address" > "$seen" 2>&1 &
}
regions() { grep -c '^[0-9][0-9]*$' "$seen"; }
refusals() { value events a hca_object.alloc_fail; }
refused_often() { [ $(($(refusals) - before)) -gt 100 ]; }
said() { grep -o "$1" "$seen" | tail -n 1; }

# ends_well PROGRAM WHEN: as it does with ENOMEM
ends_well()
{
	local status=0

	wait $! || status=$?
	is "$1: it ends by itself, $2" $status 0
	case $1 in
	ucx)
		is "$1: all regions within the limit are registered" "$(regions)" 19
		is "$1: it logs ENOMEM for the region over the limit" \
			"$(said 'ibv_reg_mr.*' | sed 's/.*: //')" \
			'Cannot allocate memory'
		is "$1: the program gets an error" "$(tail -n 1 "$seen")" 'Input/output error'
		;;
	fabric)
		is "$1: all regions are registered in turn" "$(regions)" 40
		is "$1: the program gets no error" "$(tail -n 1 "$seen")" Success
		;;
	esac
}

group a
limit a hca_object=20 > /dev/null
for program in ucx fabric; do
	echo EAGAIN > $refuse
	before=$(refusals)
	start $program
	for i in 1 2 3 4; do
		! eventually refused_often || break
	done
	is "$program: EAGAIN: 19 regions and a PD fit a limit of 20" "$(count a) $(regions)" '20 19'
	before=$(refusals)
	sleep 3
	more=$(($(refusals) - before))
	echo "# $program: $((more / 3)) refusals a second"
	like "$program: EAGAIN: it retries all the time" $more '[1-9][0-9][0-9]*'
	is "$program: EAGAIN: it registers no further region" "$(count a) $(regions)" '20 19'
	echo ENOMEM > $refuse
	ends_well $program 'when the error becomes ENOMEM'
	before=$(refusals)
	start $program
	ends_well $program 'with ENOMEM from the beginning'
	like "$program: ENOMEM: it is refused less than a hundred times" \
		$(($(refusals) - before)) '@([1-9]|[1-9][0-9])'
done
echo EAGAIN > $refuse
finish
