import KubernetesModel
import LoadBalancerState
import RolloutModel

/// How long it takes from an abort until every node of the load balancer sends everything to the stable version, and
/// how long it may take.
struct RollbackPromise: Sendable {
    /// What one Rollout is doing.
    private struct Running: Sendable {
        var since: Timestamp
        var deadline: Timestamp
        var hash: String
    }

    private var running: [ObjectKey: Running] = [:]
    /// The time that each rollback took, in the order in which they ended.
    private(set) var times: [Duration] = []
    private let fixed: Duration

    init(_ settings: SimulationSettings) {
        let loads = settings.loadBalancing
        let calls = settings.awsLatency.upperBound * 60
        let writes = (settings.watchDelay.upperBound + settings.kubernetesLatency.upperBound) * 30
        fixed = .seconds(30) + loads.propagationDelay.upperBound + calls + writes
    }

    /// The time that a rollback may take when nothing interferes: to write, apply and verify the weight, and, where
    /// stable follows its share, to bring its pods back and have them judged healthy.
    func limit(of rollout: Rollout, registration: Duration) -> Duration {
        guard rollout.spec.canary.dynamicStableScale else { return fixed }
        return fixed + registration + .seconds(120)
    }

    /// A person aborts an update whose weight is above 0.
    mutating func begin(_ rollout: Rollout, registration: Duration, now: Timestamp) {
        guard rollout.spec.isTrafficRouted, rollout.status.weights?.canary.weight ?? 0 > 0 else { return }
        running[rollout.key] = Running(
            since: now, deadline: now.advanced(by: limit(of: rollout, registration: registration)),
            hash: rollout.status.currentPodHash)
    }

    /// Something interferes until a time: what is measured begins anew then.
    mutating func interfere(until end: Timestamp, limit: Duration = .seconds(120)) {
        for key in running.keys {
            guard let known = running[key]?.deadline else { continue }
            running[key]?.deadline = max(known, end.advanced(by: fixed + limit))
        }
    }

    /// Ends what has reached the stable version or was given up; the violation of what takes too long.
    mutating func check(
        _ rollouts: [Rollout], isSafe: (Rollout) -> Bool, now: Timestamp
    ) -> [(subject: String, details: String)] {
        var found: [(String, String)] = []
        for key in running.keys.sorted() {
            guard let run = running[key] else { continue }
            guard let rollout = rollouts.first(where: { $0.key == key }), rollout.status.currentPodHash == run.hash,
                rollout.status.abort
            else {
                // Until the abort is noticed nothing is given up.
                if run.since.advanced(by: .seconds(5)) < now { running[key] = nil }
                continue
            }
            if rollout.status.weights?.canary.weight == 0, rollout.status.weights?.verified == true, isSafe(rollout) {
                times.append(run.since.duration(to: now))
                running[key] = nil
            } else if run.deadline < now {
                let limit = run.since.duration(to: run.deadline)
                found.append(
                    (
                        "Rollout \(key)",
                        "not everything has gone back to stable \(Int(run.since.duration(to: now).inSeconds)) s after "
                            + "the abort, \(Int(limit.inSeconds)) s were said"
                    ))
                running[key] = nil
            }
        }
        return found
    }

    /// Whether something is measured.
    var isRunning: Bool { !running.isEmpty }
}
