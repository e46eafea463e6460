package import ControllerRuntime
package import ELBModel
import KubernetesModel
import Metrics
import Synchronization

/// Holds calls back until the account's budget has room for them. One per account and region in a process.
package final class CallPacer: Sendable {
    private let budget: Mutex<CallBudget>
    private let clock: RuntimeClock

    package init(budget: CallBudget = CallBudget(), clock: RuntimeClock) {
        self.budget = Mutex(budget)
        self.clock = clock
    }

    /// Waits until the call may be sent. Throws `CancellationError` when cancelled.
    package func admit(_ request: ELBRequest, lane: CallLane) async throws {
        let start = clock.now()
        let ticket = budget.withLock { $0.enter(request, lane: lane, now: start) }
        do {
            while case .wait(let time) = budget.withLock({ $0.poll(ticket, now: clock.now()) }) {
                try await clock.sleep(clock.now().duration(to: time))
            }
        } catch {
            budget.withLock { $0.leave(ticket) }
            throw error
        }
        let waited = max(0, start.duration(to: clock.now()).wholeMicroseconds)
        Timer(label: "weir_aws_budget_wait_seconds", dimensions: [("lane", lane.description)])
            .recordMicroseconds(waited)
    }

    /// Notes what came of a call; `nil` for anything but a refusal.
    package func note(_ request: ELBRequest, failure: ELBFailure?) {
        guard failure?.isThrottling == true else { return budget.withLock { $0.answered(request) } }
        budget.withLock { $0.throttled(request, now: clock.now()) }
        Counter(
            label: "weir_aws_throttled_total", dimensions: [("bucket", CallBucket(request).rawValue)]
        ).increment()
    }

    /// The tokens of every bucket now, and the part of its limit that is used.
    package func reading() -> [Reading] {
        let now = clock.now()
        return budget.withLock { budget in
            CallBucket.allCases.map { bucket in
                Reading(
                    bucket: bucket, tokens: budget.tokens(in: bucket, now: now),
                    share: budget.share(of: bucket, now: now))
            }
        }
    }

    /// How a bucket stands.
    package struct Reading: Equatable, Sendable {
        package var bucket: CallBucket
        package var tokens: Double
        /// The part of the published limit that is used after throttled calls, 0...1.
        package var share: Double
    }
}
