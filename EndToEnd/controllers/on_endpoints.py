"""Endpoints and EndpointSlices of Services."""
from controllers.normal import metadata, normal
from controllers.scenarios import pod, pod_spec, scenario

SERVED = {"ports": [{"name": "http", "port": 80, "targetPort": 8080}], "selector": {"app": "web"}}


def service(name="web", labels=None, **spec):
    return {"metadata": {"name": name, "labels": labels or {"tier": "front"}}, "spec": dict(SERVED, **spec)}


def backend(name, port=8080, labels=None, **spec):
    container = {"name": "web", "image": "web:1", "ports": [{"name": "http", "containerPort": port}]}
    return dict(pod(name, labels), spec=pod_spec(containers=[container], **spec))


def run(cluster, space, names, third, ready=True):
    for number, name in enumerate(names):
        cluster.bind(space, name, f"n{number % 2 + 1}")
        cluster.run(space, name, address=f"10.244.{third}.{number + 10}", ready=ready)


def subsets(cluster, space, name="web"):
    found = cluster.get("Endpoints", space, name)
    if not found:
        return "none"
    listed = found.get("subsets") or []
    for subset in listed:
        for address in (subset.get("addresses") or []) + (subset.get("notReadyAddresses") or []):
            address.get("targetRef", {}).pop("resourceVersion", None)  # since 1.22 nobody writes it
    return sorted(normal(listed), key=str)  # the order of subsets is that of a hash


def slices(cluster, space, name="web"):
    """The slices in the shape of discovery.k8s.io/v1."""
    found = []
    for one in cluster.list("EndpointSlice", space, labelSelector=f"kubernetes.io/service-name={name}"):
        endpoints = []
        for endpoint in one.get("endpoints") or []:
            topology = endpoint.pop("topology", None)
            if topology is not None:
                endpoint["nodeName"] = topology.get("kubernetes.io/hostname")
                if "topology.kubernetes.io/zone" in topology:
                    endpoint["zone"] = topology["topology.kubernetes.io/zone"]
            # 1.20 knows `ready` alone.
            endpoint["conditions"] = {"ready": endpoint["conditions"]["ready"]}
            endpoint.get("targetRef", {}).pop("resourceVersion", None)
            endpoints.append({key: value for key, value in endpoint.items() if value is not None})
        endpoints.sort(key=lambda endpoint: endpoint["addresses"])
        ports = sorted(one.get("ports") or [], key=lambda port: str(port))
        described = metadata(one)
        described.pop("generation", None)
        found.append(normal({
            "metadata": described, "addressType": one["addressType"], "endpoints": endpoints, "ports": ports}))
    return sorted(found, key=str)


def look(cluster, space, name="web"):
    return lambda: [subsets(cluster, space, name), slices(cluster, space, name)]


def noted(cluster, space, note, title, name="web", quiet=1.5):
    found = cluster.settled(look(cluster, space, name), quiet=quiet)
    note(f"{title}: subsets", found[0])
    note(f"{title}: slices", found[1])


@scenario
def ready_and_unready_pods(cluster, space, note):
    cluster.create("Service", space, service())
    noted(cluster, space, note, "before any pod")
    third = 10
    for name in "abc":
        cluster.create("Pod", space, backend(name, restartPolicy="Never"))
    noted(cluster, space, note, "pods without addresses")
    run(cluster, space, "ab", third)
    cluster.bind(space, "c", "n1")
    cluster.run(space, "c", address=f"10.244.{third}.99", ready=False)
    noted(cluster, space, note, "two ready")
    note("endpoints", metadata(cluster.get("Endpoints", space, "web")))
    cluster.run(space, "c", address=f"10.244.{third}.99", ready=True)
    cluster.run(space, "a", address=f"10.244.{third}.10", ready=False)
    noted(cluster, space, note, "c instead of a")
    cluster.end(space, "b")
    noted(cluster, space, note, "b has ended")


@scenario
def a_pod_that_ended_and_would_be_started_again(cluster, space, note):
    cluster.create("Service", space, service())
    cluster.create("Pod", space, backend("a"))
    run(cluster, space, "a", 22)
    cluster.until(lambda: isinstance(subsets(cluster, space), list) and subsets(cluster, space), "an address")
    cluster.end(space, "a", code=1)
    noted(cluster, space, note, "failed")


@scenario
def a_terminating_pod(cluster, space, note):
    cluster.create("Service", space, service())
    for name in "ab":
        cluster.create("Pod", space, backend(name, terminationGracePeriodSeconds=60))
    run(cluster, space, "ab", 11)
    noted(cluster, space, note, "both")
    cluster.delete("Pod", space, "a")
    found = cluster.settled(look(cluster, space), quiet=1.5)
    note("a is going: subsets", found[0])
    cluster.stop(space, "a")
    noted(cluster, space, note, "a is gone")


@scenario
def ports_by_name_differ_between_pods(cluster, space, note):
    cluster.create("Service", space, service(ports=[
        {"name": "http", "port": 80, "targetPort": "http"}, {"name": "admin", "port": 81, "targetPort": 9000}]))
    cluster.create("Pod", space, backend("old", port=8080))
    cluster.create("Pod", space, backend("new", port=9090))
    cluster.create("Pod", space, pod("without"))
    run(cluster, space, ["old", "new", "without"], 12)
    noted(cluster, space, note, "three kinds of pods")


@scenario
def a_port_that_no_pod_has(cluster, space, note):
    cluster.create("Service", space, service(ports=[{"port": 80, "targetPort": "missing"}]))
    cluster.create("Pod", space, backend("a"))
    run(cluster, space, "a", 13)
    noted(cluster, space, note, "nothing matches")


@scenario
def ports_without_names_and_protocols(cluster, space, note):
    cluster.create("Service", space, service(ports=[{"port": 53, "protocol": "UDP", "appProtocol": "dns.example/x"}]))
    cluster.create("Pod", space, backend("a"))
    run(cluster, space, "a", 14)
    noted(cluster, space, note, "one unnamed port")


@scenario
def publishing_what_is_not_ready(cluster, space, note):
    cluster.create("Service", space, service(publishNotReadyAddresses=True))
    for name in "ab":
        cluster.create("Pod", space, backend(name, terminationGracePeriodSeconds=60))
    run(cluster, space, "ab", 15, ready=False)
    noted(cluster, space, note, "both unready")
    cluster.delete("Pod", space, "a")
    found = cluster.settled(look(cluster, space), quiet=1.5)
    note("a is going: subsets", found[0])
    cluster.stop(space, "a")


@scenario
def headless_with_host_names(cluster, space, note):
    cluster.create("Service", space, service(clusterIP="None"))
    cluster.create("Pod", space, backend("a", hostname="first", subdomain="web"))
    cluster.create("Pod", space, backend("b", hostname="second", subdomain="elsewhere"))
    run(cluster, space, "ab", 16)
    noted(cluster, space, note, "headless")
    note("endpoints", metadata(cluster.get("Endpoints", space, "web")))


@scenario
def headless_without_ports(cluster, space, note):
    cluster.create("Service", space, service(clusterIP="None", ports=None))
    cluster.create("Pod", space, backend("a"))
    run(cluster, space, "a", 17)
    noted(cluster, space, note, "no ports")


@scenario
def a_service_without_selector(cluster, space, note):
    cluster.create("Service", space, service(selector=None))
    noted(cluster, space, note, "nobody cares")
    cluster.create("Endpoints", space, {
        "metadata": {"name": "web"}, "subsets": [{"addresses": [{"ip": "192.0.2.1"}], "ports": [{"port": 80}]}]})
    noted(cluster, space, note, "the user's endpoints")
    cluster.delete("Service", space, "web")
    cluster.until(lambda: cluster.get("Endpoints", space, "web") is None, "the endpoints to go")
    note("with the service gone", subsets(cluster, space))


@scenario
def a_name_outside(cluster, space, note):
    cluster.create("Service", space, {
        "metadata": {"name": "web"},
        "spec": {"type": "ExternalName", "externalName": "example.com", "selector": {"app": "web"}}})
    cluster.create("Pod", space, backend("a"))
    run(cluster, space, "a", 18)
    noted(cluster, space, note, "external")


@scenario
def labels_follow_the_service(cluster, space, note):
    cluster.create("Service", space, service(labels={"tier": "front", "team": "shop"}))
    cluster.create("Pod", space, backend("a"))
    run(cluster, space, "a", 19)
    noted(cluster, space, note, "at first")
    cluster.patch("Service", space, "web", {"metadata": {"labels": {"team": None, "more": "yes"}}})
    noted(cluster, space, note, "changed")
    note("endpoints", metadata(cluster.get("Endpoints", space, "web")))
    cluster.patch("Pod", space, "a", {"metadata": {"labels": {"app": "other"}}})
    noted(cluster, space, note, "selects no more")
    cluster.patch("Service", space, "web", {"spec": {"selector": {"app": "other"}}})
    noted(cluster, space, note, "selects again")


@scenario
def deleting_the_service(cluster, space, note):
    cluster.create("Service", space, service())
    cluster.create("Pod", space, backend("a"))
    run(cluster, space, "a", 20)
    cluster.until(lambda: slices(cluster, space), "a slice")
    cluster.until(lambda: subsets(cluster, space) != "none", "endpoints")
    cluster.delete("Service", space, "web")
    cluster.until(lambda: subsets(cluster, space) == "none" and not slices(cluster, space), "both to go")
    note("both are gone", True)


@scenario
def endpoints_that_somebody_changed(cluster, space, note):
    cluster.create("Service", space, service())
    cluster.create("Pod", space, backend("a"))
    run(cluster, space, "a", 21)
    cluster.until(lambda: isinstance(subsets(cluster, space), list), "an address")
    cluster.delete("Endpoints", space, "web")
    for one in cluster.list("EndpointSlice", space):
        cluster.delete("EndpointSlice", space, one["metadata"]["name"])
    cluster.until(lambda: slices(cluster, space), "a new slice")
    noted(cluster, space, note, "made again")


@scenario
def more_pods_than_a_slice_holds(cluster, space, note):
    cluster.create("Service", space, service())
    names = [f"p{number:03}" for number in range(103)]
    for number, name in enumerate(names):
        cluster.create("Pod", space, backend(name))
    for number, name in enumerate(names):
        cluster.bind(space, name, "n1")
        cluster.run(space, name, address=f"10.244.{30 + number // 200}.{number % 200 + 2}")
    cluster.until(lambda: len(subsets(cluster, space)[0]["addresses"]) == len(names), "all addresses", 60)
    found = cluster.settled(look(cluster, space), quiet=3, seconds=60)
    note("slices", sorted(len(one["endpoints"]) for one in found[1]))
