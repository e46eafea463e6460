package import KubernetesModel

/// Everything a planner may know: the cached objects and the newest observations. A value; planners only read it.
package struct World: Sendable {
    package var objects: ObjectStore
    package var observations: Observations
    /// Since when the key that is planned has waited for a read of AWS without getting any; `nil` when it does not.
    package var readsAwaitedSince: Timestamp?

    package init(objects: ObjectStore = ObjectStore(), observations: Observations = Observations()) {
        self.objects = objects
        self.observations = observations
    }
}

/// The cached objects, by kind, namespace and name.
package struct ObjectStore: Sendable {
    private var kinds: [ResourceKind: [String: [String: KubernetesObject]]] = [:]

    package init() {}

    /// The object, or `nil` when the cache has none.
    package func object(_ kind: ResourceKind, _ key: ObjectKey) -> KubernetesObject? {
        kinds[kind]?[key.namespace]?[key.name]
    }

    /// The objects of a namespace, sorted by name.
    package func objects(_ kind: ResourceKind, namespace: String) -> [KubernetesObject] {
        sorted(kinds[kind]?[namespace] ?? [:])
    }

    /// The objects of a namespace whose labels match, sorted by name.
    package func objects(
        _ kind: ResourceKind, namespace: String, matching selector: LabelSelector
    ) -> [KubernetesObject] {
        objects(kind, namespace: namespace).filter { selector.matches(labelsOf: $0) }
    }

    /// Every object of a kind, sorted by namespace and name.
    package func objects(_ kind: ResourceKind) -> [KubernetesObject] {
        guard let namespaces = kinds[kind] else { return [] }
        return namespaces.keys.sorted().flatMap { sorted(namespaces[$0] ?? [:]) }
    }

    /// How many objects of a kind there are.
    package func count(_ kind: ResourceKind) -> Int {
        (kinds[kind] ?? [:]).values.reduce(0) { $0 + $1.count }
    }

    /// Adds or replaces an object.
    package mutating func insert(_ object: KubernetesObject, _ kind: ResourceKind) {
        let key = object.key
        kinds[kind, default: [:]][key.namespace, default: [:]][key.name] = object
    }

    /// Removes an object; nothing happens when there is none.
    package mutating func remove(_ kind: ResourceKind, _ key: ObjectKey) {
        kinds[kind]?[key.namespace]?[key.name] = nil
    }

    /// Forgets every object of a kind.
    package mutating func removeAll(_ kind: ResourceKind) {
        kinds[kind] = nil
    }

    private func sorted(_ objects: [String: KubernetesObject]) -> [KubernetesObject] {
        objects.sorted { $0.key < $1.key }.map(\.value)
    }
}
