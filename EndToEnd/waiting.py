"""Waiting for a world that moves by itself."""
import time


def wait_until(condition, what, seconds=60, pause=0.2):
    """Polls until `condition()` is truthy and returns its value; fails naming `what` and the last value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"{what}: not within {seconds} s (last: {value!r})"
        time.sleep(pause)
