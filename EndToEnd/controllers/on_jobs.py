"""Jobs: pods in parallel until enough have succeeded, failures up to a limit, deadlines."""
import time

from controllers.normal import metadata, normal
from controllers.scenarios import counts, events_about, pod_spec, scenario

#: What servers since 1.21 add and 1.20 does not have.
NEWER_STATUS = {"ready", "terminating", "uncountedTerminatedPods"}
NEWER_LABELS = {"batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"}


def job(name="work", metadata=None, restart="Never", **spec):
    return {
        "metadata": dict({"name": name}, **(metadata or {})),
        "spec": dict({"template": {"metadata": {"labels": {"app": "work"}}, "spec": pod_spec(restartPolicy=restart)}},
                     **spec),
    }


def state(cluster, space, name="work"):
    found = counts(cluster, space, "Job", name)()
    if found is None:
        return None
    kept = {key: value for key, value in found.items() if key not in NEWER_STATUS and value != 0}
    kept["conditions"] = [
        # 1.20 writes no condition that newer servers add before the last one.
        {key: value for key, value in one.items() if key != "lastProbeTime"}
        for one in found.get("conditions", []) if one["type"] in ("Complete", "Failed")]
    return normal(kept)


def live(cluster, space):
    """Pods that have not ended and are not going, by name."""
    return sorted(one["metadata"]["name"] for one in cluster.list("Pod", space)
                  if one["status"]["phase"] not in ("Succeeded", "Failed") and not one["metadata"].get("deletionTimestamp"))


def lives(cluster, space, count, seconds=40):
    return cluster.until(lambda: (lambda found: found if len(found) == count else None)(live(cluster, space)),
                         f"{count} live pods", seconds)


def noted(cluster, space, note, title):
    note(title, cluster.settled(lambda: state(cluster, space), quiet=1.5))


def finished(cluster, space, seconds=40):
    cluster.until(lambda: (state(cluster, space) or {}).get("conditions"), "the Job to end", seconds)


def ended(cluster, space, note, title):
    """Notes the end of a Job that gave up pods.

    The real controller may look again before it sees its own verdict; how many pods it counts as failed, and whether it
    makes another one, is then a matter of chance.
    """
    found = cluster.settled(lambda: state(cluster, space), quiet=1.5)
    found.pop("failed", None)
    note(title, found)
    note(f"{title}: warnings", [one for one in events_about(cluster, space, "Job", "work") if one[0] == "Warning"])


@scenario
def one_pod_that_succeeds(cluster, space, note):
    cluster.create("Job", space, job())
    name = lives(cluster, space, 1)[0]
    noted(cluster, space, note, "created")
    described = metadata(cluster.get("Pod", space, name))
    described["labels"] = {key: value for key, value in described["labels"].items() if key not in NEWER_LABELS}
    described.pop("finalizers", None)
    note("pod", described)
    cluster.bind(space, name, "n1")
    cluster.run(space, name)
    noted(cluster, space, note, "running")
    cluster.end(space, name)
    finished(cluster, space)
    noted(cluster, space, note, "ended")
    note("events", events_about(cluster, space, "Job", "work"))
    note("pods", len(cluster.list("Pod", space)))


@scenario
def several_in_parallel(cluster, space, note):
    cluster.create("Job", space, job(completions=5, parallelism=2))
    ended = 0
    for expected in [2, 2, 2, 2, 1]:
        names = lives(cluster, space, expected)
        note(f"{ended} ended", cluster.settled(lambda: state(cluster, space), quiet=1))
        cluster.end(space, names[0])
        ended += 1
    finished(cluster, space)
    noted(cluster, space, note, "ended")
    note("pods", len(cluster.list("Pod", space)))


@scenario
def a_work_queue(cluster, space, note):
    """Without completions the first success ends the making of pods."""
    cluster.create("Job", space, job(parallelism=3))
    names = lives(cluster, space, 3)
    noted(cluster, space, note, "three")
    cluster.end(space, names[0])
    cluster.until(lambda: state(cluster, space).get("succeeded") == 1, "a success")
    noted(cluster, space, note, "one has succeeded")
    for name in names[1:]:
        cluster.end(space, name)
    finished(cluster, space)
    noted(cluster, space, note, "ended")


@scenario
def parallelism_changes(cluster, space, note):
    cluster.create("Job", space, job(completions=6, parallelism=1))
    lives(cluster, space, 1)
    before = 1
    for parallelism in [3, 2, 0, 2]:
        cluster.patch("Job", space, "work", {"spec": {"parallelism": parallelism}})
        cluster.until(lambda: len(live(cluster, space)) == parallelism, f"{parallelism} live pods")
        noted(cluster, space, note, f"parallelism {parallelism} after {before}")
        before = parallelism


@scenario
def more_parallel_than_completions(cluster, space, note):
    cluster.create("Job", space, job(completions=2, parallelism=10))
    lives(cluster, space, 2)
    noted(cluster, space, note, "bounded")


@scenario
def no_completions_needed(cluster, space, note):
    cluster.create("Job", space, job(completions=0))
    finished(cluster, space)
    noted(cluster, space, note, "ended")
    note("events", events_about(cluster, space, "Job", "work"))


@scenario
def backoff_limit_of_zero(cluster, space, note):
    cluster.create("Job", space, job(backoffLimit=0))
    name = lives(cluster, space, 1)[0]
    cluster.end(space, name, code=3)
    finished(cluster, space)
    noted(cluster, space, note, "failed")
    note("events", events_about(cluster, space, "Job", "work"))
    note("pods", len(cluster.list("Pod", space)))


@scenario
def backoff_limit_with_others_running(cluster, space, note):
    cluster.create("Job", space, job(backoffLimit=0, completions=3, parallelism=3))
    names = lives(cluster, space, 3)
    cluster.end(space, names[0])
    cluster.until(lambda: state(cluster, space).get("succeeded") == 1, "a success")
    cluster.end(space, names[1], code=1)
    finished(cluster, space)
    ended(cluster, space, note, "failed")
    note("live", len(live(cluster, space)))


@scenario
def a_failed_pod_is_replaced(cluster, space, note):
    cluster.create("Job", space, job(backoffLimit=3))
    name = lives(cluster, space, 1)[0]
    cluster.end(space, name, code=1)
    begin = time.monotonic()
    name = lives(cluster, space, 1)[0]
    note("replaced within seconds", 5 * round((time.monotonic() - begin) / 5))
    noted(cluster, space, note, "replaced")
    cluster.end(space, name)
    finished(cluster, space)
    noted(cluster, space, note, "succeeded in the end")


@scenario
def waits_grow_between_failures(cluster, space, note):
    cluster.create("Job", space, job(backoffLimit=2))
    waits = []
    for _ in range(2):
        name = lives(cluster, space, 1, 90)[0]
        cluster.end(space, name, code=1)
        begin = time.monotonic()
        lives(cluster, space, 1, 90)
        waits.append(5 * round((time.monotonic() - begin) / 5))
    note("seconds", waits)
    cluster.end(space, live(cluster, space)[0], code=1)
    finished(cluster, space, 90)
    noted(cluster, space, note, "failed")


@scenario
def restarts_count_as_failures(cluster, space, note):
    cluster.create("Job", space, job(backoffLimit=2, restart="OnFailure"))
    name = lives(cluster, space, 1)[0]
    cluster.bind(space, name, "n1")
    cluster.run(space, name, restarts=1)
    noted(cluster, space, note, "one restart")
    cluster.run(space, name, restarts=2)
    finished(cluster, space)
    ended(cluster, space, note, "two restarts")


@scenario
def a_deadline(cluster, space, note):
    cluster.create("Job", space, job(activeDeadlineSeconds=3, parallelism=2, completions=2))
    names = lives(cluster, space, 2)
    for name in names:
        cluster.bind(space, name, "n1")
        cluster.run(space, name)
    finished(cluster, space)
    ended(cluster, space, note, "too late")
    note("live", len(live(cluster, space)))


@scenario
def ttl_after_finished(cluster, space, note):
    """Off in 1.20 unless the feature gate is set; on since 1.21."""
    cluster.create("Job", space, job(ttlSecondsAfterFinished=1, completions=0))
    finished(cluster, space)
    found = cluster.settled(lambda: cluster.get("Job", space, "work") is None, quiet=4)
    note("gone", found)


@scenario
def deleting_a_job_takes_its_pods(cluster, space, note):
    cluster.create("Job", space, job(parallelism=2, completions=2))
    lives(cluster, space, 2)
    cluster.delete("Job", space, "work", "Background")
    cluster.until(lambda: not cluster.list("Pod", space), "the pods to go", 40)
    note("left", len(cluster.list("Pod", space)))


@scenario
def deleting_a_job_by_default(cluster, space, note):
    """batch/v1 Jobs keep their pods when nothing is said."""
    cluster.create("Job", space, job())
    lives(cluster, space, 1)
    cluster.delete("Job", space, "work")
    cluster.until(lambda: cluster.get("Job", space, "work") is None, "the Job to go", 40)
    time.sleep(3)
    note("owners", [metadata(one).get("ownerReferences") for one in cluster.list("Pod", space)])


@scenario
def a_pod_that_is_deleted_is_made_again(cluster, space, note):
    cluster.create("Job", space, job())
    name = lives(cluster, space, 1)[0]
    cluster.delete("Pod", space, name)
    again = cluster.until(lambda: [one for one in live(cluster, space) if one != name], "another pod", 60)
    note("again", len(again))
    noted(cluster, space, note, "status")


@scenario
def a_selector_of_its_own(cluster, space, note):
    template = {"metadata": {"labels": {"app": "work"}}, "spec": pod_spec(restartPolicy="Never")}
    cluster.create("Pod", space, {"metadata": {"name": "mine", "labels": {"app": "work"}}, "spec": template["spec"]})
    cluster.create("Job", space, job(
        manualSelector=True, selector={"matchLabels": {"app": "work"}}, template=template, parallelism=2, completions=2))
    lives(cluster, space, 2)
    noted(cluster, space, note, "adopted one")
    note("owners", normal(metadata(cluster.get("Pod", space, "mine")).get("ownerReferences")))


@scenario
def failing_creations(cluster, space, note):
    template = {"spec": pod_spec(restartPolicy="Never", priorityClassName="no-such-class")}
    cluster.create("Job", space, job(template=template))
    cluster.until(lambda: events_about(cluster, space, "Job", "work"), "an event")
    note("an event", events_about(cluster, space, "Job", "work")[:1])
    noted(cluster, space, note, "status")
