"""200 watches over sockets while writers never rest: no change is lost, told twice or out of order."""
import json
import multiprocessing
import random
import selectors
import socket
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

from differential import servers

MAPS = "/api/v1/namespaces/default/configmaps"
OBJECTS, WRITERS = 2_000, 4
WATCHERS = {"all": 120, "labelled": 40, "resuming": 40}
PATIENCE = 240
PATCH = "application/merge-patch+json"


def write(address, writer, told):
    """Creates every fourth object, changes every second of them, deletes every second of those; says what it did."""
    connection = HTTPConnection(*address, timeout=60)

    def send(method, path, body=None, kind="application/json"):
        connection.request(method, path, json.dumps(body) if body else None, {"Content-Type": kind})
        answer = connection.getresponse()
        document = json.loads(answer.read())
        assert answer.status in (200, 201), document
        return int(document["metadata"].get("resourceVersion", 0))

    done = []
    for number in range(writer, OBJECTS, WRITERS):
        name, turn = f"c{number}", number // WRITERS
        labels = {"part": "odd" if turn % 2 else "even"}
        made = {"metadata": {"name": name, "labels": labels}, "data": {"text": "x" * 100}}
        done.append(("ADDED", name, send("POST", MAPS, made)))
        if turn % 2:
            done.append(("MODIFIED", name, send("PATCH", f"{MAPS}/{name}", {"data": {"a": "b"}}, PATCH)))
        if turn % 4 == 1:
            send("DELETE", f"{MAPS}/{name}")
            done.append(("DELETED", name, None))
    told.put(done)


class Watch:
    """One watch on a socket of its own; what it was told is kept as `(type, name, version)`."""

    def __init__(self, address, query, start, resumes=None):
        self.address, self.query, self.resumes = address, query, resumes
        self.events, self.version = [], start
        self.open()

    def open(self):
        self.socket = socket.create_connection(self.address, timeout=60)
        query = urllib.parse.urlencode({"watch": "true", "resourceVersion": self.version, **self.query})
        self.socket.sendall(f"GET {MAPS}?{query} HTTP/1.1\r\nHost: weir\r\n\r\n".encode())
        self.bytes, self.lines, self.has_head, self.taken = b"", b"", False, 0

    def read(self):
        """Takes what has come; whether the connection was left, to go on from the last event on another one."""
        content = self.socket.recv(1 << 20)
        assert content, f"a watch ended after {len(self.events)} events"
        self.bytes += content
        if not self.has_head:
            head, mark, rest = self.bytes.partition(b"\r\n\r\n")
            if not mark:
                return False
            assert b" 200 " in head.split(b"\r\n")[0], head
            self.has_head, self.bytes = True, rest
        self.take_chunks()
        *lines, self.lines = self.lines.split(b"\n")
        for line in lines:
            event = json.loads(line)
            metadata = event["object"]["metadata"]
            self.version = int(metadata["resourceVersion"])
            self.events.append((event["type"], metadata["name"], self.version))
            self.taken += 1
        return self.resumes is not None and self.taken >= self.resumes

    def take_chunks(self):
        while True:
            size, mark, rest = self.bytes.partition(b"\r\n")
            if not mark or len(rest) < int(size, 16) + 2:
                return
            self.lines += rest[:int(size, 16)]
            self.bytes = rest[int(size, 16) + 2:]


def follow(address, kind, count, start, expected, seed):
    """Runs `count` watches in this process until each was told as much as `expected`; returns what they were told."""
    chance = random.Random(seed)
    query = {"labelSelector": "part=odd"} if kind == "labelled" else {}
    selector = selectors.DefaultSelector()
    for _ in range(count):
        watch = Watch(address, query, start, chance.randrange(50, 500) if kind == "resuming" else None)
        selector.register(watch.socket, selectors.EVENT_READ, watch)
    finished = []
    end = time.monotonic() + PATIENCE
    while selector.get_map():
        ready = selector.select(timeout=5)
        assert time.monotonic() < end, f"{len(selector.get_map())} watches still wait for events"
        for key, _ in ready:
            watch = key.data
            leaves = watch.read()
            if len(watch.events) >= expected or leaves:
                selector.unregister(watch.socket)
                watch.socket.close()
                if len(watch.events) >= expected:
                    finished.append(watch.events)
                else:
                    watch.open()
                    selector.register(watch.socket, selectors.EVENT_READ, watch)
    return [one == finished[0] for one in finished], finished[0]


def current(address, path):
    connection = HTTPConnection(*address, timeout=60)
    connection.request("GET", path)
    return json.loads(connection.getresponse().read())


def counts():
    """How many events there are in all, and how many of them of labelled objects."""
    turns = [number // WRITERS for number in range(OBJECTS)]
    odd = sum(2 + (turn % 4 == 1) for turn in turns if turn % 2)
    return {"all": odd + sum(1 for turn in turns if turn % 2 == 0), "labelled": odd}


def test_no_event_is_lost_doubled_or_out_of_order():
    with servers.weir() as server:
        address = (server.host, server.port)
        start = int(current(address, MAPS)["metadata"]["resourceVersion"])
        wanted = counts()
        context = multiprocessing.get_context("spawn")
        told = context.Queue()
        with context.Pool(len(WATCHERS)) as pool, ThreadPoolExecutor() as threads:
            following = {
                kind: pool.apply_async(
                    follow, (address, kind, count, start, wanted["labelled" if kind == "labelled" else "all"], seed))
                for seed, (kind, count) in enumerate(WATCHERS.items())
            }
            writers = [context.Process(target=write, args=(address, number, told)) for number in range(WRITERS)]
            for one in writers:
                one.start()
            done = [change for _ in writers for change in told.get(timeout=PATIENCE)]
            found = {kind: result.get(timeout=PATIENCE) for kind, result in following.items()}
            for one in writers:
                one.join()
        left = {one["metadata"]["name"]: int(one["metadata"]["resourceVersion"])
                for one in current(address, MAPS)["items"]}
    for kind, (are_same, events) in found.items():
        assert len(are_same) == WATCHERS[kind] and all(are_same), f"{kind}: watches were told different things"
        check(kind, events, done, left)


def check(kind, events, done, left):
    versions = [version for _, _, version in events]
    assert all(one < other for one, other in zip(versions, versions[1:])), f"{kind}: versions do not grow"
    odd = {name for change, name, _ in done if change == "MODIFIED"}
    mine = [one for one in done if kind != "labelled" or one[1] in odd]
    assert {one for one in events if one[0] != "DELETED"} == {one for one in mine if one[0] != "DELETED"}
    assert sorted(one[1] for one in events if one[0] == "DELETED") == sorted(
        one[1] for one in mine if one[0] == "DELETED")
    state = {}
    for change, name, version in events:
        assert (name in state) == (change != "ADDED"), f"{kind}: {change} of {name}"
        if change == "DELETED":
            del state[name]
        else:
            state[name] = version
    assert state == {name: version for name, version in left.items() if kind != "labelled" or name in odd}
