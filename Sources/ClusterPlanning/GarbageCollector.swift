import JSON
package import KubernetesModel
package import Planning

/// Deletes what has lost its owners, and carries out foreground and orphaning deletion.
///
/// Queue keys are `KindKey`s. An owner of a kind that is not watched counts as present: absence can only be told from
/// a cache that holds the kind. Objects younger than `settleTime` are left alone, because the watch that brings their
/// owner may lag behind the one that brought them (upstream reads the owner from the API server instead).
/// Source: upstream pkg/controller/garbagecollector/garbagecollector.go, attemptToDeleteItem.
package struct GarbageCollector: Controller {
    /// How long an object must exist before it can count as abandoned.
    package static let settleTime = Duration.seconds(2)
    static let foregroundFinalizer = "foregroundDeletion"
    static let orphanFinalizer = "orphan"
    /// Kinds that own nothing in practice; their end starts no search for dependents.
    static let leaves: Set<ResourceKind> = [.pod, .event, .endpoints, .endpointSlice, .lease]
    /// Kinds that the collector looks after unless told otherwise.
    package static let builtInKinds: [ResourceKind] = [
        .pod, .service, .endpoints, .endpointSlice, .configMap, .secret, .replicaSet, .deployment, .ingress, .rollout,
        .targetGroupBinding, .namespace, .node,
    ]

    package let name = "garbagecollector"
    package let watchedKinds: [ResourceKind]

    /// - Parameter kinds: every kind whose objects may own or be owned.
    package init(kinds: [ResourceKind] = GarbageCollector.builtInKinds) {
        watchedKinds = kinds
    }

    package func keys(for change: ObjectChange, in world: World) -> [ObjectKey] {
        var keys: Set<ObjectKey> = []
        if let object = change.after, !object.ownerReferences.isEmpty || object.isDeleting {
            keys.insert(KindKey(kind: change.kind, key: object.key).queueKey)
        }
        for object in [change.before, change.after].compactMap(\.self) {
            for reference in object.ownerReferences {
                guard let owner = owner(reference, of: object, in: world), owner.object.isDeleting else { continue }
                keys.insert(KindKey(kind: owner.kind, key: owner.object.key).queueKey)
            }
        }
        let isGoing = change.after?.finalizers.contains(Self.foregroundFinalizer) ?? true
        if isGoing, let object = change.object, !Self.leaves.contains(change.kind) {
            for dependent in dependents(of: object, change.kind, in: world) { keys.insert(dependent.queueKey) }
        }
        return keys.sorted()
    }

    package func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        guard let target = KindKey(key, among: watchedKinds),
            let object = world.objects.object(target.kind, target.key)
        else { return Plan() }
        if object.isDeleting {
            let dependents = dependents(of: object, target.kind, in: world)
            if object.finalizers.contains(Self.orphanFinalizer) {
                return orphan(dependents, of: object, target.kind, in: world)
            }
            if object.finalizers.contains(Self.foregroundFinalizer) {
                return finishForeground(object, target.kind, dependents, in: world)
            }
            return Plan()
        }
        return collect(object, target.kind, in: world, now: now)
    }
}

extension GarbageCollector {
    /// What the cache says about one owner reference.
    private enum OwnerState {
        case present, waitingForDependents, absent
    }

    private func collect(_ object: KubernetesObject, _ kind: ResourceKind, in world: World, now: Timestamp) -> Plan {
        let entries = object.document.at("metadata", "ownerReferences")?.arrayValue ?? []
        guard !entries.isEmpty else { return Plan() }
        let states = entries.map { state(of: OwnerReference($0), of: object, in: world) }
        guard states.contains(where: { $0 != .present }) else { return Plan() }
        if let created = object.creationTimestamp {
            let due = created.advanced(by: Self.settleTime)
            if due > now { return Plan(wakeAt: due) }
        }
        if states.contains(.present) {
            let kept = zip(entries, states).filter { $0.1 == .present }.map(\.0)
            return Plan(effects: [.kubernetes(ownerReferencesPatch(kind, object, kept))])
        }
        let isWaited = states.contains(.waitingForDependents)
        let mayOwn = !Self.leaves.contains(kind)
        let goesForeground = isWaited && mayOwn && !dependents(of: object, kind, in: world).isEmpty
        let propagation: KubernetesWrite.Propagation =
            if goesForeground || object.finalizers.contains(Self.foregroundFinalizer) {
                .foreground
            } else if object.finalizers.contains(Self.orphanFinalizer) {
                .orphan
            } else {
                .background
            }
        // The cache may know that the owner is gone before it knows that this one was orphaned.
        let deletion = KubernetesWrite.Deletion(
            kind, object.key, propagation: propagation, uid: object.uid, resourceVersion: object.resourceVersion)
        let owners = entries.compactMap { $0["name"]?.stringValue }.joined(separator: ", ")
        let why = Decision(
            object.key, "OwnerGone", "\(kind) \(object.key) is deleted: no owner of it is left (\(owners)).")
        let strangers = strangers(among: entries, of: object, kind, in: world)
        return Plan(effects: strangers + [.kubernetes(.delete(deletion))], decisions: [why])
    }

    /// Events about owners that are in another namespace, where they own nothing here.
    private func strangers(
        among entries: [JSONValue], of object: KubernetesObject, _ kind: ResourceKind, in world: World
    ) -> [Effect] {
        entries.map(OwnerReference.init).compactMap { reference in
            guard let ownerKind = self.kind(of: reference), ownerKind.isNamespaced else { return nil }
            let others = world.objects.objects(ownerKind).filter { $0.uid == reference.uid }
            guard others.contains(where: { $0.namespace != object.namespace }) else { return nil }
            let owner =
                "[\(reference.apiVersion)/\(reference.kind), namespace: \(object.namespace), name: \(reference.name), "
                + "uid: \(reference.uid)]"
            return .event(
                EventRecord(
                    kind: kind, key: object.key, uid: object.uid, severity: .warning,
                    reason: "OwnerRefInvalidNamespace",
                    message: "ownerRef \(owner) does not exist in namespace \"\(object.namespace)\"",
                    component: "garbage-collector-controller"))
        }
    }

    private func orphan(
        _ dependents: [KindKey], of owner: KubernetesObject, _ kind: ResourceKind, in world: World
    ) -> Plan {
        var plan = Plan()
        for dependent in dependents {
            guard let object = world.objects.object(dependent.kind, dependent.key) else { continue }
            let entries = object.document.at("metadata", "ownerReferences")?.arrayValue ?? []
            let kept = entries.filter { $0["uid"]?.stringValue != owner.uid }
            plan.effects.append(.kubernetes(ownerReferencesPatch(dependent.kind, object, kept)))
        }
        plan.effects.append(.kubernetes(removal(of: Self.orphanFinalizer, from: owner, kind)))
        return plan
    }

    private func finishForeground(
        _ owner: KubernetesObject, _ kind: ResourceKind, _ dependents: [KindKey], in world: World
    ) -> Plan {
        let blocking = dependents.filter { dependent in
            let references = world.objects.object(dependent.kind, dependent.key)?.ownerReferences ?? []
            return references.contains { $0.uid == owner.uid && $0.blocksOwnerDeletion }
        }
        guard let first = blocking.first else {
            return Plan(effects: [.kubernetes(removal(of: Self.foregroundFinalizer, from: owner, kind))])
        }
        let why = Decision(
            owner.key, "DependentsRemain", "\(blocking.count) dependents remain.",
            waitingFor: "\(first.kind) \(first.key) to go")
        return Plan(decisions: [why])
    }

    private func removal(of finalizer: String, from object: KubernetesObject, _ kind: ResourceKind) -> KubernetesWrite {
        let kept = object.finalizers.filter { $0 != finalizer }.map(JSONValue.string)
        let metadata: JSONValue = ["finalizers": kept.isEmpty ? .null : .array(kept)]
        return .patch(
            KubernetesWrite.Patch(
                kind, object.key, body: ["metadata": metadata], resourceVersion: object.resourceVersion))
    }

    private func state(of reference: OwnerReference, of object: KubernetesObject, in world: World) -> OwnerState {
        guard let kind = kind(of: reference) else { return .present }
        // An object of the cluster cannot be owned by one of a namespace: nobody knows which namespace is meant.
        if kind.isNamespaced, object.namespace.isEmpty { return .present }
        guard let owner = owner(reference, of: object, in: world)?.object else { return .absent }
        let isWaiting = owner.isDeleting && owner.finalizers.contains(Self.foregroundFinalizer)
        return isWaiting ? .waitingForDependents : .present
    }

    private func kind(of reference: OwnerReference) -> ResourceKind? {
        let group = reference.apiVersion.split(separator: "/").dropLast().first.map(String.init) ?? ""
        return watchedKinds.first { $0.kind == reference.kind && $0.group == group }
    }

    /// The owner, if the cache has one of the same name and uid.
    private func owner(
        _ reference: OwnerReference, of object: KubernetesObject, in world: World
    ) -> (kind: ResourceKind, object: KubernetesObject)? {
        guard let kind = kind(of: reference) else { return nil }
        let key = ObjectKey(namespace: kind.isNamespaced ? object.namespace : "", name: reference.name)
        guard let owner = world.objects.object(kind, key), owner.uid == reference.uid else { return nil }
        return (kind, owner)
    }

    /// Everything that names `owner` among its owners, by kind and name.
    private func dependents(of owner: KubernetesObject, _ kind: ResourceKind, in world: World) -> [KindKey] {
        watchedKinds.flatMap { candidate -> [KindKey] in
            guard candidate.isNamespaced || !kind.isNamespaced else { return [] }
            let objects =
                kind.isNamespaced
                ? world.objects.objects(candidate, namespace: owner.namespace) : world.objects.objects(candidate)
            return objects.filter { $0.ownerReferences.contains { $0.uid == owner.uid } }
                .map { KindKey(kind: candidate, key: $0.key) }
        }
    }
}
