#!/usr/bin/env bash
# Tries what build.sh made, as an office would: the Linux program alone in a
# folder that holds nothing else (no C library of any age), the package
# unpacked, the units, and ntm.exe under Wine. The sample has to come out the
# same, byte for byte, wherever it runs.
set -euo pipefail
out=$(realpath "$1")
try=$out/try
rm -rf "$try"
mkdir -p "$try/root/tmp"
trap 'rm -rf "$try"' EXIT
skip() { printf '– bỏ qua · skipped: %s\n' "$*"; }
# Status 3: the sample has planted faults.
ran() { [[ $1 == 0 || $1 == 3 ]] || { echo "$2: status $1" >&2; exit 1; }; }
# What a publication holds but for the manifest, which has the clock.
sums() { (cd "$1/2017-Q4/v001" && find . -type f ! -name manifest.json -print0 | sort -z | xargs -0 sha256sum); }

cp "$out/linux/ntm" "$try/root/"
cp -r seeds/reports "$try/root/inbox"
args=(run --period 2017-Q4 --inbox inbox --data data --out out)
status=0
if [[ $EUID -eq 0 ]]; then
	chroot "$try/root" /ntm "${args[@]}" >"$try/log" 2>&1 || status=$?
	where="trong thư mục gốc trống, không có glibc · in an empty root, without a C library"
else
	(cd "$try/root" && env -i ./ntm "${args[@]}") >"$try/log" 2>&1 || status=$?
	where="như người dùng thường · as an ordinary user"
fi
ran $status "Linux"
sums "$try/root/out" >"$try/linux.sums"
echo "✓ Linux, $where"

if compgen -G "$out/ntm_*.deb" >/dev/null; then
	dpkg-deb -x "$out"/ntm_*.deb "$try/deb"
	cmp "$try/deb/usr/bin/ntm" "$out/linux/ntm"
	"$try/deb/usr/bin/ntm" --config "$try/deb/etc/ntm/ntm.yaml" version >/dev/null
	echo "✓ .deb"
	if command -v systemd-analyze >/dev/null; then
		SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no --recursive-errors=no --root="$try/deb" "$try"/deb/usr/lib/systemd/system/ntm*
		echo "✓ systemd-analyze verify"
	else
		skip "systemd-analyze"
	fi
fi

[[ -e $out/windows/ntm.exe ]] || exit 0
# Go asks Windows for a library that Wine has from version 9 on.
wine=""
if command -v wine >/dev/null && [[ $(wine --version) =~ wine-([0-9]+) ]] && ((BASH_REMATCH[1] >= 9)); then
	wine=here
elif [[ $EUID -eq 0 && -d $out/ucrt ]]; then
	if [[ -x $out/ucrt/usr/bin/wine ]] || chroot "$out/ucrt" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends wine wine64 >"$out/wine.log" 2>&1; then
		wine=there
	fi
fi
[[ $wine ]] || { skip "ntm.exe: không có Wine 9 trở lên · no Wine 9 or newer"; exit 0; }
mkdir -p "$try/win"
cp "$out/windows/ntm.exe" "$try/win/"
cp -r seeds/reports "$try/win/inbox"
status=0
if [[ $wine == here ]]; then
	(cd "$try/win" && LC_ALL=C.UTF-8 WINEDEBUG=-all WINEPREFIX=$try/prefix wine ntm.exe "${args[@]}") >"$try/log" 2>&1 || status=$?
else
	mkdir -p "$out/ucrt/win"
	unshare -m bash -euc 'mount --bind "$1" "$2/win"; mount -t proc proc "$2/proc"; root=$2; shift 2
		exec chroot "$root" env -i -C /win HOME=/tmp LC_ALL=C.UTF-8 PATH=/usr/bin:/bin WINEDEBUG=-all WINEPREFIX=/tmp/wine wine ntm.exe "$@"' \
		- "$try/win" "$out/ucrt" "${args[@]}" >"$try/log" 2>&1 || status=$?
fi
ran $status "Windows (Wine)"
sums "$try/win/out" >"$try/windows.sums"
diff "$try/linux.sums" "$try/windows.sums"
echo "✓ ntm.exe dưới Wine, công bố giống hệt từng byte · under Wine, the same publication byte for byte"
