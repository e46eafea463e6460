import ELBModel
import JSON
import KubernetesModel
import Planning
import RolloutModel
import Simulation
import Testing

/// Something that is wrong with a controller: what it believes to see, and what it does beside or instead of its plan.
struct Defect: Sendable {
    /// The controller's name: `rollout` or `ingress`.
    var controller: String
    var sees: @Sendable (inout World) -> Void = { _ in }
    var does: @Sendable (inout Plan, ObjectKey, World, Timestamp) -> Void = { _, _, _, _ in }

    /// A defect of the rollout controller that needs the Rollout.
    static func rollout(
        _ does: @escaping @Sendable (inout Plan, KubernetesObject, World, Timestamp) -> Void
    ) -> Defect {
        Defect(controller: "rollout") { plan, key, world, now in
            if let rollout = world.objects.object(.rollout, key) { does(&plan, rollout, world, now) }
        }
    }

    private init(
        controller: String, does: @escaping @Sendable (inout Plan, ObjectKey, World, Timestamp) -> Void
    ) {
        self.controller = controller
        self.does = does
    }

    static func ingress(
        _ does: @escaping @Sendable (inout Plan, ObjectKey, World, Timestamp) -> Void
    ) -> Defect {
        Defect(controller: "ingress", does: does)
    }

    static func seeing(_ controller: String, _ sees: @escaping @Sendable (inout World) -> Void) -> Defect {
        var defect = Defect(controller: controller) { _, _, _, _ in }
        defect.sees = sees
        return defect
    }
}

/// A controller with a defect.
struct DefectiveController: Controller {
    private let base: any Controller
    private let defect: Defect

    init(_ base: any Controller, _ defect: Defect) {
        self.base = base
        self.defect = defect
    }

    var name: String { base.name }
    var watchedKinds: [ResourceKind] { base.watchedKinds }
    func fieldsRead(of kind: ResourceKind) -> FieldSelection { base.fieldsRead(of: kind) }
    func keys(for change: ObjectChange, in world: World) -> [ObjectKey] { base.keys(for: change, in: world) }

    func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        var seen = world
        defect.sees(&seen)
        var plan = base.plan(key, in: seen, now: now)
        defect.does(&plan, key, world, now)
        return plan
    }
}

extension SimulationSettings {
    /// Puts defects into the controllers that they belong to.
    mutating func put(_ defects: [Defect]) {
        for defect in defects {
            for index in controllers.indices where controllers[index].name == defect.controller {
                controllers[index] = DefectiveController(controllers[index], defect)
            }
        }
    }
}

extension Plan {
    /// Asks for a number of pods, whatever the plan said.
    mutating func scale(_ replicaSet: KubernetesObject, to count: Int) {
        effects.removeAll { effect in
            guard case .kubernetes(.patch(let patch)) = effect else { return false }
            return patch.kind == .replicaSet && patch.key == replicaSet.key
        }
        guard replicaSet.spec["replicas"]?.intValue != count else { return }
        let body: JSONValue = ["spec": ["replicas": .int(count)]]
        effects.append(.kubernetes(.patch(.init(.replicaSet, replicaSet.key, body: body))))
    }
}

extension World {
    /// The ReplicaSets of a Rollout.
    func replicaSets(of rollout: KubernetesObject) -> [KubernetesObject] {
        objects.objects(.replicaSet, namespace: rollout.namespace).filter {
            $0.controllerReference?.uid == rollout.uid
        }
    }

    /// The stable ReplicaSet of a Rollout.
    func stable(of rollout: KubernetesObject) -> KubernetesObject? {
        let hash = RolloutStatus(document: rollout.status).stableRS
        return hash.isEmpty ? nil : replicaSets(of: rollout).first { $0.label(RolloutKeys.podTemplateHash) == hash }
    }

    /// The canary's weight that the Ingress of a Rollout with the same name asks for.
    func writtenWeight(of rollout: KubernetesObject) -> Int? {
        let action = objects.object(.ingress, rollout.key)?.annotation(
            "\(RolloutKeys.albPrefix)/actions.\(rollout.name)-root")
        return action.flatMap(ForwardActionText.init(parsing:))?.weight(of: "\(rollout.name)-canary")
    }

    /// The subjects that may have been read: of every target group and load balancer in the plan.
    func targetHealths(in plan: Plan) -> [(TargetGroupARN, [TargetHealthDescription])] {
        plan.observations.compactMap { request in
            guard case .targetHealth(let arn) = request.subject,
                case .success(.targetHealth(let targets))? = observations[request.subject]?.result
            else { return nil }
            return (arn, targets)
        }
    }
}
