#!/bin/sh
# start-c.sh RUNDIR [xenstored options...]: becomes the C xenstored, which serves on RUNDIR/socket until it is stopped.
# Needs setup.sh first.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
dir=${MIDPLANE_PEERS:-$here/../../../.midplane/peers}/xenstore
run=$1
shift
mkdir -p "$run"
rm -f "$run"/dom*.page "$run"/dom*.state
export XENSTORED_RUNDIR="$run" FAKEXEN_DIR="$run" LD_PRELOAD="$dir/fakexen.so"
exec "$dir/root/usr/lib/xen-4.17/bin/xenstored" -N "$@"
