"""Lives of Rollouts with real traffic, several at once in one sandbox; none of them may lose a request.

Each is told as a list of verbs of `scenario_world.World`: its name, then its arguments.
"""
import concurrent.futures
import re

import pytest
from scenario_world import World, blue_green, canary

AT_ONCE = 6
UPDATE = [("image", 2), ("until_paused",)]
FINISH = [("resume",), ("until_settled", 2)]
SCALED = [{"setCanaryScale": {"replicas": 2}}, {"setWeight": 20}, {"pause": {}}, {"setCanaryScale": {"matchTrafficWeight": True}},
          {"setWeight": 60}, {"pause": {"duration": "1s"}}]
DEADLINE = {"progressDeadlineSeconds": 8}
PING_PONG = {"pingPong": {"pingService": "ping", "pongService": "pong"}, "stableService": None, "canaryService": None}
STICKY = {"stickinessConfig": {"enabled": True, "durationSeconds": 5}}

SCENARIOS = {
    # Canaries by the load balancer's weights
    "canary to the end": (canary(), [*UPDATE, *FINISH]),
    "canary without steps": (canary(steps=[]), [("image", 2), ("until_settled", 2)]),
    "canary of one pod": (canary(replicas=1), [*UPDATE, *FINISH]),
    "canary without root service": (canary(alb={"rootService": None}), [*UPDATE, *FINISH]),
    "canary aborted": (canary(), [*UPDATE, ("abort",), ("until_aborted", 1)]),
    "canary aborted and retried": (
        canary(), [*UPDATE, ("abort",), ("until_aborted", 1), ("retry",), ("until_paused",), *FINISH]),
    "canary aborted and taken back": (
        canary(), [*UPDATE, ("abort",), ("until_aborted", 1), ("image", 1), ("until_settled", 1)]),
    "canary aborted at its first weight": (canary(), [("image", 2), ("until_weight", 20), ("abort",), ("until_aborted", 1)]),
    "canary rolled back": (canary(), [*UPDATE, ("image", 1), ("until_settled", 1)]),
    "canary overtaken": (
        canary(), [*UPDATE, ("image", 3), ("until_weight", 20), ("until_paused",), ("resume",), ("until_settled", 3)]),
    "canary overtaken twice": (
        canary(steps=[{"setWeight": 50}, {"pause": {"duration": "2s"}}]),
        [("image", 2), ("until_weight", 50), ("image", 3), ("wait", 3), ("image", 4), ("until_settled", 4)]),
    "canary promoted in full": (canary(), [("image", 2), ("until_weight", 20), ("promote_full",), ("until_settled", 2)]),
    "canary with a step skipped": (canary(), [*UPDATE, ("skip_step",), ("until_settled", 2)]),
    "canary paused by hand": (
        canary(), [("image", 2), ("until_weight", 20), ("pause",), ("wait", 4), ("unpause",), ("until_paused",), *FINISH]),
    "canary scaled up in mid-flight": (canary(), [*UPDATE, ("scale", 5), ("wait", 3), *FINISH]),
    "canary scaled down in mid-flight": (canary(replicas=5), [*UPDATE, ("scale", 2), ("wait", 3), *FINISH]),
    "canary scaled and aborted": (canary(), [*UPDATE, ("scale", 5), ("wait", 2), ("abort",), ("until_aborted", 1)]),
    "canary with dynamic stable scale": (canary(dynamicStableScale=True, scaleDownDelaySeconds=None), [*UPDATE, *FINISH]),
    "canary with dynamic stable scale aborted": (
        canary(dynamicStableScale=True, scaleDownDelaySeconds=None), [*UPDATE, ("abort",), ("until_aborted", 1)]),
    "canary with dynamic stable scale overtaken": (
        canary(dynamicStableScale=True, scaleDownDelaySeconds=None), [*UPDATE, ("image", 3), ("until_paused",), ("resume",), ("until_settled", 3)]),
    "canary with scale steps": (canary(steps=SCALED), [*UPDATE, *FINISH]),
    "canary with two pods at least": (
        canary(minPodsPerReplicaSet=2, replicas=4), [*UPDATE, *FINISH]),
    "canary that is sticky": (canary(alb=STICKY), [*UPDATE, *FINISH]),
    "canary that is sticky aborted": (canary(alb=STICKY), [*UPDATE, ("abort",), ("until_aborted", 1)]),
    "canary that is broken": (
        canary(spec=DEADLINE), [("broken_image", 2), ("until_degraded",), ("image", 1), ("until_settled", 1)]),
    "canary that is broken and mended": (
        canary(spec=DEADLINE),
        [("broken_image", 2), ("until_degraded",), ("image", 3), ("until_paused",), ("resume",), ("until_settled", 3)]),
    "canary that is broken and given up": (
        canary(spec=DEADLINE | {"progressDeadlineAbort": True}), [("broken_image", 2), ("until_aborted", 1)]),
    "canary that is ready late": (canary(spec={"minReadySeconds": 4}), [*UPDATE, *FINISH]),
    "canary and back after it has ended": (
        canary(), [*UPDATE, *FINISH, ("image", 1), ("until_paused",), ("resume",), ("until_settled", 1)]),
    "canary within the rollback window": (
        canary(spec={"rollbackWindow": {"revisions": 2}}), [*UPDATE, *FINISH, ("image", 1), ("until_settled", 1)]),
    "scaled at rest": (canary(), [("scale", 6), ("wait", 4), ("scale", 2), ("wait", 6), ("until_only", 1)]),
    "restarted": (canary(), [("restart",), ("until_restarted",), ("until_only", 1)]),
    # Canaries between services that swap their roles
    "ping-pong to the end": (canary(**PING_PONG), [*UPDATE, *FINISH]),
    "ping-pong there and back": (
        canary(**PING_PONG), [*UPDATE, *FINISH, ("image", 3), ("until_paused",), ("resume",), ("until_settled", 3)]),
    "ping-pong aborted": (canary(**PING_PONG), [*UPDATE, ("abort",), ("until_aborted", 1)]),
    "ping-pong rolled back": (canary(**PING_PONG), [*UPDATE, ("image", 1), ("until_settled", 1)]),
    "ping-pong overtaken": (
        canary(**PING_PONG), [*UPDATE, ("image", 3), ("until_weight", 20), ("until_paused",), ("resume",), ("until_settled", 3)]),
    "ping-pong promoted in full": (
        canary(**PING_PONG), [("image", 2), ("until_weight", 20), ("promote_full",), ("until_settled", 2)]),
    # Blue-green
    "blue-green to the end": (blue_green(), [*UPDATE, *FINISH]),
    "blue-green by itself": (blue_green(autoPromotionEnabled=True), [("image", 2), ("until_settled", 2)]),
    "blue-green by time": (blue_green(autoPromotionEnabled=True, autoPromotionSeconds=3), [("image", 2), ("until_settled", 2)]),
    "blue-green without preview": (blue_green(previewService=None), [*UPDATE, *FINISH]),
    "blue-green with a small preview": (blue_green(previewReplicaCount=1), [*UPDATE, *FINISH]),
    "blue-green aborted": (blue_green(), [*UPDATE, ("abort",), ("until_aborted", 1)]),
    "blue-green aborted and retried": (
        blue_green(), [*UPDATE, ("abort",), ("until_aborted", 1), ("retry",), ("until_paused",), *FINISH]),
    "blue-green rolled back before the switch": (blue_green(), [*UPDATE, ("image", 1), ("until_settled", 1)]),
    "blue-green rolled back after the switch": (
        blue_green(scaleDownDelaySeconds=60),
        [*UPDATE, ("resume",), ("until_healthy", 2), ("wait", 12), ("image", 1), ("until_healthy", 1), ("wait", 2)]),
    "blue-green overtaken": (blue_green(), [*UPDATE, ("image", 3), ("wait", 3), ("until_paused",), ("resume",), ("until_settled", 3)]),
    "blue-green promoted in full": (blue_green(), [("image", 2), ("wait", 1), ("promote_full",), ("until_settled", 2)]),
    "blue-green scaled before the switch": (blue_green(), [*UPDATE, ("scale", 5), ("wait", 3), *FINISH]),
    "blue-green restarted": (blue_green(), [("restart",), ("until_restarted",), ("until_only", 1)]),
    "blue-green that is broken": (
        blue_green(spec=DEADLINE), [("broken_image", 2), ("until_degraded",), ("image", 1), ("until_settled", 1)]),
}


def play(sandbox, number, name):
    spec, story = SCENARIOS[name]
    namespace = f"s{number:02}-" + re.sub("[^a-z]+", "-", name)
    world = World(sandbox, namespace, spec)
    world.begin()
    with world.load:
        for verb, *arguments in story:
            getattr(world, verb)(*arguments)
        world.wait(1)
    # Its pods would go on working while others are played.
    sandbox.call(f"/api/v1/namespaces/{namespace}", "DELETE", {}, "application/json")
    return world


@pytest.fixture(scope="module")
def outcomes(sandbox, request):
    """Plays the selected scenarios, a few at a time; the future of each."""
    wanted = {item.callspec.params["name"] for item in request.session.items if item.path.name == "test_scenarios.py"}
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        yield {name: pool.submit(play, sandbox, number, name) for number, name in enumerate(SCENARIOS) if name in wanted}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_request_is_lost(outcomes, name):
    world = outcomes[name].result(timeout=900)
    assert not world.load.failures, f"of {world.load.total} requests: {world.load.failures}"
    assert world.load.total > 50
