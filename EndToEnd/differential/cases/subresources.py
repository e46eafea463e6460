"""status, scale, eviction, binding and stale writes."""
from differential.objects import SELECTOR, TEMPLATE, config_map, ingress, lease, named, replica_set, service
from differential.table import case, delete, get, patch, post, put

CORE, APPS = "/api/v1/namespaces/{ns}", "/apis/apps/v1/namespaces/{ns}"
MAPS, PODS, SERVICES, DEPLOYMENTS = f"{CORE}/configmaps", f"{CORE}/pods", f"{CORE}/services", f"{APPS}/deployments"
MAP, POD, DEPLOYMENT = f"{MAPS}/one", f"{PODS}/web", f"{DEPLOYMENTS}/web"
A_DEPLOYMENT = {**named("web"), "spec": {"selector": SELECTOR, "template": TEMPLATE}}
BUDGETS = "/apis/{policy}/namespaces/{ns}/poddisruptionbudgets"


def a_pod(name="web", **metadata):
    return {**named(name, **metadata), "spec": {"nodeName": "nowhere", "terminationGracePeriodSeconds": 7,
                                               "containers": [{"name": "c", "image": "i"}]}}


def eviction(name="web", **more):
    return {"kind": "Eviction", "metadata": {"name": name}, **more}


def evict(body, pod="web", **options):
    return post(f"{PODS}/{pod}/eviction", {**body, "apiVersion": "policy/v1beta1"} if "kind" in body else body, **options)


def running(name="web"):
    return patch(f"{PODS}/{name}/status", {"status": {"phase": "Running", "conditions": [
        {"type": "Ready", "status": "True"}]}})


def status_of(folder, document, status, path=None):
    """A status written in three ways, beside a spec that must not change by it and labels that may."""
    path = f"{folder}/{document['metadata']['name']}"
    return [post(folder, {**document, "status": status}), patch(f"{path}/status", {"status": status}),
            patch(f"{path}/status", {"metadata": {"labels": {"l": "v"}, "annotations": {"a": "b"}}}),
            patch(path, {"metadata": {"labels": {"more": "1"}}}), get(f"{path}/status")]


CASES = [
    case("status-of-deployments", post(DEPLOYMENTS, A_DEPLOYMENT),
         *[patch(f"{DEPLOYMENT}/status", {"status": status}, kind="strategic") for status in (
             {"conditions": [{"type": "Available", "status": "True"}], "replicas": 1, "observedGeneration": 1},
             {"conditions": [{"type": "Progressing", "status": "True"}]},
             {"conditions": [{"type": "Available", "status": "False", "reason": "X"}]},
             {"$setElementOrder/conditions": [{"type": "Progressing"}, {"type": "Available"}],
              "conditions": [{"type": "Available", "reason": "Y"}]})],
         patch(f"{DEPLOYMENT}/status", {"spec": {"replicas": 5}, "metadata": {
             "labels": {"l": "v"}, "annotations": {"a": "b"}, "finalizers": ["x.io/y"]}}),
         patch(DEPLOYMENT, {"status": {"replicas": 7}}), patch(DEPLOYMENT, {"spec": {"replicas": 7}}),
         patch(DEPLOYMENT, {"metadata": {"annotations": {"z": "1"}}}), patch(DEPLOYMENT, {"metadata": {"labels": {"z": "1"}}}),
         get(f"{DEPLOYMENT}/status"),
         put(f"{DEPLOYMENT}/status", {**A_DEPLOYMENT, "status": {"replicas": 1}}),
         patch(f"{DEPLOYMENT}/nothing", {"status": {}}), delete(f"{DEPLOYMENT}/status"), post(f"{DEPLOYMENT}/status", {}),
         patch(f"{DEPLOYMENT}/status", {"status": {"replicas": -1}}, name="negative"),
         patch(f"{DEPLOYMENT}/status", {"status": {"replicas": 1, "readyReplicas": 2}}, name="more-ready-than-there-are")),
    case("status-of-replica-sets", *status_of(f"{APPS}/replicasets", replica_set(), {"replicas": 2, "readyReplicas": 1})),
    case("status-of-ingresses", *status_of("/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses", ingress(),
                                           {"loadBalancer": {"ingress": [{"hostname": "lb.example.com"}]}})),
    case("status-of-services", *status_of(SERVICES, service(clusterIP="None"),
                                          {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}})),
    case("status-of-pods", *status_of(PODS, a_pod(), {"phase": "Running", "podIP": "10.0.0.1"})),
    case("status-of-budgets", *status_of(BUDGETS, {**named("web"), "spec": {"minAvailable": 1, "selector": SELECTOR}}, {
        "disruptionsAllowed": 1, "currentHealthy": 2, "desiredHealthy": 1, "expectedPods": 2, "observedGeneration": 1})),
    case("status-that-is-not-served", get(f"{MAPS}/one/status"), patch(f"{MAPS}/one/status", {}), get(f"{MAPS}/one/scale")),
    case("scale-of-deployments", post(DEPLOYMENTS, A_DEPLOYMENT), get(f"{DEPLOYMENT}/scale"),
         put(f"{DEPLOYMENT}/scale", {"apiVersion": "autoscaling/v1", "kind": "Scale", **named("web", namespace="{ns}"),
                                     "spec": {"replicas": 3}}), get(DEPLOYMENT),
         patch(f"{DEPLOYMENT}/scale", {"spec": {"replicas": 4}}),
         patch(f"{DEPLOYMENT}/scale", [{"op": "replace", "path": "/spec/replicas", "value": 5}], kind="json"),
         patch(f"{DEPLOYMENT}/scale", {"spec": {"replicas": 6}}, kind="strategic"),
         patch(f"{DEPLOYMENT}/scale", {"status": {"replicas": 6}}), patch(f"{DEPLOYMENT}/scale", {"spec": {"replicas": -1}}),
         patch(f"{DEPLOYMENT}/scale", {"spec": {"replicas": None}}), get(DEPLOYMENT),
         put(f"{DEPLOYMENT}/scale", {"spec": {"replicas": 1}}, name="without-name"),
         put(f"{DEPLOYMENT}/scale", {**named("other"), "spec": {"replicas": 1}}, name="other-name"),
         put(f"{DEPLOYMENT}/scale", {**named("web", namespace="{ns}", uid="u"), "spec": {"replicas": 1}}, name="other-uid"),
         patch(f"{DEPLOYMENT}/scale", {"metadata": {"resourceVersion": "1"}, "spec": {"replicas": 1}}),
         get(f"{DEPLOYMENTS}/absent/scale"), patch(f"{DEPLOYMENTS}/absent/scale", {"spec": {"replicas": 1}}),
         put(f"{DEPLOYMENTS}/absent/scale", {**named("absent", namespace="{ns}"), "spec": {"replicas": 1}}),
         delete(f"{DEPLOYMENT}/scale"), post(f"{DEPLOYMENT}/scale", {}),
         patch(f"{DEPLOYMENT}/scale", {"spec": {"replicas": "x"}}, name="wrong-type"),
         put(f"{DEPLOYMENT}/scale", {"kind": "Pod", "apiVersion": "v1", **named("web")}, name="other-kind")),
    case("scale-of-replica-sets", post(f"{APPS}/replicasets", replica_set()), get(f"{APPS}/replicasets/web/scale"),
         patch(f"{APPS}/replicasets/web/scale", {"spec": {"replicas": 5}}), get(f"{APPS}/replicasets/web")),
    case("evict", post(PODS, a_pod(labels={"app": "web"})), running(), evict(eviction("other")), evict({}),
         evict({"kind": "Eviction"}), evict(eviction("absent"), "absent"), get(f"{POD}/eviction"),
         delete(f"{POD}/eviction"), evict(eviction(deleteOptions={"dryRun": ["All"]})), evict(eviction()), get(POD),
         evict(eviction(deleteOptions={"gracePeriodSeconds": 0})), get(POD),
         evict({**eviction(), "kind": "Pod"}, name="other-kind")),
    case("evict-within-budgets", post(PODS, a_pod("a", labels={"app": "web"})), post(PODS, a_pod("b", labels={"app": "web"})),
         running("a"), running("b"),
         post(BUDGETS, {**named("web"), "spec": {"minAvailable": 1, "selector": SELECTOR}}),
         evict(eviction("a"), "a", name="unobserved"),
         patch(f"{BUDGETS}/web/status", {"status": {"disruptionsAllowed": 1, "currentHealthy": 2, "desiredHealthy": 1,
                                                   "expectedPods": 2, "observedGeneration": 1}}),
         evict(eviction("a"), "a"), get(f"{BUDGETS}/web"), evict(eviction("b"), "b"), get(f"{PODS}/b"),
         post(BUDGETS, {**named("two"), "spec": {"minAvailable": 1, "selector": SELECTOR}}),
         evict(eviction("b"), "b", name="two-budgets"),
         delete(f"{BUDGETS}/two"), delete(f"{BUDGETS}/web"), evict(eviction("b"), "b")),
    case("bind", post(PODS, {**named("web"), "spec": {"containers": [{"name": "c", "image": "i"}]}}),
         *[post(f"{POD}/binding", body) for body in (
             {**named("web"), "target": {"kind": "Pod", "name": "n"}}, {**named("web"), "target": {"kind": "Node"}},
             named("web"), {**named("other"), "target": {"kind": "Node", "name": "n"}},
             {"apiVersion": "v1", "kind": "Binding", **named("web", annotations={"a": "b"}),
              "target": {"kind": "Node", "name": "n"}})],
         get(POD), post(f"{POD}/binding", {**named("web"), "target": {"kind": "Node", "name": "m"}}),
         post(f"{PODS}/absent/binding", {**named("absent"), "target": {"kind": "Node", "name": "m"}}),
         get(f"{POD}/binding"), post(f"{CORE}/bindings", {**named("web"), "target": {"kind": "Node", "name": "m"}})),
    case("stale-writes", post(MAPS, config_map(), capture={"old": "metadata.resourceVersion"}),
         patch(MAP, {"data": {"n": "1"}}, capture={"now": "metadata.resourceVersion"}),
         put(MAP, config_map(resourceVersion="{old}")), put(MAP, config_map(resourceVersion="{now}")),
         put(MAP, config_map(resourceVersion="0")), put(MAP, config_map(resourceVersion="abc")),
         put(MAP, config_map(resourceVersion="99999999")), put(MAP, config_map(uid="nope")), put(MAP, config_map("two")),
         put(MAP, config_map("")), put(MAP, config_map(namespace="other")), put(f"{MAPS}/two", config_map("two")),
         put(f"{MAPS}/two", config_map("two", resourceVersion="1")),
         patch(MAP, {"metadata": {"resourceVersion": "{old}"}}),
         patch(MAP, {"metadata": {"resourceVersion": "{old}"}, "data": {"z": "z"}})),
    case("put-of-what-is-not-there",
         put("/apis/coordination.k8s.io/v1/namespaces/{ns}/leases/one", lease()),
         put("/apis/coordination.k8s.io/v1/namespaces/{ns}/leases/two", lease("two", ), name="lease-with-version"),
         put("/apis/coordination.k8s.io/v1/namespaces/{ns}/leases/one", lease(holderIdentity="you"), name="lease-again"),
         put(f"{CORE}/endpoints/one", named("one")), put(f"{SERVICES}/web", service(clusterIP="None")),
         put(f"{CORE}/events/one", {**named("one"), "involvedObject": {"namespace": "{ns}"}})),
]
