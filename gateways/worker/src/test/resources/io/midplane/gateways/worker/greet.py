# A client of a socket server with a token, written from docs/reference/gateway-wire.md alone.
# Arguments: port, file with the token.
import hashlib
import hmac
import os
import socket
import ssl
import struct
import sys

token = open(sys.argv[2], encoding="utf-8").read().strip().encode("utf-8")
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
context.minimum_version = ssl.TLSVersion.TLSv1_3
connection = context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20))
stream = connection.makefile("rwb")
certificate = hashlib.sha256(connection.getpeercert(binary_form=True)).digest()


def proof(role, *parts):
    text = role
    for part in parts:
        text += bytes([len(part)]) + part
    return hmac.new(token, text, hashlib.sha256).digest()


head, version, nonce = stream.readline().split()
assert (head, version) == (b"midplane-socket", b"1")
theirs, ours = bytes.fromhex(nonce.decode()), os.urandom(32)
shown = proof(b"midplane client", certificate, theirs, ours)
stream.write((ours.hex() + " " + shown.hex() + "\n").encode())
stream.flush()
answer = bytes.fromhex(stream.readline().decode())
assert hmac.compare_digest(answer, proof(b"midplane server", certificate, theirs, ours))
print("server knows the token")
stream.write(b"midplane 1 execmodel=thread id=gw0\n")
stream.flush()
print("worker answers %x" % stream.read(1)[0])
stream.write(struct.pack("!bii", 0, 1, 0))
stream.flush()
print("frame %d on %d" % struct.unpack("!bii", stream.read(9))[:2])
