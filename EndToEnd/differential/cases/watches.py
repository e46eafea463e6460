"""Watches: where they begin, what enters and leaves them, and the forms they come in."""
from differential.objects import config_map, named, pod, replica_set, service
from differential.table import case, delete, get, patch, post, put, watch

CORE = "/api/v1/namespaces/{ns}"
MAPS, PODS = f"{CORE}/configmaps", f"{CORE}/pods"
MAP = f"{MAPS}/one"
SETS = "/apis/apps/v1/namespaces/{ns}/replicasets"
TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
METADATA = {"Accept": "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"}
LIFE = (post(MAPS, config_map()), patch(MAP, {"data": {"a": "b"}}), delete(MAP))
FROM = {"resourceVersion": "{start}"}
BOOKMARKS = {"allowWatchBookmarks": "true", "timeoutSeconds": "4"}


def start(path=MAPS):
    """Where the watch of the next step begins."""
    return get(path, capture={"start": "metadata.resourceVersion"}, name="start")


CASES = [
    case("watch-without-a-version", post(MAPS, config_map("a")), watch(MAPS, *LIFE, events=4)),
    case("watch-from-zero", post(MAPS, config_map("a")),
         watch(MAPS, *LIFE, events=4, query={"resourceVersion": "0"})),
    case("watch-from-a-list", post(MAPS, config_map("a")), start(), watch(MAPS, *LIFE, events=3, query=FROM)),
    case("watch-from-the-past", start(), *LIFE, watch(MAPS, events=3, query=FROM),
         watch(MAPS, post(MAPS, config_map("two")), events=4, query=FROM)),
    case("watch-versions-refused",
         watch(MAPS, events=1, query={"resourceVersion": "abc", "timeoutSeconds": "1"}),
         watch(MAPS, events=1, query={"resourceVersion": "1", "timeoutSeconds": "x"}),
         watch(MAPS, events=1, query={"resourceVersion": "1", "resourceVersionMatch": "Exact", "timeoutSeconds": "1"}),
         watch(MAPS, events=1, query={"labelSelector": "!!", "timeoutSeconds": "1"}),
         watch(MAPS, events=1, query={"fieldSelector": "a=b,c", "timeoutSeconds": "1"})),
    case("watch-by-label", start(),
         watch(MAPS, post(MAPS, config_map("out")), post(MAPS, config_map(labels={"k": "in"})),
               patch(MAP, {"data": {"a": "b"}}), patch(MAP, {"metadata": {"labels": {"k": "out"}}}),
               patch(MAP, {"data": {"a": "c"}}), patch(MAP, {"metadata": {"labels": {"k": "in"}}}), delete(MAP),
               events=5, query={**FROM, "labelSelector": "k=in"}),
         watch(MAPS, post(MAPS, config_map(labels={"k": "in"})), delete(MAP), delete(f"{MAPS}/out"), events=2,
               query={**FROM, "labelSelector": "k"}, name="from-the-past")),
    case("watch-by-name", start(),
         watch(MAPS, post(MAPS, config_map("two")), *LIFE, events=3, query={**FROM, "fieldSelector": "metadata.name=one"}),
         watch(MAP, post(MAPS, config_map("three")), *LIFE, events=3, query={"resourceVersion": "0"}, name="single"),
         watch("/api/v1/watch/namespaces/{ns}/configmaps/one", *LIFE, events=3, query=FROM, name="old-path-of-one"),
         watch("/api/v1/watch/namespaces/{ns}/configmaps", post(MAPS, config_map("four")), delete(f"{MAPS}/four"),
               events=2, name="old-path", query={"resourceVersion": "{start}", "fieldSelector": "metadata.name=four"})),
    case("watch-by-field", start(PODS),
         watch(PODS, post(PODS, pod("a")), post(PODS, pod("b", nodeName="here")),
               patch(f"{PODS}/b/status", {"status": {"phase": "Running"}}),
               post(f"{PODS}/a/binding", {**named("a"), "target": {"kind": "Node", "name": "here"}}),
               delete(f"{PODS}/a", query={"gracePeriodSeconds": "0"}), events=4,
               query={**FROM, "fieldSelector": "spec.nodeName=here"})),
    case("watch-metadata", start(), watch(MAPS, *LIFE, events=3, query=FROM, headers=METADATA)),
    case("watch-tables", post(MAPS, config_map("a")), start(),
         watch(MAPS, *LIFE, events=4, query={"resourceVersion": "0"}, headers=TABLE),
         watch(MAPS, *LIFE, events=3, query=FROM, headers=TABLE, name="from-a-list"),
         watch(MAPS, *LIFE, events=3, query={**FROM, "includeObject": "Object"}, headers=TABLE, name="with-objects")),
    case("watch-tables-of-pods", start(PODS),
         watch(PODS, post(PODS, pod(nodeName="here")), patch(f"{PODS}/web/status", {"status": {"phase": "Running"}}),
               delete(f"{PODS}/web"), delete(f"{PODS}/web", query={"gracePeriodSeconds": "0"}), events=5, query=FROM,
               headers=TABLE)),
    case("watch-deletions", start(),
         watch(MAPS, post(MAPS, config_map(finalizers=["a.io/b"])), delete(MAP), delete(MAP),
               patch(MAP, {"metadata": {"finalizers": None}}), events=4, query=FROM)),
    case("watch-grace", start(PODS),
         watch(PODS, post(PODS, pod(nodeName="here")), delete(f"{PODS}/web"), delete(f"{PODS}/web"),
               delete(f"{PODS}/web", query={"gracePeriodSeconds": "1"}),
               delete(f"{PODS}/web", query={"gracePeriodSeconds": "0"}), events=5, query=FROM)),
    case("watch-collections-deleted", post(MAPS, config_map("a")), post(MAPS, config_map("b")), start(),
         watch(MAPS, delete(MAPS), events=2, query=FROM)),
    case("watch-writes-that-change-nothing", post(MAPS, config_map()), start(),
         watch(MAPS, patch(MAP, {}), put(MAP, config_map()), patch(MAP, {"data": {"key": "value"}}),
               patch(MAP, {"data": {"key": "other"}}), events=1, query=FROM)),
    case("watch-all-namespaces", start(),
         watch("/api/v1/configmaps", *LIFE, events=3, query={**FROM, "fieldSelector": "metadata.namespace={ns}"})),
    case("watch-and-end", start(), watch(MAPS, *LIFE, events=3, ends=True, query={**FROM, "timeoutSeconds": "1"}),
         watch(MAPS, events=1, ends=True, query={**FROM, "timeoutSeconds": "1"}, name="from-the-past"),
         get(MAPS, capture={"now": "metadata.resourceVersion"}),
         watch(MAPS, events=1, ends=True, query={"resourceVersion": "{now}", "timeoutSeconds": "1"}, name="silent")),
    case("watch-bookmarks", post(MAPS, config_map("a")), start(),
         watch(MAPS, *LIFE, events=4, ends=True, query={**FROM, **BOOKMARKS}),
         watch(MAPS, events=4, ends=True, query={**FROM, **BOOKMARKS}, name="from-the-past"),
         watch(MAPS, *LIFE, events=1, ends=True, query={**FROM, **BOOKMARKS, "labelSelector": "k=in"}, name="none"),
         watch(MAPS, *LIFE, events=1, ends=True, query={**FROM, **BOOKMARKS}, headers=METADATA, name="metadata"),
         watch(MAPS, *LIFE, events=1, ends=True, query={**FROM, **BOOKMARKS}, headers=TABLE, name="tables"),
         watch(MAPS, *LIFE, events=1, ends=True, query={**FROM, "timeoutSeconds": "4"}, name="not-asked-for"),
         watch(MAPS, *LIFE, events=1, ends=True, query={**BOOKMARKS, "resourceVersion": "0"}, name="from-zero"),
         watch(MAPS, *LIFE, events=1, ends=True, query={**FROM, **BOOKMARKS, "timeoutSeconds": "1"}, name="too-short")),
    case("watch-status", post(SETS, replica_set()), start(SETS),
         watch(SETS, patch(f"{SETS}/web/status", {"status": {"replicas": 1}}),
               patch(f"{SETS}/web/scale", {"spec": {"replicas": 4}}), events=2, query=FROM)),
    case("watch-cluster-kinds",
         get("/api/v1/namespaces", query={"fieldSelector": "metadata.name=none"}, name="start",
             capture={"start": "metadata.resourceVersion"}),
         watch("/api/v1/namespaces", post("/api/v1/namespaces", named("w-{id}")), delete("/api/v1/namespaces/w-{id}"),
               put("/api/v1/namespaces/w-{id}/finalize", named("w-{id}")), events=3,
               query={**FROM, "fieldSelector": "metadata.name=w-{id}"}), namespaced=False),
    case("watch-what-is-not-watched", watch("/api/v1/namespaces/{ns}/bindings", events=1, query={"timeoutSeconds": "1"}),
         watch("/api/v1/namespaces/{ns}/nothing", events=1, query={"timeoutSeconds": "1"}),
         watch(f"{MAPS}/one/status", events=1, query={"timeoutSeconds": "1"})),
    case("watch-services", start(f"{CORE}/services"),
         watch(f"{CORE}/services", post(f"{CORE}/services", service(clusterIP="None")),
               patch(f"{CORE}/services/web", {"spec": {"selector": {"app": "b"}}}), delete(f"{CORE}/services/web"),
               events=3, query=FROM)),
]
