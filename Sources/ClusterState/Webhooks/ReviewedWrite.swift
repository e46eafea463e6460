import JSON
import KubernetesModel

/// A write as admission webhooks are shown it.
struct ReviewedWrite: Sendable {
    /// What the client asked for.
    let request: APIRequest
    let definition: ResourceDefinition
    /// `CREATE` or `UPDATE`.
    let operation: String
    /// The object as it would be written.
    private(set) var object: JSONValue
    let oldObject: JSONValue?
    /// Labels of the namespace it is in; of itself, where it is a namespace; `nil` for what has none.
    let namespaceLabels: [String: String]?
    private var isChanged = false

    /// The write that a request asks for; `nil` for one that is to be refused anyway, and for what is not reviewed:
    /// deletions, and subresources but `status`.
    init?(_ request: APIRequest, in cluster: borrowing ClusterState, now: Timestamp) {
        let found = cluster.registry.definition(
            group: request.group, version: request.version, plural: request.resource)
        guard let definition = found, request.subresource.isEmpty || request.subresource == "status" else { return nil }
        let key = ObjectKey(namespace: definition.isNamespaced ? request.namespace : "", name: request.name)
        var document: JSONValue
        let old: JSONValue?
        switch request.verb {
        case .create:
            guard let body = request.body, body.objectValue != nil else { return nil }
            old = nil
            document = body
            document["apiVersion"] = .string(definition.apiVersion)
            document["kind"] = .string(definition.kind)
            if definition.isNamespaced { document.set(.string(request.namespace), at: "metadata", "namespace") }
            Defaults.apply(to: &document, definition: definition)
        case .update, .patch:
            var trial = request
            trial.options.isDryRun = true
            trial.options.representation = .object
            var copy = copy cluster
            let response = copy.handle(trial, now: now)
            guard response.isSuccess else { return nil }
            old = cluster.stored(definition.storage, key).map(definition.inItsVersion)
            document = response.document
        default: return nil
        }
        self.request = request
        self.definition = definition
        operation = old == nil ? "CREATE" : "UPDATE"
        object = document
        oldObject = old
        if definition.kind == "Namespace", !definition.isCustom {
            namespaceLabels = KubernetesObject(document).labels
        } else if definition.isNamespaced {
            let name = ResourceName(group: "", plural: "namespaces")
            let namespace = cluster.stored(name, ObjectKey(name: request.namespace))
            namespaceLabels = namespace.map { KubernetesObject($0).labels } ?? [:]
        } else {
            namespaceLabels = nil
        }
    }

    /// Whether a webhook is asked about the write as it is now.
    func concerns(_ webhook: Webhook) -> Bool {
        guard webhook.rules.contains(where: { $0.concerns(operation, request) }) else { return false }
        if let namespaceLabels, !webhook.namespaceSelector.matches(namespaceLabels) { return false }
        let objects = [object, oldObject].compactMap { $0 }
        return objects.contains { webhook.objectSelector.matches(KubernetesObject($0).labels) }
    }

    /// What a webhook is asked. The uid is given by the caller.
    var review: AdmissionRequest {
        let kind: JSONValue = [
            "group": .string(definition.group), "version": .string(definition.version),
            "kind": .string(definition.kind),
        ]
        let resource: JSONValue = [
            "group": .string(definition.group), "version": .string(definition.version),
            "resource": .string(definition.plural),
        ]
        var document: JSONValue = [
            "uid": "", "kind": kind, "resource": resource, "requestKind": kind, "requestResource": resource,
            "operation": .string(operation),
            "userInfo": ["username": "system:unsecured", "groups": ["system:masters", "system:authenticated"]],
            "object": object, "oldObject": oldObject ?? .null, "dryRun": .bool(request.options.isDryRun),
            "options": [
                "apiVersion": "meta.k8s.io/v1", "kind": operation == "CREATE" ? "CreateOptions" : "UpdateOptions",
            ],
        ]
        if !request.subresource.isEmpty {
            document["subResource"] = .string(request.subresource)
            document["requestSubResource"] = .string(request.subresource)
        }
        if let name = object.at("metadata", "name") { document["name"] = name }
        if definition.isNamespaced { document["namespace"] = .string(request.namespace) }
        return AdmissionRequest(document: document)
    }

    /// Changes the object.
    ///
    /// - Throws: `JSONPatchError` for a patch that does not fit.
    mutating func apply(_ patch: JSONPatch) throws(JSONPatchError) {
        let changed = try patch.applied(to: object)
        isChanged = isChanged || changed != object
        object = changed
    }

    /// What is to be done now: what was asked for, or the writing of the changed object.
    var result: APIRequest {
        guard isChanged else { return request }
        var result = request
        result.body = object
        result.patchFormat = nil
        if operation == "UPDATE" {
            // The version that was changed; somebody may have been faster.
            result.verb = .update
        } else if request.verb != .create {
            result.verb = .create
            result.name = ""
            for field in ["uid", "resourceVersion", "generation", "managedFields"] {
                result.body?.set(nil, at: "metadata", field)
            }
        }
        return result
    }
}
