import JSON
import KubernetesModel

extension ClientRequest {
    /// The field manager in `managedFields` for writes that name no other.
    static let fieldManager = "weir"

    /// The request that performs a write.
    ///
    /// Preconditions travel where the API takes them: a patch's version in its body, uid and version of a deletion in
    /// its options.
    init(_ write: KubernetesWrite) {
        switch write {
        case .create(let kind, let document):
            let namespace = document.at("metadata", "namespace")?.stringValue
            self.init(method: .post, path: kind.path(namespace: namespace), contentType: Self.json, body: document)
            set("fieldManager", Self.fieldManager)
        case .patch(let patch):
            self.init(patch)
        case .update(let kind, let key, let subresource, let document):
            let path = kind.path(
                namespace: key.namespace, name: key.name, subresource: subresource.isEmpty ? nil : subresource)
            self.init(method: .put, path: path, contentType: Self.json, body: document)
            set("fieldManager", Self.fieldManager)
        case .delete(let deletion):
            let path = deletion.kind.path(namespace: deletion.key.namespace, name: deletion.key.name)
            self.init(method: .delete, path: path, contentType: Self.json, body: Self.options(deletion))
        case .evict(let key):
            self.init(evict: key, version: "v1")
        }
    }

    /// Asks a pod's `eviction` subresource, whose body is of this version of group `policy`, to evict it.
    init(evict key: ObjectKey, version: String) {
        let path = ResourceKind.pod.path(namespace: key.namespace, name: key.name, subresource: "eviction")
        let body: JSONValue = [
            "apiVersion": .string("policy/\(version)"), "kind": "Eviction",
            "metadata": ["name": .string(key.name), "namespace": .string(key.namespace)],
        ]
        self.init(method: .post, path: path, contentType: Self.json, body: body)
    }

    static let json = "application/json"

    private init(_ patch: KubernetesWrite.Patch) {
        let path = patch.kind.path(
            namespace: patch.key.namespace, name: patch.key.name, subresource: patch.subresource)
        self.init(
            method: .patch, path: path, contentType: patch.type.contentType, body: patch.guardedBody)
        if case .apply(let manager, let force) = patch.type {
            set("fieldManager", manager)
            if force { set("force", "true") }
        } else {
            set("fieldManager", Self.fieldManager)
        }
    }

    private static func options(_ deletion: KubernetesWrite.Deletion) -> JSONValue {
        var options: JSONValue = ["kind": "DeleteOptions", "apiVersion": "v1"]
        if let seconds = deletion.gracePeriodSeconds { options["gracePeriodSeconds"] = .number(JSONNumber(seconds)) }
        if let uid = deletion.uid { options.set(.string(uid), at: "preconditions", "uid") }
        if let version = deletion.resourceVersion {
            options.set(.string(version), at: "preconditions", "resourceVersion")
        }
        if let propagation = deletion.propagation { options["propagationPolicy"] = .string(propagation.rawValue) }
        return options
    }
}
