# SPDX-License-Identifier: GPL-2.0-only
#
# rdmacg metrics: what it prints is Prometheus' text format and what the files say, for any name of
# a cgroup, and while cgroups come and go.

. ./lib.sh
. ./rdmacg.sh
[[ $(status hierarchy) = v2* ]] || skip_all 'what is printed does not depend on the hierarchy'
file=$scratch/rdmacg.prom
# samples [OPTION]...: a line for each, unescaped
samples() { rdmacg metrics "$@" | python3 metrics.py; }
# as_in ROOT [OPTION]...: compare with the files
as_in() { RDMACG_ROOT=$1 rdmacg metrics "${@:2}" | python3 metrics.py "$1"; }

odd=$'odd \\ \\040 *"q\'?[a],} \t\xc3\xa9'
group a a/b a/b/c "$odd" $'bad\xff' 'bad\377' unused
client x a/b
client y "$odd"
client z $'bad\xff'
client w 'bad\377'
limit a hca_object=3 > /dev/null
write types.max a "$DEVICE qp=9" > /dev/null
for name in x y z w; do
	ask $name open > /dev/null
	ask $name create pd 2 > /dev/null
done
ask x create cq 2 > /dev/null

# Sets a limit of no object, and makes and removes cgroups, for ever
churn()
{
	while :; do
		mkdir "$CGROUP/$top/a/churn" "$CGROUP/$top/a/churn/below"
		echo "$DEVICE hca_object=0" > "$(dir a/churn)/rdma.max"
		rmdir "$CGROUP/$top/a/churn/below" "$CGROUP/$top/a/churn"
	done 2> /dev/null
}

for set in debian busybox; do
	[ $set = debian ] || shell='busybox sh'
	like "$set: the metrics are Prometheus' text format, and all that the files say" \
		"$(as_in "$MIRROR")" '*[1-9] samples as in the files'
	all=$'\n'$(samples)$'\n'
	# has NAME SAMPLE
	has() { like "$set: $1" "$all" "*"$'\n'"$2"$'\n*'; }
	has 'a limit is a sample' \
		"rdmacg_all_objects_limit{cgroup=\"/$top/a\",device=\"$DEVICE\"} 3"
	has 'refusals count where the requests came from' \
		"rdmacg_refused_total{cgroup=\"/$top/a/b\",device=*,kind=\"hca_object\"} 1"
	has 'a byte that is not of UTF-8 is \ooo' \
		"rdmacg_handles{cgroup=\"/$top/bad\\\\377\",device=\"$DEVICE\"} 1"
	has 'a name that looks like one with such a byte is told from it' \
		"rdmacg_handles{cgroup=\"/$top/bad\\\\134377\",device=\"$DEVICE\"} 1"
	has 'the module is loaded and enforces limits' 'rdmacg_enforcing 1'
	has 'the version is a label' "rdmacg_module_info{version=\"$(
		status version)\",hierarchy=*,hook=\"$(status 'hook backend')\",*} 1"
	no "$set: without a limit there is no sample of it" \
		grep -q "handles_limit{cgroup=\"/$top/a/b\"" <<< "$all"
	no "$set: a cgroup that uses nothing has no sample" grep -q "/$top/unused" <<< "$all"
	no "$set: a kind that is not used has no sample" grep -q 'kind="srq"' <<< "$all"

	all=$(samples --cgroups "$top/a" --cgroups="/$top/a/*")
	is "$set: --cgroups takes those that match, and the root" \
		"$(sed -n 's/^rdmacg_handles{cgroup="\([^"]*\)".*/\1/p' <<< "$all" |
			paste -sd ' ')" "/ /$top/a /$top/a/b"
	all=$(samples --depth 2)
	no "$set: --depth leaves out what is further down" grep -q "/$top/a/b" <<< "$all"
	is "$set: the cgroups that are left out are counted" \
		"$(sed -n 's/^rdmacg_cgroups\(_left_out\)\{0,1\} //p' <<< "$all" | paste -sd ' ')" \
		"$(find "$MIRROR" -maxdepth 3 -name rdma.current | wc -l) $(
			find "$MIRROR" -mindepth 4 -name rdma.current | wc -l)"

	churn &
	churning=$!
	ok "$set: while cgroups come and go, the metrics are whole" eval \
		'for i in 1 2 3; do samples > /dev/null || break; done'
	kill $churning
	wait $churning 2> /dev/null
	rmdir "$CGROUP/$top"/a/churn{/below,} 2> /dev/null

	rm -f "$file"
	ok "$set: --output makes a file" rdmacg metrics --output "$file"
	is "$set: everyone may read it, whatever the umask, and nothing else is left there" \
		"$(stat -c %a "$file") $(echo "$file"*)" "644 $file"
	exec 7< "$file"
	before=$(cat "$file")
	ask w create pd > /dev/null
	rdmacg metrics --output="$file"
	is "$set: who reads the file while it is replaced sees the old one, whole" \
		"$(cat <&7)" "$before"
	like "$set: the new file has the new use" "$(cat "$file")" \
		"*134377\",device=\"$DEVICE\",kind=\"pd\"} [3-9]*"
	exec 7<&-
	like "$set: --output says that it cannot write" \
		"$(rdmacg metrics --output "$scratch/none/file" 2>&1; echo $?)" \
		"rdmacg: $scratch/none/file: *"$'\n1'
done

# What cgroups here do not have: a new line in a name, two adapters of one name, many bytes
fake=$scratch/fake
mkdir -p "$fake"/$'new\nline'
printf '%s\n' 'a"b index=1 hca_handle=1 hca_object=2 ' 'a"b index=2 hca_handle=0 hca_object=0 ' |
	tee "$fake/rdma.current" > "$fake"/$'new\nline/rdma.current'
echo 'a"b index=1 pd=1 mr_mem=9007199254740993' | tee "$fake/rdma.types.current" \
	> "$fake"/$'new\nline/rdma.types.current'
echo 'a"b index=1 hca_handle=2 hca_object=max ' > "$fake"/$'new\nline/rdma.max'
echo 'a"b index=1 pd=max mr_mem=9007199254740993' > "$fake"/$'new\nline/rdma.types.max'
is 'a new line, adapters of one name and many bytes are told as they are' \
	"$(as_in "$fake")" '10 samples as in the files'

names=$({ samples && RDMACG_ROOT=$fake samples; } | sed 's/[{ ].*//' | sort -u)
asked=$(python3 -m json.tool "$here/../../tool/usr/share/rdmacg_oot/grafana/rdmacg.json" |
	grep -o 'rdmacg_[a-z_]*' | sort -u)
is 'the dashboard is JSON, and asks for metrics that there are' \
	"$(wc -l <<< "$asked"): $(comm -23 <(echo "$asked") <(echo "$names"))" '13: '

enforce=/sys/module/rdmacg_oot/parameters/enforce
echo 0 > $enforce
is 'without enforcement, a sample says so' "$(samples | grep '^rdmacg_enforcing')" \
	'rdmacg_enforcing 0'
echo 1 > $enforce
for name in x y z w; do
	quit $name
done
rmmod rdmacg_oot
is 'without the module, there are samples that say so' "$(samples | sort)" \
	'rdmacg_cgroups 0
rdmacg_cgroups_left_out 0
rdmacg_enforcing 0
rdmacg_module_loaded 0'
modprobe rdmacg_oot ${HIERARCHY:+hierarchy="$HIERARCHY"}
finish
