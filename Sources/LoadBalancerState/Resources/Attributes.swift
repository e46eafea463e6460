import ELBModel

/// Operations on attributes.
extension LoadBalancerState {
    func describeLoadBalancerAttributes(
        _ call: ELBRequest.DescribeLoadBalancerAttributes
    ) throws(ELBFailure) -> ELBResponse {
        let record = try loadBalancer(call.arn)
        let table = AttributeTable.loadBalancer(scheme: record.loadBalancer.scheme)
        return Self.shown(table, record.attributes)
    }

    mutating func modifyLoadBalancerAttributes(
        _ call: ELBRequest.ModifyLoadBalancerAttributes
    ) throws(ELBFailure) -> ELBResponse {
        var record = try loadBalancer(call.arn)
        let table = AttributeTable.loadBalancer(scheme: record.loadBalancer.scheme)
        try Self.merge(call.attributes, into: &record.attributes, table: table, of: "Load balancer")
        loadBalancers[call.arn] = record
        unpublished.insert(call.arn)
        return Self.shown(table, record.attributes)
    }

    func describeTargetGroupAttributes(
        _ call: ELBRequest.DescribeTargetGroupAttributes
    ) throws(ELBFailure) -> ELBResponse {
        Self.shown(targetGroupTable, try targetGroup(call.arn).attributes)
    }

    mutating func modifyTargetGroupAttributes(
        _ call: ELBRequest.ModifyTargetGroupAttributes
    ) throws(ELBFailure) -> ELBResponse {
        var record = try targetGroup(call.arn)
        try Self.merge(call.attributes, into: &record.attributes, table: targetGroupTable, of: "Target group")
        try checkCombination(record)
        targetGroups[call.arn] = record
        markChanged(call.arn)
        return Self.shown(targetGroupTable, record.attributes)
    }

    func describeListenerAttributes(_ call: ELBRequest.DescribeListenerAttributes) throws(ELBFailure) -> ELBResponse {
        Self.shown(AttributeTable.listener, try listener(call.arn).attributes)
    }

    mutating func modifyListenerAttributes(
        _ call: ELBRequest.ModifyListenerAttributes
    ) throws(ELBFailure) -> ELBResponse {
        var record = try listener(call.arn)
        try Self.merge(call.attributes, into: &record.attributes, table: AttributeTable.listener, of: "Listener")
        listeners[call.arn] = record
        return Self.shown(AttributeTable.listener, record.attributes)
    }

    /// The value of a target group's attribute: set, or the default.
    func attribute(_ key: String, of record: TargetGroupRecord) -> String {
        if let value = record.attributes[key] { return value }
        if key == AttributeTable.deregistrationDelay { return "\(configuration.deregistrationDelaySeconds)" }
        return AttributeTable.targetGroupInitials[key] ?? ""
    }

    private var targetGroupTable: [AttributeDefinition] {
        AttributeTable.targetGroup(deregistrationDelaySeconds: configuration.deregistrationDelaySeconds)
    }
}

extension LoadBalancerState {
    private static func shown(_ table: [AttributeDefinition], _ values: [String: String]) -> ELBResponse {
        .attributes(table.map { Attribute(key: $0.key, value: values[$0.key] ?? $0.initial) })
    }

    private static func merge(
        _ attributes: [Attribute], into values: inout [String: String], table: [AttributeDefinition], of kind: String
    ) throws(ELBFailure) {
        guard attributes.count <= 20 else {
            throw .validation("Cannot modify more than '20' attributes in one call, got '\(attributes.count)'")
        }
        for attribute in attributes {
            guard let definition = table.first(where: { $0.key == attribute.key }) else {
                throw .validation("\(kind) attribute key '\(attribute.key)' is not recognized")
            }
            guard definition.accepts(attribute.value) else {
                let problem = "\(kind) attribute '\(attribute.key)' cannot be '\(attribute.value)'"
                throw .validation("\(problem). It must be \(definition.expectation)")
            }
            values[attribute.key] = attribute.value
        }
    }

    private func checkCombination(_ record: TargetGroupRecord) throws(ELBFailure) {
        let isSticky = attribute("stickiness.enabled", of: record) == "true"
        if isSticky, attribute("load_balancing.cross_zone.enabled", of: record) == "false" {
            let message = "Stickiness cannot be enabled when cross-zone load balancing is off"
            throw ELBFailure(.invalidConfigurationRequest, message)
        }
        if isSticky, attribute("stickiness.type", of: record) == "app_cookie" {
            let name = attribute("stickiness.app_cookie.cookie_name", of: record)
            guard !name.isEmpty, !["AWSALB", "AWSALBAPP", "AWSALBTG"].contains(where: name.hasPrefix) else {
                let message = "A cookie name must be specified that does not begin with AWSALB, got '\(name)'"
                throw ELBFailure(.invalidConfigurationRequest, message)
            }
        }
        let algorithm = attribute("load_balancing.algorithm.type", of: record)
        if algorithm != "round_robin", attribute("slow_start.duration_seconds", of: record) != "0" {
            let message = "Slow start is not possible with the algorithm '\(algorithm)'"
            throw ELBFailure(.invalidConfigurationRequest, message)
        }
        if algorithm != "weighted_random", attribute("load_balancing.algorithm.anomaly_mitigation", of: record) == "on"
        {
            let message = "Anomaly mitigation needs the algorithm 'weighted_random', not '\(algorithm)'"
            throw ELBFailure(.invalidConfigurationRequest, message)
        }
    }
}
