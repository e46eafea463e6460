import ClusterState
import JSON
import KubernetesModel

extension RequestOptions {
    /// The longest field manager name. Source: `metav1` validation of field managers.
    private static var fieldManagerLengthMax: Int { 128 }

    /// Reads the options of a request from its query and headers.
    ///
    /// - Parameters:
    ///   - userAgent: whose first word stands for the field manager when none is named.
    ///   - kind: what refusals call the options: `PatchOptions`.
    /// - Throws: 400 or 422 for a parameter whose value has no meaning, naming both.
    init(
        _ query: QueryParameters, accept: AcceptHeader, userAgent: String, isApply: Bool, kind: String = "ListOptions"
    ) throws(KubernetesFailure) {
        self.init()
        labelSelector = query["labelSelector"] ?? ""
        fieldSelector = query["fieldSelector"] ?? ""
        limit = try Self.integer(query, "limit") ?? 0
        continueToken = query["continue"] ?? ""
        resourceVersion = query["resourceVersion"] ?? ""
        resourceVersionMatch = query["resourceVersionMatch"] ?? ""
        force = query.isOn("force")
        propagationPolicy = query["propagationPolicy"] ?? ""
        gracePeriodSeconds = try Self.integer(query, "gracePeriodSeconds")
        if propagationPolicy.isEmpty, let orphan = query["orphanDependents"] {
            propagationPolicy = orphan == "true" ? "Orphan" : "Background"
        }
        try readDryRun(query, kind)
        try readFieldValidation(query)
        fieldManager = query["fieldManager"] ?? (isApply ? "" : Self.manager(userAgent))
        try checkManager(isApply: isApply, kind)
        switch accept.form {
        case .object, .aggregatedDiscovery: representation = .object
        case .metadata: representation = .metadata
        case .table:
            let text = query["includeObject"] ?? "Metadata"
            guard let include = IncludeObject(rawValue: text) else {
                throw .badRequest("includeObject: Invalid value: \"\(text)\": use None, Metadata or Object")
            }
            representation = .table(include)
        }
    }

    private mutating func readDryRun(_ query: QueryParameters, _ kind: String) throws(KubernetesFailure) {
        let values = query.values("dryRun").filter { !$0.isEmpty }
        guard values.allSatisfy({ $0 == "All" }) else {
            let shown = values.map { JSONValue.string($0).text }.joined(separator: ", ")
            throw Self.invalid(
                kind, "dryRun", "FieldValueNotSupported",
                "Unsupported value: []string{\(shown)}: supported values: \"All\"")
        }
        isDryRun = !values.isEmpty
    }

    /// A manager's name is short and printable, and only an apply takes fields by force.
    private func checkManager(isApply: Bool, _ kind: String) throws(KubernetesFailure) {
        if force, !isApply, kind == "PatchOptions" {
            throw Self.invalid(
                kind, "force", "FieldValueForbidden", "Forbidden: may not be specified for non-apply patch")
        }
        guard fieldManager.utf8.count <= Self.fieldManagerLengthMax else {
            throw Self.invalid(
                kind, "fieldManager", "FieldValueTooLong",
                "Too long: must have at most \(Self.fieldManagerLengthMax) bytes")
        }
        let control = fieldManager.unicodeScalars.enumerated()
            .first { $0.element.properties.generalCategory == .control }
        guard let (position, scalar) = control else { return }
        let hex = String(scalar.value, radix: 16, uppercase: true)
        let code = String(repeating: "0", count: max(0, 4 - hex.count)) + hex
        throw Self.invalid(
            kind, "fieldManager", "FieldValueInvalid",
            "Invalid value: \(JSONValue.string(fieldManager).text): invalid character U+\(code) "
                + "(at position \(position))")
    }

    private mutating func readFieldValidation(_ query: QueryParameters) throws(KubernetesFailure) {
        guard let text = query["fieldValidation"], !text.isEmpty else { return }
        guard let value = FieldValidation(rawValue: text) else {
            let supported = "supported values: \"Ignore\", \"Strict\", \"Warn\""
            throw Self.invalid(
                "Options", "fieldValidation", "FieldValueNotSupported", "Unsupported value: \"\(text)\": \(supported)")
        }
        fieldValidation = value
    }

    private static func invalid(
        _ kind: String, _ field: String, _ reason: String, _ problem: String
    ) -> KubernetesFailure {
        KubernetesFailure(
            code: 422, reason: "Invalid", message: "\(kind).meta.k8s.io \"\" is invalid: \(field): \(problem)",
            details: [
                "group": "meta.k8s.io", "kind": .string(kind),
                "causes": [
                    ["reason": .string(reason), "message": .string(problem), "field": .string(field)]
                ],
            ])
    }

    static func integer(_ query: QueryParameters, _ name: String) throws(KubernetesFailure) -> Int? {
        guard let text = query[name], !text.isEmpty else { return nil }
        guard let value = Int(text), value >= 0 else {
            throw .badRequest("\(name): Invalid value: \"\(text)\": it must be a whole number, at least 0")
        }
        return value
    }

    /// The first word of a user agent: `kubectl` of `kubectl/v1.32.4 (linux/amd64)`.
    private static func manager(_ userAgent: String) -> String {
        let word = userAgent.prefix { $0 != "/" && $0.isASCII && !$0.isNewline }
        return String(word.prefix(fieldManagerLengthMax))
    }
}
