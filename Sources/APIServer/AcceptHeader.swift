import ClusterState
import JSON
import KubernetesModel

/// The representation a client asked for, chosen from its `Accept` header.
struct AcceptHeader: Hashable, Sendable {
    /// What `as=` asks for.
    enum Form: Hashable, Sendable {
        case object
        case table
        case metadata
        /// `PartialObjectMetadataList`.
        case metadataList
        /// `APIGroupDiscoveryList`: all of discovery in one answer.
        case aggregatedDiscovery
    }

    var form = Form.object
    /// The version of the form's group: `v1`, `v1beta1`, `v2`.
    var version = ""
    /// `application/yaml` was asked for; JSON text is valid YAML, so only the content type differs.
    var isYAML = false

    init() {}

    /// Chooses the first range that can be served, by descending quality and then as written.
    ///
    /// - Throws: 406 when there is none, such as for protobuf only; with another text where only the form is unknown.
    init(_ header: String) throws(KubernetesFailure) {
        // What most clients say.
        if header.isEmpty || header == "application/json" || header == "*/*" { return }
        let ranges = Self.ranges(header)
        guard !ranges.isEmpty else { return }
        for range in ranges {
            if let choice = AcceptHeader(range: range) {
                self = choice
                return
            }
        }
        guard ranges.contains(where: { AcceptHeader(range: MediaType(type: $0.type)) != nil }) else {
            throw KubernetesFailure(
                code: 406, reason: "NotAcceptable", message: "406: Not Acceptable", details: [:])
        }
        throw Self.notAcceptable
    }

    /// Chooses for a discovery document, which is never a table.
    ///
    /// - Throws: 406 when nothing can be served.
    init(discovery header: String) throws(KubernetesFailure) {
        do throws(KubernetesFailure) {
            try self.init(header)
        } catch {
            throw Self.notAcceptable
        }
        guard form == .object || form == .aggregatedDiscovery else { throw Self.notAcceptable }
    }

    /// Whether Tables and metadata are asked for in the version before the current one, which has the same fields.
    var isBeta: Bool { version == "v1beta1" }

    /// Makes Tables and metadata those of the version that was asked for, with what they hold.
    func setVersion(in document: inout JSONValue) {
        guard isBeta, document["apiVersion"] == "meta.k8s.io/v1" else { return }
        document["apiVersion"] = "meta.k8s.io/v1beta1"
        for list in ["items", "rows"] {
            guard let entries = document[list]?.arrayValue else { continue }
            document[list] = .array(
                entries.map { entry in
                    var entry = entry
                    if list == "items" { setVersion(in: &entry) }
                    if list == "rows", var object = entry["object"] {
                        setVersion(in: &object)
                        entry["object"] = object
                    }
                    return entry
                })
        }
    }

    /// Refuses the form of a list for an object, and that of an object for a list.
    func check(isList: Bool) throws(KubernetesFailure) {
        guard form != (isList ? .metadata : .metadataList) else { throw Self.notAcceptable }
    }

    private static let notAcceptable = KubernetesFailure(
        code: 406, reason: "NotAcceptable",
        message: "only the following media types are accepted: application/json, application/yaml")

    private init?(range: MediaType) {
        switch (range.type, range.parameters["as"]) {
        case ("application/json", nil), ("*/*", nil): break
        case ("application/yaml", nil): isYAML = true
        case ("application/json", let form?):
            version = range.parameters["v"] ?? ""
            switch form {
            case "Table" where version == "v1" || version == "v1beta1": self.form = .table
            case "PartialObjectMetadata": self.form = .metadata
            case "PartialObjectMetadataList": self.form = .metadataList
            case "APIGroupDiscoveryList" where version == "v2" || version == "v2beta1":
                self.form = .aggregatedDiscovery
            default: return nil
            }
        default: return nil
        }
    }

    private static func ranges(_ header: String) -> [MediaType] {
        let ranges = header.split(separator: ",").compactMap { MediaType($0) }
        return ranges.enumerated()
            .sorted { ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset) }
            .map(\.element)
    }
}

/// `type/subtype;name=value` of an `Accept` or `Content-Type` header.
struct MediaType: Hashable, Sendable {
    /// In lower case.
    var type: String
    var parameters: [String: String] = [:]
    /// `q`, 0 to 1.
    var quality: Double { parameters["q"].flatMap { Double($0) } ?? 1 }

    init(type: String) {
        self.type = type
    }

    init?(_ text: some StringProtocol) {
        var parts = text.split(separator: ";").map { String($0).filter { $0 != " " && $0 != "\t" } }[...]
        guard let first = parts.popFirst(), !first.isEmpty else { return nil }
        type = first.lowercased()
        for part in parts {
            guard let equals = part.firstIndex(of: "=") else { continue }
            parameters[part[..<equals].lowercased()] = String(part[part.index(after: equals)...])
        }
    }
}
