import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Simulation
import Testing

/// A Rollout controller with a defect.
struct Mutant: Controller, CustomTestStringConvertible {
    /// What is wrong with it.
    var defect: String
    /// The promise that it breaks.
    var breaks: SimulationPromise
    var change: @Sendable (inout Plan, KubernetesObject, World) -> Void
    private let base = RolloutController()

    init(
        _ defect: String, breaks: SimulationPromise,
        change: @escaping @Sendable (inout Plan, KubernetesObject, World) -> Void
    ) {
        self.defect = defect
        self.breaks = breaks
        self.change = change
    }

    var name: String { base.name }
    var watchedKinds: [ResourceKind] { base.watchedKinds }
    var testDescription: String { defect }

    func keys(for change: ObjectChange, in world: World) -> [ObjectKey] { base.keys(for: change, in: world) }

    func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        var plan = base.plan(key, in: world, now: now)
        if let rollout = world.objects.object(.rollout, key) { change(&plan, rollout, world) }
        return plan
    }
}

extension Mutant {
    /// Defects that shipped controllers have had; each must be found.
    static let all = [
        Mutant("takes a superseded version down at once", breaks: .reachablePodsLive) { plan, rollout, world in
            let status = RolloutStatus(document: rollout.status)
            guard !status.stableRS.isEmpty else { return }
            for replicaSet in replicaSets(of: rollout, in: world) {
                let hash = replicaSet.label(RolloutKeys.podTemplateHash)
                guard hash != status.stableRS, hash != status.currentPodHash else { continue }
                scale(replicaSet, to: 0, in: &plan)
            }
        },
        Mutant("takes an aborted canary down at once", breaks: .reachablePodsLive) { plan, rollout, world in
            let status = RolloutStatus(document: rollout.status)
            guard status.abort else { return }
            for replicaSet in replicaSets(of: rollout, in: world)
            where replicaSet.label(RolloutKeys.podTemplateHash) != status.stableRS {
                scale(replicaSet, to: 0, in: &plan)
            }
        },
        Mutant("takes the canary down during a pause and leaves its weight", breaks: .routedGroupsServe) {
            plan, rollout, world in
            let status = RolloutStatus(document: rollout.status)
            guard !status.pauses.isEmpty else { return }
            plan.effects.removeAll { effect in
                guard case .kubernetes(.patch(let patch)) = effect else { return false }
                return patch.kind == .ingress
            }
            for replicaSet in replicaSets(of: rollout, in: world)
            where replicaSet.label(RolloutKeys.podTemplateHash) != status.stableRS {
                scale(replicaSet, to: 0, in: &plan)
            }
        },
        Mutant("calls a weight verified as soon as it is written", breaks: .verifiedWeightsAreTrue) { plan, _, _ in
            for index in plan.effects.indices {
                guard case .kubernetes(.patch(var patch)) = plan.effects[index], patch.kind == .rollout,
                    patch.body.at("status", "canary", "weights") != nil
                else { continue }
                patch.body.set(true, at: "status", "canary", "weights", "verified")
                plan.effects[index] = .kubernetes(.patch(patch))
            }
        },
        Mutant("takes stable down while the update begins", breaks: .availabilityHolds) { plan, rollout, world in
            let status = RolloutStatus(document: rollout.status)
            guard status.currentPodHash != status.stableRS, !status.stableRS.isEmpty else { return }
            for replicaSet in replicaSets(of: rollout, in: world)
            where replicaSet.label(RolloutKeys.podTemplateHash) == status.stableRS {
                scale(replicaSet, to: 0, in: &plan)
            }
        },
        Mutant("makes too many canary pods", breaks: .podsAreBounded) { plan, rollout, world in
            let status = RolloutStatus(document: rollout.status)
            guard status.currentPodHash != status.stableRS, !status.stableRS.isEmpty else { return }
            for replicaSet in replicaSets(of: rollout, in: world)
            where replicaSet.label(RolloutKeys.podTemplateHash) == status.currentPodHash {
                scale(replicaSet, to: 5, in: &plan)
            }
        },
    ]

    private static func replicaSets(of rollout: KubernetesObject, in world: World) -> [KubernetesObject] {
        world.objects.objects(.replicaSet, namespace: rollout.namespace).filter {
            $0.controllerReference?.uid == rollout.uid
        }
    }

    private static func scale(_ replicaSet: KubernetesObject, to count: Int, in plan: inout Plan) {
        plan.effects.removeAll { effect in
            guard case .kubernetes(.patch(let patch)) = effect else { return false }
            return patch.kind == .replicaSet && patch.key == replicaSet.key
        }
        guard replicaSet.spec["replicas"]?.intValue != count else { return }
        let body: JSONValue = ["spec": ["replicas": .int(count)]]
        plan.effects.append(.kubernetes(.patch(.init(.replicaSet, replicaSet.key, body: body))))
    }
}

@Suite("The promises") struct MutantTests {
    @Test("are broken by a controller that", arguments: Mutant.all) func mutant(_ mutant: Mutant) {
        var settings = SimulationSettings(seed: 5)
        settings.controllers[0] = mutant
        settings.momentsMax = 6_000
        var simulation = CanaryWorld.updating(settings, CanaryWorld.short)
        simulation.run(within: .seconds(60), until: Self.isPausedAtHalf)
        simulation.run(within: .seconds(12))
        simulation.perform(.setImage(CanaryWorld.rollout, CanaryWorld.image("3.0")))
        simulation.run(within: .seconds(15))
        simulation.run(within: .seconds(60), until: Self.isPausedAtHalf)
        simulation.perform(.abort(CanaryWorld.rollout))
        simulation.run(within: .seconds(60))
        let found = Set(simulation.violations.map(\.promise))
        print("a controller that \(mutant.defect): \(simulation.violations.first?.description ?? "is not found")")
        #expect(found.contains(mutant.breaks), "\(simulation.trace.suffix(60).joined(separator: "\n"))")
    }

    private static func isPausedAtHalf(_ simulation: Simulation) -> Bool {
        guard let status = simulation.rollout(CanaryWorld.rollout)?.status else { return false }
        return status.currentStepIndex == 1 && !status.pauses.isEmpty
    }
}
