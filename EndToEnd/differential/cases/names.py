"""Names, generated names, labels, annotations, owners and finalizers."""
from differential.objects import config_map, ingress, lease, named, pod, replica_set, service
from differential.table import case, get, patch, post

CORE = "/api/v1/namespaces/{ns}"
MAPS = f"{CORE}/configmaps"
NAMES = ["a", "a.b", "a-b", "A", "a_b", "-a", "a-", ".a", "a.", "a..b", "a/b", "a b", "", "1", "1a", "\u00e9", "%", "..", ".",
         "x" * 63, "x" * 64, "x" * 253, "x" * 254]


def names(title, folder, make, chosen=None):
    return case(f"names-of-{title}", *[post(folder, make(name), name=f"{len(name)}-{name[:20]}") for name in chosen or NAMES])


def generated(title, folder, make, prefix):
    def without_name():
        document = make("x")
        return {**document, "metadata": {**{key: value for key, value in document["metadata"].items() if key != "name"},
                                         "generateName": prefix}}
    return case(f"generated-name-of-{title}", post(folder, without_name(), name="create"))


def owner(**changes):
    return {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "u1", **changes}


CASES = [
    names("maps", MAPS, config_map),
    names("services", f"{CORE}/services", service),
    names("pods", f"{CORE}/pods", pod, ["A", "a_b", "1a", "x" * 64, "x" * 254, ""]),
    names("replica-sets", "/apis/apps/v1/namespaces/{ns}/replicasets", replica_set, ["A", "a.b", "x" * 254]),
    names("ingresses", "/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses", ingress, ["A", "a.b", "1"]),
    names("leases", "/apis/coordination.k8s.io/v1/namespaces/{ns}/leases", lease, ["A", "a.b", "a_b"]),
    names("service-accounts", f"{CORE}/serviceaccounts", named, ["A", "a.b", "a_b"]),
    case("names-of-namespaces", *[post("/api/v1/namespaces", named(name + "{id}" if name else ""), name=name or "empty")
                                  for name in ("a-", "A-", "a.", "-", "1", "")], namespaced=False),
    names("nodes", "/api/v1/nodes", lambda name: named(name + ("{id}" if name else "")), ["a.", "A", "a_", ""]),
    generated("maps", MAPS, config_map, "map-"),
    generated("maps-with-dots", MAPS, config_map, "a.b."),
    generated("maps-badly", MAPS, config_map, "A_"),
    generated("maps-at-length", MAPS, config_map, "x" * 70),
    generated("pods", f"{CORE}/pods", pod, "web-"),
    generated("services", f"{CORE}/services", service, "web-"),
    generated("services-badly", f"{CORE}/services", service, "1-"),
    generated("replica-sets", "/apis/apps/v1/namespaces/{ns}/replicasets", replica_set, "web-"),
    case("generated-name-beside-a-name", post(MAPS, config_map("one", generateName="two-"))),
    case("no-name", post(MAPS, {"data": {}}), post(MAPS, {"metadata": {}}), post(f"{CORE}/pods", {"spec": {}}),
         post(f"{CORE}/events", {"involvedObject": {}})),
    case("labels",
         *[post(MAPS, config_map(f"m{number}", labels=labels), name=str(number)) for number, labels in enumerate((
             {"a": "b"}, {"a/b": "c"}, {"a/b/c": "d"}, {"": "a"}, {"-a": "b"}, {"a": "-b"}, {"a": "b c"}, {"a": "x" * 64},
             {"x" * 64: "a"}, {"p" * 254 + "/a": "b"}, {"P/a": "b"}, {"/a": "b"}, {"a/": "b"}, {"a": ""}, {"a": None},
             {"a": "1", "b b": "2", "c c": "3"}, {"\u00e9": "a"}, {"a": "\u00e9"}, None, {}))]),
    case("annotations",
         *[post(MAPS, config_map(f"m{number}", annotations=annotations), name=str(number))
           for number, annotations in enumerate((
               {"a": "any thing \u00e9\n"}, {"A.B/c": "d"}, {"a/b/c": "d"}, {"": "a"}, {"-a": "b"}, {"x" * 64: "a"}, {"a": None},
               {"a b": "c"}, None, {}))]),
    case("finalizers",
         *[post(MAPS, config_map(f"m{number}", finalizers=finalizers), name=str(number))
           for number, finalizers in enumerate((
               ["example.com/a"], ["orphan"], ["foregroundDeletion"], ["nothing"], ["a/b/c"], [""], ["example.com/a b"],
               ["orphan", "foregroundDeletion"], ["example.com/a", "example.com/a"], []))]),
    case("owners",
         *[post(MAPS, config_map(f"m{number}", ownerReferences=owners), name=str(number)) for number, owners in enumerate((
             [owner()], [owner(apiVersion="")], [owner(kind="")], [owner(name="")], [owner(uid="")],
             [owner(controller=True), owner(uid="u2", controller=True)], [owner(), owner()], [owner(blockOwnerDeletion=True)],
             [owner(apiVersion="a/b/c")], [owner(kind="Event", apiVersion="v1")], [{}], []))]),
    case("metadata-that-may-not-change",
         post(MAPS, config_map("one", generateName="g-"), name="make"),
         patch(f"{MAPS}/one", {"metadata": {"creationTimestamp": "2001-01-01T00:00:00Z"}}, name="creation"),
         patch(f"{MAPS}/one", {"metadata": {"creationTimestamp": None}}, name="no-creation"),
         patch(f"{MAPS}/one", {"metadata": {"deletionTimestamp": "2001-01-01T00:00:00Z"}}, name="deletion"),
         patch(f"{MAPS}/one", {"metadata": {"generation": 5}}, name="generation"),
         patch(f"{MAPS}/one", {"metadata": {"generateName": "h-"}}, name="generate-name"),
         patch(f"{MAPS}/one", {"metadata": {"selfLink": "/x"}}, name="self-link"),
         patch(f"{MAPS}/one", {"metadata": {"finalizers": ["example.com/a"]}}, name="finalizer"),
         patch(f"{MAPS}/one", {"metadata": {"labels": {"a": None, "b": "c"}}}, name="labels"),
         get(f"{MAPS}/one", name="get")),
]
