# SPDX-License-Identifier: GPL-2.0-only
#
# The cache of the virtual machine tests, sourced by tests/vm/run. It holds, per Debian release, a
# small root with a compiler and kernel headers, one of them also with QEMU; the unpacked kernel
# images, and the guest's root.
#
# Everything is made under a temporary name and renamed when complete, so that an interrupted run
# leaves nothing half done behind; mounts live in a private mount namespace and go with it.
# The caller holds the lock on the cache.

cache=${RDMACG_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/rdmacg_oot}

# Debian's name for the architecture of the kernel and its guest. The roots are amd64: for another
# one, the modules and programs are built there by a cross compiler.
arch=amd64
declare -A triplet=([amd64]=x86_64-linux-gnu [arm64]=aarch64-linux-gnu)

# mirror LABEL: where this host gets Debian's packages (Debian or Debian-Security) from
mirror()
{
	local uri

	uri=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' \
		'Origin: Debian' 2> /dev/null | sed -n "s,^$1 \(.*[^/]\)/*$,\1,p;T;q")
	if [ -z "$uri" ] && [ "$1" = Debian ]; then
		echo "apt knows no mirror of Debian here: add one to /etc/apt/sources.list.d," \
			"and run apt-get update" >&2
		return 1
	fi
	echo "${uri:-$(mirror Debian)-security}"
}

# sources RELEASE: the lines of sources.list for a Debian release
sources()
{
	local debian security

	debian=$(mirror Debian) && security=$(mirror Debian-Security) || return
	echo "deb $debian $1 main"
	[ "$1" = sid ] || echo "deb $security $1-security main"
	case $1 in
	bullseye) ;;
	sid) echo "deb $debian experimental main" ;;
	*) echo "deb $debian $1-backports main" ;;
	esac
}

# in_root ROOT DIRECTORY COMMAND...: run a command in a root, with DIRECTORY as its /mnt, and
# in_root_tree, if that is set, where it is on the host. objtool and apt want /proc.
in_root()
{
	local root=$1 directory=$2

	shift 2
	LC_ALL=C DEBIAN_FRONTEND=noninteractive unshare -m --propagation private bash -e -c '
		mount -t proc proc "$0/proc"
		mount --bind "$1" "$0/mnt"
		if [ -n "$2" ]; then
			mkdir -p "$0$2"
			mount --bind "$2" "$0$2"
		fi
		shift 2
		exec chroot "$0" env -C /mnt PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
	' "$root" "$directory" "${in_root_tree-}" "$@"
}

# root_packages ROOT PACKAGE...: install packages in a root
root_packages()
{
	local root=$1

	shift
	cp -L /etc/resolv.conf "$root/etc/resolv.conf"
	in_root "$root" / sh -c "dpkg --configure -a &&
		apt-get -qq -o Dpkg::Use-Pty=0 --no-install-recommends -y install $*" >&2
}

# debstrap ARGUMENT...: run mmdebstrap, without the descriptors of the caller: it passes one to a
# shell that supports none above 9. If apt on this host accepts expired package lists, so does
# mmdebstrap.
debstrap()
{
	local valid

	valid=$(apt-config dump --format '%v' Acquire::Check-Valid-Until)
	mmdebstrap --quiet --mode=root --aptopt='Acquire::Languages "none"' \
		--aptopt='Acquire::Retries "3"' --aptopt='APT::Sandbox::User "root"' \
		${valid:+--aptopt="Acquire::Check-Valid-Until \"$valid\""} \
		"$@" >&2 3>&- 8>&- 9>&-
}

# suite_root SUITE: the directory of the root for a suite; made when missing, its package lists
# refreshed once a day. A refresh that fails (no network) leaves the lists as they were.
suite_root()
{
	local release=${1%-backports} root lines include=make,gcc,libc6-dev,kmod
	[ "$release" != experimental ] || release=sid
	root=$cache/roots/$release

	# W=1 checks comments as well: kernel-doc is in Perl, or, in newer kernels, in Python.
	include+=,perl,python3
	[ "$release" != bookworm ] || include+=,libibverbs-dev
	if [ ! -d "$root" ]; then
		lines=$(sources "$release") || return
		rm -rf "$root.new"
		mkdir -p "$cache/roots"
		debstrap --variant=apt --include="$include" --skip=cleanup/apt/lists \
			--aptopt='APT::Install-Recommends "false"' \
			"$release" "$root.new" - <<< "$lines" || return
		touch "$root.new/var/lib/apt/refreshed"
		mv "$root.new" "$root"
	elif [ -n "$(find "$root/var/lib/apt/refreshed" -mtime +0)" ]; then
		cp -L /etc/resolv.conf "$root/etc/resolv.conf"
		if in_root "$root" / apt-get -qq update >&2; then
			touch "$root/var/lib/apt/refreshed"
		else
			echo "$root: package lists not refreshed" >&2
		fi
	fi
	echo "$root"
}

# cross_root SUITE: suite_root, which can also build for $arch: with the package lists of $arch, a
# cross compiler, and, in Debian 12's root, what the programs of the guest are linked with
cross_root()
{
	local root packages=gcc-${triplet[$arch]//_/-}

	root=$(suite_root "$1") || return
	if [ "$arch" != amd64 ] && [ ! -f "$root/var/lib/apt/cross-$arch" ]; then
		[ "${root##*/}" != bookworm ] || packages+=" libc6-dev:$arch libibverbs-dev:$arch"
		cp -L /etc/resolv.conf "$root/etc/resolv.conf"
		in_root "$root" / sh -c "
			dpkg --add-architecture $arch && apt-get -qq update" >&2 || return
		root_packages "$root" "$packages" || return
		touch "$root/var/lib/apt/cross-$arch"
	fi
	echo "$root"
}

# releases ROOT SUITE REGEXP: the kernels that a suite holds with their headers, the oldest first
releases()
{
	local suites="$2(-security|-updates)?"

	# One line per package, version and suite:
	# " linux-image-REL | VERSION | URI SUITE/main amd64 ...", REL:arm64 of another architecture
	in_root "$1" / sh -c "apt-cache pkgnames linux-image- | xargs apt-cache madison" |
		sed -nE "s,:$arch \|, |,
			s,^ *linux-image-($3) \|[^|]*\| [^ ]* $suites/main $arch Packages\$,\1,p" |
		sort -V |
		awk 'FNR == NR { headers[$0]; next } "linux-headers-" $0 in headers' \
			<(in_root "$1" / apt-cache pkgnames linux-headers-) -
}

# kernel_image ROOT RELEASE: a directory with the boot/vmlinuz and lib/modules of a Debian kernel
kernel_image()
{
	local image=$cache/images/$2 package
	local parts='s/^ *Depends: (linux-(base|modules|binary)-[0-9][^ ]*)$/\1/p'

	if [ ! -d "$image" ]; then
		rm -rf "$image.new"
		mkdir -p "$image.new/deb"
		# From Linux 6.17 or so, Debian's image is split: it depends on the parts.
		in_root "$1" "$image.new/deb" sh -c "
			apt-get -qq download linux-image-$2:$arch \
				\$(apt-cache depends linux-image-$2:$arch | sed -nE '$parts')" >&2
		for package in "$image.new"/deb/*.deb; do
			dpkg-deb --extract "$package" "$image.new"
		done
		rm -r "$image.new/deb"
		[ -d "$image.new/lib" ] || ln -s usr/lib "$image.new/lib"
		mv "$image.new" "$image"
	fi
	echo "$image"
}

# kernel_headers ROOT RELEASE: install the headers of a kernel, and the compiler they ask for
kernel_headers()
{
	local deb needs='s/^ *(linux-(headers|kbuild)-[^:]*)$/\1/p'

	[ ! -f "$1/var/lib/apt/headers-$2" ] || return 0
	if [ "$arch" = amd64 ]; then
		root_packages "$1" "linux-headers-$2"
	else
		# The package depends on a compiler that runs on $arch. So it is only unpacked;
		# of its dependencies, the headers that are the same everywhere and the programs
		# of linux-kbuild, which run on amd64, are installed.
		deb=$cache/headers-$2
		rm -rf "$deb"
		mkdir "$deb"
		in_root "$1" "$deb" apt-get -qq download "linux-headers-$2:$arch" >&2
		dpkg-deb --fsys-tarfile "$deb"/*.deb | tar -x -C "$1" ./usr/src
		rm -r "$deb"
		root_packages "$1" $(in_root "$1" / apt-cache depends "linux-headers-$2:$arch" |
			sed -nE "$needs")
	fi
	touch "$1/var/lib/apt/headers-$2"
}

# built_kernel ROOT PACKAGE CONFIG: the name, below usr/src of the root, of a kernel tree that was
# built from a source package with the fragments config/base and config/CONFIG. Lines of theirs say
# what else that takes: "# packages: ...", in the root, and "# make: ...", words for make. Its image
# is in image/ there. What is not needed to build modules is removed. The lock on the cache,
# descriptor 9, is let go as soon as others may go on while this builds.
built_kernel()
{
	local root=$1 package=$2 config=$3 name tree version fragments wanted words

	fragments="$here/config/base $here/config/$config"
	words=$(sed -n 's/^# make: //p' $fragments)
	version=$(in_root "$root" / apt-cache show --no-all-versions "$package" |
		sed -n 's/^Version: //p')
	# Unquoted: they are two.
	name=$package-$version-$config-$(cat $fragments | md5sum | cut -c 1-8)
	tree=$root/usr/src/$name
	exec 7> "$cache/lock-$config"
	if [ ! -d "$tree" ]; then
		root_packages "$root" "$package" xz-utils bc bison flex libelf-dev libssl-dev \
			$(sed -n 's/^# packages: //p' $fragments)
	fi
	flock -u 9
	flock 7
	if [ ! -d "$tree" ]; then
		rm -rf "$tree.new" "$root/usr/src/$package"*"-$config-"*
		mkdir -p "$tree.new"
		# Configuring wants every Kconfig; what else is not built would only take time.
		tar -C "$tree.new" --strip-components=1 --exclude='*/Documentation/*/*' \
			--exclude='*/arch/[!x]*/*.[chS]' --exclude='*/boot/dts/*/*' \
			--exclude='*/sound/*.[ch]' \
			--exclude='*/drivers/'{gpu,media,scsi,staging,usb}'/*.[ch]' \
			--exclude='*/drivers/net/'{ethernet,wireless}'/*.[ch]' \
			-xf "$root/usr/src/$package.tar.xz"
		cat $fragments > "$tree.new/fragment"
		# Not the host's idea of a linker or a machine: the root's. Guests that run
		# meanwhile have the clock against them, and go first.
		in_root "$root" "$tree.new" sh -e -c "
			make -s $words allnoconfig KCONFIG_ALLCONFIG=fragment
			nice make -s -j$(nproc) $words bzImage modules
			make -s $words INSTALL_MOD_PATH=image modules_install" >&2 || return
		# But for what config/CONFIG takes back.
		wanted=$(grep '^CONFIG' $fragments | sed 's/.*://' |
			grep -vxFf "$tree.new/.config" |
			grep -vf <(sed -n 's/^# \(CONFIG_[^ ]*\) is not set$/^\1=/p' \
				"$here/config/$config") || :)
		if [ -n "$wanted" ]; then
			echo "$config: this kernel has no" $wanted >&2
			return 1
		fi
		mv "$tree.new/arch/x86/boot/bzImage" "$tree.new/image/vmlinuz"
		rm -f "$tree.new"/image/lib/modules/*/{build,source}
		(cd "$tree.new" && rm -rf drivers fs mm net sound kernel lib crypto vmlinux*)
		mv "$tree.new" "$tree"
	fi
	echo "$name"
}

# qemu_root: the root that holds the QEMU to run guests with: Debian 13's, since hosts may have one
# that is too old for virtual CPUs that run side by side (see tests/vm/qemu)
qemu_root()
{
	local root

	root=$(suite_root trixie)
	[ -e "$root/usr/bin/qemu-system-x86_64" ] || root_packages "$root" qemu-system-x86
	[ "$arch" = amd64 ] || [ -e "$root/usr/bin/qemu-system-${triplet[$arch]%%-*}" ] ||
		root_packages "$root" qemu-system-arm
	echo "$root"
}

guest_packages=bash,busybox,coreutils,util-linux,mount,kmod,iproute2,procps,grep,sed,findutils
guest_packages+=,libibverbs1,ibverbs-providers,ibverbs-utils,librdmacm1
guest_packages+=,python3-minimal,python3-pyverbs

# Of these packages and what they pull in, nothing that runs here.
guest_ballast='boot usr/share usr/games usr/include usr/src usr/libexec usr/lib/udev usr/lib/systemd
	var lib/systemd lib/udev usr/bin/*perl* usr/bin/dpkg*
	usr/bin/deb* usr/bin/x86_64-linux-gnu-*
	usr/lib/python3/dist-packages/*.egg-info usr/lib/x86_64-linux-gnu/perl* usr/lib/perl*
	usr/lib/x86_64-linux-gnu/libperl* usr/lib/x86_64-linux-gnu/gconv usr/lib/python3*/lib2to3
	usr/lib/x86_64-linux-gnu/libdb-* usr/lib/valgrind
	usr/lib/x86_64-linux-gnu/libsqlite3* usr/lib/python3*/unittest usr/lib/python3*/pydoc_data
	usr/lib/python3*/distutils usr/lib/python3*/email usr/lib/python3*/asyncio'

# guest_base: a cpio archive with the user space of the guests, unpacked from Debian 12's packages
# for every kernel alike
guest_base()
{
	local base path debian ballast=${guest_ballast//${triplet[amd64]}/${triplet[$arch]}}

	base=$cache/guest-$(md5sum <<< "$guest_packages $ballast" | cut -c 1-8)

	if [ ! -f "$base.cpio" ]; then
		debian=$(mirror Debian) || return
		rm -rf "$base.new"
		debstrap --variant=extract --architectures="$arch" --include="$guest_packages" \
			bookworm "$base.new" "$debian" || return
		for path in $ballast; do
			# Unquoted: the list holds patterns.
			rm -rf "$base.new"/$path
		done
		ln -s bash "$base.new/bin/sh"
		mkdir -p "$base.new"/{dev,proc,sys,run,tmp,var/tmp}
		pack "$base.new" "$base.cpio.new"
		rm -rf "$base.new"
		mv "$base.cpio.new" "$base.cpio"
	fi
	echo "$base.cpio"
}

# What the tests in ../apps need of Debian 13, which they enter with chroot: all of it by name,
# since libucx0 alone pulls in half a gigabyte for GPUs.
app_packages='libc6 libgcc-s1 libgomp1 libnl-3-200 libnl-route-3-200 libnuma1
	libibverbs1 ibverbs-providers librdmacm1t64 libibmad5 libibumad3 libpsm2-2
	libucx0 libucx-dev libfabric1 libfabric-dev'

# guest_apps: a directory with apps/, these packages unpacked, and apps.cpio, the same for a guest
# without what only compilers need
guest_apps()
{
	local dir package root

	dir=$cache/apps-$(md5sum <<< "$app_packages" | cut -c 1-8)
	if [ ! -d "$dir" ]; then
		root=$(suite_root trixie) || return
		rm -rf "$dir.new"
		mkdir -p "$dir.new"/{deb,run/apps}
		# Unquoted: the list has several lines.
		in_root "$root" "$dir.new/deb" apt-get -qq download $app_packages >&2 || return
		for package in "$dir.new"/deb/*.deb; do
			dpkg-deb --extract "$package" "$dir.new/apps"
		done
		rm -r "$dir.new/deb"
		ln -s usr/lib usr/lib64 "$dir.new/apps"
		mkdir "$dir.new"/apps/{dev,proc,sys,tmp,rdmacg}
		cp -a "$dir.new/apps" "$dir.new/run"
		rm -r "$dir.new"/run/apps/usr/{include,share}
		find "$dir.new/run" -name '*.a' -delete
		pack "$dir.new/run" "$dir.new/apps.cpio"
		rm -r "$dir.new/run"
		mv "$dir.new" "$dir"
	fi
	echo "$dir"
}

# pack DIRECTORY FILE: an archive that any kernel unpacks at boot. Not compressed: reading more is
# faster for an emulated processor than decompressing, and no kernel lacks it.
pack()
{
	(cd "$1" && find . -print0 | cpio --quiet --null --create --format=newc --owner=0:0) > "$2"
}

# take_turn: wait until fewer guests run than there are CPUs, of all that have the same directory in
# RDMACG_GUESTS. The turn ends with the lock on descriptor 6.
take_turn()
{
	local turn

	[ -n "${RDMACG_GUESTS-}" ] || return 0
	while :; do
		for turn in $(seq "$(nproc)"); do
			exec 6> "$RDMACG_GUESTS/$turn"
			! flock -n 6 || return 0
		done
		sleep 1
	done
}
