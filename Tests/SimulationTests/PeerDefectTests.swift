import ELBModel
import JSON
import KubernetesModel
import Planning
import RolloutModel
import Simulation
import Testing

/// What the controllers that users have today do wrong, put into Weir's: the simulator has to find it.
struct PeerDefect: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var scenario: String
    var breaks: SimulationPromise
    var faults = SimulationFaults.none
    var omitted: Set<String> = []
    var seedsMax: UInt64 = 12
    var defects: [Defect]

    init(
        _ description: String, in scenario: String, breaks: SimulationPromise, faults: [SimulationFault] = [],
        omitting omitted: Set<String> = [], _ defects: [Defect]
    ) {
        testDescription = description
        self.scenario = scenario
        self.breaks = breaks
        self.faults = SimulationFaults(faults)
        self.omitted = omitted
        self.defects = defects
    }
}

extension PeerDefect {
    static let all = [
        PeerDefect(
            "takes former targets away before the new ones are registered", in: "selector-swap-throttled-register",
            breaks: .routedGroupsServe, [deregistersFirst]),
        PeerDefect(
            "goes on at the end although AWS does not answer", in: "verification-throttled",
            breaks: .reachablePodsLive,
            [
                .rollout { plan, rollout, world, _ in
                    let isUnanswered = plan.observations.contains {
                        if case .failure? = world.observations[$0.subject]?.result { true } else { false }
                    }
                    guard isUnanswered, world.writtenWeight(of: rollout) == 100 else { return }
                    if let stable = world.stable(of: rollout) { plan.scale(stable, to: 0) }
                }
            ]),
        PeerDefect(
            "sizes stable by the weight that was written", in: "last-step-slow-propagation",
            breaks: .reachablePodsLive,
            [
                .rollout { plan, rollout, world, _ in
                    guard let weight = world.writtenWeight(of: rollout), weight > 0,
                        let stable = world.stable(of: rollout), let size = rollout.spec["replicas"]?.intValue
                    else { return }
                    plan.scale(stable, to: ((100 - weight) * size + 99) / 100)
                }
            ]),
        PeerDefect(
            "forgets the version in between, which still has traffic", in: "superseded-in-flight",
            breaks: .reachablePodsLive, [forgetsIntermediate]),
        PeerDefect(
            "switches the canary Service at once, and the targets follow the endpoints", in: "superseded-in-flight",
            breaks: .routedGroupsServe, [switchesAtOnce, followsEndpoints]),
        PeerDefect(
            "believes one rule of several", in: "two-listeners", breaks: .verifiedWeightsAreTrue,
            [
                .seeing("rollout") { world in
                    world.changeLoadBalancers { $0.listeners = Array($0.listeners.prefix(1)) }
                }
            ]),
        PeerDefect(
            "takes a registered target for a healthy one", in: "superseded-in-flight", breaks: .routedGroupsServe,
            faults: [.lateHealth], [.seeing("rollout", takesForHealthy), .seeing("ingress", takesForHealthy)]),
        PeerDefect(
            "takes an aborted canary down without looking", in: "abort-shrunken-stable", breaks: .reachablePodsLive,
            [
                .rollout { plan, rollout, world, _ in
                    let status = RolloutStatus(document: rollout.status)
                    guard status.abort else { return }
                    for replicaSet in world.replicaSets(of: rollout)
                    where replicaSet.label(RolloutKeys.podTemplateHash) != status.stableRS {
                        plan.scale(replicaSet, to: 0)
                    }
                }
            ]),
        PeerDefect(
            "waits a quarter of an hour between two looks at AWS", in: "two-listeners", breaks: .waitsEnd,
            [
                .ingress { plan, _, world, now in
                    plan.observations.removeAll { request in
                        guard let read = world.observations[request.subject] else { return false }
                        return read.startedAt.advanced(by: .seconds(1_000)) > now
                    }
                    if plan.wakeAt != nil { plan.wakeAt = now.advanced(by: .seconds(1_000)) }
                }
            ]),
        PeerDefect(
            "does nothing for anybody while one Ingress is invalid", in: "bad-neighbour", breaks: .waitsEnd,
            omitting: ["script/2"],
            [
                .ingress { plan, _, world, _ in
                    let isOneInvalid = world.objects.objects(.ingress).contains {
                        $0.annotation("\(RolloutKeys.albPrefix)/listen-ports") == "not JSON"
                    }
                    if isOneInvalid { plan = Plan() }
                }
            ]),
        PeerDefect(
            "writes what belongs to Git", in: "conflict-storm", breaks: .gitOwnedFieldsStay,
            [
                .rollout { plan, rollout, world, _ in
                    guard let ingress = world.objects.object(.ingress, rollout.key), ingress.labels["moved"] == nil
                    else { return }
                    let body: JSONValue = ["metadata": ["labels": ["moved": "yes"]]]
                    plan.effects.append(.kubernetes(.patch(.init(.ingress, rollout.key, body: body))))
                }
            ]),
        PeerDefect(
            "does not say what it waits for", in: "node-drain", breaks: .waitsAreNamed, faults: [.lateHealth],
            [.rollout { plan, _, _, _ in plan.decisions = [] }]),
    ]

    /// What is registered and belongs to another version than what is about to be registered goes at once.
    private static let deregistersFirst = Defect.ingress { plan, _, world, _ in
        let pods = world.objects.objects(.pod)
        func version(_ address: String) -> String? {
            pods.first { $0.status["podIP"]?.stringValue == address }?.label(RolloutKeys.podTemplateHash)
        }
        var first: [Effect] = []
        for case .elb(.registerTargets(let call)) in plan.effects {
            let arriving = Set(call.targets.compactMap { version($0.id) })
            let known = world.targetHealths(in: plan).first { $0.0 == call.targetGroupARN }?.1 ?? []
            let former = known.map(\.target).filter { target in
                version(target.id).map { !arriving.contains($0) } ?? true
            }
            guard !former.isEmpty else { continue }
            first.append(.elb(.deregisterTargets(.init(targetGroupARN: call.targetGroupARN, targets: former))))
        }
        plan.effects = first + plan.effects
    }

    /// What the endpoints of its Service do not name is deregistered before anything else.
    private static let followsEndpoints = Defect.ingress { plan, key, world, _ in
        let id = StackID(cluster: "simulation", name: "\(key)")
        guard case .success(.stack(let facts))? = world.observations[.stack(id)]?.result else { return }
        var first: [Effect] = []
        for group in facts.targetGroups {
            // `shop/checkout-checkout-canary:80`
            let resource = group.tags.first { $0.key == "ingress.k8s.aws/resource" }?.value ?? ""
            let service = resource.dropFirst("\(key)-".count).prefix { $0 != ":" }
            let endpoints = world.objects.object(
                .endpoints, ObjectKey(namespace: key.namespace, name: String(service)))
            guard let endpoints,
                case .success(.targetHealth(let known))? =
                    world.observations[.targetHealth(group.targetGroup.arn)]?.result
            else { continue }
            let subsets = endpoints.document["subsets"]?.arrayValue ?? []
            let named = Set(
                subsets.flatMap { $0["addresses"]?.arrayValue ?? [] }.compactMap { $0["ip"]?.stringValue })
            let former = known.filter { $0.health.state != .draining && !named.contains($0.target.id) }.map(\.target)
            guard !former.isEmpty else { continue }
            first.append(
                .elb(.deregisterTargets(.init(targetGroupARN: group.targetGroup.arn, targets: former))))
        }
        plan.effects = first + plan.effects
    }

    private static let forgetsIntermediate = Defect.rollout { plan, rollout, world, _ in
        let status = RolloutStatus(document: rollout.status)
        guard !status.stableRS.isEmpty else { return }
        for replicaSet in world.replicaSets(of: rollout) {
            let hash = replicaSet.label(RolloutKeys.podTemplateHash)
            if hash != status.stableRS, hash != status.currentPodHash { plan.scale(replicaSet, to: 0) }
        }
    }

    private static let switchesAtOnce = Defect.rollout { plan, rollout, world, _ in
        let status = RolloutStatus(document: rollout.status)
        guard status.currentPodHash != status.stableRS, !status.stableRS.isEmpty else { return }
        let canary = rollout.spec.at("strategy", "canary", "canaryService")?.stringValue ?? ""
        guard let service = world.objects.object(.service, ObjectKey(namespace: rollout.namespace, name: canary)),
            service.spec.at("selector", RolloutKeys.podTemplateHash)?.stringValue != status.currentPodHash
        else { return }
        let body: JSONValue = ["spec": ["selector": [RolloutKeys.podTemplateHash: .string(status.currentPodHash)]]]
        plan.effects.append(.kubernetes(.patch(.init(.service, service.key, body: body))))
    }

    private static let takesForHealthy: @Sendable (inout World) -> Void = { world in
        world.changeTargets { if $0.health.state == .initial { $0.health.state = .healthy } }
    }
}

extension World {
    /// Changes what was read of every load balancer.
    mutating func changeLoadBalancers(_ change: (inout LoadBalancerFacts) -> Void) {
        for ingress in objects.objects(.ingress) {
            for entry in ingress.status.at("loadBalancer", "ingress")?.arrayValue ?? [] {
                let subject = ObservationSubject.loadBalancer(dnsName: entry["hostname"]?.stringValue ?? "")
                guard case .success(.loadBalancer(var facts?))? = observations[subject]?.result else { continue }
                change(&facts)
                observations[subject]?.result = .success(.loadBalancer(facts))
            }
        }
    }

    /// Changes what was read of every target of the load balancers that were read.
    mutating func changeTargets(_ change: (inout TargetHealthDescription) -> Void) {
        var groups: Set<TargetGroupARN> = []
        for ingress in objects.objects(.ingress) {
            let id = StackID(cluster: "simulation", name: "\(ingress.key)")
            if case .success(.stack(let facts))? = observations[.stack(id)]?.result {
                groups.formUnion(facts.targetGroups.map(\.targetGroup.arn))
            }
        }
        changeLoadBalancers { groups.formUnion($0.targetGroups.map(\.targetGroup.arn)) }
        for arn in groups {
            guard case .success(.targetHealth(var targets))? = observations[.targetHealth(arn)]?.result else {
                continue
            }
            for index in targets.indices { change(&targets[index]) }
            observations[.targetHealth(arn)]?.result = .success(.targetHealth(targets))
        }
    }
}

@Suite("The simulator finds a controller that") struct PeerDefectTests {
    @Test(arguments: PeerDefect.all) func find(_ defect: PeerDefect) throws {
        let scenario = try SimulationScenario.named(defect.scenario)
        var seen: [String] = []
        for seed in 1...defect.seedsMax {
            let outcome = try scenario.run(seed: seed, faults: defect.faults, omitting: defect.omitted) {
                $0.put(defect.defects)
            }
            guard let found = outcome.violations.first(where: { $0.promise == defect.breaks }) else {
                seen += outcome.violations.map(\.description)
                continue
            }
            // What is found is the defect, not the weather.
            let sound = try scenario.run(seed: seed, faults: defect.faults, omitting: defect.omitted)
            guard sound.isKept else { continue }
            print("seed \(seed) finds a controller that \(defect.testDescription): \(found)")
            return
        }
        Issue.record("no seed up to \(defect.seedsMax) finds it: \(seen)")
    }

    @Test("takes its time to go back") func slowRollback() {
        var settings = SimulationSettings(seed: 3)
        settings.put([
            .rollout { plan, rollout, _, _ in
                guard RolloutStatus(document: rollout.status).abort else { return }
                plan.effects.removeAll { effect in
                    guard case .kubernetes(.patch(let patch)) = effect else { return false }
                    return patch.kind == .ingress
                }
            }
        ])
        var simulation = CanaryWorld.updating(settings, CanaryWorld.short, untilPausedAt: 1)
        simulation.perform(.abort(CanaryWorld.rollout))
        simulation.run(within: .seconds(300)) { !$0.violations.isEmpty }
        #expect(simulation.violations.map(\.promise).contains(.rollbackIsTimely))
    }

    @Test("never leaves anything alone") func restless() {
        var settings = SimulationSettings(seed: 4)
        settings.momentsMax = 3_000
        settings.put([
            .rollout { plan, rollout, _, now in
                let body: JSONValue = ["metadata": ["annotations": ["weir.dev/looked-at": .string(now.rfc3339Micro)]]]
                plan.effects.append(.kubernetes(.patch(.init(.rollout, rollout.key, body: body))))
            }
        ])
        var simulation = CanaryWorld.started(settings, CanaryWorld.short)
        simulation.run(within: .seconds(3_600)) { !$0.violations.isEmpty }
        #expect(simulation.violations.map(\.promise) == [.worldEnds])
    }
}
