# Receives a tree of files on the channel: first each node as it is, to compare, then the contents that were asked
# for, then the links. Nothing outside of the folder is touched, and a file appears when it is complete.
import hashlib
import os
import stat
import uuid


def checked(name):
    if not name or name in (".", "..") or "/" in name or "\0" in name:
        raise ValueError("name: %r (expected: the name of a file within its folder)" % name)
    return name


def status(path):
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None


def remove(path):
    if stat.S_ISDIR(os.lstat(path).st_mode):
        os.chmod(path, 0o700)
        for entry in os.scandir(path):
            remove(entry.path)
        os.rmdir(path)
    else:
        os.unlink(path)


def put(fresh, path):
    there = status(path)
    if there is not None and stat.S_ISDIR(there.st_mode):
        remove(path)
    os.replace(fresh, path)


def fresh_name(path):
    return os.path.join(os.path.dirname(path), ".midplane-rsync-" + uuid.uuid4().hex)


class Receiver:
    def __init__(self, channel, root, options):
        self.channel = channel
        self.root = root
        self.deletes = options.get("delete")
        self.wanted = []

    def path(self, names):
        return os.path.join(self.root, *names)

    def receive(self):
        self.take_node([])
        self.channel.send(("list_done", None))
        for names, node, digest in self.wanted:
            self.take_content(self.path(names), node, digest)
            self.channel.send(("ack", "/".join(names)))
        self.channel.send(("links", None))
        for item in iter(self.channel.receive, 42):
            self.take_link(*item)
        self.channel.send(("done", None))

    def take_node(self, names):
        node = self.channel.receive()
        path = self.path(names)
        there = status(path)
        if isinstance(node, list):
            self.take_folder(names, path, node, there)
        elif node is not None:
            self.take_file(names, path, node, there)

    def take_folder(self, names, path, node, there):
        mode = stat.S_IMODE(node[0]) & 0o777 | 0o700
        if there is not None and not stat.S_ISDIR(there.st_mode):
            os.unlink(path)
            there = None
        if there is None:
            os.mkdir(path, 0o700)
        if there is None or stat.S_IMODE(there.st_mode) != mode:
            os.chmod(path, mode)
        children = [checked(name) for name in node[1:]]
        for name in children:
            self.take_node(names + [name])
        if self.deletes and there is not None:
            for name in set(os.listdir(path)).difference(children):
                remove(os.path.join(path, name))

    def take_file(self, names, path, node, there):
        mode, modified, size = node
        digest = None
        if there is not None and stat.S_ISREG(there.st_mode) and there.st_size == size:
            if there.st_mtime == modified:
                if mode is not None and stat.S_IMODE(there.st_mode) != stat.S_IMODE(mode):
                    os.chmod(path, stat.S_IMODE(mode) & 0o777)
                return
            hashed = hashlib.md5()
            with open(path, "rb") as content:
                for piece in iter(lambda: content.read(1 << 16), b""):
                    hashed.update(piece)
            digest = hashed.digest()
        self.wanted.append((names, node, digest))
        self.channel.send(("send", (names, digest)))

    def take_content(self, path, node, digest):
        mode, modified, size = node
        item = self.channel.receive()
        if item is None:
            if digest is not None and mode is not None:
                os.utime(path, (modified, modified))
                os.chmod(path, stat.S_IMODE(mode) & 0o777)
            return
        fresh = fresh_name(path)
        try:
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as content:
                while isinstance(item, tuple):
                    content.write(item[0])
                    item = self.channel.receive()
                if item is None:
                    return
                content.write(item)
            os.utime(fresh, (modified, modified))
            if mode is not None:
                os.chmod(fresh, stat.S_IMODE(mode) & 0o777)
            put(fresh, path)
        finally:
            if status(fresh) is not None:
                os.unlink(fresh)

    def take_link(self, kind, place, target):
        names = [checked(name) for name in place.split("/")]
        for depth in range(len(names)):
            if not stat.S_ISDIR(os.lstat(self.path(names[:depth])).st_mode):
                raise ValueError("%s: is a link, and nothing is written through links" % place)
        if kind == "linkbase":
            target = self.path([] if target in ("", ".") else [checked(name) for name in target.split("/")])
        path = self.path(names)
        fresh = fresh_name(path)
        os.symlink(target, fresh)
        put(fresh, path)


def receive(channel):
    folder, options = channel.receive()
    root = os.path.abspath(folder)
    if not folder or root == "/":
        raise ValueError("destination: %r (expected: a folder below the root)" % folder)
    if options.get("midplane"):
        channel.send(("streams", None))
    if os.path.isdir(root):
        root = os.path.realpath(root)
    os.makedirs(os.path.dirname(root), exist_ok=True)
    Receiver(channel, root, options).receive()


if __name__ == "__channelexec__":
    receive(channel)
