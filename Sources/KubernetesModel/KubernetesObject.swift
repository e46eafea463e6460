package import JSON

/// An object as the API server sent it: its whole JSON document, with typed access to the metadata every kind has.
///
/// The document is the truth. Accessors read from it and treat a missing or mistyped field as empty, because an API
/// server has validated metadata before anybody sees it. Writes back to a server are patches, never this document.
package struct KubernetesObject: Hashable, Sendable {
    /// The object as it is on the wire.
    package var document: JSONValue

    /// Wraps a document; nothing is checked.
    package init(_ document: JSONValue) {
        self.document = document
    }

    package var kind: String { document["kind"]?.stringValue ?? "" }
    package var apiVersion: String { document["apiVersion"]?.stringValue ?? "" }
    package var name: String { metadataString("name") }
    package var namespace: String { metadataString("namespace") }
    package var uid: String { metadataString("uid") }
    package var resourceVersion: String { metadataString("resourceVersion") }
    package var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }

    /// `metadata.generation`; 0 where the kind has none.
    package var generation: Int { document.at("metadata", "generation")?.intValue ?? 0 }
    package var labels: [String: String] { strings(at: "labels") }
    package var annotations: [String: String] { strings(at: "annotations") }
    package var creationTimestamp: Timestamp? { time(at: "creationTimestamp") }
    package var deletionTimestamp: Timestamp? { time(at: "deletionTimestamp") }

    /// Whether deletion has been asked for and the object waits for finalizers or its grace period.
    package var isDeleting: Bool { document.at("metadata", "deletionTimestamp") != nil }
    package var finalizers: [String] {
        (document.at("metadata", "finalizers")?.arrayValue ?? []).compactMap(\.stringValue)
    }
    package var ownerReferences: [OwnerReference] {
        (document.at("metadata", "ownerReferences")?.arrayValue ?? []).map(OwnerReference.init)
    }

    /// The one owner that manages this object, if any.
    package var controllerReference: OwnerReference? { controllerDocument.map(OwnerReference.init) }

    /// The `uid` of the one owner that manages this object, if any.
    package var controllerUID: String? { controllerDocument.map { $0["uid"]?.stringValue ?? "" } }

    private var controllerDocument: JSONValue? {
        document.at("metadata", "ownerReferences")?.arrayValue?.first { $0["controller"]?.boolValue ?? false }
    }

    /// `spec`, or `{}`.
    package var spec: JSONValue { document["spec"] ?? [:] }
    /// `status`, or `{}`.
    package var status: JSONValue { document["status"] ?? [:] }

    /// One label's value.
    package func label(_ key: String) -> String? { document.at("metadata", "labels", key)?.stringValue }
    /// One annotation's value.
    package func annotation(_ key: String) -> String? { document.at("metadata", "annotations", key)?.stringValue }
}

extension KubernetesObject {
    private func metadataString(_ field: String) -> String {
        document.at("metadata", field)?.stringValue ?? ""
    }

    private func time(at field: String) -> Timestamp? {
        document.at("metadata", field)?.stringValue.flatMap(Timestamp.init(parsing:))
    }

    private func strings(at field: String) -> [String: String] {
        guard let object = document.at("metadata", field)?.objectValue else { return [:] }
        var result: [String: String] = [:]
        for (key, value) in object {
            result[key] = value.stringValue ?? ""
        }
        return result
    }
}

/// One entry of `metadata.ownerReferences`.
package struct OwnerReference: Hashable, Sendable {
    package var apiVersion: String
    package var kind: String
    package var name: String
    package var uid: String
    /// Whether this owner manages the object (`controller: true`).
    package var isController: Bool
    /// Whether foreground deletion of the owner waits for this object.
    package var blocksOwnerDeletion: Bool

    /// A controlling reference, as controllers write it.
    package init(
        apiVersion: String, kind: String, name: String, uid: String, isController: Bool = true,
        blocksOwnerDeletion: Bool = true
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.uid = uid
        self.isController = isController
        self.blocksOwnerDeletion = blocksOwnerDeletion
    }

    /// Reads one entry; missing fields are empty.
    package init(_ document: JSONValue) {
        self.init(
            apiVersion: document["apiVersion"]?.stringValue ?? "", kind: document["kind"]?.stringValue ?? "",
            name: document["name"]?.stringValue ?? "", uid: document["uid"]?.stringValue ?? "",
            isController: document["controller"]?.boolValue ?? false,
            blocksOwnerDeletion: document["blockOwnerDeletion"]?.boolValue ?? false)
    }

    /// The entry as it stands in an object.
    package var document: JSONValue {
        [
            "apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(name), "uid": .string(uid),
            "controller": .bool(isController), "blockOwnerDeletion": .bool(blocksOwnerDeletion),
        ]
    }
}
