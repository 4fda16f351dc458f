"""The tutorial of pyxs, start to end, printing what a reader of it would see. usage: tutorial.py SOCKET [XENBUS]

Run against two servers, its output is the same but for the paths it was given.
"""
import sys

from pyxs import Client, PyXSError, xs

SOCKET = sys.argv[1]
XENBUS = sys.argv[2] if len(sys.argv) > 2 else None
NAME = b"/local/domain/0/name"


def basics():
    with Client() as c:
        c[NAME] = b"Ziggy"
        print("in a block:", c[NAME])
    c = Client()
    c.connect()
    c[NAME] = b"It works!"
    print("without a block:", c[NAME])
    c.close()
    c.close()


def connections():
    print(repr(Client(unix_socket_path=SOCKET)).replace(SOCKET, "SOCKET"))
    print(repr(Client()).replace(SOCKET, "SOCKET"))
    print(Client(xen_bus_path="/dev/xen/xenbus"))
    with Client(unix_socket_path=SOCKET) as c:
        print("by path:", c[NAME])
    if XENBUS:
        with Client(xen_bus_path=XENBUS) as c:
            print("by XenBus:", c[NAME])


def transactions():
    with Client() as c:
        c.transaction()
        c[b"/foo/bar"] = b"baz"
        print("committed:", c.commit(), c[b"/foo/bar"])
    with Client() as c:
        success = False
        while not success:
            c.transaction()
            c[b"/foo/bar"] = b"looped"
            success = c.commit()
        print("loop:", c[b"/foo/bar"])
    with Client() as c, Client() as other:
        c.transaction()
        c[b"/foo/bar"] = b"never"
        print("others see:", other[b"/foo/bar"])
        c.rollback()
        print("rolled back:", c[b"/foo/bar"])
    with Client() as c, Client() as other:
        c.transaction()
        seen = c[b"/foo/bar"]
        other[b"/foo/bar"] = b"in between"
        c[b"/foo/bar"] = seen
        print("conflict:", c.commit(), c[b"/foo/bar"])
    try:
        with Client() as c:
            c.transaction()
    except PyXSError as e:
        print("left open:", e)


def events():
    with Client() as c, Client() as other:
        m = c.monitor()
        m.watch(b"/foo/bar", b"a unique token")
        waiting = m.wait()
        print("first event:", next(waiting))
        other[b"/foo/bar"] = b"new"
        print("written:", next(waiting))
        other.delete(b"/foo/bar")
        print("removed:", next(waiting))
        for special in (b"@introduceDomain", b"@releaseDomain"):
            m.watch(special, b"special")
            print("special:", next(waiting))
            m.unwatch(special, b"special")
        m.unwatch(b"/foo/bar", b"a unique token")


def nodes():
    with Client() as c:
        c.mkdir(b"/walk/a/b")
        c[b"/walk/c"] = b"leaf"
        print("list:", c.list(b"/walk"), c.exists(b"/walk/c"), c.exists(b"/walk/d"))
        print("walk:", list(c.walk(b"/walk")))
        c.set_perms(b"/walk/c", [b"n0", b"r7"])
        print("permissions:", c.get_perms(b"/walk/c"))
        print("missing:", c.read(b"/walk/d", b"default"))
        try:
            c[b"/walk/d"]
        except PyXSError as e:
            print("missing:", e)
        print("domain path:", c.get_domain_path(7), c.is_domain_introduced(7))
        c.delete(b"/walk")


def compatibility():
    with Client() as c:
        c[NAME] = b"Domain-0"
    handle = xs()
    print("compat:", handle.read("0", NAME))
    print("compat:", handle.ls("0", b"/local/domain/0"))
    handle.close()


for part in (basics, connections, transactions, events, nodes, compatibility):
    print("--", part.__name__)
    part()
