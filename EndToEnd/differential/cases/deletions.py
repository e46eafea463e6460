"""Deletion: preconditions, propagation, grace, finalizers, collections, and the end of namespaces."""
from differential.objects import config_map, named, replica_set
from differential.table import case, delete, get, patch, post, put

CORE, APPS = "/api/v1/namespaces/{ns}", "/apis/apps/v1/namespaces/{ns}"
MAPS, SETS, PODS = f"{CORE}/configmaps", f"{APPS}/replicasets", f"{CORE}/pods"
MAP, SET, POD = f"{MAPS}/one", f"{SETS}/web", f"{PODS}/web"
SPACES = "/api/v1/namespaces"


def a_pod(**metadata):
    return {**named("web", **metadata), "spec": {
        "nodeName": "nowhere", "terminationGracePeriodSeconds": 7, "containers": [{"name": "c", "image": "i"}]}}


def a_set():
    return replica_set(replicas=0)


CASES = [
    case("delete-at-once", post(MAPS, config_map()), delete(MAP), delete(MAP), post(MAPS, config_map()),
         delete(MAP, {"kind": "DeleteOptions", "apiVersion": "v1"}), post(SETS, a_set()), delete(SET), get(SET)),
    case("delete-in-foreground", post(SETS, a_set()), delete(SET, query={"propagationPolicy": "Foreground"}), get(SET),
         delete(SET), delete(SET, query={"propagationPolicy": "Background"}), get(SET)),
    case("delete-and-orphan", post(SETS, a_set()), delete(SET, {"propagationPolicy": "Orphan"}), get(SET),
         patch(SET, {"metadata": {"finalizers": ["new.io/x"]}}), patch(SET, {"metadata": {"finalizers": []}}), get(SET)),
    case("delete-with-another-policy", post(SETS, a_set()), delete(SET, {"propagationPolicy": "Foreground"}),
         delete(SET, {"propagationPolicy": "Orphan"}), patch(SET, {"metadata": {"finalizers": None}}), get(SET)),
    case("delete-orphan-dependents", post(SETS, a_set()), delete(SET, {"orphanDependents": True}),
         patch(SET, {"metadata": {"finalizers": []}}), post(SETS, a_set()), delete(SET, {"orphanDependents": False}),
         post(SETS, a_set()), delete(SET, query={"orphanDependents": "true"})),
    case("delete-options-refused", post(SETS, a_set()),
         delete(SET, {"orphanDependents": True, "propagationPolicy": "Orphan"}),
         delete(SET, {"propagationPolicy": "Sometimes"}), delete(SET, query={"propagationPolicy": "Sometimes"}),
         delete(SET, {"dryRun": ["No"]}), delete(SET, query={"dryRun": "No"}),
         delete(SET, {"preconditions": {"uid": "x"}}), delete(SET, {"preconditions": {"resourceVersion": "1"}}),
         delete(SET, query={"gracePeriodSeconds": "x"}),
         delete(SET, "nope", name="body-text"), delete(SET, "[]", name="body-array"),
         delete(SET, {"kind": "Pod", "apiVersion": "v1"}, name="body-of-a-pod"),
         delete(SET, {"gracePeriodSeconds": "x"}, name="body-wrong-type"),
         delete(SET, query={"dryRun": "All"}), delete(SET, {"dryRun": ["All"], "unknown": 1}), get(SET)),
    case("delete-with-preconditions",
         post(MAPS, config_map(), capture={"uid": "metadata.uid", "version": "metadata.resourceVersion"}),
         delete(MAP, {"preconditions": {"uid": "00000000-0000-0000-0000-000000000000"}}),
         delete(MAP, {"preconditions": {"uid": "{uid}", "resourceVersion": "1"}}),
         delete(MAP, {"preconditions": {"uid": "{uid}", "resourceVersion": "{version}"}})),
    case("delete-with-finalizers", post(MAPS, config_map(finalizers=["a.io/x"])), delete(MAP), delete(MAP), get(MAP),
         patch(MAP, {"data": {"z": "1"}}), post(MAPS, config_map(), name="create-while-deleted"),
         patch(MAP, {"metadata": {"finalizers": ["a.io/x", "b.io/y"]}}, name="add-finalizer"),
         patch(MAP, {"metadata": {"deletionTimestamp": None}}), patch(MAP, {"metadata": {"finalizers": []}}), get(MAP),
         post(MAPS, config_map(finalizers=["a.io/x"])), delete(MAP, query={"gracePeriodSeconds": "5"}),
         delete(MAP, query={"gracePeriodSeconds": "0"}), put(MAP, config_map()), get(MAP)),
    case("finalizers-refused", post(MAPS, config_map(finalizers=["nodomain"])),
         post(MAPS, config_map(finalizers=["bad name/x"])),
         post(MAPS, config_map(finalizers=["orphan", "foregroundDeletion"])),
         post(MAPS, config_map(deletionTimestamp="2020-01-01T00:00:00Z", deletionGracePeriodSeconds=3))),
    case("delete-pods", post(PODS, a_pod()), delete(POD), delete(POD), delete(POD, query={"gracePeriodSeconds": "3"}),
         delete(POD, query={"gracePeriodSeconds": "60"}), get(POD), delete(POD, query={"gracePeriodSeconds": "0"}), get(POD),
         post(PODS, a_pod()), delete(POD, {"gracePeriodSeconds": 100}), delete(POD, {"gracePeriodSeconds": 0})),
    case("delete-pods-that-are-done", post(PODS, a_pod()), patch(f"{POD}/status", {"status": {"phase": "Succeeded"}}),
         delete(POD), get(POD), post(PODS, a_pod(finalizers=["x.io/y"])), delete(POD, query={"gracePeriodSeconds": "0"}),
         get(POD), patch(POD, {"metadata": {"finalizers": None}}), get(POD)),
    case("delete-pods-in-foreground", post(PODS, a_pod()), delete(POD, {"propagationPolicy": "Foreground"}), get(POD),
         delete(POD, {"gracePeriodSeconds": 0}), get(POD), patch(POD, {"metadata": {"finalizers": None}}), get(POD)),
    case("delete-collections", post(MAPS, config_map("a", labels={"k": "1"})), post(MAPS, config_map("b", labels={"k": "2"})),
         post(MAPS, config_map("c", labels={"k": "3"})), delete(MAPS, query={"labelSelector": "k=9"}),
         delete(MAPS, query={"labelSelector": "k=1"}), delete(MAPS, query={"fieldSelector": "metadata.name=b"}),
         delete(MAPS, query={"labelSelector": "!!"}), delete(MAPS, query={"fieldSelector": "data.x=b"}),
         delete(MAPS, query={"dryRun": "All"}), delete(MAPS, {"propagationPolicy": "Bogus"}), delete(MAPS), get(MAPS),
         delete("/api/v1/configmaps"), delete(SPACES), delete(f"{CORE}/services", name="services")),
    case("delete-namespaces", post(SPACES, named("y-{id}")), post(f"{SPACES}/y-{{id}}/configmaps", config_map()),
         delete(f"{SPACES}/y-{{id}}"), delete(f"{SPACES}/y-{{id}}"),
         post(f"{SPACES}/y-{{id}}/configmaps", config_map("two"), name="create-in-terminating"),
         put(f"{SPACES}/y-{{id}}", {**named("y-{id}", labels={"a": "b"}), "spec": {"finalizers": []}}),
         patch(f"{SPACES}/y-{{id}}/finalize", {"spec": {"finalizers": []}}), get(f"{SPACES}/y-{{id}}/finalize"),
         patch(f"{SPACES}/y-{{id}}/status", {"status": {"conditions": [{"type": "X", "status": "True"}]}}),
         put(f"{SPACES}/y-{{id}}/finalize", {**named("y-{id}"), "spec": {"finalizers": []}}), get(f"{SPACES}/y-{{id}}"),
         put(f"{SPACES}/y-{{id}}/finalize", {**named("y-{id}"), "spec": {"finalizers": []}}), namespaced=False),
    case("delete-namespaces-with-finalizers",
         post(SPACES, {**named("z-{id}", finalizers=["a.io/b"]), "spec": {"finalizers": ["x.io/y"]}}),
         delete(f"{SPACES}/z-{{id}}"), put(f"{SPACES}/z-{{id}}/finalize", named("z-{id}", finalizers=["a.io/b"])),
         get(f"{SPACES}/z-{{id}}"), patch(f"{SPACES}/z-{{id}}", {"metadata": {"finalizers": None}}),
         get(f"{SPACES}/z-{{id}}"), namespaced=False),
    case("delete-namespaces-that-stay", delete(f"{SPACES}/kube-system"), delete(f"{SPACES}/default"),
         delete(f"{SPACES}/kube-public"), namespaced=False),
]
