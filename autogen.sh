#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   ./autogen.sh          generate the build system (configure, Makefile.in)
#   ./autogen.sh build    install what is missing, build, install into build/inst
#   ./autogen.sh demo     the same, then racksim + collectord; options: --help
#   ./autogen.sh check    the same, then the whole test suite
#   ./autogen.sh peers    only installs and unpacks what the tests run against
#
# Plain sh, and only tools of a minimal Debian 12 until the packages are there.
set -eu
cd "$(dirname "$0")"
top=$(pwd)
say() { printf '%s\n' "autogen: $*"; }
die() { printf '%s\n' "autogen: $*" >&2; exit 1; }

# ---- what is missing: found by probing, not by package names -----------------
missing=""
want() { case " $missing " in *" $1 "*) ;; *) missing="$missing $1" ;; esac; }
have() { command -v "$1" >/dev/null 2>&1; }
# program:package
need_program() { have "$1" || want "$2"; }
# pkg-config module:package
need_module() { { have pkg-config && pkg-config --exists "$1"; } || want "$2"; }
need_file() { for f in $1; do [ -e "$f" ] && return 0; done; want "$2"; }

probe_generate() {
	need_program autoconf autoconf
	need_program automake automake
	need_program libtoolize libtool
	need_program pkg-config pkg-config
}

probe_build() {
	probe_generate
	if ! have cc && ! have gcc; then want build-essential; fi
	need_program make build-essential
	need_module libmicrohttpd libmicrohttpd-dev
	need_module gnutls libgnutls28-dev
	need_module libcrypt libcrypt-dev
	need_module netsnmp libsnmp-dev
	need_module librrd librrd-dev
	need_module yaml-0.1 libyaml-dev
	need_module libuv libuv1-dev
	need_module libcurl libcurl4-gnutls-dev
	need_module jansson libjansson-dev
	need_module sqlite3 libsqlite3-dev
	need_module libcrypto libssl-dev
	need_module zlib zlib1g-dev
	need_file /usr/include/uthash.h uthash-dev
	# Node may have come from elsewhere; Debian's npm would clash with it
	if ! have node || ! node -e 'process.exit(+process.versions.node.split(".")[0] < 18 ? 1 : 0)'; then
		want nodejs
	fi
	need_program npm npm
}

probe_check() {
	probe_build
	need_module cmocka libcmocka-dev
	need_program snmpget snmp
	need_program snmpsimd snmpsim
	need_program rrdtool rrdtool
	need_program curl curl
	need_program python3 python3
	need_program pgrep procps
	need_program chromium chromium
	# what the unpacked IPMI tools are linked with
	need_file '/usr/lib/*/libOpenIPMI.so.0' libopenipmi0
	need_file '/usr/lib/*/libpopt.so.0 /lib/*/libpopt.so.0' libpopt0
	need_file '/usr/lib/*/libfreeipmi.so.17' libfreeipmi17
	need_file '/usr/lib/*/libipmidetect.so.0' libipmidetect0
	need_file '/usr/lib/*/libipmiconsole.so.2' libipmiconsole2
	need_program clang clang
	need_file '/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a' libclang-rt-14-dev
	need_file '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc' fonts-noto-cjk
}

install_missing() {
	[ -n "$missing" ] || return 0
	say "missing Debian packages (needed to $1):$missing"
	sudo=""
	if [ "$(id -u)" != 0 ]; then
		have sudo || die "install them as root: apt-get install --no-install-recommends$missing"
		sudo=sudo
	fi
	have apt-get || die "this is no Debian: please install what these packages hold:$missing"
	say "installing them; 40 s to a few minutes, depending on the line"
	log=$top/build/apt.log
	mkdir -p "$top/build"
	if ! { $sudo apt-get update &&
	    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } \
	    </dev/null >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		die "apt-get failed (whole log: build/apt.log). Can this machine reach its Debian mirror, and are you root or in sudoers?"
	fi
}

# Peers of the tests whose packages would start daemons: unpacked, not installed.
unpack_peers() {
	peers=$top/build/peers
	for p in snmpd openipmi ipmitool freeipmi-tools libipmimonitoring6 rrdcached \
	    prometheus-alertmanager; do
		[ ! -e "$peers/.$p" ] || continue
		mkdir -p "$peers/deb"
		say "unpacking $p for the tests into build/peers (it is not installed)"
		(cd "$peers/deb" && { apt-get download "$p" ||
		    { apt-get update && apt-get download "$p"; }; }) >>"$top/build/apt.log" 2>&1 ||
		    die "apt-get download $p failed (log: build/apt.log)"
		dpkg -x "$peers/deb/${p}"_*.deb "$peers"
		touch "$peers/.$p"
	done
}

generate() {
	mkdir -p build-aux/m4
	autoreconf -fi >build-aux/autoreconf.log 2>&1 || {
		cat build-aux/autoreconf.log >&2
		die "autoreconf failed"
	}
}

jobs() { nproc 2>/dev/null || echo 2; }

# build_in DIR CONFIGURE-ARGUMENTS…: configures when new, makes, installs
build_in() {
	dir=$1
	shift
	mkdir -p "$dir"
	if [ ! -x configure ] || [ configure.ac -nt configure ]; then generate; fi
	if [ ! -e "$dir/Makefile" ]; then
		say "configuring $dir"
		(cd "$dir" && "$top/configure" -q --prefix="$(pwd)/inst" "$@") >"$dir/autogen-configure.log" 2>&1 || {
			tail -n 30 "$dir/autogen-configure.log" >&2
			die "configure failed (whole log: $dir/autogen-configure.log)"
		}
	fi
	say "building in $dir"
	make -s -C "$dir" -j"$(jobs)" all >"$dir/autogen-make.log" 2>&1 || {
		tail -n 40 "$dir/autogen-make.log" >&2
		die "build failed (whole log: $dir/autogen-make.log)"
	}
	make -s -C "$dir" install >>"$dir/autogen-make.log" 2>&1 || {
		tail -n 40 "$dir/autogen-make.log" >&2
		die "install into $dir/inst failed (whole log: $dir/autogen-make.log)"
	}
}

case ${1-} in
"")
	probe_generate
	[ -z "$missing" ] || die "install first:$missing"
	generate
	say "done; now ./configure && make, or ./autogen.sh build"
	;;
build)
	probe_build
	install_missing build
	build_in build
	say "installed into build/inst"
	;;
demo)
	shift
	probe_build
	install_missing "build and run the demo"
	build_in build
	exec sh "$top/tests/racksim/demo.sh" "$top/build/inst" "$top/build" "$@"
	;;
check)
	shift
	probe_check
	install_missing "build and test"
	unpack_peers
	build_in build
	exec sh "$top/tests/run" "$top" "$@"
	;;
peers)
	probe_check
	install_missing test
	unpack_peers
	;;
-h | --help)
	sed -n '3,10s/^# \{0,1\}//p' "$0"
	;;
*)
	die "no such command: $1 (build, demo, check, peers, or nothing)"
	;;
esac
