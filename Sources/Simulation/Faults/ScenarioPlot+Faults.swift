import ELBModel
import JSON
import KubernetesModel
import LoadBalancerState

/// From a kind of fault to what happens in one run.
extension ScenarioPlot {
    private static let operations = [
        "ModifyRule", "DescribeRules", "DescribeTargetHealth", "RegisterTargets", "DeregisterTargets",
        "DescribeLoadBalancers", "DescribeTargetGroups", "DescribeTags", "DescribeListeners",
    ]

    /// Lets a kind of fault happen; every kind draws from a generator of its own.
    mutating func weave(_ kind: SimulationFault, seed: UInt64) {
        let index = UInt64(SimulationFault.allCases.firstIndex(of: kind) ?? 0)
        var random = SimulationRandom(seed: seed &* 0xd134_2543_de82_ef95 &+ (index + 1) &* 0x9e37_79b9_7f4a_7c15)
        switch kind {
        case .slowPropagation: settings.loadBalancing.propagationDelay = .zero...longestLag
        case .lateHealth: delayHealth(&random)
        case .slowPods:
            for index in shops.indices { shops[index].startupSeconds = Double(Int.random(in: 5...25, using: &random)) }
        case .stubbornPods:
            for index in shops.indices { shops[index].isStubborn = true }
        case .clockSkew:
            settings.clockSkews = (0..<2).map { _ in random.duration(in: .seconds(-1) ... .seconds(1)) }
            // The settle time has to cover the difference too.
            let longest = min(settings.loadBalancing.propagationDelay.upperBound, longestLag - .seconds(2))
            settings.loadBalancing.propagationDelay = .zero...longest
        case .otherControllerDown:
            settings.separatesIngress = true
            add(kind, count: 1...2, &random) { random in
                .stopIngressController(for: random.duration(in: .seconds(2) ... .seconds(90)))
            }
        default: addEvents(kind, &random)
        }
    }

    /// A little less than the settle time.
    private var longestLag: Duration { .milliseconds(8_500) }

    private mutating func delayHealth(_ random: inout SimulationRandom) {
        settings.loadBalancing.registrationDelay = random.duration(in: .seconds(2) ... .seconds(20))
        for index in shops.indices { shops[index].healthCheckInterval = Int.random(in: 6...30, using: &random) }
    }

    private mutating func addEvents(_ kind: SimulationFault, _ random: inout SimulationRandom) {
        switch kind {
        case .apiConflicts:
            add(kind, count: 1...6, &random) {
                .refuseWrites(Int.random(in: 1...6, using: &$0), $0.pick(.conflict, .unavailable))
            }
        case .apiAnswersLost:
            add(kind, count: 1...6, &random) { .refuseWrites(Int.random(in: 1...3, using: &$0), .answerLost) }
        case .lostEvents: addWatch(kind, &random) { .lose(relistAfter: $0) }
        case .lateEvents: addWatch(kind, &random) { .stall($0) }
        case .duplicatedEvents: addWatch(kind, &random) { _ in .replay }
        case .reorderedEvents: addWatch(kind, &random) { .shuffle(for: $0) }
        case .controllerCrash:
            add(kind, count: 1...4, &random) { .restartAfterNextEffects(Int.random(in: 1...12, using: &$0)) }
        case .leaderChange:
            settings.hasStandby = true
            add(kind, count: 1...3, &random) { .changeLeader(after: $0.duration(in: .zero ... .seconds(17))) }
        case .awsThrottling: addThrottling(&random)
        case .awsErrors:
            add(kind, count: 1...4, &random) { random in
                let operation = Self.operations.randomElement(using: &random)
                let count = Int.random(in: 1...8, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: return .failAWS(operation: operation, count: count, ELBFailure(.internalFailure, "try again"))
                case 1: return .failAWS(operation: operation, count: count, ELBFailure(.accessDenied, "not allowed"))
                default: return .loseAWSAnswers(operation: operation, count: count)
                }
            }
        case .failingHealth:
            add(kind, count: 1...2, &random) { random in
                .failHealth(
                    pod: Int.random(in: 0..<100, using: &random), for: random.duration(in: .seconds(5) ... .seconds(60))
                )
            }
        case .crashingPods:
            add(kind, count: 1...2, &random) { random in
                .breakPod(
                    Int.random(in: 0..<100, using: &random), for: random.duration(in: .seconds(1) ... .seconds(40)))
            }
        case .nodeDrain:
            add(kind, count: 1...1, &random) { .drain(node: Int.random(in: 0..<100, using: &$0)) }
        case .replicaChanges:
            let key = key
            let size = shop.replicas
            add(kind, count: 1...3, &random) { .scale(key, to: max(1, size + Int.random(in: -1...3, using: &$0))) }
        case .newImages:
            let key = key
            add(kind, count: 1...2, &random) {
                .setImage(key, SimulatedShop.image(["1.0", "2.0", "3.0", "4.0"].randomElement(using: &$0) ?? "3.0"))
            }
        case .userEdits: addEdits(&random)
        case .consoleEdits:
            add(kind, count: 1...1, &random) { .moveWeight(canary: Int.random(in: 0...20, using: &$0) * 5) }
        case .slowPropagation, .lateHealth, .slowPods, .stubbornPods, .clockSkew, .otherControllerDown: break
        }
    }

    private mutating func addThrottling(_ random: inout SimulationRandom) {
        if Bool.random(using: &random) { settings.loadBalancing.isThrottling = true }
        add(.awsThrottling, count: 1...2, &random) { random in
            let isOfOne = Bool.random(using: &random)
            let operation = isOfOne ? Self.operations.randomElement(using: &random) : nil
            return .throttleAWS(operation: operation, for: random.duration(in: .seconds(5) ... .seconds(90)))
        }
    }

    private mutating func addWatch(
        _ kind: SimulationFault, _ random: inout SimulationRandom,
        _ disturbance: (Duration) -> WatchDisturbance
    ) {
        let kinds: [ResourceKind] = [.replicaSet, .pod, .rollout, .ingress, .service, .endpoints]
        add(kind, count: 1...4, &random) { random in
            let watched = kinds.randomElement(using: &random) ?? .pod
            return .disturbWatch(watched, disturbance(random.duration(in: .seconds(1) ... .seconds(40))))
        }
    }

    /// Edits by people and their tools, of fields beside the update.
    private mutating func addEdits(_ random: inout SimulationRandom) {
        let (rollout, name) = (key, shop.name)
        add(.userEdits, count: 2...10, &random) { random in
            let value = JSONValue.string("\(Int.random(in: 0..<1_000, using: &random))")
            let note: JSONValue = ["metadata": ["annotations": ["example.com/note": value]]]
            let (kind, key): (ResourceKind, ObjectKey) =
                switch Int.random(in: 0..<4, using: &random) {
                case 0: (.ingress, rollout)
                case 1: (.service, ObjectKey(namespace: rollout.namespace, name: "\(name)-root"))
                default: (.rollout, rollout)
                }
            return .write(.patch(.init(kind, key, body: note)))
        }
    }

    private mutating func add(
        _ kind: SimulationFault, count: ClosedRange<Int>, _ random: inout SimulationRandom,
        _ action: (inout SimulationRandom) -> SimulationAction
    ) {
        for index in 0..<Int.random(in: count, using: &random) {
            let after = random.duration(in: .zero...horizon)
            disturbances.append(
                Disturbance(id: "\(kind.rawValue)/\(index)", after: after, action: action(&random)))
        }
    }
}

extension SimulationRandom {
    fileprivate mutating func pick<Value>(_ left: Value, _ right: Value) -> Value {
        Bool.random(using: &self) ? left : right
    }
}
