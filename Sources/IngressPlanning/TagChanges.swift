import ELBModel
import Planning

/// What has to happen to the tags of a resource.
enum TagChanges {
    /// Adds what is missing or different in one call, and removes what is not wanted in another. Tags of others stay.
    static func effects(arn: String, desired: [Tag], observed: [Tag], keeping kept: Set<String> = []) -> [Effect] {
        var effects: [Effect] = []
        let changed = desired.filter { observed.value($0.key) != $0.value }
        if !changed.isEmpty { effects.append(.elb(.addTags(.init(resourceARNs: [arn], tags: changed)))) }
        let surplus = observed.map(\.key).filter { key in
            desired.value(key) == nil && !StackTags.isForeign(key) && !kept.contains(key)
        }
        if !surplus.isEmpty {
            effects.append(.elb(.removeTags(.init(resourceARNs: [arn], tagKeys: surplus.sorted()))))
        }
        return effects
    }
}

extension [Attribute] {
    /// The desired attributes that AWS has otherwise; attributes that are not desired are left alone.
    func drifted(from observed: [Attribute]) -> [Attribute] {
        filter { wanted in observed.first { $0.key == wanted.key }?.value != wanted.value }
    }
}
