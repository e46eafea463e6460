import JSON
import KubernetesModel

extension ClusterState {
    /// Reads a request's object: checks its kind, removes what the schema does not know, and types what it does.
    ///
    /// - Throws: 400 for what is no object of the kind, 422 where a custom resource does not fit its schema.
    func decoded(_ body: JSONValue?, in context: inout RequestContext) throws(KubernetesFailure) -> JSONValue {
        guard var document = body, document.objectValue != nil else {
            throw .badRequest("the request's body is not an object of kind \(context.definition.kind)")
        }
        let definition = context.definition
        let kind = document["kind"]?.stringValue ?? ""
        let apiVersion = document["apiVersion"]?.stringValue ?? ""
        if definition.isCustom { try checkIdentity(of: document, kind, apiVersion, definition) }
        if !definition.isCustom { try checkKind(kind, apiVersion, definition) }
        if !apiVersion.isEmpty, apiVersion != definition.apiVersion {
            throw .badRequest(
                "the API version in the data (\(apiVersion)) does not match the expected API version "
                    + "(\(definition.apiVersion))")
        }
        if !kind.isEmpty, kind != definition.kind {
            throw .badRequest(
                "\(kind) in version \"\(definition.version)\" cannot be handled as a \(definition.kind): the kind "
                    + "in the data does not match the resource \(definition.resourceName)")
        }
        document["kind"] = .string(definition.kind)
        document["apiVersion"] = .string(definition.apiVersion)
        return try checked(document, in: &context)
    }

    /// An object of another kind does not decode as this one.
    private func checkKind(
        _ kind: String, _ apiVersion: String, _ definition: ResourceDefinition
    ) throws(KubernetesFailure) {
        let kind = kind.isEmpty ? definition.kind : kind
        let apiVersion = apiVersion.isEmpty ? definition.apiVersion : apiVersion
        guard kind != definition.kind || apiVersion != definition.apiVersion else { return }
        let version = apiVersion.split(separator: "/").last ?? ""
        let found = registry.definition(apiVersion: apiVersion, kind: kind)
        let isList = registry.all.contains { $0.apiVersion == apiVersion && $0.listKind == kind }
        if let found, found.kind == definition.kind { return }
        let package = definition.group.isEmpty ? "core" : definition.group.split(separator: ".").first ?? ""
        let problem =
            found != nil || isList
            ? "converting (\(version).\(kind)) to (\(package).\(definition.kind)): unknown conversion"
            : "no kind \"\(kind)\" is registered for version \"\(apiVersion)\" in scheme "
                + "\"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\""
        throw .badRequest(
            "\(kind) in version \"\(version)\" cannot be handled as a \(definition.kind): \(problem)")
    }

    /// Checks types and unknown fields against the kind's schema.
    func checked(_ document: JSONValue, in context: inout RequestContext) throws(KubernetesFailure) -> JSONValue {
        let definition = context.definition
        var checker = TypeChecker()
        var result: JSONValue
        if let typeName = definition.typeName {
            result = checker.checked(document, as: typeName)
            if definition.typeName == "EventsEvent" { result = EventConversion.core(result) }
        } else if let schema = definition.custom?.schema {
            var mismatch: String?
            result = schema.pruned(document, unknownFields: &checker.unknownFields, mismatch: &mismatch)
            if let mismatch { throw definition.undecodable(mismatch) }
            result["metadata"] = checker.checked(document["metadata"] ?? [:], as: "ObjectMeta", at: "metadata")
        } else {
            result = document
            result["metadata"] = checker.checked(document["metadata"] ?? [:], as: "ObjectMeta", at: "metadata")
        }
        if let mismatch = checker.mismatch { throw definition.undecodable(mismatch) }
        if definition.typeName == "CustomResourceDefinition" { result = formed(result, &context) }
        try checkEncoding(result, definition)
        try report(checker.unknownFields, in: &context)
        dropDoubleOwners(&result, &context)
        return result
    }

    /// Data that is not Base64 does not decode at all.
    private func checkEncoding(_ document: JSONValue, _ definition: ResourceDefinition) throws(KubernetesFailure) {
        guard let type = definition.typeName, type == "Secret" || type == "ConfigMap" else { return }
        for (_, value) in document[type == "Secret" ? "data" : "binaryData"]?.objectValue ?? [:] {
            guard let place = Base64.firstProblem(in: value.plainText) else { continue }
            throw .badRequest(
                "\(definition.kind) in version \"v1\" cannot be handled as a \(definition.kind): illegal base64 "
                    + "data at input byte \(place)")
        }
    }

    /// Of several references to one owner the first stays.
    private func dropDoubleOwners(_ document: inout JSONValue, _ context: inout RequestContext) {
        guard let owners = document.at("metadata", "ownerReferences")?.arrayValue, owners.count > 1 else { return }
        var kept: [JSONValue] = []
        var doubled: [String] = []
        for owner in owners {
            guard kept.contains(owner) else {
                kept.append(owner)
                continue
            }
            let uid = owner.text("uid")
            if !doubled.contains(uid) { doubled.append(uid) }
        }
        guard !doubled.isEmpty else { return }
        document.set(.array(kept), at: "metadata", "ownerReferences")
        context.warnings.append(
            ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and "
                + "may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: "
                + doubled.joined(separator: ", "))
    }

    private func report(_ unknown: [String], in context: inout RequestContext) throws(KubernetesFailure) {
        guard !unknown.isEmpty else { return }
        let texts = unknown.map { "unknown field \"\($0)\"" }
        switch context.request.options.fieldValidation {
        case .ignore: return
        case .warn: context.warnings += texts
        case .strict:
            let kind = context.definition.kind
            let text = texts.joined(separator: ", ")
            let version = context.definition.version
            throw .badRequest(
                "\(kind) in version \"\(version)\" cannot be handled as a \(kind): strict decoding error: \(text)")
        }
    }

    /// A definition with its schemas in the form they are kept in; what is not kept is said aloud.
    private func formed(_ document: JSONValue, _ context: inout RequestContext) -> JSONValue {
        var form = SchemaForm()
        let result = form.definition(document)
        context.warnings += form.droppedRules.map { "\($0): CEL rules are not evaluated by this server and not kept" }
        return result
    }

    /// A custom resource must say what it is.
    private func checkIdentity(
        of document: JSONValue, _ kind: String, _ apiVersion: String, _ definition: ResourceDefinition
    ) throws(KubernetesFailure) {
        if kind.isEmpty {
            throw definition.undecodable("unmarshalerDecoder: Object 'Kind' is missing in '\(document.text)'")
        }
        if apiVersion.isEmpty {
            let problem = "Object 'apiVersion' is missing in 'object has no apiVersion field'"
            throw KubernetesFailure(
                code: 500, reason: "InternalError", message: "Internal error occurred: \(problem)",
                details: ["causes": [["message": .string(problem)]]])
        }
        guard apiVersion == definition.apiVersion, kind != definition.kind else { return }
        var claimed = definition
        claimed.kind = kind
        throw claimed.invalid(
            document.at("metadata", "name")?.stringValue ?? "",
            [.invalid("kind", .string(kind), "must be \(definition.kind)")])
    }
}

extension ResourceDefinition {
    /// 400 of a body that cannot be read as an object of this kind.
    func undecodable(_ problem: String) -> KubernetesFailure {
        .badRequest("\(kind) in version \"\(version)\" cannot be handled as a \(kind): \(problem)")
    }
}
