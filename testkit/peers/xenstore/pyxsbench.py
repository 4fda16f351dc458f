"""Figures of pyxs. usage: pyxsbench.py WHAT N; the server is found by XENSTORED_PATH or XENSTORED_RUNDIR.

WHAT: read write ls mkrm rmw connect (operations a second), watch (microseconds from a write to its event).
Without arguments it says "ready", reads such lines from standard input and answers each with a line.
"""
import sys
import time

from pyxs import Client

KEY = b"/bench/k"
VALUE = b"0123456789abcdef"


def read_modify_write(client):
    while True:
        client.transaction()
        client[KEY] = client[KEY]
        if client.commit():
            return


def make_and_remove(client):
    client.mkdir(b"/bench/m")
    client.delete(b"/bench/m")


OPERATIONS = {
    "read": lambda client: client[KEY],
    "write": lambda client: client.write(KEY, VALUE),
    "ls": lambda client: client.list(b"/bench"),
    "mkrm": make_and_remove,
    "rmw": read_modify_write,
}


def rate(what, count, operation):
    start = time.perf_counter()
    for _ in range(count):
        operation()
    print(what, "%.0f ops/s" % (count / (time.perf_counter() - start)))


def connect_once():
    with Client() as client:
        client[b"/"]


def watch_latency(client, count):
    with Client() as other, other.monitor() as monitor:
        monitor.watch(KEY, b"tok")
        events = monitor.wait()
        next(events)
        micros = []
        for _ in range(count):
            start = time.perf_counter()
            client[KEY] = b"x"
            next(events)
            micros.append((time.perf_counter() - start) * 1e6)
    micros.sort()
    print("watch p50 %.1f p99 %.1f max %.1f us" % (micros[count // 2], micros[count * 99 // 100], micros[-1]))


def run(client, what, count):
    if what == "connect":
        rate(what, count, connect_once)
    elif what == "watch":
        watch_latency(client, count)
    else:
        rate(what, count, lambda: OPERATIONS[what](client))


def main(words):
    with Client() as client:
        client[KEY] = VALUE
        if words:
            run(client, words[0], int(words[1]))
            return
        print("ready", flush=True)
        for line in sys.stdin:
            what, count = line.split()
            run(client, what, int(count))
            sys.stdout.flush()


main(sys.argv[1:])
