"""A stand-in for the XenBus device. usage: ptyserve.py SOCKET N

Prints the paths of N raw ptys, each bridged to a connection of its own to the daemon at SOCKET. Ends with its standard input.
"""
import os
import pty
import select
import socket
import sys
import threading
import tty

CHUNK = 65536


def pump(master, daemon):
    while True:
        readable, _, _ = select.select([master, daemon], [], [])
        if daemon in readable:
            data = daemon.recv(CHUNK)
            if not data:
                return
            while data:
                data = data[os.write(master, data):]
        if master in readable:
            daemon.sendall(os.read(master, CHUNK))


def serve(path):
    master, slave = pty.openpty()
    tty.setraw(master)
    tty.setraw(slave)
    daemon = socket.socket(socket.AF_UNIX)
    daemon.connect(path)
    threading.Thread(target=pump, args=(master, daemon), daemon=True).start()
    return os.ttyname(slave)


for _ in range(int(sys.argv[2])):
    print(serve(sys.argv[1]), flush=True)
sys.stdin.read()
