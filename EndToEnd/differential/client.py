"""Sends the steps of a case to a server and collects what it answers."""
import base64
import http.client
import json
import queue
import re
import secrets
import ssl
import threading
import time
import urllib.parse

import yaml

AGENT = "differential/1"
TIMEOUT = 30
# How long to wait for the events of a watch, and after them for events that should not come.
PATIENCE, SILENCE = 4, 0.15
# How long to wait for the end of a watch that ends by itself.
LIFETIME = 20
HEADERS = ["Content-Type", "Warning", "Retry-After"]
# Groups whose kinds are alike in both versions: `{policy}` stands for the first one that the server has.
VERSIONS = {
    "policy": ["policy/v1", "policy/v1beta1"],
    "autoscaling": ["autoscaling/v2", "autoscaling/v2beta2"],
    "discovery": ["discovery.k8s.io/v1", "discovery.k8s.io/v1beta1"],
}


class Server:
    """An API server at a URL, or the one a kubeconfig names."""

    def __init__(self, url, headers=None, context=None):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port, self.tls = parts.hostname, parts.port, parts.scheme == "https"
        self.headers = headers or {}
        self.context = context
        self.versions = None

    def variables(self):
        """The versions of VERSIONS that are served."""
        if self.versions is None:
            connection, answer = self.send("GET", "/apis")
            served = {version["groupVersion"] for group in json.loads(answer.read())["groups"]
                      for version in group["versions"]}
            connection.close()
            self.versions = {name: next((one for one in wanted if one in served), wanted[0])
                             for name, wanted in VERSIONS.items()}
        return self.versions

    @classmethod
    def of_kubeconfig(cls, path):
        config = yaml.safe_load(open(path))
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        headers = {"Authorization": f"Bearer {user['token']}"} if "token" in user else {}
        context = None
        if cluster["server"].startswith("https"):
            context = ssl.create_default_context(cafile=cluster.get("certificate-authority"))
        return cls(cluster["server"], headers, context)

    def connect(self):
        if self.tls:
            return http.client.HTTPSConnection(self.host, self.port, timeout=TIMEOUT, context=self.context)
        return http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT)

    def send(self, method, target, body=None, headers=None):
        """The connection and the answer, whose body is not read yet."""
        connection = self.connect()
        given = {"User-Agent": AGENT, "Accept": "application/json", **self.headers, **(headers or {})}
        connection.request(method, target, body, {name: value for name, value in given.items() if value is not None})
        return connection, connection.getresponse()


class Run:
    """One case on one server: its variables, and the answers as they came."""

    def __init__(self, case, server):
        self.case, self.server = case, server
        self.variables = {"id": secrets.token_hex(3), **server.variables()}
        self.variables["ns"] = f"d-{self.variables['id']}"
        self.prefixes = set()  # of the names that were to be generated

    def answers(self):
        """`(name, answer)` of every step, those of a watch's writes included."""
        if self.case.namespaced:
            body = json.dumps({"metadata": {"name": self.variables["ns"]}})
            connection, answer = self.server.send(
                "POST", "/api/v1/namespaces", body, {"Content-Type": "application/json"})
            text = answer.read()
            connection.close()
            if answer.status != 201:
                raise RuntimeError(f"the namespace of {self.case.name} was refused: {text!r}")
        return self.run(self.case.steps, "")

    def run(self, steps, prefix):
        found = []
        for number, step in enumerate(steps, 1):
            name = step.name or f"{prefix}{number}"
            if step.events or step.writes:
                found += self.watch(step, name)
            else:
                found.append((name, self.ask(step)))
        return found

    def ask(self, step):
        end = time.monotonic() + step.patience
        while True:
            connection, response = self.open(step)
            answer = read(response, response.read())
            connection.close()
            if answer["status"] != step.past or time.monotonic() > end:
                break
            time.sleep(0.1)
        for variable, path in step.capture.items():
            self.variables[variable] = str(at(answer["body"], path, f"{self.case.name} {step.method} {step.path}"))
        return answer

    def open(self, step):
        if isinstance(step.body, dict) and (step.body.get("metadata") or {}).get("generateName"):
            self.prefixes.add(step.body["metadata"]["generateName"])
        target = self.filled(step.path, strict=True)
        if step.query:
            pairs = [(key, self.filled(one, strict=True)) for key, value in step.query.items()
                     for one in (value if isinstance(value, list) else [value])]
            target += "?" + urllib.parse.urlencode(pairs)
        headers = {name: self.filled(value) for name, value in step.headers.items()}
        body = self.filled(step.body)
        if isinstance(body, str):
            body = body.encode()
        elif body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None and "Content-Type" not in headers:
            headers["Content-Type"] = "application/json"
        return self.server.send(step.method, target, body, headers)

    def watch(self, step, name):
        connection, response = self.open(step)
        if response.status != 200:
            answer = read(response, response.read())
            connection.close()
            return [(name, answer)]
        lines = queue.Queue()
        socket = connection.sock or response.fp.raw._sock

        def pump():
            try:
                for line in response:
                    lines.put(line)
            except (OSError, ValueError, AttributeError, http.client.HTTPException):
                pass
            lines.put(None)

        threading.Thread(target=pump, daemon=True).start()
        written = self.run(step.writes, f"{name}.")
        events, ended = [], False
        end = time.monotonic() + (LIFETIME if step.ends else PATIENCE)
        while not ended:
            enough = len(events) >= step.events and not step.ends
            try:
                line = lines.get(timeout=SILENCE if enough else max(0.01, end - time.monotonic()))
            except queue.Empty:
                break
            ended = line is None
            if not ended:
                events.append(json.loads(line))
        # The reading thread holds the response; shutting the socket down ends it.
        if not ended:
            try:
                socket.shutdown(2)
            except OSError:
                pass
        answer = read(response, b"")
        del answer["body"]
        answer["events"] = without_repeated_bookmarks(events)
        if step.ends:
            answer["ended"] = ended
        return [(name, answer), *written]

    def filled(self, value, strict=False):
        """The value with `{name}` replaced by the variables' values."""
        if isinstance(value, str):
            def replace(match):
                known = self.variables.get(match[1])
                if known is None and strict:
                    raise KeyError(f"{self.case.name}: nothing was captured as {match[1]} for {value}")
                return match[0] if known is None else known
            return re.sub(r"\{([a-z]\w*)\}", replace, value)
        if isinstance(value, list):
            return [self.filled(one) for one in value]
        if isinstance(value, dict):
            return {self.filled(key): self.filled(one) for key, one in value.items()}
        return value


def without_repeated_bookmarks(events):
    """Near its end a watch may tell once or twice how far it is, as the clock has it."""
    return [event for before, event in zip([None, *events], events) if event["type"] != "BOOKMARK" or event != before]


def read(response, content):
    """An answer as data: status, the headers that matter, and the body as JSON where it is JSON."""
    headers = {}
    for name in HEADERS:
        values = response.headers.get_all(name)
        if values:
            headers[name] = values[0] if len(values) == 1 else values
    try:
        body = json.loads(content) if content else ""
    except ValueError:
        try:
            body = content.decode()
        except UnicodeDecodeError:
            body = "base64:" + base64.b64encode(content).decode()
    return {"status": response.status, "headers": headers, "body": body}


def at(value, path, where):
    for part in path.split("."):
        try:
            value = value[int(part)] if isinstance(value, list) else value[part]
        except (KeyError, IndexError, TypeError, ValueError):
            raise KeyError(f"{where}: the answer has no {path}: {json.dumps(value)[:300]}") from None
    return value
