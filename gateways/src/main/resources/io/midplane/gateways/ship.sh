# Takes the worker from standard input into a folder of its own, says so, and begins it; the worker removes the folder once it runs.
umask 077
command -v @JAVA_WORD@ > /dev/null || { echo "java: not found on this machine (expected: a Java 21 runtime, or java= in the spec)" >&2; exit 127; }
d=$(mktemp -d "${TMPDIR:-/tmp}/midplane-XXXXXXXX") || exit 1
head -c @SIZE@ > "$d/worker.jar"
if [ "$(wc -c < "$d/worker.jar")" -ne @SIZE@ ]; then rm -rf "$d"; exit 1; fi
printf +
@JAVA@ "-Dmidplane.worker.folder=$d" -jar "$d/worker.jar"
status=$?
rm -rf "$d" # is gone already, unless Java could not begin it
exit $status
