# Listens on loopback for one connection that begins with a secret, and has an interpreter of its own serve it.
import hmac
import os
import socket
import subprocess
import sys

secret = os.urandom(32)
with socket.socket() as server:
    server.settimeout(60)
    server.bind(("127.0.0.1", 0))
    server.listen(1)
    channel.send(server.getsockname()[:2] + (secret,))
    while True:
        connection, address = server.accept()
        with connection:
            connection.settimeout(10)
            shown = b""
            try:
                while len(shown) < len(secret):
                    more = connection.recv(len(secret) - len(shown))
                    if not more:
                        break
                    shown += more
            except OSError:
                continue
            if not hmac.compare_digest(shown, secret):
                continue
            connection.settimeout(None)
            subprocess.Popen(
                [sys.executable, "-u", "-c", "import sys;exec(eval(sys.stdin.readline()))"],
                stdin=connection,
                stdout=connection,
            )
        break
