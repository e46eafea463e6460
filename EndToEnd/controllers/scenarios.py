"""The table of scenarios, and what they share."""
import threading

from controllers.normal import normal

SCENARIOS = {}


def scenario(function):
    """Registers a scenario: `function(cluster, space, note)`, run in a namespace of its own on both servers."""
    name = f"{function.__module__.rpartition('.on_')[2]}: {function.__name__.replace('_', ' ')}"
    assert name not in SCENARIOS, f"there are two scenarios {name}"
    SCENARIOS[name] = function
    return function


def pod_spec(**more):
    return dict({"terminationGracePeriodSeconds": 0, "containers": [{"name": "web", "image": "web:1"}]}, **more)


def pod(name, labels=None, **metadata):
    return {"metadata": dict({"name": name, "labels": labels or {"app": "web"}}, **metadata), "spec": pod_spec()}


def replica_set(name="web", replicas=1, labels=None, metadata=None, **spec):
    labels = labels or {"app": "web"}
    return {
        "metadata": dict({"name": name}, **(metadata or {})),
        "spec": dict({
            "replicas": replicas, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod_spec()}}, **spec),
    }


def owner(document, controller=False, blocking=False):
    """An owner reference to an object."""
    reference = {
        "apiVersion": document["apiVersion"], "kind": document["kind"], "name": document["metadata"]["name"],
        "uid": document["metadata"]["uid"]}
    if controller:
        reference["controller"] = True
    if blocking:
        reference["blockOwnerDeletion"] = True
    return reference


class Addresses:
    """Pod addresses that no other scenario uses."""

    def __init__(self):
        self.lock = threading.Lock()
        self.last = {}

    def take(self, cluster):
        with self.lock:
            number = self.last[cluster.name] = self.last.get(cluster.name, 256) + 1
        return f"10.244.{number // 250}.{number % 250 + 2}"


ADDRESSES = Addresses()


def started(cluster, space, name, node="n1", **how):
    """Binds a pod and reports it running with an address of its own."""
    cluster.bind(space, name, node)
    cluster.run(space, name, address=ADDRESSES.take(cluster), **how)


def counts(cluster, space, kind="ReplicaSet", name="web"):
    return lambda: (cluster.get(kind, space, name) or {}).get("status")


def events_about(cluster, space, kind, name):
    """(type, reason, message, count) of the Events of an object, sorted."""
    found = []
    for event in cluster.list("Event", space):
        about = event["involvedObject"]
        if about["kind"] == kind and about["name"] == name:
            found.append([event["type"], event["reason"], normal(event["message"]), event["source"]["component"]])
    return sorted(found)
