package import KubernetesModel

/// A queue key that also names the kind: `replicasets.apps/web` as the name part.
///
/// For controllers that look after many kinds; a slash cannot stand in an object's name, so keys never collide.
package struct KindKey: Hashable, Sendable {
    package var kind: ResourceKind
    package var key: ObjectKey

    package init(kind: ResourceKind, key: ObjectKey) {
        self.kind = kind
        self.key = key
    }

    /// The queue key.
    package var queueKey: ObjectKey {
        ObjectKey(namespace: key.namespace, name: "\(kind.qualifiedPlural)/\(key.name)")
    }

    /// Reads a queue key back; `nil` for one of no known kind.
    package init?(_ queueKey: ObjectKey, among kinds: [ResourceKind]) {
        guard let slash = queueKey.name.firstIndex(of: "/") else { return nil }
        let plural = String(queueKey.name[..<slash])
        guard let kind = kinds.first(where: { $0.qualifiedPlural == plural }) else { return nil }
        let name = String(queueKey.name[queueKey.name.index(after: slash)...])
        self.init(kind: kind, key: ObjectKey(namespace: queueKey.namespace, name: name))
    }
}
