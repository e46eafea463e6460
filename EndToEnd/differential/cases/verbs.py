"""Every verb on every kind that both servers serve."""
from differential.objects import (SELECTOR, TEMPLATE, config_map, ingress, job, lease, named, pod, replica_set,
                                  service)
from differential.table import case, delete, get, patch, post, put

CORE, APPS, NETWORKING = "/api/v1", "/apis/apps/v1", "/apis/networking.k8s.io/v1"

# plural name, path of the group and version, object, merge patch of something that may change
NAMESPACED = [
    ("configmaps", CORE, config_map("one"), {"data": {"more": "1"}}),
    ("secrets", CORE, {**named("one"), "data": {"key": "dmFsdWU="}}, {"data": {"more": "MQ=="}}),
    ("serviceaccounts", CORE, named("one"), {"automountServiceAccountToken": False}),
    ("services", CORE, service("one"), {"spec": {"selector": {"app": "other"}}}),
    ("endpoints", CORE, {**named("one"), "subsets": [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]}]},
     {"subsets": [{"addresses": [{"ip": "10.0.0.2"}], "ports": [{"port": 80}]}]}),
    ("endpointslices", "/apis/{discovery}", {**named("one"), "addressType": "IPv4", "ports": [{"port": 80}],
                                             "endpoints": [{"addresses": ["10.0.0.1"]}]},
     {"endpoints": [{"addresses": ["10.0.0.2"], "conditions": {"ready": True}}]}),
    ("pods", CORE, pod("one"), {"metadata": {"labels": {"more": "1"}}}),
    ("podtemplates", CORE, {**named("one"), "template": TEMPLATE},
     {"template": {"metadata": {"labels": {"more": "1"}}}}),
    ("events", CORE, {**named("one"), "involvedObject": {"namespace": "{ns}", "kind": "Pod", "name": "web"},
                      "reason": "Tested", "message": "it was", "type": "Normal"}, {"count": 2}),
    ("persistentvolumeclaims", CORE, {**named("one"), "spec": {
        "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}},
     {"metadata": {"labels": {"more": "1"}}}),
    ("replicasets", APPS, replica_set("one"), {"spec": {"replicas": 3}}),
    ("deployments", APPS, {**named("one"), "spec": {"selector": SELECTOR, "template": TEMPLATE}},
     {"spec": {"replicas": 3}}),
    ("ingresses", NETWORKING, ingress("one"), {"spec": {"ingressClassName": "alb"}}),
    ("leases", "/apis/coordination.k8s.io/v1", lease("one"), {"spec": {"holderIdentity": "you"}}),
    ("jobs", "/apis/batch/v1", job("one"), {"spec": {"parallelism": 2}}),
    ("roles", "/apis/rbac.authorization.k8s.io/v1", {**named("one"), "rules": [
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}, {"rules": []}),
    ("poddisruptionbudgets", "/apis/{policy}", {**named("one"), "spec": {
        "minAvailable": 1, "selector": SELECTOR}}, {"spec": {"minAvailable": 2}}),
    ("horizontalpodautoscalers", "/apis/{autoscaling}", {**named("one"), "spec": {
        "maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}},
     {"spec": {"maxReplicas": 5}}),
]
CLUSTER = [
    ("namespaces", CORE, named("one-{id}"), {"metadata": {"labels": {"more": "1"}}}),
    ("nodes", CORE, named("one-{id}"), {"spec": {"unschedulable": True}}),
    ("ingressclasses", NETWORKING, {**named("one-{id}"), "spec": {"controller": "example.com/controller"}},
     {"metadata": {"labels": {"more": "1"}}}),
    ("mutatingwebhookconfigurations", "/apis/admissionregistration.k8s.io/v1", {**named("one-{id}"), "webhooks": [{
        "name": "gates.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"],
        "failurePolicy": "Ignore", "clientConfig": {"url": "https://127.0.0.1:1/mutate"},
        "namespaceSelector": {"matchLabels": {"none": "such"}},
        "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]}]},
     {"metadata": {"labels": {"more": "1"}}}),
    ("clusterroles", "/apis/rbac.authorization.k8s.io/v1", {**named("one-{id}"), "rules": [
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}, {"rules": []}),
]


def life(plural, group, document, change, namespaced):
    """Made, made again, read, changed in two ways, listed, deleted, and looked for in vain."""
    folder = f"{group}/namespaces/{{ns}}/{plural}" if namespaced else f"{group}/{plural}"
    name = document["metadata"]["name"]
    path = f"{folder}/{name}"
    ask = {"fieldSelector": f"metadata.name={name}"}
    labelled = {**document, "metadata": {**document["metadata"], "labels": {"app": "web", "put": "1"}}}
    return case(
        f"life-of-{plural}",
        post(folder, document, name="create"),
        post(folder, document, name="create-again"),
        get(path, name="get"),
        patch(path, change, name="patch"),
        get(path, name="get-patched", capture={"version": "metadata.resourceVersion"}),
        get(folder, query=ask, name="list"),
        put(path, {**labelled, "metadata": {**labelled["metadata"], "resourceVersion": "1"}}, name="put-of-old"),
        put(f"{folder}/other", labelled, name="put-under-another-name"),
        patch(path, {"metadata": {"resourceVersion": "1"}}, name="patch-of-old"),
        patch(path, {"metadata": {"resourceVersion": "{version}", "annotations": {"seen": "yes"}}}, name="patch-of-this"),
        get(f"{folder}/absent", name="get-absent"),
        patch(f"{folder}/absent", change, name="patch-absent"),
        delete(f"{folder}/absent", name="delete-absent"),
        delete(path, name="delete"),
        get(folder, query=ask, name="list-after"),
        namespaced=namespaced,
    )


CASES = [life(*one, True) for one in NAMESPACED] + [life(*one, False) for one in CLUSTER]
