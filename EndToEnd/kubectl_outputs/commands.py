"""The commands, in sessions: each session has a namespace of its own on each server, and its commands build on each other."""
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One call of kubectl."""

    arguments: tuple
    text: str = ""  # its standard input
    editor: str = ""  # what $KUBE_EDITOR does with the file it is given: a shell command
    only: str = ""  # a pattern: lines of the output that do not match it are not compared
    ordered: bool = True  # whether the order of the lines matters
    during: tuple = ()  # commands that run while this one, a watch, is open
    lines: int = 0  # how many lines a watch prints before it is ended
    quiet: bool = False  # a preparation, whose output is not compared


@dataclass(frozen=True)
class Session:
    name: str
    commands: tuple


def k(line, text="", **options):
    """A command as one writes it in a shell, without quoting: words are parted at spaces, `~` stands for a space in a word."""
    arguments = tuple(word.replace("~", " ") for word in line.split())
    return Command(arguments, text if isinstance(text, str) else json.dumps(text), **options)


def quiet(line, text=""):
    return k(line, text, quiet=True)


def named(kind, name, version="v1", labels=None, **rest):
    metadata = {"name": name, **({"labels": labels} if labels else {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def config_map(name="settings", data=None, labels=None):
    return named("ConfigMap", name, labels=labels, data=data or {"colour": "blue"})


CONTAINER = {"name": "web", "image": "example.com/web:1.0", "ports": [{"containerPort": 80, "name": "http"}],
             "env": [{"name": "A", "value": "1"}], "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "64Mi"}},
             "readinessProbe": {"httpGet": {"path": "/", "port": "http"}}}
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [CONTAINER]}}
SELECTOR = {"matchLabels": {"app": "web"}}
DEPLOYMENT = named("Deployment", "web", "apps/v1", {"app": "web"}, spec={
    "replicas": 3, "selector": SELECTOR, "template": TEMPLATE})
REPLICA_SET = named("ReplicaSet", "web", "apps/v1", {"app": "web"}, spec={
    "replicas": 2, "selector": SELECTOR, "template": TEMPLATE})
SERVICE = named("Service", "web", labels={"app": "web"}, spec={
    "clusterIP": "None", "selector": {"app": "web"}, "ports": [
        {"name": "http", "port": 80, "protocol": "TCP", "targetPort": "http"},
        {"name": "admin", "port": 81, "protocol": "TCP"}]})
INGRESS = named("Ingress", "web", "networking.k8s.io/v1", spec={"ingressClassName": "alb", "rules": [
    {"host": "web.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {
        "service": {"name": "web", "port": {"number": 80}}}}]}}]})
POD = named("Pod", "web", labels={"app": "web"}, spec={"nodeName": "nowhere", "containers": [CONTAINER]})
POD_STATUS = {"status": {
    "phase": "Running", "podIP": "10.1.2.3", "podIPs": [{"ip": "10.1.2.3"}], "hostIP": "10.0.0.1",
    "startTime": "2020-01-01T00:00:00Z",
    "conditions": [{"type": "Ready", "status": "True"}, {"type": "PodScheduled", "status": "True"}],
    "containerStatuses": [{"name": "web", "image": "example.com/web:1.0", "imageID": "sha256:1", "ready": True,
                           "restartCount": 2, "containerID": "c://1", "state": {
                               "running": {"startedAt": "2020-01-01T00:00:00Z"}}}]}}
ROLLOUT = named("Rollout", "web", "argoproj.io/v1alpha1", {"app": "web"}, spec={
    "replicas": 3, "selector": SELECTOR, "template": TEMPLATE,
    "strategy": {"canary": {"steps": [{"setWeight": 20}, {"pause": {}}]}}})
EVENT = named("Event", "web.1", involvedObject={"kind": "Pod", "name": "web", "namespace": "NAMESPACE"}, reason="Started",
              message="Started container web", type="Normal", count=2, source={"component": "kubelet"},
              firstTimestamp="2020-01-01T00:00:00Z", lastTimestamp="2020-01-01T00:00:00Z")


def all_of(*documents):
    return {"apiVersion": "v1", "kind": "List", "items": list(documents)}


def forms(what):
    """Everything `get` can print of something."""
    return [k(f"get {what} {form}") for form in (
        "", "-o wide", "-o yaml", "-o json", "-o name", "--show-labels", "--no-headers", "-L app",
        "-o jsonpath={.metadata.name}{\"\\n\"}", "-o custom-columns=NAME:.metadata.name,LABELS:.metadata.labels.app",
        "-o go-template={{.metadata.name}}{{\"\\n\"}}", "--show-kind", "-o jsonpath-as-json={.metadata.labels}")]


SERVED = ("bindings|configmaps|endpoints|events|namespaces|nodes|persistentvolumeclaims|pods|secrets|serviceaccounts|services|"
          "customresourcedefinitions|deployments|replicasets|jobs|leases|ingresses|ingressclasses|rollouts|"
          "selfsubjectaccessreviews")

SESSIONS = [
    Session("config-maps", (
        k("create configmap settings --from-literal=colour=blue --from-literal=size=2"),
        k("create configmap settings --from-literal=colour=blue"), *forms("configmap settings"),
        k("get configmaps"), k("get cm -o name"), k("get configmaps,secrets"), k("get configmap/settings service/absent"),
        k("get configmap absent"), k("get nothing"), k("describe configmap settings", ordered=False), k("describe configmap absent"),
        k("delete configmap settings"), k("delete configmap settings"), k("delete configmap settings --ignore-not-found"),
        k("get configmaps"))),
    Session("lists", (
        quiet("apply -f -", all_of(*[config_map(name, labels={"tier": tier}) for name, tier in (
            ("c", "front"), ("a", "back"), ("b", "front"))])),
        k("get cm -l tier=front"), k("get cm -l tier!=front"), k("get cm -l tier~in~(front,back)"), k("get cm -l !!"),
        k("get cm -l tier=none"), k("get cm --field-selector metadata.name=a"), k("get cm --field-selector metadata.name!=a"),
        k("get cm --field-selector data.colour=blue"), k("get cm --sort-by=.metadata.name"),
        k("get cm --sort-by={.metadata.labels.tier}"), k("get cm --chunk-size=1"), k("get cm a b"), k("get cm a b -o yaml"),
        k("get cm -o jsonpath={.items[*].metadata.name}"), k("get cm -A --field-selector metadata.namespace=NAMESPACE"),
        k("get cm -A -o name --field-selector metadata.namespace=NAMESPACE"), k("get cm -o wide --show-labels"), k("get cm -L tier"),
        k("get --raw /api/v1/namespaces/NAMESPACE/configmaps/a"), k("get all"), k("get cm -l tier=front -o json"),
        k("delete cm -l tier=front"), k("delete cm --all"), k("delete cm --all"))),
    Session("apply", (
        k("apply -f -", config_map()), k("apply -f -", config_map()), k("apply -f -", config_map(data={"colour": "red"})),
        k("get cm settings -o yaml"), k("apply -f - --dry-run=client", config_map(data={"colour": "green"})),
        k("apply -f - --dry-run=server", config_map(data={"colour": "green"})),
        k("apply -f - --dry-run=server -o yaml", config_map(data={"colour": "green"})),
        k("diff -f -", config_map(data={"colour": "green"})), k("diff -f -", config_map(data={"colour": "red"})),
        k("apply view-last-applied configmap settings"), k("apply -f - -o name", config_map()),
        k("apply --filename=-", named("ConfigMap", "settings", data={"a": 5})), k("apply -f -", named("ConfigMap", "Bad_Name")),
        k("apply -f -", "not yaml: ["), k("apply -f -", named("Nothing", "x", "example.com/v1")),
        k("apply --filename=-", named("ConfigMap", "settings", extra={"a": "b"})),
        k("apply -f - --validate=false", named("ConfigMap", "settings", extra={"a": "b"})),
        k("create -f -", config_map("made")), k("create -f -", config_map("made")),
        k("create -f - -o yaml", config_map("made-too")), k("create -f - --save-config", config_map("saved")),
        k("replace -f -", config_map("made", {"a": "b"})), k("replace -f -", config_map("absent")),
        k("replace --force -f -", config_map("made", {"c": "d"})), k("get cm made -o yaml"),
        k("apply -f -", config_map("made", {"e": "f"})), k("delete -f -", config_map("made")),
        k("delete -f -", config_map("made")))),
    Session("server-side-apply", (
        k("apply --server-side -f -", config_map()), k("apply --server-side -f -", config_map()),
        k("apply --server-side --field-manager=other -f -", config_map(data={"colour": "red"})),
        k("apply --server-side --field-manager=other --force-conflicts -f -", config_map(data={"colour": "red"})),
        k("get cm settings -o yaml --show-managed-fields"), k("apply --server-side -f -", config_map()),
        k("apply --server-side --filename=-", named("ConfigMap", "settings", extra={"a": "b"})),
        k("apply --server-side -f -", DEPLOYMENT), k("scale deployment web --replicas=5"),
        k("apply --server-side --filename=-", DEPLOYMENT), k("get deployment web -o yaml --show-managed-fields"))),
    Session("prune", (
        k("apply --prune -l app=web -f -", all_of(config_map("a", labels={"app": "web"}), config_map("b", labels={"app": "web"}))),
        k("apply --prune -l app=web --prune-whitelist=core/v1/ConfigMap -f -", config_map("a", labels={"app": "web"})),
        k("apply --prune -l app=web --prune-allowlist=core/v1/ConfigMap -f -", config_map("a", labels={"app": "web"})),
        k("get cm -l app=web"))),
    Session("patch-label-annotate", (
        quiet("apply -f -", all_of(SERVICE, config_map())),
        k('patch service web -p {"spec":{"ports":[{"port":80,"targetPort":8080}]}}'),
        k('patch service web --type=merge -p {"metadata":{"labels":{"a":"1"}}}'),
        k('patch service web --type=json -p [{"op":"remove","path":"/metadata/labels/a"}]'),
        k('patch service web --type=json -p [{"op":"remove","path":"/metadata/labels/a"}]'),
        k('patch service web --type=json -p [{"op":"test","path":"/metadata/name","value":"x"}]'),
        k("patch service web -p {}"), k("patch service web -p nonsense"), k("patch service absent -p {}"),
        k('patch service web -p {"spec":{"ports":[{"port":99999,"name":"x"}]}}'),
        k('patch service web --type=merge -p {"spec":{"ports":"x"}}'),
        k('patch service web -p {"metadata":{"labels":{"b":"2"}}} -o yaml'),
        k('patch service web --dry-run=server -p {"metadata":{"labels":{"c":"2"}}}'),
        k("label cm settings team=shop"), k("label cm settings team=shop"), k("label cm settings team=other"),
        k("label --overwrite cm settings team=other"), k("label cm settings team-"), k("label cm settings team-"),
        k("label cm settings bad~label=x"), k("label cm --all env=test"), k("label cm settings --list"),
        k("annotate cm settings note=hello"), k("annotate cm settings note=bye"), k("annotate cm settings note-"),
        k("annotate --overwrite cm settings note=again -o yaml"), k("get cm settings -o yaml"))),
    Session("edit", (
        quiet("apply -f -", SERVICE), k("edit service web", editor="true"),
        k("edit service web", editor='sed -i "s/port: 80$/port: 8080/" "$1"'),
        k("get service web -o jsonpath={.spec.ports[*].port}"), k("edit service web -o name", editor='sed -i "s/8080/80/" "$1"'),
        k("edit service absent", editor="true"))),
    Session("deployments", (
        k("create -f -", DEPLOYMENT), *forms("deployment web"), k("get deploy,rs,pods"), k("scale deployment web --replicas=5"),
        k("scale deployment web --current-replicas=9 --replicas=1"), k("scale deployment absent --replicas=1"),
        k("scale deployment web --replicas=-1"), k("set image deployment/web web=example.com/web:2.0"),
        k("set env deployment/web B=2"), k("set resources deployment web --limits=cpu=200m"),
        k("rollout pause deployment web"), k("rollout resume deployment web"), k("rollout restart deployment web"),
        k("rollout status deployment web --watch=false"), k("rollout history deployment web"), k("describe deployment web"),
        k('patch deployment web -p {"spec":{"template":{"spec":{"containers":[{"name":"web","image":"x:3"}]}}}}'),
        k("get deployment web -o jsonpath={.spec.template.spec.containers[0].image}"),
        k("autoscale deployment web --max=3"), k("delete deployment web --cascade=orphan --wait=false"), k("get deployments"))),
    Session("replica-sets", (
        k("create -f -", REPLICA_SET), *forms("rs web"), k("scale rs web --replicas=1"), k("describe rs web"),
        k("delete rs web --cascade=foreground --wait=false"), k("get rs web -o jsonpath={.metadata.finalizers}"),
        quiet('patch rs web --type=merge -p {"metadata":{"finalizers":null}}'), k("get rs"))),
    Session("pods", (
        k("create -f -", POD), k("get pods"), quiet("get --raw /api/v1/namespaces/NAMESPACE/pods/web"),
        k("describe pod web"), k("get pod web -o wide"), k("wait --for=condition=Ready pod/web --timeout=1s"),
        k("wait --for=delete pod/absent --timeout=1s"), k("wait --for=condition=Ready pod/absent --timeout=1s"),
        k("get pods --field-selector spec.nodeName=nowhere"), k("get pods --field-selector status.phase=Running"),
        k("get pods --field-selector spec.nope=x"), k("create -f -", EVENT), k("get events"),
        k("get events --field-selector involvedObject.name=web"), k("describe pod web"),
        k("run other --image=example.com/other:1 --restart=Never --dry-run=server"),
        k("run other --image=example.com/other:1 --overrides={\"spec\":{\"nodeName\":\"nowhere\"}}"),
        k("delete pod web --wait=false"), k("get pod web"), k("delete pod web --grace-period=0 --force"),
        k("delete pod other --now --wait=false"), k("delete pod other --grace-period=0 --force"), k("get pods"))),
    Session("services", (
        k("apply -f -", SERVICE), *forms("service web"), k("describe service web"), k("get endpoints web"),
        k("create service clusterip plain --tcp=80:8080"), k("create service nodeport node --tcp=80"),
        k("create service externalname outside --external-name=example.com"), k("get services"), k("get svc -o wide"),
        k("expose service web --name=again --port=80"), k("describe service again"), k("delete service web plain node"),
        k("delete svc --all"))),
    Session("ingresses", (
        k("apply -f -", INGRESS), *forms("ingress web"), k("describe ingress web"),
        k("create ingress made --class=alb --rule=a.example.com/=web:80"), k("get ing"), k("delete ingress web made"))),
    Session("secrets-and-accounts", (
        k("create secret generic one --from-literal=a=b"), *forms("secret one"), k("describe secret one"),
        k("create serviceaccount robot"), k("get sa robot"), k("describe sa robot"), k("get secrets"), k("delete secret one"))),
    Session("jobs", (
        k("create job once --image=example.com/once:1 -- echo hi"), *forms("job once"), k("describe job once"),
        k("delete job once --cascade=orphan --wait=false"))),
    Session("rollouts", (
        k("apply -f -", ROLLOUT), k("apply -f -", ROLLOUT), *forms("rollout web"), k("get ro"), k("describe rollout web"),
        k("scale rollout web --replicas=5"), k("get rollout web -o jsonpath={.spec.replicas}"),
        k('patch rollout web --type=merge -p {"spec":{"paused":true}}'),
        k('patch rollout web --type=json -p [{"op":"remove","path":"/spec/paused"}]'),
        k("patch rollout web --type=strategic -p {}"), k("patch rollout web -p {}"), k("label rollout web team=shop"),
        k("annotate rollout web note=hello"), k("get rollouts -l team=shop"), k("get rollout absent"),
        k("apply --server-side --filename=-", ROLLOUT), k("apply --server-side --force-conflicts -f -", ROLLOUT),
        k("get rollout web -o yaml --show-managed-fields"), k("edit rollout web", editor='sed -i "s/replicas: 3/replicas: 4/" "$1"'),
        k("wait --for=condition=Available rollout/web --timeout=1s"), k("rollout status rollout web"),
        k("set image rollout/web web=example.com/web:2.0"), k("delete rollout web"), k("get rollouts"))),
    Session("namespaces", (
        k("create namespace NAMESPACE-other"), k("create namespace NAMESPACE-other"), k("get namespace NAMESPACE-other"),
        k("get ns NAMESPACE-other -o yaml"), k("describe namespace NAMESPACE-other"),
        k("create configmap x --from-literal=a=b -n NAMESPACE-other"), k("get cm x -n NAMESPACE-other"),
        k("create configmap x --from-literal=a=b -n NAMESPACE-absent"), k("get cm -n NAMESPACE-absent"),
        k("delete namespace NAMESPACE-other --wait=false"), k("get namespace NAMESPACE-other"),
        k("create configmap y --from-literal=a=b -n NAMESPACE-other"), k("delete namespace default"))),
    Session("watches", (
        k("get configmaps -w", lines=3, during=(
            quiet("create configmap a --from-literal=x=y"), quiet("label cm a k=v"), quiet("delete cm a"))),
        k("get configmaps -w -o name", lines=3, during=(
            quiet("create configmap a --from-literal=x=y"), quiet("label cm a k=v"), quiet("delete cm a"))),
        k("get configmaps -w --output-watch-events -l k=v", lines=3, during=(
            quiet("create configmap a --from-literal=x=y"), quiet("label cm a k=v"), quiet("label cm a k-"))),
        k("get pods -w", lines=3, during=(quiet("create -f -", POD), quiet("label pod web k=v"),
                                          quiet("delete pod web --grace-period=0 --force"))))),
    Session("cluster", (
        k("api-resources --no-headers", only=rf"^({SERVED})\b", ordered=False),
        k("api-resources -o name", only=rf"^({SERVED})\b", ordered=False),
        k("api-resources --namespaced=false --no-headers", only=rf"^({SERVED})\b", ordered=False),
        k("api-resources --api-group=argoproj.io"), k("api-resources --verbs=patch --api-group=networking.k8s.io --no-headers"),
        k("api-versions", only=r"^(v1|apps/v1|batch/v1|networking.k8s.io/v1|argoproj.io/v1alpha1|apiextensions.k8s.io/v1|"
                               r"authorization.k8s.io/v1|coordination.k8s.io/v1)$"),
        k("auth can-i create pods"), k("auth can-i * *"), k("auth can-i create nothing"), k("auth can-i list pods -A -q"),
        k("get crd rollouts.argoproj.io"), k("cluster-info", only="control~plane|master"),
        k("get --raw /healthz"), k("get --raw /readyz"), k("get --raw /livez"), k("get --raw /nothing"))),
    Session("explain", (
        *[k(f"explain {what}") for what in (
            "configmap", "configmap.data", "configmaps.metadata.name", "pod.spec", "pods.spec.containers",
            "deployment.spec.strategy", "ingress.spec.rules", "rollout.spec", "rollout.spec.strategy.canary.steps",
            "service.spec.ports", "nothing", "pod.nothing")],
        k("explain deployment --recursive"), k("explain rollout --recursive"))),
]
