"""kubectl prints the same for the embedded API server and for a real one."""
import os

import pytest

from differential import servers
from kubectl_outputs import compare
from kubectl_outputs.commands import SESSIONS
from kubectl_outputs.run import binaries, kubeconfigs

ACCEPTED = compare.load_accepted()
KUBECTLS = binaries(os.environ.get("KUBECTLS", "kubectl"))


@pytest.fixture(scope="module")
def both():
    try:
        with kubeconfigs(os.environ.get("WEIR_KUBECONFIG"), os.environ.get("REAL_KUBECONFIG")) as (weir, real):
            compare.install_definitions(weir, real, KUBECTLS[0])
            yield weir, real
    except servers.Unavailable as unavailable:
        pytest.skip(f"no real control plane: {unavailable}")


@pytest.mark.parametrize("binary", KUBECTLS)
@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.name)
def test_prints_the_same(both, session, binary):
    found, _ = compare.differences(session, binary, *both)
    left = compare.unaccepted(found, ACCEPTED)
    assert not left, "\n".join(str(one) for one in left)


def test_accepted_differences_are_still_needed(both):
    unused = [str(entry) for entry in ACCEPTED if not entry.used and entry.kubectl == "*"]
    assert not unused, f"nothing needs these entries of differences.yaml: {unused}"
