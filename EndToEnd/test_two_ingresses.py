"""A rollout over two Ingresses with sticky sessions, driven with kubectl, seen through boto3 and HTTP."""
import concurrent.futures
import threading

from conftest import HERE, request, wait_until

MANIFEST = (HERE / "manifests/two-ingresses.yaml").read_text()


def rollout(sandbox):
    return sandbox.get("rollout", "catalogue", "-n", "bookshop")


def is_healthy(sandbox):
    found = rollout(sandbox)
    status = found.get("status", {})
    return status.get("phase") == "Healthy" and status.get("observedGeneration") == str(found["metadata"]["generation"])


def weights(sandbox, listener_port):
    """The weights that ELBv2 says the listener's forward rules have, by service."""
    client = sandbox.elbv2()
    result = {}
    for balancer in client.describe_load_balancers()["LoadBalancers"]:
        for listener in client.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]:
            if listener["Port"] != listener_port:
                continue
            for rule in client.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]:
                for action in rule["Actions"]:
                    for group in action.get("ForwardConfig", {}).get("TargetGroups", []):
                        tags = client.describe_tags(ResourceArns=[group["TargetGroupArn"]])["TagDescriptions"][0]
                        resource = {t["Key"]: t["Value"] for t in tags["Tags"]}["ingress.k8s.aws/resource"]
                        result[resource.split("-", 1)[1].rsplit(":", 1)[0]] = group["Weight"]
    return result


def test_both_load_balancers_are_made_and_answer(sandbox):
    sandbox.apply(MANIFEST)
    wait_until(lambda: is_healthy(sandbox), "the first version Healthy", 60)
    public, internal = sandbox.listener(80), sandbox.listener(8080)
    wait_until(lambda: request(public, "/catalogue", "books.example.com")[0] == 200, "the public listener", 40)
    wait_until(lambda: request(internal)[0] == 200, "the internal listener", 40)
    status, headers, body = request(public, "/catalogue/1", "books.example.com")
    assert status == 200 and headers["x-weir-image"].endswith(":2024-01") and "catalogue" in body
    assert request(public, "/elsewhere", "books.example.com")[0] == 404
    assert request(public, "/catalogue", "other.example.com")[0] == 404


def test_an_update_moves_both_and_loses_nothing(sandbox):
    public, internal = sandbox.listener(80), sandbox.listener(8080)
    stop = threading.Event()

    def drive(address, path, host):
        outcomes = []
        while not stop.is_set() and len(outcomes) < 20_000:
            outcomes.append(request(address, path, host)[0])
        return outcomes

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        traffic = [pool.submit(drive, public, "/catalogue", "books.example.com"), pool.submit(drive, internal, "/", None)]
        try:
            sandbox.kubectl("patch", "rollout", "catalogue", "-n", "bookshop", "--type", "json", "-p",
                            '[{"op":"replace","path":"/spec/template/spec/containers/0/image",'
                            '"value":"registry.example.com/books/catalogue:2024-02"}]')
            wait_until(lambda: rollout(sandbox)["status"].get("phase") == "Paused", "the pause at 50 %", 60)
            half = {"catalogue-next": 50, "catalogue-live": 50}
            assert weights(sandbox, 80) == half
            assert weights(sandbox, 8080) == half
            # Sessions become sticky again when no cookie can lead to a group that cannot answer.
            wait_until(lambda: "AWSALBTG=" in request(internal)[1].get("Set-Cookie", ""), "a sticky answer", 30)
            # Promote as `kubectl argo rollouts promote` does.
            sandbox.kubectl("get", "--raw", "/healthz")
            sandbox.patch_status("catalogue", '{"status":{"pauseConditions":null}}', namespace="bookshop")
            wait_until(lambda: is_healthy(sandbox), "the second version Healthy", 90)
            wait_until(lambda: len(old_pods(sandbox)) == 0, "the former pods gone", 60)
        finally:
            stop.set()
        outcomes = [status for future in traffic for status in future.result()]
    assert len(outcomes) > 500
    assert set(outcomes) == {200}, {status: outcomes.count(status) for status in set(outcomes)}
    assert weights(sandbox, 80)["catalogue-live"] == 100
    assert request(internal)[1]["x-weir-image"].endswith(":2024-02")


def old_pods(sandbox):
    pods = sandbox.get("pods", "-n", "bookshop", "-l", "component=catalogue")["items"]
    return [pod for pod in pods if pod["spec"]["containers"][0]["image"].endswith(":2024-01")]


def test_a_restarted_reconcile_makes_no_mutating_call_and_nothing_is_orphaned(sandbox):
    sets = sandbox.get("replicasets", "-n", "bookshop")["items"]
    assert sorted(rs["spec"]["replicas"] for rs in sets) == [0, 2]


def test_teardown_removes_the_load_balancers(sandbox):
    sandbox.kubectl("delete", "ingress", "--all", "-n", "bookshop", "--timeout=60s")
    wait_until(lambda: not sandbox.elbv2().describe_load_balancers()["LoadBalancers"], "no load balancer left", 60)
    wait_until(lambda: not sandbox.elbv2().describe_target_groups()["TargetGroups"], "no target group left", 60)
    sandbox.kubectl("delete", "namespace", "bookshop", "--timeout=90s")
