package import JSON

/// A refusal by the API server: the content of a `Status` object with `status: Failure`.
///
/// Source: `metav1.Status` and its reasons.
package struct KubernetesFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The HTTP status code.
    package var code: Int
    /// The machine-readable reason: `NotFound`, `Conflict`, `Invalid`.
    package var reason: String
    package var message: String
    /// `details` of the Status: name, group, kind, uid, causes, retryAfterSeconds.
    package var details: JSONValue?
    /// How long the server asked to wait before trying again.
    package var retryAfter: Duration?
    /// `metadata.continue`: where a list that is too old can be gone on with nevertheless.
    package var continueToken: String?
    /// What was asked of a server over the network: `PATCH /api/v1/namespaces/shop/services/web`.
    package var operation: String?

    package init(
        code: Int, reason: String, message: String, details: JSONValue? = nil, retryAfter: Duration? = nil
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
        self.retryAfter = retryAfter
    }

    package var description: String {
        let problem = "\(message) (\(code) \(reason))"
        guard let operation else { return problem }
        return remedy.map { "\(operation): \(problem). \($0)." } ?? "\(operation): \(problem)"
    }

    /// What a person can do about it; `nil` where nothing needs to be done: the write is planned again, or tried again.
    package var remedy: String? {
        switch code {
        case 401: "Renew the credential that the client was given"
        case 403: "Allow it in a Role or ClusterRole that is bound to this client's account"
        case 413: "Make the object smaller"
        case 400, 415, 422: "Correct what the message names"
        default: nil
        }
    }

    /// The `Status` object that carries this refusal.
    package var status: JSONValue {
        var document: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": .string(message),
        ]
        if !reason.isEmpty { document["reason"] = .string(reason) }
        if let details { document["details"] = details }
        if let continueToken { document["metadata"] = ["continue": .string(continueToken)] }
        document["code"] = .number(JSONNumber(code))
        return document
    }

    /// Reads a `Status` object; `code` is used where the document names none.
    package init(status document: JSONValue, code: Int) {
        let seconds = document.at("details", "retryAfterSeconds")?.intValue
        self.init(
            code: document["code"]?.intValue ?? code, reason: document["reason"]?.stringValue ?? "Unknown",
            message: document["message"]?.stringValue ?? "the server answered \(code) without a message",
            details: document["details"], retryAfter: seconds.map { .seconds($0) })
    }
}

extension KubernetesFailure {
    package var isNotFound: Bool { code == 404 }
    package var isConflict: Bool { code == 409 && reason != "AlreadyExists" }
    package var isAlreadyExists: Bool { code == 409 && reason == "AlreadyExists" }
    /// The requested version is no longer kept: list again.
    package var isGone: Bool { code == 410 }

    private static func details(_ kind: ResourceKind, _ name: String) -> JSONValue {
        var details: JSONValue = ["name": .string(name)]
        if !kind.group.isEmpty { details["group"] = .string(kind.group) }
        details["kind"] = .string(kind.plural)
        return details
    }

    /// 404: `pods "web" not found`.
    package static func notFound(_ kind: ResourceKind, _ name: String) -> KubernetesFailure {
        KubernetesFailure(
            code: 404, reason: "NotFound", message: "\(kind.qualifiedPlural) \"\(name)\" not found",
            details: details(kind, name))
    }

    /// 409 `AlreadyExists`.
    package static func alreadyExists(_ kind: ResourceKind, _ name: String) -> KubernetesFailure {
        KubernetesFailure(
            code: 409, reason: "AlreadyExists", message: "\(kind.qualifiedPlural) \"\(name)\" already exists",
            details: details(kind, name))
    }

    /// 409 `Conflict`: the write was based on an older version.
    package static func conflict(_ kind: ResourceKind, _ name: String, _ problem: String) -> KubernetesFailure {
        KubernetesFailure(
            code: 409, reason: "Conflict",
            message: "Operation cannot be fulfilled on \(kind.qualifiedPlural) \"\(name)\": \(problem)",
            details: details(kind, name))
    }

    /// 400.
    package static func badRequest(_ message: String) -> KubernetesFailure {
        KubernetesFailure(code: 400, reason: "BadRequest", message: message)
    }

    /// 410 `Expired`: the resource version has been compacted away.
    package static func expired(_ message: String) -> KubernetesFailure {
        KubernetesFailure(code: 410, reason: "Expired", message: message)
    }
}
