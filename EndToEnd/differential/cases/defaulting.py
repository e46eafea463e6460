"""What the server fills in, kind by kind."""
from differential.objects import SELECTOR, TEMPLATE, ingress, job, lease, named, pod, replica_set, service
from differential.table import case, get, patch, post, put

CORE, APPS = "/api/v1/namespaces/{ns}", "/apis/apps/v1/namespaces/{ns}"
PODS, SERVICES = f"{CORE}/pods", f"{CORE}/services"


def container(**fields):
    return {"name": "web", "image": "example.com/web:1.0", **fields}


def made(title, folder, *documents):
    return case(f"defaults-of-{title}", *[post(folder, document, name=document["metadata"]["name"]) for document in documents])


def with_container(name, **fields):
    return {**named(name), "spec": {"containers": [container(**fields)]}}


def typed(name, kind, **spec):
    return service(name, type=kind, **spec)


CASES = [
    made("pods", PODS,
         pod("plain"), pod("never", restartPolicy="Never"), pod("account", serviceAccountName="x"),
         pod("old-account", serviceAccount="y"), pod("host", hostNetwork=True, containers=[container(ports=[{"containerPort": 80}])]),
         pod("init", initContainers=[container(name="init")]), pod("grace", terminationGracePeriodSeconds=0),
         pod("priority", priority=0), pod("tolerations", tolerations=[{"key": "a", "operator": "Exists", "effect": "NoExecute"}]),
         {**pod("with-status"), "status": {"phase": "Running", "podIP": "10.0.0.1"}}),
    made("pods-security", PODS,
         pod("context", securityContext={"runAsUser": 1000, "fsGroup": 2000}),
         with_container("container-context", securityContext={"privileged": True}),
         with_container("empty-context", securityContext={})),
    made("images", PODS, *[with_container(f"image-{number}", image=image) for number, image in enumerate((
        "web", "web:latest", "web:1", "reg:5000/web", "reg:5000/web:1", "web@sha256:" + "a" * 64, "web:latest@sha256:" + "a" * 64))]),
    made("containers", PODS,
         with_container("ports", ports=[{"containerPort": 80}, {"containerPort": 53, "protocol": "UDP", "name": "dns"}]),
         with_container("env", env=[{"name": "A"}, {"name": "B", "value": ""}, {"name": "C", "valueFrom": {
             "fieldRef": {"fieldPath": "metadata.name"}}}, {"name": "D", "valueFrom": {"configMapKeyRef": {"name": "a", "key": "b"}}},
             {"name": "E", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}]),
         with_container("resources", resources={"limits": {"cpu": "0.5", "memory": "1024Mi"}}),
         with_container("requests", resources={"requests": {"cpu": 1, "memory": "1.5Gi"}}),
         with_container("both", resources={"limits": {"cpu": "1000m", "memory": "1Gi"}, "requests": {"cpu": "1", "memory": "1Gi"}}),
         with_container("probe", readinessProbe={"httpGet": {"port": 80}}, livenessProbe={"tcpSocket": {"port": "http"}},
                        startupProbe={"exec": {"command": ["true"]}}),
         with_container("lifecycle", lifecycle={"preStop": {"httpGet": {"port": 80, "path": "x"}}}),
         with_container("mounts", volumeMounts=[])),
    made("quantities", PODS, *[with_container(f"quantity-{number}", resources={"limits": {"memory": quantity}})
                               for number, quantity in enumerate((
                                   "1024", "1024Ki", "1e3", "0.5Gi", "1.25", "1000000", "1E", "1500m", "0", "100000000000", "1e-3", 5))]),
    made("volumes", PODS, *[{**named(f"volume-{number}"), "spec": {"containers": [container()], "volumes": [{"name": "v", **source}]}}
                            for number, source in enumerate((
                                {}, {"emptyDir": {}}, {"configMap": {"name": "a"}}, {"secret": {"secretName": "a"}},
                                {"hostPath": {"path": "/x"}}, {"downwardAPI": {"items": [
                                    {"path": "a", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
                                {"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}, {"configMap": {"name": "a"}}]}}))]),
    made("services", SERVICES,
         service("plain"), service("headless", clusterIP="None"), typed("node", "NodePort"), typed("balanced", "LoadBalancer"),
         {**named("external"), "spec": {"type": "ExternalName", "externalName": "example.com"}},
         service("affinity", sessionAffinity="ClientIP"), service("target", ports=[{"port": 80, "targetPort": "http"}]),
         service("two", ports=[{"name": "a", "port": 80}, {"name": "b", "port": 81, "protocol": "UDP"}]),
         service("no-selector", selector=None), service("app", ports=[{"port": 80, "appProtocol": "http"}]),
         service("empty-ip", clusterIP=""), service("unready", publishNotReadyAddresses=True),
         typed("local", "NodePort", externalTrafficPolicy="Local"),
         service("headless-without-ports", clusterIP="None", ports=None),
         {**service("with-status"), "status": {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}}),
    made("replica-sets", f"{APPS}/replicasets",
         replica_set("plain"), {**named("least"), "spec": {"selector": SELECTOR, "template": TEMPLATE}},
         replica_set("zero", replicas=0), replica_set("ready", minReadySeconds=5),
         {**replica_set("with-status"), "status": {"replicas": 5}}, replica_set("null", replicas=None)),
    made("deployments", f"{APPS}/deployments", *[
        {**named(name), "spec": {"selector": SELECTOR, "template": TEMPLATE, **spec}} for name, spec in (
            ("plain", {}), ("recreate", {"strategy": {"type": "Recreate"}}), ("paused", {"paused": True}),
            ("surge", {"strategy": {"rollingUpdate": {"maxSurge": 1}}}))]),
    made("jobs", "/apis/batch/v1/namespaces/{ns}/jobs",
         job("plain"), job("parallel", parallelism=3), job("complete", completions=3), job("both", completions=3, parallelism=2),
         job("limit", backoffLimit=0, activeDeadlineSeconds=10), job("ttl", ttlSecondsAfterFinished=5)),
    made("ingresses", "/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses",
         ingress("plain"), ingress("class", ingressClassName="alb"),
         {**named("default-only"), "spec": {"defaultBackend": {"service": {"name": "a", "port": {"name": "http"}}}}},
         {**ingress("with-status"), "status": {"loadBalancer": {"ingress": [{"hostname": "a.b"}]}}}),
    made("secrets", f"{CORE}/secrets",
         named("plain"), {**named("string"), "stringData": {"a": "b", "\u00e9": "x"}}, {**named("strings"), "stringData": {"a": "b"}},
         {**named("both"), "data": {"a": "b2xk"}, "stringData": {"a": "new"}}, {**named("empty"), "data": {"a": ""}},
         {**named("typed"), "type": "example.com/x"}, {**named("null"), "data": None}),
    made("config-maps", f"{CORE}/configmaps",
         named("plain"), {**named("binary"), "binaryData": {"a": "AQID"}}, {**named("immutable"), "immutable": True},
         {**named("null"), "data": {"a": None}}, {**named("empty"), "data": {}}),
    made("endpoints", f"{CORE}/endpoints",
         named("plain"), {**named("ready"), "subsets": [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]}]},
         {**named("unready"), "subsets": [{"notReadyAddresses": [{"ip": "10.0.0.2", "nodeName": "n"}], "ports": [{"port": 80, "name": "a"}]}]},
         {**named("sorted"), "subsets": [{"addresses": [{"ip": "10.0.0.9"}, {"ip": "10.0.0.1"}], "ports": [
             {"port": 81, "name": "b"}, {"port": 80, "name": "a"}]}]},
         {**named("merged"), "subsets": [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]},
                                         {"addresses": [{"ip": "10.0.0.2"}], "ports": [{"port": 80}]}]},
         {**named("without-ports"), "subsets": [{"addresses": [{"ip": "10.0.0.1"}]}]}, {**named("empty"), "subsets": []}),
    made("endpoint-slices", "/apis/{discovery}/namespaces/{ns}/endpointslices",
         {**named("plain"), "addressType": "IPv4", "endpoints": [], "ports": []},
         {**named("null"), "addressType": "IPv4"},
         {**named("full"), "addressType": "IPv4", "endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": False}}],
          "ports": [{"port": 80}, {"name": "b", "port": 81, "protocol": "UDP"}]}),
    made("leases", "/apis/coordination.k8s.io/v1/namespaces/{ns}/leases",
         lease("plain"), named("empty"), lease("times", acquireTime="2020-01-01T00:00:00.000000Z", renewTime="2020-01-01T00:00:00.123456Z"),
         lease("whole-time", renewTime="2020-01-01T00:00:00Z"), lease("zone", renewTime="2020-01-01T01:00:00.5+01:00")),
    made("budgets", "/apis/{policy}/namespaces/{ns}/poddisruptionbudgets",
         {**named("least"), "spec": {"minAvailable": 1, "selector": SELECTOR}},
         {**named("most"), "spec": {"maxUnavailable": "50%", "selector": SELECTOR}}),
    made("autoscalers", "/apis/{autoscaling}/namespaces/{ns}/horizontalpodautoscalers",
         {**named("plain"), "spec": {"maxReplicas": 3, "scaleTargetRef": {"kind": "Deployment", "name": "a", "apiVersion": "apps/v1"}}}),
    made("service-accounts", f"{CORE}/serviceaccounts", named("plain"),
         {**named("tokens"), "imagePullSecrets": [{"name": "a"}], "secrets": [{"name": "b"}]}),
    made("events", f"{CORE}/events",
         {**named("plain"), "involvedObject": {"namespace": "{ns}"}},
         {**named("full"), "involvedObject": {"namespace": "{ns}", "kind": "Pod", "name": "a"}, "count": 1, "type": "Normal",
          "firstTimestamp": "2020-01-01T00:00:00Z", "lastTimestamp": "2020-01-01T00:00:00Z", "source": {"component": "x"}}),
    case("defaults-of-namespaces",
         post("/api/v1/namespaces", {**named("a-{id}"), "spec": {"finalizers": ["example.com/a"]}}, name="finalizer"),
         post("/api/v1/namespaces", {**named("b-{id}"), "status": {"phase": "Terminating"}}, name="status")),
    case("defaults-of-nodes",
         post("/api/v1/nodes", {**named("a-{id}"), "status": {"capacity": {"cpu": "2", "memory": "4Gi", "pods": 110}, "addresses": [
             {"type": "InternalIP", "address": "10.0.0.1"}]}}, name="status"),
         post("/api/v1/nodes", {**named("b-{id}"), "spec": {"providerID": "aws:///a/i-1", "podCIDR": "10.244.0.0/24"}}, name="spec")),
    case("ports-of-services-kept",
         post(SERVICES, typed("web", "NodePort"), name="make"),
         patch(f"{SERVICES}/web", {"spec": {"type": "ClusterIP"}}, name="to-cluster-ip"),
         patch(f"{SERVICES}/web", {"spec": {"type": "NodePort"}}, name="to-node-port"),
         patch(f"{SERVICES}/web", {"spec": {"type": "LoadBalancer"}}, name="to-balancer"),
         patch(f"{SERVICES}/web", {"spec": {"ports": [{"port": 80}, {"name": "b", "port": 81}]}}, name="two-ports-one-unnamed"),
         patch(f"{SERVICES}/web", {"spec": {"ports": [{"name": "a", "port": 80}, {"name": "b", "port": 81}]}}, name="two-ports"),
         patch(f"{SERVICES}/web", {"spec": {"type": "ExternalName", "externalName": "a.b"}}, name="to-external"),
         patch(f"{SERVICES}/web", {"spec": {"clusterIP": None, "clusterIPs": None, "type": "ExternalName", "externalName": "a.b"}},
               name="to-external-without-ip"),
         get(f"{SERVICES}/web", name="get")),
    case("status-kept-on-put",
         post(f"{APPS}/replicasets", replica_set("web"), name="make"),
         put(f"{APPS}/replicasets/web", {**replica_set("web", replicas=5), "status": {"replicas": 9}}, name="put-with-status"),
         put(f"{APPS}/replicasets/web/status", {**replica_set("web", replicas=7), "status": {"replicas": 4}}, name="put-status"),
         patch(f"{APPS}/replicasets/web/status", {"metadata": {"labels": {"a": "b"}}, "spec": {"replicas": 1},
                                                  "status": {"readyReplicas": 2}}, name="patch-status"),
         get(f"{APPS}/replicasets/web/status", name="get-status"),
         get(f"{APPS}/replicasets/web/scale", name="get-scale"),
         put(f"{APPS}/replicasets/web", replica_set("web", replicas=7), name="put-same-number")),
    case("generation",
         post(f"{APPS}/replicasets", replica_set("web"), name="make"),
         patch(f"{APPS}/replicasets/web", {"metadata": {"labels": {"a": "b"}}}, name="label"),
         patch(f"{APPS}/replicasets/web", {"spec": {"replicas": 3}}, name="replicas"),
         patch(f"{APPS}/replicasets/web", {"spec": {"replicas": 3}}, name="nothing"),
         patch(f"{APPS}/replicasets/web/status", {"status": {"replicas": 3}}, name="status")),
]
