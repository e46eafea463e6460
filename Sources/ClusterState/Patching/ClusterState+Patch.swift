import JSON
import KubernetesModel

extension ClusterState {
    /// PATCH of an object or its status.
    mutating func patch(_ context: inout RequestContext) throws(KubernetesFailure) -> APIResponse {
        let format = try patchFormat(context)
        if format == .apply { return try apply(&context) }
        let old = try existing(context)
        let body = try patched(served(old, as: context.definition), format: format, context)
        let name = body.at("metadata", "name")?.stringValue ?? ""
        guard name == context.request.name else {
            throw .badRequest(
                "the name of the object (\(name)) does not match the name on the URL (\(context.request.name))")
        }
        var document = try decoded(body, in: &context)
        try checkNamespace(of: &document, in: context)
        let result = try update(old, with: document, &context)
        return APIResponse(code: 200, document: served(result, as: context.definition))
    }

    /// `base` with the request's patch.
    func patched(
        _ base: JSONValue, format: APIRequest.PatchFormat, _ context: RequestContext
    ) throws(KubernetesFailure) -> JSONValue {
        guard let patch = context.request.body else { throw .badRequest("the patch of \(context.key) has no body") }
        switch format {
        case .json: return try patchedByOperations(base, patch)
        case .merge:
            guard patch.objectValue != nil else {
                throw .badRequest(
                    "error decoding patch: json: cannot unmarshal \(patch.kindName) into Go value of type "
                        + "map[string]interface {}")
            }
            return base.applyingMergePatch(patch)
        case .strategic:
            guard patch.objectValue != nil else {
                throw .badRequest(
                    "json: cannot unmarshal \(patch.kindName) into Go value of type map[string]interface {}")
            }
            do {
                return try StrategicMerge.applied(patch, to: base, typeName: context.definition.typeName ?? "")
            } catch {
                throw KubernetesFailure(
                    code: error.code, reason: error.code == 400 ? "BadRequest" : "", message: error.message)
            }
        case .apply: throw .badRequest("apply is no change of an existing document")
        }
    }

    private func patchFormat(_ context: RequestContext) throws(KubernetesFailure) -> APIRequest.PatchFormat {
        var accepted: [APIRequest.PatchFormat] = [.json, .merge]
        if !context.definition.isCustom { accepted.append(.strategic) }
        accepted.append(.apply)
        guard let format = context.request.patchFormat, accepted.contains(format) else {
            throw .unsupportedMediaType(accepted: accepted.map(\.rawValue))
        }
        return format
    }

    private func patchedByOperations(_ base: JSONValue, _ body: JSONValue) throws(KubernetesFailure) -> JSONValue {
        let operations: JSONPatch
        do {
            operations = try JSONPatch(body)
        } catch {
            throw KubernetesFailure.badRequest("error decoding patch: \(error)")
        }
        if operations.operations.count > Self.patchOperationsMax {
            throw KubernetesFailure(
                code: 413, reason: "RequestEntityTooLarge",
                message: "The allowed maximum operations in a JSON patch is \(Self.patchOperationsMax), got "
                    + "\(operations.operations.count)")
        }
        do {
            return try operations.applied(to: base)
        } catch {
            throw KubernetesFailure(
                code: 422, reason: "Invalid",
                message: "the server rejected our request due to an error in our request",
                details: ["causes": [["message": .string("\(error)")]]])
        }
    }

    /// The most operations a JSON patch may have, as on a real server.
    private static let patchOperationsMax = 10_000
}
