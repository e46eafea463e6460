package import JSON

/// A change to the API server, as data: what a planner asks for and the executor sends.
///
/// There is no write of a decoded document: everything but creation is a patch with its precondition, so that fields
/// Weir does not know survive. `update` exists for the few subresources that take nothing else.
package enum KubernetesWrite: Equatable, Sendable {
    /// POST of a whole new object; `metadata.namespace` names the namespace.
    case create(ResourceKind, JSONValue)
    /// PATCH of an object or one of its subresources.
    case patch(Patch)
    /// PUT to a subresource such as a namespace's `finalize`.
    case update(ResourceKind, ObjectKey, subresource: String, JSONValue)
    /// DELETE with its preconditions.
    case delete(Deletion)
    /// POST to a pod's `eviction` subresource.
    case evict(ObjectKey)

    /// A patch of one object.
    package struct Patch: Equatable, Sendable {
        package var kind: ResourceKind
        package var key: ObjectKey
        package var type: PatchType
        package var body: JSONValue
        /// `status`, `scale`; `nil` for the object itself.
        package var subresource: String?
        /// When set, the write is refused with a conflict unless the object still has this version.
        package var resourceVersion: String?

        package init(
            _ kind: ResourceKind, _ key: ObjectKey, type: PatchType = .merge, body: JSONValue,
            subresource: String? = nil, resourceVersion: String? = nil
        ) {
            self.kind = kind
            self.key = key
            self.type = type
            self.body = body
            self.subresource = subresource
            self.resourceVersion = resourceVersion
        }
    }

    /// The deletion of one object.
    package struct Deletion: Equatable, Sendable {
        package var kind: ResourceKind
        package var key: ObjectKey
        package var propagation: Propagation?
        /// When set, only the object with this uid is deleted.
        package var uid: String?
        /// When set, only this version is deleted.
        package var resourceVersion: String?
        /// Overrides a pod's `terminationGracePeriodSeconds`; 0 deletes at once.
        package var gracePeriodSeconds: Int?

        package init(
            _ kind: ResourceKind, _ key: ObjectKey, propagation: Propagation? = .background, uid: String? = nil,
            resourceVersion: String? = nil, gracePeriodSeconds: Int? = nil
        ) {
            self.kind = kind
            self.key = key
            self.propagation = propagation
            self.uid = uid
            self.resourceVersion = resourceVersion
            self.gracePeriodSeconds = gracePeriodSeconds
        }
    }

    /// What happens to the dependents of a deleted object.
    package enum Propagation: String, Equatable, Sendable {
        case background = "Background"
        case foreground = "Foreground"
        case orphan = "Orphan"
    }
}

extension KubernetesWrite.Patch {
    /// A patch that changes nothing, and is refused unless the object is still exactly as `object` was read.
    ///
    /// It stands before writes that must not follow from an old copy of another object: 409 `Conflict` when that has
    /// changed or has been made anew, 404 `NotFound` when it is gone, and then the writes after it are not made.
    /// An API server stores nothing for it and tells no watcher.
    package static func unchanged(_ kind: ResourceKind, _ object: KubernetesObject) -> Self {
        Self(kind, object.key, body: [:], resourceVersion: object.resourceVersion)
    }

    /// The body as it goes to the server, its precondition within.
    ///
    /// Every format carries the version that the object must still have: a server compares the version in the patched
    /// object with the stored one and answers 409 `Conflict`. A JSON patch sets it too; the `test` that suggests itself
    /// is answered 422 `Invalid`, like a patch that does not fit (kube-apiserver 1.20.2).
    package var guardedBody: JSONValue {
        guard let resourceVersion else { return body }
        switch type {
        case .json:
            let guarded: JSONValue = [
                "op": "replace", "path": "/metadata/resourceVersion", "value": .string(resourceVersion),
            ]
            return .array([guarded] + (body.arrayValue ?? []))
        case .merge, .strategic, .apply:
            var guarded = body
            guarded.set(.string(resourceVersion), at: "metadata", "resourceVersion")
            return guarded
        }
    }
}

/// The patch formats of the Kubernetes API.
package enum PatchType: Hashable, Sendable {
    /// RFC 6902.
    case json
    /// RFC 7396.
    case merge
    /// Kubernetes' own list-aware merge; built-in kinds only.
    case strategic
    /// Server-side apply by a named field manager.
    case apply(fieldManager: String, force: Bool)

    /// The `Content-Type` that selects the format.
    package var contentType: String {
        switch self {
        case .json: "application/json-patch+json"
        case .merge: "application/merge-patch+json"
        case .strategic: "application/strategic-merge-patch+json"
        case .apply: "application/apply-patch+yaml"
        }
    }
}

extension KubernetesWrite {
    /// The kind that is written.
    package var kind: ResourceKind {
        switch self {
        case .create(let kind, _), .update(let kind, _, _, _): kind
        case .patch(let patch): patch.kind
        case .delete(let deletion): deletion.kind
        case .evict: .pod
        }
    }

    /// The object that is written; the name is empty when the server is to generate it.
    package var key: ObjectKey {
        switch self {
        case .create(_, let document): KubernetesObject(document).key
        case .update(_, let key, _, _), .evict(let key): key
        case .patch(let patch): patch.key
        case .delete(let deletion): deletion.key
        }
    }

    /// `create`, `patch`, `update`, `delete` or `evict`: a bounded name for logs and metrics.
    package var verb: String {
        switch self {
        case .create: "create"
        case .patch: "patch"
        case .update: "update"
        case .delete: "delete"
        case .evict: "evict"
        }
    }
}

extension KubernetesWrite: CustomStringConvertible {
    /// One line for logs and golden traces: `patch Ingress shop/web {"metadata":…}`.
    package var description: String {
        switch self {
        case .create(let kind, let document):
            let object = KubernetesObject(document)
            let prefix = document.at("metadata", "generateName")?.stringValue ?? ""
            let name = object.name.isEmpty ? "\(prefix)*" : object.name
            return "create \(kind) \(ObjectKey(namespace: object.namespace, name: name))"
        case .patch(let patch):
            let target = patch.subresource.map { "\(patch.key)/\($0)" } ?? "\(patch.key)"
            return "patch \(patch.kind) \(target) \(patch.body.text)"
        case .update(let kind, let key, let subresource, _): return "update \(kind) \(key)/\(subresource)"
        case .delete(let deletion): return "delete \(deletion.kind) \(deletion.key)"
        case .evict(let key): return "evict Pod \(key)"
        }
    }
}
