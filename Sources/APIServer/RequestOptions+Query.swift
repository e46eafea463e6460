import ClusterState
import KubernetesModel

extension RequestOptions {
    /// The longest field manager name. Source: `metav1` validation of field managers.
    private static var fieldManagerLengthMax: Int { 128 }

    /// Reads the options of a request from its query and headers.
    ///
    /// - Parameters:
    ///   - kind: what the options are called where one is wrong: `CreateOptions` and the like.
    ///   - userAgent: whose first word stands for the field manager when none is named.
    /// - Throws: 400 or 422 for a parameter whose value has no meaning, naming both.
    init(
        _ query: QueryParameters, kind: String = "ListOptions", accept: AcceptHeader, userAgent: String, isApply: Bool
    ) throws(KubernetesFailure) {
        self.init()
        labelSelector = query["labelSelector"] ?? ""
        fieldSelector = query["fieldSelector"] ?? ""
        limit = max(0, try Self.integer(query, "limit") ?? 0)
        continueToken = query["continue"] ?? ""
        resourceVersion = query["resourceVersion"] ?? ""
        resourceVersionMatch = query["resourceVersionMatch"] ?? ""
        force = query.isOn("force")
        if force, !isApply, kind == "PatchOptions" {
            throw .forbiddenOption(kind, field: "force", "may not be specified for non-apply patch")
        }
        propagationPolicy = query["propagationPolicy"] ?? ""
        // Less than nothing is one second, as it is for pods on real servers.
        gracePeriodSeconds = try Self.integer(query, "gracePeriodSeconds").map { $0 < 0 ? 1 : $0 }
        if !propagationPolicy.isEmpty, query["orphanDependents"] != nil {
            throw .invalidOption(
                kind, field: "propagationPolicy", "\"\(propagationPolicy)\"",
                "orphanDependents and deletionPropagation cannot be both set")
        }
        if propagationPolicy.isEmpty, let orphan = query["orphanDependents"] {
            propagationPolicy = orphan == "true" ? "Orphan" : "Background"
        }
        try readDryRun(query, kind)
        try readFieldValidation(query, kind)
        try readFieldManager(query["fieldManager"] ?? (isApply ? "" : Self.manager(userAgent)), kind)
        switch accept.form {
        case .object, .aggregatedDiscovery: representation = .object
        case .metadata, .metadataList: representation = .metadata
        case .table:
            let text = query["includeObject"] ?? "Metadata"
            guard let include = IncludeObject(rawValue: text) else {
                throw .badRequest(
                    "Unable to convert to Table as requested: includeObject: Invalid value: \"\(text)\": "
                        + "must be 'Metadata', 'Object', 'None', or empty")
            }
            representation = .table(include)
        }
    }

    private mutating func readDryRun(_ query: QueryParameters, _ kind: String) throws(KubernetesFailure) {
        let values = query.values("dryRun").filter { !$0.isEmpty }
        guard values.allSatisfy({ $0 == "All" }) else {
            let shown = "[]string{\(values.map { "\"\($0)\"" }.joined(separator: ", "))}"
            throw .invalidOption(kind, field: "dryRun", shown, "supported values: \"All\"", isUnsupported: true)
        }
        isDryRun = !values.isEmpty
    }

    private mutating func readFieldManager(_ name: String, _ kind: String) throws(KubernetesFailure) {
        guard name.utf8.count <= Self.fieldManagerLengthMax else {
            throw .tooLongOption(kind, field: "fieldManager", bytesMax: Self.fieldManagerLengthMax)
        }
        for (position, scalar) in name.unicodeScalars.enumerated() where scalar.properties.isUnprintable {
            let code = String(scalar.value, radix: 16, uppercase: true)
            let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
            throw .invalidOption(
                kind, field: "fieldManager", "\"\(name.escapedAsInGo)\"",
                "invalid character U+\(padded) (at position \(position))")
        }
        fieldManager = name
    }

    private mutating func readFieldValidation(_ query: QueryParameters, _ kind: String) throws(KubernetesFailure) {
        guard let text = query["fieldValidation"], !text.isEmpty else { return }
        guard let value = FieldValidation(rawValue: text) else {
            throw .invalidOption(
                kind, field: "fieldValidation", "\"\(text)\"",
                "supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"",
                isUnsupported: true)
        }
        fieldValidation = value
    }

    static func integer(_ query: QueryParameters, _ name: String) throws(KubernetesFailure) -> Int? {
        guard let text = query[name], !text.isEmpty else { return nil }
        guard let value = Int(text) else { throw .badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax") }
        return value
    }

    /// The first word of a user agent: `kubectl` of `kubectl/v1.32.4 (linux/amd64)`.
    private static func manager(_ userAgent: String) -> String {
        let word = userAgent.prefix { $0 != "/" && $0.isASCII && !$0.isNewline }
        return String(word.prefix(fieldManagerLengthMax))
    }
}

extension Unicode.Scalar.Properties {
    /// Whether a character has no picture of its own.
    fileprivate var isUnprintable: Bool {
        switch generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

extension String {
    /// With control characters as Go writes them.
    fileprivate var escapedAsInGo: String {
        let names: [Unicode.Scalar: String] = [
            "\u{7}": "\\a", "\u{8}": "\\b", "\u{C}": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u{B}": "\\v",
            "\"": "\\\"", "\\": "\\\\",
        ]
        return unicodeScalars.map { scalar in
            if let name = names[scalar] { return name }
            guard scalar.value < 0x20 || scalar.value == 0x7F else { return String(scalar) }
            let code = String(scalar.value, radix: 16)
            return "\\x\(code.count < 2 ? "0" : "")\(code)"
        }.joined()
    }
}
