"""`weir controller` processes that compete for one lease, and what arrives from each."""
import json
import os
import select
import signal
import socket
import ssl
import subprocess
import threading
import time

import yaml
from conftest import WEIR


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Wire:
    """Passes connections on to a server and notes when each whole request had arrived, before it is passed on.

    Its own side speaks without TLS, whatever the server does; `authority` is the file with the server's certificate.
    """

    def __init__(self, server, note, authority=None):
        host, port = server.split("//")[1].split(":")
        self.server = (host, int(port))
        self.tls = ssl.create_default_context(cafile=authority) if authority else None
        self.note = note
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.pump, args=(connection,), daemon=True).start()

    def pump(self, near):
        try:
            far = socket.create_connection(self.server)
            if self.tls:
                far = self.tls.wrap_socket(far, server_hostname=self.server[0])
        except OSError:
            near.close()
            return
        waiting = b""
        with near, far:
            while True:
                ready, _, _ = select.select([near, far], [], [], 60)
                try:
                    if far in ready:
                        data = self.received(far)
                        if data == b"":
                            return
                        near.sendall(data or b"")
                    if near in ready:
                        data = near.recv(65536)
                        if not data:
                            return
                        waiting += data
                        while True:
                            request, waiting = self.split(waiting)
                            if request is None:
                                break
                            self.note(*request)
                        far.sendall(data)
                except OSError:
                    return

    def received(self, far):
        """What can be read now, empty at the end; `None` when what came is about TLS only."""
        if not self.tls:
            return far.recv(65536)
        far.setblocking(False)
        try:
            data = far.recv(65536)
            # What is decrypted already makes no socket readable.
            while data and far.pending():
                data += far.recv(65536)
            return data
        except ssl.SSLWantReadError:
            return None
        finally:
            far.setblocking(True)

    @staticmethod
    def split(data):
        """((method, target, body), rest) of the first whole request; (None, data) without one."""
        head, separator, rest = data.partition(b"\r\n\r\n")
        if not separator:
            return None, data
        lines = head.decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ")
        length = 0
        for line in lines[1:]:
            name, _, value = line.partition(":")
            if name.lower() == "content-length":
                length = int(value)
            assert name.lower() != "transfer-encoding", "the clients send whole bodies"
        if len(rest) < length:
            return None, data
        return (method, target, rest[:length].decode("utf-8", "replace")), rest[length:]

    def close(self):
        self.listener.close()


class Journal:
    """Who wrote when: one line per request that changes something."""

    def __init__(self):
        self.lock = threading.Lock()
        self.entries = []

    def note(self, who, method, target, body):
        text = f"{method} {target}"
        if "Action=" in body:
            action = body.split("Action=")[1].split("&")[0]
            if action.startswith("Describe"):
                return
            text = f"AWS {action}"
        elif method == "GET":
            return
        with self.lock:
            self.entries.append((time.monotonic(), who, text))

    def writes(self, who=None, since=0.0):
        """Writes that are not about the lease."""
        with self.lock:
            return [entry for entry in self.entries
                    if "/leases" not in entry[2] and entry[0] >= since and who in (None, entry[1])]


class Controller:
    """One `weir controller`, all of whose requests go through wires of its own."""

    def __init__(self, sandbox, journal, name, folder, *arguments):
        self.name = name
        self.healthz, self.metrics = free_port(), free_port()
        state = sandbox.state()
        self.wires = [Wire(state["kubernetes"], lambda *request: journal.note(name, *request), sandbox.authority),
                      Wire(state["elbv2"], lambda *request: journal.note(name, *request))]
        kubeconfig = folder / f"{name}.kubeconfig"
        config = yaml.safe_load(open(sandbox.kubeconfig))
        cluster = config["clusters"][0]["cluster"]
        assert cluster["server"] == state["kubernetes"]
        config["clusters"][0]["cluster"] = {"server": self.wires[0].url}
        kubeconfig.write_text(yaml.safe_dump(config))
        environment = dict(os.environ, **sandbox.credentials())
        self.log_path = folder / f"{name}.log"
        self.log = open(self.log_path, "w")
        self.process = subprocess.Popen(
            [WEIR, "controller", "--kubeconfig", str(kubeconfig), "--aws-endpoint-url", self.wires[1].url,
             "--aws-region", state["region"], "--cluster-name", "sandbox", "--aws-vpc-id", "vpc-0123456789abcdef0",
             "--subnet", "subnet-0aaaaaaaaaaaaaaaa", "--subnet", "subnet-0bbbbbbbbbbbbbbbb", "--settle-seconds", "1.5",
             "--operations-address", "127.0.0.1", "--metrics-port", str(self.metrics),
             "--healthz-port", str(self.healthz), *arguments],
            stdout=self.log, stderr=subprocess.STDOUT, env=environment)

    def send(self, number):
        self.process.send_signal(number)

    def ended(self):
        return self.process.poll() is not None

    def end(self, number=signal.SIGKILL):
        if not self.ended():
            self.send(signal.SIGCONT)
            self.send(number)
        status = self.process.wait(timeout=40)
        self.log.close()
        for wire in self.wires:
            wire.close()
        return status

    def text(self):
        return self.log_path.read_text()


def holder(sandbox):
    """Who holds the lease; empty when nobody does."""
    run = sandbox.kubectl("get", "lease", "argo-rollouts-controller-lock", "-o", "json", check=False)
    if run.returncode != 0:
        return ""

    return json.loads(run.stdout)["spec"].get("holderIdentity") or ""
