# SPDX-License-Identifier: GPL-2.0-only
#
# The functions of include/rdmacg_oot.h, called by modules/rdmacg_test.c.

. ./lib.sh

needs_module
modprobe rdmacg_test 2> /dev/null || skip_all 'the module rdmacg_test is not installed'
trap 'rmmod rdmacg_test; finish' EXIT

# do_in GROUP COMMAND: have the test module run a command, from a process in that cgroup
do_in()
{
	(
		echo $BASHPID > "$CGROUP/$top/$1/cgroup.procs"
		printf '%s' "$2" | ./file write /dev/rdmacg_test
	)
}

group a a/b c
no 'rdmacg_oot cannot be unloaded while another module uses it' rmmod rdmacg_oot
is 'a device can be registered' "$(do_in a 'register 0 fake0 100')" ok
is 'a registered device is the last line of rdma.max' \
	"$(tail -n 1 "$(dir a)/rdma.max")" 'fake0 hca_handle=max hca_object=max '
is 'a charge succeeds' "$(do_in a/b 'charge 0 1')" ok
is "a charge counts in the caller's cgroup and above" \
	"$(line current a/b fake0) $(line current a fake0)" \
	'hca_handle=0 hca_object=1  hca_handle=0 hca_object=1 '
is 'a charge of the other resource succeeds' "$(do_in a/b 'charge 0 0')" ok
is 'each resource has a count of its own' "$(line current a/b fake0)" 'hca_handle=1 hca_object=1 '
for resource in 2 3 -1 1000 2147483647; do
	is "a charge of resource $resource fails with EINVAL" \
		"$(do_in a/b "charge 0 $resource")" EINVAL
done
is 'a failed charge of an unknown resource leaves no charge' \
	"$(line current a fake0)" 'hca_handle=1 hca_object=1 '
put a 'fake0 hca_object=3' > /dev/null
is 'charges up to the limit succeed' "$(do_in a/b 'charge 0 1') $(do_in a 'charge 0 1')" 'ok ok'
is 'a charge over the limit fails with EAGAIN' "$(do_in a/b 'charge 0 1')" EAGAIN
is 'a refused charge leaves nothing charged' \
	"$(value current a hca_object fake0) $(value current a/b hca_object fake0)" \
	'3 2'
is 'a refused charge is an event' "$(value events a hca_object.max fake0)" 1
is 'a process in another cgroup can uncharge' "$(do_in c 'uncharge 0 1')" ok
is 'an uncharge counts where the charge was made' \
	"$(value current a hca_object fake0) $(value current a/b hca_object fake0)" \
	'2 2'
is "an uncharge does not change the caller's cgroup" \
	"$(line current c fake0)" 'hca_handle=0 hca_object=0 '
rmdir "$CGROUP/$top/a/b"
is 'a charge outlives its cgroup in the parent' "$(value current a hca_object fake0)" 2
is 'a charge of a removed cgroup can be given back' \
	"$(do_in c 'uncharge 0 1') $(value current a hca_object fake0)" 'ok 1'

# The largest limit
put a 'fake0 hca_object=2147483646' > /dev/null
is 'a charge below the largest limit that is not max succeeds' \
	"$(do_in a 'charge 0 1') $(value current a hca_object fake0)" 'ok 2'

# Devices of one name
is 'a second device of that name can be registered' "$(do_in a 'register 1 fake0 4294967295')" ok
is 'rdma.max shows the index of two devices with one name' \
	"$(grep ^fake0 "$(dir c)/rdma.max" | cut -d ' ' -f 1,2 | paste -sd ' ')" \
	'fake0 index=100 fake0 index=4294967295'
is 'rdma.events shows the index of two devices with one name' \
	"$(grep ^fake0 "$(dir c)/rdma.events" | cut -d ' ' -f 1,2 | paste -sd ' ')" \
	'fake0 index=100 fake0 index=4294967295'
is 'a device with a name of its own has no index' \
	"$(sed -n 1p "$(dir c)/rdma.max" | cut -d ' ' -f 1,2)" \
	"$DEVICE hca_handle=max"
is 'a line without index is refused with ENOTUNIQ' "$(put c 'fake0 hca_object=5')" ENOTUNIQ
is 'a line that was refused sets no limit' "$(grep -c hca_object=max "$(dir c)/rdma.max")" 3
is 'a line with the largest index is accepted' "$(put c 'fake0 index=4294967295 hca_object=5')" ok
is 'the line with the largest index limits the device of that index' \
	"$(grep 'index=4294967295' "$(dir c)/rdma.max")" \
	'fake0 index=4294967295 hca_handle=max hca_object=5 '
is 'the limit of the second device of a name holds' \
	"$(for i in 1 2 3 4 5 6; do do_in c 'charge 1 1'; done |
		uniq -c | tr -s ' ' | paste -sd ,)" \
	' 5 ok, 1 EAGAIN'
is 'a device with the name of the adapter can be registered' \
	"$(do_in a "register 2 $DEVICE 4000000000")" ok
is 'then a line for the adapter without index is refused with ENOTUNIQ' \
	"$(put c "$DEVICE hca_object=5")" ENOTUNIQ
is 'the device with the name of the adapter can be unregistered' "$(do_in a 'unregister 2')" ok
is 'then a line for the adapter without index is accepted' "$(put c "$DEVICE hca_object=max")" ok
is 'the first device of a name can be unregistered with charges' "$(do_in a 'unregister 0')" ok
is 'the second device of that name keeps its limit and charges' \
	"$(line max c fake0) $(line current c fake0)" \
	'hca_handle=max hca_object=5  hca_handle=0 hca_object=5 '
is 'the second device of that name then needs no index' "$(put c 'fake0 hca_object=max')" ok
is 'the first device can be registered again' "$(do_in a 'register 0 fake1 100')" ok
is 'rdma.max has the devices in order of registration' \
	"$(cut -d ' ' -f 1 "$(dir c)/rdma.max" | paste -sd ' ')" \
	"$DEVICE fake0 fake1"
is 'a device that is registered again has no charge' \
	"$(line current a fake1)" 'hca_handle=0 hca_object=0 '
ok 'a module that uses the API can be unloaded' rmmod rdmacg_test
is 'its unregistered devices leave no line' \
	"$(cut -d ' ' -f 1 "$(dir c)/rdma.max" | paste -sd ' ')" "$DEVICE"
trap finish EXIT
finish
