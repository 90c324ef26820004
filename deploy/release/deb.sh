#!/usr/bin/env bash
# Packs build/release/linux as a .deb: the program, its manual pages in both
# languages, completion, the settings in /etc/ntm, the systemd units (installed,
# not started: the office says when) and the manual.
set -euo pipefail
out=$1
from=$out/linux root=$out/root
# A Debian version may hold neither spaces nor underscores; ours does not.
version=$VERSION
rm -rf "$root"
install -Dm755 "$from/ntm" "$root/usr/bin/ntm"
install -Dm644 "$from/ntm.yaml" "$root/etc/ntm/ntm.yaml"
for lang in vi en; do
	dir=$root/usr/share/man/$lang/man1
	[[ $lang == en ]] && dir=$root/usr/share/man/man1
	mkdir -p "$dir"
	for page in "$from/man/$lang"/*.1; do gzip -9nc "$page" >"$dir/$(basename "$page").gz"; done
done
install -Dm644 "$from/completion/ntm.bash" "$root/usr/share/bash-completion/completions/ntm"
install -Dm644 "$from/completion/ntm.zsh" "$root/usr/share/zsh/vendor-completions/_ntm"
install -Dm644 "$from/completion/ntm.fish" "$root/usr/share/fish/vendor_completions.d/ntm.fish"
for unit in deploy/systemd/*.service deploy/systemd/*.timer; do
	[[ -e $unit ]] && install -Dm644 "$unit" "$root/usr/lib/systemd/system/$(basename "$unit")"
done
mkdir -p "$root/usr/share/doc/ntm"
cp -r docs/huong-dan "$root/usr/share/doc/ntm/"
cp README.md README.vi.md "$from/THIRD-PARTY-LICENSES.txt" "$root/usr/share/doc/ntm/"
install -Dm644 deploy/cron/ntm "$root/usr/share/doc/ntm/examples/ntm.cron"
cat >"$root/usr/share/doc/ntm/copyright" <<END
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: ntm

Files: *
Copyright: the ntm authors
License: Apache-2.0
 On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.
END
printf 'ntm (%s) unstable; urgency=medium\n\n  * https://github.com/angiang-ntm/ntm\n\n -- ntm <ntm@localhost>  %s\n' "$version" "$(date -uRd "@$SOURCE_DATE_EPOCH")" |
	gzip -9nc >"$root/usr/share/doc/ntm/changelog.gz"
find "$root" -type d -exec chmod 755 {} +
find "$root/usr/share" -type f -exec chmod 644 {} +

mkdir "$root/DEBIAN"
echo /etc/ntm/ntm.yaml >"$root/DEBIAN/conffiles"
cat >"$root/DEBIAN/control" <<END
Package: ntm
Version: $version
Architecture: amd64
Maintainer: ntm <ntm@localhost>
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Section: misc
Priority: optional
Recommends: bash-completion, man-db
Homepage: https://github.com/angiang-ntm/ntm
Description: consolidates reports on the criteria of new rural communes
 Reads the Excel reports that districts send each period about the criteria of
 "xã nông thôn mới" in whatever layout, keeps every figure with its cell in one
 DuckDB file, judges it against the criteria set in force, and publishes the
 province-wide workbook, the statistics and what goes back to the senders.
END
# The service works as a user of its own on folders of its own; an office's
# files stay when the package goes.
cat >"$root/DEBIAN/postinst" <<'END'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
	if ! getent passwd ntm >/dev/null; then
		if command -v useradd >/dev/null; then
			useradd --system --user-group --home-dir /var/lib/ntm --no-create-home --shell /usr/sbin/nologin ntm
		else
			adduser --system --group --home /var/lib/ntm --no-create-home --shell /usr/sbin/nologin ntm
		fi
	fi
	for dir in "" /inbox /data /out; do
		[ -d "/var/lib/ntm$dir" ] || install -d -o ntm -g ntm -m 2770 "/var/lib/ntm$dir"
	done
	if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
fi
END
cat >"$root/DEBIAN/prerm" <<'END'
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
	systemctl disable --now ntm.timer ntm-watch.service ntm.service >/dev/null 2>&1 || true
fi
END
chmod 755 "$root/DEBIAN/postinst" "$root/DEBIAN/prerm"
dpkg-deb --root-owner-group -Zgzip --build "$root" "$out/ntm_${version}_amd64.deb" >/dev/null
