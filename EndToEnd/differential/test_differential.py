"""Every case of the table gives the same answers on both servers, but for the differences in `differences/`."""
import pytest

from differential import compare, servers, table

CASES = table.load()


@pytest.fixture(scope="module")
def weir():
    with servers.weir() as server:
        yield server


@pytest.fixture(scope="module")
def real():
    try:
        with servers.real() as server:
            yield server
    except servers.Unavailable as reason:
        pytest.skip(f"no real control plane: {reason}")


@pytest.fixture(scope="module")
def accepted():
    return compare.load_accepted()


@pytest.mark.parametrize("case", CASES, ids=[f"{one.area}-{one.name}" for one in CASES])
def test_same_answers(case, weir, real, accepted):
    found = compare.differences(case, compare.answers(case, weir), compare.answers(case, real))
    rest = compare.unaccepted(case, found, accepted)
    assert not rest, f"{case.area}/{case.name}:\n" + "\n".join(map(str, rest))


def test_no_accepted_difference_is_superfluous(request, real, accepted):
    chosen = {item.callspec.id for item in request.session.items if "case" in getattr(item, "fixturenames", ())}
    if len(chosen) < len(CASES):
        pytest.skip("only some of the cases ran")
    unused = [str(entry) for entry in accepted if not entry.used]
    assert not unused, "no case needs these entries any more:\n" + "\n".join(unused)


def test_the_table_is_as_large_as_promised():
    assert table.requests_in(CASES) >= 300
