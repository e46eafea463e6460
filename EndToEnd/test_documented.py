"""Manifests that show one documented feature each: every one is accepted, comes up, and does what its comment says.

All of them live side by side in one sandbox, a few at a time. The function of a manifest has its name.
"""
import concurrent.futures
import os
import subprocess
import time

import pytest
from conftest import WEIR, Sandbox
from documented_life import FOLDER, IMAGE, PREFIX, Life, lint

AT_ONCE = 6
# Calls to AWS are paced as an account allows them: many load balancers at once only wait for each other.
LOAD_BALANCERS_AT_ONCE = 5
BEHAVIOURS = {}


def behaviour(function):
    BEHAVIOURS[function.__name__.replace("_", "-")] = function
    return function


# Canaries by the number of pods


@behaviour
def canary_by_pods(life):
    life.start()
    life.until_pods(v1=5)
    life.update_to_pause()
    life.until_pods(v1=4, v2=1)
    life.resume()
    life.until(lambda status: status.get("currentStepIndex") == 3, "the pause at 60 %")
    life.until_pods(v1=2, v2=3)
    life.finish()
    life.until_pods(v2=5)
    life.until_events("RolloutUpdated", "NewReplicaSetCreated", "ScalingReplicaSet", "RolloutNotCompleted",
                      "RolloutStepCompleted", "RolloutPaused", "RolloutResumed", "RolloutCompleted")


@behaviour
def canary_without_steps(life):
    life.start()
    least, most = life.watched_update()
    assert least >= 3 and most <= 5, (least, most)
    life.until_pods(v2=4)
    assert "currentStepIndex" not in life.status()


@behaviour
def canary_max_unavailable(life):
    life.start()
    least, most = life.watched_update()
    assert least >= 2 and most == 4, (least, most)
    life.until_pods(v2=4)


@behaviour
def canary_max_surge(life):
    life.start()
    least, most = life.watched_update()
    assert least == 4 and most in (5, 6), (least, most)
    life.until_pods(v2=4)


@behaviour
def canary_services(life):
    life.start()
    life.update_to_pause()
    life.until_sees(lambda: life.selected("sieve-canary") == life.hash(2), "the canary Service at the canary")
    assert life.selected("sieve-stable") == life.hash(1)
    service = life.get("api/v1", "services", "sieve-canary")
    assert service["metadata"]["annotations"]["argo-rollouts.argoproj.io/managed-by-rollouts"] == "sieve"
    life.finish()
    life.until_sees(lambda: life.selected("sieve-stable") == life.hash(2), "the stable Service at the new version")
    assert life.selected("sieve-canary") == life.hash(2)


@behaviour
def pauses(life):
    life.start()
    began = time.monotonic()
    life.image(2)
    life.until_paused()
    assert life.status()["currentStepIndex"] == 4
    # Kubernetes' times have no fractions: each of the three pauses may be up to a second shorter.
    assert time.monotonic() - began >= 3
    life.holds_for(3, lambda: life.status()["phase"] == "Paused", "the pause without an end ended")
    life.finish()


@behaviour
def paused(life):
    life.begin()
    life.until(lambda status: status["phase"] == "Paused", "Paused")
    life.holds_for(2, lambda: not life.pods(), "a paused Rollout started pods")
    life.unpause()
    life.until_healthy(1)
    life.pause()
    life.image(2)
    life.holds_for(3, lambda: "2" not in life.wanted(), "a paused Rollout started an update")
    assert life.status()["phase"] == "Paused"
    life.unpause()
    life.until_healthy(2)
    life.until_pods(v2=2)


@behaviour
def progress_deadline(life):
    life.start()
    life.broken_image(2)
    life.until_degraded()
    assert life.status()["message"].startswith("ProgressDeadlineExceeded: "), life.status()["message"]
    assert not life.status().get("abort")
    assert life.wanted().get("2") == 1
    life.until_events("ProgressDeadlineExceeded")
    life.image(3)
    life.until_paused()
    life.finish(3)


@behaviour
def progress_deadline_abort(life):
    life.start()
    life.broken_image(2)
    life.until_degraded()
    life.until(lambda status: status.get("abort") and status.get("abortedAt"), "the abort")
    life.until_pods(v1=3)
    assert life.status()["message"].startswith("RolloutAborted: "), life.status()["message"]
    life.until_events("RolloutAborted")


@behaviour
def min_ready_seconds(life):
    life.start()
    began = time.monotonic()
    life.update_to_pause()
    assert time.monotonic() - began >= 3
    life.finish()


@behaviour
def progress_threshold(life):
    def warm(version, most):
        """Opens the gate of so many pods of a version."""
        pods = [one for one in life.live_pods() if one["spec"]["containers"][0]["image"] == f"{IMAGE}:{version}"]
        for pod in pods[:most]:
            conditions = [one for one in pod["status"].get("conditions", []) if one["type"] != "tea.example/warm"]
            conditions.append({"type": "tea.example/warm", "status": "True"})
            life.sandbox.call(life.path("api/v1", "pods", pod["metadata"]["name"]) + "/status", "PATCH",
                              {"status": {"conditions": conditions}})
        return len(pods)

    life.begin()
    life.until_sees(lambda: warm(1, 4) == 4 and life.available() == {"1": 4}, "four warm pods")
    life.until_healthy(1)
    life.image(2)
    life.until_sees(lambda: warm(2, 0) == 2, "two new pods")
    life.holds_for(2, lambda: life.status()["currentStepIndex"] == 0, "no pod was enough")
    life.until_sees(lambda: warm(2, 1) == 2 and life.available().get("2") == 1, "one warm pod of two")
    life.until_paused()
    assert life.available()["2"] == 1 and life.wanted()["2"] == 2
    life.resume()
    life.until_sees(lambda: warm(2, 4) == 4 and life.available() == {"2": 4}, "four warm pods")
    life.until_healthy(2)


@behaviour
def rollback_window(life):
    life.start()
    # Ages are compared in whole seconds.
    life.wait(1)
    life.update_to_pause()
    life.finish()
    life.until_pods(v2=2)
    life.image(1)
    life.until_healthy(1)
    life.until_pods(v1=2)
    assert life.status()["currentStepIndex"] == 2


@behaviour
def revision_history(life):
    life.start()
    for version in (2, 3, 4):
        life.image(version)
        life.until_healthy(version)
    life.until_sees(lambda: set(life.replica_sets()) == {"3", "4"}, "the last two ReplicaSets only")
    assert life.replica_sets()["4"]["metadata"]["annotations"]["rollout.argoproj.io/revision"] == "4"


@behaviour
def restart_at(life):
    life.start()
    life.until(lambda status: status.get("restartedAt") == "2024-05-01T08:00:00Z", "the restart that was over")
    life.holds_for(2, lambda: len(life.live_pods()) == 3 and life.available() == {"1": 3}, "pods were restarted")
    life.restart()
    at = life.rollout()["spec"]["restartAt"]
    least = 3

    def is_over():
        nonlocal least
        least = min(least, sum(life.available().values()))
        return life.status().get("restartedAt") == at
    life.until_sees(is_over, "restartedAt")
    life.until_restarted()
    assert least >= 2
    assert set(life.replica_sets()) == {"1"}


@behaviour
def anti_affinity_required(life):
    life.start()
    life.update_to_pause()
    spec = life.replica_sets()["2"]["spec"]["template"]["spec"]
    term = spec["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][0]
    assert term["topologyKey"] == "kubernetes.io/hostname"
    assert term["labelSelector"]["matchExpressions"][0]["values"] == [life.hash(1)]
    assert "affinity" not in life.replica_sets()["1"]["spec"]["template"]["spec"]
    life.finish()


@behaviour
def anti_affinity_preferred(life):
    life.start()
    life.update_to_pause()
    spec = life.replica_sets()["2"]["spec"]["template"]["spec"]
    preference = spec["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"][0]
    assert preference["weight"] == 60
    assert preference["podAffinityTerm"]["labelSelector"]["matchExpressions"][0]["values"] == [life.hash(1)]
    life.finish()


def labels_of(life, label):
    """The values of a label, by version."""
    return {(one["spec"]["containers"][0]["image"].rsplit(":")[-1], one["metadata"]["labels"].get(label))
            for one in life.live_pods()}


@behaviour
def canary_metadata(life):
    life.start()
    life.until_sees(lambda: labels_of(life, "brew") == {("1", "proven")}, "stable pods' label")
    life.update_to_pause()
    life.until_sees(lambda: labels_of(life, "brew") == {("1", "proven"), ("2", "fresh")}, "a label for each role")
    fresh = [one["metadata"] for one in life.live_pods() if one["metadata"]["labels"]["brew"] == "fresh"]
    assert [one["annotations"]["tea.example/note"] for one in fresh] == ["first cups"]
    life.finish()
    life.until_sees(lambda: labels_of(life, "brew") == {("2", "proven")}, "the new pods' label as stable ones")
    kept = [one["metadata"] for one in life.live_pods() if one["metadata"]["name"] == fresh[0]["name"]]
    assert kept and "tea.example/note" not in kept[0].get("annotations", {}), kept


@behaviour
def autoscaled(life):
    def scale(replicas):
        life.sandbox.call(life.rollout_path() + "/scale", "PATCH", {"spec": {"replicas": replicas}})
    life.start()
    assert life.rollout()["spec"]["replicas"] == 1, "the default is written down, for the autoscaler"
    scale(2)
    life.until_pods(v1=2)
    life.update_to_pause()
    life.until_pods(v1=1, v2=1)
    scale(4)
    life.until_pods(v1=2, v2=2)
    found = life.sandbox.call(life.rollout_path() + "/scale")
    assert found["spec"]["replicas"] == 4 and found["status"] == {"replicas": 4, "selector": "app=crowd"}, found
    life.finish()
    life.until_pods(v2=4)


# Pod templates of Deployments


def deployment_pods(life):
    return life.get("apis/apps/v1", "deployments", life.name)["spec"]["replicas"]


@behaviour
def workload_never(life):
    life.start()
    life.until_pods(v1=3)
    assert "template" not in life.rollout()["spec"]
    life.holds_for(2, lambda: deployment_pods(life) == 3, "the Deployment was scaled")
    life.update_to_pause()
    life.until_pods(v1=2, v2=1)
    assert life.status()["workloadObservedGeneration"] == "2"
    life.finish()
    assert deployment_pods(life) == 3


@behaviour
def workload_onsuccess(life):
    life.begin()
    life.until_sees(lambda: deployment_pods(life) == 0, "a Deployment of no pods")
    assert life.available() == {"1": 3}, "the Deployment went before the Rollout was there"
    life.until_healthy(1)
    life.update_to_pause()
    life.until_pods(v1=2, v2=1)
    life.finish()


@behaviour
def workload_pod_template(life):
    life.start()
    life.until_pods(v1=2)
    assert "template" not in life.rollout()["spec"]
    life.update_to_pause()
    life.until_pods(v1=1, v2=1)
    life.finish()


@behaviour
def workload_progressively(life):
    life.begin()

    def is_over():
        left = deployment_pods(life)
        ready = life.status().get("readyReplicas", 0)
        assert left + ready >= 2, f"{left} of the Deployment's pods with {ready} of the Rollout's"
        return left == 0
    life.until_sees(is_over, "a Deployment of no pods")
    life.until_healthy(1)
    life.until_pods(v1=3)


# Blue-green


@behaviour
def blue_green(life):
    life.start()
    assert life.selected("garden") == life.hash(1)
    life.update_to_pause()
    assert life.status()["message"] == "BlueGreenPause"
    life.until_pods(v1=2, v2=2)
    assert (life.selected("garden"), life.selected("garden-preview")) == (life.hash(1), life.hash(2))
    life.resume()
    life.until_sees(lambda: life.selected("garden") == life.hash(2), "the switch")
    life.until_sees(lambda: life.deadline(1), "a deadline of the former pods")
    assert life.wanted()["1"] == 2
    life.until_healthy(2)
    life.until_pods(v2=2)
    life.until_events("SwitchService")
    status = life.status()["blueGreen"]
    assert status["activeSelector"] == status["previewSelector"] == life.hash(2)


@behaviour
def blue_green_automatic(life):
    life.start()
    life.image(2)
    life.until_sees(lambda: life.selected("meadow") == life.replica_sets().get("2", {}).get(
        "metadata", {}).get("labels", {}).get("rollouts-pod-template-hash"), "the switch")
    assert life.available()["2"] == 2
    life.until_healthy(2)
    life.until_pods(v2=2)
    assert "RolloutPaused" not in life.event_reasons()


@behaviour
def blue_green_by_time(life):
    life.start()
    began = time.monotonic()
    life.image(2)
    life.until_healthy(2)
    assert time.monotonic() - began >= 3
    assert life.selected("orchard") == life.hash(2)
    life.until_events("RolloutPaused")


@behaviour
def blue_green_preview_count(life):
    life.start()
    life.update_to_pause()
    life.until_pods(v1=3, v2=1)
    life.resume()
    life.until_sees(lambda: life.selected("hedge") == life.hash(2), "the switch")
    assert life.available()["2"] == 3
    life.until_healthy(2)
    life.until_pods(v2=3)


def one_former_version_waits(life):
    life.start()
    for version in (2, 3):
        life.image(version)
        life.until_healthy(version)
        life.until_sees(lambda: life.deadline(version - 1), "a deadline of the former version")
    life.until_pods(v2=1, v3=1)
    life.holds_for(2, lambda: life.wanted() == {"2": 1, "3": 1}, "the last version did not wait")


@behaviour
def blue_green_scale_down_limit(life):
    one_former_version_waits(life)


@behaviour
def blue_green_abort_delay(life):
    life.start()
    life.update_to_pause()
    life.abort()
    life.until_degraded()
    life.until_pods(v1=2)
    assert life.selected("pond") == life.hash(1)
    life.retry()
    life.until_paused()
    life.finish()


@behaviour
def blue_green_abort_keeps(life):
    life.start()
    life.update_to_pause()
    life.abort()
    life.until_degraded()
    life.holds_for(5, lambda: life.wanted() == {"1": 2, "2": 2}, "the pods did not stay")
    assert life.selected("fountain") == life.hash(1)


@behaviour
def blue_green_metadata(life):
    life.start()
    life.update_to_pause()
    life.until_sees(lambda: labels_of(life, "open") == {("1", "everybody"), ("2", "testers")}, "a label for each role")
    assert "podAntiAffinity" in life.replica_sets()["2"]["spec"]["template"]["spec"]["affinity"]
    life.finish()
    life.until_pods(v2=2)
    life.until_sees(lambda: labels_of(life, "open") == {("2", "everybody")}, "the new pods' label as active ones")


@behaviour
def blue_green_restart(life):
    life.start()
    life.until_pods(v1=4)
    least = 4
    # Ages are compared in whole seconds.
    life.wait(1)
    life.restart()

    def is_over():
        nonlocal least
        least = min(least, sum(life.available().values()))
        return life.status().get("restartedAt") == life.rollout()["spec"]["restartAt"]
    life.until_sees(is_over, "restartedAt")
    life.until_restarted()
    assert least >= 3


@behaviour
def blue_green_back(life):
    life.start()
    # Ages are compared in whole seconds.
    life.wait(1)
    life.update_to_pause()
    life.finish()
    kept = {pod["metadata"]["name"] for pod in life.live_pods()}
    life.until_pods(v1=2, v2=2)
    life.wait(1)
    life.image(1)
    life.until_healthy(1)
    assert life.selected("terrace") == life.hash(1)
    assert {pod["metadata"]["name"] for pod in life.live_pods()} <= kept
    assert life.replica_sets()["1"]["metadata"]["annotations"]["rollout.argoproj.io/revision"] == "3"


@behaviour
def blue_green_autoscaled(life):
    life.start()
    life.update_to_pause()
    life.sandbox.call(life.rollout_path() + "/scale", "PATCH", {"spec": {"replicas": 3}})
    life.until_pods(v1=3, v2=3)
    life.until_sees(lambda: life.sandbox.call(life.rollout_path() + "/scale")["status"] == {
        "replicas": 3, "selector": f"app=patio,rollouts-pod-template-hash={life.hash(1)}"}, "the active pods only")


# Canaries by the weights of a load balancer


@behaviour
def alb_canary(life):
    life.start()
    life.update_to_pause()
    assert life.annotations("harbour")[f"{PREFIX}actions.harbour-stable"] == (
        '{"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"harbour-canary","ServicePort":"80",'
        '"Weight":25},{"ServiceName":"harbour-stable","ServicePort":"80","Weight":75}]}}')
    life.until_pods(v1=4, v2=1)
    assert life.status()["canary"]["weights"]["verified"] is True
    life.until_sees(lambda: life.answers(40) == {"1", "2"}, "answers of both versions")
    life.resume()
    life.until(lambda status: status.get("currentStepIndex") == 3, "the pause at 50 %")
    assert life.weights("harbour", "harbour-stable") == {"harbour-canary": 50, "harbour-stable": 50}
    assert life.wanted() == {"1": 4, "2": 2}
    life.finish()
    life.until_weight(0)
    life.until_pods(v2=4)
    assert life.weights("harbour", "harbour-stable") == {"harbour-canary": 0, "harbour-stable": 100}
    assert life.answers() == {"2"}
    life.until_events("TrafficWeightUpdated", "PatchingALBIngress", "SwitchService")


@behaviour
def alb_root_service(life):
    life.start()
    life.update_to_pause()
    assert life.weights("pier", "pier") == {"pier-canary": 30, "pier-stable": 70}
    annotations = life.annotations("pier")
    assert annotations["rollouts.argoproj.io/managed-alb-annotations"] == f'{{"pier":["{PREFIX}actions.pier"]}}'
    assert life.selected("pier") is None
    assert (life.selected("pier-canary"), life.selected("pier-stable")) == (life.hash(2), life.hash(1))
    life.finish()
    life.until_weight(0)
    assert life.selected("pier") is None
    assert life.answers() == {"2"}


@behaviour
def alb_sticky(life):
    life.start()
    life.update_to_pause()

    def stickiness():
        return life.action("anchor", "anchor")["ForwardConfig"].get("TargetGroupStickinessConfig")
    life.until_sees(lambda: stickiness() == {"Enabled": True, "DurationSeconds": 3600}, "stickiness")
    assert life.weights("anchor", "anchor") == {"anchor-canary": 50, "anchor-stable": 50}


@behaviour
def alb_header_route(life):
    life.start()
    life.update_to_pause()
    annotations = life.annotations("pilot")
    assert annotations[f"{PREFIX}actions.pilot-tasters"] == (
        '{"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"pilot-canary","ServicePort":"80",'
        '"Weight":100}]}}')
    assert annotations[f"{PREFIX}conditions.pilot-tasters"] == (
        '[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"X-Taster","values":["yes"]}}]')
    life.until_sees(lambda: life.answers(5, **{"X-Taster": "yes"}) == {"2"}, "the canary for the header")
    assert life.answers() == {"1"} and life.answers(5, **{"X-Taster": "no"}) == {"1"}
    life.resume()
    life.until(lambda status: status.get("currentStepIndex") == 4 and status["phase"] == "Paused", "the second pause")
    life.until_sees(lambda: f"{PREFIX}actions.pilot-tasters" not in life.annotations("pilot"), "no route")
    assert f"{PREFIX}conditions.pilot-tasters" not in life.annotations("pilot")
    life.until_sees(lambda: life.answers(5, **{"X-Taster": "yes"}) == {"1"}, "the stable version for the header")
    life.finish()


@behaviour
def alb_ping_pong(life):
    life.start()
    life.update_to_pause()
    first, second = life.hash(1), life.hash(2)
    selected = {life.selected("tide-ping"): "tide-ping", life.selected("tide-pong"): "tide-pong"}
    assert set(selected) == {first, second}, selected
    assert life.weights("tide", "tide") == {"tide-ping": 50, "tide-pong": 50}
    life.finish()
    stable = selected[second]
    assert life.status()["canary"]["stablePingPong"] == stable.removeprefix("tide-")
    life.until_sees(lambda: life.weights("tide", "tide")[stable] == 100, "all traffic at the Service of the new pods")
    life.until_pods(v2=2)
    assert life.selected(stable) == second, "the Service was switched"
    assert life.answers() == {"2"}


@behaviour
def alb_several_ingresses(life):
    life.start()
    life.update_to_pause()
    for ingress in ("delta-public", "delta-office"):
        assert life.weights(ingress, "delta") == {"delta-canary": 40, "delta-stable": 60}, ingress
    assert [one["ingress"] for one in life.status()["albs"]] == ["delta-public", "delta-office"]
    life.abort()
    life.until_degraded()
    for ingress in ("delta-public", "delta-office"):
        life.until_sees(lambda: life.weights(ingress, "delta") == {"delta-canary": 0, "delta-stable": 100}, ingress)


@behaviour
def alb_annotation_prefix(life):
    life.start()
    life.update_to_pause()
    prefix = "balancer.tea.example/"
    assert life.weights("lagoon", "lagoon", prefix) == {"lagoon-canary": 50, "lagoon-stable": 50}
    assert not [key for key in life.annotations("lagoon") if key.startswith(PREFIX)]
    life.until_sees(lambda: life.answers(40) == {"1", "2"}, "answers of both versions")
    life.finish()
    life.until_weight(0)
    assert life.answers() == {"2"}


@behaviour
def alb_dynamic_stable_scale(life):
    life.start()
    life.update_to_pause()
    assert life.weights("ebb", "ebb") == {"ebb-canary": 75, "ebb-stable": 25}
    life.until_pods(v1=1, v2=3)
    life.abort()
    life.until_degraded()
    life.until_pods(v1=4)
    life.until_weight(0)


@behaviour
def alb_blue_green(life):
    life.start()
    life.until_sees(lambda: life.answers(5) == {"1"}, "answers")
    life.update_to_pause()
    assert life.answers() == {"1"}
    life.resume()
    life.until_healthy(2)
    life.until_sees(lambda: life.answers(5) == {"2"}, "answers of the new version only")
    life.until_pods(v2=2)
    assert life.answers() == {"2"}


@behaviour
def alb_abort_delay(life):
    life.start()
    life.update_to_pause()
    life.abort()
    life.until_degraded()
    life.until_weight(0)
    life.until_sees(lambda: life.deadline(2), "a deadline of the canary")
    life.until_pods(v1=2)
    assert life.selected("reef-canary") == life.hash(1)


@behaviour
def alb_abort_keeps(life):
    life.start()
    life.update_to_pause()
    assert life.wanted() == {"1": 2, "2": 1}
    life.abort()
    life.until_degraded()
    life.until_weight(0)
    life.holds_for(8, lambda: life.wanted() == {"1": 2, "2": 1}, "the canary's pod did not stay")


@behaviour
def alb_scale_down_delay(life):
    one_former_version_waits(life)


@behaviour
def alb_min_pods(life):
    life.start()
    life.update_to_pause()
    assert life.weights("buoy", "buoy") == {"buoy-canary": 10, "buoy-stable": 90}
    life.until_pods(v1=4, v2=2)


@behaviour
def alb_canary_scale(life):
    life.start()
    for index, canary, weight in [(1, 3, 0), (4, 2, 10), (6, 1, 10)]:
        if index == 1:
            life.image(2)
        else:
            life.resume()
        life.until(lambda status: status.get("currentStepIndex") == index and status["phase"] == "Paused",
                   f"pause {index}")
        life.until_pods(v1=4, v2=canary)
        assert life.weights("ferry", "ferry") == {"ferry-canary": weight, "ferry-stable": 100 - weight}
    life.finish()
    life.until_pods(v2=4)


# The tests


def play(sandbox, number, name):
    life = Life(sandbox, number, name)
    began = time.monotonic()
    BEHAVIOURS[name](life)
    life.end()
    return time.monotonic() - began


def play_with_another_prefix(folder, name):
    """In a sandbox of its own, whose load balancer controller reads other annotations."""
    own = Sandbox(folder, "--no-controllers")
    state = own.state()
    with open(folder / "controller.log", "w") as log:
        controller = subprocess.Popen(
            [WEIR, "controller", "--kubeconfig", own.kubeconfig, "--aws-endpoint-url", state["elbv2"],
             "--aws-region", state["region"], "--cluster-name", "sandbox", "--aws-vpc-id", "vpc-0123456789abcdef0",
             "--subnet", "subnet-0aaaaaaaaaaaaaaaa", "--subnet", "subnet-0bbbbbbbbbbbbbbbb", "--settle-seconds", "1.5",
             "--annotation-prefix", "balancer.tea.example", "--leader-elect=false", "--metrics-port", "0",
             "--healthz-port", "0"], stdout=log, stderr=subprocess.STDOUT, env=dict(os.environ, **own.credentials()))
    try:
        return play(own, 99, name)
    finally:
        controller.terminate()
        controller.wait(timeout=20)
        own.stop()


@pytest.fixture(scope="module")
def outcomes(sandbox, request, tmp_path_factory):
    """Plays what is wanted, a few at a time; the future of each."""
    wanted = {item.callspec.params["name"] for item in request.session.items
              if item.path.name == "test_documented.py" and hasattr(item, "callspec")}
    names = sorted(wanted & set(BEHAVIOURS))
    with (concurrent.futures.ThreadPoolExecutor(LOAD_BALANCERS_AT_ONCE) as balanced,
          concurrent.futures.ThreadPoolExecutor(AT_ONCE) as others):
        futures = {}
        for number, name in enumerate(names):
            pool = balanced if name.startswith("alb-") else others
            if name == "alb-annotation-prefix":
                futures[name] = pool.submit(play_with_another_prefix, tmp_path_factory.mktemp("prefix"), name)
            else:
                futures[name] = pool.submit(play, sandbox, number, name)
        yield futures
        for pool in (balanced, others):
            pool.shutdown(cancel_futures=True)


def test_every_manifest_has_its_behaviour():
    assert set(BEHAVIOURS) == {file.stem for file in FOLDER.glob("*.yaml")}
    for file in FOLDER.glob("*.yaml"):
        assert file.read_text().startswith("# "), f"{file.name} does not say what is to happen"


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_a_documented_manifest_does_what_it_says(outcomes, name):
    found = lint(name)
    assert found.returncode == 0, found.stdout + found.stderr
    assert outcomes[name].result(timeout=600) < 300
