import JSON
import KubernetesModel

extension ClusterState {
    /// The scale subresource: an `autoscaling/v1` Scale seen through a workload.
    mutating func handleScale(_ context: inout RequestContext) throws(KubernetesFailure) -> APIResponse {
        guard let paths = context.definition.scale else { throw .unknownPath }
        guard let old = stored(context.definition.storage, context.key) else {
            var named = context.definition
            if !named.isCustom, context.request.verb == .get { named.plural += "/scale" }
            throw named.notFound(context.request.name)
        }
        let scale = Self.scale(of: old, paths)
        let wanted: JSONValue
        switch context.request.verb {
        case .get: return APIResponse(code: 200, document: scale)
        case .update:
            guard let body = context.request.body, body["kind"]?.stringValue ?? "Scale" == "Scale" else {
                throw .badRequest("the body of a PUT to \(context.key)/scale is not an autoscaling/v1 Scale")
            }
            try checkName(of: body, context)
            wanted = body
        case .patch:
            guard let format = context.request.patchFormat, format != .apply else {
                throw .unsupportedMediaType(
                    accepted: [APIRequest.PatchFormat.json, .merge, .strategic].map(\.rawValue))
            }
            wanted = try patched(scale, format: format == .strategic ? .merge : format, context)
        case .list, .create, .delete, .deleteCollection: throw context.definition.methodNotAllowed()
        }
        let given = wanted.at("spec", "replicas") ?? 0
        guard let replicas = given.intValue, Int32(exactly: replicas) != nil || replicas < 0 else {
            throw .badRequest(
                "Scale in version \"v1\" cannot be handled as a Scale: json: cannot unmarshal \(given.text) into Go "
                    + "struct field ScaleSpec.spec.replicas of type int32")
        }
        guard replicas >= 0 else {
            throw Self.negative(replicas, paths, context)
        }
        var document = old
        document.set(.number(JSONNumber(replicas)), path: paths.specReplicas[...])
        document.set(wanted.at("metadata", "resourceVersion"), at: "metadata", "resourceVersion")
        document.set(wanted.at("metadata", "uid"), at: "metadata", "uid")
        let result = try update(old, with: document, &context)
        return APIResponse(code: 200, document: Self.scale(of: result, paths))
    }

    private static func negative(
        _ replicas: Int, _ paths: ResourceDefinition.Scale, _ context: RequestContext
    ) -> KubernetesFailure {
        let value = JSONValue.number(JSONNumber(replicas))
        guard context.definition.isCustom else {
            return ResourceDefinition(group: "autoscaling", kind: "Scale", plural: "scales")
                .invalid(
                    context.request.name, [.invalid("spec.replicas", value, "must be greater than or equal to 0")])
        }
        let path = ".\(paths.specReplicas.joined(separator: "."))"
        return context.definition.invalid(
            context.request.name, [.invalid(path, value, "should be a non-negative integer")])
    }

    private static func scale(of document: JSONValue, _ paths: ResourceDefinition.Scale) -> JSONValue {
        var metadata: JSONValue = [:]
        for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            metadata[field] = document.at("metadata", field)
        }
        var spec: JSONValue = [:]
        if let replicas = document.at(path: paths.specReplicas), replicas != 0 { spec["replicas"] = replicas }
        var status: JSONValue = ["replicas": document.at(path: paths.statusReplicas) ?? 0]
        if !paths.selector.isEmpty, let selector = document.at(path: paths.selector) {
            status["selector"] = .string(selectorText(selector))
        }
        return [
            "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": spec, "status": status,
        ]
    }

    private static func selectorText(_ selector: JSONValue) -> String {
        if let text = selector.stringValue { return text }
        do {
            return try LabelSelector(document: selector).description
        } catch {
            return ""
        }
    }
}
