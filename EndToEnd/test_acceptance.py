"""The ELBv2 endpoint as boto3 and the AWS CLI see it: rows W and R of the table in docs/emulator.md."""
import datetime
import json
import os
import subprocess
import time

import botocore.config
import botocore.exceptions
import pytest

from acceptance_world import (Emulator, Target, fixed, forward, get, health, path_is, plain, refused, signed)
from conftest import WEIR
from waiting import wait_until


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    emulator = Emulator(tmp_path_factory.mktemp("acceptance"))
    yield emulator
    assert emulator.stop() == 0


@pytest.fixture
def emulator(running):
    running.reset()
    return running


@pytest.fixture
def elb(emulator):
    return emulator.client()


def weights(client, rule):
    action = client.describe_rules(RuleArns=[rule])["Rules"][0]["Actions"][0]
    return [group["Weight"] for group in action["ForwardConfig"]["TargetGroups"]]


# W: the wire


def test_w1_the_ways_to_name_an_endpoint_lead_here(emulator, elb):
    state = emulator.state()
    environment = dict(os.environ, AWS_ACCESS_KEY_ID=state["accessKeyId"], AWS_DEFAULT_REGION=state["region"],
                       AWS_SECRET_ACCESS_KEY=state["secretAccessKey"], AWS_EC2_METADATA_DISABLED="true")
    emulator.group(elb)
    named = subprocess.run(["aws", "--endpoint-url", state["elbv2"], "elbv2", "describe-target-groups"],
                           capture_output=True, text=True, timeout=60, env=environment)
    environment["AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2"] = state["elbv2"]
    variable = subprocess.run(["aws", "elbv2", "describe-target-groups"], capture_output=True, text=True, timeout=60,
                              env=environment)
    assert len(json.loads(named.stdout)["TargetGroups"]) == 1, named.stderr
    assert named.stdout == variable.stdout, variable.stderr


def test_w2_lists_structures_and_empty_values_are_decoded(emulator, elb):
    group = emulator.group(elb)
    tags = [{"Key": f"key-{number}", "Value": "" if number == 3 else f"value {number}+=@"} for number in range(1, 13)]
    elb.add_tags(ResourceArns=[group], Tags=tags)
    assert elb.describe_tags(ResourceArns=[group])["TagDescriptions"][0]["Tags"] == tags
    assert len(elb.describe_target_groups(TargetGroupArns=[])["TargetGroups"]) == 1
    listener, _ = emulator.serve(elb, (group, 1))
    pairs = [("Action", "CreateRule"), ("Version", "2015-12-01"), ("ListenerArn", listener), ("Priority", "7"),
             ("Conditions.member.10.Field", "http-header"),
             ("Conditions.member.10.HttpHeaderConfig.HttpHeaderName", "X-Last"),
             ("Conditions.member.10.HttpHeaderConfig.Values.member.1", "b"),
             ("Conditions.member.9.Field", "query-string"),
             ("Conditions.member.9.QueryStringConfig.Values.member.1.Key", "version"),
             ("Conditions.member.9.QueryStringConfig.Values.member.1.Value", "a"),
             ("Actions.member.1.Type", "forward"), ("Actions.member.1.TargetGroupArn", group)]
    status, _, text = signed(emulator, pairs)
    assert status == 200, text
    rule = elb.describe_rules(ListenerArn=listener)["Rules"][0]
    assert [condition["Field"] for condition in rule["Conditions"]] == ["query-string", "http-header"]
    assert rule["Conditions"][0]["QueryStringConfig"]["Values"] == [{"Key": "version", "Value": "a"}]


def test_w3_calls_without_a_result_are_understood(emulator, elb):
    group = emulator.group(elb)
    listener, _ = emulator.serve(elb, (group, 1))
    rule = elb.create_rule(ListenerArn=listener, Priority=1, Conditions=path_is("/a"), Actions=[fixed()])["Rules"][0]
    answers = [elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.244.1.1"}]),
               elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.244.1.1"}]),
               elb.add_tags(ResourceArns=[group], Tags=[{"Key": "a", "Value": "b"}]),
               elb.remove_tags(ResourceArns=[group], TagKeys=["a"]), elb.delete_rule(RuleArn=rule["RuleArn"]),
               elb.delete_listener(ListenerArn=listener), elb.delete_target_group(TargetGroupArn=group)]
    assert all(answer["ResponseMetadata"]["HTTPStatusCode"] == 200 for answer in answers)


def test_w4_refusals_have_the_classes_of_boto3(elb):
    with pytest.raises(elb.exceptions.TargetGroupNotFoundException) as refusal:
        elb.describe_target_groups(Names=["missing"])
    assert refusal.value.response["Error"]["Code"] == "TargetGroupNotFound"
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert refusal.value.response["ResponseMetadata"]["RequestId"]
    with pytest.raises(elb.exceptions.LoadBalancerNotFoundException):
        elb.describe_load_balancers(Names=["missing"])


def test_w5_an_unknown_action_is_refused_in_xml(emulator, elb):
    with refused("InvalidAction"):
        elb.describe_trust_stores()
    status, headers, text = signed(emulator, [("Action", "Fly"), ("Version", "2015-12-01")])
    assert status == 400 and headers["Content-Type"] == "text/xml" and "<Code>InvalidAction</Code>" in text


def test_w6_pages_show_everything_once(emulator, elb):
    arns = {emulator.group(elb) for _ in range(5)}
    balancers = {emulator.balancer(elb) for _ in range(2)}
    balancer = sorted(balancers)[0]
    listeners = {elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=port, DefaultActions=[fixed()])[
        "Listeners"][0]["ListenerArn"] for port in (80, 81, 82)}
    listener = sorted(listeners)[0]
    for priority in (3, 1, 2):
        elb.create_rule(ListenerArn=listener, Priority=priority, Conditions=path_is("/a"), Actions=[fixed()])

    def paged(operation, key, name, **arguments):
        pages = elb.get_paginator(operation).paginate(PaginationConfig={"PageSize": 1}, **arguments)
        shown = [[item[name] for item in page[key]] for page in pages]
        assert all(len(page) == 1 for page in shown)
        return [page[0] for page in shown]
    assert sorted(paged("describe_target_groups", "TargetGroups", "TargetGroupArn")) == sorted(arns)
    assert sorted(paged("describe_load_balancers", "LoadBalancers", "LoadBalancerArn")) == sorted(balancers)
    assert sorted(paged("describe_listeners", "Listeners", "ListenerArn", LoadBalancerArn=balancer)) == sorted(listeners)
    assert paged("describe_rules", "Rules", "Priority", ListenerArn=listener) == ["1", "2", "3", "default"]
    assert len(paged("describe_account_limits", "Limits", "Name")) > 5
    assert len(paged("describe_ssl_policies", "SslPolicies", "Name")) > 1
    with refused("ValidationError"):
        elb.describe_target_groups(Marker="nonsense")


def test_w7_signatures_are_verified(emulator, elb, monkeypatch):
    call = [("Action", "DescribeLoadBalancers"), ("Version", "2015-12-01")]
    assert signed(emulator, call)[0] == 200
    status, _, text = signed(emulator, call, key="wrong")
    assert status == 403 and "<Code>SignatureDoesNotMatch</Code>" in text
    late = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=10)
    status, _, text = signed(emulator, call, at=late, monkeypatch=monkeypatch)
    assert status == 403 and "Signature expired" in text
    status, _, text = plain(emulator.state()["elbv2"] + "/", "POST", b"Action=DescribeLoadBalancers&Version=2015-12-01")
    assert status == 403 and "<Code>MissingAuthenticationToken</Code>" in text
    with refused("InvalidClientTokenId", status=403):
        emulator.client(aws_access_key_id="nobody").describe_load_balancers()


def test_w8_regions_are_apart(emulator, elb, tmp_path):
    emulator.group(elb)
    other = Emulator(tmp_path, "--region", "eu-central-1")
    try:
        there = other.client()
        assert there.describe_target_groups()["TargetGroups"] == []
        assert ":eu-central-1:" in other.group(there)
    finally:
        assert other.stop() == 0
    with refused("SignatureDoesNotMatch", "valid region", status=403):
        emulator.client(region_name="eu-central-1").describe_target_groups()


@pytest.mark.parametrize("mode", ["legacy", "standard"])
def test_w9_throttled_calls_are_retried(emulator, mode):
    client = emulator.client(config=botocore.config.Config(retries={"mode": mode, "total_max_attempts": 4}))
    emulator.control("/faults", {"operation": "DescribeTargetGroups", "count": 2, "code": "Throttling"})
    answer = client.describe_target_groups()
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert emulator.calls()["DescribeTargetGroups"] == 3


def test_w9_throttling_ends_when_the_test_says_so(emulator, elb):
    emulator.control("/faults", {"count": 1_000_000, "code": "Throttling"})
    for call in (elb.describe_target_groups, elb.describe_load_balancers, elb.describe_target_groups):
        with refused("Throttling", "Rate exceeded"):
            call()
    emulator.control("/faults", method="DELETE")
    assert elb.describe_target_groups()["TargetGroups"] == []


def test_w9_the_published_budgets_hold(emulator, elb):
    emulator.control("/settings", {"throttling": True})
    for _ in range(40):
        elb.describe_target_groups()
    with refused("Throttling", "Rate exceeded"):
        for _ in range(5):  # one or two tokens may have come back meanwhile
            elb.describe_target_groups()
    emulator.advance(10)
    elb.describe_target_groups()
    group = emulator.group(elb)
    emulator.advance(60)
    with refused("Throttling", "Rate exceeded"):
        for _ in range(25):  # the budget of changes is 20
            elb.add_tags(ResourceArns=[group], Tags=[{"Key": "a", "Value": "b"}])
    emulator.control("/settings", {"answers": {"throttlesByException": True}})
    with refused("ThrottlingException", "Rate exceeded"):
        for _ in range(25):
            elb.add_tags(ResourceArns=[group], Tags=[{"Key": "a", "Value": "b"}])


def test_w10_calls_by_get_and_of_classic_load_balancing(emulator, elb):
    emulator.group(elb)
    status, _, text = signed(emulator, [("Action", "DescribeTargetGroups"), ("Version", "2015-12-01")], method="GET")
    assert status == 200 and text.count("<TargetGroupArn>") == 1
    status, headers, text = signed(emulator, [("Action", "DescribeLoadBalancers"), ("Version", "2012-06-01")])
    assert status == 400 and headers["Content-Type"] == "text/xml" and "<Code>" in text


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 503, "code": "ServiceUnavailable"},
                                   {"closesConnection": True}])
@pytest.mark.parametrize("takes_effect", [False, True])
def test_w11_lost_answers_are_made_up_for(emulator, fault, takes_effect):
    client = emulator.client(config=botocore.config.Config(retries={"mode": "standard", "total_max_attempts": 4}))
    emulator.control("/faults", {"operation": "CreateTargetGroup", "takesEffect": takes_effect, **fault})
    made = emulator.group(client)
    known = client.describe_target_groups()["TargetGroups"]
    assert [group["TargetGroupArn"] for group in known] == [made]
    assert emulator.calls()["CreateTargetGroup"] == 2


def test_w12_tests_reset_move_the_clock_and_look_inside(emulator, elb):
    group = emulator.group(elb)
    before = emulator.control("/state")
    assert [one["name"] for one in before["resources"] if one["kind"] == "targetGroup"] == [group]
    emulator.advance(3600)
    times = [datetime.datetime.fromisoformat(state["time"].replace("Z", "+00:00"))
             for state in (before, emulator.control("/state"))]
    assert 3600 <= (times[1] - times[0]).total_seconds() < 3630
    assert elb.describe_target_groups()["TargetGroups"], "callers' signatures do not expire with the service's clock"
    emulator.control("/reset", {})
    assert elb.describe_target_groups()["TargetGroups"] == []
    assert plain(emulator.state()["control"] + "/nothing")[0] == 400
    assert plain(emulator.state()["elbv2"] + "/reset", "POST", b"{}")[0] in (400, 403, 404)


# R: resources


def test_r1_a_load_balancer_becomes_active_and_is_complete(emulator, elb):
    made = elb.create_load_balancer(Name="complete", Subnets=emulator.state()["subnets"])["LoadBalancers"][0]
    assert made["State"]["Code"] == "provisioning"
    elb.get_waiter("load_balancer_available").wait(
        LoadBalancerArns=[made["LoadBalancerArn"]], WaiterConfig={"Delay": 1, "MaxAttempts": 10})
    shown = elb.describe_load_balancers(Names=["complete"])["LoadBalancers"][0]
    assert shown["State"]["Code"] == "active" and shown["Scheme"] == "internet-facing" and shown["Type"] == "application"
    assert shown["VpcId"] == emulator.state()["vpcId"] and len(shown["AvailabilityZones"]) == 2
    assert shown["SecurityGroups"] and shown["CanonicalHostedZoneId"] == "Z1H1FL5HABSF5"
    assert shown["DNSName"].startswith("complete-") and shown["DNSName"].endswith(".us-west-2.elb.amazonaws.com")
    assert shown["IpAddressType"] == "ipv4" and shown["CreatedTime"].year >= 2024


def test_r2_creations_can_be_repeated(emulator, elb):
    subnets, vpc = emulator.state()["subnets"], emulator.state()["vpcId"]
    balancer = [elb.create_load_balancer(Name="twice", Subnets=subnets)["LoadBalancers"][0] for _ in range(2)]
    assert balancer[0]["LoadBalancerArn"] == balancer[1]["LoadBalancerArn"]
    with refused("DuplicateLoadBalancerName", "different settings"):
        elb.create_load_balancer(Name="twice", Subnets=subnets, Scheme="internal")
    settings = dict(Name="twice", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")
    groups = [elb.create_target_group(**settings)["TargetGroups"][0]["TargetGroupArn"] for _ in range(2)]
    assert groups[0] == groups[1]
    with refused("DuplicateTargetGroupName", "different settings"):
        elb.create_target_group(**{**settings, "Port": 81})
    arn = balancer[0]["LoadBalancerArn"]
    made = [elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[fixed()])["Listeners"][0]
            for _ in range(2)]
    assert made[0]["ListenerArn"] == made[1]["ListenerArn"]
    with refused("DuplicateListener"):
        elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[fixed("403")])
    emulator.control("/settings", {"answers": {"comparesTags": True}})
    with refused("DuplicateTargetGroupName"):
        elb.create_target_group(**settings, Tags=[{"Key": "a", "Value": "b"}])


@pytest.mark.parametrize("name, subnets, code", [
    ("one", ["subnet-0aaaaaaaaaaaaaaaa"], "ValidationError"),
    ("same", ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0aaaaaaaaaaaaaaaa"], "InvalidConfigurationRequest"),
    ("x" * 33, None, "ValidationError"), ("internal-x", None, "ValidationError"), ("-x", None, "ValidationError")])
def test_r3_malformed_load_balancers_are_refused(emulator, elb, name, subnets, code):
    with refused(code):
        elb.create_load_balancer(Name=name, Subnets=subnets or emulator.state()["subnets"])


def test_r4_defaults_are_complete(emulator, elb):
    vpc = emulator.state()["vpcId"]
    made = elb.create_target_group(Name="plain", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]
    expected = dict(TargetType="instance", HealthCheckProtocol="HTTP", HealthCheckPort="traffic-port",
                    HealthCheckPath="/", HealthCheckIntervalSeconds=30, HealthCheckTimeoutSeconds=5,
                    HealthyThresholdCount=5, UnhealthyThresholdCount=2, Matcher={"HttpCode": "200"},
                    ProtocolVersion="HTTP1", IpAddressType="ipv4", HealthCheckEnabled=True)
    assert {key: made[key] for key in expected} == expected
    listener, _ = emulator.listener(elb, emulator.balancer(elb), [fixed()])
    balancer = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]

    def shown(answer):
        return {one["Key"]: one["Value"] for one in answer["Attributes"]}
    group = shown(elb.describe_target_group_attributes(TargetGroupArn=made["TargetGroupArn"]))
    assert len(group) == 14 and group["deregistration_delay.timeout_seconds"] == "300"
    assert group["stickiness.type"] == "lb_cookie" and group["load_balancing.algorithm.type"] == "round_robin"
    values = shown(elb.describe_load_balancer_attributes(LoadBalancerArn=balancer))
    assert values["idle_timeout.timeout_seconds"] == "60" and values["client_keep_alive.seconds"] == "3600"
    assert values["routing.http.xff_header_processing.mode"] == "append" and values["routing.http2.enabled"] == "true"
    assert len(shown(elb.describe_listener_attributes(ListenerArn=listener))) == 11


def test_r5_attributes_are_merged_and_checked(emulator, elb):
    group = emulator.group(elb)

    def modify(key, value):
        return elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[{"Key": key, "Value": value}])
    assert len(modify("stickiness.enabled", "true")["Attributes"]) == 14
    for delay in ("0", "3600"):
        shown = {one["Key"]: one["Value"] for one in
                 modify("deregistration_delay.timeout_seconds", delay)["Attributes"]}
        assert shown["deregistration_delay.timeout_seconds"] == delay and shown["stickiness.enabled"] == "true"
    for key, value in [("bogus", "1"), ("deregistration_delay.timeout_seconds", "3601"), ("stickiness.enabled", "yes")]:
        with refused("ValidationError"):
            modify(key, value)
    with refused("InvalidConfigurationRequest"):
        modify("load_balancing.cross_zone.enabled", "false")
    with refused("InvalidConfigurationRequest", "AWSALB"):
        elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[
            {"Key": "stickiness.type", "Value": "app_cookie"},
            {"Key": "stickiness.app_cookie.cookie_name", "Value": "AWSALBTG"}])


def test_r6_a_weighted_forward_is_shown_normalised(emulator, elb):
    first, second = emulator.group(elb), emulator.group(elb)
    listener, _ = emulator.serve(elb, (first, 3), (second, 1))
    action = elb.describe_listeners(ListenerArns=[listener])["Listeners"][0]["DefaultActions"][0]
    assert action == {"Type": "forward", "ForwardConfig": {
        "TargetGroups": [{"TargetGroupArn": first, "Weight": 3}, {"TargetGroupArn": second, "Weight": 1}],
        "TargetGroupStickinessConfig": {"Enabled": False}}}


def test_r7_a_forward_to_one_group_is_shown_in_both_forms(emulator, elb):
    group = emulator.group(elb)
    listener, _ = emulator.serve(elb, (group, 1))
    made = elb.create_rule(ListenerArn=listener, Priority=1, Conditions=path_is("/a"),
                           Actions=[{"Type": "forward", "TargetGroupArn": group}])["Rules"][0]
    shown = elb.describe_rules(RuleArns=[made["RuleArn"]])["Rules"][0]
    assert made["Actions"] == shown["Actions"] == [{"Type": "forward", "TargetGroupArn": group, "ForwardConfig": {
        "TargetGroups": [{"TargetGroupArn": group, "Weight": 1}], "TargetGroupStickinessConfig": {"Enabled": False}}}]
    with refused("ValidationError"):
        elb.modify_rule(RuleArn=made["RuleArn"], Actions=[
            {**forward((emulator.group(elb), 1)), "TargetGroupArn": group}])


def test_r8_weights_are_moved_and_nothing_else(emulator, elb):
    first, second = emulator.group(elb), emulator.group(elb)
    listener, _ = emulator.serve(elb, (first, 1))
    rules = [elb.create_rule(ListenerArn=listener, Priority=priority, Conditions=path_is(f"/{priority}*"), Actions=[
        forward((first, 100), (second, 0))])["Rules"][0] for priority in (10, 20)]
    others = [rule for rule in elb.describe_rules(ListenerArn=listener)["Rules"] if rule["Priority"] != "10"]
    for pair in [(100, 0), (90, 10), (50, 50), (0, 100)]:
        elb.modify_rule(RuleArn=rules[0]["RuleArn"], Actions=[forward((first, pair[0]), (second, pair[1]))])
        assert weights(elb, rules[0]["RuleArn"]) == list(pair)
        now = elb.describe_rules(ListenerArn=listener)["Rules"]
        assert now[0]["Conditions"] == rules[0]["Conditions"] and now[1:] == others


def test_r9_the_default_rule_is_the_listeners_default_action(emulator, elb):
    listener, _ = emulator.listener(elb, emulator.balancer(elb), [fixed("404")])
    default = elb.describe_rules(ListenerArn=listener)["Rules"][-1]
    elb.modify_rule(RuleArn=default["RuleArn"], Actions=[fixed("403")])
    assert elb.describe_listeners(ListenerArns=[listener])["Listeners"][0]["DefaultActions"] == [fixed("403")]
    elb.modify_listener(ListenerArn=listener, DefaultActions=[fixed("410")])
    assert elb.describe_rules(RuleArns=[default["RuleArn"]])["Rules"][0]["Actions"] == [fixed("410")]
    with refused("OperationNotPermitted"):
        elb.modify_rule(RuleArn=default["RuleArn"], Conditions=path_is("/a"))
    with refused("OperationNotPermitted"):
        elb.delete_rule(RuleArn=default["RuleArn"])


def test_r10_rules_are_in_order_with_priorities_as_text(emulator, elb):
    listener, _ = emulator.listener(elb, emulator.balancer(elb), [fixed()])
    for priority in (200, 9, 1000):
        elb.create_rule(ListenerArn=listener, Priority=priority, Conditions=path_is("/a"), Actions=[fixed()])
    rules = elb.describe_rules(ListenerArn=listener)["Rules"]
    assert [rule["Priority"] for rule in rules] == ["9", "200", "1000", "default"]
    assert [rule["IsDefault"] for rule in rules] == [False, False, False, True] and rules[-1]["Conditions"] == []


def test_r11_priorities_move_together_or_not_at_all(emulator, elb):
    listener, _ = emulator.listener(elb, emulator.balancer(elb), [fixed()])
    arns = [elb.create_rule(ListenerArn=listener, Priority=number, Conditions=path_is(f"/{number}"), Actions=[fixed()])[
        "Rules"][0]["RuleArn"] for number in (1, 2, 3)]

    def move(*pairs):
        elb.set_rule_priorities(RulePriorities=[{"RuleArn": arn, "Priority": number} for arn, number in pairs])

    def order():
        return {rule["RuleArn"]: rule["Priority"] for rule in elb.describe_rules(ListenerArn=listener)["Rules"]}
    move((arns[0], 2), (arns[1], 1))
    assert [order()[arn] for arn in arns] == ["2", "1", "3"]
    move((arns[0], 50000), (arns[1], 49999), (arns[2], 49998))
    before = order()
    with refused("PriorityInUse"):
        move((arns[0], 7), (arns[1], 49998))
    assert order() == before
    default = next(arn for arn, priority in before.items() if priority == "default")
    with refused("OperationNotPermitted"):
        move((default, 4))


def test_r12_rules_have_limits(emulator, elb):
    groups = [emulator.group(elb) for _ in range(6)]
    listener, _ = emulator.listener(elb, emulator.balancer(elb), [fixed()])

    def create(priority=500, conditions=None, actions=None):
        return elb.create_rule(ListenerArn=listener, Priority=priority, Conditions=conditions or path_is("/a"),
                               Actions=actions or [fixed()])
    create(1)
    with refused("PriorityInUse", "Priority '1' is currently in use"):
        create(1)
    with refused("TooManyTargetGroups"):
        create(actions=[forward(*((group, 1) for group in groups))])
    for malformed in [dict(actions=[forward((groups[0], 1000), (groups[1], 1))]), dict(priority=50001),
                      dict(conditions=path_is(*(f"/{n}" for n in range(6)))),
                      dict(conditions=path_is("/a") + path_is("/b"))]:
        with refused("ValidationError"):
            create(**malformed)
    with refused("InvalidLoadBalancerAction"):
        create(actions=[forward((groups[0], 1)), forward((groups[1], 1))])
    status, _, text = signed(emulator, [("Action", "CreateRule"), ("Version", "2015-12-01"), ("ListenerArn", listener),
                                        ("Priority", "0"), ("Conditions.member.1.Field", "path-pattern"),
                                        ("Conditions.member.1.Values.member.1", "/a"),
                                        ("Actions.member.1.Type", "forward"),
                                        ("Actions.member.1.TargetGroupArn", groups[0])])
    assert status == 400 and "<Code>ValidationError</Code>" in text
    for priority in range(2, 101):
        create(priority)
    with refused("TooManyRules"):
        create(101)
    with refused("ValidationError"):
        elb.create_rule(ListenerArn=listener, Priority=102, Conditions=[], Actions=[fixed()])


def test_r13_a_group_in_use_stays(emulator, elb):
    group = emulator.group(elb)
    listener, _ = emulator.listener(elb, emulator.balancer(elb), [fixed()])
    emulator.control("/settings", {"controlPlaneLagMilliseconds": 60_000})
    emulator.advance(1)
    rule = elb.create_rule(ListenerArn=listener, Priority=1, Conditions=path_is("/a"),
                           Actions=[forward((group, 1))])["Rules"][0]["RuleArn"]
    with refused("ResourceInUse", "is currently in use by a listener or a rule"):
        elb.delete_target_group(TargetGroupArn=group)
    elb.delete_rule(RuleArn=rule)
    with refused("ResourceInUse"):
        elb.delete_target_group(TargetGroupArn=group)
    late = elb.create_listener(LoadBalancerArn=elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"],
                               Protocol="HTTP", Port=81, DefaultActions=[fixed()])["Listeners"][0]["ListenerArn"]
    with refused("ListenerNotFound"):
        elb.create_rule(ListenerArn=late, Priority=1, Conditions=path_is("/a"), Actions=[fixed()])
    emulator.advance(61)
    elb.delete_target_group(TargetGroupArn=group)
    elb.create_rule(ListenerArn=late, Priority=1, Conditions=path_is("/a"), Actions=[fixed()])


def test_r14_a_group_serves_one_load_balancer(emulator, elb):
    group = emulator.group(elb)
    emulator.serve(elb, (group, 1))
    second = emulator.balancer(elb)
    with refused("TargetGroupAssociationLimit", group):
        elb.create_listener(LoadBalancerArn=second, Protocol="HTTP", Port=80, DefaultActions=[forward((group, 1))])


def test_r15_protected_load_balancers_stay(emulator, elb):
    balancer = emulator.balancer(elb)
    for value in ("true", "false"):
        elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[
            {"Key": "deletion_protection.enabled", "Value": value}])
        if value == "true":
            with refused("OperationNotPermitted", "deletion protection"):
                elb.delete_load_balancer(LoadBalancerArn=balancer)
    elb.delete_load_balancer(LoadBalancerArn=balancer)


def test_r16_what_is_gone_can_be_deleted_where_the_api_says_so(emulator, elb):
    group = emulator.group(elb)
    listener, _ = emulator.listener(elb, emulator.balancer(elb), [fixed()])
    rule = elb.create_rule(ListenerArn=listener, Priority=1, Conditions=path_is("/a"), Actions=[fixed()])["Rules"][0]
    balancer = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    for _ in range(2):
        elb.delete_load_balancer(LoadBalancerArn=balancer)
        elb.delete_target_group(TargetGroupArn=group)
    with refused("RuleNotFound"):
        elb.delete_rule(RuleArn=rule["RuleArn"])
    with refused("ListenerNotFound"):
        elb.delete_listener(ListenerArn=listener)


def test_r17_tags_live_on_everything_and_have_limits(emulator, elb):
    group = emulator.group(elb)
    listener, _ = emulator.listener(elb, emulator.balancer(elb), [fixed()])
    rule = elb.create_rule(ListenerArn=listener, Priority=1, Conditions=path_is("/a"), Actions=[fixed()])["Rules"][0]
    balancer = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    arns = [balancer, listener, rule["RuleArn"], group]
    elb.add_tags(ResourceArns=arns, Tags=[{"Key": "team", "Value": "shop"}])
    shown = elb.describe_tags(ResourceArns=arns)["TagDescriptions"]
    assert [one["ResourceArn"] for one in shown] == arns
    assert all(one["Tags"] == [{"Key": "team", "Value": "shop"}] for one in shown)
    many = [emulator.group(elb) for _ in range(21)]
    assert len(elb.describe_tags(ResourceArns=many[:20])["TagDescriptions"]) == 20
    with refused("ValidationError"):
        elb.describe_tags(ResourceArns=many)
    with refused("TooManyTags"):
        elb.add_tags(ResourceArns=[group], Tags=[{"Key": f"k{n}", "Value": ""} for n in range(50)])
    with refused("DuplicateTagKeys"):
        elb.add_tags(ResourceArns=[group], Tags=[{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}])
    elb.delete_target_group(TargetGroupArn=group)
    with refused("TargetGroupNotFound"):
        elb.describe_tags(ResourceArns=[group])


def test_r18_targets_are_told_apart_by_id_and_port(emulator, elb):
    group = emulator.group(elb)
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.244.1.1", "Port": 81}, {"Id": "10.244.1.1"}])
    shown = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert [(one["Target"]["Port"], one["HealthCheckPort"]) for one in shown] == [(81, "81"), (8080, "8080")]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": f"10.244.2.{n}"} for n in range(1, 201)])
    assert len(elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]) == 202
    with refused("InvalidTarget"):
        elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "8.8.8.8"}])
    with refused("ValidationError", "you must specify an Availability Zone"):
        elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "192.168.1.1"}])
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "192.168.1.1", "AvailabilityZone": "all"}])


def test_r19_unknown_targets_can_be_deregistered(emulator, elb):
    group = emulator.group(elb)
    elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": "10.244.9.9"}])
    assert health(elb, group) == {}


def test_r20_the_health_of_chosen_and_unknown_targets(emulator, elb):
    target = Target("one")
    group = emulator.group(elb, [target])
    assert health(elb, group, reason=True) == {target.id: ("unused", "Target.NotInUse")}
    emulator.serve(elb, (group, 1))
    emulator.healthy(elb, group, 1)
    shown = elb.describe_target_health(TargetGroupArn=group, Targets=[{"Id": target.id}, {"Id": "10.244.9.9"}])
    known, unknown = shown["TargetHealthDescriptions"]
    assert known["TargetHealth"] == {"State": "healthy"} and known["HealthCheckPort"] == "8080"
    assert unknown["TargetHealth"]["State"] == "unused"
    assert unknown["TargetHealth"]["Reason"] == "Target.NotRegistered"
    target.close()


def test_r21_the_waiters_of_targets(emulator, elb):
    target = Target("one")
    group = emulator.group(elb, [target], delay=60)
    emulator.serve(elb, (group, 1))
    fast = {"Delay": 1, "MaxAttempts": 12}
    elb.get_waiter("target_in_service").wait(TargetGroupArn=group, WaiterConfig=fast)
    elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": target.id}])
    with pytest.raises(botocore.exceptions.WaiterError):
        elb.get_waiter("target_deregistered").wait(TargetGroupArn=group, Targets=[{"Id": target.id}],
                                                   WaiterConfig={"Delay": 1, "MaxAttempts": 2})
    emulator.advance(61)
    elb.get_waiter("target_deregistered").wait(TargetGroupArn=group, Targets=[{"Id": target.id}], WaiterConfig=fast)
    with pytest.raises(botocore.exceptions.WaiterError):
        elb.get_waiter("target_in_service").wait(TargetGroupArn=group, WaiterConfig={"Delay": 1, "MaxAttempts": 2})
    target.close()


def test_r22_a_group_names_its_load_balancer_while_it_is_used(emulator, elb):
    group, other = emulator.group(elb), emulator.group(elb)
    balancer = emulator.balancer(elb)
    listener, _ = emulator.listener(elb, balancer, [fixed()])

    def used():
        return elb.describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0]["LoadBalancerArns"]
    assert used() == []
    rules = [elb.create_rule(ListenerArn=listener, Priority=number, Conditions=path_is("/a"), Actions=[
        forward((group, 1))])["Rules"][0]["RuleArn"] for number in (1, 2)]
    assert used() == [balancer]
    elb.modify_rule(RuleArn=rules[0], Actions=[forward((other, 1))])
    assert used() == [balancer]
    elb.delete_rule(RuleArn=rules[1])
    assert used() == []
    assert [one["TargetGroupArn"] for one in elb.describe_target_groups(LoadBalancerArn=balancer)["TargetGroups"]] == [
        other]


def test_r23_conditions_redirects_and_fixed_responses_come_back(emulator, elb):
    listener, _ = emulator.listener(elb, emulator.balancer(elb), [fixed()])
    conditions = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example.com"]}},
                  {"Field": "path-pattern", "Values": ["/cart*"]},
                  {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Tier", "Values": ["gold"]}},
                  {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}}]
    rule = elb.create_rule(ListenerArn=listener, Priority=1, Conditions=conditions, Actions=[
        {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", "Host": "www.#{host}"}}])["Rules"][0]
    shown = elb.describe_rules(RuleArns=[rule["RuleArn"]])["Rules"][0]
    assert shown["Actions"][0]["RedirectConfig"] == dict(
        Protocol="#{protocol}", Port="#{port}", Host="www.#{host}", Path="/#{path}", Query="#{query}",
        StatusCode="HTTP_301")
    assert shown["Conditions"][0] == {"Field": "host-header", "Values": ["shop.example.com"],
                                      "HostHeaderConfig": {"Values": ["shop.example.com"]}}
    assert shown["Conditions"][1] == {"Field": "path-pattern", "Values": ["/cart*"],
                                      "PathPatternConfig": {"Values": ["/cart*"]}}
    assert [one["Field"] for one in shown["Conditions"]] == [one["Field"] for one in conditions]
    rest = [{"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "a", "Value": "1"}, {"Value": "b*"}]}},
            {"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}}]
    rule = elb.create_rule(ListenerArn=listener, Priority=2, Conditions=rest, Actions=[fixed("503", "later")])["Rules"][0]
    shown = elb.describe_rules(RuleArns=[rule["RuleArn"]])["Rules"][0]
    assert shown["Conditions"] == rest and shown["Actions"] == [fixed("503", "later")]


def test_r23_authentication_is_refused_in_words(emulator, elb):
    listener, _ = emulator.listener(elb, emulator.balancer(elb), [fixed()])
    oidc = {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": dict(
        Issuer="https://id.example.com", AuthorizationEndpoint="https://id.example.com/a",
        TokenEndpoint="https://id.example.com/t", UserInfoEndpoint="https://id.example.com/u", ClientId="c",
        ClientSecret="hidden")}
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        elb.create_rule(ListenerArn=listener, Priority=1, Conditions=path_is("/a"), Actions=[oidc, fixed()])
    assert refusal.value.response["Error"]["Code"] in ("InvalidLoadBalancerAction", "ValidationError")
    assert "hidden" not in str(refusal.value)


def test_r25_a_controller_finds_its_weights_as_another_one_would(emulator, elb):
    """From a host name to target groups by tag, weights by rule and registered targets."""
    target = Target("stable")
    stable, canary = emulator.group(elb, [target]), emulator.group(elb)
    elb.add_tags(ResourceArns=[canary], Tags=[{"Key": "ingress.k8s.aws/resource", "Value": "shop/web-canary:80"}])
    listener, _ = emulator.serve(elb, (stable, 1))
    elb.create_rule(ListenerArn=listener, Priority=1, Conditions=path_is("/*"), Actions=[
        forward((stable, 95), (canary, 5))])
    host = elb.describe_load_balancers()["LoadBalancers"][0]["DNSName"]
    balancer = next(one for page in elb.get_paginator("describe_load_balancers").paginate(
        PaginationConfig={"PageSize": 300}) for one in page["LoadBalancers"] if one["DNSName"] == host)
    groups = elb.describe_target_groups(LoadBalancerArn=balancer["LoadBalancerArn"])["TargetGroups"]
    tags = elb.describe_tags(ResourceArns=[group["TargetGroupArn"] for group in groups])["TagDescriptions"]
    found = [one["ResourceArn"] for one in tags if {"Key": "ingress.k8s.aws/resource", "Value": "shop/web-canary:80"}
             in one["Tags"]]
    assert found == [canary]
    seen = {}
    for one in elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]:
        for rule in elb.describe_rules(ListenerArn=one["ListenerArn"])["Rules"]:
            for action in rule["Actions"]:
                for pair in action.get("ForwardConfig", {}).get("TargetGroups", []):
                    if rule["Priority"] != "default":
                        seen[pair["TargetGroupArn"]] = pair["Weight"]
    assert seen == {stable: 95, canary: 5}
    assert list(health(elb, stable)) == [target.id]
    target.close()


def test_r26_certificates_of_a_listener(emulator, elb):
    balancer = emulator.balancer(elb)
    arns = [f"arn:aws:acm:us-west-2:123456789012:certificate/{n}" for n in range(3)]
    listener = elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTPS", Port=443, DefaultActions=[fixed()],
                                   Certificates=[{"CertificateArn": arns[0]}])["Listeners"][0]["ListenerArn"]
    for _ in range(2):
        elb.add_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": arns[1]}])
    shown = elb.describe_listener_certificates(ListenerArn=listener)["Certificates"]
    assert [(one["CertificateArn"], one["IsDefault"]) for one in shown] == [(arns[0], True), (arns[1], False)]
    elb.remove_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": arns[1]}])
    with refused("OperationNotPermitted"):
        elb.remove_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": arns[0]}])
    assert len(elb.describe_listener_certificates(ListenerArn=listener)["Certificates"]) == 1


def test_r27_limits_and_security_policies(elb):
    limits = {one["Name"]: one["Max"] for one in elb.describe_account_limits()["Limits"]}
    assert limits["application-load-balancers"] == "50" and limits["target-groups"] == "3000"
    assert limits["rules-per-application-load-balancer"] == "100"
    assert limits["target-groups-per-action-on-application-load-balancer"] == "5"
    policies = {one["Name"]: one for one in elb.describe_ssl_policies()["SslPolicies"]}
    assert "TLSv1.2" in policies["ELBSecurityPolicy-2016-08"]["SslProtocols"]
    shown = elb.describe_ssl_policies(Names=["ELBSecurityPolicy-TLS13-1-2-2021-06"])["SslPolicies"]
    assert shown[0]["SslProtocols"] == ["TLSv1.2", "TLSv1.3"]
    with refused("SSLPolicyNotFound"):
        elb.describe_ssl_policies(Names=["missing"])


def test_r28_what_is_missing_is_refused_in_words(emulator, elb):
    listener, _ = emulator.listener(elb, emulator.balancer(elb), [fixed()])
    with refused("InvalidAction"):
        elb.describe_capacity_reservation(
            LoadBalancerArn=elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"])
    with pytest.raises(botocore.exceptions.ClientError):
        elb.create_rule(ListenerArn=listener, Priority=1, Actions=[fixed()], Conditions=[
            {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["^/a.*$"]}}])
    with refused("ValidationError", "ransform"):
        elb.create_rule(ListenerArn=listener, Priority=2, Conditions=path_is("/a"), Actions=[fixed()], Transforms=[
            {"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/a", "Replace": "/b"}]}}])


def test_r29_the_callers_identity_is_told(emulator):
    import boto3
    state = emulator.state()
    sts = boto3.client("sts", endpoint_url=state["elbv2"], region_name=state["region"],
                       aws_access_key_id=state["accessKeyId"], aws_secret_access_key=state["secretAccessKey"])
    assert len(sts.get_caller_identity()["Account"]) == 12
