"""Deployments: their ReplicaSets, rolling and recreating updates, revisions, conditions."""
from controllers.cluster import Refused
from controllers.normal import metadata, normal
from controllers.scenarios import ADDRESSES, counts, events_about, pod_spec, scenario

NEWER_STATUS = {"terminatingReplicas"}


def deployment(replicas=3, image="web:1", **spec):
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod_spec()}
    template["spec"]["containers"][0]["image"] = image
    return {"metadata": {"name": "web"}, "spec": dict({
        "replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template}, **spec)}


def state(cluster, space):
    found = counts(cluster, space, "Deployment")() or {}
    kept = {key: value for key, value in found.items() if key not in NEWER_STATUS}
    kept["conditions"] = [
        {key: value for key, value in one.items() if "Time" not in key}
        for one in sorted(found.get("conditions", []), key=lambda one: one["type"])]
    return normal(kept)


def sets(cluster, space):
    """The ReplicaSets by revision: replicas, and what the Deployment wrote on them."""
    found = []
    for one in cluster.list("ReplicaSet", space):
        annotations = one["metadata"].get("annotations", {})
        found.append([annotations.get("deployment.kubernetes.io/revision"), one["spec"]["replicas"],
                      one["status"].get("replicas"), normal(annotations)])
    return sorted(found, key=str)


def look(cluster, space):
    return lambda: [state(cluster, space), sets(cluster, space)]


def noted(cluster, space, note, title):
    found = cluster.settled(look(cluster, space), quiet=1.5)
    note(f"{title}: status", found[0])
    note(f"{title}: sets", found[1])


def serve(cluster, space):
    """Every pod that is not ready yet becomes so, until nothing moves."""
    def step():
        for one in cluster.list("Pod", space):
            name = one["metadata"]["name"]
            if one["spec"].get("nodeName"):
                continue
            try:
                cluster.bind(space, name, "n1")
                cluster.run(space, name, address=ADDRESSES.take(cluster))
            except Refused:  # the Deployment has given it up meanwhile
                pass
        return look(cluster, space)()
    return cluster.settled(step, quiet=2, seconds=60)


def image(cluster, space, value):
    cluster.update("Deployment", space, "web", lambda document: document["spec"]["template"]["spec"]["containers"][0]
                   .update(image=value))


@scenario
def a_first_version(cluster, space, note):
    cluster.create("Deployment", space, deployment())
    noted(cluster, space, note, "created")
    note("deployment", metadata(cluster.get("Deployment", space, "web")))
    made = cluster.list("ReplicaSet", space)[0]
    note("set", metadata(made))
    note("selector", normal(made["spec"]["selector"]))
    note("labels", sorted(made["spec"]["template"]["metadata"]["labels"]))
    serve(cluster, space)
    noted(cluster, space, note, "serving")
    note("events", events_about(cluster, space, "Deployment", "web"))


@scenario
def a_rolling_update(cluster, space, note):
    cluster.create("Deployment", space, deployment(replicas=4, strategy={
        "type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}}))
    serve(cluster, space)
    image(cluster, space, "web:2")
    noted(cluster, space, note, "held by unready pods")
    serve(cluster, space)
    noted(cluster, space, note, "done")
    # By how much at once depends on how many pods became ready in between.
    note("events", sorted({event[1] for event in events_about(cluster, space, "Deployment", "web")}))


@scenario
def back_to_the_former_version(cluster, space, note):
    cluster.create("Deployment", space, deployment(replicas=2))
    for value in ["web:2", "web:1"]:
        serve(cluster, space)
        image(cluster, space, value)
    serve(cluster, space)
    noted(cluster, space, note, "back")


@scenario
def recreate(cluster, space, note):
    cluster.create("Deployment", space, deployment(replicas=2, strategy={"type": "Recreate"}))
    serve(cluster, space)
    image(cluster, space, "web:2")
    noted(cluster, space, note, "updating")
    serve(cluster, space)
    noted(cluster, space, note, "done")
    note("events", events_about(cluster, space, "Deployment", "web"))


@scenario
def paused(cluster, space, note):
    cluster.create("Deployment", space, deployment(replicas=2))
    serve(cluster, space)
    cluster.patch("Deployment", space, "web", {"spec": {"paused": True}})
    image(cluster, space, "web:2")
    noted(cluster, space, note, "paused")
    cluster.patch("Deployment", space, "web", {"spec": {"replicas": 3}})
    noted(cluster, space, note, "scaled while paused")
    cluster.patch("Deployment", space, "web", {"spec": {"paused": None}})
    serve(cluster, space)
    noted(cluster, space, note, "resumed")


@scenario
def scaled(cluster, space, note):
    cluster.create("Deployment", space, deployment(replicas=2))
    serve(cluster, space)
    for replicas in [5, 1, 0]:
        cluster.patch("Deployment", space, "web", {"spec": {"replicas": replicas}})
        serve(cluster, space)
        noted(cluster, space, note, f"{replicas} replicas")
    note("events", events_about(cluster, space, "Deployment", "web"))


@scenario
def scaled_in_the_middle_of_an_update(cluster, space, note):
    cluster.create("Deployment", space, deployment(replicas=10, strategy={
        "rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}}))
    serve(cluster, space)
    image(cluster, space, "web:2")
    noted(cluster, space, note, "in the middle")
    cluster.patch("Deployment", space, "web", {"spec": {"replicas": 15}})
    noted(cluster, space, note, "in proportion")


@scenario
def a_deadline_for_progress(cluster, space, note):
    cluster.create("Deployment", space, deployment(replicas=1, progressDeadlineSeconds=2))
    cluster.until(lambda: [one for one in state(cluster, space)["conditions"]
                           if one.get("reason") == "ProgressDeadlineExceeded"], "the deadline to pass")
    noted(cluster, space, note, "too late")
    serve(cluster, space)
    noted(cluster, space, note, "at last")


@scenario
def old_sets_are_forgotten(cluster, space, note):
    cluster.create("Deployment", space, deployment(replicas=1, revisionHistoryLimit=1))
    for number in range(2, 5):
        serve(cluster, space)
        image(cluster, space, f"web:{number}")
    serve(cluster, space)
    noted(cluster, space, note, "one is kept")


@scenario
def a_set_that_is_there_is_adopted(cluster, space, note):
    cluster.create("Deployment", space, deployment(replicas=2))
    serve(cluster, space)
    cluster.delete("Deployment", space, "web", "Orphan")
    cluster.until(lambda: cluster.get("Deployment", space, "web") is None, "the Deployment to go")
    cluster.until(lambda: not cluster.list("ReplicaSet", space)[0]["metadata"].get("ownerReferences"), "the orphan")
    cluster.create("Deployment", space, deployment(replicas=2))
    noted(cluster, space, note, "adopted")
    note("owners", metadata(cluster.list("ReplicaSet", space)[0])["ownerReferences"])


@scenario
def failing_creations(cluster, space, note):
    made = deployment(replicas=1)
    made["spec"]["template"]["spec"]["priorityClassName"] = "no-such-class"
    cluster.create("Deployment", space, made)
    cluster.until(lambda: any(one["type"] == "ReplicaFailure" for one in state(cluster, space)["conditions"]),
                  "the failure to be seen")
    noted(cluster, space, note, "failing")


@scenario
def deleting_takes_everything(cluster, space, note):
    cluster.create("Deployment", space, deployment(replicas=2))
    serve(cluster, space)
    cluster.delete("Deployment", space, "web", "Foreground")
    cluster.until(lambda: cluster.get("Deployment", space, "web") is None, "the Deployment to go", 40)
    note("left", [len(cluster.list("ReplicaSet", space)), len(cluster.list("Pod", space))])
