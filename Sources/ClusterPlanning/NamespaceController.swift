import JSON
package import KubernetesModel
package import Planning

/// Empties a namespace that is being deleted, then lets it go.
///
/// Source: upstream pkg/controller/namespace/deletion/namespaced_resources_deleter.go.
package struct NamespaceController: Controller {
    /// Deletions in one plan, at most.
    package static let writesPerPlanMax = 500
    static let finalizer = "kubernetes"

    package let name = "namespace"
    package let watchedKinds: [ResourceKind]
    private let contents: [ResourceKind]

    /// - Parameter kinds: every kind that may live in a namespace; cluster-scoped ones are passed over.
    package init(kinds: [ResourceKind] = GarbageCollector.builtInKinds) {
        contents = kinds.filter(\.isNamespaced)
        watchedKinds = contents + [.namespace]
    }

    package func keys(for change: ObjectChange, in world: World) -> [ObjectKey] {
        guard let object = change.object else { return [] }
        if change.kind == .namespace { return [object.key] }
        let key = ObjectKey(name: object.namespace)
        guard world.objects.object(.namespace, key)?.isDeleting ?? false else { return [] }
        return [key]
    }

    package func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        guard let namespace = world.objects.object(.namespace, key), namespace.isDeleting else { return Plan() }
        let finalizers = (namespace.spec["finalizers"]?.arrayValue ?? []).compactMap(\.stringValue)
        guard finalizers.contains(Self.finalizer) else { return Plan() }

        var plan = Plan()
        var content = NamespaceContent()
        for kind in contents {
            for object in world.objects.objects(kind, namespace: key.name) {
                content.add(object, kind)
                guard !object.isDeleting, plan.effects.count < Self.writesPerPlanMax else { continue }
                let deletion = KubernetesWrite.Deletion(kind, object.key, uid: object.uid)
                plan.effects.append(.kubernetes(.delete(deletion)))
            }
        }
        // What is about to be deleted is not worth a word yet.
        guard plan.effects.isEmpty else { return plan }
        if let write = content.write(to: namespace, now: now) { plan.effects.append(.kubernetes(write)) }
        guard content.count == 0 else {
            plan.decisions.append(
                Decision(
                    key, "ContentRemains", "\(content.count) objects are left in the namespace.",
                    waitingFor: "their deletion"))
            return plan
        }
        var document = namespace.document
        document.set(Optional.none, at: "metadata", "resourceVersion")
        let kept = finalizers.filter { $0 != Self.finalizer }.map(JSONValue.string)
        document.set(kept.isEmpty ? nil : .array(kept), at: "spec", "finalizers")
        plan.effects.append(.kubernetes(.update(.namespace, key, subresource: "finalize", document)))
        return plan
    }
}
