# SPDX-License-Identifier: GPL-2.0-only
#
# A real Debian to install the package into and to boot, sourced by tests/vm/demo and tests/vm/boot
# after cache.sh, in a mount namespace of their own. Roots are made once, and stay as they are: what
# is installed goes into a layer above.

# debian_deps [TOOL=PACKAGE]...: what packages, roots and disks need of this host, and these
debian_deps()
{
	local tool missing=()
	local -A package=([dpkg-buildpackage]=dpkg-dev [dh]=debhelper [dh_dkms]=dh-dkms
		[mke2fs]=e2fsprogs)

	for tool; do
		package[${tool%%=*}]=${tool#*=}
	done
	for tool in "${!package[@]}"; do
		command -v "$tool" > /dev/null || missing+=("${package[$tool]}")
	done
	"$here/install-deps" || return
	[ ${#missing[@]} -eq 0 ] && return
	apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -qy --no-install-recommends \
		install "${missing[@]}"
}

# What every root has: a stock kernel, its headers and DKMS, as a user has them
debian_packages=linux-image-amd64,linux-headers-amd64,dkms,gcc,make,libc6-dev,libibverbs-dev
debian_packages+=,ibverbs-providers,iproute2,kmod,mount,busybox-static

# debian_root NAME RELEASE PACKAGES: prints the directory of a root. Kernels come without an
# initramfs: who wants one makes it.
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

# debian_layer ROOT DIRECTORY: DIRECTORY/root is ROOT, to be changed; or, where overlays do not
# stack (in a container), a copy.
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

# debian_disk ROOT FILE: a disk that holds the root, without what only a compiler needs
debian_disk()
{
	local dir

	for dir in "$1"/{usr/{src/linux-headers-*,lib/gcc},var/{lib/apt,cache},boot}; do
		mount -t tmpfs none "$dir" || return
	done
	truncate -s 2G "$2"
	mke2fs -q -t ext4 -O ^has_journal -E lazy_itable_init=1 -d "$1" "$2"
}
