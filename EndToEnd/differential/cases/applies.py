"""Server-side apply, and who comes to own which fields by it and by other writes."""
from differential.objects import SELECTOR, TEMPLATE, config_map, ingress, job, lease, named, replica_set
from differential.table import case, delete, get, patch, post, put

CORE, APPS = "/api/v1/namespaces/{ns}", "/apis/apps/v1/namespaces/{ns}"
MAPS, DEPLOYMENTS, SERVICES = f"{CORE}/configmaps", f"{APPS}/deployments", f"{CORE}/services"
MAP, DEPLOYMENT, SERVICE = f"{MAPS}/one", f"{DEPLOYMENTS}/web", f"{SERVICES}/web"


def apply(path, body, manager="first", **options):
    query = {"fieldManager": manager, **options.pop("query", {})} if manager is not None else options.pop("query", {})
    return patch(path, body, kind="apply", query=query, **options)


def forced(path, body, manager="first", **options):
    return apply(path, body, manager, query={"force": "true"}, **options)


def a_map(data=None, **metadata):
    document = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one", **metadata}}
    return {**document, "data": data} if data is not None else document


def deployment(containers=None, **spec):
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers or [
        {"name": "web", "image": "nginx:1", "ports": [{"containerPort": 80}], "env": [{"name": "A", "value": "1"}]}]}}
    return partial(selector=SELECTOR, template=template, **spec)


def partial(metadata=None, status=None, **spec):
    document = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", **(metadata or {})}}
    return {**document, **({"spec": spec} if spec else {}), **({"status": status} if status else {})}


def containers(*list):
    return partial(template={"spec": {"containers": [*list]}})


def a_service(**spec):
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"clusterIP": "None", **spec}}


YAML = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\ndata:\n  k: v\n"
A, B, C = {"a": "1", "b": "2"}, {"a": "1", "c": "3"}, {"c": "3"}

CASES = [
    case("apply-to-config-maps",
         apply(MAP, a_map(A), name="create"), apply(MAP, a_map(A), name="again"), apply(MAP, a_map(B), name="one-less"),
         apply(MAP, a_map({"a": "9"}), "second", name="conflict"),
         apply(MAP, a_map({"a": "1"}), "second", name="shared"),
         forced(MAP, a_map({"a": "9"}), "second", name="forced"),
         apply(MAP, a_map({"a": "5", "c": "6"}), "third", name="two-conflicts"),
         apply(MAP, a_map(C), name="only-own"),
         apply(MAP, a_map(), name="nothing"),
         apply(MAP, a_map(), "second", name="nothing-of-second"),
         patch(MAP, {"data": {"u": "1"}}, name="untracked"),
         apply(MAP, a_map({"u": "2"}), name="conflict-with-untracked")),
    case("apply-and-other-writes",
         apply(MAP, a_map(A)),
         patch(MAP, {"data": {"u": "1"}}, query={"fieldManager": "editor"}),
         apply(MAP, a_map({"u": "2", "v": "1"}), name="conflict-with-editor"),
         forced(MAP, a_map({"u": "2", "v": "1"})),
         patch(MAP, {"data": {"u": "3"}}, query={"fieldManager": "editor"}),
         patch(MAP, {"data": {"u": None}}, query={"fieldManager": "editor"}),
         put(MAP, config_map(data={"v": "1", "w": "2"}), query={"fieldManager": "putter"}),
         put(MAP, config_map(data={"v": "1", "w": "2"}), query={"fieldManager": "putter"}),
         put(MAP, config_map(data={"v": "2", "w": "2"}), query={"fieldManager": "other-putter"}),
         put(MAP, config_map(data={"v": "3"}, managedFields=[{}]), query={"fieldManager": "forgetter"}),
         put(MAP, config_map(data={"v": "4"}), query={"fieldManager": "putter"}),
         get(MAP)),
    case("apply-refusals",
         apply(MAP, a_map(A), None, name="no-manager"), apply(MAP, a_map(A), "", name="empty-manager"),
         apply(MAP, "a: [1", name="bad-yaml"), apply(MAP, "- a\n- b\n", name="yaml-list"),
         apply(MAP, "just text", name="yaml-text"), apply(MAP, "", name="empty"), apply(MAP, "{}", name="no-version"),
         apply(MAP, YAML, name="yaml"), apply(MAP, YAML + "---\na: b\n", name="two-documents"),
         apply(MAP, {"apiVersion": "v1", "kind": "ConfigMap", "data": {"x": "y"}}, name="no-metadata"),
         apply(MAP, a_map(A, name="other"), name="other-name"),
         apply(MAP, a_map(A, namespace="elsewhere"), name="other-namespace"),
         apply(MAP, {**a_map(A), "apiVersion": "v2"}, name="other-version"),
         apply(MAP, {**a_map(A), "kind": "Secret"}, name="other-kind"),
         apply(MAP, {"kind": "ConfigMap", **named("one")}, name="without-version"),
         apply(MAP, {"apiVersion": "v1", **named("one")}, name="without-kind"),
         apply(MAP, a_map(A, unknown="x"), name="unknown-metadata"), apply(MAP, {**a_map(A), "extra": 1}, name="unknown"),
         apply(MAP, a_map({"n": 5}), name="wrong-type"),
         apply(MAP, a_map(A, managedFields=[{"manager": "x", "operation": "Apply"}]), name="managed-fields"),
         apply(MAP, a_map(A, managedFields=[]), name="empty-managed-fields"),
         apply(MAP, a_map(A, resourceVersion="1"), name="old-version"),
         apply(MAP, a_map(A, uid="00000000-0000-0000-0000-000000000000"), name="other-uid"),
         apply(f"{MAPS}/new", a_map(A, name="new", uid="00000000-0000-0000-0000-000000000000"), name="new-with-uid"),
         apply(MAP, a_map({"d": "r"}), query={"dryRun": "All"}, name="dry-run"),
         apply(MAP, a_map(A), "two words", name="manager-with-space"),
         apply(MAP, a_map(A), "x" * 129, name="long-manager"),
         apply(f"{MAPS}/Bad_Name", a_map(A, name="Bad_Name"), name="bad-name"),
         apply(MAPS, a_map(A), name="collection"),
         apply("/api/v1/namespaces/{ns}-absent/configmaps/one", a_map(A), name="absent-namespace"),
         get(MAP)),
    case("apply-to-deployments",
         apply(DEPLOYMENT, deployment(), name="create"),
         apply(DEPLOYMENT, deployment(replicas=3), "scaler", name="share-and-add"),
         apply(DEPLOYMENT, deployment(replicas=4), name="conflict"),
         apply(DEPLOYMENT, containers({"name": "extra", "image": "x"}), "injector", name="add-container"),
         apply(DEPLOYMENT, containers({"name": "web", "image": "nginx:9"}), "injector", name="conflict-in-list"),
         forced(DEPLOYMENT, containers({"name": "web", "image": "nginx:9"}), "injector", name="force-in-list"),
         forced(DEPLOYMENT, deployment(), name="force-back"),
         apply(DEPLOYMENT, partial(), "injector", name="leave"),
         apply(DEPLOYMENT, deployment([{"name": "web", "image": "a"}, {"name": "web", "image": "b"}]), name="double-key"),
         apply(DEPLOYMENT, deployment([{"image": "a"}]), name="no-key"),
         forced(DEPLOYMENT, deployment([{"name": "web", "image": "nginx:1", "ports": [
             {"containerPort": 80}, {"containerPort": 80, "protocol": "UDP"}]}]), name="keys-with-defaults"),
         apply(DEPLOYMENT, deployment(strategy={"type": "Recreate"}), name="refused-by-validation"),
         apply(DEPLOYMENT, partial({"labels": {"x": "1"}, "annotations": {"y": "2"}, "finalizers": ["a.b/c"]}), "meta",
               name="metadata"),
         apply(DEPLOYMENT, partial({"labels": {"x": "1"}, "finalizers": ["a.b/d"]}), "meta", name="other-metadata"),
         apply(DEPLOYMENT, partial(), "meta", name="no-metadata")),
    case("apply-to-status",
         post(DEPLOYMENTS, {**named("web"), "spec": {"selector": SELECTOR, "template": TEMPLATE}}),
         apply(f"{DEPLOYMENT}/status", partial(status={
             "replicas": 1, "conditions": [{"type": "Available", "status": "True"}]}), "status", name="first"),
         apply(f"{DEPLOYMENT}/status", partial(status={"replicas": 2}), "other", name="conflict"),
         apply(f"{DEPLOYMENT}/status", partial(status={
             "replicas": 1, "conditions": [{"type": "Progressing", "status": "True"}]}), "status", name="other-condition"),
         apply(f"{DEPLOYMENTS}/absent/status", {**partial(status={"replicas": 2}), **named("absent")}, name="absent")),
    case("apply-to-services",
         apply(SERVICE, a_service(selector={"c": "d"}, ports=[
             {"name": "h", "port": 80, "protocol": "TCP"}, {"name": "u", "port": 80, "protocol": "UDP"}]), name="create"),
         forced(SERVICE, a_service(selector={"e": "f"}), "second", name="selector"),
         apply(SERVICE, a_service(ports=[{"name": "u", "port": 80, "protocol": "UDP"}]), name="one-port"),
         apply(SERVICE, a_service(ports=[{"name": "u", "port": 81}]), name="key-without-default")),
    case("managers-of-pods",
         post(f"{CORE}/pods", {**named("web", labels={"a": "b"}, annotations={"x": "y"}), "spec": {
             "nodeName": "none", "volumes": [{"name": "v", "emptyDir": {}}], "containers": [{
                 "name": "c", "image": "i", "resources": {"limits": {"cpu": "1"}}, "ports": [{"containerPort": 80}],
                 "readinessProbe": {"httpGet": {"port": 80}}, "volumeMounts": [{"name": "v", "mountPath": "/m"}],
                 "env": [{"name": "a", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]}]}},
              query={"fieldManager": "maker"}),
         patch(f"{CORE}/pods/web/status", {"status": {
             "phase": "Running", "conditions": [{"type": "Ready", "status": "True"}], "podIP": "10.0.0.1",
             "podIPs": [{"ip": "10.0.0.1"}]}}, kind="strategic", query={"fieldManager": "kubelet"}),
         patch(f"{CORE}/pods/web", {"metadata": {"labels": {"c": "d"}, "annotations": None}},
               query={"fieldManager": "maker"}),
         patch(f"{CORE}/pods/web", {"metadata": {"labels": {"a": "c"}}}, query={"fieldManager": "other"})),
    case("managers-of-workloads",
         post(DEPLOYMENTS, deployment()), patch(DEPLOYMENT, {"spec": {"replicas": 3}}),
         patch(DEPLOYMENT, {"spec": {"replicas": 4}}, query={"fieldManager": "other"}),
         patch(f"{DEPLOYMENT}/status", {"status": {"replicas": 4}}, query={"fieldManager": "controller"}),
         post(f"{APPS}/replicasets", {**replica_set("web"), "metadata": {"name": "web", "ownerReferences": [
             {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "u", "controller": True}]}}),
         patch(f"{APPS}/replicasets/web/status", {"status": {"replicas": 1, "observedGeneration": 1}}),
         post("/apis/batch/v1/namespaces/{ns}/jobs", job())),
    case("managers-of-plain-kinds",
         post(SERVICES, {**named("web"), "spec": {"selector": {"a": "b"}, "clusterIP": "None", "ports": [
             {"name": "a", "port": 80}, {"name": "b", "port": 81, "targetPort": "x"}]}}),
         patch(f"{SERVICE}/status", {"status": {"loadBalancer": {"ingress": [{"ip": "1.1.1.1"}]}}},
               query={"fieldManager": "balancer"}),
         post("/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses", ingress()),
         post(f"{CORE}/secrets", {**named("one"), "stringData": {"a": "b"}}),
         post(f"{CORE}/serviceaccounts", named("one")),
         post(f"{CORE}/endpoints", {**named("one"), "subsets": [
             {"addresses": [{"ip": "1.2.3.4"}], "ports": [{"port": 80}]}]}),
         post(f"{CORE}/events", {**named("one"), "involvedObject": {"kind": "Pod", "name": "p", "namespace": "{ns}"},
                                 "reason": "R", "message": "m", "type": "Normal", "count": 1,
                                 "firstTimestamp": "2020-01-01T00:00:00Z", "source": {"component": "c"}}),
         post("/apis/coordination.k8s.io/v1/namespaces/{ns}/leases",
              lease(renewTime="2020-01-01T00:00:00.000000Z")),
         post(f"{CORE}/persistentvolumeclaims", {**named("one"), "spec": {
             "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}})),
    case("managers-of-cluster-kinds",
         post("/api/v1/namespaces", named("x-{id}")), delete("/api/v1/namespaces/x-{id}"),
         post("/api/v1/nodes", {**named("n-{id}"), "status": {
             "capacity": {"cpu": "1"}, "conditions": [{"type": "Ready", "status": "True"}]}}),
         delete("/api/v1/nodes/n-{id}"), namespaced=False),
    case("managers-beyond-ten", post(MAPS, config_map()),
         *[patch(MAP, {"data": {f"k{number}": "v"}}, query={"fieldManager": f"m{number:02}"}) for number in range(13)]),
]
