package import ELBModel
package import KubernetesModel

/// The calls that answer one question about AWS, one at a time, without doing any I/O.
///
/// `start` gives the first step; each answer is passed to `receive`, which gives the next, until `done`. All pages are
/// read, and tags in batches of twenty, the most that DescribeTags takes. What an inventory knows freshly enough is not
/// asked again. A refused call ends the read: a part of the truth is not an answer.
package struct ObservationProcedure: Sendable {
    /// What to do next.
    package enum Step: Equatable, Sendable {
        case call(ELBRequest)
        case done(ObservedFacts)
    }

    private static let tagBatch = 20
    private let subject: ObservationSubject
    private let now: Timestamp
    /// What may be used, and what was read so far.
    private var parts: AWSInventory
    /// What was read so far, for others to use.
    package private(set) var learned = AWSInventory()
    private var asked: ELBRequest?
    private var pages = Pages()
    private var health: [TargetHealthDescription]?
    private var hasListedLoadBalancers = false
    private var listedGroups: Set<LoadBalancerARN> = []

    /// The pages of a list that is being read.
    private struct Pages: Sendable {
        var marker: String?
        var loadBalancers: [LoadBalancer] = []
        var groups: [TargetGroup] = []
        var listeners: [Listener] = []
        var rules: [Rule] = []
    }

    /// - Parameters:
    ///   - known: what other reads have found.
    ///   - after: listeners and rules that were read at this time or before are read again; `nil` sets no bound.
    ///   - now: when the read begins.
    package init(
        _ subject: ObservationSubject, known: AWSInventory = AWSInventory(), ages: AWSInventory.Ages = .init(),
        after: Timestamp? = nil, now: Timestamp = Timestamp(seconds: 0)
    ) {
        self.subject = subject
        self.now = now
        parts = known.isEmpty ? known : known.usable(ages, after: after, now: now)
    }

    /// The first step.
    package mutating func start() -> Step { next() }

    /// The step after the answer to the call that was asked for last.
    package mutating func receive(_ response: ELBResponse) -> Step {
        guard let request = asked else { preconditionFailure("an answer needs a question") }
        asked = nil
        take(response, to: request)
        return next()
    }

    /// Since when the rules that others have read are known; `nil` when none of theirs were used.
    package var sharedSince: Timestamp? {
        listenersUsed.flatMap(\.value).compactMap { parts.rules[$0.arn]?.at }.filter { $0 < now }.min()
    }

    /// Since when the listeners that others have read are known; `nil` when none of theirs were used.
    package var listenersSince: Timestamp? { listenersUsed.map(\.at).filter { $0 < now }.min() }

    private var listenersUsed: [AWSInventory.Part<[Listener]>] {
        chosen.compactMap { parts.listeners[$0.arn] }
    }

    private mutating func next() -> Step {
        if let request = missing() {
            asked = request
            return .call(request)
        }
        return .done(facts)
    }
}

// MARK: what is asked

extension ObservationProcedure {
    /// The next call; `nil` when everything is known.
    private mutating func missing() -> ELBRequest? {
        switch subject {
        case .targetHealth(let arn):
            return health == nil ? .describeTargetHealth(.init(targetGroupARN: arn)) : nil
        case .loadBalancer: return missingOfLoadBalancer()
        case .stack: return missingOfStack()
        }
    }

    private mutating func missingOfLoadBalancer() -> ELBRequest? {
        guard parts.loadBalancers != nil else { return .describeLoadBalancers(.init(marker: pages.marker)) }
        guard let found = chosen.first else {
            guard !hasListedLoadBalancers else { return nil }
            // An older list may lack a new one.
            parts.loadBalancers = nil
            return .describeLoadBalancers(.init())
        }
        if let request = missingRouting(of: found.arn) { return request }
        let used = groupsUsed(by: found.arn)
        if !listedGroups.contains(found.arn), used.contains(where: { parts.groups[$0] == nil }) {
            return .describeTargetGroups(.init(loadBalancerARN: found.arn, marker: pages.marker))
        }
        return missingTags([found.arn.rawValue] + used.filter { parts.groups[$0] != nil }.map(\.rawValue))
    }

    private func missingOfStack() -> ELBRequest? {
        guard let balancers = parts.loadBalancers?.value else {
            return .describeLoadBalancers(.init(marker: pages.marker))
        }
        guard let groups = parts.allGroups?.value else { return .describeTargetGroups(.init(marker: pages.marker)) }
        if let request = missingTags(balancers.map(\.arn.rawValue) + groups.map(\.rawValue)) { return request }
        let own = chosen
        for balancer in own where parts.attributes[balancer.arn.rawValue] == nil {
            return .describeLoadBalancerAttributes(.init(arn: balancer.arn))
        }
        for balancer in own {
            if let request = missingRouting(of: balancer.arn) { return request }
        }
        for group in ownGroups where parts.attributes[group.arn.rawValue] == nil {
            return .describeTargetGroupAttributes(.init(arn: group.arn))
        }
        let listeners = own.flatMap { parts.listeners[$0.arn]?.value ?? [] }
        let rules = listeners.flatMap { parts.rules[$0.arn]?.value ?? [] }.filter { !$0.isDefault }
        return missingTags(listeners.map(\.arn.rawValue) + rules.map(\.arn.rawValue))
    }

    private func missingRouting(of arn: LoadBalancerARN) -> ELBRequest? {
        guard let listeners = parts.listeners[arn]?.value else {
            return .describeListeners(.init(loadBalancerARN: arn, marker: pages.marker))
        }
        for listener in listeners where parts.rules[listener.arn] == nil {
            return .describeRules(.init(listenerARN: listener.arn, marker: pages.marker))
        }
        return nil
    }

    private func missingTags(_ arns: [String]) -> ELBRequest? {
        let unread = arns.filter { parts.tags[$0] == nil }
        return unread.isEmpty ? nil : .describeTags(.init(resourceARNs: Array(unread.prefix(Self.tagBatch))))
    }
}

// MARK: what is answered

extension ObservationProcedure {
    private mutating func take(_ response: ELBResponse, to request: ELBRequest) {
        switch (request, response) {
        case (.describeLoadBalancers, .loadBalancers(let page, let marker)):
            pages.loadBalancers += page
            guard isLast(marker) else { return }
            hasListedLoadBalancers = true
            let list = pages.loadBalancers
            note { $0.loadBalancers = .init(value: list, at: $1) }
        case (.describeTargetGroups(let call), .targetGroups(let page, let marker)):
            pages.groups += page
            guard isLast(marker) else { return }
            takeGroups(of: call.loadBalancerARN)
        case (.describeListeners(let call), .listeners(let page, let marker)):
            pages.listeners += page
            guard isLast(marker), let owner = call.loadBalancerARN else { return }
            let list = pages.listeners
            note { $0.listeners[owner] = .init(value: list, at: $1) }
        case (.describeRules(let call), .rules(let page, let marker)):
            pages.rules += page
            guard isLast(marker), let owner = call.listenerARN else { return }
            let list = pages.rules
            note { $0.rules[owner] = .init(value: list, at: $1) }
        case (.describeLoadBalancerAttributes(let call), .attributes(let list)):
            note { $0.attributes[call.arn.rawValue] = .init(value: list, at: $1) }
        case (.describeTargetGroupAttributes(let call), .attributes(let list)):
            note { $0.attributes[call.arn.rawValue] = .init(value: list, at: $1) }
        case (.describeTags(let call), .tags(let descriptions)):
            for arn in call.resourceARNs {
                let tags = descriptions.first { $0.resourceARN == arn }?.tags ?? []
                note { $0.tags[arn] = .init(value: tags, at: $1) }
            }
        case (.describeTargetHealth, .targetHealth(let list)): health = list
        default: preconditionFailure("the answer \(response) is not one to \(request)")
        }
        pages = Pages()
    }

    /// Whether there are no more pages; else remembers where the next one begins.
    private mutating func isLast(_ marker: String?) -> Bool {
        pages.marker = marker.flatMap { $0.isEmpty ? nil : $0 }
        return pages.marker == nil
    }

    private mutating func takeGroups(of owner: LoadBalancerARN?) {
        let list = pages.groups
        for group in list { note { $0.groups[group.arn] = .init(value: group, at: $1) } }
        if let owner {
            listedGroups.insert(owner)
        } else {
            note { $0.allGroups = .init(value: list.map(\.arn), at: $1) }
        }
    }

    private mutating func note(_ change: (inout AWSInventory, Timestamp) -> Void) {
        change(&parts, now)
        change(&learned, now)
    }
}

// MARK: facts

extension ObservationProcedure {
    private var facts: ObservedFacts {
        switch subject {
        case .targetHealth: .targetHealth(health ?? [])
        case .loadBalancer:
            .loadBalancer(chosen.first.map { facts($0, groups: groupsUsed(by: $0.arn)) })
        case .stack:
            .stack(
                StackFacts(
                    loadBalancers: chosen.map { balancer in
                        let own = ownGroups.filter { $0.loadBalancerARNs.contains(balancer.arn) }
                        return facts(balancer, groups: own.map(\.arn))
                    },
                    targetGroups: ownGroups.map { facts($0) }))
        }
    }

    /// The load balancers that the question is about, as far as they are known.
    private var chosen: [LoadBalancer] {
        let list = parts.loadBalancers?.value ?? []
        switch subject {
        case .loadBalancer(let name):
            let wanted = Self.plain(name)
            return list.first { Self.plain($0.dnsName) == wanted }.map { [$0] } ?? []
        case .stack: return list.filter { isOfStack($0.arn.rawValue) }
        case .targetHealth: return []
        }
    }

    /// A host name as it is compared: names of both IP versions lead to the same load balancer.
    private static func plain(_ name: String) -> Substring {
        let lower = name.lowercased()
        return lower.hasPrefix("dualstack.") ? lower.dropFirst("dualstack.".count) : lower[...]
    }

    private var ownGroups: [TargetGroup] {
        (parts.allGroups?.value ?? []).filter { isOfStack($0.rawValue) }.compactMap { parts.groups[$0]?.value }
    }

    private func isOfStack(_ arn: String) -> Bool {
        guard case .stack(let id) = subject else { return false }
        let found = parts.tags[arn]?.value ?? []
        return found.contains(Tag(key: "elbv2.k8s.aws/cluster", value: id.cluster))
            && found.contains(Tag(key: "ingress.k8s.aws/stack", value: id.name))
    }

    /// The target groups that listeners and rules name, in the order in which they are first named.
    private func groupsUsed(by arn: LoadBalancerARN) -> [TargetGroupARN] {
        let listeners = parts.listeners[arn]?.value ?? []
        let actions = listeners.flatMap { listener in
            (parts.rules[listener.arn]?.value ?? []).flatMap(\.actions) + listener.defaultActions
        }
        var seen: Set<TargetGroupARN> = []
        return actions.flatMap { action -> [TargetGroupARN] in
            if case .forward(let forward) = action { forward.targetGroups.map(\.arn) } else { [] }
        }.filter { seen.insert($0).inserted }
    }

    private func facts(_ balancer: LoadBalancer, groups: [TargetGroupARN]) -> LoadBalancerFacts {
        let own = (parts.listeners[balancer.arn]?.value ?? []).sorted { ($0.port ?? 0) < ($1.port ?? 0) }
        return LoadBalancerFacts(
            loadBalancer: balancer, attributes: attributes(of: balancer.arn.rawValue),
            tags: tags(of: balancer.arn.rawValue),
            listeners: own.map { listener in
                ListenerFacts(
                    listener: listener, tags: tags(of: listener.arn.rawValue),
                    rules: (parts.rules[listener.arn]?.value ?? []).map {
                        RuleFacts(rule: $0, tags: tags(of: $0.arn.rawValue))
                    })
            },
            targetGroups: groups.compactMap { parts.groups[$0]?.value }.map { facts($0) })
    }

    private func facts(_ group: TargetGroup) -> TargetGroupFacts {
        let arn = group.arn.rawValue
        return TargetGroupFacts(targetGroup: group, attributes: attributes(of: arn), tags: tags(of: arn))
    }

    private func tags(of arn: String) -> [Tag] { parts.tags[arn]?.value ?? [] }

    private func attributes(of arn: String) -> [Attribute] { parts.attributes[arn]?.value ?? [] }
}
