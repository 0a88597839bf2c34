# SPDX-License-Identifier: GPL-2.0-only
#
# The exported functions, used by a module of their own (modules/rdmacg_test.c).

. ./lib.sh

needs_module
modprobe rdmacg_test 2> /dev/null || skip_all 'the module rdmacg_test is not installed'
trap 'rmmod rdmacg_test; finish' EXIT

# do GROUP COMMAND: from a process in that cgroup
do_in()
{
	(
		echo $BASHPID > "$CGROUP/$top/$1/cgroup.procs"
		printf '%s' "$2" | ./file write /dev/rdmacg_test
	)
}

group a a/b c
no 'rdmacg_oot cannot be unloaded while another module uses it' rmmod rdmacg_oot
is 'a device is registered' "$(do_in a 'register 0 fake0 100')" ok
is 'and shown last' "$(tail -n 1 "$(dir a)/rdma.max")" 'fake0 hca_handle=max hca_object=max '
is 'a charge' "$(do_in a/b 'charge 0 1')" ok
is 'is charged to the caller and above' "$(line current a/b fake0) $(line current a fake0)" \
	'hca_handle=0 hca_object=1  hca_handle=0 hca_object=1 '
is 'a charge of the other resource' "$(do_in a/b 'charge 0 0')" ok
is 'is counted apart' "$(line current a/b fake0)" 'hca_handle=1 hca_object=1 '
for resource in 2 3 -1 1000 2147483647; do
	is "resource $resource does not exist" "$(do_in a/b "charge 0 $resource")" EINVAL
done
is 'and nothing is charged for it' "$(line current a fake0)" 'hca_handle=1 hca_object=1 '
put a 'fake0 hca_object=3' > /dev/null
is 'up to the limit' "$(do_in a/b 'charge 0 1') $(do_in a 'charge 0 1')" 'ok ok'
is 'over the limit' "$(do_in a/b 'charge 0 1')" EAGAIN
is 'nothing stays charged' \
	"$(value current a hca_object fake0) $(value current a/b hca_object fake0)" \
	'3 2'
is 'an event' "$(value events a hca_object.max fake0)" 1
is 'uncharged by a process elsewhere' "$(do_in c 'uncharge 0 1')" ok
is 'from where it was charged' \
	"$(value current a hca_object fake0) $(value current a/b hca_object fake0)" \
	'2 2'
is 'another cgroup is not touched' "$(line current c fake0)" 'hca_handle=0 hca_object=0 '
rmdir "$CGROUP/$top/a/b"
is 'the cgroup goes, the charge stays' "$(value current a hca_object fake0)" 2
is 'and is given back above' "$(do_in c 'uncharge 0 1') $(value current a hca_object fake0)" 'ok 1'

# The largest numbers.
put a 'fake0 hca_object=2147483646' > /dev/null
is 'a limit of one less than max' \
	"$(do_in a 'charge 0 1') $(value current a hca_object fake0)" 'ok 2'

# Names.
is 'a second device of that name' "$(do_in a 'register 1 fake0 4294967295')" ok
is 'both show an index' "$(grep ^fake0 "$(dir c)/rdma.max" | cut -d ' ' -f 1,2 | paste -sd ' ')" \
	'fake0 index=100 fake0 index=4294967295'
is 'the events too' "$(grep ^fake0 "$(dir c)/rdma.events" | cut -d ' ' -f 1,2 | paste -sd ' ')" \
	'fake0 index=100 fake0 index=4294967295'
is 'the other devices do not' "$(sed -n 1p "$(dir c)/rdma.max" | cut -d ' ' -f 1,2)" \
	"$DEVICE hca_handle=max"
is 'the name alone is not enough' "$(put c 'fake0 hca_object=5')" ENOTUNIQ
is 'nothing was set' "$(grep -c hca_object=max "$(dir c)/rdma.max")" 3
is 'the largest index' "$(put c 'fake0 index=4294967295 hca_object=5')" ok
is 'is the second' "$(grep 'index=4294967295' "$(dir c)/rdma.max")" \
	'fake0 index=4294967295 hca_handle=max hca_object=5 '
is 'it alone is limited' \
	"$(for i in 1 2 3 4 5 6; do do_in c 'charge 1 1'; done |
		uniq -c | tr -s ' ' | paste -sd ,)" \
	' 5 ok, 1 EAGAIN'
is 'a third, of the name of the adapter' "$(do_in a "register 2 $DEVICE 4000000000")" ok
is 'makes the adapter need its index' "$(put c "$DEVICE hca_object=5")" ENOTUNIQ
is 'it goes' "$(do_in a 'unregister 2')" ok
is 'and the adapter needs it no more' "$(put c "$DEVICE hca_object=max")" ok
is 'the first of that name goes, with charges' "$(do_in a 'unregister 0')" ok
is 'the second keeps its limit and its charges' \
	"$(line max c fake0) $(line current c fake0)" \
	'hca_handle=max hca_object=5  hca_handle=0 hca_object=5 '
is 'and needs no index' "$(put c 'fake0 hca_object=max')" ok
is 'the first comes again, and is the last line' "$(do_in a 'register 0 fake1 100')" ok
is 'in order of registration' "$(cut -d ' ' -f 1 "$(dir c)/rdma.max" | paste -sd ' ')" \
	"$DEVICE fake0 fake1"
is 'with no charge' "$(line current a fake1)" 'hca_handle=0 hca_object=0 '
ok 'the module is unloaded, devices and charges go with it' rmmod rdmacg_test
is 'no line is left' "$(cut -d ' ' -f 1 "$(dir c)/rdma.max" | paste -sd ' ')" "$DEVICE"
trap finish EXIT
finish
