# SPDX-License-Identifier: GPL-2.0-only
#
# The cache of the virtual machine tests, sourced by tests/vm/run. It holds, per Debian release, a
# small root with a compiler and kernel headers, one of them also with QEMU; the unpacked kernel
# images, and the guest's root.
#
# Everything is made under a temporary name and renamed when complete, so that an interrupted run
# leaves nothing incomplete behind. Mounts are made in a private mount namespace and end with it.
# The caller holds the lock on the cache.

cache=${RDMACG_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/rdmacg_oot}

# Debian's name for the architecture of the kernel and its guest. The roots are amd64: modules and
# programs for another architecture are built there by a cross compiler.
arch=amd64
declare -A triplet=([amd64]=x86_64-linux-gnu [arm64]=aarch64-linux-gnu)

# mirror LABEL: the URI from which this host's apt gets packages of LABEL, Debian or Debian-Security
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

# in_root ROOT DIRECTORY COMMAND...: run a command in a root, with DIRECTORY mounted on /mnt and, if
# in_root_tree is set, that directory mounted at the same path as on the host. objtool and apt need
# /proc.
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

# debstrap ARGUMENT...: run mmdebstrap with the caller's descriptors closed, since it uses a shell
# that supports no descriptor above 9. If apt on this host accepts expired package lists, so does
# mmdebstrap.
debstrap()
{
	local valid

	valid=$(apt-config dump --format '%v' Acquire::Check-Valid-Until)
	unshare -m --propagation private mmdebstrap --quiet --mode=root \
		--aptopt='Acquire::Languages "none"' \
		--aptopt='Acquire::Retries "3"' --aptopt='APT::Sandbox::User "root"' \
		${valid:+--aptopt="Acquire::Check-Valid-Until \"$valid\""} \
		"$@" >&2 3>&- 8>&- 9>&-
}

# suite_root SUITE: the root of a suite, made when missing. Its package lists are refreshed once a
# day; if that fails (no network), the old lists are used.
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

# cross_root SUITE: as suite_root, but the root can also build for $arch: it has the package lists
# of $arch, a cross compiler and, in Debian 12, the libraries that the guest's programs need
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

# releases ROOT SUITE REGEXP: the kernels of a suite that have headers there, the oldest first
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

# kernel_headers ROOT RELEASE: install the headers of a kernel and the compiler they depend on
kernel_headers()
{
	local deb needs='s/^ *(linux-(headers|kbuild)-[^:]*)$/\1/p'

	[ ! -f "$1/var/lib/apt/headers-$2" ] || return 0
	if [ "$arch" = amd64 ]; then
		root_packages "$1" "linux-headers-$2"
	else
		# The package depends on a compiler that runs on $arch, so it is only unpacked. Two
		# of its dependencies are installed: the headers common to all architectures, and
		# linux-kbuild, whose programs run on amd64.
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

# built_kernel ROOT PACKAGE CONFIG: build a kernel from a source package with the fragments
# config/base and config/CONFIG, and print the name of its tree below usr/src of the root. In the
# fragments, a line "# packages: ..." names packages to install in the root, and "# make: ..." has
# arguments for make. The kernel image and its modules are in image/ of the tree; what is not needed
# to build modules is removed. The lock on the cache, descriptor 9, is released before the build, so
# that other kernels are not delayed.
built_kernel()
{
	local root=$1 package=$2 config=$3 name tree version fragments wanted words

	fragments="$here/config/base $here/config/$config"
	words=$(sed -n 's/^# make: //p' $fragments)
	version=$(in_root "$root" / apt-cache show --no-all-versions "$package" |
		sed -n 's/^Version: //p')
	# Unquoted: these are two files.
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
		# Configuring reads every Kconfig; other files that are not built are not unpacked.
		tar -C "$tree.new" --strip-components=1 --exclude='*/Documentation/*/*' \
			--exclude='*/arch/[!x]*/*.[chS]' --exclude='*/boot/dts/*/*' \
			--exclude='*/sound/*.[ch]' \
			--exclude='*/drivers/'{gpu,media,scsi,staging,usb}'/*.[ch]' \
			--exclude='*/drivers/net/'{ethernet,wireless}'/*.[ch]' \
			-xf "$root/usr/src/$package.tar.xz"
		cat $fragments > "$tree.new/fragment"
		# In the root, so that its compiler and linker are used. With nice, because guests
		# that run meanwhile have timeouts.
		in_root "$root" "$tree.new" sh -e -c "
			make -s $words allnoconfig KCONFIG_ALLCONFIG=fragment
			nice make -s -j$(nproc) $words bzImage modules
			make -s $words INSTALL_MOD_PATH=image modules_install" >&2 || return
		# Options that the fragments set and this kernel lacks, except those that
		# config/CONFIG unsets again.
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

# qemu_root: the root with the QEMU that runs the guests, Debian 13's: the host's may be too old to
# run virtual CPUs in threads of their own (see tests/vm/qemu)
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

# Files of these packages and their dependencies that the guest does not need
guest_ballast='boot usr/share usr/games usr/include usr/src usr/libexec usr/lib/udev usr/lib/systemd
	var lib/systemd lib/udev usr/bin/*perl* usr/bin/dpkg*
	usr/bin/deb* usr/bin/x86_64-linux-gnu-*
	usr/lib/python3/dist-packages/*.egg-info usr/lib/x86_64-linux-gnu/perl* usr/lib/perl*
	usr/lib/x86_64-linux-gnu/libperl* usr/lib/x86_64-linux-gnu/gconv usr/lib/python3*/lib2to3
	usr/lib/x86_64-linux-gnu/libdb-* usr/lib/valgrind
	usr/lib/x86_64-linux-gnu/libsqlite3* usr/lib/python3*/unittest usr/lib/python3*/pydoc_data
	usr/lib/python3*/distutils usr/lib/python3*/email usr/lib/python3*/asyncio'

# guest_base: a cpio archive with the user space of all guests, unpacked from packages of Debian 12
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

# unpack DIRECTORY PACKAGE...: unpack these packages of Debian 13 there, without their dependencies
unpack()
{
	local directory=$1 root package

	shift
	root=$(suite_root trixie) || return
	mkdir -p "$directory/deb"
	in_root "$root" "$directory/deb" apt-get -qq download "$@" >&2 || return
	for package in "$directory"/deb/*.deb; do
		dpkg-deb --extract "$package" "$directory" || return
	done
	rm -r "$directory/deb"
}

# The packages of Debian 13 that the tests in ../apps need; they enter them with chroot. They are
# unpacked only, since libucx0 depends on half a gigabyte for GPUs.
app_packages='libc6 libgcc-s1 libgomp1 libnl-3-200 libnl-route-3-200 libnuma1
	libibverbs1 ibverbs-providers librdmacm1t64 libibmad5 libibumad3 libpsm2-2
	libucx0 libucx-dev libfabric1 libfabric-dev'

# The same for the tests in ../bpf: bpftrace
bpf_packages='libc6 libgcc-s1 libstdc++6 bpftrace libbpf1 libbpfcc libclang-cpp19 libclang1-19
	libllvm19 libedit2 libxml2 libz3-4 libffi8 libelf1t64 libsframe1 libzstd1 zlib1g libbsd0
	libmd0 libtinfo6 liblzma5'

# guest_apps PACKAGES: a directory with apps/, where these packages are unpacked, and apps.cpio, the
# same for a guest, without what only compilers need
guest_apps()
{
	local dir

	dir=$cache/apps-$(md5sum <<< "$1" | cut -c 1-8)
	if [ ! -d "$dir" ]; then
		rm -rf "$dir.new"
		mkdir -p "$dir.new"/run/apps
		# Unquoted: the list has several lines.
		unpack "$dir.new/apps" $1 || return
		ln -s usr/lib usr/lib64 "$dir.new/apps"
		mkdir "$dir.new"/apps/{dev,proc,sys,tmp,rdmacg}
		cp -a "$dir.new/apps" "$dir.new/run"
		rm -rf "$dir.new"/run/apps/usr/{include,share}
		find "$dir.new/run" -name '*.a' -delete
		pack "$dir.new/run" "$dir.new/apps.cpio"
		rm -r "$dir.new/run"
		mv "$dir.new" "$dir"
	fi
	echo "$dir"
}

# pack DIRECTORY FILE: an initramfs archive. Not compressed: an emulated CPU reads it faster than it
# decompresses, and a kernel may lack a decompressor.
pack()
{
	(cd "$1" && find . -print0 | cpio --quiet --null --create --format=newc --owner=0:0) > "$2"
}

# take_turn: wait until fewer guests run than there are CPUs; guests with the same directory
# RDMACG_GUESTS are counted. The turn ends when descriptor 6, which holds a lock there, is closed.
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
