import JSON
import KubernetesModel

extension ClusterState {
    /// PATCH of an object or its status.
    mutating func patch(_ context: inout RequestContext) throws(KubernetesFailure) -> APIResponse {
        let format = try patchFormat(context)
        if format == .apply { return try apply(&context) }
        let old = try existing(context)
        var body = try patched(served(old, as: context.definition), format: format, context)
        if format == .strategic {
            body["apiVersion"] = .string(context.definition.apiVersion)
            body["kind"] = .string(context.definition.kind)
        }
        try checkKind(of: body, context)
        var document = try decodedPatch(body, format: format, &context)
        try checkName(of: body, context)
        try checkNamespace(of: &document, in: context)
        let result = try update(old, with: document, &context)
        return APIResponse(code: 200, document: served(result, as: context.definition))
    }

    /// The object in the body has to be named, and as the URL says.
    func checkName(of body: JSONValue, _ context: RequestContext) throws(KubernetesFailure) {
        let name = body.at("metadata", "name")?.stringValue ?? ""
        guard !name.isEmpty else {
            throw .badRequest(
                "the name of the object (\(context.request.name) based on URL) was undeterminable: "
                    + "name must be provided"
            )
        }
        guard name == context.request.name else {
            throw .badRequest(
                "the name of the object (\(name)) does not match the name on the URL (\(context.request.name))")
        }
    }

    /// A custom resource stays of its kind and version.
    private func checkKind(of body: JSONValue, _ context: RequestContext) throws(KubernetesFailure) {
        guard context.definition.isCustom else { return }
        for (field, wanted) in [("kind", context.definition.kind), ("apiVersion", context.definition.apiVersion)] {
            let given = body.text(field)
            guard given != wanted else { continue }
            var named = context.definition
            named.kind = body.text("kind")
            throw named.invalid(
                context.request.name, [.invalid(field, .string(given), "must be \(wanted)")])
        }
    }

    /// The patched object, read as the kind's type; what does not fit is said of the patch.
    private func decodedPatch(
        _ body: JSONValue, format: APIRequest.PatchFormat, _ context: inout RequestContext
    ) throws(KubernetesFailure) -> JSONValue {
        do throws(KubernetesFailure) {
            return try decoded(body, in: &context)
        } catch {
            let strict = "strict decoding error: "
            if let place = error.message.firstRange(of: strict) {
                throw .badRequest(String(error.message[place.lowerBound...]))
            }
            guard error.code == 400 else { throw error }
            let kind = context.definition.kind
            let frame = "\(kind) in version \"\(context.definition.version)\" cannot be handled as a \(kind): "
            let problem = error.message.hasPrefix(frame) ? error.message.dropFirst(frame.count) : error.message[...]
            let shown = format == .strategic ? PlainText.of(context.request.body ?? .null) : body.text
            throw ResourceDefinition(group: "", kind: "", plural: "")
                .invalid("", [.invalid("patch", .string(shown), String(problem))])
        }
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
        guard context.request.patchFormat != nil else {
            throw KubernetesFailure(
                code: 415, reason: "UnsupportedMediaType", message: "415: Unsupported Media Type", details: [:])
        }
        guard let format = context.request.patchFormat, accepted.contains(format) else {
            throw .unsupportedMediaType(accepted: accepted.map(\.rawValue))
        }
        return format
    }

    private func patchedByOperations(_ base: JSONValue, _ body: JSONValue) throws(KubernetesFailure) -> JSONValue {
        let operations: JSONPatch
        guard let entries = body.arrayValue else {
            throw .badRequest(
                "error decoding patch: json: cannot unmarshal \(body.kindName) into Go value of type []interface {}")
        }
        if let other = entries.first(where: { $0.objectValue == nil && !$0.isNull }) {
            throw .badRequest("json: cannot unmarshal \(other.kindName) into Go value of type jsonpatch.Operation")
        }
        do {
            operations = try JSONPatch(body)
        } catch {
            throw Self.inapplicable
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
            throw Self.inapplicable
        }
    }

    /// All that a real server says of an operation it cannot do.
    private static var inapplicable: KubernetesFailure {
        KubernetesFailure(
            code: 422, reason: "Invalid",
            message: "the server rejected our request due to an error in our request", details: [:])
    }

    /// The most operations a JSON patch may have, as on a real server.
    private static let patchOperationsMax = 10_000
}
