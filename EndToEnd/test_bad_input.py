"""What nobody should send, sent over raw sockets: each is refused or cut off, and others are served meanwhile."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time
import urllib.request

import pytest

from conftest import WEIR

TIMEOUT_SECONDS = 2
CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"
BODY_MAX = 3 << 20


class Server:
    """`weir api-server` with a short patience."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [WEIR, "api-server", "--client-timeout", f"{TIMEOUT_SECONDS}s", *arguments], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:"), f"no address: {self.url!r}"
        self.port = int(self.url.rsplit(":", 1)[1])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)

    def rss(self):
        """Resident bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def raw(self, *parts, end=False):
        """Sends bytes on a fresh connection and returns all that comes back until the server closes or is silent."""
        with self.connect() as connection:
            try:
                for part in parts:
                    connection.sendall(part)
                if end:
                    connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # it may refuse before it has read everything
            return receive(connection)

    def send(self, method, path, body=b"", content_type="application/json", headers=()):
        """(status, body) of one request."""
        lines = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close"]
        if body or method in ("POST", "PUT", "PATCH"):
            lines += [f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
        lines += headers
        return parse(self.raw("\r\n".join(lines).encode() + b"\r\n\r\n" + body))


def receive(connection):
    data = b""
    try:
        while chunk := connection.recv(1 << 16):
            data += chunk
    except OSError:
        pass
    return data


def parse(answer):
    assert answer, "closed without an answer"
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), body


def status_of(answer, code, reason=None, text=""):
    """Checks that an answer is a `Status` document of that code."""
    found, body = answer
    assert found == code, (found, body[:300])
    document = json.loads(body)
    assert document["kind"] == "Status" and document["code"] == code and document["status"] == "Failure"
    if reason:
        assert document["reason"] == reason
    assert text in document["message"]
    return document


def config_map(name, **data):
    return json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}).encode()


@pytest.fixture(scope="module")
def server():
    running = Server()
    yield running
    assert running.stop() == 0


@pytest.fixture(autouse=True)
def serves_others(server):
    """Another client gets its answers at any moment of a test, and the memory stays bounded."""
    before = server.rss()
    problems, done = [], threading.Event()

    def look():
        while not done.is_set():
            begin = time.monotonic()
            try:
                with urllib.request.urlopen(f"{server.url}/api/v1/namespaces/default", timeout=10) as answer:
                    assert answer.status == 200
            except OSError as error:
                problems.append(repr(error))
            if time.monotonic() - begin > 5:
                problems.append(f"an answer took {time.monotonic() - begin:.1f} s")
            done.wait(0.05)

    other = threading.Thread(target=look)
    other.start()
    yield
    done.set()
    other.join()
    assert server.process.poll() is None, "the server ended"
    assert not problems, problems
    grown = server.rss() - before
    assert grown < 128 << 20, f"grown by {grown >> 20} MiB"


@pytest.mark.parametrize("body, text", [
    (b'{"a":', "JSON"), (b"", ""), (b"null", ""), (b"[]", ""), (b"3", ""), (b'{"a":1}x', "JSON"), (b"\x00", "JSON"),
    (b'{"metadata":{"name":"\xff\xfe"}}', "JSON"), (b'{"metadata":{"name":"\xc0\xaf"}}', "JSON"),
    (b"[" * 10_000, "JSON"), (b'{"a":' * 10_000, "JSON"), (b"[" * 10_000 + b"]" * 10_000, "JSON"),
    (b'{"metadata":{"name":"a"},"data":3}', ""), (b'{"metadata":[]}', ""), (b'{"a":1e999999999999}', ""),
])
def test_bodies_that_are_no_object(server, body, text):
    code, answer = server.send("POST", CONFIG_MAPS, body)
    assert code in (400, 422), (code, answer[:300])
    status_of((code, answer), code, text=text)


@pytest.mark.parametrize("body", [b"[" * 100_000, b"[" * (BODY_MAX - 10), b"{a: " * 10_000, b"- " * 100_000,
                                  b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
                                      b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n" % ((n, n) + (n - 1,) * 9)
                                      for n in range(ord("b"), ord("k")))])
def test_yaml_that_is_deep_or_expands(server, body):
    status_of(server.send("POST", CONFIG_MAPS, body, "application/yaml"), 400, "BadRequest")


def test_a_body_that_is_too_large(server):
    body = config_map("large", text="x" * BODY_MAX)
    status_of(server.send("POST", CONFIG_MAPS, body), 413, "RequestEntityTooLarge", str(BODY_MAX))
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    head = f"POST {CONFIG_MAPS} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    begin = time.monotonic()
    status_of(parse(server.raw(head, *[chunk] * 200)), 413, "RequestEntityTooLarge")
    assert time.monotonic() - begin < 10, "the connection stayed open"


def test_content_types(server):
    for kind in ("text/plain", "application/xml", "x", "application/vnd.kubernetes.protobuf"):
        status_of(server.send("POST", CONFIG_MAPS, config_map("a"), kind), 415, "UnsupportedMediaType")
    for kind in ("application/json", "text/plain", ""):
        status_of(server.send("PATCH", f"{CONFIG_MAPS}/a", b"{}", kind), 415, "UnsupportedMediaType")
    code, _ = server.send("GET", CONFIG_MAPS, headers=["Accept: image/png"])
    assert code == 406


@pytest.mark.parametrize("selector", ["a%20in%20(", "%3D%3D%3D", "a%3Db%2C%2C", "!!a", "a%20in%20b", "%00", "a%3D%ff",
                                      "a" * 100_000, "a%3D" + "b" * 100_000])
def test_selectors(server, selector):
    for parameter in ("labelSelector", "fieldSelector"):
        for watch in ("", "&watch=true"):
            code, body = server.send("GET", f"{CONFIG_MAPS}?{parameter}={selector}{watch}")
            status_of((code, body), 400, "BadRequest")


def test_a_selector_with_very_many_requirements(server):
    many = ",".join(f"k{n}%20in%20(a,b)" for n in range(3_000))
    code, body = server.send("GET", f"{CONFIG_MAPS}?labelSelector={many}")
    assert code == 200 and json.loads(body)["items"] == []


def test_a_request_line_and_headers_that_are_too_long(server):
    for path, headers in [("/api/v1/pods?labelSelector=" + "a" * 2_000_000, b""), ("/api", b"X: " + b"y" * 2_000_000),
                          ("/api", b"".join(b"X%d: y\r\n" % n for n in range(100_000)))]:
        answer = server.raw(f"GET {path} HTTP/1.1\r\nHost: x\r\n".encode(), headers, b"\r\n\r\n")
        assert not answer or parse(answer)[0] in (400, 414, 431), answer[:100]


@pytest.mark.parametrize("head", [
    b"GET\r\n\r\n", b"\r\n\r\nx", b"FOO /api HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /api HTTP/9.9\r\n\r\n",
    b"GET /api HTTP/1.1\r\nno colon\r\n\r\n", b"GET /api HTTP/1.1\r\nA: b\x00c\r\n\r\n", b"\x16\x03\x01\x02\x00\x01",
    b"POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", os.urandom(4_096),
    b"POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST " + CONFIG_MAPS.encode() + b" HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n",
    b"POST " + CONFIG_MAPS.encode() + b" HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n",
    b"POST " + CONFIG_MAPS.encode() + b" HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
])
def test_what_is_not_http(server, head):
    begin = time.monotonic()
    answer = server.raw(head, end=True)
    assert time.monotonic() - begin < 5 * TIMEOUT_SECONDS
    assert not answer or 400 <= parse(answer)[0] < 500, answer[:200]


@pytest.mark.parametrize("path, codes", [
    (f"{CONFIG_MAPS}/%00", (400, 404)), (f"{CONFIG_MAPS}/%", (400, 404)), (f"{CONFIG_MAPS}/%zz", (400, 404)),
    (f"{CONFIG_MAPS}/%ff", (400, 404)), (f"{CONFIG_MAPS}/..%2f..%2fsecrets", (400, 404)), ("/../../etc/passwd", (400, 404)),
    ("//", (200, 301, 404)), (f"{CONFIG_MAPS}?limit=-1", (200, 400)), (f"{CONFIG_MAPS}?limit=99999999999999999999", (400,)),
    (f"{CONFIG_MAPS}?continue=zzz", (400,)), (f"{CONFIG_MAPS}?resourceVersion=-5", (400, 500)),
    (f"{CONFIG_MAPS}?watch=true&resourceVersion=18446744073709551616", (400,)),
    # A real server takes it, too, and ends the watch at once.
    (f"{CONFIG_MAPS}?watch=true&timeoutSeconds=-1", (200,)), (f"{CONFIG_MAPS}/{'a' * 50_000}", (400, 404)),
])
def test_paths_and_parameters(server, path, codes):
    code, body = server.send("GET", path)
    assert code in codes, (code, body[:200])


def test_methods(server):
    for method in ("OPTIONS", "TRACE", "CONNECT", "PROPFIND"):
        answer = server.raw(f"{method} {CONFIG_MAPS} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        assert not answer or parse(answer)[0] in (400, 405, 501), answer[:200]


def test_numbers_and_keys_that_are_odd(server):
    name = b'{"metadata":{"name":"twice"},"metadata":{"name":"again"},"data":{"a":"1","a":"2"}}'
    code, body = server.send("POST", CONFIG_MAPS, name)
    assert code == 201 and json.loads(body)["metadata"]["name"] == "again" and json.loads(body)["data"] == {"a": "2"}
    for number in (b"1e400", b"9" * 5_000, b"-0", b"1.5"):
        body = (b'{"metadata":{"name":"n"},"spec":{"replicas":%s,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":'
                b'{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a","image":"b"}]}}}}' % number)
        code, answer = server.send("POST", "/apis/apps/v1/namespaces/default/replicasets?dryRun=All", body)
        assert code in ((201,) if number == b"-0" else (400, 422)), (number[:10], code, answer[:200])


def test_a_body_that_never_ends_coming(server):
    head = f"POST {CONFIG_MAPS} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n".encode()
    with server.connect() as stalled, server.connect() as slow:
        stalled.sendall(head + b"{")
        slow.sendall(head)
        begin = time.monotonic()
        while time.monotonic() - begin < 5 * TIMEOUT_SECONDS:
            try:
                slow.sendall(b" ")
            except OSError:
                break
            time.sleep(0.1)
        assert time.monotonic() - begin < 3 * TIMEOUT_SECONDS, "a slow body was never cut off"
        stalled.settimeout(3 * TIMEOUT_SECONDS)
        receive(stalled)
        assert time.monotonic() - begin < 4 * TIMEOUT_SECONDS, "a stalled body was never cut off"


def test_headers_that_never_end_coming(server):
    with server.connect() as slow:
        slow.sendall(b"GET /api HTTP/1.1\r\n")
        begin = time.monotonic()
        while time.monotonic() - begin < 10 * TIMEOUT_SECONDS:
            try:
                slow.sendall(b"X: y\r\n")
            except OSError:
                break
            time.sleep(0.1)
        assert time.monotonic() - begin < 6 * TIMEOUT_SECONDS, "slow headers were never cut off"


def test_connections_that_do_nothing(server):
    before = server.rss()
    idle = [server.connect() for _ in range(500)]
    try:
        assert server.rss() - before < 100 << 20
        idle[0].settimeout(6 * TIMEOUT_SECONDS)
        assert idle[0].recv(1) == b"", "an idle connection was not closed"
    finally:
        for connection in idle:
            connection.close()


def test_half_of_a_request_and_then_the_end(server):
    for part in (b"GET /ap", b"GET /api HTTP/1.1\r\nHost", f"POST {CONFIG_MAPS} HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{{".encode()):
        begin = time.monotonic()
        answer = server.raw(part, end=True)
        assert not answer or 400 <= parse(answer)[0] < 500
        assert time.monotonic() - begin < 3 * TIMEOUT_SECONDS


def test_a_whole_request_and_then_the_end_of_sending_is_answered(server):
    answer = server.raw(b"GET /api/v1/namespaces/default HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", end=True)
    assert parse(answer)[0] == 200


def test_many_requests_at_once_on_one_connection(server):
    one = b"GET /api/v1/namespaces/default HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert server.raw(one * 200 + last).count(b"HTTP/1.1 200 OK") == 201


def test_a_watcher_that_never_reads(server):
    before = server.rss()
    watchers = []
    for _ in range(20):
        connection = server.connect()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.sendall(f"GET {CONFIG_MAPS}?watch=true HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        watchers.append(connection)
    text = "x" * 100_000
    server.send("POST", CONFIG_MAPS, config_map("busy", text=text))
    for number in range(300):
        patch = json.dumps({"data": {"text": text, "number": str(number)}}).encode()
        code, body = server.send("PATCH", f"{CONFIG_MAPS}/busy", patch, "application/merge-patch+json")
        assert code == 200, body[:200]
    grown = server.rss() - before
    assert grown < 100 << 20, f"20 watchers that never read cost {grown >> 20} MiB"
    for connection in watchers:
        connection.close()
    server.send("DELETE", f"{CONFIG_MAPS}/busy")
