# SPDX-License-Identifier: GPL-2.0-only
#
# Targets to build, install, package and test rdmacg_oot; "make help" lists them. The kernel build
# system reads Kbuild instead, and DKMS calls that directly (see dkms.conf).

NAME	:= rdmacg_oot
VERSION	:= $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)

# The kernel to build for.
KDIR	?= /lib/modules/$(shell uname -r)/build
# Kernels that the virtual machine tests run: "all" or names from tests/vm/kernels.
KERNEL	?= all
CACHE	:= $(or $(RDMACG_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/rdmacg_oot)

# A kernel built with clang needs modules built with clang; DKMS passes LLVM=1 by itself.
LLVM	?= $(if $(shell grep -s '^CONFIG_CC_IS_CLANG=y' "$(KDIR)/include/config/auto.conf"),1)
# Kbuild may change directory.
KBUILD	= $(MAKE) -C "$(KDIR)" M="$(CURDIR)" $(if $(LLVM),LLVM=$(LLVM)) \
		$(if $(OFA_KERNEL),OFA_KERNEL="$(abspath $(OFA_KERNEL))")
# In Debian's headers, "make kernelrelease" and kernel.release do not give the release; this does.
RELEASE	= sed -n 's/^.define UTS_RELEASE "\(.*\)"/\1/p' "$(KDIR)/include/generated/utsrelease.h"
DKMS_SOURCE := /usr/src/$(NAME)-$(VERSION)
DKMS_FILES := Kbuild include src boot dkms.conf
DOCUMENTS := COPYING README.md CHANGELOG.md INSTALL.md KERNELS.md BENCH.md
# Files that get the module loaded and its limits set, and the program rdmacg; without the first
# directory of the name, where they go. "make install" and the packages install the same.
FILES	:= $(shell find boot/lib tool -type f -o -type l)

# Each recipe is one shell script.
.ONESHELL:
SHELL	:= /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

all: headers ## Build the module for the running kernel, or for KDIR=
	@$(KBUILD) modules

# To /lib, where modprobe, udev and systemd also look if /lib is not a link to /usr/lib. A file in
# /etc that the administrator has changed stays.
define install_files
	for file in $(FILES); do
		to="$(1)/$${file#*/}"
		mkdir -p "$${to%/*}"
		case $$file in
		tool/etc/*) [ ! -e "$$to" ] || continue ;;
		esac
		cp -P --preserve=mode "$$file" "$$to"
	done
endef
define uninstall_files
	$(if $(1),,systemctl disable --now rdmacg-metrics.timer 2> /dev/null || :)
	for file in $(FILES); do
		to="$(1)/$${file#*/}"
		case $$file in
		tool/etc/*) cmp -s "$$file" "$$to" || continue ;;
		esac
		rm -f "$$to"
	done
endef

headers:
	@if [ ! -e "$(KDIR)/Makefile" ]; then
		echo "No kernel headers in $(KDIR): apt install linux-headers-$$(uname -r)," \
			"or name another kernel's with KDIR=" >&2
		exit 1
	fi

install: all ## Install the module (below INSTALL_MOD_PATH) and load it with ib_uverbs
	@$(KBUILD) INSTALL_MOD_DIR=updates modules_install
	release=$$($(RELEASE))
	depmod $(if $(INSTALL_MOD_PATH),-b "$(INSTALL_MOD_PATH)") "$$release"
	$(call install_files,$(INSTALL_MOD_PATH))
	$(if $(INSTALL_MOD_PATH),,boot/initramfs "$$release")

uninstall: headers ## Remove what "make install" installed
	@release=$$($(RELEASE))
	rm -f "$(INSTALL_MOD_PATH)/lib/modules/$$release/updates/$(NAME).ko"*
	depmod $(if $(INSTALL_MOD_PATH),-b "$(INSTALL_MOD_PATH)") "$$release"
	$(call uninstall_files,$(INSTALL_MOD_PATH))
	$(if $(INSTALL_MOD_PATH),,boot/initramfs "$$release")

# Copy the source without build products.
define copy_source
	rm -rf "$(1)"
	mkdir -p "$(1)"
	tar -c -X .gitignore $(2) | tar -x -C "$(1)"
endef

dkms-install: ## Build and install the module with DKMS, now and for every new kernel
	@if ! command -v dkms > /dev/null; then
		echo "dkms is missing: apt install dkms" >&2
		exit 1
	fi
	$(call copy_source,$(DKMS_SOURCE),$(DKMS_FILES))
	$(call install_files)
	# It removes an installation of this version, and builds for every kernel.
	autoinstall_all_kernels=yes /usr/lib/dkms/common.postinst $(NAME) $(VERSION)
	boot/initramfs

dkms-uninstall: ## Remove what "make dkms-install" installed
	@dkms remove -m $(NAME) -v $(VERSION) --all
	rm -rf "$(DKMS_SOURCE)"
	$(call uninstall_files)
	boot/initramfs

deb: ## Build the Debian package rdmacg-oot-dkms into build/
	@if ! command -v dpkg-buildpackage dh dh_dkms > /dev/null; then
		echo "Tools are missing: apt install build-essential debhelper dh-dkms" >&2
		exit 1
	fi
	$(call copy_source,build/deb/$(NAME)-$(VERSION),$(DKMS_FILES) tool $(DOCUMENTS) debian)
	cd build/deb/$(NAME)-$(VERSION)
	dpkg-buildpackage -us -uc -b > ../log 2>&1 || { cat ../log >&2; exit 1; }
	mv ../*.deb ../..
	echo "build/rdmacg-oot-dkms_$(VERSION)_all.deb"

rpm: ## Build the RPM package rdmacg-oot-dkms into build/
	@if ! command -v rpmbuild > /dev/null; then
		echo "rpmbuild is missing: apt install rpm, or dnf install rpm-build" >&2
		exit 1
	fi
	name=rdmacg-oot-dkms-$(VERSION)
	$(call copy_source,build/rpm/$$name,$(DKMS_FILES) tool $(DOCUMENTS))
	tar -C build/rpm -czf build/rpm/$$name.tar.gz $$name
	rpmbuild -bb --define "_topdir $$PWD/build/rpm" --define "_sourcedir $$PWD/build/rpm" \
		--define "_rpmdir $$PWD/build" \
		--define '_build_name_fmt %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm' \
		rpm/rdmacg-oot-dkms.spec > build/rpm/log 2>&1 || { cat build/rpm/log >&2; exit 1; }
	echo "build/rdmacg-oot-dkms-$(VERSION)-1.noarch.rpm"

dist: ## Make a tarball of the last commit in build/
	@name=$(NAME)-$(VERSION)
	mkdir -p build
	git archive --prefix="$$name/" -o "build/$$name.tar.gz" HEAD
	echo "build/$$name.tar.gz"

# The last line of each part is "N passed, M failed", or it prints TAP or cmocka's lines. A part
# that exits with an error but without a failed test counts as one failed test, and so does a part
# that ran no test. The last part runs in parallel with the others, since it leaves a CPU idle while
# it prepares its machines. All missing packages are installed first, so that no two parts run apt
# at the same time.
CHECKS := check-style check-ofa check-unit check-installed check-vm
check: ## Run check-style, -ofa, -unit, -installed, -vm; the last line is "N passed, M failed"
	@mkdir -p build/check
	$(MAKE) --no-print-directory check-deps || :
	# begin PART: start it in the background
	begin() {
		: > build/check/$$1.log
		$(MAKE) --no-print-directory $$1 > build/check/$$1.log 2>&1 &
		pid=$$!
	}
	trap 'kill 0' INT
	last=$(lastword $(CHECKS))
	begin $$last
	beside=$$pid
	passed=0 failed=0 number=0 SECONDS=0
	for part in $(CHECKS); do
		log=build/check/$$part.log
		number=$$((number + 1))
		echo "== $$part (part $$number of $(words $(CHECKS)), minute $$((SECONDS / 60)))"
		if [ $$part = $$last ]; then
			pid=$$beside
		else
			begin $$part
		fi
		tail -n +1 -f --pid=$$pid $$log
		status=0
		wait $$pid || status=$$?
		read -r ok bad < <(awk '
			/^[0-9]+ passed, [0-9]+ failed$$/ { sum = 1; p = $$1; f = $$3; next }
			/^ *ok / || /^\[ +OK \]/ { tp++ }
			/^ *not ok / || /^\[ +FAILED +\] [^0-9]/ { tf++ }
			END { print sum ? p : tp + 0, sum ? f : tf + 0 }' $$log)
		if [ $$bad -eq 0 ] && { [ $$status -ne 0 ] || [ $$ok -eq 0 ]; }; then
			bad=1
		fi
		echo "== $$part: $$ok passed, $$bad failed"
		passed=$$((passed + ok)) failed=$$((failed + bad))
	done
	echo "$$passed passed, $$failed failed"
	[ $$failed -eq 0 ]

CHECKPATCH ?= $(CACHE)/checkpatch/scripts/checkpatch.pl
# All files that git tracks or would add; in a tarball, all.
STYLE_FILES = $$({ git ls-files -co --exclude-standard 2> /dev/null || \
	find . -path ./build -prune -o -type f -printf '%P\n'; } | sort -u)
STYLE_C = $$(find src include -name '*.[ch]' | sort)
# Not for src/compat, which defines names of newer kernels, and one prototype out of several.
STYLE_COMPAT := NEW_TYPEDEFS,COMPLEX_MACRO,MACRO_WITH_FLOW_CONTROL,SPACING,BRACKET_SPACE
STYLE_COMPAT := $(STYLE_COMPAT),IS_ENABLED_CONFIG

# Set kdir: KDIR, or the newest installed headers if KDIR (the running kernel's) is not there.
define find_kdir
	kdir="$(KDIR)"
	if [ ! -e "$$kdir/Makefile" ]; then
		kdir=$$(ls -d /usr/src/linux-headers-*-amd64 | sort -V | tail -n 1)
	fi
endef

check-style: style-deps $(CHECKPATCH) ## Check versions, licences, line lengths, checkpatch, sparse
	@mkdir -p build/check
	failed=0 count=0
	# result NAME [COMPLAINT]: one line of TAP; without a complaint, the test passed
	result() {
		count=$$((count + 1))
		if [ -z "$${2-}" ]; then
			echo "ok $$count - $$1"
			return
		fi
		failed=1
		echo "not ok $$count - $$1"
		sed 's/^/# /' <<< "$$2"
	}

	module=$$(sed -n 's/^RCG_VERSION := //p' Kbuild)
	deb=$$(sed -n '1s/.*(\(.*\)).*/\1/p' debian/changelog)
	rpm=$$(sed -n 's/^Version:\t//p' rpm/rdmacg-oot-dkms.spec)
	complaint=
	if [ "$$module $$deb $$rpm" != "$(VERSION) $(VERSION) $(VERSION)" ]; then
		complaint="dkms.conf $(VERSION), Kbuild $$module, debian/changelog $$deb, rpm $$rpm"
	fi
	result 'style: one version everywhere' "$$complaint"

	complaint=
	long=
	for file in $(STYLE_FILES); do
		case $$file in
		COPYING | *.md | *.json | *.png | */corpus/* | debian/changelog | \
		debian/copyright | debian/source/*)
			continue ;;
		esac
		[ -f "$$file" ] || continue
		head -n 3 "$$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-only' ||
			complaint+="$$file "
		# checkpatch knows which long lines C may have.
		[ "$${file%.[ch]}" = "$$file" ] || continue
		long+=$$(expand "$$file" |
			awk -v file="$$file" 'length > 100 { printf "%s:%d ", file, NR }')
	done
	result 'style: a licence header in every file' "$$complaint"
	result 'style: no line longer than 100 columns' "$$long"

	complaint=$$(shellcheck -f gcc tool/usr/sbin/rdmacg || :
		mandoc -Tlint tool/usr/share/man/man?/* || :)
	result 'style: shellcheck for rdmacg, mandoc for the manuals' "$$complaint"

	# checked FILTER OPTION...: checkpatch's complaints about the C files in src/compat (FILTER
	# is -e) or about all others (-v)
	checked() {
		printf '%s\n' $(STYLE_C) | grep $$1 src/compat/ |
			xargs perl "$(CHECKPATCH)" --no-tree --terse --show-types \
				--max-line-length=100 "$${@:2}" -f 2>&1 |
			grep -E ': (ERROR|WARNING):' || :
	}
	complaint=$$(checked -v; checked -e --ignore $(STYLE_COMPAT))
	result 'style: checkpatch' "$$complaint"

	$(call find_kdir)
	$(call copy_source,build/sparse,$(DKMS_FILES))
	log=build/check/sparse.log
	if $(MAKE) -C "$$kdir" M="$(CURDIR)/build/sparse" C=2 W=1 modules > $$log 2>&1; then
		complaint=$$(grep "build/sparse/.*: \(warning\|error\):" $$log) || :
	else
		complaint=$$(tail -n 20 $$log)
	fi
	result "style: sparse and W=1 ($${kdir##*/linux-headers-})" "$$complaint"
	exit $$failed

# need PACKAGES: install those of these Debian packages that the machine lacks.
define need
	missing=
	for package in $(1); do
		dpkg-query -W -f '$${Status}\n' $$package 2> /dev/null | grep -q ' installed$$' ||
			missing+=" $$package"
	done
	if [ -n "$$missing" ]; then
		apt-get -q update
		DEBIAN_FRONTEND=noninteractive apt-get -qy --no-install-recommends install $$missing
	fi
endef

style-deps:
	@packages='perl gcc make sparse kmod shellcheck mandoc'
	[ -e "$(KDIR)/Makefile" ] || ls -d /usr/src/linux-headers-*-amd64 > /dev/null 2>&1 ||
		packages+=' linux-headers-amd64'
	$(call need,$$packages)

check-ofa: style-deps ## Check which ib_core the module is built against, with simulated trees
	@$(call find_kdir)
	tests/ofa/ofa.t "$$kdir"

check-deps: style-deps unit-deps $(CHECKPATCH)
	@tests/vm/install-deps

unit-deps:
	@$(call need,gcc libc6-dev libcmocka-dev)

# Debian ships checkpatch.pl in the kernel's source package only.
$(CACHE)/checkpatch/scripts/checkpatch.pl:
	@rm -rf "$(CACHE)/checkpatch"
	mkdir -p "$(CACHE)/checkpatch.new"
	cd "$(CACHE)/checkpatch.new"
	apt-get -qq update
	source=$$(apt-cache depends linux-source | sed -n 's/^ *Depends: //p')
	apt-get -qq -o APT::Sandbox::User=root download "$$source"
	dpkg-deb --fsys-tarfile "$$source"_*.deb | tar -x -O "./usr/src/$$source.tar.xz" |
		tar -x -J --strip-components=1 "$$source"/scripts/{checkpatch.pl,spelling.txt} \
			"$$source"/scripts/const_structs.checkpatch
	rm "$$source"_*.deb
	mv "$(CACHE)/checkpatch.new" "$(CACHE)/checkpatch"

check-unit: unit-deps ## Run the tests and the model of the controller in user space
	@$(MAKE) -C tests/model all
	# The model is slow while kernels are being built in parallel.
	TIMEOUT=1800 $(MAKE) -C tests/unit check ALSO=../model/build/model

check-vm: ## Run the tests in virtual machines (KERNEL=all, a name from tests/vm/kernels, or KDIR=)
	@tests/vm/install-deps
	env -u KERNEL -u KDIR tests/vm/run \
		$(if $(filter file,$(origin KDIR)),KERNEL=$(KERNEL),KDIR="$(KDIR)")

check-debug: ## Run check-vm on a kernel with KASAN, lockdep, kmemleak, faults, and one with KCSAN
	@tests/vm/install-deps
	env -u KERNEL -u KDIR tests/vm/run KERNEL=debug KERNEL=race TIMEOUT=7200

check-newest: ## Run check-vm on Debian's newest kernels, and report what a kernel has changed
	@tests/vm/install-deps
	tests/vm/newest

# The default kernel's own controller has all five files; KERNEL= may name one with the first two.
HISTORIES ?= 200
STEPS	?= 200
LINES_COUNT ?= 1000000
SEED	?= 1
check-oracle: ## Compare with the kernel's own controller (HISTORIES=200 STEPS=200 SEED=1 KERNEL=)
	@tests/vm/install-deps
	limit=$$((600 + $(HISTORIES) * $(STEPS) / 4 + $(LINES_COUNT) / 200))
	env -u KERNEL -u KDIR tests/vm/run CONTROLLER=both TIMEOUT=$$limit \
		TESTS='31-oracle.t 32-lines.t 33-differences.t' \
		KERNEL=$(if $(filter file,$(origin KERNEL)),trixie-backports,$(KERNEL)) \
		APPEND="HISTORIES=$(HISTORIES) STEPS=$(STEPS) LINES_COUNT=$(LINES_COUNT) \
			SEED=$(SEED) RDMACG_TEST_TIMEOUT=$$limit $(APPEND)"

STRESS_SECONDS = $(or $(SECONDS),120)
check-stress: ## Load, kills, hot-unplug, rmmod and modprobe at once (SECONDS=120 SEED=1 KERNEL=)
	@tests/vm/install-deps
	limit=$$((600 + 2 * $(STRESS_SECONDS)))
	env -u KERNEL -u KDIR tests/vm/run TESTS=60-storm.t TIMEOUT=$$limit \
		KERNEL=$(if $(filter file,$(origin KERNEL)),trixie-backports,$(KERNEL)) \
		APPEND="RDMACG_SECONDS=$(STRESS_SECONDS) SEED=$(SEED) \
			RDMACG_TEST_TIMEOUT=$$limit $(APPEND)"

# Compared with the kernel's own controller, its newest version and an old one.
BENCH_KERNELS = $(if $(filter file,$(origin KERNEL)),trixie-backports bookworm-6.1,$(KERNEL))
bench: ## Measure the cost, compared with the kernel's own controller; write BENCH.md (KERNEL=)
	@tests/vm/install-deps
	# measure TEST ARGUMENT...
	measure() {
		env -u KERNEL -u KDIR tests/vm/run $(addprefix KERNEL=,$(BENCH_KERNELS)) \
			TESTS=../bench/$$1.t BUILD_DIR="$(CURDIR)/build/bench/$$1" TIMEOUT=5400 \
			APPEND=RDMACG_TEST_TIMEOUT=5000 "$${@:2}"
	}
	measure pairs ICOUNT=1 CONTROLLER=both
	measure cost ICOUNT=1
	measure idle ICOUNT=1
	measure scale ICOUNT=1 MEM=6144
	measure load CONTROLLER=both
	tests/bench/report build/bench/*/*/*.tap

check-boot: ## Boot Debian 12 and 13 with the package, and check that the module is loaded
	@tests/vm/boot

check-integration: ## Check containers, jobs, applications in a Debian 13, README in a Debian 12
	@status=0
	tests/vm/integration || status=1
	tests/vm/newcomer || status=1
	$(MAKE) --no-print-directory check-bpf || status=1
	exit $$status

# Not in check-vm, since bpftrace's compiler makes a guest's image four times as large.
BPF_KERNELS = $(if $(filter file,$(origin KERNEL)),bullseye-5.10 bookworm-6.1 trixie-6.12 \
	trixie-backports,$(KERNEL))
check-bpf: ## Check bpftrace's fentry and fexit on the hooked functions, on four kernels (KERNEL=)
	@tests/vm/install-deps
	env -u KERNEL -u KDIR tests/vm/run $(addprefix KERNEL=,$(BPF_KERNELS)) \
		TESTS=../bpf/fentry.t BUILD_DIR="$(CURDIR)/build/bpf" \
		APPEND="RDMACG_TEST_TIMEOUT=1500 $(APPEND)"

check-installed: ## Run some of check-integration, in less time
	@tests/vm/integration brief

fuzz: ## Fuzz the rdma.max parser against a second implementation (SECONDS=60)
	@$(MAKE) -C tests/fuzz fuzz

demo: ## Install the package in a fresh Debian 12 in a virtual machine and show it at work
	@tests/vm/demo

clean: ## Remove what was built
	@if [ -e "$(KDIR)/Makefile" ]; then
		$(KBUILD) clean
	fi
	find . -path ./.git -prune -o -type f \( -name '*.o' -o -name '*.ko' -o -name '*.mod' \
		-o -name '*.mod.c' -o -name '.*.cmd' \) -exec rm -f {} +
	rm -rf build

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 16

.PHONY: all headers install uninstall dkms-install dkms-uninstall deb rpm dist check check-style \
	check-ofa style-deps check-deps unit-deps check-unit check-vm check-debug check-newest \
	check-oracle check-stress check-boot check-integration check-installed \
	check-bpf bench fuzz demo clean help
