# SPDX-License-Identifier: GPL-2.0-only
#
# The same program must give the same transcript, to the byte, with the kernel's own controller of
# 7.3 and with the module. That of the kernel is in ../oracle/corpus/golden. Both have their files
# in the cgroup file system, which is not possible in one boot.
#
#	tests/vm/run KERNEL=trixie-backports CONTROLLER=kernel TESTS=05-golden.t
#
# prints a new one: the lines of the result after "# golden: ". The intended differences are in
# 33-differences.t.

. ./lib.sh

[ -x ../oracle/history ] || make -s -C ../oracle || skip_all 'the programs cannot be built'
[[ $(uname -r) = 7.3.* ]] || skip_all 'it was written down on 7.3'
! with_module || in_cgroupfs || skip_all 'the files are not in the cgroup file system here'
# The transcript has device indexes, so the adapter must have index 0.
rdma dev show "$DEVICE" 2> /dev/null | grep -q "^0: $DEVICE:" ||
	skip_all 'for an adapter with the number 0 only'
[ "$DEVICE" = rxe0 ] && [ -d /sys/class/net/port0 ] && [ "$(./adapter add rxe1 port1)" = rxe1 ] ||
	skip_all 'for the software adapters of tests/vm only'

# said WHAT RESULT...: a line of the transcript
said() { printf '%s: %s\n' "$1" "${*:2}"; }

# message COMMAND...: its error message
message() { ("$@") 2>&1 | sed 's/.*: //'; }

# watch HOW FILE MILLISECONDS: start a watcher in the background; it is waiting when this returns
watch()
{
	: > "$scratch/woken"
	./file "$@" > "$scratch/woken" &
	eventually grep -q ready "$scratch/woken"
	sleep 0.2
}

transcript()
{
	local file how seed

	group g g/h
	for file in rdma.{current,events,events.local,max,peak}; do
		said "stat $file" "$(stat -c '%A %h %u %g %s %b %F' "$(dir g)/$file")"
	done
	for file in rdma.{max,current,peak,events,events.local}; do
		said "read $file" "$(cat "$(dir g)/$file" | tr '\n' '|')"
		said "read $file, by 7" "$(dd if="$(dir g)/$file" bs=7 2> /dev/null | tr '\n' '|')"
		said "read $file from 11" \
			"$(dd if="$(dir g)/$file" bs=1 skip=11 count=9 2> /dev/null)"
		said "read $file far behind its end" \
			"$(message dd if="$(dir g)/$file" bs=1M skip=4095 status=none)"
		said "write $file" "$(echo "$DEVICE hca_object=5" |
			./file write "$(dir g)/$file")"
		said "truncate $file" "$(echo "$DEVICE hca_object=5" |
			./file write "$(dir g)/$file" truncate)"
		said "poll $file, where nothing happens" "$(./file poll "$(dir g)/$file" 50 |
			paste -sd ' ')"
		said "remove $file" "$(message rm "$(dir g)/$file")"
		said "link $file" "$(message ln "$(dir g)/$file" "$(dir g)/x")"
		said "mkdir $file" "$(message mkdir "$(dir g)/$file")"
		said "map $file" "$(message python3 -c "
import mmap, os, sys
mmap.mmap(os.open(sys.argv[1], os.O_RDONLY), 4096, prot=mmap.PROT_READ)" \
			"$(dir g)/$file" | tail -n 1)"
	done
	said 'chown' "$(chown 7:8 "$(dir g)/rdma.max" && stat -c '%u %g' "$(dir g)/rdma.max")"
	said 'chmod' "$(chmod 640 "$(dir g)/rdma.max" && stat -c '%a' "$(dir g)/rdma.max")"
	for how in '' append truncate offset=1 offset=5000 split=2 split=3 'append split=4'; do
		# Unquoted: it is a list.
		said "write $how" "$(put g "$DEVICE hca_object=7 hca_handle=3" $how)" \
			"$(line max g)"
		put g "$DEVICE hca_object=max hca_handle=max" > /dev/null
	done
	for how in '' '\n' '\n\n' "$DEVICE" "$DEVICE hca_object=1\\0x" "\\0$DEVICE hca_object=2"; do
		said "write '$how'" "$(put g "$how")" "$(line max g)"
	done
	said 'write 4096 bytes' "$(put g "$DEVICE hca_object=4$(printf '%*s' 4079 '')")"
	said 'write 4097 bytes' "$(put g "$DEVICE hca_object=4$(printf '%*s' 4080 '')")"
	put g "$DEVICE hca_object=max" > /dev/null

	# Wake-ups
	client x g/h
	ask x open > /dev/null
	limit g hca_object=2 > /dev/null
	said fill "$(ask x fill pd)"
	for file in g/rdma.events g/h/rdma.events g/rdma.events.local g/h/rdma.events.local; do
		for how in poll inotify; do
			watch $how "$MIRROR/$top/$file" 5000
			ask x create pd > /dev/null
			wait $!
			said "$how $file" "$(tail -n 1 "$scratch/woken")"
		done
		said "read $file" "$(cat "$MIRROR/$top/$file" | tr '\n' '|')"
	done
	quit x
	eventually rmdir "$CGROUP/$top/g/h"

	# A cgroup that is removed while its file is open
	exec 7< "$(dir g)/rdma.max" 8> "$(dir g)/rdma.max"
	said rmdir "$(message rmdir "$CGROUP/$top/g")"
	said 'read what has gone' "$(message cat <&7)"
	said 'write what has gone' "$(message eval "echo '$DEVICE hca_object=1' >&8")"
	exec 7<&- 8>&-

	for seed in 1 2 3; do
		mkdir -p "$CGROUP/oracle"
		rmdir "$CGROUP/oracle"
		said "history $seed" "$(../oracle/history "$CGROUP/oracle" "$MIRROR/oracle" \
			$seed 150 0 rdma.{max,current,peak,events,events.local} | md5sum)"
	done
	group l
	said lines "$(../oracle/lines 1 20000 "$DEVICE" 0 "$(dir l)/rdma.max" | paste -sd ' ')"
	rmdir "$CGROUP/$top/l"
}

transcript > "$scratch/seen"
./adapter delete rxe1 port1
if [ "$CONTROLLER" = kernel ]; then
	sed 's/^/# golden: /' "$scratch/seen"
	ok 'the transcript has more than 90 lines' test "$(wc -l < "$scratch/seen")" -gt 90
	finish
fi
while IFS= read -r line; do
	IFS= read -r seen <&3 || seen='the end'
	is "${line%%: *}" "$seen" "$line"
done < ../oracle/corpus/golden 3< "$scratch/seen"
is 'the transcript has as many lines as on 7.3' \
	"$(wc -l < "$scratch/seen")" "$(wc -l < ../oracle/corpus/golden)"
finish
