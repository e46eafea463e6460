"""PodDisruptionBudgets: what they count, and what evictions they allow."""
from controllers.cluster import Refused
from controllers.normal import normal
from controllers.scenarios import counts, events_about, owner, pod, replica_set, scenario, started

NEWER_STATUS = {"conditions"}  # 1.20 has none


def budget(name="guard", **spec):
    return {"metadata": {"name": name}, "spec": dict({"selector": {"matchLabels": {"app": "web"}}}, **spec)}


def state(cluster, space, name="guard"):
    found = counts(cluster, space, "PodDisruptionBudget", name)() or {}
    return normal({key: value for key, value in found.items() if key not in NEWER_STATUS})


def noted(cluster, space, note, title):
    note(title, cluster.settled(lambda: state(cluster, space), quiet=1.5))


def evict(cluster, space, name):
    """The code and the text of the answer."""
    version = f"policy/{cluster.version('PodDisruptionBudget')}"
    body = {"apiVersion": version, "kind": "Eviction", "metadata": {"name": name, "namespace": space}}
    try:
        cluster.request("POST", cluster.path("Pod", space, name, "eviction"), body)
        return "done"
    except Refused as refusal:
        causes = (refusal.status.get("details") or {}).get("causes")
        return [refusal.code, refusal.status.get("reason") or None, normal(refusal.status.get("message")), normal(causes)]


def web(cluster, space, replicas, ready=None):
    cluster.create("ReplicaSet", space, replica_set(replicas=replicas))
    cluster.until(lambda: counts(cluster, space)().get("replicas") == replicas, "the pods")
    names = cluster.names("Pod", space)
    for number, name in enumerate(names):
        started(cluster, space, name, ready=ready is None or number < ready)
    return names


@scenario
def nothing_selected(cluster, space, note):
    cluster.create("PodDisruptionBudget", space, budget(minAvailable=1))
    noted(cluster, space, note, "no pods")


@scenario
def min_available_as_a_number(cluster, space, note):
    names = web(cluster, space, 3)
    cluster.create("PodDisruptionBudget", space, budget(minAvailable=2))
    noted(cluster, space, note, "three ready")
    cluster.run(space, names[0], ready=False)
    noted(cluster, space, note, "two ready")
    note("evicting", evict(cluster, space, names[1]))
    noted(cluster, space, note, "after the refusal")


@scenario
def min_available_as_a_share(cluster, space, note):
    web(cluster, space, 5, ready=4)
    cluster.create("PodDisruptionBudget", space, budget(minAvailable="50%"))
    noted(cluster, space, note, "half of five")


@scenario
def max_unavailable(cluster, space, note):
    web(cluster, space, 5)
    cluster.create("PodDisruptionBudget", space, budget(maxUnavailable=1))
    noted(cluster, space, note, "one of five")
    cluster.patch("PodDisruptionBudget", space, "guard", {"spec": {"maxUnavailable": "30%"}})
    noted(cluster, space, note, "30 percent of five")


@scenario
def max_unavailable_counts_what_is_wanted(cluster, space, note):
    """The expected number is that of the controllers, not of the pods that are there."""
    names = web(cluster, space, 3)
    cluster.create("PodDisruptionBudget", space, budget(maxUnavailable=1))
    cluster.end(space, names[0], code=1)
    noted(cluster, space, note, "one has failed and is replaced")


@scenario
def pods_without_a_controller(cluster, space, note):
    cluster.create("Pod", space, pod("a"))
    started(cluster, space, "a")
    cluster.create("PodDisruptionBudget", space, budget(minAvailable=1))
    noted(cluster, space, note, "a number")
    cluster.create("PodDisruptionBudget", space, budget("share", minAvailable="50%"))
    note("a share", cluster.settled(lambda: state(cluster, space, "share"), quiet=2))
    note("events", sorted(set(map(tuple, events_about(cluster, space, "PodDisruptionBudget", "share")))))
    cluster.create("PodDisruptionBudget", space, budget("at-most", maxUnavailable=1))
    note("at most", cluster.settled(lambda: state(cluster, space, "at-most"), quiet=2))
    note("its events", sorted(set(map(tuple, events_about(cluster, space, "PodDisruptionBudget", "at-most")))))


@scenario
def evictions_are_counted(cluster, space, note):
    names = web(cluster, space, 3)
    cluster.create("PodDisruptionBudget", space, budget(minAvailable=2))
    cluster.until(lambda: state(cluster, space).get("disruptionsAllowed") == 1, "one disruption allowed")
    note("first", evict(cluster, space, names[0]))
    cluster.until(lambda: len(cluster.names("Pod", space)) == 3 and names[0] not in cluster.names("Pod", space),
                  "the pod to be replaced")
    noted(cluster, space, note, "with the replacement unready")
    note("second", evict(cluster, space, names[1]))
    fresh = [name for name in cluster.names("Pod", space) if name not in names][0]
    started(cluster, space, fresh)
    noted(cluster, space, note, "with the replacement ready")
    note("third", evict(cluster, space, names[1]))


@scenario
def an_unready_pod_counts_against_the_budget(cluster, space, note):
    names = web(cluster, space, 2, ready=1)
    cluster.create("PodDisruptionBudget", space, budget(minAvailable=1))
    noted(cluster, space, note, "one of two")
    note("evicting the unready one", evict(cluster, space, names[1]))


@scenario
def a_pending_pod_is_always_evicted(cluster, space, note):
    cluster.create("ReplicaSet", space, replica_set(replicas=1))
    cluster.until(lambda: cluster.names("Pod", space), "a pod")
    cluster.create("PodDisruptionBudget", space, budget(minAvailable=1))
    cluster.until(lambda: state(cluster, space).get("expectedPods") == 1, "the budget's status")
    note("pending", evict(cluster, space, cluster.names("Pod", space)[0]))


@scenario
def two_budgets_over_one_pod(cluster, space, note):
    names = web(cluster, space, 2)
    for name in ["guard", "other"]:
        cluster.create("PodDisruptionBudget", space, budget(name, minAvailable=1))
        cluster.until(lambda: state(cluster, space, name).get("disruptionsAllowed") == 1, "the budget's status")
    note("evicting", evict(cluster, space, names[0]))


@scenario
def a_deployment_behind_the_pods(cluster, space, note):
    spec = replica_set()["spec"]
    cluster.create("Deployment", space, {"metadata": {"name": "web"}, "spec": dict(spec, replicas=4)})
    cluster.until(lambda: len(cluster.names("Pod", space)) == 4, "the pods")
    for name in cluster.names("Pod", space):
        started(cluster, space, name)
    cluster.create("PodDisruptionBudget", space, budget(maxUnavailable="25%"))
    noted(cluster, space, note, "a quarter of four")


@scenario
def a_custom_controller_with_a_scale(cluster, space, note):
    """The expected number comes from the controller's scale subresource."""
    boss = cluster.create("ConfigMap", space, {"metadata": {"name": "boss"}})
    cluster.create("Pod", space, pod("a", ownerReferences=[owner(boss, controller=True)]))
    started(cluster, space, "a")
    cluster.create("PodDisruptionBudget", space, budget(maxUnavailable=1))
    noted(cluster, space, note, "a ConfigMap has no scale")
    found = set(map(tuple, events_about(cluster, space, "PodDisruptionBudget", "guard")))
    note("events", sorted(found))
