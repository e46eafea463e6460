package import ELBModel
package import KubernetesModel

/// Parts of what AWS holds, each as it was read last: what one read has learned, others need not ask again.
///
/// What moves traffic, listeners and rules, is shared only between reads of the same moment. What says which load
/// balancer and which target group is meant changes rarely, and is dropped when Weir itself changes it.
package struct AWSInventory: Equatable, Sendable {
    /// Something that was read, and the time before which nothing of it was asked.
    struct Part<Value: Equatable & Sendable>: Equatable, Sendable {
        var value: Value
        var at: Timestamp
    }

    /// How old parts may be to be used again.
    package struct Ages: Equatable, Sendable {
        /// Lists of load balancers and target groups. Which load balancer has a name does not change; a name that is
        /// not in the list, and a load balancer that is gone, have it read anew.
        var lists = Duration.seconds(600)
        /// Target groups that a rule names; one that is not known has them read anew.
        var groups = Duration.seconds(600)
        /// Which listeners there are. Their rules are read each time.
        var listeners = Duration.seconds(5)
        /// Rules.
        package var routing = Duration.milliseconds(300)
        /// Tags and attributes; changes that others make are found this late.
        var labels = Duration.seconds(600)

        /// The usual ones.
        package init() {}

        /// For a stack, whose resources are compared with what they should be: no list is older than `maxAge`.
        package init(stack maxAge: Duration) {
            lists = min(.seconds(30), maxAge)
            groups = .seconds(60)
            listeners = routing
        }
    }

    var loadBalancers: Part<[LoadBalancer]>?
    /// Every target group of the region.
    var allGroups: Part<[TargetGroupARN]>?
    var groups: [TargetGroupARN: Part<TargetGroup>] = [:]
    var listeners: [LoadBalancerARN: Part<[Listener]>] = [:]
    var rules: [ListenerARN: Part<[Rule]>] = [:]
    var tags: [String: Part<[Tag]>] = [:]
    var attributes: [String: Part<[Attribute]>] = [:]
    /// When Weir has last changed something of a kind.
    private var changedAt: [Aspect: Timestamp] = [:]

    private enum Aspect: CaseIterable {
        case loadBalancers, groups, routing, tags, attributes
    }

    package init() {}

    /// Whether nothing is known.
    package var isEmpty: Bool { self == AWSInventory() }

    /// The parts that may be used at `now`; listeners and rules only if they were read after `after`.
    func usable(_ ages: Ages, after: Timestamp?, now: Timestamp) -> AWSInventory {
        func isFresh(_ time: Timestamp, _ age: Duration) -> Bool { time.duration(to: now) <= age }
        func isCurrent(_ time: Timestamp, _ age: Duration) -> Bool {
            isFresh(time, age) && after.map { time > $0 } ?? true
        }
        var result = self
        // A load balancer that is being made is looked at again soon.
        let isSettled = loadBalancers?.value.allSatisfy { $0.state.code == .active } ?? true
        let listAge = isSettled ? ages.lists : min(ages.lists, .seconds(1))
        if let part = loadBalancers, !isFresh(part.at, listAge) { result.loadBalancers = nil }
        if let part = allGroups, !isFresh(part.at, ages.lists) { result.allGroups = nil }
        result.groups = groups.filter { isFresh($0.value.at, ages.groups) }
        result.listeners = listeners.filter { isCurrent($0.value.at, ages.listeners) }
        result.rules = rules.filter { isCurrent($0.value.at, ages.routing) }
        result.tags = tags.filter { isFresh($0.value.at, ages.labels) }
        result.attributes = attributes.filter { isFresh($0.value.at, ages.labels) }
        return result
    }

    /// Takes over what a read has learned; not what Weir has changed since that read began.
    package mutating func merge(_ learned: AWSInventory) {
        func isValid(_ aspect: Aspect, _ time: Timestamp) -> Bool { changedAt[aspect].map { time > $0 } ?? true }
        if let part = learned.loadBalancers, isValid(.loadBalancers, part.at) { loadBalancers = part }
        if let part = learned.allGroups, isValid(.groups, part.at) {
            allGroups = part
            let present = Set(part.value)
            groups = groups.filter { present.contains($0.key) }
        }
        for (key, part) in learned.groups where isValid(.groups, part.at) { groups[key] = part }
        for (key, part) in learned.listeners where isValid(.routing, part.at) { listeners[key] = part }
        for (key, part) in learned.rules where isValid(.routing, part.at) { rules[key] = part }
        for (key, part) in learned.tags where isValid(.tags, part.at) { tags[key] = part }
        for (key, part) in learned.attributes where isValid(.attributes, part.at) { attributes[key] = part }
    }

    /// Forgets what a mutating call may have changed.
    package mutating func changed(by request: ELBRequest, now: Timestamp) {
        switch request {
        case .createLoadBalancer, .setIpAddressType, .setSecurityGroups, .setSubnets: forget(.loadBalancers, now)
        case .deleteLoadBalancer:
            for aspect in [Aspect.loadBalancers, .groups, .routing] { forget(aspect, now) }
        case .createTargetGroup, .deleteTargetGroup, .modifyTargetGroup: forget(.groups, now)
        case .createListener, .deleteListener, .modifyListener, .createRule, .deleteRule, .modifyRule,
            .setRulePriorities:
            forget(.routing, now)
            forget(.groups, now)
        case .addTags, .removeTags: forget(.tags, now)
        case .modifyLoadBalancerAttributes(let call): forgetAttributes(of: call.arn.rawValue, now)
        case .modifyTargetGroupAttributes(let call): forgetAttributes(of: call.arn.rawValue, now)
        case .modifyListenerAttributes(let call): forgetAttributes(of: call.arn.rawValue, now)
        default: break
        }
    }

    /// Forgets what is listed: a read has met something that is not there any more.
    package mutating func forgetLists() {
        loadBalancers = nil
        allGroups = nil
        groups = [:]
        (listeners, rules) = ([:], [:])
    }

    private mutating func forget(_ aspect: Aspect, _ now: Timestamp) {
        changedAt[aspect] = now
        switch aspect {
        case .loadBalancers: loadBalancers = nil
        case .groups:
            allGroups = nil
            groups = [:]
        case .routing: (listeners, rules) = ([:], [:])
        case .tags: tags = [:]
        case .attributes: attributes = [:]
        }
    }

    private mutating func forgetAttributes(of arn: String, _ now: Timestamp) {
        changedAt[.attributes] = now
        attributes[arn] = nil
    }
}
