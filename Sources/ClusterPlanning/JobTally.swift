import JSON
import KubernetesModel

/// What a Job's pods have come to.
struct JobTally: Sendable {
    /// How a Job ends.
    enum Ending: Equatable, Sendable {
        case complete
        case failed(Failure)
    }

    /// Why a Job fails.
    struct Failure: Equatable, Sendable {
        var reason: String
        var message: String
    }

    private let job: JobView
    /// Pods that have neither ended nor are being deleted.
    var active: [PodView]
    /// Pods that are about to be created.
    var created = 0
    let succeeded: Int
    let failed: Int
    /// When the Job began, now if it begins now.
    let startTime: Timestamp
    /// Why the Job must end; `nil` while it may go on.
    let failure: Failure?
    /// Before this time no pod replaces a failed one; `nil` when one may be made at once.
    let nextTry: Timestamp?

    init(of job: JobView, pods: [PodView], now: Timestamp) {
        self.job = job
        active = pods.filter(\.isActive)
        succeeded = pods.count { $0.phase == "Succeeded" }
        let failures = pods.filter { $0.phase == "Failed" }
        failed = failures.count
        startTime = job.startTime ?? now.wholeSeconds
        nextTry = Self.nextTry(after: failures)
        let restarts = job.restartsInPlace ? active.map(\.allRestarts).reduce(0, +) : 0
        let isOverLimit = failed > job.backoffLimit || (restarts > 0 && restarts >= job.backoffLimit)
        if isOverLimit {
            failure = Failure(reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit")
        } else if let limit = job.activeDeadline, startTime.advanced(by: limit) <= now, job.startTime != nil {
            failure = Failure(reason: "DeadlineExceeded", message: "Job was active longer than specified deadline")
        } else {
            failure = nil
        }
    }

    /// How many pods should be active now.
    var wantedActive: Int {
        guard let completions = job.completions else {
            return succeeded > 0 ? min(active.count, job.parallelism) : job.parallelism
        }
        return max(0, min(completions - succeeded, job.parallelism))
    }

    var isComplete: Bool {
        guard let completions = job.completions else { return succeeded > 0 && active.isEmpty }
        return succeeded >= completions
    }

    /// When the Job's time is over; `nil` for one without a limit.
    var deadline: Timestamp? { job.activeDeadline.map { startTime.advanced(by: $0) } }

    /// The status as it should be. Zeros are left out, as the API's `omitempty` does.
    func document(ending: Ending?, now: Timestamp) -> JSONValue {
        var status = job.object.status
        status["startTime"] = .string(startTime.rfc3339)
        // Pods that a failing Job gives up count as failures.
        let givenUp = failure == nil ? 0 : active.count
        let isOver = ending != nil
        let counts = [
            ("active", isOver ? 0 : active.count + created), ("succeeded", succeeded), ("failed", failed + givenUp),
        ]
        for (field, count) in counts { status[field] = count == 0 ? nil : .number(JSONNumber(count)) }
        let ready = isOver ? 0 : active.count(where: \.isReady)
        status["ready"] = .number(JSONNumber(ready))
        guard let ending else { return status }
        var condition: JSONValue = [
            "type": "Complete", "status": "True", "lastProbeTime": .string(now.wholeSeconds.rfc3339),
            "lastTransitionTime": .string(now.wholeSeconds.rfc3339),
        ]
        switch ending {
        case .complete: status["completionTime"] = .string(now.wholeSeconds.rfc3339)
        case .failed(let failure):
            condition["type"] = "Failed"
            condition["reason"] = .string(failure.reason)
            condition["message"] = .string(failure.message)
        }
        status["conditions"] = .array((status["conditions"]?.arrayValue ?? []) + [condition])
        return status
    }

    /// The first failure is made good at once, the next after ten seconds, then after twice as long each time.
    private static func nextTry(after failures: [PodView]) -> Timestamp? {
        guard failures.count > 1, let last = failures.compactMap(\.endedAt).max() else { return nil }
        var wait = JobController.firstBackoff
        for _ in 2..<max(2, min(failures.count, 16)) { wait = min(wait * 2, JobController.backoffMax) }
        return last.advanced(by: wait)
    }
}
