#!/bin/sh
# fetch-trixie.sh DIR PACKAGE...: unpacks packages of Debian 13 (trixie) into the folder DIR, and installs nothing. apt fetches them with sources, lists and a cache
# of its own, from the mirror that this system uses for Debian, and checks the signatures with Debian's keys; the system's
# own sources stay as they are. Needs no root.
set -eu
dir=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/debs"
: > "$work/status"

# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1)
keys=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keys] ${mirror:-http://deb.debian.org/debian} trixie main" > "$work/sources.list"

apt_apart() {
  apt-get -q -o APT::Sandbox::User="$(id -un)" \
    -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o Dir::State="$work/state" -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" "$@" >&2
}

apt_apart update
(cd "$work/debs" && apt_apart download "$@")
rm -rf "$dir.new"
for package in "$work"/debs/*.deb; do
  dpkg -x "$package" "$dir.new"
done
rm -rf "$dir"
mv "$dir.new" "$dir"
