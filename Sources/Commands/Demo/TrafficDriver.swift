package import AsyncHTTPClient
import ControllerRuntime
package import KubernetesClient
import KubernetesModel
import NIOCore
import NIOHTTP1
import Synchronization

/// Sends requests at a constant rate to one address, alternating kept-alive and fresh connections.
///
/// The rate does not slow down when answers are slow; at most `inFlightMax` requests wait at once, and what would
/// exceed that is recorded as failed.
package struct TrafficDriver: Sendable {
    private static let inFlightMax = 1_000

    /// `host:port` of the load balancer's listener.
    package var address: String
    /// The `Host` header.
    package var host: String
    /// Requests per second, at least 1.
    package var rate: Int
    package var log: TrafficLog
    package var clock: WallClock

    package init(address: String, host: String, rate: Int, log: TrafficLog, clock: WallClock = WallClock()) {
        self.address = address
        self.host = host
        self.rate = rate
        self.log = log
        self.clock = clock
    }

    /// Sends until the task is cancelled, then waits for the answers that are due.
    package func run(using client: HTTPClient) async {
        let interval = Duration.microseconds(1_000_000 / Int64(max(rate, 1)))
        let inFlight = InFlight(limit: Self.inFlightMax)
        await withDiscardingTaskGroup { group in
            var due = ContinuousClock.now
            var number = 0
            while !Task.isCancelled {
                number += 1
                let closes = number.isMultiple(of: 2)
                if inFlight.begin() {
                    // Not cancelled with the loop: a request that was sent is always accounted for.
                    group.addTask {
                        log.add(await send(closing: closes, using: client))
                        inFlight.end()
                    }
                } else {
                    log.add(TrafficSample(sentAt: clock.now, status: 0, problem: "too many requests were waiting"))
                }
                due += interval
                try? await Task.sleep(until: due, clock: .continuous)
            }
        }
    }

    private func send(closing: Bool, using client: HTTPClient) async -> TrafficSample {
        let sentAt = clock.now
        let started = ContinuousClock.now
        var sample = TrafficSample(sentAt: sentAt, status: 0)
        do {
            var request = HTTPClientRequest(url: "http://\(address)/")
            request.headers.add(name: "host", value: host)
            if closing { request.headers.add(name: "connection", value: "close") }
            let shielded = request
            // A child of the driver's task would be cancelled with it and count as a failure nobody caused.
            let response = try await Task.detached { () -> HTTPClientResponse in
                let response = try await client.execute(shielded, deadline: .now() + .seconds(15))
                for try await _ in response.body {}
                return response
            }.value
            sample.status = Int(response.status.code)
            sample.image = response.headers.first(name: "x-weir-image") ?? ""
            sample.pod = response.headers.first(name: "x-weir-pod") ?? ""
        } catch {
            sample.problem = "\(error)"
        }
        sample.milliseconds = started.duration(to: .now).inSeconds * 1_000
        return sample
    }
}

/// Counts what is under way, up to a limit.
private final class InFlight: Sendable {
    private let count = Mutex(0)
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Counts one more; `false` when the limit has been reached.
    func begin() -> Bool {
        count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
    }

    func end() {
        count.withLock { $0 -= 1 }
    }
}
