#!/usr/bin/env bash
# Builds ntm.exe. The driver's library for Windows was made with a UCRT
# toolchain of GCC and its C++ library, so that one of that kind has to link it:
#   1. one on this machine (Debian 13: g++-mingw-w64-ucrt64; MSYS2: UCRT64);
#   2. else, as root on Debian or Ubuntu, Debian 13's in a folder of its own
#      (build/release/ucrt), fetched by debootstrap;
#   3. else status 1: README.md beside this script says how to do it on Windows.
set -euo pipefail
exe=$(realpath -m "$1")
version=${VERSION:-dev}
flags=(-trimpath -buildvcs=false -ldflags "-s -w -X main.release=$version")
prefix=x86_64-w64-mingw32ucrt
go mod download

if [[ ${MSYSTEM:-} == UCRT64 ]]; then
	CGO_ENABLED=1 exec go build "${flags[@]}" -o "$exe" ./cmd/ntm
fi
if command -v $prefix-g++ >/dev/null; then
	CGO_ENABLED=1 GOOS=windows GOARCH=amd64 CC=$prefix-gcc CXX=$prefix-g++ exec go build "${flags[@]}" -o "$exe" ./cmd/ntm
fi

if [[ $EUID -ne 0 ]] || ! unshare -m true 2>/dev/null; then
	echo "không có $prefix-g++, và không phải root nên không lập được thư mục Debian 13 · no $prefix-g++, and not root" >&2
	exit 1
fi
if ! command -v debootstrap >/dev/null && command -v apt-get >/dev/null; then
	apt-get update -qq && apt-get install -y -qq --no-install-recommends debootstrap >/dev/null || true
fi
command -v debootstrap >/dev/null || { echo "không có debootstrap · no debootstrap" >&2; exit 1; }

root=$(realpath -m build/release/ucrt)
if [[ ! -x $root/usr/bin/$prefix-g++ ]]; then
	rm -rf "$root"
	echo "→ lấy bộ dịch UCRT của Debian 13 vào $root (khoảng 600 MB) · fetching Debian 13's toolchain" >&2
	debootstrap --variant=minbase --include=g++-mingw-w64-ucrt64 trixie "$root" >"$root.log" 2>&1 || { tail -n 3 "$root.log" >&2; exit 1; }
fi
goroot=$(go env GOROOT) modules=$(go env GOMODCACHE)
mkdir -p "$root"/{go,modules,src,out}
GOFLAGS='' unshare -m bash -euc '
	root=$1
	mount --bind "$2" "$root/go"
	mount --bind "$3" "$root/modules"
	mount --bind "$PWD" "$root/src"
	mount -t proc proc "$root/proc"
	shift 3
	exec chroot "$root" env -i HOME=/tmp PATH=/go/bin:/usr/bin:/bin GOMODCACHE=/modules GOCACHE=/tmp/gocache GOPROXY=off GOTOOLCHAIN=local \
		CGO_ENABLED=1 GOOS=windows GOARCH=amd64 CC='$prefix'-gcc CXX='$prefix'-g++ \
		go build -C /src "$@" -o /out/ntm.exe ./cmd/ntm
' - "$root" "$goroot" "$modules" "${flags[@]}"
mkdir -p "$(dirname "$exe")"
mv "$root/out/ntm.exe" "$exe"
