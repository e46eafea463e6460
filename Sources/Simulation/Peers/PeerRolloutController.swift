import ELBModel
import JSON
package import KubernetesModel
package import Planning
import RolloutModel
import RolloutPlanning

/// A Rollout controller that acts in the order of Argo Rollouts with its default flags: what it has asked for counts as
/// done.
///
/// It is Weir's planner with other beliefs. Where Weir reads AWS, the peer takes the Ingress' annotation for the weight
/// of every rule, from the moment it is written, and the pods that a Service selects for healthy targets; nothing has
/// to settle. So stable is sized by the weight that was asked for, a version that is superseded goes as soon as the
/// annotation names it no more, and an abort is over when it is written. Delays that the spec asks for are kept.
///
/// Source: the published behaviour of Argo Rollouts 1.8 without `--aws-verify-target-group`; none of its code.
package struct PeerRolloutController: Controller {
    private let base: RolloutController

    package init() {
        base = RolloutController(
            settings: RolloutSettings(settleTime: .zero, pollInterval: .seconds(1), drainStartMax: .zero))
    }

    package var name: String { base.name }
    package var watchedKinds: [ResourceKind] { base.watchedKinds }

    package func fieldsRead(of kind: ResourceKind) -> FieldSelection { base.fieldsRead(of: kind) }

    package func keys(for change: ObjectChange, in world: World) -> [ObjectKey] { base.keys(for: change, in: world) }

    package func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        var world = world
        world.observations = PeerBeliefs(world, namespace: key.namespace, now: now).observations
        var plan = base.plan(key, in: world, now: now)
        // Nobody asks AWS. What would be asked is answered from the annotations a moment later.
        if !plan.observations.isEmpty {
            let soon = now.advanced(by: .seconds(1))
            plan.wakeAt = plan.wakeAt.map { min($0, soon) } ?? soon
        }
        plan.observations = []
        plan.effects = plan.effects.map(Self.withoutVerdict)
        return plan
    }

    /// Without the flag, the peer calls no weight verified.
    private static func withoutVerdict(_ effect: Effect) -> Effect {
        guard case .kubernetes(.patch(var patch)) = effect, patch.kind == .rollout,
            patch.body.at("status", "canary", "weights", "verified") != nil
        else { return effect }
        patch.body.set(nil, at: "status", "canary", "weights", "verified")
        return .kubernetes(.patch(patch))
    }

    package func followUp(
        _ outcome: WriteOutcome, of write: KubernetesWrite, for key: ObjectKey, in world: World, now: Timestamp
    ) -> [Effect] {
        base.followUp(outcome, of: write, for: key, in: world, now: now)
    }
}

/// What AWS would say if it were as the Ingresses of a namespace and their Services ask.
private struct PeerBeliefs {
    private(set) var observations = Observations()
    private let world: World
    private let namespace: String
    /// Just after now: a write of this moment is part of what is believed.
    private let time: Timestamp

    init(_ world: World, namespace: String, now: Timestamp) {
        self.world = world
        self.namespace = namespace
        time = now.advanced(by: .microseconds(1))
        for object in world.objects.objects(.ingress, namespace: namespace) {
            let ingress = IngressRoute(object)
            for hostname in ingress.hostnames { believe(ingress, hostname) }
        }
    }

    private mutating func believe(_ ingress: IngressRoute, _ hostname: String) {
        var groups: [TargetGroupARN: TargetGroupFacts] = [:]
        var rules: [RuleFacts] = []
        for destinations in actions(of: ingress) {
            var weighted: [WeightedTargetGroup] = []
            for destination in destinations {
                let tag =
                    "\(namespace)/\(ingress.name)-\(destination.serviceName):\(destination.servicePort)"
                let arn = TargetGroupARN(rawValue: "peer:\(tag)")
                weighted.append(WeightedTargetGroup(arn: arn, weight: destination.weight))
                groups[arn] = TargetGroupFacts(
                    targetGroup: TargetGroup(arn: arn, name: destination.serviceName),
                    tags: [Tag(key: RolloutSettings().resourceTagKey, value: tag)])
                believeTargets(of: destination.serviceName, in: arn)
            }
            let number = rules.count + 1
            let rule = Rule(
                arn: RuleARN(rawValue: "peer:\(ingress.name)/\(number)"), priority: .at(number),
                actions: [.forward(ForwardAction(targetGroups: weighted))])
            rules.append(RuleFacts(rule: rule))
        }
        let arn = LoadBalancerARN(rawValue: "peer:\(hostname)")
        let loadBalancer = LoadBalancer(
            arn: arn, name: hostname, dnsName: hostname, state: .init(code: .active))
        let listener = Listener(arn: ListenerARN(rawValue: "peer:\(hostname)/80"), loadBalancerARN: arn, port: 80)
        let facts = LoadBalancerFacts(
            loadBalancer: loadBalancer, listeners: [ListenerFacts(listener: listener, rules: rules)],
            targetGroups: groups.keys.sorted { $0.rawValue < $1.rawValue }.compactMap { groups[$0] })
        observations[.loadBalancer(dnsName: hostname)] = Observation(
            startedAt: time, result: .success(.loadBalancer(facts)))
    }

    /// What the Ingress asks for: the weighted actions of its annotations, and everything for each direct backend.
    private func actions(of ingress: IngressRoute) -> [[ForwardActionText.Destination]] {
        let annotations = ingress.object.annotations
        let weighted = annotations.keys.sorted().filter { $0.contains("/actions.") }.compactMap { key in
            annotations[key].flatMap(ForwardActionText.init(parsing:))?.destinations
        }
        let direct = ingress.directBackends.sorted().map { service in
            [ForwardActionText.Destination(serviceName: service, servicePort: port(of: service), weight: 100)]
        }
        return weighted + direct
    }

    private func port(of service: String) -> Int {
        let object = world.objects.object(.service, ObjectKey(namespace: namespace, name: service))
        return object?.spec["ports"]?.arrayValue?.first?["port"]?.intValue ?? 80
    }

    private mutating func believeTargets(of service: String, in arn: TargetGroupARN) {
        let object = world.objects.object(.service, ObjectKey(namespace: namespace, name: service))
        let labels = Self.labels(object?.spec["selector"])
        guard !labels.isEmpty else { return }
        let selector = LabelSelector(matchLabels: labels)
        let pods = world.objects.objects(.pod, namespace: namespace, matching: selector)
        let targets = pods.filter { !$0.isDeleting }.compactMap { $0.status["podIP"]?.stringValue }.map { address in
            TargetHealthDescription(target: Target(id: address, port: 80), health: TargetHealth(state: .healthy))
        }
        observations[.targetHealth(arn)] = Observation(startedAt: time, result: .success(.targetHealth(targets)))
    }

    private static func labels(_ selector: JSONValue?) -> [String: String] {
        var labels: [String: String] = [:]
        for (key, value) in selector?.objectValue ?? [:] { labels[key] = value.stringValue }
        return labels
    }
}
