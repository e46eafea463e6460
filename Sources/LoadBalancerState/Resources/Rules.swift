import ELBModel
import KubernetesModel

/// Operations on rules.
extension LoadBalancerState {
    mutating func createRule(_ call: ELBRequest.CreateRule) throws(ELBFailure) -> ELBResponse {
        var record = try listener(call.listenerARN)
        guard record.visibleAt <= clock else {
            throw ELBFailure(.listenerNotFound, "One or more listeners not found")
        }
        try Names.check(call.priority, at: "priority", in: 1...50_000)
        try ConditionValidation.check(call.conditions, quotas: configuration.quotas)
        try TagValidation.check(call.tags)
        guard !record.rules.contains(where: { $0.priority == .at(call.priority) }) else {
            throw ELBFailure(.priorityInUse, "Priority '\(call.priority)' is currently in use")
        }
        let owner = record.listener.loadBalancerARN
        let quota = configuration.quotas.rulesPerLoadBalancer
        guard ruleCount(of: owner) < quota else {
            let message = "The maximum number of rules per load balancer '\(quota)' has been reached on '\(owner)'"
            throw ELBFailure(.tooManyRules, message)
        }
        let actions = try checkedActions(
            call.actions, loadBalancer: owner, listenerProtocol: record.listener.protocol ?? .http, isNewRule: true)
        let arn = makeRuleARN(on: call.listenerARN)
        tags[arn.rawValue] = try TagValidation.merged([], call.tags, quota: configuration.quotas.tagsPerResource)
        let rule = Rule(arn: arn, priority: .at(call.priority), conditions: call.conditions, actions: actions)
        record.rules.append(rule)
        record.rules.sort { $0.priority < $1.priority }
        listeners[call.listenerARN] = record
        unpublished.insert(owner)
        return .rules([rule], nextMarker: nil)
    }

    mutating func modifyRule(_ call: ELBRequest.ModifyRule) throws(ELBFailure) -> ELBResponse {
        var (record, index) = try rule(call.arn)
        let transport = record.listener.protocol ?? .http
        if !call.conditions.isEmpty {
            guard !record.rules[index].isDefault else {
                let message =
                    "The default rule '\(call.arn)' has no conditions. Modify another rule, or only its actions"
                throw ELBFailure(.operationNotPermitted, message)
            }
            try ConditionValidation.check(call.conditions, quotas: configuration.quotas)
            record.rules[index].conditions = call.conditions
        }
        if !call.actions.isEmpty {
            record.rules[index].actions = try checkedActions(
                call.actions, loadBalancer: record.listener.loadBalancerARN, listenerProtocol: transport,
                isNewRule: false)
        }
        listeners[record.listener.arn] = record
        unpublished.insert(record.listener.loadBalancerARN)
        return .rules([record.rules[index]], nextMarker: nil)
    }

    mutating func deleteRule(_ call: ELBRequest.DeleteRule) throws(ELBFailure) -> ELBResponse {
        var (record, index) = try rule(call.arn)
        guard !record.rules[index].isDefault else {
            throw ELBFailure(.operationNotPermitted, "Default rule '\(call.arn)' cannot be deleted")
        }
        record.rules.remove(at: index)
        listeners[record.listener.arn] = record
        tags[call.arn.rawValue] = nil
        unpublished.insert(record.listener.loadBalancerARN)
        return .done
    }

    mutating func setRulePriorities(_ call: ELBRequest.SetRulePriorities) throws(ELBFailure) -> ELBResponse {
        guard let first = call.priorities.first else { return .rules([], nextMarker: nil) }
        var (record, _) = try rule(first.ruleARN)
        var moved: [RuleARN] = []
        for pair in call.priorities {
            try Names.check(pair.priority, at: "rulePriorities.priority", in: 1...50_000)
            let (owner, index) = try rule(pair.ruleARN)
            guard owner.listener.arn == record.listener.arn else {
                throw .validation("Rules '\(first.ruleARN)' and '\(pair.ruleARN)' belong to different listeners")
            }
            guard !owner.rules[index].isDefault else {
                throw ELBFailure(
                    .operationNotPermitted, "The priority of default rule '\(pair.ruleARN)' cannot be changed")
            }
            guard !moved.contains(pair.ruleARN) else {
                throw .validation("Rule '\(pair.ruleARN)' occurs more than once")
            }
            moved.append(pair.ruleARN)
            record.rules[index].priority = .at(pair.priority)
        }
        var seen: Set<RulePriority> = []
        for rule in record.rules where !seen.insert(rule.priority).inserted {
            throw ELBFailure(.priorityInUse, "Priority '\(rule.priority)' is currently in use")
        }
        record.rules.sort { $0.priority < $1.priority }
        listeners[record.listener.arn] = record
        unpublished.insert(record.listener.loadBalancerARN)
        return .rules(record.rules.filter { moved.contains($0.arn) }, nextMarker: nil)
    }

    func describeRules(_ call: ELBRequest.DescribeRules) throws(ELBFailure) -> ELBResponse {
        if !call.ruleARNs.isEmpty {
            guard call.listenerARN == nil else {
                throw .validation("You cannot specify both a listener ARN and rule ARNs")
            }
            var found: [Rule] = []
            for arn in call.ruleARNs {
                let (record, index) = try rule(arn)
                found.append(record.rules[index])
            }
            return .rules(found, nextMarker: nil)
        }
        guard let owner = call.listenerARN else {
            throw .validation("You must specify either listener ARN(s) or rule ARN(s)")
        }
        let items = try listener(owner).rules.map { (position: $0.priority.number ?? 50_001, item: $0) }
        let page = try Paging.page(
            items, operation: "DescribeRules", marker: call.marker, size: call.pageSize,
            sizeMax: configuration.quotas.pageSizeMax)
        return .rules(page.items, nextMarker: page.nextMarker)
    }

    /// The listener and the position in it of a rule that must exist.
    func rule(_ arn: RuleARN) throws(ELBFailure) -> (record: ListenerRecord, index: Int) {
        try Names.check(arn, is: "listener rule")
        guard let record = listeners[Self.listenerARN(of: arn)],
            let index = record.rules.firstIndex(where: { $0.arn == arn })
        else { throw ELBFailure(.ruleNotFound, "One or more rules not found") }
        return (record, index)
    }

    private func ruleCount(of loadBalancer: LoadBalancerARN) -> Int {
        listeners.ordered.filter { $0.listener.loadBalancerARN == loadBalancer }
            .reduce(0) { $0 + $1.rules.count - 1 }
    }
}
