"""`--data-dir`: what was acknowledged is there after kill -9 at any moment, and nothing is there by half."""
import json
import os
import random
import signal
import socket
import subprocess
import threading
import time
import urllib.request

import pytest

from conftest import WEIR

ROUNDS = int(os.environ.get("DATA_DIR_ROUNDS", "100"))
SEED = int(os.environ.get("DATA_DIR_SEED", "1"))
WRITERS = 4
CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"


class Server:
    def __init__(self, folder):
        self.process = subprocess.Popen(
            [WEIR, "api-server", "--data-dir", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            self.process.wait(timeout=20)
            raise RuntimeError(self.process.stderr.read())
        self.port = int(self.url.rsplit(":", 1)[1])

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=20)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=20) == 0

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return json.load(answer)

    def objects(self):
        """name -> (value, resourceVersion, uid), and the version of the list."""
        found = self.get(CONFIG_MAPS)
        objects = {}
        for item in found["items"]:
            data = item["data"]
            assert data["copy"] == data["value"] * 50, f"{item['metadata']['name']} is half a write"
            metadata = item["metadata"]
            objects[metadata["name"]] = (data["value"], int(metadata["resourceVersion"]), metadata["uid"])
        return objects, int(found["metadata"]["resourceVersion"])


class Writer(threading.Thread):
    """Creates, changes and deletes objects of its own, and notes what was answered and what was not."""

    def __init__(self, server, number, known, seed):
        super().__init__()
        self.server, self.number = server, number
        self.random = random.Random(seed)
        self.known = known          # name -> value, acknowledged
        self.pending = None         # (name, what it may have become) of the request that got no answer
        self.version = 0

    def run(self):
        try:
            connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=20)
            with connection, connection.makefile("rb") as stream:
                while True:
                    self.write_once(connection, stream)
        except OSError:
            pass

    def write_once(self, connection, stream):
        names = [name for name in self.known if self.known[name] is not None]
        choice = self.random.random()
        value = f"{self.random.getrandbits(64):016x}"
        data = {"value": value, "copy": value * 50}
        if choice < 0.5 or not names:
            name = f"w{self.number}-{self.random.getrandbits(48):012x}"
            self.pending = (name, value)
            answer = exchange(connection, stream, "POST", CONFIG_MAPS, {"metadata": {"name": name}, "data": data})
        elif choice < 0.8:
            name = self.random.choice(names)
            self.pending = (name, value)
            answer = exchange(connection, stream, "PATCH", f"{CONFIG_MAPS}/{name}", {"data": data})
        else:
            name = self.random.choice(names)
            value = None
            self.pending = (name, None)
            answer = exchange(connection, stream, "DELETE", f"{CONFIG_MAPS}/{name}", None)
        self.known[name] = value
        self.pending = None
        if value is not None:
            version = int(answer["metadata"]["resourceVersion"])
            assert version > self.version
            self.version = version


def exchange(connection, stream, method, path, body):
    """One request on an open connection; an OSError when it got no whole answer."""
    content = b"" if body is None else json.dumps(body).encode()
    kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n"
    connection.sendall(head.encode() + content)
    line = stream.readline()
    if not line.endswith(b"\r\n"):
        raise OSError("no answer")
    length = 0
    while (header := stream.readline()) != b"\r\n":
        if not header.endswith(b"\r\n"):
            raise OSError("half an answer")
        name, _, value = header.decode().partition(":")
        if name.lower() == "content-length":
            length = int(value)
    answer = stream.read(length)
    if len(answer) < length:
        raise OSError("half an answer")
    assert line.split(b" ")[1] in (b"200", b"201"), (line, answer[:300])
    return json.loads(answer)


def check(known, unanswered, objects):
    """Everything acknowledged is there; a request without an answer was done entirely or not at all."""
    for name, value in known.items():
        allowed = {value} | {after for pending, after in unanswered if pending == name}
        found = objects[name][0] if name in objects else None
        assert found in allowed, f"{name}: {found} instead of {allowed}"
    created = {name for name, _ in unanswered}
    for name in objects:
        assert name in known or name in created, f"{name} was never written"


def test_nothing_acknowledged_is_lost_when_killed_at_any_moment(tmp_path):
    draw = random.Random(SEED)
    known, versions, uids, writes = {}, 0, {}, 0
    server = Server(tmp_path)
    for number in range(ROUNDS):
        writers = [Writer(server, index, {n: v for n, v in known.items() if n.startswith(f"w{index}-")}, draw.random())
                   for index in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(draw.uniform(0.0, 0.25))
        server.kill()
        for writer in writers:
            writer.join(timeout=30)
            assert not writer.is_alive()
        unanswered = [writer.pending for writer in writers if writer.pending]
        for writer in writers:
            known.update(writer.known)
        server = Server(tmp_path)
        objects, version = server.objects()
        try:
            check(known, unanswered, objects)
        except AssertionError as error:
            pytest.fail(f"DATA_DIR_SEED={SEED}, round {number}: {error}")
        assert version >= max([versions] + [writer.version for writer in writers]), "the version went back"
        for name, (_, _, uid) in objects.items():
            assert uids.setdefault(name, uid) == uid, f"{name} has another uid"
        assert len({uid for _, _, uid in objects.values()}) == len(objects)
        versions = version
        writes += len(known)
        known = {name: entry[0] for name, entry in objects.items()}
    assert writes > ROUNDS, "the writers hardly wrote anything"
    server.stop()


def test_everything_goes_on_after_an_orderly_end(tmp_path):
    server = Server(tmp_path)
    with socket.create_connection(("127.0.0.1", server.port)) as connection, connection.makefile("rb") as stream:
        definition = {
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": "things.example.com"},
            "spec": {"group": "example.com", "scope": "Namespaced", "names": {"plural": "things", "kind": "Thing"},
                     "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {
                         "type": "object", "x-kubernetes-preserve-unknown-fields": True}}}]}}
        exchange(connection, stream, "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
        thing = exchange(connection, stream, "POST", "/apis/example.com/v1/namespaces/default/things",
                         {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "one"}, "size": 3})
        service = {"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}
        first = exchange(connection, stream, "POST", "/api/v1/namespaces/default/services", service)
    server.stop()
    server = Server(tmp_path)
    assert server.get("/apis/example.com/v1/namespaces/default/things/one") == thing
    assert server.get("/api/v1/namespaces/default/services/web") == first
    with socket.create_connection(("127.0.0.1", server.port)) as connection, connection.makefile("rb") as stream:
        service["metadata"]["name"] = "other"
        second = exchange(connection, stream, "POST", "/api/v1/namespaces/default/services", service)
    assert second["spec"]["clusterIP"] != first["spec"]["clusterIP"]
    assert int(second["metadata"]["resourceVersion"]) > int(first["metadata"]["resourceVersion"])
    server.stop()


def test_a_second_process_is_refused(tmp_path):
    server = Server(tmp_path)
    with pytest.raises(RuntimeError, match="another process uses this folder"):
        Server(tmp_path)
    server.stop()


def test_a_damaged_journal_is_refused_with_its_place(tmp_path):
    server = Server(tmp_path)
    with socket.create_connection(("127.0.0.1", server.port)) as connection, connection.makefile("rb") as stream:
        for name in ("a", "b", "c"):
            body = {"metadata": {"name": name}, "data": {"value": name, "copy": name * 50}}
            exchange(connection, stream, "POST", CONFIG_MAPS, body)
    server.stop()
    journal = tmp_path / "cluster" / "journal-00000001"
    content = bytearray(journal.read_bytes())
    place = content.index(b"configmaps")
    content[place] ^= 1
    journal.write_bytes(content)
    with pytest.raises(RuntimeError, match=r"journal-00000001, byte 20: the record is damaged"):
        Server(tmp_path)
    assert journal.read_bytes() == content


def test_an_interrupted_write_at_the_end_is_cut_off(tmp_path):
    server = Server(tmp_path)
    with socket.create_connection(("127.0.0.1", server.port)) as connection, connection.makefile("rb") as stream:
        body = {"metadata": {"name": "a"}, "data": {"value": "a", "copy": "a" * 50}}
        exchange(connection, stream, "POST", CONFIG_MAPS, body)
    server.stop()
    journal = tmp_path / "cluster" / "journal-00000001"
    with open(journal, "ab") as file:
        file.write(b"WJFR\x00\x01\x00\x00half")
    server = Server(tmp_path)
    assert list(server.objects()[0]) == ["a"]
    server.stop()
    assert "cut off" in server.process.stderr.read()
