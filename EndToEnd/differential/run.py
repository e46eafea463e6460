#!/usr/bin/env python3
"""Sends the table to both servers and prints what differs.

    EndToEnd/differential/run.py --weir http://127.0.0.1:PORT --real KUBECONFIG [--case PATTERN] [--area NAME] [--show]

Without --weir, `weir api-server` (from $WEIR, or .build/debug/weir) is started; without --real, a real control plane.
Exit codes: 0 without unaccepted differences, 1 with some, 3 where the real control plane cannot be had.
"""
import argparse
import contextlib
import fnmatch
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from differential import compare, recording, servers, table  # noqa: E402
from differential.client import Server  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weir", metavar="URL")
    parser.add_argument("--real", metavar="KUBECONFIG")
    parser.add_argument("--case", metavar="PATTERN", default="*", help="only the cases whose names match")
    parser.add_argument("--area", metavar="NAME", default="*", help="only the cases of files whose names match")
    parser.add_argument("--show", action="store_true", help="print both servers' answers")
    parser.add_argument("--all", action="store_true", help="print accepted differences, too")
    parser.add_argument("--record", action="store_true", help="write the real answers that swift test replays")
    arguments = parser.parse_args()
    cases = [one for one in table.load()
             if fnmatch.fnmatchcase(one.name, arguments.case) and fnmatch.fnmatchcase(one.area, arguments.area)]
    if not cases:
        sys.exit(f"no case matches {arguments.case} in {arguments.area}")
    with contextlib.ExitStack() as stack:
        weir = Server(arguments.weir) if arguments.weir else stack.enter_context(servers.weir())
        try:
            real = Server.of_kubeconfig(arguments.real) if arguments.real else stack.enter_context(servers.real())
        except servers.Unavailable as reason:
            print(f"skipped: {reason}", file=sys.stderr)
            sys.exit(3)
        if arguments.record:
            print(f"{recording.write(cases, weir, real)} requests in {recording.FOLDER}")
            return
        sys.exit(run(cases, weir, real, arguments))


def run(cases, weir, real, arguments):
    accepted = [] if arguments.all else compare.load_accepted()
    bad = total = 0
    for case in cases:
        try:
            ours, theirs = compare.answers(case, weir), compare.answers(case, real)
        except (KeyError, RuntimeError, OSError) as problem:
            bad += 1
            print(f"{case.area}/{case.name}: {type(problem).__name__}: {problem}")
            continue
        if arguments.show:
            for (step, one), (_, other) in zip(ours, theirs):
                print(f"--- {case.name} step {step}\nweir: {json.dumps(one, indent=1)}\nreal: {json.dumps(other, indent=1)}")
        found = compare.differences(case, ours, theirs)
        rest = compare.unaccepted(case, found, accepted)
        total += len(found)
        if rest:
            bad += 1
            print(f"{case.area}/{case.name}:")
            for one in rest:
                print(one)
    unused = [entry for entry in accepted if not entry.used]
    if arguments.case == "*" and arguments.area == "*":
        for entry in unused:
            print(f"no longer needed: {entry}")
        bad += len(unused)
    print(f"{len(cases)} cases, {table.requests_in(cases)} requests: {bad} with unaccepted differences, "
          f"{total} differences in all")
    return 1 if bad else 0


if __name__ == "__main__":
    main()
