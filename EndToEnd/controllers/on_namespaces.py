"""Deletion of namespaces, and what every namespace has."""
import time

from controllers.cluster import Refused
from controllers.normal import conditions, metadata, normal
from controllers.scenarios import pod, pod_spec, replica_set, scenario, started


def made(cluster, space):
    name = f"{space}-x"
    cluster.create("Namespace", None, {"metadata": {"name": name}})
    cluster.until(lambda: cluster.get("ServiceAccount", name, "default"), "the default ServiceAccount")
    cluster.until(lambda: cluster.get("ConfigMap", name, "kube-root-ca.crt"), "the root certificate")
    return name


def is_gone(cluster, name, seconds=60):
    cluster.until(lambda: cluster.get("Namespace", None, name) is None, f"namespace {name} to go", seconds)


def described(cluster, name):
    found = cluster.get("Namespace", None, name)
    return [found["status"]["phase"], found["spec"].get("finalizers"), conditions(found)] if found else None


@scenario
def what_every_namespace_has(cluster, space, note):
    name = made(cluster, space)
    account = cluster.get("ServiceAccount", name, "default")
    note("account", metadata(account))
    bundle = cluster.get("ConfigMap", name, "kube-root-ca.crt")
    note("bundle", [metadata(bundle), sorted(bundle["data"])])
    note("names", [cluster.names("ServiceAccount", name), cluster.names("ConfigMap", name)])
    note("namespace", described(cluster, name))


@scenario
def they_come_back(cluster, space, note):
    name = made(cluster, space)
    first = cluster.get("ServiceAccount", name, "default")["metadata"]["uid"]
    cluster.delete("ServiceAccount", name, "default")
    cluster.delete("ConfigMap", name, "kube-root-ca.crt")
    cluster.until(lambda: (cluster.get("ServiceAccount", name, "default") or {"metadata": {"uid": first}})
                  ["metadata"]["uid"] != first, "another account")
    cluster.until(lambda: cluster.get("ConfigMap", name, "kube-root-ca.crt"), "the bundle")
    cluster.patch("ConfigMap", name, "kube-root-ca.crt", {"data": {"ca.crt": "mine", "more": "x"}})
    found = cluster.until(lambda: (lambda data: data if data["ca.crt"] != "mine" else None)(
        cluster.get("ConfigMap", name, "kube-root-ca.crt")["data"]), "the bundle to be put right")
    note("keys", sorted(found))


@scenario
def an_empty_one_goes(cluster, space, note):
    name = made(cluster, space)
    note("answer", normal(cluster.delete("Namespace", None, name)["status"]))
    is_gone(cluster, name)
    note("left", cluster.names("ServiceAccount", name))


@scenario
def everything_in_it_goes(cluster, space, note):
    name = made(cluster, space)
    cluster.create("ReplicaSet", name, replica_set(replicas=2))
    cluster.create("Service", name, {"metadata": {"name": "web"}, "spec": {
        "selector": {"app": "web"}, "ports": [{"port": 80}]}})
    cluster.create("Secret", name, {"metadata": {"name": "s"}})
    cluster.create("Lease", name, {"metadata": {"name": "l"}, "spec": {}})
    cluster.create("PodDisruptionBudget", name, {"metadata": {"name": "b"}, "spec": {"minAvailable": 1}})
    cluster.until(lambda: len(cluster.names("Pod", name)) == 2, "two pods")
    cluster.delete("Namespace", None, name)
    is_gone(cluster, name)
    kinds = ["Pod", "Service", "Endpoints", "EndpointSlice", "Secret", "Lease", "PodDisruptionBudget", "Event"]
    note("left", {kind: len(cluster.list(kind, name)) for kind in kinds})


@scenario
def a_finalizer_holds_it(cluster, space, note):
    name = made(cluster, space)
    for number, holds in enumerate([["a.io/one"], ["a.io/one", "b.io/two"]]):
        cluster.create("ConfigMap", name, {"metadata": {"name": f"held-{number}", "finalizers": holds}})
    cluster.create("Secret", name, {"metadata": {"name": "held", "finalizers": ["b.io/two"]}})
    cluster.delete("Namespace", None, name)
    cluster.until(lambda: cluster.get("ServiceAccount", name, "default") is None, "the rest to go")
    note("held", cluster.settled(lambda: described(cluster, name), quiet=3))
    for number in range(2):
        cluster.patch("ConfigMap", name, f"held-{number}", {"metadata": {"finalizers": None}})
    note("one is left", cluster.settled(lambda: described(cluster, name), quiet=8, seconds=60))
    cluster.patch("Secret", name, "held", {"metadata": {"finalizers": None}})
    is_gone(cluster, name, 90)


@scenario
def a_pod_that_takes_its_time(cluster, space, note):
    name = made(cluster, space)
    cluster.create("Pod", name, dict(pod("slow"), spec=pod_spec(terminationGracePeriodSeconds=60)))
    started(cluster, name, "slow")
    cluster.create("Secret", name, {"metadata": {"name": "s"}})
    cluster.delete("Namespace", None, name)
    cluster.until(lambda: cluster.get("Pod", name, "slow")["metadata"].get("deletionTimestamp"), "the pod to be marked")
    found = cluster.settled(lambda: described(cluster, name), quiet=3)
    note("waiting for the pod", found)
    cluster.stop(name, "slow")
    is_gone(cluster, name, 90)


@scenario
def nothing_new_comes_in(cluster, space, note):
    name = made(cluster, space)
    cluster.create("ConfigMap", name, {"metadata": {"name": "held", "finalizers": ["a.io/one"]}})
    cluster.delete("Namespace", None, name)
    try:
        cluster.create("Secret", name, {"metadata": {"name": "late"}})
    except Refused as refusal:
        note("refusal", [refusal.code, refusal.status["reason"],
                         refusal.status["message"].replace(name, "<space>"), normal(refusal.status["details"])["causes"]])
    cluster.patch("ConfigMap", name, "held", {"metadata": {"finalizers": None}})
    is_gone(cluster, name, 90)


@scenario
def a_finalizer_of_the_namespace_itself(cluster, space, note):
    name = made(cluster, space)
    cluster.patch("Namespace", None, name, {"metadata": {"finalizers": ["a.io/hold"]}})
    cluster.delete("Namespace", None, name)
    cluster.until(lambda: not cluster.get("Namespace", None, name)["spec"].get("finalizers"), "the content to go")
    note("held", cluster.settled(lambda: described(cluster, name), quiet=2))
    cluster.patch("Namespace", None, name, {"metadata": {"finalizers": None}})
    is_gone(cluster, name)


DEFINITION = {
    "metadata": {"name": "widgets.shop.example.com"},
    "spec": {"group": "shop.example.com", "scope": "Namespaced",
             "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"},
             "versions": [{"name": "v1", "served": True, "storage": True, "schema": {
                 "openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}]},
}


@scenario
def custom_resources_go_too(cluster, space, note):
    try:
        cluster.create("CustomResourceDefinition", None, DEFINITION)
    except Refused as refusal:
        assert refusal.code == 409, refusal
    cluster.until(lambda: [c for c in (cluster.get("CustomResourceDefinition", None, "widgets.shop.example.com")
                                       .get("status", {}).get("conditions") or [])
                           if c["type"] == "Established" and c["status"] == "True"], "the kind to be served")
    time.sleep(3)
    name = made(cluster, space)
    widget = cluster.until(lambda: tried(cluster, name), "a Widget", 60)
    cluster.create("ConfigMap", name, {"metadata": {"name": "owned", "ownerReferences": [{
        "apiVersion": "shop.example.com/v1", "kind": "Widget", "name": "w", "uid": widget["metadata"]["uid"]}]}})
    time.sleep(40 if cluster.name == "real" else 3)  # the real controllers look for new kinds every 30 seconds
    note("owned stays", cluster.get("ConfigMap", name, "owned") is not None)
    cluster.delete("Widget", name, "w", "Background")
    cluster.until(lambda: cluster.get("ConfigMap", name, "owned") is None, "what the Widget owned to go", 60)
    tried(cluster, name)
    cluster.delete("Namespace", None, name)
    is_gone(cluster, name, 90)
    note("left", len(cluster.list("Widget", name)))


def tried(cluster, name):
    try:
        return cluster.create("Widget", name, {"metadata": {"name": "w"}})
    except Refused:
        return None
