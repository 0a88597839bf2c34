# SPDX-License-Identifier: GPL-2.0-only
#
# What tests of container runtimes have in common; sourced after lib.sh. The first program of a
# container is "verbs" (see verbs.c), which opens the adapter before it does anything else. A test
# sets runtimes, and for each of them defines RUNTIME_run NAME [OPTION]..., which executes "verbs"
# in a container of that name.

here=$PWD

# bundle NAME [RESOURCES [HOOK]]: config.json with resources of a container, and a hook
bundle()
{
	local hooks=

	[ -z "${3-}" ] || hooks=", \"hooks\": { \"createRuntime\": [ { \"path\": \"$3\" } ] }"
	mkdir -p "$scratch/$1"
	cat > "$scratch/$1/config.json" <<-JSON
		{
			"ociVersion": "1.0.2",
			"process": {
				"args": [ "$here/verbs", "$DEVICE" ], "cwd": "/",
				"user": { "uid": 0, "gid": 0 }
			},
			"root": { "path": "/rootfs" },
			"mounts": [
				{ "destination": "/proc", "type": "proc", "source": "proc" },
				{ "destination": "/dev", "type": "bind", "source": "/dev",
					"options": [ "rbind" ] },
				{ "destination": "/sys", "type": "bind", "source": "/sys",
					"options": [ "rbind" ] }
			],
			"linux": {
				"cgroupsPath": "/$top/$1",
				"namespaces": [ { "type": "pid" }, { "type": "mount" } ],
				"resources": {
					"devices": [ { "allow": true, "access": "rwm" } ]
					${2:+, $2}
				}
			}
			$hooks
		}
	JSON
}
rdma='"rdma": { "rxe0": { "hcaHandles": 1, "hcaObjects": 3 } }'
limited='rxe0 hca_handle=1 hca_object=3 '
unified="\"unified\": { \"rdma.max\": \"$limited\" }"

# all_start HOW: check that each of them starts "verbs" without limits
all_start()
{
	local by

	for by in $runtimes; do
		bundle "$by"
		client_by "$by" "${by}_run" "$by"
		is "$1: $by runs a program that opens the adapter" "$(ask "$by" open)" '1 ok'
		[ "$by" != runc ] || ok "$1: runc shows what it uses" runc events --stats runc
		quit "$by"
	done
}

# in_force WHO NAME: check that the limit was set before "verbs" began
in_force()
{
	is "$1: the limit of contexts holds" "$(ask "$2" open 2)" '1 EAGAIN'
	is "$1: the limit of objects holds" "$(ask "$2" fill pd)" '3 EAGAIN'
}

# limit_of GROUP
limit_of() { cat "$CGROUP/$1/rdma.max"; }
