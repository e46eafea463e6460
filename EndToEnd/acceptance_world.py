"""`weir load-balancer` with its control endpoint, and HTTP targets which tests tell what to do."""
import contextlib
import http.client
import http.server
import json
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.exceptions
import pytest

from conftest import WEIR
from waiting import wait_until

PORT = 8080
REGION = "us-west-2"


class Emulator:
    """A running `weir load-balancer`."""

    def __init__(self, folder, *arguments):
        self.state_path = folder / "state.json"
        self.log = open(folder / "load-balancer.log", "w+")
        self.process = subprocess.Popen(
            [WEIR, "load-balancer", "--state-file", str(self.state_path), "--control-port", "0",
             "--propagation-delay", "100ms", *arguments], stdout=self.log, stderr=subprocess.STDOUT)
        wait_until(lambda: self.state_path.exists() and self.state().get("ready"), "the state file", 30, 0.05)
        self.made = 0

    def state(self):
        return json.loads(self.state_path.read_text())

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(timeout=20)
        self.log.close()
        return status

    def client(self, **settings):
        state = self.state()
        arguments = dict(endpoint_url=state["elbv2"], region_name=state["region"],
                         aws_access_key_id=state["accessKeyId"], aws_secret_access_key=state["secretAccessKey"],
                         config=botocore.config.Config(retries={"total_max_attempts": 1}))
        return boto3.client("elbv2", **{**arguments, **settings})

    def control(self, path, body=None, method=None):
        """The answer of the control endpoint: parsed if it is JSON."""
        data = None if body is None else json.dumps(body).encode()
        call = urllib.request.Request(self.state()["control"] + path, data=data, method=method)
        with urllib.request.urlopen(call, timeout=10) as answer:
            text = answer.read().decode()
            return json.loads(text) if answer.headers["Content-Type"] == "application/json" else text

    def reset(self):
        self.control("/reset", {})
        self.control("/settings", {
            "throttling": False, "controlPlaneLagMilliseconds": 0, "propagationMilliseconds": [0, 100],
            "choices": dict(stickinessOutlivesWeight=True, stickinessOutlivesTargets=True,
                            stickinessHoldsInFailOpen=True, usesInitialTargets=False, usesWeightZeroAlone=False,
                            sharesInTurn=False),
            "answers": dict(failsNewTargetsAtOnce=False, restoresDrainingTargets=False, comparesTags=False,
                            throttlesByException=False, missesTargetGroups=False)})

    def calls(self):
        return self.control("/state")["calls"]

    def advance(self, seconds):
        self.control("/clock", {"advanceMilliseconds": int(seconds * 1000)})

    def name(self, prefix):
        self.made += 1
        return f"{prefix}-{self.made}"

    # What most tests begin with.

    def balancer(self, client, **more):
        subnets = self.state()["subnets"]
        made = client.create_load_balancer(Name=self.name("lb"), Subnets=subnets, **more)["LoadBalancers"][0]
        self.advance(2)
        return made["LoadBalancerArn"]

    def group(self, client, targets=(), delay=None, **more):
        settings = dict(Protocol="HTTP", Port=PORT, VpcId=self.state()["vpcId"], TargetType="ip",
                        HealthCheckPath="/health", HealthCheckIntervalSeconds=5, HealthCheckTimeoutSeconds=2,
                        HealthyThresholdCount=2, UnhealthyThresholdCount=2)
        arn = client.create_target_group(Name=self.name("tg"), **{**settings, **more})[
            "TargetGroups"][0]["TargetGroupArn"]
        if delay is not None:
            self.attributes(client, arn, {"deregistration_delay.timeout_seconds": delay})
        if targets:
            client.register_targets(TargetGroupArn=arn, Targets=[{"Id": target.id} for target in targets])
        return arn

    @staticmethod
    def attributes(client, group, values):
        client.modify_target_group_attributes(
            TargetGroupArn=group, Attributes=[{"Key": key, "Value": str(value)} for key, value in values.items()])

    def listener(self, client, balancer, actions, port=80):
        """(ARN, address) of a listener that is served."""
        arn = client.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=port, DefaultActions=actions)[
            "Listeners"][0]["ListenerArn"]
        return arn, self.address(balancer, port)

    def address(self, balancer, port=80):
        def find():
            for known in self.state()["loadBalancers"]:
                if known["arn"] == balancer:
                    for listener in known["listeners"]:
                        if listener["port"] == port and listener["address"]:
                            return listener["address"]
            return None
        return wait_until(find, f"a listener on port {port}", 15, 0.05)

    def serve(self, client, *groups, sticky=None, **more):
        """(listener, address) of a new load balancer whose default action shares between (group, weight)."""
        return self.listener(client, self.balancer(client, **more), [forward(*groups, sticky=sticky)])

    def healthy(self, client, group, count):
        """Waits until so many targets of the group are healthy, and the nodes know."""
        wait_until(lambda: sum(state == "healthy" for state in health(client, group).values()) == count,
                   f"{count} healthy targets", 15, 0.05)
        time.sleep(0.15)

    def until(self, client, group, target, state, steps=8):
        """Lets intervals of health checks pass until a target is in a state."""
        for _ in range(steps):
            if health(client, group)[target.id] == state:
                break
            self.advance(5)
            time.sleep(0.3)
        assert health(client, group)[target.id] == state
        time.sleep(0.15)


def forward(*groups, sticky=None):
    """A forward action to (group, weight) pairs."""
    config = {"TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in groups]}
    if sticky:
        config["TargetGroupStickinessConfig"] = {"Enabled": True, "DurationSeconds": sticky}
    return {"Type": "forward", "ForwardConfig": config}


def fixed(status="404", body="nothing here"):
    return {"Type": "fixed-response",
            "FixedResponseConfig": {"StatusCode": status, "ContentType": "text/plain", "MessageBody": body}}


def path_is(*patterns):
    return [{"Field": "path-pattern", "Values": list(patterns)}]


def health(client, group, *, reason=False):
    """The state, or (state, reason), of each target by its id."""
    described = client.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    return {one["Target"]["Id"]: (one["TargetHealth"]["State"], one["TargetHealth"].get("Reason")) if reason
            else one["TargetHealth"]["State"] for one in described}


@contextlib.contextmanager
def refused(code, part="", status=400):
    """Expects a call to be refused with a code and a part of the message."""
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        yield
    error, metadata = refusal.value.response["Error"], refusal.value.response["ResponseMetadata"]
    assert error["Code"] == code, error
    assert part in error["Message"], error
    assert metadata["HTTPStatusCode"] == status and metadata["RequestId"]


def signed(emulator, items, method="POST", region=REGION, key=None, at=None, monkeypatch=None):
    """(status, headers, text) of a call whose parameters are given as pairs, signed by botocore."""
    state = emulator.state()
    query = urllib.parse.urlencode(items)
    url = state["elbv2"] + "/" + (f"?{query}" if method == "GET" else "")
    wire = botocore.awsrequest.AWSRequest(
        method=method, url=url, data=query if method == "POST" else None,
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"} if method == "POST" else {})
    credentials = botocore.credentials.Credentials(state["accessKeyId"], key or state["secretAccessKey"])
    if at:
        monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_, **__: at)
    botocore.auth.SigV4Auth(credentials, "elasticloadbalancing", region).add_auth(wire)
    if at:
        monkeypatch.undo()
    return plain(wire.url, method, query.encode() if method == "POST" else None, dict(wire.headers))


def plain(url, method="GET", body=None, headers=None):
    """(status, headers, text) of an HTTP call."""
    call = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(call, timeout=15) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def get(address, path="/", headers=None, method="GET", body=None):
    """(status, headers, text) of one request on a connection of its own; redirects are not followed."""
    connection = http.client.HTTPConnection(address, timeout=15)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def raw(address, data, timeout=5):
    """Everything that comes back for raw bytes until the connection ends or nothing comes."""
    host, port = address.rsplit(":", 1)
    received = b""
    with socket.create_connection((host, int(port)), timeout=timeout) as connection:
        connection.sendall(data)
        connection.settimeout(timeout)
        try:
            while chunk := connection.recv(65536):
                received += chunk
                if b"\r\n\r\n" in received and b"</html>" in received:
                    break
        except (TimeoutError, ConnectionResetError):
            pass
    return received.decode(errors="replace")


class Target:
    """An HTTP server at 127.244.x.y, which is what is dialled for the target 10.244.x.y."""
    count = 0

    def __init__(self, name, port=PORT):
        self.name, self.port = name, port
        self.health_status = 200
        self.heads = []
        self.checks = []
        target = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # An answer goes out in one piece and at once; otherwise each one waits 40 ms for an acknowledgement.
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_GET(self):
                target.answer(self)

            do_POST = do_PUT = do_HEAD = do_GET

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, request, client_address):
                pass  # Clients and the load balancer may leave at any time here.

        self.id, self.server = self.bind(lambda address: Server((address, port), Handler))
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @staticmethod
    def bind(make):
        """(id, server) at the next address that is free; other tests may run at the same time."""
        while True:
            Target.count += 1
            assert Target.count < 10_000, "no address is free"
            number = f"244.{200 + Target.count // 250}.{Target.count % 250 + 1}"
            with contextlib.suppress(OSError):
                return f"10.{number}", make(f"127.{number}")

    def answer(self, call):
        url = urllib.parse.urlsplit(call.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/health":
            self.checks.append((call.client_address[1], call.request_version, dict(call.headers)))
            if self.health_status == "hang":
                time.sleep(4)
            return self.reply(call, self.health_status if isinstance(self.health_status, int) else 200)
        self.heads.append((call.command, call.path, call.headers))
        if "sleep" in query:
            time.sleep(float(query["sleep"]))
        if url.path == "/hang":
            time.sleep(10)
        elif url.path == "/drop":
            call.close_connection = True
            call.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
            return None
        elif url.path == "/close":
            call.close_connection = True
            return None
        elif url.path == "/big":
            return self.reply(call, 200, {f"X-Filler-{n}": "f" * 4000 for n in range(int(query["headers"]))})
        elif url.path == "/socket":
            return self.echo(call)
        headers = {"Set-Cookie": f"{query['cookie']}=1; Path=/"} if "cookie" in query else {}
        return self.reply(call, int(query.get("status", 200)), headers)

    def reply(self, call, status, headers=None):
        length = int(call.headers.get("Content-Length") or 0)
        call.rfile.read(length)
        body = self.name.encode()
        call.send_response(status)
        for name, value in (headers or {}).items():
            call.send_header(name, value)
        call.send_header("Content-Length", str(len(body)))
        call.end_headers()
        if call.command != "HEAD":
            call.wfile.write(body)

    @staticmethod
    def echo(call):
        """Switches protocols, greets, and sends back what comes."""
        call.close_connection = True
        call.wfile.write(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                         b"Sec-WebSocket-Accept: x\r\n\r\nhello ")
        call.wfile.flush()
        while data := call.connection.recv(4096):
            call.connection.sendall(data)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
