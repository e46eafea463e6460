import ELBModel
import Planning

/// Just enough of ELBv2 to see whether plans converge: it takes calls and shows facts, and checks hardly anything.
struct MiniAWS {
    private(set) var loadBalancers: [LoadBalancerFacts] = []
    private(set) var targetGroups: [TargetGroupFacts] = []
    private var targets: [TargetGroupARN: [TargetHealthDescription]] = [:]
    private var counter = 0
    /// Addresses that never pass a health check.
    var sick: Set<String> = []

    private static let base = "arn:aws:elasticloadbalancing:eu-west-1:1"

    var facts: StackFacts {
        StackFacts(
            loadBalancers: loadBalancers,
            targetGroups: targetGroups.map { facts in
                var facts = facts
                facts.targetGroup.loadBalancerARNs = owners(of: facts.targetGroup.arn)
                return facts
            })
    }

    func health(_ arn: TargetGroupARN) -> [TargetHealthDescription] {
        (targets[arn] ?? []).map { description in
            var description = description
            if owners(of: arn).isEmpty, description.health.state != .draining {
                description.health = TargetHealth(state: .unused, reason: .notInUse)
            }
            return description
        }
    }

    /// Every target of a group in use gets the result of its checks.
    mutating func finishHealthChecks() {
        for (arn, list) in targets where !owners(of: arn).isEmpty {
            targets[arn] = list.map { description in
                guard description.health.state != .draining else { return description }
                var description = description
                description.health = TargetHealth(state: sick.contains(description.target.id) ? .unhealthy : .healthy)
                return description
            }
        }
    }

    /// Every draining target is gone.
    mutating func finishDraining() {
        for arn in targets.keys { targets[arn]?.removeAll { $0.health.state == .draining } }
    }

    func targetGroup(named name: String) -> TargetGroupARN? {
        targetGroups.first { $0.tags.contains { $0.key == "ingress.k8s.aws/resource" && $0.value.hasSuffix(name) } }?
            .targetGroup.arn
    }

    var rules: [Rule] { loadBalancers.flatMap(\.listeners).flatMap(\.rules).map(\.rule).filter { !$0.isDefault } }

    private func owners(of arn: TargetGroupARN) -> [LoadBalancerARN] {
        loadBalancers.filter { facts in
            facts.listeners.contains { listener in
                (listener.listener.defaultActions + listener.rules.flatMap(\.rule.actions)).contains { action in
                    if case .forward(let forward) = action {
                        forward.targetGroups.contains { $0.arn == arn }
                    } else {
                        false
                    }
                }
            }
        }.map(\.loadBalancer.arn)
    }

    private mutating func next() -> String {
        counter += 1
        let digits = String(counter)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension MiniAWS {
    mutating func apply(_ request: ELBRequest) {
        switch request {
        case .createLoadBalancer(let call): create(call)
        case .createTargetGroup(let call): create(call)
        case .createListener(let call): create(call)
        case .createRule(let call): create(call)
        case .modifyRule(let call):
            editRules { rule in
                guard rule.rule.arn == call.arn else { return }
                if !call.conditions.isEmpty { rule.rule.conditions = call.conditions }
                if !call.actions.isEmpty { rule.rule.actions = call.actions }
            }
        case .setRulePriorities(let call):
            editRules { rule in
                if let pair = call.priorities.first(where: { $0.ruleARN == rule.rule.arn }) {
                    rule.rule.priority = .at(pair.priority)
                }
            }
        case .deleteRule(let call):
            editListeners { $0.rules.removeAll { $0.rule.arn == call.arn } }
        case .modifyListener(let call):
            editListeners { listener in
                guard listener.listener.arn == call.arn else { return }
                if !call.defaultActions.isEmpty { listener.listener.defaultActions = call.defaultActions }
                if let kind = call.protocol { listener.listener.protocol = kind }
                if !call.certificates.isEmpty { listener.listener.certificates = call.certificates }
                if let policy = call.sslPolicy { listener.listener.sslPolicy = policy }
            }
        case .deleteListener(let call):
            for index in loadBalancers.indices {
                loadBalancers[index].listeners.removeAll { $0.listener.arn == call.arn }
            }
        case .deleteLoadBalancer(let call): loadBalancers.removeAll { $0.loadBalancer.arn == call.arn }
        case .deleteTargetGroup(let call): targetGroups.removeAll { $0.targetGroup.arn == call.arn }
        case .registerTargets(let call): register(call)
        case .deregisterTargets(let call): deregister(call)
        case .addTags(let call):
            for arn in call.resourceARNs {
                editTags(arn) { tags in
                    tags.removeAll { tag in call.tags.contains { $0.key == tag.key } }
                    tags += call.tags
                }
            }
        case .removeTags(let call):
            for arn in call.resourceARNs { editTags(arn) { $0.removeAll { call.tagKeys.contains($0.key) } } }
        case .modifyTargetGroup(let call): editGroup(call.arn) { $0.targetGroup.healthCheck.apply(call.healthCheck) }
        case .modifyTargetGroupAttributes(let call): editGroup(call.arn) { $0.attributes.merge(call.attributes) }
        case .modifyLoadBalancerAttributes(let call):
            editLoadBalancer(call.arn) { $0.attributes.merge(call.attributes) }
        case .setSubnets(let call):
            editLoadBalancer(call.arn) {
                $0.loadBalancer.availabilityZones = call.subnets.map { AvailabilityZone(subnetID: $0) }
            }
        case .setSecurityGroups(let call):
            editLoadBalancer(call.arn) { $0.loadBalancer.securityGroups = call.securityGroups }
        case .setIpAddressType(let call):
            editLoadBalancer(call.arn) { $0.loadBalancer.ipAddressType = call.ipAddressType }
        default: preconditionFailure("MiniAWS does not know \(request)")
        }
    }

    private mutating func create(_ call: ELBRequest.CreateLoadBalancer) {
        let arn = LoadBalancerARN(rawValue: "\(Self.base):loadbalancer/app/\(call.name)/\(next())")
        let loadBalancer = LoadBalancer(
            arn: arn, name: call.name, dnsName: "\(call.name)-1.eu-west-1.elb.amazonaws.com", scheme: call.scheme,
            state: .init(code: .active), availabilityZones: call.subnets.map { AvailabilityZone(subnetID: $0) },
            securityGroups: call.securityGroups, ipAddressType: call.ipAddressType)
        loadBalancers.append(LoadBalancerFacts(loadBalancer: loadBalancer, tags: call.tags))
    }

    private mutating func create(_ call: ELBRequest.CreateTargetGroup) {
        let arn = TargetGroupARN(rawValue: "\(Self.base):targetgroup/\(call.name)/\(next())")
        var group = TargetGroup(
            arn: arn, name: call.name, protocol: call.protocol, protocolVersion: call.protocolVersion, port: call.port,
            vpcID: call.vpcID, targetType: call.targetType ?? .instance)
        group.healthCheck.apply(call.healthCheck)
        targetGroups.append(TargetGroupFacts(targetGroup: group, tags: call.tags))
    }

    private mutating func create(_ call: ELBRequest.CreateListener) {
        editLoadBalancer(call.loadBalancerARN) { [id = next()] facts in
            let arn = ListenerARN(rawValue: "\(Self.base):listener/app/x/y/\(id)")
            let listener = Listener(
                arn: arn, loadBalancerARN: call.loadBalancerARN, port: call.port, protocol: call.protocol,
                certificates: call.certificates, sslPolicy: call.sslPolicy, defaultActions: call.defaultActions)
            let last = Rule(
                arn: RuleARN(rawValue: "\(Self.base):listener-rule/app/x/y/\(id)/default"), priority: .last,
                actions: call.defaultActions)
            facts.listeners.append(ListenerFacts(listener: listener, tags: call.tags, rules: [RuleFacts(rule: last)]))
            facts.listeners.sort { ($0.listener.port ?? 0) < ($1.listener.port ?? 0) }
        }
    }

    private mutating func create(_ call: ELBRequest.CreateRule) {
        let id = next()
        editListeners { listener in
            guard listener.listener.arn == call.listenerARN else { return }
            let isTaken = listener.rules.contains { $0.rule.priority == .at(call.priority) }
            precondition(!isTaken, "Priority '\(call.priority)' is currently in use")
            let rule = Rule(
                arn: RuleARN(rawValue: "\(Self.base):listener-rule/app/x/y/z/\(id)"), priority: .at(call.priority),
                conditions: call.conditions, actions: call.actions)
            listener.rules.append(RuleFacts(rule: rule, tags: call.tags))
        }
    }

    private mutating func register(_ call: ELBRequest.RegisterTargets) {
        for target in call.targets {
            targets[call.targetGroupARN, default: []].removeAll { $0.target == target }
            targets[call.targetGroupARN, default: []].append(
                TargetHealthDescription(target: target, health: .init(state: .initial, reason: .registrationInProgress))
            )
        }
    }

    private mutating func deregister(_ call: ELBRequest.DeregisterTargets) {
        for (index, description) in (targets[call.targetGroupARN] ?? []).enumerated()
        where call.targets.contains(description.target) {
            targets[call.targetGroupARN]?[index].health = .init(state: .draining, reason: .deregistrationInProgress)
        }
    }

    private mutating func editLoadBalancer(_ arn: LoadBalancerARN, _ edit: (inout LoadBalancerFacts) -> Void) {
        for index in loadBalancers.indices where loadBalancers[index].loadBalancer.arn == arn {
            edit(&loadBalancers[index])
        }
    }

    private mutating func editGroup(_ arn: TargetGroupARN, _ edit: (inout TargetGroupFacts) -> Void) {
        for index in targetGroups.indices where targetGroups[index].targetGroup.arn == arn {
            edit(&targetGroups[index])
        }
    }

    private mutating func editListeners(_ edit: (inout ListenerFacts) -> Void) {
        for index in loadBalancers.indices {
            for number in loadBalancers[index].listeners.indices {
                edit(&loadBalancers[index].listeners[number])
                loadBalancers[index].listeners[number].rules.sort { $0.rule.priority < $1.rule.priority }
            }
        }
    }

    private mutating func editRules(_ edit: (inout RuleFacts) -> Void) {
        editListeners { listener in
            for index in listener.rules.indices { edit(&listener.rules[index]) }
            let numbers = listener.rules.map(\.rule.priority)
            precondition(Set(numbers).count == numbers.count, "two rules of one priority")
        }
    }

    private mutating func editTags(_ arn: String, _ edit: (inout [Tag]) -> Void) {
        editLoadBalancer(LoadBalancerARN(rawValue: arn)) { edit(&$0.tags) }
        editGroup(TargetGroupARN(rawValue: arn)) { edit(&$0.tags) }
        editListeners { listener in
            if listener.listener.arn.rawValue == arn { edit(&listener.tags) }
            for index in listener.rules.indices where listener.rules[index].rule.arn.rawValue == arn {
                edit(&listener.rules[index].tags)
            }
        }
    }
}

extension HealthCheck {
    mutating func apply(_ settings: HealthCheckSettings) {
        self.protocol = settings.protocol ?? self.protocol
        port = settings.port ?? port
        path = settings.path ?? path
        intervalSeconds = settings.intervalSeconds ?? intervalSeconds
        timeoutSeconds = settings.timeoutSeconds ?? timeoutSeconds
        healthyThreshold = settings.healthyThreshold ?? healthyThreshold
        unhealthyThreshold = settings.unhealthyThreshold ?? unhealthyThreshold
        matcher = settings.matcher ?? matcher
    }
}

extension [Attribute] {
    mutating func merge(_ others: [Attribute]) {
        for other in others {
            removeAll { $0.key == other.key }
            append(other)
        }
    }
}
