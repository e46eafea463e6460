import ClusterState
import KubernetesModel

extension RequestOptions {
    /// The longest field manager name. Source: `metav1` validation of field managers.
    private static var fieldManagerLengthMax: Int { 128 }

    /// Reads the options of a request from its query and headers.
    ///
    /// - Parameter userAgent: whose first word stands for the field manager when none is named.
    /// - Throws: 400 or 422 for a parameter whose value has no meaning, naming both.
    init(
        _ query: QueryParameters, accept: AcceptHeader, userAgent: String, isApply: Bool
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
        try readDryRun(query)
        try readFieldValidation(query)
        fieldManager = query["fieldManager"] ?? (isApply ? "" : Self.manager(userAgent))
        guard fieldManager.utf8.count <= Self.fieldManagerLengthMax else {
            throw Self.invalid("fieldManager: Too long: may not be more than \(Self.fieldManagerLengthMax) bytes")
        }
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

    private mutating func readDryRun(_ query: QueryParameters) throws(KubernetesFailure) {
        for value in query.values("dryRun") where !value.isEmpty {
            guard value == "All" else {
                throw Self.invalid("dryRun: Unsupported value: \"\(value)\": supported values: \"All\"")
            }
            isDryRun = true
        }
    }

    private mutating func readFieldValidation(_ query: QueryParameters) throws(KubernetesFailure) {
        guard let text = query["fieldValidation"], !text.isEmpty else { return }
        guard let value = FieldValidation(rawValue: text) else {
            let supported = "supported values: \"Ignore\", \"Strict\", \"Warn\""
            throw Self.invalid("fieldValidation: Unsupported value: \"\(text)\": \(supported)")
        }
        fieldValidation = value
    }

    private static func invalid(_ problem: String) -> KubernetesFailure {
        KubernetesFailure(
            code: 422, reason: "Invalid", message: "Options.meta.k8s.io \"\" is invalid: \(problem)")
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
