# SPDX-License-Identifier: GPL-2.0-only
#
# Debian systems into which the package is installed and which are then booted. Sourced by
# tests/vm/demo, tests/vm/boot and tests/vm/integration after cache.sh, in a mount namespace of
# their own. A root is made once and not changed: packages are installed into an overlay on top of
# it.
#
# The caller sets top, the source. From report() on, functions also use out, the directory of
# results, and root, the layer in which the caller works.

# The packages in every root: a stock kernel, its headers and DKMS, as on a user's machine
debian_packages=linux-image-amd64,linux-headers-amd64,dkms,gcc,make,libc6-dev,libibverbs-dev
debian_packages+=,ibverbs-providers,iproute2,kmod,mount,busybox-static

# debian_root NAME RELEASE PACKAGES: make a root if it is missing or has other packages, and print
# its directory. Its kernels have no initramfs: a caller that needs one makes it.
debian_root()
{
	local root=$cache/debian/$1 release=$2 packages=$debian_packages,$3 lines

	exec 9> "$cache/debian.lock"
	flock 9
	if [ ! -d "$root" ] || [ "$(cat "$root.packages")" != "$packages" ]; then
		lines=$(sources "$release") || return
		rm -rf "$root" "$root.new"
		mkdir -p "$cache/debian"
		INITRD=No debstrap --variant=apt --include="$packages" \
			--skip=cleanup/apt/lists --aptopt='APT::Install-Recommends "false"' \
			--dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' \
			--dpkgopt='path-exclude=/usr/share/locale/*' \
			"$release" "$root.new" - <<< "$lines" || return
		echo "$packages" > "$root.packages"
		mv "$root.new" "$root"
	fi
	flock -u 9
	echo "$root"
}

# debian_layer ROOT DIRECTORY: make DIRECTORY/root, an overlay on ROOT that can be changed; or a
# copy of ROOT, where overlays do not stack (in a container)
debian_layer()
{
	debian_unlayer "$2"
	mkdir -p "$2"/{upper,work,root}
	mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" overlay "$2/root" \
		2> /dev/null || {
		mount --bind "$2/root" "$2/root"
		cp -a "$1/." "$2/root"
	}
	cp -L /etc/resolv.conf "$2/root/etc/resolv.conf"
}

# debian_unlayer DIRECTORY
debian_unlayer()
{
	umount -R "$1/root" 2> /dev/null || :
	rm -rf "$1"/{upper,work,root}
}

# debian_disk ROOT FILE: make a disk image of the root, without what only a compiler needs
debian_disk()
{
	local dir

	for dir in "$1"/{usr/{src/linux-headers-*,lib/gcc},var/{lib/apt,cache},boot}; do
		mount -t tmpfs none "$dir" || return
	done
	truncate -s 3G "$2"
	mke2fs -q -t ext4 -O ^has_journal -E lazy_itable_init=1 -d "$1" "$2"
}

# debian_initrd ROOT RELEASE FILE INIT: make an initramfs that loads the drivers of such a disk and
# its file system, mounts the disk and executes INIT on it
debian_initrd()
{
	local dir=$3.d module

	rm -rf "$dir"
	mkdir -p "$dir"/{bin,dev,lib,root}
	cp "$1/bin/busybox" "$dir/bin"
	for module in virtio_pci virtio_blk ext4 crc32c_generic; do
		chroot "$1" /sbin/modprobe -S "$2" --show-depends "$module"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' > "$dir/list"
	while read -r module; do
		cp "$1$module" "$dir/lib"
		echo "${module##*/}" >> "$dir/modules"
	done < "$dir/list"
	cat > "$dir/init" <<-INIT
		#!/bin/busybox sh
		busybox mount -t devtmpfs none /dev
		while read module; do
			busybox insmod "/lib/\$module"
		done < /modules
		until [ -b /dev/vda ]; do
			busybox sleep 0.1
		done
		busybox mount -t ext4 /dev/vda /root
		exec busybox switch_root /root $4
	INIT
	chmod +x "$dir/init"
	(cd "$dir" && find . | cpio --quiet -o -H newc) > "$3"
	rm -rf "$dir"
}

passed=0 failed=0 ended=

# report NAME STATUS [OUTPUT]: print a line of TAP and, if STATUS is not 0, OUTPUT
report()
{
	if [ "$2" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok - $1"
		return
	fi
	failed=$((failed + 1))
	echo "not ok - $1"
	[ -z "${3-}" ] || sed 's/^/#	/' <<< "$3"
}

# is NAME ACTUAL EXPECTED
is()
{
	local status=0

	[ "$2" = "$3" ] || status=1
	report "$1" $status "expected: $3"$'\n'"got: $2"
}

step()
{
	printf '# %s (%d s)\n' "$1" "$SECONDS"
}

# begin [DIRECTORY]...: install what the host needs, and make and lock the directory of results,
# with these subdirectories. Returns with the lock on the cache, descriptor 9. The caller defines
# finish(), which runs at exit.
begin()
{
	step 'what the host needs'
	mkdir -p "$out" "${@/#/$out/}" "$cache"
	exec 8> "$out/lock"
	flock 8
	trap finish EXIT
	"$here/install-deps" > "$out/deps.log" 2>&1 < /dev/null ||
		{ tail "$out/deps.log"; report 'packages of the host' 1; exit 1; }
	exec 9> "$cache/lock"
	flock 9
	RDMACG_QEMU_ROOT=$(qemu_root)
	export RDMACG_QEMU_ROOT
}

# conclude: print the totals and exit; the last call in finish()
conclude()
{
	[ "$ended" ] || report 'this test runs to its end' 1
	echo "$passed passed, $failed failed"
	exit $((failed > 0))
}

# run LOG COMMAND: run a command in the root; if it fails, this script ends
run()
{
	in_root "$root" "$top" sh -e -c "$2" >> "$out/$1" 2>&1 && return
	tail -n 40 "$out/$1" | sed 's/^/#	/'
	report "$2" 1 "log: $out/$1"
	exit 1
}

# oldest: the oldest kernel in the root that can be booted
oldest()
{
	ls "$root/boot" | sed -n 's/^vmlinuz-//p' | sort -V | head -n 1
}

# guest_verbs: make the program verbs in the root
guest_verbs()
{
	mkdir -p "$root/guest"
	cp "$top"/tests/guest/{*.[ch],Makefile} "$root/guest"
	run guest.log 'make -s -C /guest verbs'
}

# guest_files COMMAND FILE...: copy these files of tests/guest into the root, and have systemd run
# COMMAND, which is one of them, at the end of the boot and then power off the guest
guest_files()
{
	mkdir -p "$root/guest"
	(cd "$top/tests/guest" && cp "${@:2}" "$root/guest")
	cat > "$root/etc/systemd/system/guest.service" <<-UNIT
		[Unit]
		After=multi-user.target
		[Service]
		WorkingDirectory=/guest
		Environment=HOME=/root LC_ALL=C
		ExecStart=/bin/sh -c 'stty -F /dev/ttyS1 raw 115200; exec > /dev/ttyS1 2>&1; \
			./$1; echo "# end of guest run"; sleep 1; exec busybox poweroff -f'
		[Install]
		WantedBy=default.target
	UNIT
	# The masked units are not tested here, and are slow to start.
	run guest.log 'systemctl enable guest.service
		systemctl mask systemd-timesyncd systemd-logind getty@tty1 apt-daily.timer \
			serial-getty@ttyS0 systemd-update-utmp systemd-pstore e2scrub_reap'
	echo 'tmpfs /tmp tmpfs' > "$root/etc/fstab"
}

# results NAME: count the results in TAP on standard input, and print them
results()
{
	local line

	while IFS= read -r line; do
		line=${line%$'\r'}
		case $line in
		'ok '*) report "$1: ${line#ok *- }" 0 ;;
		'not ok '*) report "$1: ${line#not ok *- }" 1 ;;
		*) echo "# ${line#\# }" ;;
		esac
	done
}

# boot NAME INITRD WORDS: boot the disk with WORDS on the kernel command line, and count the results
# that the guest prints
boot()
{
	local status=0 dir

	dir=$(dirname "$root")
	step "boot: $1"
	take_turn
	"$here/qemu" --kernel "$dir/vmlinuz" --initrd "$2" --disk "$dir/disk" \
		--timeout "${TIMEOUT:-900}" \
		--append "root=/dev/vda rw quiet systemd.show_status=0 $3" \
		--console "$dir/$1.console" --result "$dir/$1.tap" -- -snapshot || status=$?
	exec 6>&-
	results "$1" < "$dir/$1.tap"
	report "$1: the guest ends in time, without a complaint of its kernel" $status \
		"$dir/$1.console"
}
