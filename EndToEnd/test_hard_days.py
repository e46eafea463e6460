"""Updates under traffic on days on which something else goes wrong: none loses a request, each ends where it should."""
import contextlib
import signal
import time

import pytest
from hard_world import HardDay, Place
from scenario_world import blue_green, canary

BY_HAND = [{"setWeight": 20}, {"setWeight": 50}, {"pause": {}}]
FIVE_STEPS = [{"setWeight": weight} for weight in (20, 40, 60, 80, 100)]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    running = Place(tmp_path_factory.mktemp("hard"))
    yield running
    running.stop()


@pytest.fixture
def one_controller(place):
    place.start("controller")
    yield place
    place.end()


@pytest.fixture
def two_controllers(place):
    """One controller serves the Rollouts, the other the Ingresses."""
    place.start_jobs()
    yield place
    place.end()


@contextlib.contextmanager
def days(place, **specs):
    """A HardDay for each spec, under traffic until the block ends; then their requests are counted."""
    found = [HardDay(place, name.replace("_", "-"), spec) for name, spec in specs.items()]
    for day in found:
        day.begin()
    with contextlib.ExitStack() as stack:
        for day in found:
            stack.enter_context(day.load)
        yield found
    for day in found:
        assert not day.load.failures, f"{day.namespace}: of {day.load.total} requests: {day.load.failures}"
        assert day.load.total > 100, f"{day.namespace}: only {day.load.total} requests"
        place.sandbox.kubectl("delete", "namespace", day.namespace, "--timeout=120s")


def test_aws_throttled_to_nothing_during_the_promotion(one_controller):
    place = one_controller
    with days(place, thr_canary=canary(steps=BY_HAND), bgt_blue_green=blue_green()) as both:
        for day in both:
            day.image(2)
        for day in both:
            day.until_paused()
        former = {day: day.names("1") for day in both}
        assert all(len(names) == 3 for names in former.values())
        place.throttle()
        for day in both:
            day.resume()
        refused = sum(place.calls().values())
        for day in both:
            day.until_sees(lambda: "Throttling" in day.why(), "`weir why` to name what is missing", 1)
        # Longer than the settle time, the drain and the delays of the spec: what could be taken for over, would be.
        end = time.monotonic() + 12
        while time.monotonic() < end:
            for day in both:
                assert former[day] <= day.names("1"), f"{day.namespace}: pods went while AWS refused every call"
                assert day.status()["phase"] != "Healthy"
            day.wait(0.5)
        assert sum(place.calls().values()) > refused, "nobody asks AWS any more"
        place.give_back()
        for day in both:
            day.until_settled(2)


def test_the_load_balancer_controller_stopped_for_half_a_minute_in_an_update(two_controllers):
    place = two_controllers
    with days(place, stc_canary=canary(steps=FIVE_STEPS), stb_blue_green=blue_green()) as (stepping, switching):
        switching.image(2)
        switching.until_paused()
        former = {day: day.names("1") for day in (stepping, switching)}
        stepping.image(2)
        stepping.until_sees(lambda: stepping.weight()[0] > 0, "the first weight", 0.05)
        place.signal("ingresses", signal.SIGSTOP)
        switching.resume()
        # What AWS has taken already may still be on its way to the rule, once.
        asked = stepping.weight()[0]
        end = time.monotonic() + 30
        while time.monotonic() < end:
            for day in (stepping, switching):
                assert former[day] <= day.names("1"), f"{day.namespace}: pods went that are targets still"
                assert day.status()["stableRS"] != day.status()["currentPodHash"], day.namespace
            assert stepping.weight()[0] <= asked + 20, "a step was built upon a weight that no rule has"
            stepping.wait(0.5)
        assert "front" in stepping.why() and "waits for" in stepping.why(), stepping.why()
        place.signal("ingresses", signal.SIGCONT)
        for day in (stepping, switching):
            day.until_settled(2)


# Reads of AWS count for ten seconds: the last one before this pause is too old when it ends.
LONG_PAUSE = [{"setWeight": 50}, {"pause": {"duration": "20s"}}, {"setWeight": 80}]


def edit(day):
    """Somebody gives the canary 10 % at the load balancer; returns the weights before and after."""
    day.until_sees(lambda: day.status()["phase"] == "Paused", "the pause")
    left = day.live_weights()
    canary_group = next(arn for arn in left if "-canary-" in arn.split("/")[1])
    assert left[canary_group] == 50
    edited = {arn: 10 if arn == canary_group else 90 for arn in left}
    day.edit_rule(edited)
    return left, edited


def test_a_weight_edited_behind_the_back_of_an_update(two_controllers):
    place = two_controllers
    with days(place, edit_one=canary(steps=LONG_PAUSE)) as (day,):
        day.image(2)
        day.until_sees(lambda: day.status()["phase"] == "Paused", "the pause")
        # It would put things right by itself.
        place.signal("ingresses", signal.SIGSTOP)
        left, edited = edit(day)
        day.until_sees(lambda: day.events("WeightMoved"), "an Event about what was moved")
        message, = day.events("WeightMoved")
        assert "Weight 50 was confirmed on Ingress front, and a rule has 10 now" in message
        assert "(now 10)" in day.why()
        end = time.monotonic() + 8
        while time.monotonic() < end:
            assert day.weight() == (50, False), "weight was built upon what somebody else has written"
            assert day.live_weights() == edited
            assert len(day.names("1")) == 3
            day.wait(0.5)
        day.edit_rule(left)
        place.signal("ingresses", signal.SIGCONT)
        day.until_settled(2)


def test_a_weight_that_somebody_edits_is_put_back_by_whoever_serves_the_ingress(one_controller):
    with days(one_controller, edit_two=canary(steps=LONG_PAUSE)) as (day,):
        day.image(2)
        edit(day)
        day.until_settled(2)


def test_the_controller_killed_at_every_step(one_controller):
    place = one_controller
    with days(place, killed=canary(steps=FIVE_STEPS)) as (day,):
        day.image(2)
        for wanted in [step["setWeight"] for step in FIVE_STEPS]:
            day.until_sees(lambda: day.weight()[0] >= wanted, f"weight {wanted}", 0.05)
            place.kill("controller")
            place.start("controller")
        day.until_settled(2)


def test_pods_that_take_twenty_seconds_to_become_healthy(one_controller):
    slow = [{"name": "WEIR_STARTUP_SECONDS", "value": "20"}]
    probed, unprobed = canary(steps=BY_HAND[:2]), canary(steps=BY_HAND[:2])
    del unprobed["template"]["spec"]["containers"][0]["readinessProbe"]
    active = blue_green(autoPromotionEnabled=True)
    del active["template"]["spec"]["containers"][0]["readinessProbe"]
    with days(one_controller, slow_probed=probed, unpr_slow=unprobed, blue_slow=active) as three:
        for day in three:
            day.image(2, slow)
        for day in three:
            day.until_settled(2)
