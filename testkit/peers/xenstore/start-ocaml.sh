#!/bin/sh
# start-ocaml.sh RUNDIR ["key = value"...]: becomes oxenstored, which serves on RUNDIR/socket until it is stopped.
# Needs setup.sh first. Its settings stand below; a key given as an argument replaces the one here.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
dir=${MIDPLANE_PEERS:-$here/../../../.midplane/peers}/xenstore
run=$1
shift
mkdir -p "$run"
rm -f "$run"/dom*.page "$run"/dom*.state
cat > "$run/ox.conf" <<CONF
pid-file = $run/ox.pid
xenstored-kva = $run/dom0.page
xenstored-port = $run/xsd_port
xenstored-log-file = $run/ox.log
xenstored-log-level = warn
test-eagain = false
merge-activate = true
conflict-burst-limit = 5.0
conflict-max-history-seconds = 0.05
conflict-rate-limit-is-aggregate = true
perms-activate = true
perms-watch-activate = true
quota-activate = true
quota-maxentity = 1000
quota-maxsize = 2048
quota-maxwatch = 100
quota-transaction = 10
quota-maxrequests = 1024
quota-path-max = 1024
quota-maxoutstanding = 1024
quota-maxwatchevents = 1024
persistent = false
CONF
for line in "$@"; do
  sed -i "/^${line%% *} /d" "$run/ox.conf"
  echo "$line" >> "$run/ox.conf"
done
truncate -s 4096 "$run/dom0.page"
printf 1 > "$run/xsd_port"
export XENSTORED_RUNDIR="$run" FAKEXEN_DIR="$run" LD_PRELOAD="$dir/fakexen.so"
exec "$dir/root/usr/lib/xen-4.17/bin/oxenstored" --no-fork --no-access-log --config-file "$run/ox.conf"
