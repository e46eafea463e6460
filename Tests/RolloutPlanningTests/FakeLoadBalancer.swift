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
        var groups: [String: Group] = [:]
        /// What DescribeRules returns.
        var action: ForwardActionText?
        /// What the data plane does, and did.
        var live: [(since: Timestamp, action: ForwardActionText)] = []
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
    private var pending: [String: (at: Timestamp, action: ForwardActionText)] = [:]

    /// Does what a load balancer controller does for one Ingress.
    ///
    /// - Returns: the DNS name, once there is a load balancer.
    mutating func follow(
        _ ingress: KubernetesObject, services: [KubernetesObject], pods: [FakePods.Pod], now: Timestamp
    ) -> String? {
        guard let wanted = Self.action(of: ingress) else {
            return balancers[ingress.name]?.dnsName
        }
        if isStopped { return balancers[ingress.name]?.dnsName }
        if pending[ingress.name]?.action != wanted { pending[ingress.name] = (now.advanced(by: reaction), wanted) }
        var balancer = balancers[ingress.name] ?? Balancer(dnsName: "\(ingress.name).elb.test")
        if let change = pending[ingress.name], change.at <= now, balancer.action != change.action {
            balancer.action = change.action
            balancer.live.append((now.advanced(by: lag), change.action))
        }
        for destination in wanted.destinations {
            let tag = "shop/\(ingress.name)-\(destination.serviceName):\(destination.servicePort)"
            let arn = TargetGroupARN(
                rawValue:
                    "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/\(ingress.name)-\(destination.serviceName)/1")
            var group = balancer.groups[destination.serviceName] ?? Group(arn: arn, tag: tag)
            let service = services.first { $0.name == destination.serviceName }
            register(&group, service, pods, now)
            balancer.groups[destination.serviceName] = group
        }
        balancers[ingress.name] = balancer
        return balancer.dnsName
    }

    /// The action of the annotation; without one, everything for the first backend that is a Service with a port.
    private static func action(of ingress: KubernetesObject) -> ForwardActionText? {
        if let text = ingress.annotations.first(where: { $0.key.contains("/actions.") })?.value {
            return ForwardActionText(parsing: text)
        }
        let backend = ingress.spec["rules"]?[0]?.at("http", "paths")?[0]?.at("backend", "service")
        guard let name = backend?["name"]?.stringValue, let port = backend?.at("port", "number")?.intValue else {
            return nil
        }
        return ForwardActionText(
            destinations: [.init(serviceName: name, servicePort: port, weight: 100)], stickinessSeconds: nil)
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

    /// The largest weight with which the data plane may send requests to an address; `nil` when it sends none.
    func servedWeight(of address: String, now: Timestamp) -> Int? {
        var largest: Int?
        for balancer in balancers.values {
            for (service, group) in balancer.groups {
                guard let member = group.targets[address] else { continue }
                // A deregistered target may get requests for as long as the data plane lags.
                if member.state == .draining, member.since.advanced(by: lag) <= now { continue }
                if let weight = balancer.weight(of: service, now: now) { largest = max(largest ?? 0, weight) }
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
        let weights = (balancer.action?.destinations ?? []).compactMap { destination in
            balancer.groups[destination.serviceName].map {
                WeightedTargetGroup(arn: $0.arn, weight: destination.weight)
            }
        }
        let stickiness = balancer.action?.stickinessSeconds.map {
            TargetGroupStickiness(isEnabled: true, durationSeconds: $0)
        }
        let rule = Rule(
            arn: "rule/1", priority: 1,
            actions: [.forward(ForwardAction(targetGroups: weights, stickiness: stickiness))])
        let listener = Listener(arn: "listener/1", loadBalancerARN: arn, port: 80)
        return LoadBalancerFacts(
            loadBalancer: LoadBalancer(
                arn: arn, name: balancer.dnsName, dnsName: balancer.dnsName, state: .init(code: .active)),
            listeners: [ListenerFacts(listener: listener, rules: [RuleFacts(rule: rule)])],
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
    /// The actions that some node of the data plane may apply now: the last that reached all, and all after it.
    func actions(now: Timestamp) -> [ForwardActionText] {
        let reached = live.lastIndex { $0.since <= now } ?? 0
        return live.dropFirst(reached).map(\.action)
    }

    /// The largest weight a service may have now; 0 when only cookies lead there; `nil` when nothing does.
    func weight(of service: String, now: Timestamp) -> Int? {
        let actions = actions(now: now)
        let weight = actions.compactMap { $0.weight(of: service) }.max() ?? 0
        if weight > 0 { return weight }
        let gaveCookies = live.contains { $0.action.stickinessSeconds != nil && $0.action.weight(of: service) ?? 0 > 0 }
        return gaveCookies && actions.contains { $0.stickinessSeconds != nil } ? 0 : nil
    }
}

extension FakeCluster {
    /// Every service that may receive requests must have a healthy target that is a pod; and no Service that requests
    /// inside the cluster go to may lose its last endpoint.
    mutating func checkTraffic() {
        if size == 0 { hasServed = [] }
        checkEndpoints()
        // What breaks by itself is nobody's fault.
        guard pods.brokenImages.isEmpty else { return }
        let alive = Set(pods.pods.filter(\.isReady).map(\.address))
        for (name, balancer) in balancer.balancers {
            for (service, group) in balancer.groups {
                guard let weight = balancer.weight(of: service, now: now) else { continue }
                let healthy = group.targets.filter { $0.value.state == .healthy && alive.contains($0.key) }
                if healthy.isEmpty, hasServed.contains("\(name)/\(service)") || weight < 100 {
                    violations.append(
                        "t=\(elapsed) \(service) gets \(weight) % of the requests and has no healthy target")
                }
                if !healthy.isEmpty, size > 0 { hasServed.insert("\(name)/\(service)") }
            }
        }
    }
}

extension FakeCluster {
    /// Services that only serve tests: they may be empty.
    private static let testServices: Set<String> = ["web-canary", "web-preview"]

    private mutating func checkEndpoints() {
        let ready = pods.pods.filter(\.isReady)
        for service in world.objects.objects(.service, namespace: "shop") {
            guard !Self.testServices.contains(service.name) else { continue }
            let selector = service.spec["selector"]?.objectValue ?? [:]
            let isServed = ready.contains { pod in selector.allSatisfy { pod.labels[$0.key] == $0.value } }
            if !isServed, hasServed.contains(service.name) {
                violations.append("t=\(elapsed) Service \(service.name) has no ready endpoint")
            }
            if isServed, size > 0 { hasServed.insert(service.name) }
        }
    }
}
