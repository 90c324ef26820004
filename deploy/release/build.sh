#!/usr/bin/env bash
# Makes everything an office installs from, under build/release: for Linux a
# program without any library of its own to ask for, as .tar.gz and .deb; for
# Windows ntm.exe in a .zip; checksums and a bill of materials. Then each is
# tried. What cannot be made on this machine is said, with what to do.
#
#   make release [VERSION=1.2.0]
set -euo pipefail
cd "$(dirname "$0")/../.."

out=build/release
commit=$(git rev-parse --short=12 HEAD)
# Everything is dated by the commit, so that the same sources give the same files.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
if [[ -z ${VERSION:-} ]]; then
	VERSION=$(git describe --tags --exact-match 2>/dev/null | sed 's/^v//' || true)
	VERSION=${VERSION:-0.0.0+$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d).$commit}
fi
export VERSION
left=()
say() { printf '→ %s\n' "$*"; }
leave() { left+=("$*"); printf '✗ %s\n' "$*" >&2; }

rm -rf "$out"/{linux,windows,deb,root} "$out"/ntm* "$out"/SHA256SUMS
mkdir -p "$out"/linux "$out"/windows

# Statically linked: the C library too, so that the age of the server's does
# not matter. The linker's warnings about dlopen and getaddrinfo are answered:
# extensions are switched off, and the program never goes to the network.
say "Linux"
CGO_ENABLED=1 go build -trimpath -buildvcs=false -tags netgo,osusergo \
	-ldflags "-s -w -X main.release=$VERSION -linkmode external -extldflags -static" \
	-o "$out/linux/ntm" ./cmd/ntm 2> >(grep -v 'in function `\|statically linked applications requires\|^# github.com/angiang-ntm' >&2 || true)
if readelf -d "$out/linux/ntm" 2>/dev/null | grep -q NEEDED; then
	echo "ntm is not static" >&2
	exit 1
fi

# What goes beside the program, on either system.
say "trang man, gợi ý lệnh · manual pages, shell completion"
"$out/linux/ntm" man "$out/linux/man/vi"
"$out/linux/ntm" --lang en man "$out/linux/man/en"
mkdir -p "$out/linux/completion"
for shell in bash zsh fish; do "$out/linux/ntm" completion "$shell" >"$out/linux/completion/ntm.$shell"; done
cp -r LICENSE README.md README.vi.md docs "$out/linux/"
cp config/ntm.yaml "$out/linux/ntm.yaml"
go run ./deploy/release/licences -texts >"$out/linux/THIRD-PARTY-LICENSES.txt"
mkdir -p "$out/linux/deploy"
cp -r deploy/systemd deploy/cron deploy/README.md "$out/linux/deploy/"
tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --transform "s,^linux,ntm-$VERSION," \
	-C "$out" -cf - linux | gzip -n >"$out/ntm-$VERSION-linux-amd64.tar.gz"

say "gói .deb"
if command -v dpkg-deb >/dev/null; then
	deploy/release/deb.sh "$out"
else
	leave ".deb: máy này không có dpkg-deb (Debian, Ubuntu: có sẵn) · no dpkg-deb here"
fi

say "Windows"
if deploy/release/windows.sh "$out/windows/ntm.exe"; then
	cp LICENSE README.vi.md "$out/linux/THIRD-PARTY-LICENSES.txt" "$out/windows/"
	cp config/ntm.yaml "$out/windows/ntm.yaml"
	cp deploy/windows/* "$out/windows/"
	cp -r docs/huong-dan "$out/windows/huong-dan"
	mkdir -p "$out/windows/inbox"
	go run ./deploy/release/zip -time "$SOURCE_DATE_EPOCH" -as "ntm-$VERSION" "$out/ntm-$VERSION-windows-amd64.zip" "$out/windows"
else
	leave "Windows: chưa dựng được ntm.exe ở máy này; cách dựng trên máy Windows: deploy/release/README.md · not built here; the recipe for a Windows machine is there"
fi

# The bill of materials names every module that is linked, with its licence.
say "SBOM"
if go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0 bin -licenses -std -json -noserial -notimestamp -version "v$VERSION" \
	-output "$out/ntm-$VERSION.cdx.json" "$out/linux/ntm" 2>"$out/sbom.log"; then
	rm "$out/sbom.log"
else
	leave "SBOM: không lấy được cyclonedx-gomod ($out/sbom.log) · cyclonedx-gomod could not be had"
fi

(cd "$out" && sha256sum ntm[-_]* >SHA256SUMS)
deploy/release/try.sh "$out" || exit 1

printf '\n%s\n' "Phiên bản $VERSION · trong $out:"
(cd "$out" && ls -l ntm[-_]* SHA256SUMS | awk '{printf "  %9.1f MB  %s\n", $5 / 1e6, $9}')
for line in ${left[@]+"${left[@]}"}; do printf '  ✗ %s\n' "$line"; done
