import ELBModel
import KubernetesModel

/// Operations on listeners.
extension LoadBalancerState {
    mutating func createListener(_ call: ELBRequest.CreateListener) throws(ELBFailure) -> ELBResponse {
        _ = try loadBalancer(call.loadBalancerARN)
        guard let transport = call.protocol else { throw .validation("A listener protocol must be specified") }
        guard let port = call.port else { throw .validation("A listener port must be specified") }
        let listener = Listener(
            arn: "", loadBalancerARN: call.loadBalancerARN, port: port, protocol: transport,
            certificates: call.certificates, sslPolicy: call.sslPolicy ?? Self.defaultPolicy(transport))
        try check(listener)
        let actions = try checkedActions(
            call.defaultActions, loadBalancer: call.loadBalancerARN, listenerProtocol: transport, isNewRule: false)
        try TagValidation.check(call.tags)
        let siblings = listeners.ordered.filter { $0.listener.loadBalancerARN == call.loadBalancerARN }
        if let existing = siblings.first(where: { $0.listener.port == port }) {
            var compared = listener
            compared.arn = existing.listener.arn
            compared.defaultActions = actions
            guard compared == existing.shown, hasSameTags(call.tags, as: existing.listener.arn.rawValue) else {
                throw Self.duplicateListener(call.loadBalancerARN)
            }
            return .listeners([existing.shown], nextMarker: nil)
        }
        guard siblings.count < configuration.quotas.listenersPerLoadBalancer else {
            let quota = configuration.quotas.listenersPerLoadBalancer
            throw ELBFailure(.tooManyListeners, "The maximum number of listeners '\(quota)' has been reached")
        }
        let arn = makeListenerARN(on: call.loadBalancerARN)
        tags[arn.rawValue] = try TagValidation.merged([], call.tags, quota: configuration.quotas.tagsPerResource)
        var record = ListenerRecord(
            listener: listener, rules: [Rule(arn: makeRuleARN(on: arn), priority: .last, actions: actions)],
            sequence: makeSequence(), visibleAt: clock.advanced(by: configuration.controlPlaneLag))
        record.listener.arn = arn
        listeners[arn] = record
        unpublished.insert(call.loadBalancerARN)
        return .listeners([record.shown], nextMarker: nil)
    }

    mutating func modifyListener(_ call: ELBRequest.ModifyListener) throws(ELBFailure) -> ELBResponse {
        var record = try listener(call.arn)
        if let port = call.port { record.listener.port = port }
        if let transport = call.protocol {
            record.listener.protocol = transport
            if transport == .http {
                record.listener.certificates = []
                record.listener.sslPolicy = nil
            }
        }
        if !call.certificates.isEmpty { record.listener.certificates = call.certificates }
        if let policy = call.sslPolicy { record.listener.sslPolicy = policy }
        let transport = record.listener.protocol ?? .http
        if record.listener.sslPolicy == nil { record.listener.sslPolicy = Self.defaultPolicy(transport) }
        try check(record.listener)
        let owner = record.listener.loadBalancerARN
        let others = listeners.ordered.filter { $0.listener.loadBalancerARN == owner && $0.listener.arn != call.arn }
        guard !others.contains(where: { $0.listener.port == record.listener.port }) else {
            throw Self.duplicateListener(owner)
        }
        if !call.defaultActions.isEmpty {
            let actions = try checkedActions(
                call.defaultActions, loadBalancer: owner, listenerProtocol: transport, isNewRule: false)
            record.rules[record.rules.count - 1].actions = actions
        }
        listeners[call.arn] = record
        unpublished.insert(owner)
        return .listeners([record.shown], nextMarker: nil)
    }

    mutating func deleteListener(_ call: ELBRequest.DeleteListener) throws(ELBFailure) -> ELBResponse {
        _ = try listener(call.arn)
        removeListener(call.arn)
        return .done
    }

    func describeListeners(_ call: ELBRequest.DescribeListeners) throws(ELBFailure) -> ELBResponse {
        if !call.listenerARNs.isEmpty {
            guard call.loadBalancerARN == nil else {
                throw .validation("You cannot specify both a load balancer ARN and listener ARNs")
            }
            var found: [Listener] = []
            for arn in call.listenerARNs { found.append(try listener(arn).shown) }
            return .listeners(found, nextMarker: nil)
        }
        guard let owner = call.loadBalancerARN else {
            throw .validation("You must specify either listener ARNs or a load balancer ARN")
        }
        _ = try loadBalancer(owner)
        let items = listeners.ordered.filter { $0.listener.loadBalancerARN == owner }
            .map { (position: $0.sequence, item: $0.shown) }
        let page = try Paging.page(
            items, operation: "DescribeListeners", marker: call.marker, size: call.pageSize,
            sizeMax: configuration.quotas.pageSizeMax)
        return .listeners(page.items, nextMarker: page.nextMarker)
    }

    /// The record of a listener that must exist.
    func listener(_ arn: ListenerARN) throws(ELBFailure) -> ListenerRecord {
        try Names.check(arn, is: "listener")
        guard let record = listeners[arn] else {
            throw ELBFailure(.listenerNotFound, "One or more listeners not found")
        }
        return record
    }

    /// Removes a listener with its rules and their tags.
    mutating func removeListener(_ arn: ListenerARN) {
        guard let record = listeners[arn] else { return }
        for rule in record.rules { tags[rule.arn.rawValue] = nil }
        tags[arn.rawValue] = nil
        listeners[arn] = nil
        unpublished.insert(record.listener.loadBalancerARN)
    }
}

extension LoadBalancerState {
    private static func defaultPolicy(_ transport: TrafficProtocol) -> String? {
        transport == .https ? "ELBSecurityPolicy-2016-08" : nil
    }

    private static func duplicateListener(_ loadBalancer: LoadBalancerARN) -> ELBFailure {
        let message = "A listener already exists on this port for this load balancer '\(loadBalancer)'"
        return ELBFailure(.duplicateListener, message)
    }

    private func check(_ listener: Listener) throws(ELBFailure) {
        try Names.check(listener.port, at: "port", in: 1...65535)
        switch listener.protocol {
        case .http:
            guard listener.certificates.isEmpty else {
                throw .validation("Certificates can only be specified for HTTPS listeners")
            }
            guard listener.sslPolicy == nil else {
                throw .validation("An SSL policy can only be specified for HTTPS listeners")
            }
        case .https:
            guard listener.certificates.count == 1 else {
                throw .validation("A certificate must be specified for HTTPS listeners, exactly one")
            }
        default:
            let name = listener.protocol?.rawValue ?? ""
            throw ELBFailure(.unsupportedProtocol, "Listener protocol '\(name)' must be one of 'HTTP, HTTPS'")
        }
    }
}
