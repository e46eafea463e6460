"""Garbage collection: the three propagation modes, and owners that are not there."""
from controllers.normal import metadata, normal
from controllers.scenarios import owner, scenario


def config(cluster, space, name, owners=(), finalizers=()):
    return cluster.create("ConfigMap", space, {
        "metadata": {"name": name, "ownerReferences": list(owners), "finalizers": list(finalizers)}})


def left(cluster, space):
    return [name for name in cluster.names("ConfigMap", space) if name != "kube-root-ca.crt"]


def is_gone(cluster, space, *names):
    cluster.until(lambda: not set(names) & set(left(cluster, space)), f"{', '.join(names)} to go", 40)


def release(cluster, space, name):
    cluster.patch("ConfigMap", space, name, {"metadata": {"finalizers": None}})


def family(cluster, space, blocking=True):
    """A parent, two children, a grandchild."""
    parent = config(cluster, space, "parent")
    for name in ["child-1", "child-2"]:
        child = config(cluster, space, name, [owner(parent, controller=True, blocking=blocking)])
    config(cluster, space, "grandchild", [owner(child, blocking=blocking)])
    cluster.settled(lambda: left(cluster, space), quiet=2)


@scenario
def background(cluster, space, note):
    family(cluster, space)
    cluster.delete("ConfigMap", space, "parent", "Background")
    note("the parent goes at once", cluster.get("ConfigMap", space, "parent"))
    is_gone(cluster, space, "child-1", "child-2", "grandchild")
    note("left", left(cluster, space))


@scenario
def foreground(cluster, space, note):
    family(cluster, space)
    release_me = "a.io/hold"
    cluster.patch("ConfigMap", space, "grandchild", {"metadata": {"finalizers": [release_me]}})
    with cluster.watch("ConfigMap", space) as watch:
        cluster.delete("ConfigMap", space, "parent", "Foreground")
        is_gone(cluster, space, "child-1")
        found = cluster.settled(
            lambda: {one["metadata"]["name"]: metadata(one) for one in cluster.list("ConfigMap", space)
                     if one["metadata"]["name"] in ("parent", "child-2", "grandchild")}, quiet=2)
        note("waiting for the grandchild", {name: [one.get("finalizers"), "deletionTimestamp" in one]
                                            for name, one in found.items()})
        release(cluster, space, "grandchild")
        is_gone(cluster, space, "parent", "child-1", "child-2", "grandchild")
        cluster.until(lambda: "parent" in watch.names("DELETED"), "the deletion to be seen")
        note("order", watch.names("DELETED"))


@scenario
def foreground_without_blocking(cluster, space, note):
    family(cluster, space, blocking=False)
    cluster.patch("ConfigMap", space, "child-1", {"metadata": {"finalizers": ["a.io/hold"]}})
    cluster.delete("ConfigMap", space, "parent", "Foreground")
    is_gone(cluster, space, "parent", "child-2", "grandchild")
    note("left", left(cluster, space))
    release(cluster, space, "child-1")


@scenario
def foreground_of_one_without_dependents(cluster, space, note):
    config(cluster, space, "parent")
    cluster.delete("ConfigMap", space, "parent", "Foreground")
    is_gone(cluster, space, "parent")
    note("left", left(cluster, space))


@scenario
def orphan(cluster, space, note):
    family(cluster, space)
    cluster.delete("ConfigMap", space, "parent", "Orphan")
    is_gone(cluster, space, "parent")
    note("left", {one["metadata"]["name"]: metadata(one).get("ownerReferences")
                  for one in cluster.list("ConfigMap", space) if one["metadata"]["name"] != "kube-root-ca.crt"})


@scenario
def an_owner_that_never_was(cluster, space, note):
    config(cluster, space, "lost", [{
        "apiVersion": "v1", "kind": "ConfigMap", "name": "nobody", "uid": "11111111-1111-1111-1111-111111111111"}])
    is_gone(cluster, space, "lost")
    note("left", left(cluster, space))


@scenario
def an_owner_of_the_same_name(cluster, space, note):
    parent = config(cluster, space, "parent")
    reference = dict(owner(parent), uid="11111111-1111-1111-1111-111111111111")
    config(cluster, space, "child", [reference])
    is_gone(cluster, space, "child")
    note("left", left(cluster, space))


@scenario
def an_owner_of_an_unknown_kind(cluster, space, note):
    config(cluster, space, "child", [{
        "apiVersion": "nothing.example.com/v1", "kind": "Thing", "name": "x",
        "uid": "22222222-2222-2222-2222-222222222222"}])
    note("left", cluster.settled(lambda: left(cluster, space), quiet=6))


@scenario
def an_owner_in_another_namespace(cluster, space, note):
    cluster.create("Namespace", None, {"metadata": {"name": f"{space}-b"}})
    parent = cluster.create("ConfigMap", f"{space}-b", {"metadata": {"name": "parent"}})
    config(cluster, space, "child", [owner(parent)])
    is_gone(cluster, space, "child")
    note("left", left(cluster, space))
    events = [[event["type"], event["reason"], normal(event["message"]).replace(space, "<space>"),
               event["source"]["component"]] for event in cluster.list("Event", space)]
    note("events", sorted(events))


@scenario
def a_namespaced_owner_of_a_cluster_object(cluster, space, note):
    parent = config(cluster, space, "parent")
    cluster.create("Namespace", None, {"metadata": {"name": f"{space}-owned", "ownerReferences": [owner(parent)]}})
    found = cluster.settled(
        lambda: cluster.get("Namespace", None, f"{space}-owned")["status"]["phase"], quiet=6)
    note("phase", found)


@scenario
def a_cluster_owner_of_a_namespaced_object(cluster, space, note):
    node = cluster.create("Node", None, {"metadata": {"name": f"{space}-node"}})
    config(cluster, space, "child", [owner(node)])
    note("with its owner", cluster.settled(lambda: left(cluster, space), quiet=3))
    cluster.delete("Node", None, f"{space}-node")
    is_gone(cluster, space, "child")
    note("without", left(cluster, space))


@scenario
def two_owners_one_goes(cluster, space, note):
    one, two = config(cluster, space, "one"), config(cluster, space, "two")
    config(cluster, space, "child", [owner(one, controller=True), owner(two)])
    cluster.settled(lambda: left(cluster, space), quiet=2)
    cluster.delete("ConfigMap", space, "one", "Background")
    cluster.until(
        lambda: len(cluster.get("ConfigMap", space, "child")["metadata"]["ownerReferences"]) == 1,
        "the reference to go", 40)
    note("child", metadata(cluster.get("ConfigMap", space, "child")))
    cluster.delete("ConfigMap", space, "two", "Background")
    is_gone(cluster, space, "child")
    note("left", left(cluster, space))


@scenario
def two_owners_one_goes_in_the_foreground(cluster, space, note):
    one, two = config(cluster, space, "one"), config(cluster, space, "two")
    config(cluster, space, "child", [owner(one, blocking=True), owner(two)])
    cluster.settled(lambda: left(cluster, space), quiet=2)
    cluster.delete("ConfigMap", space, "one", "Foreground")
    is_gone(cluster, space, "one")
    note("child", metadata(cluster.get("ConfigMap", space, "child")))


@scenario
def a_dependent_that_comes_late(cluster, space, note):
    parent = config(cluster, space, "parent")
    cluster.delete("ConfigMap", space, "parent", "Background")
    config(cluster, space, "late", [owner(parent)])
    is_gone(cluster, space, "late")
    note("left", left(cluster, space))


@scenario
def dependents_of_other_kinds(cluster, space, note):
    parent = config(cluster, space, "parent")
    reference = {"ownerReferences": [owner(parent)]}
    cluster.create("Secret", space, {"metadata": dict({"name": "child"}, **reference)})
    cluster.create("ServiceAccount", space, {"metadata": dict({"name": "child"}, **reference)})
    cluster.create("Lease", space, {"metadata": dict({"name": "child"}, **reference), "spec": {}})
    cluster.create("PodDisruptionBudget", space, {
        "metadata": dict({"name": "child"}, **reference), "spec": {"minAvailable": 1}})
    kinds = ["Secret", "ServiceAccount", "Lease", "PodDisruptionBudget"]
    cluster.settled(lambda: [cluster.get(kind, space, "child") is None for kind in kinds], quiet=2)
    cluster.delete("ConfigMap", space, "parent", "Background")
    cluster.until(lambda: all(cluster.get(kind, space, "child") is None for kind in kinds), "all of them to go", 40)
    note("all gone", True)


@scenario
def a_held_child_goes_when_it_is_let_go(cluster, space, note):
    parent = config(cluster, space, "parent")
    config(cluster, space, "child", [owner(parent, blocking=True)], ["a.io/hold"])
    cluster.settled(lambda: left(cluster, space), quiet=2)
    cluster.delete("ConfigMap", space, "parent", "Background")
    child = cluster.until(
        lambda: (lambda one: one if "deletionTimestamp" in one["metadata"] else None)(
            cluster.get("ConfigMap", space, "child")), "the child to be marked", 40)
    note("marked", metadata(child))
    release(cluster, space, "child")
    is_gone(cluster, space, "child")
