# The far end of a gateway in Python 3, without anything installed: Midplane sends this text to an
# interpreter, then a line that calls serve(). Frames come on standard input and go to standard
# output; code that runs here finds an empty standard input, and what it prints goes to standard error.
import os
import queue
import signal
import struct
import sys
import threading
import traceback
import weakref

STATUS, RECONFIGURE, TERMINATE, EXEC, DATA, CLOSE, CLOSE_ERROR, LAST_MESSAGE = range(8)

# What requests and errors are read with, whatever channels do.
OWN = (True, False)
HEADER = struct.Struct(">bii")
INT = struct.Struct(">i")
FLOAT = struct.Struct(">d")
COMPLEX = struct.Struct(">dd")
MOST = 2 ** 31 - 1
INTERRUPTED = "keyboard-interrupted"
CONCURRENT = "concurrent remote_exec would cause deadlock for main_thread_only execmodel"
NO_MARKER = object()
END = object()


class DataFormatError(Exception):
    pass


class DumpError(DataFormatError):
    pass


class LoadError(DataFormatError):
    pass


class RemoteError(Exception):
    def __init__(self, formatted):
        super().__init__(formatted)
        self.formatted = formatted

    def __str__(self):
        return self.formatted


class ChannelTimeout(IOError):
    pass


# Values -------------------------------------------------------------------------------------------


def dumps(value):
    parts = []
    try:
        dump(value, parts.append)
    except RecursionError:
        raise DumpError("nested too deep, or a cycle") from None
    parts.append(b"Q")
    return b"".join(parts)


def sized(code, content):
    if len(content) > MOST:
        raise DumpError("%d bytes (expected: at most %d)" % (len(content), MOST))
    return code + INT.pack(len(content)) + content


def dump(value, write):
    kind = type(value)
    if value is None:
        write(b"L")
    elif kind is bool:
        write(b"R" if value else b"C")
    elif kind is int:
        if -MOST - 1 <= value <= MOST:
            write(b"F" + INT.pack(value))
        else:
            write(sized(b"H", str(value).encode("ascii")))
    elif kind is str:
        try:
            write(sized(b"N", value.encode("utf-8")))
        except UnicodeEncodeError:
            raise DumpError("strings must be utf-8 encodable") from None
    elif kind is bytes:
        write(sized(b"A", value))
    elif kind is float:
        write(b"D" + FLOAT.pack(value))
    elif kind is complex:
        write(b"T" + COMPLEX.pack(value.real, value.imag))
    elif kind is list:
        write(b"K" + INT.pack(len(value)))
        for index, item in enumerate(value):
            write(b"F" + INT.pack(index))
            dump(item, write)
            write(b"P")
    elif kind is dict:
        write(b"J")
        for key, item in value.items():
            dump(key, write)
            dump(item, write)
            write(b"P")
    elif kind in (tuple, set, frozenset):
        for item in value:
            dump(item, write)
        write({tuple: b"@", set: b"O", frozenset: b"E"}[kind] + INT.pack(len(value)))
    elif kind is Channel:
        write(b"B" + INT.pack(value.id))
    else:
        raise DumpError("can't serialize %s" % kind)


def loads(content, channel_of, coercion):
    try:
        return load(content, channel_of, coercion)
    except LoadError:
        raise
    except Exception as broken:
        raise LoadError("%s: %s" % (type(broken).__name__, broken)) from None


def load(content, channel_of, coercion):
    py2str_as_py3str, py3str_as_py2str = coercion
    stack = []
    push = stack.append
    at = 0

    def count():
        number = INT.unpack_from(content, at)[0]
        if number < 0 or number > len(content):
            raise LoadError("size %d at %d" % (number, at))
        return number

    while True:
        code = content[at:at + 1]
        at += 1
        if code in b"AHIMNS" and code:
            size = count()
            at += 4
            body = content[at:at + size]
            if len(body) != size:
                raise LoadError("cut short at %d" % at)
            at += size
            if code == b"A":
                push(body)
            elif code in b"HI":
                push(int(body))
            elif code == b"M":
                push(body.decode("latin-1") if py2str_as_py3str else body)
            elif code == b"N" and py3str_as_py2str:
                push(body)
            else:
                push(body.decode("utf-8"))
        elif code == b"F" or code == b"G":
            push(INT.unpack_from(content, at)[0])
            at += 4
        elif code == b"P":
            value = stack.pop()
            key = stack.pop()
            stack[-1][key] = value
        elif code == b"L":
            push(None)
        elif code == b"R":
            push(True)
        elif code == b"C":
            push(False)
        elif code == b"D":
            push(FLOAT.unpack_from(content, at)[0])
            at += 8
        elif code == b"T":
            push(complex(*COMPLEX.unpack_from(content, at)))
            at += 16
        elif code == b"J":
            push({})
        elif code == b"K":
            push([None] * count())
            at += 4
        elif code in b"@OE" and code:
            size = count()
            at += 4
            if size > len(stack):
                raise LoadError("%d items of %d at %d" % (size, len(stack), at))
            items = stack[len(stack) - size:]
            del stack[len(stack) - size:]
            push({b"@": tuple, b"O": set, b"E": frozenset}[code](items))
        elif code == b"B":
            push(channel_of(INT.unpack_from(content, at)[0]))
            at += 4
        elif code == b"Q":
            if len(stack) != 1:
                raise LoadError("%d values at the end" % len(stack))
            return stack[0]
        else:
            raise LoadError("code %r at %d" % (code, at - 1))


# Channels -----------------------------------------------------------------------------------------


class Channel:
    RemoteError = RemoteError
    TimeoutError = ChannelTimeout

    def __init__(self, gateway, id):
        self.gateway = gateway
        self.id = id
        self._coercion = gateway._coercion
        self._items = queue.Queue()
        self._callback = None
        self._open = True  # the other side may send more
        self._closed = False
        self._half_closed = False
        self._running = False
        self._error = None
        self._over = threading.Event()

    def __repr__(self):
        return "<Channel id=%d %s>" % (self.id, "closed" if self._closed else "open")

    def send(self, item):
        if self._closed or self._half_closed:
            raise OSError("cannot send to %r" % self)
        self.gateway._send(DATA, self.id, dumps(item))

    def receive(self, timeout=None):
        if self._callback is not None:
            raise OSError("cannot receive on %r: it has a callback" % self)
        if timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        try:
            item = self._items.get(timeout != 0, timeout or None)
        except queue.Empty:
            raise self.TimeoutError("no item after %r seconds" % timeout) from None
        if item is END:
            self._items.put(END)
            raise self._ending() or EOFError()
        return item

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return self.receive()
        except EOFError:
            raise StopIteration from None

    next = __next__

    def setcallback(self, callback, endmarker=NO_MARKER):
        if self._callback is not None:
            raise OSError("%r has a callback already" % self)
        self._callback = threading.Thread(
            target=self._call, args=(callback, endmarker), daemon=True
        )
        self._callback.start()

    def _call(self, callback, endmarker):
        try:
            for item in iter(self._items.get, END):
                callback(item)
        except BaseException:
            self._close(traceback.format_exc())
            while self._items.get() is not END:
                pass
        try:
            if endmarker is not NO_MARKER:
                callback(endmarker)
        finally:
            self._over.set()

    def makefile(self, mode="w", proxyclose=False):
        if mode == "w":
            return ChannelWriter(self, proxyclose)
        if mode == "r":
            return ChannelReader(self, proxyclose)
        raise ValueError("mode %r not available" % (mode,))

    def reconfigure(self, py2str_as_py3str=True, py3str_as_py2str=False):
        self._coercion = (py2str_as_py3str, py3str_as_py2str)
        self.gateway._send(RECONFIGURE, self.id, dumps(self._coercion))

    def close(self, error=None):
        if self._running:
            raise OSError("cannot explicitly close channel within remote_exec")
        self._close(error)

    def _close(self, error=None):
        if self._closed:
            return
        self._closed = True
        was_open = self._open
        self._end()
        self.gateway._channels.pop(self.id, None)
        if was_open and self.gateway._live:
            try:
                if error is None:
                    self.gateway._send(CLOSE, self.id, b"")
                else:
                    self.gateway._send(CLOSE_ERROR, self.id, dumps(str(error)))
            except OSError:
                pass  # the other side is gone, and knows

    def waitclose(self, timeout=None):
        within = threading.current_thread() is self._callback  # cannot wait for itself
        if not within and not self._over.wait(timeout):
            raise self.TimeoutError("Timeout after %r seconds" % timeout)
        error = self._ending()
        if error is not None and not isinstance(error, EOFError):
            raise error

    def isclosed(self):
        return self._closed

    def _ending(self):
        error, self._error = self._error, None
        return error

    def _end(self):
        if self._open:
            self._open = False
            self._items.put(END)
            if self._callback is None:
                self._over.set()

    def _closed_by_peer(self, error):
        self._error = self._error or error
        self._closed = True
        self._end()
        self.gateway._channels.pop(self.id, None)

    def __del__(self):
        try:
            if self._open and not self._closed and not self._running and self.gateway._live:
                self.gateway._dropped.put(self.id)  # the thread this runs on may hold any lock
        except Exception:
            pass  # nobody is left to be told


class ChannelWriter:
    def __init__(self, channel, closes):
        self.channel = channel
        self._closes = closes

    def write(self, content):
        self.channel.send(content)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def isatty(self):
        return False

    def close(self):
        if self._closes:
            self.channel.close()


class ChannelReader:
    def __init__(self, channel, closes):
        self.channel = channel
        self._closes = closes
        self._left = None

    def _more(self):
        try:
            item = self.channel.receive()
        except EOFError:
            return False
        self._left = item if self._left is None else self._left + item
        return True

    def read(self, count):
        while self._left is None or len(self._left) < count:
            if not self._more():
                break
        if self._left is None:
            return ""
        answer, self._left = self._left[:count], self._left[count:]
        return answer

    def readline(self):
        while self._left is None or "\n" not in self._left:
            if not self._more():
                return self.read(len(self._left or ""))
        return self.read(self._left.index("\n") + 1)

    def __iter__(self):
        return iter(self.readline, "")

    def close(self):
        if self._closes:
            self.channel.close()


# The gateway --------------------------------------------------------------------------------------


class Gateway:
    def __init__(self, source, sink, id, model, grace, after_interrupt):
        self.id = id
        self._source = source
        self._sink = sink
        self._model = model
        self._grace = grace
        self._after_interrupt = after_interrupt
        self._coercion = (True, False)
        self._channels = weakref.WeakValueDictionary()
        self._next_id = 2
        self._live = True
        self._lock = threading.RLock()
        self._sending = threading.Lock()
        self._executing = 0
        self._dropped = queue.SimpleQueue()  # ids of channels that nobody holds any more
        self._main = queue.Queue()  # tasks of the main thread
        self._main_free = threading.Semaphore(1)
        self._idle = threading.Condition(self._lock)

    def __repr__(self):
        return "<WorkerGateway id=%r %s>" % (self.id, self._model)

    def newchannel(self):
        with self._lock:
            id = self._next_id
            self._next_id += 2
            return self._channel(id)

    def _channel(self, id):
        with self._lock:
            channel = self._channels.get(id)
            if channel is None:
                channel = self._channels[id] = Channel(self, id)
                if not self._live:
                    channel._end()
            return channel

    def _send(self, code, id, payload):
        frame = HEADER.pack(code, id, len(payload)) + payload
        try:
            with self._sending:
                self._sink.write(frame)
                self._sink.flush()
        except (OSError, ValueError) as gone:
            raise OSError("cannot send (already closed?): %s" % gone) from None

    def _close_dropped(self):
        try:
            for id in iter(self._dropped.get, None):
                self._send(CLOSE, id, b"")
        except OSError:
            pass  # the other side is gone

    def _read(self, count):
        content = self._source.read(count)
        if len(content) != count:
            raise EOFError
        return content

    def _receive(self):
        try:
            while True:
                code, id, size = HEADER.unpack(self._read(HEADER.size))
                if size < 0:
                    raise LoadError("frame of %d bytes" % size)
                payload = self._read(size)
                if code == TERMINATE:
                    break
                self._take(code, id, payload)
        except EOFError:
            pass
        except BaseException:
            traceback.print_exc()
        self._finish()

    def _take(self, code, id, payload):
        if code == EXEC:
            self._start(self._channel(id), loads(payload, self._channel, OWN))
        elif code == STATUS:
            status = {
                "numchannels": len(self._channels),
                "numexecuting": self._executing,
                "execmodel": self._model,
            }
            self._send(DATA, id, dumps(status))
            self._send(CLOSE, id, b"")
        elif code == RECONFIGURE:
            coercion = loads(payload, self._channel, OWN)
            channel = self._channels.get(id)
            if id == 0:
                self._coercion = coercion
            elif channel is not None:
                channel._coercion = coercion
        elif code in (DATA, CLOSE, CLOSE_ERROR, LAST_MESSAGE):
            channel = self._channels.get(id)
            if code == CLOSE_ERROR:
                text = loads(payload, self._channel, OWN)
                if channel is not None:
                    channel._closed_by_peer(RemoteError(text))
                elif text != INTERRUPTED:
                    sys.stderr.write("[%d] Warning: unhandled RemoteError: %s\n" % (os.getpid(), text))
            elif channel is None:
                pass
            elif code == DATA:
                item = loads(payload, self._channel, channel._coercion)
                if not channel._closed:
                    channel._items.put(item)
            elif code == CLOSE:
                channel._closed_by_peer(None)
            else:
                channel._end()
        else:
            raise LoadError("frame code %d" % code)

    # Tasks

    def _start(self, channel, task):
        channel._running = True
        with self._lock:
            self._executing += 1
        if self._main_free.acquire(False):
            self._main.put((channel, task))
        elif self._model == "thread":
            threading.Thread(target=self._run, args=(channel, task), daemon=True).start()
        else:
            threading.Thread(target=self._start_or_refuse, args=(channel, task), daemon=True).start()

    def _start_or_refuse(self, channel, task):
        if self._main_free.acquire(timeout=1):
            self._main.put((channel, task))
        else:
            self._end(channel, CONCURRENT)

    def _run(self, channel, task):
        error = None
        try:
            source, file_name, function, arguments = task
            scope = {"channel": channel, "__name__": "__channelexec__"}
            exec(compile(source + "\n", file_name or "<remote exec>", "exec"), scope, scope)
            if function:
                scope[function](channel, **arguments)
        except KeyboardInterrupt:
            error = INTERRUPTED
        except EOFError:
            error = None if not self._live or not channel._open else traceback.format_exc()
        except BaseException:
            error = traceback.format_exc()
        self._end(channel, error)

    def _end(self, channel, error):
        channel._running = False
        with self._idle:
            self._executing -= 1
            self._idle.notify_all()
        channel._close(error)

    def serve(self):
        """Runs tasks of the main thread until the gateway ends and all tasks have."""
        threading.Thread(target=self._receive, daemon=True).start()
        threading.Thread(target=self._close_dropped, daemon=True).start()
        while True:
            try:
                task = self._main.get()
                if task is END:
                    break
                try:
                    self._run(*task)
                finally:
                    self._main_free.release()
            except KeyboardInterrupt:
                pass  # between two tasks there is nothing to interrupt
        try:
            self._wait_idle(self._grace + self._after_interrupt)
        except KeyboardInterrupt:
            self._wait_idle(self._after_interrupt)

    def _finish(self):
        with self._lock:
            self._live = False
            channels = list(self._channels.values())
        for channel in channels:
            channel._end()
        self._main.put(END)
        if self._wait_idle(self._grace):
            return
        os.kill(os.getpid(), signal.SIGINT)
        if not self._wait_idle(self._after_interrupt):
            os._exit(1)

    def _wait_idle(self, seconds):
        with self._idle:
            return self._idle.wait_for(lambda: self._executing <= 0, seconds)


def take_streams():
    """The two streams, out of reach of the code that will run here."""
    source = os.fdopen(os.dup(0), "rb", 1 << 16)
    sink = os.fdopen(os.dup(1), "wb", 1 << 16)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdin = open(os.devnull)
    os.dup2(2, 1)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(line_buffering=True)
    return source, sink


def serve(id, model, grace=5.0, after_interrupt=10.0):
    if model in ("eventlet", "gevent"):
        return serve_stock(id, model)
    source, sink = take_streams()
    sink.write(b"1")
    sink.flush()
    gateway = Gateway(source, sink, id, model, grace, after_interrupt)
    gateway.serve()
    os._exit(0)


def serve_socket(connection, id, model):
    """Serves a connection within a process that is somebody else's."""
    source = connection.makefile("rb", 1 << 16)
    sink = connection.makefile("wb", 1 << 16)
    sink.write(b"1")
    sink.flush()
    Gateway(source, sink, id, model, 5.0, 10.0).serve()


def serve_stock(id, model):
    """Models of green threads are those of an installed execnet, or none."""
    try:
        import execnet.gateway_base as installed

        __import__(model)
    except ImportError as missing:
        sys.stderr.write("execmodel %s: %s (expected: execnet and %s installed)\n" % (model, missing, model))
        sys.exit(3)
    execmodel = installed.get_execmodel(model)
    if model == "gevent":
        from gevent.fileobject import FileObjectThread

        # Its text files are of no use for frames, and are what execnet would open.
        execmodel._fdopen = lambda number, mode, size: FileObjectThread(number, mode + "b", -1)
    io = installed.init_popen_io(execmodel)
    sys.stdin = open(os.devnull)
    os.dup2(2, 1)
    sys.stdout = os.fdopen(os.dup(1), "w", 1)
    io.write(b"1")
    installed.serve(io, id=id)
