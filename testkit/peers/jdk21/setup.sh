#!/bin/sh
# setup.sh [DIR]: puts a Java 21 runtime (Debian 13's OpenJDK, with the C library that it needs) into a folder of its own, so that tests run
# the worker on it. Installs patchelf, as root or with password-less sudo, where that is missing; does nothing that is done already. Prints the
# folder (default: $MIDPLANE_PEERS/jdk21, or .midplane/peers/jdk21 of this repository): its home/bin/java is the program.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
dir=${1:-${MIDPLANE_PEERS:-$here/../../../.midplane/peers}/jdk21}
mkdir -p "$dir"
dir=$(CDPATH='' cd -- "$dir" && pwd -P)

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

if [ -e "$dir/home/release" ]; then
  echo "$dir"
  exit
fi
if ! command -v patchelf > /dev/null; then
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y update >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends patchelf >&2
fi
"$here/../fetch-trixie.sh" "$dir/root" openjdk-21-jre-headless libc6 libgcc-s1 libstdc++6 zlib1g

# Its settings are where the package would have installed them.
find "$dir/root/usr/lib/jvm" -type l -lname '/etc/java-21-openjdk/*' | while read -r link; do
  ln -sfn "$dir/root$(readlink "$link")" "$link"
done

home=$(find "$dir/root/usr/lib/jvm" -mindepth 1 -maxdepth 1 -type d -name 'java-21-openjdk-*')

# What starts as a program takes the loader and the libraries beside it, not those of this system, which may be older.
for program in "$home/bin/java" "$home/lib/jspawnhelper"; do
  loader=$(basename "$(patchelf --print-interpreter "$program")")
  libraries=$(dirname "$(find "$dir/root/usr/lib" -mindepth 2 -maxdepth 2 -name "$loader")")
  patchelf --set-interpreter "$libraries/$loader" --force-rpath \
    --set-rpath "\$ORIGIN:\$ORIGIN/../lib:$libraries" "$program"
done

"$home/bin/java" -version >&2
ln -sfn "$home" "$dir/home"
echo "$dir"
