"""One API server with its controllers, as the scenarios use it: plain HTTP, and the part that a node would play."""
import http.client
import json
import ssl
import threading
import time
import urllib.parse

import yaml

DEFAULT_WAIT_SECONDS = 30

#: Where each kind lives. Where two versions stand, the first that the server serves is taken.
KINDS = {
    "Namespace": ("", ["v1"], "namespaces", False),
    "Node": ("", ["v1"], "nodes", False),
    "Pod": ("", ["v1"], "pods", True),
    "Service": ("", ["v1"], "services", True),
    "Endpoints": ("", ["v1"], "endpoints", True),
    "ConfigMap": ("", ["v1"], "configmaps", True),
    "Secret": ("", ["v1"], "secrets", True),
    "ServiceAccount": ("", ["v1"], "serviceaccounts", True),
    "Event": ("", ["v1"], "events", True),
    "Lease": ("coordination.k8s.io", ["v1"], "leases", True),
    "ReplicaSet": ("apps", ["v1"], "replicasets", True),
    "Deployment": ("apps", ["v1"], "deployments", True),
    "Job": ("batch", ["v1"], "jobs", True),
    "PodDisruptionBudget": ("policy", ["v1", "v1beta1"], "poddisruptionbudgets", True),
    "EndpointSlice": ("discovery.k8s.io", ["v1", "v1beta1"], "endpointslices", True),
    "CustomResourceDefinition": ("apiextensions.k8s.io", ["v1"], "customresourcedefinitions", False),
    "Widget": ("shop.example.com", ["v1"], "widgets", True),
    "Island": ("shop.example.com", ["v1"], "islands", False),
}


class Refused(Exception):
    """The server's answer to a request that it did not carry out."""

    def __init__(self, code, status):
        super().__init__(f"{code}: {status.get('message')}")
        self.code = code
        self.status = status


class Cluster:
    """A server named by a kubeconfig. Every call opens its own connection, so any thread may use it."""

    def __init__(self, name, kubeconfig):
        config = yaml.safe_load(open(kubeconfig))
        server = config["clusters"][0]["cluster"]
        self.name = name
        self.kubeconfig = kubeconfig
        self.url = urllib.parse.urlsplit(server["server"])
        self.headers = {"Content-Type": "application/json"}
        token = config["users"][0]["user"].get("token")
        if token:
            self.headers["Authorization"] = f"Bearer {token}"
        authority = server.get("certificate-authority")
        self.tls = ssl.create_default_context(cafile=authority) if authority else None
        self.versions = {}

    # requests

    def connect(self, timeout=30):
        if self.tls:
            return http.client.HTTPSConnection(self.url.hostname, self.url.port, context=self.tls, timeout=timeout)
        return http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=timeout)

    def request(self, verb, path, body=None, content="application/json"):
        connection = self.connect()
        try:
            data = None if body is None else json.dumps(body)
            connection.request(verb, path, body=data, headers=dict(self.headers, **{"Content-Type": content}))
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        document = json.loads(text) if text.startswith("{") else {"message": text}
        if answer.status >= 300:
            raise Refused(answer.status, document)
        return document

    def version(self, kind):
        """The version in which this server serves a kind."""
        group, versions, plural, _ = KINDS[kind]
        if len(versions) == 1:
            return versions[0]
        if kind not in self.versions:
            for version in versions:
                try:
                    listed = self.request("GET", f"/apis/{group}/{version}")["resources"]
                except Refused:
                    continue
                if any(entry["name"] == plural for entry in listed):
                    self.versions[kind] = version
                    break
        return self.versions[kind]

    def api_version(self, kind):
        group = KINDS[kind][0]
        return f"{group}/{self.version(kind)}" if group else self.version(kind)

    def path(self, kind, namespace=None, name=None, subresource=None, **query):
        group, _, plural, is_namespaced = KINDS[kind]
        base = f"/apis/{group}/{self.version(kind)}" if group else "/api/v1"
        if is_namespaced and namespace:
            base += f"/namespaces/{namespace}"
        for part in [plural, name, subresource]:
            if part:
                base += f"/{part}"
        return base + ("?" + urllib.parse.urlencode(query) if query else "")

    def create(self, kind, namespace, document):
        document = dict({"apiVersion": self.api_version(kind), "kind": kind}, **document)
        return self.request("POST", self.path(kind, namespace), document)

    def get(self, kind, namespace, name):
        """The object; `None` when there is none."""
        try:
            return self.request("GET", self.path(kind, namespace, name))
        except Refused as refusal:
            if refusal.code == 404:
                return None
            raise

    def list(self, kind, namespace=None, **query):
        return self.request("GET", self.path(kind, namespace, **query))["items"]

    def names(self, kind, namespace, **query):
        return sorted(item["metadata"]["name"] for item in self.list(kind, namespace, **query))

    def patch(self, kind, namespace, name, body, subresource=None, content="application/merge-patch+json"):
        return self.request("PATCH", self.path(kind, namespace, name, subresource), body, content)

    def update(self, kind, namespace, name, change):
        """Reads, changes and writes back, again on a conflict."""
        while True:
            document = self.get(kind, namespace, name)
            change(document)
            try:
                return self.request("PUT", self.path(kind, namespace, name), document)
            except Refused as refusal:
                if refusal.code != 409:
                    raise

    def delete(self, kind, namespace, name, propagation=None, grace=None):
        body = {"kind": "DeleteOptions", "apiVersion": "v1"}
        if propagation:
            body["propagationPolicy"] = propagation
        if grace is not None:
            body["gracePeriodSeconds"] = grace
        return self.request("DELETE", self.path(kind, namespace, name), body)

    # waiting

    def until(self, condition, what, seconds=DEFAULT_WAIT_SECONDS):
        """Polls until `condition()` is truthy and returns its value."""
        end = time.monotonic() + seconds
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > end:
                raise AssertionError(f"{self.name}: {what}: not within {seconds} s (last: {value!r})")
            time.sleep(0.05)

    def settled(self, look, quiet=1.0, seconds=DEFAULT_WAIT_SECONDS):
        """What `look()` says once it has said the same for `quiet` seconds."""
        end = time.monotonic() + seconds
        value, since = look(), time.monotonic()
        while time.monotonic() - since < quiet:
            time.sleep(0.1)
            now = look()
            if now != value:
                value, since = now, time.monotonic()
            if time.monotonic() > end:
                raise AssertionError(f"{self.name}: does not come to rest within {seconds} s (last: {value!r})")
        return value

    def watch(self, kind, namespace):
        return Watch(self, kind, namespace)

    # what a node does

    def bind(self, namespace, pod, node):
        body = {
            "apiVersion": "v1", "kind": "Binding", "metadata": {"name": pod},
            "target": {"apiVersion": "v1", "kind": "Node", "name": node},
        }
        return self.request("POST", self.path("Pod", namespace, pod, "binding"), body)

    def run(self, namespace, pod, address=None, ready=True, restarts=0, since="2026-01-01T00:00:00Z"):
        """The pod's containers run; `since` is when the condition Ready last changed."""
        document = self.request("GET", self.path("Pod", namespace, pod))
        truth = "True" if ready else "False"
        status = {
            "phase": "Running",
            "conditions": [
                {"type": kind, "status": state, "lastTransitionTime": since}
                for kind, state in [
                    ("Initialized", "True"), ("Ready", truth), ("ContainersReady", truth), ("PodScheduled", "True")]
            ],
            "containerStatuses": [
                {"name": container["name"], "image": container["image"], "imageID": "", "ready": ready,
                 "restartCount": restarts, "started": True, "state": {"running": {"startedAt": since}}}
                for container in document["spec"]["containers"]
            ],
        }
        if address:
            status.update(podIP=address, podIPs=[{"ip": address}], hostIP="10.0.0.1")
        return self.patch("Pod", namespace, pod, {"status": status}, "status")

    def end(self, namespace, pod, code=0, at=None):
        """The pod's containers have ended."""
        at = at or time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        document = self.get("Pod", namespace, pod)
        status = {
            "phase": "Failed" if code else "Succeeded",
            "conditions": [
                {"type": kind, "status": "False", "reason": "PodCompleted", "lastTransitionTime": at}
                for kind in ["Ready", "ContainersReady"]
            ],
            "containerStatuses": [
                {"name": container["name"], "image": container["image"], "imageID": "", "ready": False,
                 "restartCount": 0, "started": False,
                 "state": {"terminated": {"exitCode": code, "startedAt": at, "finishedAt": at,
                                          "reason": "Error" if code else "Completed"}}}
                for container in document["spec"]["containers"]
            ],
        }
        return self.patch("Pod", namespace, pod, {"status": status}, "status")

    def stop(self, namespace, pod):
        """The node has stopped a pod that is being deleted."""
        return self.delete("Pod", namespace, pod, grace=0)


class Watch:
    """The events of one kind in one namespace from now on, in order; a context manager."""

    def __init__(self, cluster, kind, namespace):
        start = cluster.request("GET", cluster.path(kind, namespace))["metadata"]["resourceVersion"]
        self.events = []
        self.connection = cluster.connect(timeout=300)
        path = cluster.path(kind, namespace, watch="true", resourceVersion=start)
        self.connection.request("GET", path, headers=cluster.headers)
        self.answer = self.connection.getresponse()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        try:
            for line in self.answer:
                event = json.loads(line)
                self.events.append((event["type"], event["object"]))
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            return  # closed by `__exit__`

    def names(self, *types):
        """The names in the order of their events of these types."""
        return [document["metadata"]["name"] for kind, document in list(self.events) if kind in types]

    def marked(self):
        """The names in the order in which their deletion was asked for, or happened."""
        seen = []
        for kind, document in list(self.events):
            name = document["metadata"]["name"]
            if (kind == "DELETED" or "deletionTimestamp" in document["metadata"]) and name not in seen:
                seen.append(name)
        return seen

    def __enter__(self):
        return self

    def __exit__(self, *_):
        sock = self.connection.sock
        if sock:
            try:
                sock.shutdown(2)
            except OSError:
                pass  # the server has closed it
        self.connection.close()
