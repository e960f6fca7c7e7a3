#!/usr/bin/env bash
# Tests the output of dist/build-windows.sh under Wine, in its own prefix: installs it, shares a folder and downloads from
# it over HTTP and raw, downloads with it, opens its window, and uninstalls it. The exit status is 0 if all passes.
# Needs: wine64, xvfb, xdotool, imagemagick, curl, gcc-mingw-w64-x86-64. Leaves dist/out/window.png to look at.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=dist/common.sh
. dist/common.sh
out=$PWD/$out
setup=$out/landline-$version-x86_64-windows-setup.exe
work=$(mktemp -d)
xvfb=
end() {
    wineserver -k 2>/dev/null || true
    [ -z "$xvfb" ] || kill "$xvfb" 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT
step() { printf '== %s\n' "$*"; }
fail() { printf 'failed: %s\n' "$*" >&2; exit 1; }
same() { [ "$1" = "$2" ] || fail "$3: $1 and not $2"; }

# Wine links the folders of HOME into its prefix, and the user's own must not be touched.
export HOME=$work/home WINEPREFIX=$work/prefix WINEARCH=win64 WINEDEBUG=-all
export WINEDLLOVERRIDES='mscoree,mshtml=;winemenubuilder.exe=d'
mkdir -p "$HOME" "$work/share" "$work/got"
Xvfb -displayfd 3 -screen 0 1280x900x24 3>"$work/display" >/dev/null 2>&1 &
xvfb=$!
for _ in $(seq 50); do [ -s "$work/display" ] && break; sleep 0.1; done
DISPLAY=:$(cat "$work/display")
export DISPLAY
wineboot -i >/dev/null 2>&1
x86_64-w64-mingw32-gcc -shared -O2 -s -o "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" \
    dist/windows/bcryptprimitives.c -ladvapi32

step install
wine "$setup" /S
about='HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Landline'
local=$(echo "$WINEPREFIX"/drive_c/users/*/AppData/Local)
menu=$(echo "$WINEPREFIX"/drive_c/users/*/AppData/Roaming/Microsoft/Windows/Start\ Menu/Programs)
program=$local/Programs/Landline/landline.exe
[ -f "$menu/Landline.lnk" ] || fail "no entry in the start menu"
wine reg query "$about" /v DisplayVersion | grep "$version" >/dev/null || fail "no entry among the programs"
same "$(wine "$program" --version | tr -d '\r')" "landline $version" "the version"

same "$(cd "${program%/*}" && wine cmd /c 'landline --version' | tr -d '\r')" "landline $version" "landline.com"
status=0
wine "${program%.exe}.com" get "no host" a 2>/dev/null || status=$?
same "$status" 2 "the status that landline.com passes on"

step serve
head -c 20000000 /dev/urandom >"$work/share/film.bin"
sum=$(sha256sum <"$work/share/film.bin")
wine "$program" serve "Z:${work//\//\\}\\share" --bind 127.0.0.1 --port 0 >"$work/lines" 2>"$work/errors" &
disown
for _ in $(seq 100); do [ -s "$work/lines" ] && break; sleep 0.1; done
port=$(head -n 1 "$work/lines" | tr -d '\r' | grep -oE '[0-9]+$')
same "$(curl -sS "http://127.0.0.1:$port/film.bin" | sha256sum)" "$sum" "over HTTP"
exec 4<>"/dev/tcp/127.0.0.1/$port"
printf film.bin >&4
same "$(sha256sum <&4)" "$sum" "over a raw connection"
for name in con nul.txt film.bin. 'film.bin:stream' '..%5cfilm.bin' 'FILM~1.BIN'; do
    same "$(curl -sS -o "$work/answer" -w '%{http_code}' "http://127.0.0.1:$port/$name")" 404 "$name"
done
if wine "$program" serve --bind 127.0.0.1 --port "$port" >/dev/null 2>"$work/errors"; then fail "one port, two servers"; fi
grep -q "$port" "$work/errors" || fail "the port is not named: $(cat "$work/errors")"

step get
for dialect in --http --raw; do
    wine "$program" get 127.0.0.1 film.bin --port "$port" "$dialect" -o "Z:${work//\//\\}\\got\\$dialect" >/dev/null 2>&1
    same "$(sha256sum <"$work/got/$dialect")" "$sum" "get $dialect"
done
if wine "$program" get 127.0.0.1 film.bin --port "$port" -o nul 2>"$work/errors"; then fail "a file called nul"; fi

step "upgrade while it runs"
status=0
wine "$setup" /S || status=$?
same "$status" 2 "the installer's status"

step window
wine "$program" >/dev/null 2>&1 &
disown
timeout 60 xdotool search --sync --onlyvisible --name Landline >/dev/null || fail "no window"
sleep 5
import -window root "$out/window.png"
[ "$(identify -format %k "$out/window.png")" -gt 50 ] || fail "the window is not drawn: see $out/window.png"
wineserver -k

step uninstall
wine "$setup" /S || fail "an upgrade"
wine "${program%/*}/uninstall.exe" /S
for _ in $(seq 100); do [ -e "${program%/*}" ] || break; sleep 0.1; done
[ ! -e "${program%/*}" ] || fail "left: $(ls "${program%/*}")"
[ ! -e "$menu/Landline.lnk" ] || fail "the entry in the start menu is left"
if wine reg query "$about" >/dev/null 2>&1; then fail "the entry among the programs is left"; fi
step "all is well"
