#!/bin/sh
# setup.sh [DIR]: puts execnet 2 for Python (Debian 13's) into a folder of its own, beside the execnet 1.9 that Debian 12 installs.
# Needs no root; does nothing that is done already. Prints the folder (default: $MIDPLANE_PEERS/execnet2, or
# .midplane/peers/execnet2 of this repository): with its dist-packages as PYTHONPATH, python3 has that execnet.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
dir=${1:-${MIDPLANE_PEERS:-$here/../../../.midplane/peers}/execnet2}
mkdir -p "$dir"
dir=$(CDPATH='' cd -- "$dir" && pwd -P)

if [ ! -e "$dir/dist-packages/execnet/__init__.py" ]; then
  "$here/../fetch-trixie.sh" "$dir/root" python3-execnet
  ln -sfn "$dir/root/usr/lib/python3/dist-packages" "$dir/dist-packages"
fi
echo "$dir"
