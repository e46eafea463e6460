import JSON
import KubernetesModel

/// One webhook of a MutatingWebhookConfiguration or ValidatingWebhookConfiguration.
struct Webhook: Sendable {
    var name: String
    /// The configuration's kind is MutatingWebhookConfiguration.
    var isMutating: Bool
    var rules: [Rule]
    var namespaceSelector: LabelSelector
    var objectSelector: LabelSelector
    /// Whether a request goes on that it did not answer.
    var isIgnorable: Bool
    var clientConfig: JSONValue
    var timeout: Duration

    /// Which requests concern it; `*` stands for everything.
    struct Rule: Sendable {
        var operations: [String]
        var groups: [String]
        var versions: [String]
        var resources: [String]
        var scope: String

        init(_ document: JSONValue) {
            func texts(_ key: String) -> [String] { document.entries(key).compactMap(\.stringValue) }
            operations = texts("operations")
            groups = texts("apiGroups")
            versions = texts("apiVersions")
            resources = texts("resources")
            scope = document["scope"]?.stringValue ?? "*"
        }

        func concerns(_ operation: String, _ request: APIRequest) -> Bool {
            func holds(_ list: [String], _ value: String) -> Bool { list.contains("*") || list.contains(value) }
            guard holds(operations, operation), holds(groups, request.group), holds(versions, request.version) else {
                return false
            }
            let isNamespaced = !request.namespace.isEmpty
            guard scope == "*" || (scope == "Namespaced") == isNamespaced else { return false }
            return resources.contains { Self.names($0, request) }
        }

        /// `pods`, `pods/status`, `pods/*`, `*`, `*/*` and `*/status` are names.
        private static func names(_ pattern: String, _ request: APIRequest) -> Bool {
            let parts = pattern.split(separator: "/", maxSplits: 1).map(String.init)
            guard let resource = parts.first, resource == "*" || resource == request.resource else { return false }
            guard parts.count == 2 else { return request.subresource.isEmpty }
            return parts[1] == "*" || parts[1] == request.subresource
        }
    }

    /// `nil` for selectors that cannot be read; they are refused when they are written.
    init?(_ document: JSONValue, isMutating: Bool) {
        guard let namespaces = try? LabelSelector(document: document["namespaceSelector"] ?? [:]),
            let objects = try? LabelSelector(document: document["objectSelector"] ?? [:])
        else { return nil }
        name = document.text("name")
        self.isMutating = isMutating
        rules = document.entries("rules").map(Rule.init)
        namespaceSelector = namespaces
        objectSelector = objects
        isIgnorable = document.text("failurePolicy") == "Ignore"
        clientConfig = document["clientConfig"] ?? [:]
        timeout = .seconds(document["timeoutSeconds"]?.intValue ?? 10)
    }

    /// The webhooks of a cluster: those that change before those that only judge, each by the names of their
    /// configurations and in their order.
    static func all(in cluster: ClusterState) -> [Webhook] {
        [("mutatingwebhookconfigurations", true), ("validatingwebhookconfigurations", false)].flatMap {
            plural, isMutating in
            let table = cluster.table(ResourceName(group: group, plural: plural))
            return table.keys.flatMap { key in
                (table[key]?.entries("webhooks") ?? []).compactMap { Webhook($0, isMutating: isMutating) }
            }
        }
    }

    static let group = "admissionregistration.k8s.io"
}

extension Webhook {
    /// Where it is reached.
    ///
    /// - Throws: what is missing, in words.
    func endpoint(in cluster: borrowing ClusterState) throws(KubernetesFailure) -> WebhookEndpoint {
        let authority = clientConfig.text("caBundle")
        guard let service = clientConfig["service"] else {
            return WebhookEndpoint(url: clientConfig.text("url"), authority: authority, timeout: timeout)
        }
        let key = ObjectKey(namespace: service.text("namespace"), name: service.text("name"))
        let number = service["port"]?.intValue ?? 443
        guard let object = cluster.stored(ResourceName(group: "", plural: "services"), key) else {
            throw failure("service \"\(key.name)\" not found")
        }
        let port = (object.at("spec", "ports")?.arrayValue ?? []).first { $0["port"]?.intValue == number }
        let endpoints = cluster.stored(ResourceName(group: "", plural: "endpoints"), key)
        for subset in endpoints?.entries("subsets") ?? [] {
            guard let host = subset.entries("addresses").first?["ip"]?.stringValue,
                let target = subset.entries("ports").first(where: { $0.text("name") == port?.text("name") }),
                let targetPort = target["port"]?.intValue
            else { continue }
            var path = service.text("path")
            if !path.hasPrefix("/") { path = "/\(path)" }
            return WebhookEndpoint(
                url: "https://\(key.name).\(key.namespace).svc:\(number)\(path)",
                connectsTo: .init(host: host, port: targetPort), authority: authority, timeout: timeout)
        }
        throw failure("no endpoints available for service \"\(key.name)\"")
    }

    /// What the client is told when it did not answer.
    func failure(_ problem: String) -> KubernetesFailure {
        let text = "failed calling webhook \"\(name)\": failed to call webhook: \(problem)"
        return KubernetesFailure(
            code: 500, reason: "InternalError", message: "Internal error occurred: \(text)",
            details: ["causes": [["message": .string(text)]]])
    }

    /// What the client is told when it refused.
    func denial(_ answer: AdmissionAnswer) -> KubernetesFailure {
        let text = "admission webhook \"\(name)\" denied the request"
        let code = answer.code.flatMap { (400..<600).contains($0) ? $0 : nil } ?? 403
        return KubernetesFailure(
            code: code, reason: code == 403 ? "Forbidden" : "",
            message: answer.message.isEmpty ? "\(text) without explanation" : "\(text): \(answer.message)")
    }
}
