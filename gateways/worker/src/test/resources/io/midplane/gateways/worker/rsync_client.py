# A stock execnet client sends trees of files to a Java worker, and to its own worker beside it: both have to end up
# alike. Arguments: a spec, a folder to work in, then what to do. Prints a line for what it did, and fails with a
# traceback for what is not as it should be.
import os
import stat
import sys

import execnet
from execnet import RSync

spec, base, wanted = sys.argv[1], sys.argv[2], sys.argv[3:]
group = execnet.Group()
java = group.makegateway(spec)
python = group.makegateway("popen")
T = 1600000000 * 10**9 + 123456789


class Recorded(RSync):
    """What was sent to whom."""

    def __init__(self, source, **settings):
        self.contents = {java: [], python: []}
        self.asked = {java: 0, python: 0}
        RSync.__init__(self, source, verbose=False, **settings)

    def _report_send_file(self, gateway, path):
        self.contents[gateway].append(path)

    def _send_item(self, channel, *item):
        self.asked[channel.gateway] += 1
        RSync._send_item(self, channel, *item)


def write(path, content, mode=0o644, time=T):
    path = os.path.join(base, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, mode)
    os.utime(path, ns=(time, time))


def tree(root):
    """Everything below a folder, with what a receiver has to keep."""
    found = {}
    for folder, folders, files in os.walk(os.path.join(base, root)):
        for name in folders + files:
            path = os.path.join(folder, name)
            status = os.lstat(path)
            kind = stat.S_IFMT(status.st_mode)
            value = [kind, stat.S_IMODE(status.st_mode) if kind != stat.S_IFLNK else None]
            if kind == stat.S_IFREG:
                with open(path, "rb") as file:
                    value += [status.st_mtime, file.read()]
            elif kind == stat.S_IFLNK:
                value.append(os.readlink(path).replace(os.path.join(base, root), "ROOT"))
            found[os.path.relpath(path, os.path.join(base, root))] = value
    return found


def send(source="source", to=("java", "python"), **options):
    rsync = Recorded(os.path.join(base, source))
    for gateway, name in ((java, to[0]), (python, to[1])):
        rsync.add_target(gateway, os.path.join(base, name), **options)
    rsync.send()
    assert tree(to[0]) == tree(to[1]), (tree(to[0]), tree(to[1]))
    assert sorted(rsync.contents[java]) == sorted(rsync.contents[python]), rsync.contents
    assert rsync.asked[java] == rsync.asked[python], rsync.asked
    return sorted(rsync.contents[java]), rsync.asked[java]


def cold():
    write("source/a", b"content of a")
    write("source/sub/b", bytes(range(256)) * 1000, 0o755, T + 1)
    write("source/sub/deep/c", b"", 0o600, 10**9)
    write("source/h\u00e9llo w\u00f6rld", b"named", 0o640)
    os.makedirs(os.path.join(base, "source/empty"))
    os.makedirs(os.path.join(base, "source/private"), 0o700)
    os.symlink("a", os.path.join(base, "source/relative"))
    os.symlink("../a", os.path.join(base, "source/sub/up"))
    os.symlink(os.path.join(base, "source/sub/b"), os.path.join(base, "source/inside"))
    os.symlink("/nowhere/at/all", os.path.join(base, "source/outside"))
    os.symlink("sub", os.path.join(base, "source/folder"))
    contents, asked = send()
    assert contents == ["a", "h\u00e9llo w\u00f6rld", "sub/b", "sub/deep/c"] and asked == 4, (contents, asked)
    assert tree("java") == tree("source"), (tree("java"), tree("source"))


def unchanged():
    assert send() == ([], 0)


def touched():
    write("source/a", b"content of a", time=T + 10**9)
    os.utime(os.path.join(base, "source/sub/b"), ns=(1, 987654321987654321))
    assert send() == ([], 2)
    assert tree("java") == tree("source")


def changed():
    write("source/a", b"CONTENT OF A", time=T + 2 * 10**9)
    write("source/sub/b", b"shorter")
    write("source/new/file", b"new")
    assert send() == (["a", "new/file", "sub/b"], 3)
    assert tree("java") == tree("source")


def modes():
    os.chmod(os.path.join(base, "source/a"), 0o600)
    os.chmod(os.path.join(base, "source/sub/deep/c"), 0o444)
    assert send() == ([], 0)
    os.chmod(os.path.join(base, "source/empty"), 0o755)
    assert tree("java")["a"] == tree("source")["a"]
    assert tree("java")["sub/deep/c"] == tree("source")["sub/deep/c"]


def modes_of_2():
    """Where only the mode differs, execnet 2 adds what its owner needs to write and enter; ours is the source's."""
    os.chmod(os.path.join(base, "source/a"), 0o600)
    os.chmod(os.path.join(base, "source/sub/b"), 0o444)
    rsync = Recorded(os.path.join(base, "source"))
    for gateway, name in ((java, "java"), (python, "python")):
        rsync.add_target(gateway, os.path.join(base, name))
    rsync.send()
    assert rsync.contents == {java: [], python: []}
    assert tree("java") == tree("source")
    assert tree("python")["a"][1] == 0o700 and tree("python")["sub/b"][1] == 0o744, tree("python")


def delete():
    for target in ("java", "python"):
        write(target + "/sub/extra", b"extra")
        write(target + "/extra/deep/down/file", b"extra", 0o400)
        os.symlink("/nowhere", os.path.join(base, target, "extra/link"))
    send()
    assert "sub/extra" in tree("java")
    send(delete=True)
    assert tree("java") == tree("source"), (tree("java"), tree("source"))


def kinds():
    """Each kind of node in the place of each other one."""
    for target in ("java", "python"):
        write(target + "2/folder/was/file", b"longer")
        write(target + "2/file-was-folder/x", b"2")
        write(target + "2/link-was-file", b"3")
        write(target + "2/folder-was-file", b"4")
        os.symlink("folder", os.path.join(base, target + "2", "file-was-link"))
        os.symlink("folder", os.path.join(base, target + "2", "folder-was-link"))
    write("source2/file-was-folder", b"a")
    write("source2/file-was-link", b"b")
    write("source2/folder-was-link/x", b"c")
    write("source2/folder-was-file/x", b"d")
    write("source2/folder/was/file", b"e")
    os.symlink("folder", os.path.join(base, "source2/link-was-file"))
    send("source2", ("java2", "python2"))
    assert tree("java2") == tree("source2"), (tree("java2"), tree("source2"))
    assert tree("java2")["folder/was/file"][-1] == b"e"


def vanished():
    """A file that is listed and gone when it is asked about, and one that is gone before it is sent."""
    class Vanishing(Recorded):
        def filter(self, path):
            if path.endswith("/gone"):
                os.remove(path)
            return True

        def _send_item(self, channel, *item):
            path = os.path.join(base, "source3/later")
            if os.path.exists(path):
                os.remove(path)
            Recorded._send_item(self, channel, *item)

    write("source3/gone", b"x")
    write("source3/later", b"y")
    write("source3/stays", b"z")
    rsync = Vanishing(os.path.join(base, "source3"))
    rsync.add_target(java, os.path.join(base, "java3"))
    rsync.add_target(python, os.path.join(base, "python3"))
    rsync.send()
    assert list(tree("java3")) == ["stays"] and tree("java3") == tree("python3"), (tree("java3"), tree("python3"))


def readonly():
    """A folder that its owner cannot write to; stock 1.9 fails there unless it is root's."""
    write("source4/folder/file", b"x")
    os.chmod(os.path.join(base, "source4/folder"), 0o555)
    rsync = Recorded(os.path.join(base, "source4"))
    rsync.add_target(java, os.path.join(base, "java4"))
    rsync.send()
    assert tree("java4")["folder/file"] == tree("source4")["folder/file"]


def single():
    """A source that is one file."""
    write("file", b"alone", 0o640)
    send("file", ("java5", "python5"))
    for name in ("java5", "python5"):
        with open(os.path.join(base, name), "rb") as file:
            assert file.read() == b"alone"


def many():
    for i in range(2000):
        write("source6/%02d/file%04d" % (i % 40, i), os.urandom(1 + i % 4096), time=T + i)
    assert len(send("source6", ("java6", "python6"))[0]) == 2000
    assert send("source6", ("java6", "python6")) == ([], 0)
    assert tree("java6") == tree("source6")


for name in wanted:
    globals()[name]()
    print(name, "as expected", flush=True)
group.terminate(10)
print("ended", flush=True)
