package import KubernetesModel
package import Planning

/// The objects as the watches have delivered them, and how far each watch has come.
///
/// It never goes backwards: an object with an older `resourceVersion` than the cached one is ignored. Versions are
/// compared as numbers, as API servers have issued them since 1.0 and promise to do.
package struct ObjectCache: Sendable {
    /// What planners see.
    package private(set) var objects = ObjectStore()
    private var progress: [ResourceKind: UInt64] = [:]
    private var synced: Set<ResourceKind> = []
    private let kept: [ResourceKind: FieldSelection]

    /// - Parameter kept: the fields that are kept of a kind's objects; of other kinds all, but for the records of who
    ///   has written what.
    package init(keeping kept: [ResourceKind: FieldSelection] = [:]) {
        self.kept = kept
    }

    /// Whether the first list of every kind has arrived.
    package func isSynced(_ kinds: [ResourceKind]) -> Bool {
        kinds.allSatisfy(synced.contains)
    }

    /// Whether everything up to `resourceVersion` of a kind has arrived; true for versions that are not numbers.
    package func hasSeen(_ kind: ResourceKind, _ resourceVersion: String) -> Bool {
        guard let version = UInt64(resourceVersion) else { return true }
        return (progress[kind] ?? 0) >= version
    }

    /// Takes over a list; one that is older than what has been seen changes nothing, unless it begins a new history.
    ///
    /// - Returns: what changed, in order of key.
    package mutating func replace(_ kind: ResourceKind, with list: ObjectList) -> [ObjectChange] {
        var changes: [ObjectChange] = []
        if list.isNewHistory {
            progress[kind] = nil
            changes = objects.objects(kind).map { ObjectChange(kind: kind, before: $0, after: nil) }
            objects.removeAll(kind)
        } else if let version = UInt64(list.resourceVersion), version < progress[kind] ?? 0 {
            return []
        }
        let listed = Set(list.items.map(\.key))
        for object in objects.objects(kind) where !listed.contains(object.key) {
            objects.remove(kind, object.key)
            changes.append(ObjectChange(kind: kind, before: object, after: nil))
        }
        for object in list.items {
            if let change = store(object, kind) { changes.append(change) }
        }
        advance(kind, to: list.resourceVersion)
        synced.insert(kind)
        return changes.sorted { ($0.object?.key ?? ObjectKey(name: "")) < ($1.object?.key ?? ObjectKey(name: "")) }
    }

    /// Takes over one event.
    ///
    /// - Returns: the change; `nil` for a bookmark or an event that is older than the cache.
    package mutating func apply(_ event: WatchEvent, _ kind: ResourceKind) -> ObjectChange? {
        defer { advance(kind, to: event.object.resourceVersion) }
        switch event.kind {
        case .added, .modified: return store(event.object, kind)
        case .deleted:
            guard let before = objects.object(kind, event.object.key), before.uid == event.object.uid,
                !isOlder(event.object, than: before)
            else { return nil }
            objects.remove(kind, before.key)
            return ObjectChange(kind: kind, before: before, after: nil)
        case .bookmark, .error: return nil
        }
    }

    /// Takes over an object from the answer to a write, ahead of the watch.
    ///
    /// - Returns: the change; `nil` when the cache has that version or a newer one.
    package mutating func adopt(_ object: KubernetesObject, _ kind: ResourceKind) -> ObjectChange? {
        store(object, kind)
    }

    private mutating func store(_ object: KubernetesObject, _ kind: ResourceKind) -> ObjectChange? {
        let before = objects.object(kind, object.key)
        if let before {
            if before.resourceVersion == object.resourceVersion { return nil }
            if isOlder(object, than: before) { return nil }
        }
        let object = (kept[kind] ?? .everything).selecting(from: object)
        objects.insert(object, kind)
        return ObjectChange(kind: kind, before: before, after: object)
    }

    private func isOlder(_ object: KubernetesObject, than cached: KubernetesObject) -> Bool {
        guard let version = UInt64(object.resourceVersion), let known = UInt64(cached.resourceVersion) else {
            return false
        }
        return version < known
    }

    private mutating func advance(_ kind: ResourceKind, to resourceVersion: String) {
        guard let version = UInt64(resourceVersion) else { return }
        progress[kind] = max(progress[kind] ?? 0, version)
    }
}
