import KubernetesModel
import Planning
import RolloutModel

/// Whether a Rollout that waits says what for, and whether its waiting ends or is escalated.
struct WaitPromise: Sendable {
    /// For how long a plan may do nothing and name nothing: objects change, and the next plan sees it.
    private static let silenceMax = Duration.seconds(10)
    /// How much later than the deadline of its spec a Rollout that stands still is called stuck.
    private static let escalation = Duration.seconds(180)

    private struct Standstill: Equatable, Sendable {
        var step: Int?
        var weight: Int?
        var isVerified: Bool
        var stable: String
        var current: String
        var counts: [Int]
        var message: String

        init(_ status: RolloutStatus) {
            step = status.currentStepIndex
            weight = status.weights?.canary.weight
            isVerified = status.weights?.verified ?? false
            stable = status.stableRS
            current = status.currentPodHash
            counts = [status.replicas, status.updatedReplicas, status.readyReplicas, status.availableReplicas]
            message = status.message
        }
    }

    private var silentSince: Timestamp?
    private var standstill: (what: Standstill, since: Timestamp)?

    /// Why the plan names nothing that is waited for; `nil` while it does.
    mutating func silence(of rollout: Rollout, _ plan: Plan?, now: Timestamp) -> String? {
        guard let plan, rollout.isObserved, Self.isProgressing(rollout), !plan.changesTheWorld,
            !plan.decisions.contains(where: { $0.waitingFor != nil })
        else {
            silentSince = nil
            return nil
        }
        let since = silentSince ?? now
        silentSince = since
        guard since.advanced(by: Self.silenceMax) < now else { return nil }
        let codes = plan.decisions.map(\.code).joined(separator: ", ")
        return "nothing has happened for \(Int(since.duration(to: now).inSeconds)) s, and the plan names no cause "
            + "(\(codes.isEmpty ? "no decision" : codes); status: \(rollout.status.message))"
    }

    /// Since when nothing has moved although nobody was told; `nil` while that is not so.
    mutating func delay(of rollout: Rollout, _ plan: Plan?, now: Timestamp) -> String? {
        let status = Standstill(rollout.status)
        guard Self.isProgressing(rollout) else {
            standstill = nil
            return nil
        }
        guard let known = standstill, known.what == status else {
            standstill = (status, now)
            return nil
        }
        let limit = Duration.seconds(rollout.spec.progressDeadlineSeconds) + Self.escalation
        guard known.since.advanced(by: limit) < now else { return nil }
        return "nothing has moved for \(Int(known.since.duration(to: now).inSeconds)) s, and it is still called "
            + "Progressing (\(rollout.status.message)); \(Self.waits(of: plan))"
    }

    private static func waits(of plan: Plan?) -> String {
        let waits = plan?.decisions.filter { $0.waitingFor != nil }.map(\.message) ?? []
        return waits.isEmpty ? "the plan waits for nothing" : waits.joined(separator: " ")
    }

    /// Whether it is on its way: neither well, nor waiting for a person, nor known to be stuck.
    private static func isProgressing(_ rollout: Rollout) -> Bool {
        rollout.status.phase == .progressing && !rollout.spec.paused
    }
}

extension PromiseChecker {
    /// Whether it is time to look at what waits.
    func looksAtWaits(now: Timestamp) -> Bool { isInService && waitsDue.map { $0 <= now } ?? true }

    /// Looks at what waits.
    mutating func checkWaits(
        _ rollouts: [Rollout], _ plans: [ObjectKey: Plan], in world: inout SimulatedWorld, now: Timestamp
    ) {
        waitsDue = now.advanced(by: .seconds(2))
        for rollout in rollouts {
            var promise = waitPromises[rollout.key] ?? WaitPromise()
            let subject = "Rollout \(rollout.key)"
            if let why = promise.silence(of: rollout, plans[rollout.key], now: now) {
                reportOnce(.waitsAreNamed, subject, why, in: &world, now: now)
            }
            if let why = promise.delay(of: rollout, plans[rollout.key], now: now) {
                reportOnce(.waitsEnd, subject, why, in: &world, now: now)
            }
            waitPromises[rollout.key] = promise
        }
    }
}
