"""Runs sessions of kubectl commands against a server and takes out of their output what may differ from run to run."""
import os
import pathlib
import re
import secrets
import subprocess
import tempfile
import threading
import time

import yaml

# How long a command may take, and how long to wait for a watch to begin and for its lines.
TIMEOUT, START, PATIENCE = 60, 1.0, 5

TIME = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|( \+0000)? UTC)?")
LONG_TIME = re.compile(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
VERSION = re.compile(r"""(resourceVersion\\?"?: ?\\?"?|Resource Version: +)\d+""", re.IGNORECASE)
# The log lines of kubectl itself, and the object that a refused patch would have made.
LOG = re.compile(r"^([IWEF])\d{4} [\d:.]+ +\d+ ", re.MULTILINE)
OBJECT = re.compile(r'Invalid value: "\{.*\}": ')
CLUSTER_IP = re.compile(r"\b10\.96\.\d{1,3}\.\d{1,3}\b")
NODE_PORT = re.compile(r"\b(3[0-2]\d{3})\b")
AGE = re.compile(r"(?<=\s)(\d+[smhdy](\d+[smhd])?|<invalid>)(?=\s|$|\))", re.MULTILINE)
GENERATED = re.compile(r"\b(web-)[a-z0-9]{5}\b")
SPACES = re.compile(r"(?<=\S) {2,}(?=\S)")
DURATION = re.compile(r"\b\d+(\.\d+)?(ms|s)\b")


class Client:
    """A kubectl, a server, and a namespace on it."""

    def __init__(self, binary, kubeconfig, folder):
        self.binary, self.kubeconfig, self.folder = binary, str(kubeconfig), pathlib.Path(folder)
        self.namespace = f"k-{secrets.token_hex(3)}"
        config = yaml.safe_load(open(kubeconfig))
        self.server = config["clusters"][0]["cluster"]["server"]
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "KUBECONFIG": self.kubeconfig}

    def start(self, command, **streams):
        arguments = [word.replace("NAMESPACE", self.namespace) for word in command.arguments]
        environment = dict(self.environment)
        if command.editor:
            script = self.folder / "editor"
            script.write_text(f"#!/bin/sh\n{command.editor}\n")
            script.chmod(0o755)
            environment["KUBE_EDITOR"] = str(script)
        return subprocess.Popen(
            [self.binary, "-n", self.namespace, *arguments], env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **streams)

    def run(self, command):
        """`(exit code, standard output, standard error)`, as they came."""
        if command.during:
            return self.watch(command)
        process = self.start(command)
        try:
            out, err = process.communicate(command.text.replace("NAMESPACE", self.namespace), timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            return "timeout", out, err
        return process.returncode, out, err

    def watch(self, command):
        process = self.start(command)
        process.stdin.close()
        lines = []
        reader = threading.Thread(target=lambda: lines.extend(process.stdout), daemon=True)
        reader.start()
        time.sleep(START)
        for one in command.during:
            self.run(one)
            time.sleep(0.3)
        end = time.monotonic() + PATIENCE
        while len(lines) < command.lines and time.monotonic() < end:
            time.sleep(0.05)
        process.terminate()
        reader.join(timeout=5)
        process.wait(timeout=5)
        return "ended", "".join(lines), process.stderr.read()

    def normalised(self, text, command):
        """The text without times, ages, ids, versions, addresses and the width of columns."""
        for found, stand_in in ((self.namespace, "NAMESPACE"), (self.server, "SERVER")):
            text = text.replace(found, stand_in)
        text = re.sub(r"/tmp/\S+", "FILE", text)
        for pattern, stand_in in (
                (LOG, r"\1 "), (OBJECT, 'Invalid value: "OBJECT": '), (LONG_TIME, "TIME"), (TIME, "TIME"), (UID, "UID"), (VERSION, r"\1VERSION"), (CLUSTER_IP, "CLUSTER-IP"),
                (NODE_PORT, "NODE-PORT"), (AGE, "AGE"), (GENERATED, r"\1GENERATED"), (SPACES, "  ")):
            text = pattern.sub(stand_in, text)
        lines = [line.rstrip() for line in text.splitlines()]
        if command.only:
            lines = [line for line in lines if re.search(command.only, line)]
        return lines if command.ordered else sorted(lines)


def prepare(client):
    """The namespace, alone in it."""
    made = subprocess.run(
        [client.binary, "create", "namespace", client.namespace], env=client.environment, capture_output=True, text=True)
    if made.returncode != 0:
        raise RuntimeError(f"no namespace for the commands: {made.stderr}")


def outputs(session, binary, kubeconfig):
    """`(command, exit code, output, error)` of each command whose output counts."""
    found = []
    with tempfile.TemporaryDirectory(prefix="kubectl-") as folder:
        client = Client(binary, kubeconfig, folder)
        prepare(client)
        for command in session.commands:
            code, out, err = client.run(command)
            if command.quiet:
                if code != 0:
                    raise RuntimeError(f"{session.name}: {' '.join(command.arguments)}: {err}")
                continue
            found.append((command, code, client.normalised(out, command), client.normalised(err, command)))
        subprocess.run([client.binary, "delete", "namespace", client.namespace, "--wait=false"], env=client.environment,
                       capture_output=True)
    return found
