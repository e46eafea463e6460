package import ELBModel

/// The calls that answer one question about AWS, one at a time, without doing any I/O.
///
/// `start` gives the first step; each answer is passed to `receive`, which gives the next, until `done`. All pages are
/// read, and tags in batches of twenty, the most that DescribeTags takes. A refused call ends the read: a part of the
/// truth is not an answer.
package struct ObservationProcedure: Sendable {
    /// What to do next.
    package enum Step: Equatable, Sendable {
        case call(ELBRequest)
        case done(ObservedFacts)
    }

    private enum Item {
        case loadBalancers(marker: String?)
        case targetGroups(of: LoadBalancerARN?, marker: String?)
        case listeners(LoadBalancerARN, marker: String?)
        case rules(ListenerARN, marker: String?)
        case loadBalancerAttributes(LoadBalancerARN)
        case targetGroupAttributes(TargetGroupARN)
        case tags([String])
        case targetHealth(TargetGroupARN)
        /// Nothing to call: look at what has been collected and decide what else is needed.
        case selectStack
        case selectRules
    }

    private static let tagBatch = 20
    private let subject: ObservationSubject
    private var tasks: [Item] = []
    private var loadBalancers: [LoadBalancer] = []
    private var targetGroups: [TargetGroup] = []
    private var listeners: [Listener] = []
    private var rules: [ListenerARN: [Rule]] = [:]
    private var tags: [String: [Tag]] = [:]
    private var attributes: [String: [Attribute]] = [:]
    private var health: [TargetHealthDescription] = []

    package init(_ subject: ObservationSubject) {
        self.subject = subject
    }

    /// The first step.
    package mutating func start() -> Step {
        switch subject {
        case .stack:
            tasks = [.loadBalancers(marker: nil), .targetGroups(of: nil, marker: nil), .selectStack]
        case .loadBalancer: tasks = [.loadBalancers(marker: nil)]
        case .targetHealth(let group): tasks = [.targetHealth(group)]
        }
        return next()
    }

    /// The step after the answer to the call that was asked for last.
    package mutating func receive(_ response: ELBResponse) -> Step {
        let task = tasks.removeFirst()
        switch (task, response) {
        case (.loadBalancers, .loadBalancers(let page, let marker)):
            receiveLoadBalancers(page, marker)
        case (.targetGroups(let owner, _), .targetGroups(let page, let marker)):
            targetGroups += page
            if let marker { tasks.insert(.targetGroups(of: owner, marker: marker), at: 0) }
        case (.listeners(let owner, _), .listeners(let page, let marker)):
            listeners += page
            if let marker { tasks.insert(.listeners(owner, marker: marker), at: 0) }
        case (.rules(let owner, _), .rules(let page, let marker)):
            rules[owner, default: []] += page
            if let marker { tasks.insert(.rules(owner, marker: marker), at: 0) }
        case (.loadBalancerAttributes(let arn), .attributes(let list)): attributes[arn.rawValue] = list
        case (.targetGroupAttributes(let arn), .attributes(let list)): attributes[arn.rawValue] = list
        case (.tags, .tags(let descriptions)):
            for description in descriptions { tags[description.resourceARN] = description.tags }
        case (.targetHealth, .targetHealth(let list)): health = list
        default: preconditionFailure("the answer \(response) is not one to the call that was asked for")
        }
        return next()
    }

    // MARK: steps

    private mutating func next() -> Step {
        while let task = tasks.first {
            if let request = request(for: task) { return .call(request) }
            tasks.removeFirst()
            switch task {
            case .selectStack: selectStack()
            case .selectRules: selectRules()
            default: break
            }
        }
        return .done(facts)
    }

    private func request(for task: Item) -> ELBRequest? {
        switch task {
        case .loadBalancers(let marker): .describeLoadBalancers(.init(marker: marker))
        case .targetGroups(let owner, let marker):
            .describeTargetGroups(.init(loadBalancerARN: owner, marker: marker))
        case .listeners(let owner, let marker): .describeListeners(.init(loadBalancerARN: owner, marker: marker))
        case .rules(let owner, let marker): .describeRules(.init(listenerARN: owner, marker: marker))
        case .loadBalancerAttributes(let arn): .describeLoadBalancerAttributes(.init(arn: arn))
        case .targetGroupAttributes(let arn): .describeTargetGroupAttributes(.init(arn: arn))
        case .tags(let arns): .describeTags(.init(resourceARNs: arns))
        case .targetHealth(let arn): .describeTargetHealth(.init(targetGroupARN: arn))
        case .selectStack, .selectRules: nil
        }
    }

    private mutating func receiveLoadBalancers(_ page: [LoadBalancer], _ marker: String?) {
        switch subject {
        case .loadBalancer(let dnsName):
            if let found = page.first(where: { $0.dnsName.lowercased() == dnsName.lowercased() }) {
                loadBalancers = [found]
                tasks += [
                    .targetGroups(of: found.arn, marker: nil), .listeners(found.arn, marker: nil), .selectRules,
                ]
            } else if let marker {
                tasks.insert(.loadBalancers(marker: marker), at: 0)
            }
        case .stack, .targetHealth:
            loadBalancers += page
            if let marker { tasks.insert(.loadBalancers(marker: marker), at: 0) }
        }
    }

    /// After every load balancer and target group is known: their tags first, then the details of those that match.
    private mutating func selectStack() {
        let arns = loadBalancers.map(\.arn.rawValue) + targetGroups.map(\.arn.rawValue)
        let unread = arns.filter { tags[$0] == nil }
        if !unread.isEmpty {
            tasks = tagTasks(unread) + [.selectStack]
            for arn in unread { tags[arn] = [] }
            return
        }
        loadBalancers = loadBalancers.filter { isOfStack($0.arn.rawValue) }
        targetGroups = targetGroups.filter { isOfStack($0.arn.rawValue) }
        for loadBalancer in loadBalancers {
            tasks += [.loadBalancerAttributes(loadBalancer.arn), .listeners(loadBalancer.arn, marker: nil)]
        }
        tasks += targetGroups.map { .targetGroupAttributes($0.arn) }
        tasks.append(.selectRules)
    }

    /// After the listeners are known: their rules; then the tags of whatever has none yet.
    private mutating func selectRules() {
        let unread = listeners.filter { rules[$0.arn] == nil }
        if !unread.isEmpty {
            for listener in unread { rules[listener.arn] = [] }
            tasks += unread.map { .rules($0.arn, marker: nil) } + [.selectRules]
            return
        }
        var arns = loadBalancers.map(\.arn.rawValue) + targetGroups.map(\.arn.rawValue)
        if case .stack = subject {
            arns += listeners.map(\.arn.rawValue)
            arns += listeners.flatMap { rules[$0.arn] ?? [] }.filter { !$0.isDefault }.map(\.arn.rawValue)
        }
        tasks += tagTasks(arns.filter { tags[$0] == nil })
    }

    private func tagTasks(_ arns: [String]) -> [Item] {
        stride(from: 0, to: arns.count, by: Self.tagBatch).map { start in
            .tags(Array(arns[start..<min(start + Self.tagBatch, arns.count)]))
        }
    }

    private func isOfStack(_ arn: String) -> Bool {
        guard case .stack(let id) = subject else { return false }
        let found = tags[arn] ?? []
        return found.contains(Tag(key: "elbv2.k8s.aws/cluster", value: id.cluster))
            && found.contains(Tag(key: "ingress.k8s.aws/stack", value: id.name))
    }

    // MARK: facts

    private var facts: ObservedFacts {
        switch subject {
        case .targetHealth: .targetHealth(health)
        case .loadBalancer: .loadBalancer(loadBalancers.first.map(facts))
        case .stack:
            .stack(
                StackFacts(
                    loadBalancers: loadBalancers.map(facts), targetGroups: targetGroups.map(facts)))
        }
    }

    private func facts(_ loadBalancer: LoadBalancer) -> LoadBalancerFacts {
        let arn = loadBalancer.arn
        let own = listeners.filter { $0.loadBalancerARN == arn }.sorted { ($0.port ?? 0) < ($1.port ?? 0) }
        return LoadBalancerFacts(
            loadBalancer: loadBalancer, attributes: attributes[arn.rawValue] ?? [], tags: tags[arn.rawValue] ?? [],
            listeners: own.map { listener in
                ListenerFacts(
                    listener: listener, tags: tags[listener.arn.rawValue] ?? [],
                    rules: (rules[listener.arn] ?? []).map { RuleFacts(rule: $0, tags: tags[$0.arn.rawValue] ?? []) })
            },
            targetGroups: targetGroups.filter { $0.loadBalancerARNs.contains(arn) }.map(facts))
    }

    private func facts(_ group: TargetGroup) -> TargetGroupFacts {
        let arn = group.arn.rawValue
        return TargetGroupFacts(targetGroup: group, attributes: attributes[arn] ?? [], tags: tags[arn] ?? [])
    }
}
