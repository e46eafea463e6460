import ELBModel
import JSON
import KubernetesModel
import Planning
import RolloutModel

/// Load balancers that follow Ingress annotations: one per Ingress, a target group per service of the action.
struct FakeLoadBalancer {
    struct Group {
        var arn: TargetGroupARN
        var tag: String
        /// By address.
        var targets: [String: Member] = [:]
    }

    struct Member {
        var state: TargetHealth.State
        var since: Timestamp
    }

    struct Balancer {
        var dnsName: String
        /// By service and port.
        var groups: [String: Group] = [:]
        /// What DescribeRules returns; by priority.
        var rules: [ForwardActionText] = []
        /// What the data plane does, and did.
        var live: [(since: Timestamp, rules: [ForwardActionText])] = []
    }

    /// From annotation to ModifyRule.
    var reaction = Duration.milliseconds(500)
    /// From ModifyRule to the data plane; must be below the settle time.
    var lag = Duration.seconds(1)
    /// From registration to the first successful check.
    var checkTime = Duration.seconds(3)
    var drain = Duration.seconds(2)
    var isStopped = false
    /// Whether former targets stay until all new ones are healthy, as Weir's Ingress controller does it.
    var keepsFormerTargets = false
    /// Whether pods that are marked to leave are taken out of their groups.
    var honoursDrain = true
    var balancers: [String: Balancer] = [:]
    /// How many target groups there have been, by name.
    private var made: [String: Int] = [:]
    private var pending: [String: (at: Timestamp, rules: [ForwardActionText])] = [:]

    /// Does what a load balancer controller does for one Ingress.
    ///
    /// - Returns: the DNS name, once there is a load balancer.
    mutating func follow(
        _ ingress: KubernetesObject, services: [KubernetesObject], pods: [FakePods.Pod], now: Timestamp
    ) -> String? {
        let wanted = Self.rules(of: ingress)
        if isStopped || wanted.isEmpty { return balancers[ingress.name]?.dnsName }
        if pending[ingress.name]?.rules != wanted { pending[ingress.name] = (now.advanced(by: reaction), wanted) }
        var balancer = balancers[ingress.name] ?? Balancer(dnsName: "\(ingress.name).elb.test")
        if let change = pending[ingress.name], change.at <= now, balancer.rules != change.rules {
            balancer.rules = change.rules
            balancer.live.append((now.advanced(by: lag), change.rules))
        }
        var groups: [String: Group] = [:]
        for destination in (balancer.rules + wanted).flatMap(\.destinations) {
            let (name, key) = (destination.serviceName, Self.key(destination))
            guard groups[key] == nil else { continue }
            let id = "\(ingress.name)-\(name)-\(destination.servicePort)"
            let count = made[id, default: 1]
            let arn = TargetGroupARN(rawValue: "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/\(id)/\(count)")
            let tag = "shop/\(ingress.name)-\(name):\(destination.servicePort)"
            var group = balancer.groups[key] ?? Group(arn: arn, tag: tag)
            register(&group, services.first { $0.name == name }, pods, now)
            groups[key] = group
        }
        // A target group that no rule names is deleted; one of the same name has another ARN.
        for key in balancer.groups.keys where groups[key] == nil {
            let id = "\(ingress.name)-\(key.replacing(":", with: "-"))"
            made[id, default: 1] += 1
        }
        balancer.groups = groups
        balancers[ingress.name] = balancer
        return balancer.dnsName
    }

    static func key(_ destination: ForwardActionText.Destination) -> String {
        "\(destination.serviceName):\(destination.servicePort)"
    }

    /// What each path asks for, in order.
    private static func rules(of ingress: KubernetesObject) -> [ForwardActionText] {
        let rules = ingress.spec["rules"]?.arrayValue ?? []
        return rules.flatMap { $0.at("http", "paths")?.arrayValue ?? [] }.compactMap { path in
            guard let backend = path.at("backend", "service"), let name = backend["name"]?.stringValue else {
                return nil
            }
            if let port = backend.at("port", "number")?.intValue {
                return ForwardActionText(destinations: [.init(serviceName: name, servicePort: port, weight: 100)])
            }
            let text = ingress.annotations.first { $0.key.hasSuffix("/actions.\(name)") }?.value
            return text.flatMap(ForwardActionText.init(parsing:))
        }
    }

    private func register(_ group: inout Group, _ service: KubernetesObject?, _ pods: [FakePods.Pod], _ now: Timestamp)
    {
        let selector = service?.spec["selector"]?.objectValue ?? [:]
        let wanted = pods.filter { pod in
            service != nil && !(pod.isMarked && honoursDrain)
                && selector.allSatisfy { pod.labels[$0.key] == $0.value }
        }
        for pod in wanted where group.targets[pod.address].map({ $0.state == .draining }) ?? true {
            group.targets[pod.address] = Member(state: .initial, since: now)
        }
        let addresses = Set(wanted.map(\.address))
        let isReplaced = addresses.allSatisfy { group.targets[$0]?.state == .healthy }
        for address in group.targets.keys {
            guard var member = group.targets[address] else { continue }
            if !addresses.contains(address), member.state != .draining {
                if keepsFormerTargets, pods.contains(where: { $0.address == address && $0.isReady }), !isReplaced {
                    continue
                }
                member = Member(state: .draining, since: now)
            } else if member.state == .initial, member.since.advanced(by: checkTime) <= now {
                member.state = .healthy
            } else if member.state == .draining, member.since.advanced(by: drain) <= now {
                group.targets[address] = nil
                continue
            }
            group.targets[address] = member
        }
    }

    /// Whether every target is healthy and every node has the newest action.
    func isAtRest(now: Timestamp) -> Bool {
        !isStopped
            && balancers.allSatisfy { name, balancer in
                balancer.groups.values.allSatisfy { $0.targets.values.allSatisfy { $0.state == .healthy } }
                    && balancer.live.allSatisfy { $0.since <= now }
                    && (pending[name].map { $0.rules == balancer.rules } ?? false)
            }
    }

    /// The largest weight with which the data plane may send requests to an address; `nil` when it sends none.
    func servedWeight(of address: String, now: Timestamp) -> Int? {
        var largest: Int?
        for balancer in balancers.values {
            for (key, group) in balancer.groups {
                guard let member = group.targets[address] else { continue }
                // A deregistered target may get requests for as long as the data plane lags.
                if member.state == .draining, member.since.advanced(by: lag) <= now { continue }
                if let weight = balancer.weight(of: key, now: now) { largest = max(largest ?? 0, weight) }
            }
        }
        return largest
    }

    /// What a read answers.
    func facts(_ subject: ObservationSubject) -> ObservedFacts {
        switch subject {
        case .stack: return .stack(StackFacts())
        case .targetHealth(let arn):
            for balancer in balancers.values {
                for group in balancer.groups.values where group.arn == arn {
                    return .targetHealth(
                        group.targets.keys.sorted().map { address in
                            TargetHealthDescription(
                                target: Target(id: address, port: 8080),
                                health: TargetHealth(state: group.targets[address]?.state ?? .unused))
                        })
                }
            }
            return .targetHealth([])
        case .loadBalancer(let name):
            return .loadBalancer(balancers.values.first { $0.dnsName == name }.map(Self.describe))
        }
    }

    private static func describe(_ balancer: Balancer) -> LoadBalancerFacts {
        let arn = LoadBalancerARN(
            rawValue: "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/\(balancer.dnsName)/1")
        let names = balancer.groups.keys.sorted()
        let rules = balancer.rules.enumerated().map { index, action in
            let weights = action.destinations.compactMap { destination in
                balancer.groups[key(destination)].map {
                    WeightedTargetGroup(arn: $0.arn, weight: destination.weight)
                }
            }
            let stickiness = action.stickinessSeconds.map {
                TargetGroupStickiness(isEnabled: true, durationSeconds: $0)
            }
            return Rule(
                arn: "rule/1", priority: .at(index + 1),
                actions: [.forward(ForwardAction(targetGroups: weights, stickiness: stickiness))])
        }
        let listener = Listener(arn: "listener/1", loadBalancerARN: arn, port: 80)
        return LoadBalancerFacts(
            loadBalancer: LoadBalancer(
                arn: arn, name: balancer.dnsName, dnsName: balancer.dnsName, state: .init(code: .active)),
            listeners: [ListenerFacts(listener: listener, rules: rules.map { RuleFacts(rule: $0) })],
            targetGroups: names.compactMap { name in
                balancer.groups[name].map { group in
                    TargetGroupFacts(
                        targetGroup: TargetGroup(arn: group.arn, name: name),
                        tags: [Tag(key: "ingress.k8s.aws/resource", value: group.tag)])
                }
            })
    }
}

extension FakeLoadBalancer.Balancer {
    /// The rules that some node of the data plane may apply now: the last that reached all, and all after it.
    func rules(now: Timestamp) -> [ForwardActionText] {
        let reached = live.lastIndex { $0.since <= now } ?? 0
        return live.dropFirst(reached).flatMap(\.rules)
    }

    /// The largest weight a target group may have now; 0 when only cookies lead there; `nil` when nothing does.
    func weight(of group: String, now: Timestamp) -> Int? {
        func weight(_ action: ForwardActionText) -> Int? {
            action.destinations.first { FakeLoadBalancer.key($0) == group }?.weight
        }
        let actions = rules(now: now).filter { weight($0) != nil }
        let largest = actions.compactMap(weight).max() ?? 0
        if largest > 0 { return largest }
        let gaveCookies = live.flatMap(\.rules).contains { $0.stickinessSeconds != nil && weight($0) ?? 0 > 0 }
        return gaveCookies && actions.contains { $0.stickinessSeconds != nil } ? 0 : nil
    }
}

extension FakeCluster {
    /// Every target group that may receive requests must exist and have a healthy target that is a pod; and no Service
    /// that requests inside the cluster go to may lose its last endpoint.
    mutating func checkTraffic() {
        if size == 0 { hasServed = [] }
        checkEndpoints()
        // What breaks by itself is nobody's fault.
        guard pods.brokenImages.isEmpty else { return }
        let alive = Set(pods.pods.filter(\.isReady).map(\.address))
        for (name, balancer) in balancer.balancers {
            let keys = Set(balancer.rules(now: now).flatMap(\.destinations).map(FakeLoadBalancer.key))
            for key in keys.sorted() {
                guard let weight = balancer.weight(of: key, now: now) else { continue }
                let targets = balancer.groups[key]?.targets ?? [:]
                let isServed = targets.contains { $0.value.state == .healthy && alive.contains($0.key) }
                if !isServed, hasServed.contains("ingress \(name)") {
                    violations.append("t=\(elapsed) \(key) gets \(weight) % of the requests and has no healthy target")
                }
                if isServed, size > 0 { hasServed.insert("ingress \(name)") }
            }
        }
    }
}

extension FakeCluster {
    private mutating func checkEndpoints() {
        let ready = pods.pods.filter(\.isReady)
        for service in world.objects.objects(.service, namespace: "shop") {
            guard !idleServices.contains(service.name) else { continue }
            let selector = service.spec["selector"]?.objectValue ?? [:]
            let isServed = ready.contains { pod in selector.allSatisfy { pod.labels[$0.key] == $0.value } }
            if !isServed, hasServed.contains(service.name) {
                violations.append("t=\(elapsed) Service \(service.name) has no ready endpoint")
            }
            if isServed, size > 0 { hasServed.insert(service.name) }
        }
    }
}
