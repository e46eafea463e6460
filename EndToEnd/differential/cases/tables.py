"""The columns and rows that `kubectl get` prints, for each kind in states that the columns tell apart."""
from differential.objects import (SELECTOR, TEMPLATE, config_map, ingress, job, lease, named, pod, replica_set,
                                  service)
from differential.table import case, get, patch, post

CORE, APPS, BATCH = "/api/v1/namespaces/{ns}", "/apis/apps/v1/namespaces/{ns}", "/apis/batch/v1/namespaces/{ns}"
NETWORKING = "/apis/networking.k8s.io/v1/namespaces/{ns}"
TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}


def table(path, **options):
    return get(path, headers=TABLE, name="table", query={"includeObject": "None"}, **options)


def of(folder, *objects, statuses=()):
    """The table of these objects, each with a status, if any."""
    steps = [post(folder, one) for one in objects]
    steps += [patch(f"{folder}/{name}/status", {"status": status}, kind="strategic") for name, status in statuses]
    return [*steps, table(folder)]


def container(state, name="web", **more):
    return {"name": name, "image": "i", "imageID": "", "ready": False, "restartCount": 0, "state": state, **more}


def phase(phase, *containers, **more):
    return {"phase": phase, "containerStatuses": list(containers), **more}


RUNNING = {"running": {"startedAt": "2020-01-01T00:00:00Z"}}
POD_STATES = {
    "running": phase("Running", container(RUNNING, ready=True), podIP="10.1.2.3", podIPs=[{"ip": "10.1.2.3"}]),
    "unready": phase("Running", container(RUNNING)),
    "crashing": phase("Running", container({"waiting": {"reason": "CrashLoopBackOff"}}, restartCount=3)),
    "pulling": phase("Pending", container({"waiting": {"reason": "ErrImagePull"}})),
    "done": phase("Succeeded", container({"terminated": {"exitCode": 0, "reason": "Completed"}})),
    "failed": phase("Failed", container({"terminated": {"exitCode": 2}})),
    "killed": phase("Failed", container({"terminated": {"exitCode": 137, "signal": 9}})),
    "evicted": {"phase": "Failed", "reason": "Evicted"},
    "initialising": phase("Pending", initContainerStatuses=[container(RUNNING, "init")]),
    "init-failing": phase("Pending", initContainerStatuses=[container({"waiting": {"reason": "CrashLoopBackOff"}}, "init")]),
    "init-ended": phase("Pending", initContainerStatuses=[container({"terminated": {"exitCode": 1, "reason": "Error"}}, "init")]),
    "lost": {"phase": "Running", "reason": "NodeLost"},
    "scheduled": {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "True"}]},
}


def a_pod(name):
    more = {"initContainers": [{"name": "init", "image": "i"}]} if name.startswith("init") else {}
    return pod(name, nodeName="here", **more)


GATED = pod("gated", nodeName="here", readinessGates=[{"conditionType": "example.com/gate"}])
HPA = {**named("web"), "spec": {"maxReplicas": 3, "minReplicas": 2, "scaleTargetRef": {
    "apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}, "metrics": [
        {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}]}}

CASES = [
    case("table-of-pods", *of(f"{CORE}/pods", *[a_pod(name) for name in POD_STATES], GATED, pod("pending"),
                              statuses=POD_STATES.items())),
    case("table-of-replica-sets", *of(f"{APPS}/replicasets", replica_set("a"), replica_set("b", replicas=0), statuses=[
        ("a", {"replicas": 2, "readyReplicas": 1, "availableReplicas": 1})])),
    case("table-of-deployments", *of(f"{APPS}/deployments", *[
        {**named(name), "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "web"}, **more}, "template": TEMPLATE}}
        for name, more in (("a", {}), ("b", {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "x"]}]}))
    ], statuses=[("a", {"replicas": 3, "readyReplicas": 2, "updatedReplicas": 1, "availableReplicas": 1})])),
    case("table-of-services", *of(
        f"{CORE}/services", service("headless", clusterIP="None"),
        service("named", clusterIP="None", ports=[{"name": "a", "port": 80}, {"name": "b", "port": 53, "protocol": "UDP"}]),
        {**named("external"), "spec": {"type": "ExternalName", "externalName": "example.com"}},
        service("ips", clusterIP="None", externalIPs=["1.2.3.4", "1.2.3.5"]),
        {**named("bare"), "spec": {"clusterIP": "None"}})),
    case("table-of-load-balancers", *of(
        f"{CORE}/services", service("a", type="LoadBalancer"), service("b", type="LoadBalancer"), service("c", type="NodePort"),
        service("d"), statuses=[("b", {"loadBalancer": {"ingress": [{"hostname": "lb.example.com"}, {"ip": "1.1.1.1"}]}})])),
    case("table-of-endpoints", *of(
        f"{CORE}/endpoints", {**named("a"), "subsets": [{"addresses": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}], "ports": [
            {"name": "a", "port": 80}, {"name": "b", "port": 81}]}]}, named("b"),
        {**named("c"), "subsets": [{"notReadyAddresses": [{"ip": "10.0.0.3"}], "ports": [{"port": 80}]}]},
        {**named("d"), "subsets": [{"addresses": [{"ip": "10.0.0.4"}]}]})),
    case("table-of-endpoint-slices", *of("/apis/{discovery}/namespaces/{ns}/endpointslices", {
        **named("a"), "addressType": "IPv4", "ports": [{"name": "a", "port": 80}, {"name": "b", "port": 81}],
        "endpoints": [{"addresses": [f"10.0.0.{number}"]} for number in range(1, 6)]},
        {**named("b"), "addressType": "IPv4", "ports": [], "endpoints": []})),
    case("table-of-ingresses", *of(
        f"{NETWORKING}/ingresses", ingress("a"), ingress("b", ingressClassName="alb", tls=[{"hosts": ["h"]}]),
        ingress("c", rules=[{"host": f"h{number}.example.com"} for number in range(5)], defaultBackend={
            "service": {"name": "web", "port": {"name": "http"}}}),
        {**ingress("d"), "metadata": {"name": "d", "annotations": {"kubernetes.io/ingress.class": "old"}}},
        statuses=[("b", {"loadBalancer": {"ingress": [{"hostname": "lb.example.com"}, {"ip": "1.1.1.1"}]}})])),
    case("table-of-jobs", *of(f"{BATCH}/jobs", job("a"), job("b", parallelism=3), job("c", completions=5), statuses=[
        ("a", {"startTime": "2020-01-01T00:00:00Z", "completionTime": "2020-01-01T00:01:10Z", "succeeded": 1})])),
    case("table-of-autoscalers", *of("/apis/{autoscaling}/namespaces/{ns}/horizontalpodautoscalers", HPA)),
    case("table-of-budgets", *of(
        "/apis/{policy}/namespaces/{ns}/poddisruptionbudgets",
        {**named("a"), "spec": {"minAvailable": 1, "selector": SELECTOR}},
        {**named("b"), "spec": {"maxUnavailable": "25%", "selector": SELECTOR}}, statuses=[
            ("a", {"disruptionsAllowed": 2, "currentHealthy": 3, "desiredHealthy": 1, "expectedPods": 3})])),
    case("table-of-plain-kinds", post(f"{CORE}/configmaps", config_map(data={"a": "1", "b": "2"})),
         post(f"{CORE}/configmaps", {**named("two"), "binaryData": {"x": "eA=="}}), table(f"{CORE}/configmaps"),
         post(f"{CORE}/secrets", {**named("one"), "stringData": {"a": "1"}}), table(f"{CORE}/secrets"),
         post(f"{CORE}/serviceaccounts", {**named("one"), "secrets": [{"name": "x"}]}), table(f"{CORE}/serviceaccounts"),
         post("/apis/coordination.k8s.io/v1/namespaces/{ns}/leases", lease()),
         table("/apis/coordination.k8s.io/v1/namespaces/{ns}/leases")),
    case("table-of-claims", *of(f"{CORE}/persistentvolumeclaims", {**named("one"), "spec": {
        "accessModes": ["ReadWriteOnce", "ReadOnlyMany"], "storageClassName": "fast",
        "resources": {"requests": {"storage": "1Gi"}}}}, statuses=[
            ("one", {"phase": "Bound", "capacity": {"storage": "2Gi"}, "accessModes": ["ReadWriteOnce"]})])),
    case("table-of-events", *of(
        f"{CORE}/events", {**named("one"), "involvedObject": {"kind": "Pod", "name": "p", "namespace": "{ns}"}, "reason": "R",
                           "message": " a message ", "type": "Normal", "count": 3, "firstTimestamp": "2020-01-01T00:00:00Z",
                           "lastTimestamp": "2020-01-01T00:00:00Z", "source": {"component": "c", "host": "h"}},
        {**named("two"), "involvedObject": {"kind": "Pod", "name": "p", "namespace": "{ns}", "fieldPath": "spec.x"}})),
    case("table-of-cluster-kinds",
         post("/api/v1/nodes", {**named("n-{id}", labels={"node-role.kubernetes.io/worker": ""}), "spec": {
             "unschedulable": True}, "status": {"conditions": [{"type": "Ready", "status": "True"}], "addresses": [
                 {"type": "InternalIP", "address": "10.0.0.1"}], "nodeInfo": {
                     "kubeletVersion": "v1.20.2", "osImage": "Linux", "kernelVersion": "6", "containerRuntimeVersion": "c://1",
                     "machineID": "", "systemUUID": "", "bootID": "", "kubeProxyVersion": "", "operatingSystem": "",
                     "architecture": ""}}}),
         get("/api/v1/nodes/n-{id}", headers=TABLE, query={"includeObject": "None"}),
         post("/api/v1/nodes", named("m-{id}")), get("/api/v1/nodes/m-{id}", headers=TABLE, query={"includeObject": "None"}),
         post("/api/v1/namespaces", named("s-{id}")),
         get("/api/v1/namespaces/s-{id}", headers=TABLE, query={"includeObject": "None"}),
         post("/apis/networking.k8s.io/v1/ingressclasses", {**named("c-{id}"), "spec": {
             "controller": "example.com/c", "parameters": {"apiGroup": "example.com", "kind": "P", "name": "p"}}}),
         get("/apis/networking.k8s.io/v1/ingressclasses/c-{id}", headers=TABLE, query={"includeObject": "None"}),
         namespaced=False),
]
