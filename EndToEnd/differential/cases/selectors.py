"""Label and field selectors, good and bad."""
from differential.objects import config_map, named, pod, service
from differential.table import case, get, post

MAPS = "/api/v1/namespaces/{ns}/configmaps"
PODS = "/api/v1/namespaces/{ns}/pods"
EVENTS = "/api/v1/namespaces/{ns}/events"


def labelled():
    return [post(MAPS, config_map(f"m{number}", labels=labels), name=f"make-{number}")
            for number, labels in enumerate([{"a": "1"}, {"a": "2"}, {"a": "1", "b": ""}, {}, {"x.io/a": "1"}])]


def asking(name, selectors, folder=MAPS, made=(), option="labelSelector"):
    return case(name, *made, *[get(folder, query={option: one}, name=one or "empty") for one in selectors])


def event(name, **fields):
    about = {"kind": "Pod", "name": "web", "namespace": "{ns}", "uid": "u1", **fields.pop("involvedObject", {})}
    return {**named(name), "involvedObject": about, "reason": "Tested", "message": "m", "type": "Normal",
            "source": {"component": "tester"}, **fields}


CASES = [
    asking("labels-equal", ["a=1", "a==1", "a!=1", "a=1,b=", "a=3", "a = 1", " a=1 ", "x.io/a=1"], made=labelled()),
    asking("labels-in-sets", ["a in (1,2)", "a notin (1)", "a in ()", "a in (1", "a in(1)", "a notin (1,2),a"],
           made=labelled()),
    asking("labels-present", ["a", "!a", "!b,a", "! a", "b", "c"], made=labelled()),
    asking("labels-as-numbers",
           ["a>1", "a<2", "a>x", "a gt 1"], made=labelled()),
    asking("labels-malformed",
           ["=", "a=", "a=1,", ",", "a=1;b=2", "a=b=c", "a in", "a,,b", "!", "a!", "-a=1", "a=_", "a b", "a=(1)", "(",
            "x/y/z=1", "a in (,)", "a in (1,,2)", "\u00e9=1", "a=\u00e9", "!a=1", "a=1 b=2"]),
    asking("labels-too-long",
           ["a=" + "v" * 64, "k" * 64 + "=1", "p" * 254 + "/k=1", "a in (" + "v" * 64 + ")", "a=" + "v" * 63]),
    asking("labels-empty-parts", ["", ",a", "a,", "/a=1", "a/=1"]),
    asking("fields-of-a-map",
           ["metadata.name=m1", "metadata.name!=m1", "metadata.namespace={ns}", "metadata.namespace=other",
            "metadata.name=m1,metadata.name=m2", "metadata.name==m3"],
           made=labelled(), option="fieldSelector"),
    asking("fields-unknown",
           ["data=1", "spec.nodeName=x", "metadata.labels=1", "metadata.uid=1", "metadata.name"], option="fieldSelector"),
    asking("fields-malformed",
           ["=", "metadata.name", ",", "metadata.name=a,", "metadata.name=a=b", "metadata.name in (a)",
            "metadata.name=a\\,b", "metadata.name=a\\", "metadata.name>a", " metadata.name=a"],
           option="fieldSelector"),
    asking("fields-of-pods",
           ["spec.nodeName=", "spec.nodeName=n", "status.phase=Pending", "status.phase!=Pending",
            "spec.restartPolicy=Always", "spec.schedulerName=default-scheduler", "spec.serviceAccountName=",
            "status.podIP=", "status.nominatedNodeName=", "spec.hostNetwork=false", "status.podIPs=", "spec.x=1",
            "metadata.name=web,status.phase=Pending"],
           PODS, [post(PODS, pod("web"), name="make")], "fieldSelector"),
    asking("fields-of-events",
           ["involvedObject.name=web", "involvedObject.kind=Pod", "involvedObject.kind=Node", "reason=Tested",
            "type=Normal", "type=Warning", "involvedObject.uid=u1", "source=tester", "involvedObject.namespace={ns}",
            "involvedObject.apiVersion=", "involvedObject.fieldPath=", "involvedObject.resourceVersion=",
            "reportingComponent=", "message=m", "count=1"],
           EVENTS, [post(EVENTS, event("one"), name="make-one"),
                    post(EVENTS, event("two", involvedObject={"kind": "Service"}, type="Warning"), name="make-two")],
           "fieldSelector"),
    asking("fields-of-secrets", ["type=Opaque", "type=other", "data=x"],
           "/api/v1/namespaces/{ns}/secrets", [post("/api/v1/namespaces/{ns}/secrets", named("one"), name="make")],
           "fieldSelector"),
    asking("fields-of-replica-sets", ["status.replicas=0", "status.replicas=1", "spec.replicas=1"],
           "/apis/apps/v1/namespaces/{ns}/replicasets", option="fieldSelector"),
    asking("fields-of-services", ["spec.clusterIP=None", "spec.type=ClusterIP", "metadata.name=web"],
           "/api/v1/namespaces/{ns}/services", [post("/api/v1/namespaces/{ns}/services", service(clusterIP="None"))],
           "fieldSelector"),
    asking("fields-of-jobs", ["status.successful=0", "status.successful=1", "status.active=0"],
           "/apis/batch/v1/namespaces/{ns}/jobs", option="fieldSelector"),
    asking("fields-of-namespaces",
           ["metadata.name={ns},status.phase=Active", "metadata.name={ns},status.phase=Terminating",
            "metadata.name={ns},name={ns}", "metadata.namespace=x,metadata.name={ns}"],
           "/api/v1/namespaces", option="fieldSelector"),
    asking("fields-of-nodes", ["spec.unschedulable=true,metadata.name=absent", "spec.x=1"],
           "/api/v1/nodes", option="fieldSelector"),
    asking("fields-of-ingresses", ["metadata.name=a", "spec.ingressClassName=a"],
           "/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses", option="fieldSelector"),
    case("name-and-field-selector",
         post(MAPS, config_map("one"), name="make"),
         get(f"{MAPS}/one", query={"fieldSelector": "metadata.name=two"}, name="get-with-selector")),
]
