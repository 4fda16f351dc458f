#!/bin/sh
# setup.sh [DIR]: installs the real XenStore daemons and clients (Debian packages) so that they run without a hypervisor,
# and builds fakexen.so and xsbench. As root or with password-less sudo; does nothing that is done already. Prints the folder
# (default: $MIDPLANE_PEERS/xenstore, or .midplane/peers/xenstore of this repository).
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
dir=${1:-${MIDPLANE_PEERS:-$here/../../../.midplane/peers}/xenstore}
mkdir -p "$dir"
dir=$(CDPATH='' cd -- "$dir" && pwd -P)
programs=$dir/root/usr/lib/xen-4.17/bin
packages='libxen-dev xenstore-utils libxenstore4 libxenmisc4.17 python3-pyxs gcc libc6-dev util-linux'

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

is_installed() {
  [ "$(dpkg-query -W -f='${Status}' "$1" 2> /dev/null)" = 'install ok installed' ]
}

missing=
for package in $packages; do
  is_installed "$package" || missing="$missing $package"
done
if [ -n "$missing" ] || [ ! -x "$programs/xenstored" ]; then
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y update >&2
fi
if [ -n "$missing" ]; then
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends $missing >&2
fi

# The daemons' own package is unpacked, not installed: it would pull in a hypervisor's tools and start a service.
if [ ! -x "$programs/xenstored" ]; then
  download=$(mktemp -d)
  trap 'rm -rf "$download"' EXIT
  # The folder is ours alone, so apt must not download as a user of its own.
  (cd "$download" && apt-get -q -o APT::Sandbox::User=root download xen-utils-4.17 >&2)
  rm -rf "$dir/root"
  dpkg -x "$download"/xen-utils-4.17_*.deb "$dir/root.new"
  mv "$dir/root.new" "$dir/root"
fi

if [ ! "$dir/fakexen.so" -nt "$here/fakexen.c" ]; then
  gcc -O1 -shared -fPIC -o "$dir/fakexen.so.new" "$here/fakexen.c" -ldl
  mv "$dir/fakexen.so.new" "$dir/fakexen.so"
fi
if [ ! "$dir/xsbench" -nt "$here/xsbench.c" ]; then
  gcc -O2 -o "$dir/xsbench.new" "$here/xsbench.c" -lxenstore
  mv "$dir/xsbench.new" "$dir/xsbench"
fi
echo "$dir"
