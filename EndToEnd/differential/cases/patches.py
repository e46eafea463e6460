"""JSON patches, merge patches and strategic merge patches, good and bad."""
from differential.objects import config_map
from differential.table import case, delete, get, patch, post

MAPS = "/api/v1/namespaces/{ns}/configmaps"
DEPLOYMENTS = "/apis/apps/v1/namespaces/{ns}/deployments"
SERVICES = "/api/v1/namespaces/{ns}/services"
MAP, DEPLOYMENT, SERVICE = f"{MAPS}/one", f"{DEPLOYMENTS}/web", f"{SERVICES}/web"

WEB = {
    "metadata": {"name": "web"},
    "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": {
        "metadata": {"labels": {"app": "web"}},
        "spec": {
            "containers": [
                {"name": "web", "image": "nginx:1", "ports": [{"containerPort": 80}],
                 "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]},
                {"name": "side", "image": "busybox"},
            ],
            "volumes": [{"name": "data", "emptyDir": {}}],
        },
    }},
}
HEADLESS = {"metadata": {"name": "web"}, "spec": {"clusterIP": "None", "selector": {"app": "x"}, "ports": [
    {"name": "http", "port": 80, "targetPort": 8080}, {"name": "https", "port": 443}]}}


def op(op, path, *value, **more):
    return {"op": op, "path": path, **({"value": value[0]} if value else {}), **more}


def operations(*groups):
    """One JSON patch of the config map per group."""
    return [patch(MAP, list(group) if isinstance(group, tuple) else [group], kind="json") for group in groups]


def pod_patch(spec):
    return patch(DEPLOYMENT, {"spec": {"template": {"spec": spec}}}, kind="strategic")


def container(**fields):
    return pod_patch({"containers": [{"name": "web", **fields}]})


def strategic(body, path=DEPLOYMENT):
    return patch(path, body, kind="strategic")


CASES = [
    case("json-patch-operations", post(MAPS, config_map(data={"a": "1", "b": "2"}, labels={"x": "y"})), *operations(
        op("add", "/data/c", "3"),
        (op("replace", "/data/c", "4"), op("test", "/data/c", "4")),
        op("remove", "/data/c"),
        op("copy", "/data/z", **{"from": "/data/a"}),
        op("move", "/data/y", **{"from": "/data/z"}),
        op("add", "/metadata/labels/a~1b", "v"),
        op("replace", "/data", {"only": "this"}),
        op("add", "/data/only", "that"),
    ), get(MAP)),
    case("json-patch-refusals", post(MAPS, config_map(data={"a": "1", "b": "2"}, labels={"x": "y"})), *operations(
        op("test", "/data/a", "9"),
        op("test", "/data/missing", "9"),
        op("remove", "/data/missing"),
        op("add", "/nothing/here", "1"),
        op("add", "", {"a": 1}),
        op("bogus", "/data/a", "1"),
        {"path": "/data/a", "value": "1"},
        {"op": "add", "value": "1"},
        op("copy", "/data/q"),
        op("move", "/data/q", **{"from": "/data/absent"}),
        (op("add", "/data/kept", "no"), op("test", "/data/a", "9")),
        op("replace", "/metadata/name", "other"),
        op("replace", "/metadata/namespace", "other"),
        op("replace", "/metadata/uid", "other"),
        op("replace", "/metadata/resourceVersion", "1"),
        op("replace", "/kind", "Secret"),
        op("replace", "/apiVersion", "v2"),
        op("add", "/metadata/labels/bad label!", "v"),
    ), get(MAP)),
    case("json-patch-quirks", post(MAPS, config_map(data={"a": "1"})), *operations(
        op("replace", "/metadata/resourceVersion", "0"),
        op("remove", "/metadata/resourceVersion"),
        op("add", "/unknown", 5),
    ),
        patch(MAP, [op("test", "/data/missing", None)], kind="json", name="test-of-absent-null"),
        patch(MAP, [op("replace", "/data/missing", "1")], kind="json", name="replace-of-absent"),
        patch(MAP, [op("add", "data/a", "1")], kind="json", name="pointer-without-slash"),
        patch(MAP, [op("copy", "/data/q", **{"from": "/data/absent"})], kind="json", name="copy-of-absent"),
        patch(MAP, [op("add", "/data/q")], kind="json", name="add-of-nothing"),
    ),
    case("json-patch-bodies", post(MAPS, config_map()),
         patch(MAP, {"op": "add"}, kind="json", name="object"),
         patch(MAP, [1], kind="json", name="number"),
         patch(MAP, "not json", kind="json", name="text"),
         patch(MAP, "", kind="json", name="nothing"),
         patch(MAP, [], kind="json", name="no-operation"),
         patch(f"{MAPS}/absent", [op("add", "/data/c", "3")], kind="json", name="absent"),
         patch(MAP, [op("replace", "/data/key", 5)], kind="json", name="wrong-type")),
    case("json-patch-of-lists", post(DEPLOYMENTS, WEB),
         *[patch(DEPLOYMENT, [one], kind="json") for one in (
             op("add", "/spec/template/spec/containers/0/env/-", {"name": "C", "value": "3"}),
             op("add", "/spec/template/spec/containers/0/env/0", {"name": "Z", "value": "0"}),
             op("remove", "/spec/template/spec/containers/0/env/1"),
             op("remove", "/spec/template/spec/containers/0/env/9"),
             op("add", "/spec/template/spec/containers/0/env/9", {}),
             op("replace", "/spec/template/spec/containers/0/env/x", {}),
             op("replace", "/spec/template/spec/containers/7/image", "x"),
             op("replace", "/spec/replicas", -1),
             op("remove", "/spec/template/spec/containers"),
         )],
         patch(DEPLOYMENT, [op("replace", "/spec/replicas", "three")], kind="json", name="wrong-type"),
         patch(DEPLOYMENT, [op("remove", "/spec/template/spec/containers/0/env/-1")], kind="json", name="from-the-end")),
    case("merge-patch", post(MAPS, config_map(data={"a": "1", "b": "2"})),
         *[patch(MAP, body) for body in (
             {"data": {"a": None, "c": "3"}},
             {"data": None},
             {},
             {"metadata": {"labels": {"a": "b"}, "annotations": {"n": "v"}}},
             {"metadata": {"labels": None}},
             {"metadata": {"creationTimestamp": "2001-01-01T00:00:00Z", "generation": 9, "selfLink": "/x"}},
             {"metadata": {"managedFields": []}},
             {"data": {"back": "1"}},
             {"metadata": {"managedFields": [{}]}},
             {"data": {"back": "2"}},
         )], get(MAP)),
    case("merge-patch-refusals", post(MAPS, config_map()),
         *[patch(MAP, body) for body in (
             {"metadata": {"name": "other"}},
             {"metadata": {"resourceVersion": "1"}},
             {"metadata": {"resourceVersion": "abc"}},
             {"metadata": {"uid": "00000000-0000-0000-0000-000000000000"}},
             {"metadata": None},
         )],
         patch(f"{MAPS}/absent", {"data": {}}), patch(MAPS, {"data": {}}),
         patch(MAP, {"data": {"x": 1}}, name="wrong-type"),
         *[patch(MAP, body, name=f"body-{name}") for name, body in (
             ("array", []), ("text", "nope"), ("number", "5"), ("null", "null"))],
         get(MAP)),
    case("patch-options", post(MAPS, config_map()),
         patch(MAP, {"data": {"x": "1"}}, headers={"Content-Type": "text/plain"}),
         patch(MAP, {"data": {"x": "1"}}, headers={"Content-Type": "application/json"}),
         patch(MAP, {"data": {"x": "1"}}, query={"dryRun": "All"}),
         patch(MAP, {"data": {"x": "1"}}, query={"dryRun": "Some"}),
         patch(MAP, {"data": {"x": "1"}}, query={"fieldManager": "me"}),
         patch(MAP, {"data": {"x": "2"}}, query={"force": "true"}),
         patch(MAP, {"data": {"x": "2"}}, query={"fieldManager": "x" * 200}),
         patch(MAP, {"data": {"x": "2"}}, query={"fieldManager": "a\nb"}),
         get(MAP)),
    case("strategic-patch-of-containers", post(DEPLOYMENTS, WEB),
         container(image="nginx:2"),
         container(env=[{"name": "B", "value": "x"}, {"name": "C", "value": "3"}]),
         container(env=[{"name": "B", "$patch": "delete"}]),
         container(env=[{"$patch": "replace"}, {"name": "R", "value": "r"}]),
         container(ports=[{"containerPort": 80, "name": "http"}, {"containerPort": 81}]),
         container(args=["a", "b"]), container(args=["c"]),
         container(volumeMounts=[{"name": "data", "mountPath": "/m"}]),
         container(envFrom=[{"configMapRef": {"name": "x"}}]),
         pod_patch({"containers": [{"name": "new", "image": "i"}]}),
         pod_patch({"$setElementOrder/containers": [{"name": "side"}, {"name": "new"}, {"name": "web"}],
                    "containers": [{"name": "web", "image": "nginx:3"}]}),
         pod_patch({"containers": [{"name": "new", "$patch": "delete"}]}),
         pod_patch({"$setElementOrder/containers": [{"name": "web"}, {"name": "side"}]}),
         pod_patch({"initContainers": [{"name": "init", "image": "i"}]}),
         pod_patch({"initContainers": None}),
         get(DEPLOYMENT)),
    case("strategic-patch-of-pod-templates", post(DEPLOYMENTS, WEB),
         pod_patch({"volumes": [{"name": "data", "$retainKeys": ["name", "configMap"], "configMap": {"name": "x"}}]}),
         pod_patch({"volumes": [{"name": "data", "emptyDir": {}}]}),
         pod_patch({"volumes": None}),
         strategic({"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}),
         strategic({"spec": {"strategy": {"$patch": "replace", "type": "RollingUpdate"}}}),
         pod_patch({"tolerations": [{"key": "a", "operator": "Exists"}]}),
         pod_patch({"tolerations": [{"key": "b", "operator": "Exists"}]}),
         pod_patch({"hostAliases": [{"ip": "1.2.3.4", "hostnames": ["a"]}]}),
         pod_patch({"hostAliases": [{"ip": "1.2.3.4", "hostnames": ["b"]}]}),
         pod_patch({"imagePullSecrets": [{"name": "a"}]}),
         pod_patch({"imagePullSecrets": [{"name": "b"}]}),
         pod_patch({"nodeSelector": {"a": "b"}}),
         pod_patch({"nodeSelector": {"a": None, "c": "d"}}),
         pod_patch({"affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
             {"weight": 1, "podAffinityTerm": {"topologyKey": "zone"}}]}}}),
         pod_patch({"securityContext": {"runAsUser": 1000}}),
         strategic({"spec": {"replicas": None}}),
         get(DEPLOYMENT)),
    case("strategic-patch-of-metadata", post(DEPLOYMENTS, WEB),
         strategic({"metadata": {"finalizers": ["x.io/a", "x.io/b"]}}),
         strategic({"metadata": {"$deleteFromPrimitiveList/finalizers": ["x.io/a"]}}),
         strategic({"metadata": {"finalizers": ["x.io/c"], "$setElementOrder/finalizers": ["x.io/c", "x.io/b"]}}),
         strategic({"metadata": {"finalizers": None}}),
         strategic({"metadata": {"ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "u1"}]}}),
         strategic({"metadata": {"ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "b", "uid": "u2"}]}}),
         strategic({"metadata": {"ownerReferences": [{"$patch": "delete", "uid": "u1"}]}}),
         strategic({"metadata": {"labels": {"a": "b"}}}),
         strategic({"metadata": {"labels": {"$patch": "replace", "only": "this"}}}),
         strategic({"metadata": {"labels": {"$patch": "delete"}}}),
         get(DEPLOYMENT)),
    case("strategic-patch-refusals", post(DEPLOYMENTS, WEB),
         pod_patch({"containers": [{"image": "x"}]}),
         pod_patch({"containers": ["x"]}),
         container(**{"$patch": "bogus"}),
         pod_patch({"$setElementOrder/containers": [{"name": "web"}], "containers": [{"name": "side", "image": "q"}]}),
         pod_patch({"volumes": [{"name": "data", "configMap": {"name": "x"}}]}),
         pod_patch({"volumes": [{"name": "data", "$retainKeys": ["name"], "secret": {"secretName": "x"}}]}),
         strategic({"metadata": {"$deleteFromPrimitiveList/finalizers": "x"}}),
         strategic({"metadata": {"$setElementOrder/finalizers": "x"}}),
         strategic({"$patch": "delete"}),
         patch(DEPLOYMENT, {"spec": {"replicas": "x"}}, kind="strategic", name="wrong-type"),
         patch(DEPLOYMENT, {"spec": "x"}, kind="strategic", name="wrong-type-of-object"),
         patch(DEPLOYMENT, [], kind="strategic", name="body-array"),
         patch(DEPLOYMENT, "{", kind="strategic", name="body-text"),
         get(DEPLOYMENT)),
    case("strategic-patch-of-services", post(SERVICES, HEADLESS),
         *[strategic({"spec": spec}, SERVICE) for spec in (
             {"ports": [{"port": 80, "targetPort": 9090}]},
             {"ports": [{"port": 8443, "name": "alt"}]},
             {"ports": [{"port": 443, "$patch": "delete"}]},
             {"ports": [{"name": "http"}]},
             {"selector": {"version": "2"}},
             {"selector": {"version": None}},
         )],
         delete(SERVICE)),
]
