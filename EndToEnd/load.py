"""Requests at a constant rate, each one accounted for."""
import collections
import http.client
import threading
import time

TIMEOUT = 15


class Load:
    """`workers` threads that together send `rate` requests per second for at most `seconds`.

    By turns each thread uses a connection that it keeps and a fresh one. What is not a 2xx answer is a failure.
    """

    def __init__(self, address, rate=40, workers=8, seconds=1200, host="shop.example.com"):
        self.address, self.host = address, host
        self.interval = workers / rate
        self.end = time.monotonic() + seconds
        self.outcomes = collections.Counter()
        self.images = collections.Counter()
        self.failures = []
        # Status and image of the answer that came last.
        self.last = None
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.work, args=(number / rate,)) for number in range(workers)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    @property
    def total(self):
        return sum(self.outcomes.values())

    def work(self, offset):
        kept = http.client.HTTPConnection(self.address, timeout=TIMEOUT)
        due = time.monotonic() + offset
        number = 0
        while not self.stopping.wait(max(0, due - time.monotonic())) and time.monotonic() < self.end:
            due += self.interval
            number += 1
            if number % 2:
                self.send(kept, {})
            else:
                fresh = http.client.HTTPConnection(self.address, timeout=TIMEOUT)
                self.send(fresh, {"Connection": "close"})
                fresh.close()
        kept.close()

    def send(self, connection, headers):
        sent = time.time()
        try:
            connection.request("GET", "/", headers={"Host": self.host, **headers})
            answer = connection.getresponse()
            answer.read()
            outcome, image = answer.status, answer.headers.get("x-weir-image")
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            outcome, image = f"{type(error).__name__}: {error}", None
        with self.lock:
            self.last = outcome, image
            self.outcomes[outcome] += 1
            if isinstance(outcome, int) and 200 <= outcome < 300:
                self.images[image] += 1
            elif len(self.failures) < 20:
                stamp = time.strftime("%H:%M:%S", time.gmtime(sent))
                self.failures.append(f"{stamp}.{int(sent % 1 * 1000):03} {outcome}")
