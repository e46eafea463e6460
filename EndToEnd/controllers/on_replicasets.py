"""ReplicaSets: scale up and down, what goes first, adoption and release, status."""
import time

from controllers.normal import conditions, metadata, normal, status
from controllers.scenarios import counts, events_about, owner, pod, pod_spec, replica_set, scenario, started

AGO = "2026-01-01T00:00:{:02d}Z"


def adopted(cluster, space, names, **spec):
    """A ReplicaSet over pods that are there already, so that their names are known."""
    made = cluster.create("ReplicaSet", space, replica_set(replicas=len(names), **spec))
    cluster.until(lambda: counts(cluster, space)().get("replicas") == len(names), "every pod to be adopted")
    return made


def shrunk(cluster, space, replicas, note):
    with cluster.watch("Pod", space) as watch:
        before = cluster.names("Pod", space)
        cluster.patch("ReplicaSet", space, "web", {"spec": {"replicas": replicas}})
        cluster.until(lambda: len(cluster.names("Pod", space)) == replicas, f"{replicas} pods")
        after = cluster.names("Pod", space)
        note(f"given up for {replicas}", sorted(set(before) - set(after)))
        cluster.until(lambda: len(watch.marked()) == len(before) - replicas, "the deletions to be seen")


@scenario
def scale_up_from_nothing(cluster, space, note):
    template = {
        "metadata": {"labels": {"app": "web", "more": "yes"}, "annotations": {"note": "x"}, "finalizers": ["a.io/b"]},
        "spec": pod_spec(restartPolicy="Always", nodeSelector={"disk": "ssd"})}
    cluster.create("ReplicaSet", space, replica_set(replicas=3, template=template))
    cluster.settled(counts(cluster, space))
    pods = cluster.list("Pod", space)
    note("pods", [metadata(one) for one in pods])
    note("specs", [{key: one["spec"][key] for key in ("nodeSelector", "restartPolicy")} for one in pods])
    note("status", status(cluster.get("ReplicaSet", space, "web")))
    note("events", events_about(cluster, space, "ReplicaSet", "web"))
    for one in pods:
        cluster.patch("Pod", space, one["metadata"]["name"], {"metadata": {"finalizers": None}})


@scenario
def scale_to_zero_and_back(cluster, space, note):
    cluster.create("ReplicaSet", space, replica_set(replicas=2))
    cluster.settled(counts(cluster, space))
    for replicas in [0, 3]:
        cluster.patch("ReplicaSet", space, "web", {"spec": {"replicas": replicas}})
        cluster.until(lambda: counts(cluster, space)().get("replicas") == replicas, f"{replicas} replicas")
        note(f"status at {replicas}", normal(cluster.settled(counts(cluster, space))))
    note("events", events_about(cluster, space, "ReplicaSet", "web"))


@scenario
def status_follows_the_pods(cluster, space, note):
    cluster.create("Pod", space, pod("plain"))
    cluster.create("ReplicaSet", space, replica_set(
        replicas=2, template={"metadata": {"labels": {"app": "web", "full": "yes"}}, "spec": pod_spec()}))
    note("adopted and created", normal(cluster.settled(counts(cluster, space))))
    names = cluster.names("Pod", space)
    for name in names:
        started(cluster, space, name, ready=name == "plain")
    note("one ready", normal(cluster.settled(counts(cluster, space))))
    for name in names:
        cluster.run(space, name, ready=True)
    note("all ready", normal(cluster.settled(counts(cluster, space))))
    cluster.patch("ReplicaSet", space, "web", {"spec": {"minReadySeconds": 3600}})
    cluster.until(lambda: counts(cluster, space)()["observedGeneration"] == 2, "the new generation to be observed")
    note("generation 2", normal(cluster.settled(counts(cluster, space))))


@scenario
def available_after_min_ready_seconds(cluster, space, note):
    cluster.create("Pod", space, pod("a"))
    adopted(cluster, space, ["a"], minReadySeconds=4)
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    started(cluster, space, "a", since=now)
    cluster.until(lambda: counts(cluster, space)().get("readyReplicas") == 1, "ready")
    note("at first", normal(counts(cluster, space)()))
    cluster.until(lambda: counts(cluster, space)().get("availableReplicas") == 1, "available", 20)
    note("later", normal(counts(cluster, space)()))


def order(name, prepare, replicas=2, names="abc"):
    """A scenario in which a ReplicaSet over pods with known names shrinks after `prepare`."""
    def run(cluster, space, note):
        for one in names:
            cluster.create("Pod", space, pod(one))
        adopted(cluster, space, names)
        prepare(cluster, space)
        shrunk(cluster, space, replicas, note)
    run.__name__, run.__module__ = name, __name__
    return scenario(run)


def unscheduled_first(cluster, space):
    for name in "ac":
        started(cluster, space, name, ready=False)


def pending_before_running(cluster, space):
    cluster.bind(space, "b", "n1")
    for name in "ac":
        started(cluster, space, name, ready=False)


def unready_first(cluster, space):
    for name in "abc":
        started(cluster, space, name, ready=name != "b", since=AGO.format(5))


def younger_readiness_first(cluster, space):
    for name, second in [("a", 9), ("b", 1), ("c", 5)]:
        started(cluster, space, name, since=AGO.format(second))


def more_restarts_first(cluster, space):
    for name, restarts in [("a", 1), ("b", 7), ("c", 0)]:
        started(cluster, space, name, restarts=restarts, since=AGO.format(5))


def a_crowded_node_counts_for_nothing_without_a_controller(cluster, space):
    for name, node in [("a", "n1"), ("b", "n2"), ("c", "n2")]:
        started(cluster, space, name, node=node, since=AGO.format(9 if name == "a" else 1))


def deletion_cost(cluster, space):
    for name, second in [("a", 9), ("b", 1), ("c", 5)]:
        cost = {"a": "100", "b": "-100", "c": "0"}[name]
        cluster.patch("Pod", space, name, {
            "metadata": {"annotations": {"controller.kubernetes.io/pod-deletion-cost": cost}}})
        started(cluster, space, name, since=AGO.format(second))


for prepare in [unscheduled_first, pending_before_running, unready_first, younger_readiness_first,
                more_restarts_first, a_crowded_node_counts_for_nothing_without_a_controller, deletion_cost]:
    order(prepare.__name__, prepare)
order("of_three_two_go", younger_readiness_first, replicas=1)
order("nothing_is_known", lambda cluster, space: None, replicas=0)


@scenario
def younger_pod_first(cluster, space, note):
    for name in "bac":
        cluster.create("Pod", space, pod(name))
        time.sleep(1.2)
    adopted(cluster, space, "abc")
    shrunk(cluster, space, 2, note)
    shrunk(cluster, space, 1, note)


@scenario
def crowded_by_a_sibling(cluster, space, note):
    """Two ReplicaSets of one controller: a pod next to the sibling's pod goes first, though it is ready for longer."""
    parent = cluster.create("ConfigMap", space, {"metadata": {"name": "parent"}})
    reference = {"ownerReferences": [owner(parent, controller=True)]}
    for name in "ab":
        cluster.create("Pod", space, pod(name))
    cluster.create("Pod", space, pod("other", {"app": "other"}))
    cluster.create("ReplicaSet", space, replica_set("other", labels={"app": "other"}, metadata=reference))
    adopted(cluster, space, "ab", metadata=reference)
    cluster.until(lambda: counts(cluster, space, name="other")().get("replicas") == 1, "the sibling's pod")
    for name, node, second in [("a", "n1", 1), ("b", "n2", 9), ("other", "n1", 1)]:
        started(cluster, space, name, node=node, since=AGO.format(second))
    cluster.until(lambda: counts(cluster, space)().get("readyReplicas") == 2, "ready")
    cluster.patch("ReplicaSet", space, "web", {"spec": {"replicas": 1}})
    cluster.until(lambda: len(cluster.names("Pod", space)) == 2, "two pods")
    note("left", cluster.names("Pod", space))


@scenario
def adopts_what_matches(cluster, space, note):
    cluster.create("Pod", space, pod("mine"))
    cluster.create("Pod", space, pod("not-mine", {"app": "other"}))
    other = cluster.create("ConfigMap", space, {"metadata": {"name": "boss"}})
    cluster.create("Pod", space, pod("taken", ownerReferences=[owner(other, controller=True)]))
    cluster.create("Pod", space, pod("shared", ownerReferences=[owner(other)]))
    cluster.create("Pod", space, pod("done"))
    cluster.end(space, "done")
    cluster.create("ReplicaSet", space, replica_set(replicas=2))
    note("status", normal(cluster.settled(counts(cluster, space))))
    note("pods", {one["metadata"]["name"]: metadata(one).get("ownerReferences") for one in cluster.list("Pod", space)})
    note("events", events_about(cluster, space, "ReplicaSet", "web"))


@scenario
def releases_what_matches_no_more(cluster, space, note):
    for name in "ab":
        cluster.create("Pod", space, pod(name))
    adopted(cluster, space, "ab")
    cluster.patch("Pod", space, "a", {"metadata": {"labels": {"app": "quarantined"}}})
    cluster.until(lambda: len(cluster.names("Pod", space)) == 3, "a replacement")
    note("status", normal(cluster.settled(counts(cluster, space))))
    note("released", metadata(cluster.get("Pod", space, "a")))
    cluster.patch("Pod", space, "a", {"metadata": {"labels": {"app": "web"}}})
    cluster.until(lambda: len(cluster.names("Pod", space)) == 2, "the surplus to go")
    note("taken back", normal(cluster.settled(counts(cluster, space))))


@scenario
def replaces_a_pod_that_ended_or_goes(cluster, space, note):
    for name in "abc":
        cluster.create("Pod", space, dict(pod(name), spec=pod_spec(terminationGracePeriodSeconds=30)))
    adopted(cluster, space, "abc")
    for name in "abc":
        started(cluster, space, name)
    cluster.end(space, "a", code=1)
    cluster.end(space, "b")
    cluster.delete("Pod", space, "c")
    cluster.until(lambda: len(cluster.names("Pod", space)) == 6, "three replacements")
    note("status", normal(cluster.settled(counts(cluster, space))))
    cluster.stop(space, "c")
    note("afterwards", normal(cluster.settled(counts(cluster, space))))
    note("pods", len(cluster.names("Pod", space)))


@scenario
def failing_creations_are_a_condition(cluster, space, note):
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod_spec(priorityClassName="no-such-class")}
    cluster.create("ReplicaSet", space, replica_set(replicas=2, template=template))
    cluster.until(lambda: counts(cluster, space)().get("conditions"), "a condition")
    note("status", normal(counts(cluster, space)()))
    note("an event", events_about(cluster, space, "ReplicaSet", "web")[:1])
    cluster.patch("ReplicaSet", space, "web", {"spec": {"replicas": 0}})
    cluster.until(lambda: not counts(cluster, space)().get("conditions"), "the condition to go")
    note("conditions", conditions(cluster.get("ReplicaSet", space, "web")))


@scenario
def a_selector_that_overlaps(cluster, space, note):
    """Two ReplicaSets with the same selector do not fight over pods that have a controller."""
    cluster.create("ReplicaSet", space, replica_set("one", replicas=1))
    cluster.until(lambda: counts(cluster, space, name="one")().get("replicas") == 1, "the first one's pod")
    cluster.create("ReplicaSet", space, replica_set("two", replicas=2))
    cluster.until(lambda: counts(cluster, space, name="two")().get("replicas") == 2, "the second one's pods")
    owners = sorted(one["metadata"]["ownerReferences"][0]["name"] for one in cluster.list("Pod", space))
    note("owners", cluster.settled(lambda: owners))


@scenario
def deleting_a_replicaset_that_waits(cluster, space, note):
    """A ReplicaSet with a finalizer, marked for deletion, neither creates nor adopts."""
    cluster.create("ReplicaSet", space, replica_set(replicas=1, metadata={"finalizers": ["a.io/hold"]}))
    cluster.until(lambda: counts(cluster, space)().get("replicas") == 1, "a pod")
    cluster.delete("ReplicaSet", space, "web", "Background")
    cluster.create("Pod", space, pod("orphan"))
    cluster.delete("Pod", space, [n for n in cluster.names("Pod", space) if n != "orphan"][0])
    note("status", normal(cluster.settled(counts(cluster, space), quiet=2)))
    note("pods", [metadata(one) for one in cluster.list("Pod", space)])
    cluster.patch("ReplicaSet", space, "web", {"metadata": {"finalizers": None}})
