import ELBModel
import KubernetesModel
import RequestRouting

/// What outlives a process.
///
/// Kept is what the API shows and what the next answers follow from. The views of the nodes and the counts of passed
/// and failed checks are not: a data plane that starts again makes them anew.
extension LoadBalancerState {
    /// Everything that is to be kept, those resources first that others belong to.
    package var keptResources: [KeptResource] {
        [keptCounters] + loadBalancers.keys.map(kept) + targetGroups.keys.map(kept) + listeners.keys.map(kept)
            + tags.keys.map(keptTags)
    }

    /// What may have changed since the last call, sorted by kind and name, the counters last; the first call only
    /// begins to note changes.
    package mutating func takeChanges() -> [KeptResource] {
        let changes =
            loadBalancers.takeChanged().sorted().map(kept) + targetGroups.takeChanged().sorted().map(kept)
            + listeners.takeChanged().sorted().map(kept) + tags.takeChanged().sorted().map(keptTags)
        return changes.isEmpty ? [] : changes + [keptCounters]
    }

    private var keptCounters: KeptResource {
        KeptResource(
            .counters, "",
            KeptCounters(
                generator: String(generator.position), sequence: lastSequence, registration: String(lastRegistration),
                version: String(lastVersion)))
    }

    private func kept(_ arn: LoadBalancerARN) -> KeptResource {
        KeptResource(
            .loadBalancer, arn.rawValue,
            loadBalancers[arn].map { record in
                KeptLoadBalancer(
                    loadBalancer: record.loadBalancer, securityGroupsAsked: record.securityGroupsAsked,
                    attributes: Self.kept(record.attributes), sequence: record.sequence, slot: record.slot,
                    activeAt: Int(record.activeAt.microseconds))
            })
    }

    private func kept(_ arn: ListenerARN) -> KeptResource {
        KeptResource(
            .listener, arn.rawValue,
            listeners[arn].map { record in
                KeptListener(
                    listener: record.listener, certificates: record.certificates,
                    attributes: Self.kept(record.attributes), rules: record.rules,
                    sequence: record.sequence, visibleAt: Int(record.visibleAt.microseconds))
            })
    }

    private func kept(_ arn: TargetGroupARN) -> KeptResource {
        KeptResource(
            .targetGroup, arn.rawValue,
            targetGroups[arn].map { record in
                KeptTargetGroup(
                    targetGroup: record.targetGroup, attributes: Self.kept(record.attributes),
                    targets: record.targets.ordered.map(KeptTarget.init), sequence: record.sequence,
                    releasedAt: record.releasedAt.map { Int($0.microseconds) })
            })
    }

    private func keptTags(of arn: String) -> KeptResource {
        KeptResource(.tags, arn, tags[arn].map { KeptTags(tags: $0) })
    }

    private static func kept(_ attributes: [String: String]) -> [Attribute] {
        attributes.sorted { $0.key < $1.key }.map { Attribute(key: $0.key, value: $0.value) }
    }
}

extension LoadBalancerState {
    /// Goes on with what was kept. The nodes know it at once, and every target is checked at once.
    ///
    /// - Parameter kept: each resource once, in any order.
    /// - Throws: `KeptResourceProblem` for a resource that was not made by `keptResources` or `takeChanges`.
    package init(configuration: LoadBalancerConfiguration, kept: [KeptResource]) throws(KeptResourceProblem) {
        self.init(configuration: configuration)
        var balancers: [LoadBalancerRecord] = []
        var listeners: [ListenerRecord] = []
        var groups: [TargetGroupRecord] = []
        for resource in kept {
            guard let content = resource.content else { continue }
            let identity = resource.identity
            switch identity.kind {
            case .loadBalancer: balancers.append(record(try Self.read(content, identity)))
            case .listener: listeners.append(Self.record(try Self.read(content, identity)))
            case .targetGroup: groups.append(try Self.record(Self.read(content, identity), identity))
            case .tags: tags[identity.name] = (try Self.read(content, identity) as KeptTags).tags
            case .counters: try restore(Self.read(content, identity), identity)
            }
        }
        for record in balancers.sorted(by: { $0.sequence < $1.sequence }) {
            loadBalancers[record.loadBalancer.arn] = record
            unpublished.insert(record.loadBalancer.arn)
        }
        for record in groups.sorted(by: { $0.sequence < $1.sequence }) {
            targetGroups[record.targetGroup.arn] = record
        }
        for record in listeners.sorted(by: { $0.sequence < $1.sequence }) {
            self.listeners[record.listener.arn] = record
        }
        let drawn = generator
        settleChanges()
        // Delays are drawn for the nodes, which are told at once all the same; ids go on where they were.
        generator = drawn
    }

    private static func read<Value: WireStructure>(
        _ content: [WireField], _ identity: KeptResource.Identity
    ) throws(KeptResourceProblem) -> Value {
        do throws(ELBFailure) {
            return try Value(wireFields: content)
        } catch {
            throw KeptResourceProblem(identity, error.message)
        }
    }

    private func record(_ kept: KeptLoadBalancer) -> LoadBalancerRecord {
        LoadBalancerRecord(
            loadBalancer: kept.loadBalancer, securityGroupsAsked: kept.securityGroupsAsked,
            attributes: Self.values(kept.attributes), sequence: kept.sequence, slot: kept.slot,
            activeAt: Timestamp(microseconds: Int64(kept.activeAt)), nodes: makeNodes())
    }

    private static func record(_ kept: KeptListener) -> ListenerRecord {
        ListenerRecord(
            listener: kept.listener, attributes: values(kept.attributes), certificates: kept.certificates,
            rules: kept.rules, sequence: kept.sequence, visibleAt: Timestamp(microseconds: Int64(kept.visibleAt)))
    }

    private static func record(
        _ kept: KeptTargetGroup, _ identity: KeptResource.Identity
    ) throws(KeptResourceProblem) -> TargetGroupRecord {
        var record = TargetGroupRecord(
            targetGroup: kept.targetGroup, attributes: values(kept.attributes), sequence: kept.sequence,
            releasedAt: kept.releasedAt.map { Timestamp(microseconds: Int64($0)) })
        for kept in kept.targets {
            guard let target = kept.record else {
                throw KeptResourceProblem(identity, "the target \(kept.id):\(kept.port) has no known phase")
            }
            record.targets[target.key] = target
        }
        return record
    }

    private mutating func restore(
        _ kept: KeptCounters, _ identity: KeptResource.Identity
    ) throws(KeptResourceProblem) {
        guard let position = UInt64(kept.generator), let registration = UInt64(kept.registration),
            let version = UInt64(kept.version)
        else { throw KeptResourceProblem(identity, "a counter is not a number") }
        generator = .init(seed: position)
        lastSequence = kept.sequence
        lastRegistration = registration
        lastVersion = version
    }

    private static func values(_ attributes: [Attribute]) -> [String: String] {
        Dictionary(attributes.map { ($0.key, $0.value) }) { _, last in last }
    }
}
