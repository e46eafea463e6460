import JSON
package import KubernetesModel

/// A request on its way: what it asks, the resource it is about, and what has been noticed so far.
struct RequestContext {
    let request: APIRequest
    let definition: ResourceDefinition
    let now: Timestamp
    /// `now` to the second, as documents have it; one text for everything that is written within a second.
    let timeText: String
    /// The new object, where it was made before the cluster was looked at.
    var draft: ObjectDraft?
    var warnings: [String] = []

    var key: ObjectKey {
        ObjectKey(namespace: definition.isNamespaced ? request.namespace : "", name: request.name)
    }

    /// Who writes, for `managedFields`.
    var manager: String { request.options.fieldManager.isEmpty ? "unknown" : request.options.fieldManager }
}

extension ClusterState {
    /// Does what the request asks, entirely or not at all, and answers.
    package mutating func handle(_ request: APIRequest, now: Timestamp) -> APIResponse {
        handle(request, drafted: nil, now: now)
    }

    /// The same, with the new object of a request that creates one, where it has been made already.
    mutating func handle(
        _ request: APIRequest, drafted draft: consuming ObjectDraft?, now: Timestamp
    ) -> APIResponse {
        guard request.options.isDryRun else { return perform(request, draft, now: now) }
        var copy = self
        var response = copy.perform(request, draft, now: now)
        keepVersion(in: &response, of: request)
        return response
    }

    /// What was only tried has the version of what is stored, or none.
    private func keepVersion(in response: inout APIResponse, of request: APIRequest) {
        guard let version = response.document.at("metadata", "resourceVersion")?.stringValue.flatMap(UInt64.init),
            version > currentResourceVersion,
            let definition = registry.definition(
                group: request.group, version: request.version, plural: request.resource)
        else { return }
        let key = ObjectKey(namespace: definition.isNamespaced ? request.namespace : "", name: request.name)
        let current = JSONValue.string(String(currentResourceVersion))
        let isList = response.document["items"] != nil
        let kept = isList ? current : stored(definition.storage, key)?.at("metadata", "resourceVersion")
        response.document.set(kept, at: "metadata", "resourceVersion")
    }

    private mutating func perform(
        _ request: APIRequest, _ draft: consuming ObjectDraft?, now: Timestamp
    ) -> APIResponse {
        let found = registry.definition(group: request.group, version: request.version, plural: request.resource)
        guard let definition = found else { return APIResponse(.unknownPath) }
        var context = RequestContext(
            request: request, definition: definition, now: now, timeText: timeTexts.text(of: now), draft: draft)
        do throws(KubernetesFailure) {
            var response = try dispatch(&context)
            response.warnings = context.warnings
            if let warning = definition.custom?.deprecationWarning { response.warnings.insert(warning, at: 0) }
            return represented(response, in: context)
        } catch {
            var response = APIResponse(error)
            response.warnings = context.warnings
            return response
        }
    }

    private mutating func dispatch(_ context: inout RequestContext) throws(KubernetesFailure) -> APIResponse {
        let request = context.request
        try checkScope(context)
        if !request.subresource.isEmpty { return try dispatchSubresource(&context) }
        guard context.definition.verbs.contains(request.verb.rawValue) else {
            throw context.definition.methodNotAllowed()
        }
        switch request.verb {
        case .get: return APIResponse(code: 200, document: try get(context))
        case .list: return APIResponse(code: 200, document: try list(context))
        case .create: return try create(&context)
        case .update: return try replace(&context)
        case .patch: return try patch(&context)
        case .delete: return try delete(context)
        case .deleteCollection: return try deleteCollection(context)
        }
    }

    /// A namespaced object is named with its namespace, and a cluster-scoped one without.
    private func checkScope(_ context: RequestContext) throws(KubernetesFailure) {
        let request = context.request
        let isNamed = !request.name.isEmpty
        if !context.definition.isNamespaced, !request.namespace.isEmpty { throw .unknownPath }
        switch request.verb {
        case .list: return
        case .create where request.subresource.isEmpty:
            guard !isNamed, !context.definition.isNamespaced || !request.namespace.isEmpty else {
                throw context.definition.methodNotAllowed()
            }
        case .deleteCollection:
            guard !context.definition.isNamespaced || !request.namespace.isEmpty else {
                throw context.definition.methodNotAllowed()
            }
            return
        case .get, .create, .update, .patch, .delete:
            guard isNamed else { throw context.definition.methodNotAllowed() }
        }
        guard !context.definition.isNamespaced || !request.namespace.isEmpty else { throw .unknownPath }
    }
}
