# Starts a program for a coordinator and carries its bytes: what comes on the channel goes to the
# program, what the program says goes back, first one byte, then frame by frame. A second channel asks
# to kill it (1), for its exit status (2), where it is (3), and to close its input (4).
import os
import signal
import struct
import subprocess
import threading

attributes = channel.receive()
control = channel.receive()
environment = dict(os.environ)
environment.update(attributes.get("env") or {})
program = subprocess.Popen(
    attributes["argv"],
    stdin=subprocess.PIPE,
    stdout=subprocess.PIPE,
    env=environment,
    start_new_session=True,
    bufsize=0,
)


def kill():
    try:
        os.killpg(program.pid, signal.SIGKILL)
    except OSError:
        pass


def to_program(content):
    if content is None:
        program.stdin.close()
        return
    try:
        while content:
            content = content[program.stdin.write(content):]
    except (OSError, ValueError):
        pass  # it is gone, which the other direction says


def answer_wait():
    control.send(program.wait())


def obey(number):
    if number == 1:
        kill()
        control.send(None)
    elif number == 2:
        threading.Thread(target=answer_wait, daemon=True).start()
    elif number == 3:
        control.send("%s:%d" % (os.uname()[1], program.pid))
    elif number == 4:
        program.stdin.close()
        control.send(None)


def read(count):
    if not 0 <= count <= 1 << 30:
        raise EOFError
    content = bytearray()
    while len(content) < count:
        more = program.stdout.read(count - len(content))
        if not more:
            raise EOFError
        content += more
    return bytes(content)


channel.setcallback(to_program, None)
control.setcallback(obey)
try:
    for expected in attributes.get("answers", 1) * [1]:
        channel.send(read(1))
    while True:
        header = read(9)
        channel.send(header + read(struct.unpack(">bii", header)[2]))
except EOFError:
    pass
finally:
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        pass
    kill()
