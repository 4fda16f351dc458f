# What a stock execnet client sees of a Java worker. Arguments: a spec, then what to do.
# Prints a line for what it did, and fails with a traceback for what is not as it should be.
import os
import signal
import sys
import time

import execnet

# A build in the background ignores interrupts, and what it starts would too.
signal.signal(signal.SIGINT, signal.default_int_handler)
spec, wanted = sys.argv[1], sys.argv[2:]
group = execnet.Group()
if "//via=master" in spec:
    group.makegateway("popen//id=master")
gateway = group.makegateway(spec)


def fails(channel, *texts):
    try:
        channel.receive(60)
    except execnet.RemoteError as error:
        for text in texts:
            assert text in str(error), (text, str(error))
        return
    assert False, "no error"


def values():
    channel = gateway.remote_exec("for (Object item : channel) channel.send(item);")
    sent = [None, True, False, 0, -1, 2**31 - 1, 2**31, -2**31, 10**30, 0.5, -0.0, float("inf"), 1 + 2j, "", "h\xe9",
            "\U0001f600", b"", b"\x00\xff", [], [1, [2]], (), (1, (2,)), {}, {"a": {1: [None]}}, {(1, 2): b"x"},
            set(), {1, 2}, frozenset(), frozenset([(1,)])]
    for value in sent:
        channel.send(value)
        back = channel.receive(60)
        assert back == value and type(back) is type(value), (value, back)
    channel.close()
    gateway.remote_exec("channel.send(-2147483649L); channel.send(Float.NaN);")
    big = gateway.remote_exec("channel.send(-2147483649L);").receive(60)
    assert big == -2**31 - 1


def errors():
    fails(gateway.remote_exec("int x = 1;\nthrow new IllegalStateException(\"no \" + x);"),
          "Traceback (most recent call last):", 'File "<remote exec>", line 2', "IllegalStateException: no 1\n")
    fails(gateway.remote_exec("int x = ;"), "CompileError: <remote exec>:1: illegal start of expression")
    fails(gateway.remote_exec("channel.send(1)\nchannel.send(2)"), "this worker runs Java source")
    fails(gateway.remote_exec("channel.close();"), "cannot explicitly close channel within remote_exec")
    channel = gateway.remote_exec("channel.receive();")
    channel.close("from here")
    channel = gateway.remote_exec("""
        try {
          channel.receive();
        } catch (RuntimeException e) {
          Channel.class.getName();
          throw new RuntimeException("got " + e.getClass().getSimpleName() + " " + e.getMessage());
        }
        """)
    other = gateway.newchannel()
    channel.send(other)
    channel.waitclose(60)


def channels():
    channel = gateway.remote_exec("""
        Channel inner = channel.newChannel();
        channel.send(inner);
        inner.send("from the worker");
        inner.setCallback(item -> inner.send("seen " + item));
        Channel theirs = (Channel) channel.receive();
        theirs.send("on yours");
        theirs.close("over");
        channel.receive();
        """)
    inner = channel.receive(60)
    assert inner.id % 2 == 0 and channel.id % 2 == 1
    assert inner.receive(60) == "from the worker"
    mine = gateway.newchannel()
    channel.send(mine)
    assert mine.receive(60) == "on yours"
    fails(mine, "over")
    got = []
    inner.setcallback(got.append, endmarker="end")
    inner.send(5)
    while not got:
        time.sleep(0.01)
    channel.send(None)
    channel.waitclose(60)
    inner.close()
    assert got[0] == "seen 5", got


def half():
    channel = gateway.remote_exec("""
        int sum = 0;
        for (Object item : channel) sum += (Integer) item;
        Channel back = channel.newChannel();
        channel.send(sum);
        """)
    got = []
    channel.setcallback(got.append)
    channel.send(1)
    channel.send(2)
    del channel
    import gc
    gc.collect()
    while not got:
        time.sleep(0.01)
    assert got == [3], got


def large():
    channel = gateway.remote_exec("""
        import java.util.ArrayList;
        import java.util.List;
        import io.midplane.gateways.wire.*;
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
          byte fill = (byte) t;
          threads.add(Thread.ofVirtual().start(() -> {
            byte[] bytes = new byte[6_000_000];
            java.util.Arrays.fill(bytes, fill);
            for (int i = 0; i < 3; i++) channel.send(Tuple.of((int) fill, bytes));
          }));
        }
        for (Thread thread : threads) thread.join();
        """)
    for _ in range(12):
        fill, item = channel.receive(60)
        assert item == bytes([fill]) * 6000000
    channel.waitclose(60)


def state():
    channel = gateway.remote_exec("channel.receive();")
    deadline = time.time() + 60
    while gateway.remote_status().numexecuting != 1:
        assert time.time() < deadline
    status = gateway.remote_status()
    assert sorted(vars(status)) == ["execmodel", "numchannels", "numexecuting"], vars(status)
    assert status.execmodel == "thread"
    channel.send(1)
    channel.waitclose(60)
    info = gateway._rinfo()
    assert info.platform == sys.platform and isinstance(info.pid, int), vars(info)
    assert "%s.%s.%s-%s-%s" % tuple(info.version_info)
    many = [gateway.remote_exec("channel.send(channel.receive());") for _ in range(100)]
    for i, one in enumerate(many):
        one.send(i)
    assert [one.receive(60) for one in many] == list(range(100))


def output():
    channel = gateway.remote_exec("""
        System.out.println("noise on System.out");
        System.err.println("noise on System.err");
        Process child = new ProcessBuilder("sh", "-c", "echo noise on descriptor 1").inheritIO().start();
        channel.send(child.waitFor());
        channel.send(System.in.read());
        """)
    assert channel.receive(60) == 0
    assert channel.receive(60) == -1
    channel.waitclose(60)


def interrupt():
    pid = gateway._rinfo().pid
    channel = gateway.remote_exec("channel.send(1); new java.util.concurrent.CountDownLatch(1).await();")
    channel.receive(60)
    os.kill(pid, signal.SIGINT)
    fails(channel, "keyboard-interrupted")
    assert gateway.remote_exec("channel.send(2);").receive(60) == 2


def setup():
    here = gateway.remote_exec("""
        channel.send(System.getenv("MIDPLANE_TEST"));
        Process child = new ProcessBuilder("sh", "-c", "pwd; nice; echo $MIDPLANE_TEST").start();
        channel.send(new String(child.getInputStream().readAllBytes()));
        """)
    assert here.receive(60) == "a=b"
    lines = here.receive(60).split()
    assert lines[0].endswith("/made") and lines[1:] == [str(os.nice(0) + 3), "a=b"], lines
    assert gateway._rinfo().cwd.endswith("/made")


def echo(other, text, *items):
    channel = other.remote_exec(text)
    for item in items:
        channel.send(item)
        assert channel.receive(60) == item
    channel.send(None)
    channel.waitclose(60)


PYTHON_ECHO = "for item in iter(channel.receive, None): channel.send(item)"
JAVA_ECHO = "for (Object item = channel.receive(); item != null; item = channel.receive()) channel.send(item);"


def forward():
    """A Java worker in between: a Python worker behind it, and a Java one."""
    behind = group.makegateway("popen//via=%s//python='%s' -E//id=behind" % (gateway.id, sys.executable))
    assert behind.remote_exec("import os; channel.send(os.getppid())").receive(60) == gateway._rinfo().pid
    echo(behind, PYTHON_ECHO, 1, b"x" * 5000000, [("a", {1: "\u20ac"})])
    assert behind.remote_status().numexecuting >= 0
    behind.remote_exec("raise SystemExit(1)")
    assert ":" in behind._io.remoteaddress
    behind.exit()
    assert behind._io.wait() == 0
    behind.join(60)

    java = group.makegateway("popen//via=%s//id=java" % gateway.id)
    echo(java, JAVA_ECHO, 1, b"x" * 5000000)
    assert java._rinfo().pid != gateway._rinfo().pid

    killed = group.makegateway("popen//via=%s//python=%s" % (gateway.id, sys.executable))
    channel = killed.remote_exec("import subprocess; channel.send(subprocess.Popen(['sleep', '1000']).pid); channel.receive()")
    child = channel.receive(60)
    killed._io.kill()
    assert killed._io.wait() == -signal.SIGKILL
    killed.join(60)
    deadline = time.time() + 60
    while os.path.exists("/proc/%d/fd/0" % child):
        assert time.time() < deadline

    try:
        group.makegateway("popen//via=%s//python=/no/such/python" % gateway.id)
        assert False, "started"
    except execnet.RemoteError as error:
        assert "exited with 127 before its greeting" in str(error), error
    assert gateway.remote_exec("channel.send(1);").receive(60) == 1


def install():
    """Connections to a server that the worker was asked for."""
    first = group.makegateway("socket//installvia=%s" % gateway.id)
    echo(first, JAVA_ECHO, 1, "two")
    from execnet import gateway_socket

    host, port = gateway_socket.start_via(gateway)
    assert host == "127.0.0.1" and port > 0
    for _ in range(2):
        echo(group.makegateway("socket=%s:%d" % (host, port)), JAVA_ECHO, 3)
    deadline = time.time() + 60
    while gateway.remote_status().numexecuting:
        assert time.time() < deadline


def interpreter():
    """A server with an interpreter behind it: Python it is, as at a server of execnet."""
    echo(gateway, PYTHON_ECHO, 1, b"x" * 5000000, {(1, 2): "\u20ac"})
    assert gateway._rinfo().version_info[:2] == sys.version_info[:2]
    fails(gateway.remote_exec("1 / 0"), "ZeroDivisionError")
    gateway.remote_exec("print('noise')").waitclose(60)
    many = [gateway.remote_exec("channel.send(channel.receive() + 1)") for _ in range(20)]
    for i, one in enumerate(many):
        one.send(i)
    assert [one.receive(60) for one in many] == list(range(1, 21))
    assert gateway.remote_status().execmodel == "thread"


def abandon():
    channel = gateway.remote_exec("channel.send(1); channel.receive();")
    channel.receive(60)
    print("pid", gateway._rinfo().pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


for name in wanted:
    globals()[name]()
    print(name, "as expected", flush=True)
group.terminate(10)
print("ended", flush=True)
