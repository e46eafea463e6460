"""Requests through the load balancer, by plain HTTP clients: rows D of the table in docs/emulator.md."""
import collections
import http.client
import math
import re
import socket
import threading
import time

import pytest
import requests

from acceptance_world import Emulator, Target, fixed, forward, get, health, path_is, raw, refused
from waiting import wait_until


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    emulator = Emulator(tmp_path_factory.mktemp("traffic"))
    yield emulator
    assert emulator.stop() == 0


@pytest.fixture
def emulator(running):
    running.reset()
    return running


@pytest.fixture
def elb(emulator):
    return emulator.client()


@pytest.fixture
def target():
    """Makes targets that end with the test."""
    made = []

    def make(name):
        made.append(Target(name))
        return made[-1]
    yield make
    for one in made:
        one.close()


def shares(address, count, kept=False):
    """How often each target answered; what is not a 200 counts under its status."""
    counts = collections.Counter()
    connection = http.client.HTTPConnection(address, timeout=15)
    for _ in range(count):
        connection.request("GET", "/", headers={} if kept else {"Connection": "close"})
        answer = connection.getresponse()
        body = answer.read().decode()
        counts[body if answer.status == 200 else answer.status] += 1
    connection.close()
    return counts


def is_near(count, total, share, sigmas=4):
    return abs(count - total * share) <= sigmas * math.sqrt(total * share * (1 - share))


class Background:
    """Requests one after the other until told to stop, each status counted."""

    def __init__(self, address):
        self.address, self.outcomes, self.stopping = address, collections.Counter(), threading.Event()
        self.thread = threading.Thread(target=self.work)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()

    def work(self):
        while not self.stopping.is_set():
            try:
                status, _, body = get(self.address)
            except (OSError, http.client.HTTPException) as error:
                status, body = type(error).__name__, ""
            self.outcomes[body if status == 200 else status] += 1


def in_background(*arguments, **more):
    """Starts one request; call the result for its (status, headers, body)."""
    result = []
    thread = threading.Thread(target=lambda: result.append(get(*arguments, **more)))
    thread.start()

    def finished():
        thread.join()
        return result[0]
    return finished


# Weights


@pytest.mark.parametrize("kept", [False, True])
def test_d1_shares_follow_the_weights(emulator, elb, target, kept):
    one, two = target("one"), target("two")
    groups = emulator.group(elb, [one]), emulator.group(elb, [two])
    _, address = emulator.serve(elb, (groups[0], 90), (groups[1], 10))
    emulator.healthy(elb, groups[0], 1)
    emulator.healthy(elb, groups[1], 1)
    total = 5000
    counts = shares(address, total, kept)
    assert counts["one"] + counts["two"] == total and is_near(counts["two"], total, 0.1), counts


def test_d2_weight_zero_gets_nothing_and_a_change_loses_nothing(emulator, elb, target):
    one, two = target("one"), target("two")
    groups = emulator.group(elb, [one]), emulator.group(elb, [two])
    listener, address = emulator.serve(elb, (groups[0], 100), (groups[1], 0))
    emulator.healthy(elb, groups[0], 1)
    emulator.healthy(elb, groups[1], 1)
    assert shares(address, 300) == {"one": 300}
    default = elb.describe_rules(ListenerArn=listener)["Rules"][0]["RuleArn"]
    with Background(address) as load:
        elb.modify_rule(RuleArn=default, Actions=[forward((groups[0], 50), (groups[1], 50))])
        time.sleep(1)
    assert set(load.outcomes) == {"one", "two"}, load.outcomes


def test_d3_an_empty_group_answers_503_for_its_share(emulator, elb, target):
    one = target("one")
    groups = emulator.group(elb, [one]), emulator.group(elb)
    _, address = emulator.serve(elb, (groups[0], 90), (groups[1], 10))
    emulator.healthy(elb, groups[0], 1)
    counts = shares(address, 2000)
    assert counts["one"] + counts[503] == 2000 and is_near(counts[503], 2000, 0.1), counts
    answer = next(answer for answer in (get(address) for _ in range(500)) if answer[0] == 503)
    assert answer[1]["Server"] == "awselb/2.0" and answer[1]["Content-Length"] == "162"
    assert answer[2].startswith("<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>")
    assert len(answer[2]) == 162


@pytest.mark.parametrize("choices, expected", [({}, {503}), ({"usesWeightZeroAlone": True}, {"one", "two"})])
def test_all_weights_zero(emulator, elb, target, choices, expected):
    groups = emulator.group(elb, [target("one")]), emulator.group(elb, [target("two")])
    _, address = emulator.serve(elb, (groups[0], 0), (groups[1], 0))
    emulator.healthy(elb, groups[0], 1)
    emulator.healthy(elb, groups[1], 1)
    emulator.control("/settings", {"choices": choices})
    time.sleep(0.2)
    assert set(shares(address, 100)) == expected


def test_sharing_in_turn_is_even(emulator, elb, target):
    groups = emulator.group(elb, [target("one")]), emulator.group(elb, [target("two")])
    _, address = emulator.serve(elb, (groups[0], 3), (groups[1], 1))
    emulator.healthy(elb, groups[0], 1)
    emulator.healthy(elb, groups[1], 1)
    emulator.control("/settings", {"choices": {"sharesInTurn": True}})
    time.sleep(0.2)
    assert shares(address, 100, kept=True) == {"one": 75, "two": 25}


# Health


def test_d4_d5_unhealthy_targets_and_fail_open(emulator, elb, target):
    targets = [target("one"), target("two"), target("three")]
    group = emulator.group(elb, targets)
    _, address = emulator.serve(elb, (group, 1))
    emulator.healthy(elb, group, 3)
    targets[0].health_status = 500
    emulator.until(elb, group, targets[0], "unhealthy")
    assert health(elb, group, reason=True)[targets[0].id] == ("unhealthy", "Target.ResponseCodeMismatch")
    described = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"][0]["TargetHealth"]
    assert described["Description"] == "Health checks failed with these codes: [500]"
    assert set(shares(address, 60)) == {"two", "three"}
    for other in targets[1:]:
        other.health_status = 500
        emulator.until(elb, group, other, "unhealthy")
    assert set(shares(address, 60)) == {"one", "two", "three"}
    for one in targets:
        one.health_status = 200
    emulator.advance(5)
    time.sleep(0.3)
    assert set(health(elb, group).values()) == {"unhealthy"}, "one pass is not enough"
    emulator.until(elb, group, targets[0], "healthy")


def test_d6_a_new_target_waits_for_its_first_check(emulator, elb, target):
    one = target("one")
    one.health_status = 500
    group = emulator.group(elb, [one])
    _, address = emulator.serve(elb, (group, 1))
    seen = {health(elb, group, reason=True)[one.id]}
    emulator.advance(1)
    time.sleep(0.4)
    seen.add(health(elb, group, reason=True)[one.id])
    assert seen <= {("initial", "Elb.RegistrationInProgress"), ("initial", "Elb.InitialHealthChecking")}
    assert ("initial", "Elb.InitialHealthChecking") in seen
    assert get(address)[0] == 503 and not one.heads
    emulator.control("/settings", {"choices": {"usesInitialTargets": True}})
    time.sleep(0.2)
    assert get(address)[0] == 200
    emulator.control("/settings", {"choices": {"usesInitialTargets": False}})
    one.health_status = 200
    emulator.advance(5)
    emulator.healthy(elb, group, 1)
    assert get(address)[0] == 200


def test_d6_registration_is_shown_first(emulator, elb, target):
    group = emulator.group(elb)
    emulator.serve(elb, (group, 1))
    one = target("one")
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": one.id}])
    assert health(elb, group, reason=True)[one.id] == ("initial", "Elb.RegistrationInProgress")
    emulator.healthy(elb, group, 1)


@pytest.mark.parametrize("at_once", [False, True])
def test_failures_that_make_a_new_target_unhealthy(emulator, elb, target, at_once):
    emulator.control("/settings", {"answers": {"failsNewTargetsAtOnce": at_once}})
    one = target("one")
    one.health_status = 500
    group = emulator.group(elb, [one])
    emulator.serve(elb, (group, 1))
    emulator.advance(1)
    wait_until(lambda: len(one.checks) == 1, "the first check", 5, 0.05)
    time.sleep(0.2)
    assert health(elb, group)[one.id] == ("unhealthy" if at_once else "initial")


def test_d20_health_checks_have_their_form(emulator, elb, target):
    one, aside = target("one"), target("aside")
    group = emulator.group(elb, [one], Matcher={"HttpCode": "200,210-220"})
    emulator.serve(elb, (group, 1))
    emulator.healthy(elb, group, 1)
    emulator.advance(5)
    wait_until(lambda: len(one.checks) >= 2, "two checks", 10, 0.05)
    ports = {port for port, _, _ in one.checks}
    assert len(ports) == len(one.checks), "every check has a connection of its own"
    for _, version, headers in one.checks:
        assert version == "HTTP/1.1" and headers["Host"] == f"{one.id}:8080" and headers["Connection"] == "close"
        assert headers["User-Agent"] == "ELB-HealthChecker/2.0"
    for status, expected in [(215, "healthy"), (230, "unhealthy"), ("hang", "unhealthy")]:
        one.health_status = status
        for _ in range(2):
            done = len(one.checks)
            emulator.advance(5)
            wait_until(lambda: len(one.checks) > done, "a check", 5, 0.05)
            time.sleep(2.3 if status == "hang" else 0.3)
        assert health(elb, group)[one.id] == expected, status
    assert health(elb, group, reason=True)[one.id][1] == "Target.Timeout"
    elb.modify_target_group(TargetGroupArn=group, HealthCheckPort="9999")
    done = len(one.checks)
    emulator.advance(5)
    wait_until(lambda: health(elb, group, reason=True)[one.id][1] == "Target.FailedHealthChecks", "a refusal", 5)
    assert len(one.checks) == done and aside.checks == []


def test_d23_thresholds_of_fail_open_and_zones(emulator, elb, target):
    targets = [target("one"), target("two"), target("three")]
    group = emulator.group(elb, targets)
    _, address = emulator.serve(elb, (group, 1))
    emulator.healthy(elb, group, 3)
    targets[0].health_status = 500
    emulator.until(elb, group, targets[0], "unhealthy")
    assert set(shares(address, 40)) == {"two", "three"}
    key = "target_group_health.unhealthy_state_routing.minimum_healthy_targets"
    for name, value in [("percentage", 70), ("count", 3)]:
        emulator.attributes(elb, group, {f"{key}.{name}": value})
        time.sleep(0.25)
        assert set(shares(address, 40)) == {"one", "two", "three"}
        emulator.attributes(elb, group, {f"{key}.{name}": "off" if name == "percentage" else 1})
        time.sleep(0.25)
        assert set(shares(address, 40)) == {"two", "three"}
    zones = [f"us-west-2{letter}" for letter in "ab"]
    zonal = emulator.group(elb)
    one, two = target("zone a"), target("zone b")
    emulator.attributes(elb, zonal, {"load_balancing.cross_zone.enabled": "false"})
    for zone, member in zip(zones, (one, two)):
        elb.register_targets(TargetGroupArn=zonal, Targets=[{"Id": member.id, "AvailabilityZone": zone}])
    _, address = emulator.serve(elb, (zonal, 1))
    emulator.healthy(elb, zonal, 2)
    connections = [http.client.HTTPConnection(address, timeout=10) for _ in range(4)]
    seen = []
    for connection in connections:
        answers = set()
        for _ in range(10):
            connection.request("GET", "/")
            answers.add(connection.getresponse().read().decode())
        connection.close()
        seen.append(answers)
    assert all(len(answers) == 1 for answers in seen), seen
    assert set.union(*seen) == {"zone a", "zone b"}


# Draining


def test_d7_open_requests_outlive_deregistration(emulator, elb, target):
    one, two = target("one"), target("two")
    group = emulator.group(elb, [one, two], delay=30)
    _, address = emulator.serve(elb, (group, 1))
    emulator.healthy(elb, group, 2)
    finished = [in_background(address, "/?sleep=1.5") for _ in range(4)]  # two for each node
    wait_until(lambda: one.heads and two.heads, "a request on each target", 5, 0.05)
    elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": one.id}])
    time.sleep(0.2)
    assert health(elb, group, reason=True)[one.id] == ("draining", "Target.DeregistrationInProgress")
    assert shares(address, 40) == {"two": 40}
    assert {answer()[0] for answer in finished} == {200}
    assert health(elb, group)[one.id] == "draining", "also when nothing is open"
    emulator.advance(31)
    time.sleep(0.2)
    assert one.id not in health(elb, group)


def test_d7_the_end_of_the_delay_ends_open_requests(emulator, elb, target):
    one = target("one")
    group = emulator.group(elb, [one], delay=2)
    _, address = emulator.serve(elb, (group, 1))
    emulator.healthy(elb, group, 1)
    finished = in_background(address, "/?sleep=4")
    wait_until(lambda: one.heads, "the request", 5, 0.05)
    elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": one.id}])
    assert finished()[0] == 502
    assert get(address)[0] == 503


@pytest.mark.parametrize("restores", [False, True])
def test_a_draining_target_that_is_registered_again(emulator, elb, target, restores):
    emulator.control("/settings", {"answers": {"restoresDrainingTargets": restores}})
    one = target("one")
    group = emulator.group(elb, [one], delay=30)
    emulator.serve(elb, (group, 1))
    emulator.healthy(elb, group, 1)
    elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": one.id}])
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": one.id}])
    assert health(elb, group)[one.id] == ("healthy" if restores else "initial")


def test_d8_nodes_learn_of_a_change_late(emulator, elb, target):
    groups = emulator.group(elb, [target("one")]), emulator.group(elb, [target("two")])
    listener, address = emulator.serve(elb, (groups[0], 1), (groups[1], 0))
    emulator.healthy(elb, groups[0], 1)
    emulator.healthy(elb, groups[1], 1)
    default = elb.describe_rules(ListenerArn=listener)["Rules"][0]["RuleArn"]
    emulator.control("/settings", {"propagationMilliseconds": [0, 60_000]})
    elb.modify_rule(RuleArn=default, Actions=[forward((groups[0], 0), (groups[1], 1))])
    shown = elb.describe_rules(ListenerArn=listener)["Rules"][0]["Actions"][0]["ForwardConfig"]["TargetGroups"]
    assert [pair["Weight"] for pair in shown] == [0, 1]
    assert set(shares(address, 20)) == {"one"}
    states = set()
    for _ in range(60):
        emulator.advance(1)
        time.sleep(0.02)
        states.add(frozenset(shares(address, 6)))
    time.sleep(0.2)
    assert set(shares(address, 20)) == {"two"}
    assert frozenset({"one", "two"}) in states, "the two nodes learn at different times"


# Stickiness


def test_d9_a_client_stays_with_its_group(emulator, elb, target):
    groups = emulator.group(elb, [target("one")]), emulator.group(elb, [target("two")])
    listener, address = emulator.serve(elb, (groups[0], 50), (groups[1], 50), sticky=600)
    emulator.healthy(elb, groups[0], 1)
    emulator.healthy(elb, groups[1], 1)
    status, headers, first = get(address)
    cookies = headers.get_all("Set-Cookie")
    assert status == 200 and len(cookies) == 2
    plain = re.fullmatch(r"AWSALBTG=([^;]+); Expires=(\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT); Path=/", cookies[0])
    cors = re.fullmatch(r"AWSALBTGCORS=([^;]+); Expires=[^;]+; Path=/; SameSite=None; Secure", cookies[1])
    assert plain and cors and plain[1] == cors[1]
    session = requests.Session()
    answers = [session.get(f"http://{address}/") for _ in range(40)]
    assert len({answer.text for answer in answers}) == 1
    assert all("AWSALBTG" in answer.headers["Set-Cookie"] for answer in answers), "it is set each time"
    mine = {"Cookie": f"AWSALBTG={plain[1]}"}
    assert {get(address, headers=mine)[2] for _ in range(20)} == {first}
    altered = {"Cookie": f"AWSALBTG={plain[1][:-1]}{'0' if plain[1][-1] != '0' else '1'}"}
    assert {get(address, headers=altered)[2] for _ in range(40)} == {"one", "two"}
    emulator.advance(601)
    assert {get(address, headers=mine)[2] for _ in range(40)} == {"one", "two"}, "its time is over"


def test_d9_a_sticky_client_and_a_group_without_weight(emulator, elb, target):
    groups = emulator.group(elb, [target("one")]), emulator.group(elb, [target("two")])
    listener, address = emulator.serve(elb, (groups[0], 1), (groups[1], 0), sticky=600)
    emulator.healthy(elb, groups[0], 1)
    emulator.healthy(elb, groups[1], 1)
    mine = {"Cookie": get(address)[1].get_all("Set-Cookie")[0].split(";")[0]}
    default = elb.describe_rules(ListenerArn=listener)["Rules"][0]["RuleArn"]
    elb.modify_rule(RuleArn=default, Actions=[forward((groups[0], 0), (groups[1], 1), sticky=600)])
    time.sleep(0.25)
    assert get(address, headers=mine)[2] == "one"
    emulator.control("/settings", {"choices": {"stickinessOutlivesWeight": False}})
    time.sleep(0.25)
    assert get(address, headers=mine)[2] == "two"
    emulator.control("/settings", {"choices": {"stickinessOutlivesWeight": True}})
    elb.deregister_targets(TargetGroupArn=groups[0], Targets=[
        {"Id": next(iter(health(elb, groups[0])))}])
    time.sleep(0.25)
    assert get(address, headers=mine)[0] == 503
    emulator.control("/settings", {"choices": {"stickinessOutlivesTargets": False}})
    time.sleep(0.25)
    assert get(address, headers=mine)[2] == "two"
    elb.modify_rule(RuleArn=default, Actions=[forward((groups[1], 1), sticky=600)])
    emulator.control("/settings", {"choices": {"stickinessOutlivesTargets": True}})
    time.sleep(0.25)
    assert get(address, headers=mine)[2] == "two", "the group has left the rule"


def test_d10_a_client_stays_with_its_target(emulator, elb, target):
    targets = {one.name: one for one in (target("one"), target("two"))}
    group = emulator.group(elb, targets.values(), delay=30)
    emulator.attributes(elb, group, {"stickiness.enabled": "true", "stickiness.lb_cookie.duration_seconds": 600})
    _, address = emulator.serve(elb, (group, 1))
    emulator.healthy(elb, group, 2)
    session = requests.Session()
    first = session.get(f"http://{address}/").text
    assert {session.get(f"http://{address}/").text for _ in range(20)} == {first}
    assert {"AWSALB", "AWSALBCORS"} <= set(session.cookies.keys())
    elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": targets[first].id}])
    time.sleep(0.25)
    assert {session.get(f"http://{address}/").text for _ in range(20)} == set(targets) - {first}


def test_d10_an_applications_cookie_binds_a_client(emulator, elb, target):
    targets = {one.name: one for one in (target("one"), target("two"))}
    group = emulator.group(elb, targets.values(), delay=30)
    emulator.attributes(elb, group, {"stickiness.enabled": "true", "stickiness.type": "app_cookie",
                                     "stickiness.app_cookie.cookie_name": "SESSION",
                                     "stickiness.app_cookie.duration_seconds": 600})
    _, address = emulator.serve(elb, (group, 1))
    emulator.healthy(elb, group, 2)
    assert get(address)[1].get_all("Set-Cookie") is None, "the application has set no cookie"
    session = requests.Session()
    first = session.get(f"http://{address}/?cookie=SESSION").text
    assert set(session.cookies.keys()) == {"SESSION", "AWSALBAPP-0"}
    assert {session.get(f"http://{address}/").text for _ in range(20)} == {first}
    elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": targets[first].id}])
    time.sleep(0.25)
    assert {session.get(f"http://{address}/").text for _ in range(20)} == set(targets) - {first}


# Rules


def test_d11_conditions_hold_as_documented(emulator, elb, target):
    listener, address = emulator.listener(elb, emulator.balancer(elb), [fixed("404", "default")])
    rules = [
        ("host", [{"Field": "host-header", "Values": ["*.Example.com"]}]),
        ("path", path_is("/img/*.PNG")),
        ("deep", path_is("/deep/*/end")),
        ("header", [{"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Tier", "Values": ["gold*"]}}]),
        ("method", [{"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["PUT"]}}]),
        ("query", [{"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "version", "Value": "v?"}]}}]),
        ("elsewhere", [{"Field": "source-ip", "SourceIpConfig": {"Values": ["203.0.113.0/24"]}}]),
        ("late", path_is("/img/*")),
    ]
    for number, (name, conditions) in enumerate(rules):
        elb.create_rule(ListenerArn=listener, Priority=number + 1, Conditions=conditions, Actions=[fixed("200", name)])
    time.sleep(0.3)
    expected = [
        (dict(headers={"Host": "SHOP.example.COM:80"}), "host"), (dict(headers={"Host": "example.com"}), "default"),
        (dict(path="/img/a/b.PNG"), "path"), (dict(path="/img/a.png"), "late"), (dict(path="/img/a.PNG?q=1"), "path"),
        (dict(path="/deep/a/b/c/end"), "deep"), (dict(path="/deep/end"), "default"),
        (dict(headers={"x-tier": "GOLDEN"}), "header"), (dict(method="PUT"), "method"),
        (dict(path="/?VERSION=V2"), "query"), (dict(path="/?version=v22"), "default"),
        (dict(headers={"X-Forwarded-For": "203.0.113.9"}), "default"),
    ]
    for arguments, name in expected:
        assert get(address, **arguments)[2] == name, arguments
    with refused("ValidationError"):
        elb.create_rule(ListenerArn=listener, Priority=99, Actions=[fixed()], Conditions=[
            {"Field": "source-ip", "SourceIpConfig": {"Values": ["255.255.255.255/32"]}}])


def test_d12_redirects_and_fixed_responses(emulator, elb):
    listener, address = emulator.listener(elb, emulator.balancer(elb), [fixed("418", "teapot")])
    for number, (path, config) in enumerate([
            ("/a*", dict(Protocol="HTTPS", Port="443", StatusCode="HTTP_301")),
            ("/b*", dict(Host="www.#{host}", Path="/new/#{path}", Query="from=#{query}", StatusCode="HTTP_302"))]):
        elb.create_rule(ListenerArn=listener, Priority=number + 1, Conditions=path_is(path), Actions=[
            {"Type": "redirect", "RedirectConfig": config}])
    time.sleep(0.3)
    status, headers, body = get(address, "/a/1?x=y", {"Host": "shop.example.com"})
    assert (status, headers["Location"]) == (301, "https://shop.example.com:443/a/1?x=y")
    assert headers["Server"] == "awselb/2.0" and "<center><h1>301 Moved Permanently</h1></center>" in body
    status, headers, _ = get(address, "/b/2?x=y", {"Host": "shop.example.com"})
    assert (status, headers["Location"]) == (302, "http://www.shop.example.com:80/new/b/2?from=x=y")
    status, headers, body = get(address)
    assert (status, body, headers["Content-Type"], headers["Server"]) == (418, "teapot", "text/plain", "awselb/2.0")
    assert get(address, method="HEAD")[2] == ""


# Failures


def test_d13_failures_of_targets_and_clients(emulator, elb, target):
    one, gone = target("one"), target("gone")
    group, broken = emulator.group(elb, [one]), emulator.group(elb, [gone])
    balancer = emulator.balancer(elb)
    listener, address = emulator.listener(elb, balancer, [forward((group, 1))])
    elb.create_rule(ListenerArn=listener, Priority=1, Conditions=path_is("/gone"), Actions=[forward((broken, 1))])
    emulator.healthy(elb, group, 1)
    emulator.healthy(elb, broken, 1)
    gone.server.server_close()
    status, headers, body = get(address, "/gone")
    assert (status, headers["Server"], len(body)) == (502, "awselb/2.0", 122)
    elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[
        {"Key": "idle_timeout.timeout_seconds", "Value": "2"}])
    time.sleep(0.25)
    began = time.monotonic()
    status, _, body = get(address, "/hang")
    assert status == 504 and len(body) == 132 and 1.9 <= time.monotonic() - began < 5
    assert get(address, "/close")[0] == 502
    with pytest.raises(http.client.IncompleteRead):
        get(address, "/drop")
    assert get(address, "/big?headers=4")[0] == 200
    assert get(address, "/big?headers=12")[0] == 502
    host, port = address.rsplit(":", 1)
    leaving = socket.create_connection((host, int(port)))
    leaving.sendall(b"GET /?sleep=1&left HTTP/1.1\r\nHost: a.example\r\n\r\n")
    wait_until(lambda: any("left" in path for _, path, _ in one.heads), "the request", 5, 0.05)
    leaving.close()
    wait_until(lambda: any(" 460 - " in line and "left" in line for line in
                           emulator.control("/access-log").splitlines()), "460 in the log", 5, 0.1)


def test_d14_targets_are_told_who_asked(emulator, elb, target):
    one = target("one")
    group = emulator.group(elb, [one])
    balancer = emulator.balancer(elb)
    _, address = emulator.listener(elb, balancer, [forward((group, 1))])
    emulator.healthy(elb, group, 1)

    def seen(headers=None):
        assert get(address, headers=headers)[0] == 200
        return one.heads[-1][2]

    def change(key, value):
        elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[{"Key": key, "Value": value}])
        time.sleep(0.25)
    head = seen({"X-Forwarded-Proto": "https", "X-Forwarded-Port": "1"})
    assert head["X-Forwarded-For"] == "127.0.0.1" and head["X-Forwarded-Proto"] == "http"
    assert head["X-Forwarded-Port"] == "80"
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", head["X-Amzn-Trace-Id"])
    assert seen({"X-Forwarded-For": "192.0.2.1"})["X-Forwarded-For"] == "192.0.2.1, 127.0.0.1"
    root = "Root=1-67891233-abcdef012345678912345678"
    assert re.fullmatch(rf"Self=1-[0-9a-f]{{8}}-[0-9a-f]{{24}};{root};CalledFrom=app",
                        seen({"X-Amzn-Trace-Id": f"{root};CalledFrom=app"})["X-Amzn-Trace-Id"])
    again = seen({"X-Amzn-Trace-Id": f"Self=1-99999999-000000000000000000000000;{root}"})["X-Amzn-Trace-Id"]
    assert again.endswith(f";{root}") and again.count("Self=") == 1 and "99999999" not in again
    assert get(address, headers={"X-Forwarded-For": ", ".join(["192.0.2.1"] * 31)})[0] == 463
    change("routing.http.xff_client_port.enabled", "true")
    assert re.fullmatch(r"127\.0\.0\.1:\d+", seen()["X-Forwarded-For"])
    change("routing.http.xff_client_port.enabled", "false")
    change("routing.http.xff_header_processing.mode", "preserve")
    assert seen({"X-Forwarded-For": "192.0.2.1"})["X-Forwarded-For"] == "192.0.2.1"
    change("routing.http.xff_header_processing.mode", "remove")
    assert seen({"X-Forwarded-For": "192.0.2.1"})["X-Forwarded-For"] is None


@pytest.mark.parametrize("lines, status", [
    (["GET / HTTP/1.1", "Host: a.example", "X-Long: " + "x" * 17_000], 400),
    (["GET / HTTP/1.1", "Host: a.example"] + [f"X-{n}: " + "x" * 9_000 for n in range(8)], 400),
    (["GET /" + "x" * 17_000 + " HTTP/1.1", "Host: a.example"], 414),
    (["GET / HTTP/1.1", "Host: a.example", "X-Fine: " + "x" * 15_000], 200),
    (["TRACE / HTTP/1.1", "Host: a.example"], 405),
    (["POST / HTTP/1.1", "Host: a.example", "Transfer-Encoding: gzip, chunked", "", "0"], 501),
    (["POST / HTTP/1.1", "Host: a.example", "Content-Length: 1", "Content-Length: 2"], 400),
    (["POST / HTTP/1.1", "Host: a.example", "Content-Length: 5", "Transfer-Encoding: chunked", "", "0"], 400),
    (["nonsense"], 400),
])
def test_d15_malformed_requests_are_refused(emulator, elb, target, lines, status):
    group = emulator.group(elb, [target("one")])
    _, address = emulator.serve(elb, (group, 1))
    emulator.healthy(elb, group, 1)
    answer = raw(address, "\r\n".join([*lines, "", ""]).encode(), timeout=2)
    assert answer.startswith(f"HTTP/1.1 {status} "), answer[:200]


# Algorithms


def test_d16_round_robin_takes_turns(emulator, elb, target):
    targets = [target(f"t{n}") for n in range(4)]
    group = emulator.group(elb, targets)
    _, address = emulator.serve(elb, (group, 1))
    emulator.healthy(elb, group, 4)
    assert set(shares(address, 200, kept=True).values()) == {50}
    emulator.attributes(elb, group, {"load_balancing.algorithm.type": "weighted_random"})
    time.sleep(0.25)
    counts = shares(address, 800)
    assert all(is_near(counts[f"t{n}"], 800, 0.25) for n in range(4)), counts
    assert set(counts.values()) != {200}


def test_d16_the_fewest_open_requests_win(emulator, elb, target):
    slow, fast = target("slow"), target("fast")
    group = emulator.group(elb, [slow, fast])
    emulator.attributes(elb, group, {"load_balancing.algorithm.type": "least_outstanding_requests"})
    _, address = emulator.serve(elb, (group, 1))
    emulator.healthy(elb, group, 2)
    held = [in_background(address, "/?sleep=1.5") for _ in range(4)]
    wait_until(lambda: len(slow.heads) + len(fast.heads) == 4, "four open requests", 5, 0.05)
    assert len(slow.heads) == len(fast.heads) == 2
    assert {answer()[0] for answer in held} == {200}


def test_d16_slow_start_ramps_up(emulator, elb, target):
    one, late = target("one"), target("late")
    group = emulator.group(elb, [one])
    emulator.attributes(elb, group, {"slow_start.duration_seconds": 100})
    _, address = emulator.serve(elb, (group, 1))
    emulator.healthy(elb, group, 1)
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": late.id}])
    emulator.healthy(elb, group, 2)
    counts = []
    for _ in range(3):
        counts.append(shares(address, 300)["late"])
        emulator.advance(50)
        time.sleep(0.2)
    assert counts[0] < 40 < counts[1] < counts[2], counts
    assert 140 <= counts[2] <= 160, counts
    with refused("InvalidConfigurationRequest"):
        emulator.attributes(elb, group, {"load_balancing.algorithm.type": "weighted_random"})


# Connections


def upgrade(address):
    host, port = address.rsplit(":", 1)
    connection = socket.create_connection((host, int(port)), timeout=10)
    connection.sendall(b"GET /socket HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                       b"Sec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n\r\n")
    received = b""
    while b"hello " not in received:
        chunk = connection.recv(4096)
        assert chunk, received
        received += chunk
    return connection, received.decode()


def test_d17_a_websocket_passes_through(emulator, elb, target):
    one, two = target("one"), target("two")
    group = emulator.group(elb, [one, two], delay=30)
    balancer = emulator.balancer(elb)
    _, address = emulator.listener(elb, balancer, [forward((group, 1))])
    emulator.healthy(elb, group, 2)
    connection, head = upgrade(address)
    assert head.startswith("HTTP/1.1 101 ") and "Upgrade: websocket" in head and "Connection: Upgrade" in head
    sent = bytes(range(256)) * 4096
    received = b""
    sender = threading.Thread(target=connection.sendall, args=(sent,))
    sender.start()
    while len(received) < len(sent):
        received += connection.recv(65536)
    sender.join()
    assert received == sent
    holder = one if one.heads else two
    elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": holder.id}])
    time.sleep(0.25)
    connection.sendall(b"still here")
    assert connection.recv(100) == b"still here", "it lives until the delay is over"
    emulator.advance(31)
    assert connection.recv(100) == b""
    elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[
        {"Key": "idle_timeout.timeout_seconds", "Value": "1"}])
    time.sleep(0.25)
    connection, _ = upgrade(address)
    began = time.monotonic()
    assert connection.recv(100) == b"" and 0.8 < time.monotonic() - began < 4, "nothing moved for the idle timeout"
    status, headers, _ = get(address, headers={"Connection": "Upgrade", "Upgrade": "h2c"})
    assert status == 200 and headers["Connection"] == "close"


def test_d18_secure_listeners_and_other_versions_are_named_as_missing(emulator, elb):
    balancer = emulator.balancer(elb)
    elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTPS", Port=443, DefaultActions=[fixed()],
                        Certificates=[{"CertificateArn": "arn:aws:acm:us-west-2:123456789012:certificate/1"}])
    time.sleep(0.5)
    listeners = [one for known in emulator.state()["loadBalancers"] if known["arn"] == balancer
                 for one in known["listeners"]]
    assert [(one["port"], one["address"]) for one in listeners] == [(443, None)]
    group = emulator.group(elb, ProtocolVersion="GRPC", HealthCheckPath="/AWS.ALB/healthcheck")
    with refused("IncompatibleProtocols"):
        elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[forward((group, 1))])


def test_d19_idle_and_old_connections_are_closed(emulator, elb, target):
    group = emulator.group(elb, [target("one")])
    balancer = emulator.balancer(elb)
    _, address = emulator.listener(elb, balancer, [forward((group, 1))])
    emulator.healthy(elb, group, 1)
    elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[
        {"Key": "idle_timeout.timeout_seconds", "Value": "1"}])
    time.sleep(0.25)
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        began = time.monotonic()
        assert connection.recv(100) == b"" and 0.8 < time.monotonic() - began < 4


# What is written down


def test_d21_the_access_log_and_metrics(emulator, elb, target):
    one = target("one")
    group, empty = emulator.group(elb, [one]), emulator.group(elb)
    listener, address = emulator.serve(elb, (group, 1))
    elb.create_rule(ListenerArn=listener, Priority=5, Conditions=path_is("/empty"), Actions=[forward((empty, 1))])
    emulator.healthy(elb, group, 1)
    assert [get(address, path)[0] for path in ("/?status=500&logged", "/empty", "/?logged")] == [500, 503, 200]
    lines = [line for line in emulator.control("/access-log").splitlines() if "logged" in line or "/empty" in line]
    fields = [re.findall(r'"[^"]*"|\S+', line) for line in lines[-3:]]
    assert all(len(line) == 29 for line in fields), [len(line) for line in fields]
    failed, refused_line, served = fields
    assert failed[0] == "http" and failed[2].startswith("app/") and failed[4] == f"{one.id}:8080"
    assert failed[8:10] == ["500", "500"] and failed[16] == group and failed[20] == "0" and failed[22] == '"forward"'
    assert failed[17].startswith('"Root=1-')
    assert refused_line[8:10] == ["503", "-"] and refused_line[4] == "-" and refused_line[20] == "5"
    assert served[8:10] == ["200", "200"] and float(served[6]) >= 0
    tail = group.split(":")[-1]
    balancer = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"].split(":loadbalancer/")[1]
    counts = {(one["name"], one["targetGroup"]): one["count"] for one in emulator.control("/metrics")
              if one["loadBalancer"] == balancer}
    assert counts[("HTTPCode_Target_5XX_Count", tail)] == counts[("HTTPCode_Target_5XX_Count", None)] == 1
    assert counts[("HTTPCode_ELB_503_Count", None)] == counts[("HTTPCode_ELB_5XX_Count", None)] == 1
    assert counts[("RequestCount", None)] == 3 and counts[("RequestCount", tail)] == 2
    assert not [key for key in counts if key[1] and "ELB" in key[0]]


# A rollout by hand


@pytest.mark.parametrize("in_order", [True, False])
def test_d22_the_order_of_a_rollouts_steps_decides(emulator, elb, target, in_order):
    stable, canary = target("stable"), target("canary")
    groups = emulator.group(elb, [stable], delay=5), emulator.group(elb, delay=5)
    listener, address = emulator.serve(elb, (groups[0], 100), (groups[1], 0))
    emulator.healthy(elb, groups[0], 1)
    default = elb.describe_rules(ListenerArn=listener)["Rules"][0]["RuleArn"]

    def shift(*weights):
        elb.modify_rule(RuleArn=default, Actions=[forward((groups[0], weights[0]), (groups[1], weights[1]))])
        time.sleep(0.3)

    def scale_up():
        elb.register_targets(TargetGroupArn=groups[1], Targets=[{"Id": canary.id}])
        emulator.healthy(elb, groups[1], 1)
    with Background(address) as load:
        if in_order:
            scale_up()
        shift(50, 50)
        if not in_order:
            scale_up()
        shift(100, 0)  # an abort
        shift(0, 100)
        elb.deregister_targets(TargetGroupArn=groups[0], Targets=[{"Id": stable.id}])
        time.sleep(0.3)
    statuses = set(load.outcomes) - {"stable", "canary"}
    assert statuses == (set() if in_order else {503}), load.outcomes
