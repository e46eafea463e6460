#!/usr/bin/env python3
"""Compares what kubectl prints for the embedded API server and for a real one.

    run.py                                     starts both servers
    run.py --weir KUBECONFIG --real KUBECONFIG  against servers that run already
    run.py --session 'watch*' --kubectl /usr/bin/kubectl:/opt/kubectl

Exit codes: 0 nothing differs but what is accepted, 1 something does, 3 the real control plane cannot be had.
"""
import argparse
import contextlib
import fnmatch
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from differential import servers  # noqa: E402
from kubectl_outputs import compare  # noqa: E402
from kubectl_outputs.commands import SESSIONS  # noqa: E402


@contextlib.contextmanager
def kubeconfigs(weir, real):
    """The kubeconfigs of both servers; those that are not given are started."""
    with contextlib.ExitStack() as stack:
        if weir is None:
            folder = pathlib.Path(stack.enter_context(compare.temporary_folder()))
            weir = compare.kubeconfig_of(stack.enter_context(servers.weir()), folder)
        if real is None:
            real = stack.enter_context(servers.real_kubeconfig())
        yield weir, real


def binaries(text):
    """The programs of a list parted by colons."""
    return [compare.fixed(one) for one in text.split(":") if one]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir")
    parser.add_argument("--real")
    parser.add_argument("--session", default="*")
    parser.add_argument("--kubectl", default=os.environ.get("KUBECTLS", "kubectl"))
    given = parser.parse_args()
    accepted, total, rest = compare.load_accepted(), 0, []
    try:
        with kubeconfigs(given.weir, given.real) as (weir, real):
            compare.install_definitions(weir, real, binaries(given.kubectl)[0])
            for binary in binaries(given.kubectl):
                for session in SESSIONS:
                    if not fnmatch.fnmatchcase(session.name, given.session):
                        continue
                    found, count = compare.differences(session, binary, weir, real)
                    total += count
                    left = compare.unaccepted(found, accepted)
                    rest += left
                    if left:
                        print(f"{session.name}:")
                        print("\n".join(str(one) for one in left), flush=True)
    except servers.Unavailable as unavailable:
        print(f"skipped: {unavailable}")
        return 3
    unused = [] if given.session != "*" else [entry for entry in accepted if not entry.used]
    for entry in unused:
        print(f"nothing needs this entry of differences.yaml: {entry}")
    print(f"{total} commands, {len(rest)} of them print something else")
    return 1 if rest or unused else 0


if __name__ == "__main__":
    sys.exit(main())
