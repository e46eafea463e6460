"""Compares what kubectl prints for two servers, and knows which differences are accepted."""
import difflib
import fnmatch
import json
import pathlib
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import yaml

from kubectl_outputs.runner import outputs

# The version taken where there are several: that of the embedded server.
WANTED = "1.30"
ACCEPTED = pathlib.Path(__file__).resolve().parent / "differences.yaml"


@dataclass
class Accepted:
    """An entry of `differences.yaml`: patterns, as of file names, and why the difference stays."""

    session: str
    command: str
    reason: str
    kubectl: str = "*"
    used: bool = field(default=False, compare=False)

    def covers(self, difference):
        return (fnmatch.fnmatchcase(difference.session, self.session)
                and fnmatch.fnmatchcase(difference.command, self.command)
                and fnmatch.fnmatchcase(difference.kubectl, self.kubectl))

    def __str__(self):
        return f"session {self.session}, command {self.command}, kubectl {self.kubectl}"


@dataclass(frozen=True)
class Difference:
    kubectl: str
    session: str
    command: str
    text: str

    def __str__(self):
        return f"  kubectl {self.kubectl} {self.command}\n{self.text}"


def load_accepted():
    found = []
    for entry in (yaml.safe_load(ACCEPTED.read_text()) if ACCEPTED.exists() else None) or []:
        if not str(entry.get("reason", "")).strip():
            raise ValueError(f"{ACCEPTED.name}: {entry} gives no reason")
        found.append(Accepted(entry["session"], entry["command"], entry["reason"], str(entry.get("kubectl", "*"))))
    return found


def fixed(binary):
    """The program itself, where it stands for several that it chooses from by the version of the server."""
    found = shutil.which(binary)
    if found is None:
        raise RuntimeError(f"there is no {binary} here")
    if "dispatcher" not in subprocess.run([found, "version", "--client"], capture_output=True, text=True).stdout:
        return found
    beside = pathlib.Path(found).resolve().parent.glob("kubectl.1.*")
    newest_first = sorted(beside, key=lambda path: [int(part) for part in path.name.split(".")[1:]], reverse=True)
    chosen = [path for path in newest_first if path.name == f"kubectl.{WANTED}"] or newest_first
    if not chosen:
        raise RuntimeError(f"{found} chooses among other kubectls, which are not beside it; name one of them")
    return str(chosen[0])


def version(binary):
    """The client's version: `1.30`."""
    text = subprocess.run([binary, "version", "--client", "-o", "json"], capture_output=True, text=True, check=True).stdout
    found = json.loads(text)["clientVersion"]
    return f"{found['major']}.{found['minor'].rstrip('+')}"


def differences(session, binary, weir, real):
    """What differs between the two servers' outputs, and how many commands were compared."""
    with ThreadPoolExecutor(2) as pool:
        ours, theirs = pool.map(lambda kubeconfig: outputs(session, binary, kubeconfig), (weir, real))
    kubectl = version(binary)
    found = []
    for (command, *one), (_, *other) in zip(ours, theirs):
        if one == other:
            continue
        text = []
        if one[0] != other[0]:
            text.append(f"      exit code: weir {one[0]}, real {other[0]}")
        for name, left, right in (("stdout", other[1], one[1]), ("stderr", other[2], one[2])):
            lines = difflib.unified_diff(left, right, f"{name} real", f"{name} weir", lineterm="", n=1)
            text += [f"      {line}" for line in lines]
        words = [word.replace(" ", "~") for word in command.arguments]
        found.append(Difference(kubectl, session.name, " ".join(words), "\n".join(text)))
    return found, len(ours)


def unaccepted(found, accepted):
    """The differences that no entry covers; marks the entries that are used."""
    rest = []
    for difference in found:
        covering = [entry for entry in accepted if entry.covers(difference)]
        for entry in covering:
            entry.used = True
        if not covering:
            rest.append(difference)
    return rest


def install_definitions(weir, real, binary):
    """Gives the real server the custom resource definitions that the embedded one has from the beginning."""
    def kubectl(kubeconfig, *arguments, text=None):
        return subprocess.run([binary, "--kubeconfig", str(kubeconfig), *arguments], input=text, capture_output=True, text=True)

    known = json.loads(kubectl(weir, "get", "crds", "-o", "json").stdout)["items"]
    for definition in known:
        definition.pop("status", None)
        definition["metadata"] = {"name": definition["metadata"]["name"]}
        made = kubectl(real, "create", "-f", "-", text=json.dumps(definition))
        if made.returncode != 0 and "AlreadyExists" not in made.stderr:
            raise RuntimeError(f"the real server refuses {definition['metadata']['name']}: {made.stderr}")
    names = [f"crd/{one['metadata']['name']}" for one in known]
    kubectl(real, "wait", "--for=condition=Established", "--timeout=20s", *names)


def kubeconfig_of(server, folder):
    """A kubeconfig for a server of `differential.servers`."""
    scheme = "https" if server.tls else "http"
    path = pathlib.Path(folder) / "kubeconfig"
    path.write_text(yaml.safe_dump({
        "apiVersion": "v1", "kind": "Config", "current-context": "one",
        "clusters": [{"name": "one", "cluster": {"server": f"{scheme}://{server.host}:{server.port}"}}],
        "users": [{"name": "one", "user": {}}],
        "contexts": [{"name": "one", "context": {"cluster": "one", "user": "one"}}]}))
    return path


def temporary_folder():
    return tempfile.TemporaryDirectory(prefix="weir-kubectl-")
