import JSON
import KubernetesModel

extension ResourceDefinition {
    /// `details` of a failure about one object, named by its resource.
    func details(_ name: String) -> JSONValue {
        var details: JSONValue = [:]
        if !name.isEmpty { details["name"] = .string(name) }
        if !group.isEmpty { details["group"] = .string(group) }
        details["kind"] = .string(plural)
        return details
    }

    /// 404 `NotFound`.
    func notFound(_ name: String) -> KubernetesFailure {
        KubernetesFailure(
            code: 404, reason: "NotFound", message: "\(resourceName) \"\(name)\" not found", details: details(name))
    }

    /// 409 `AlreadyExists`.
    func alreadyExists(_ name: String) -> KubernetesFailure {
        KubernetesFailure(
            code: 409, reason: "AlreadyExists", message: "\(resourceName) \"\(name)\" already exists",
            details: details(name))
    }

    /// 409 `Conflict`.
    func conflict(_ name: String, _ problem: String) -> KubernetesFailure {
        KubernetesFailure(
            code: 409, reason: "Conflict",
            message: "Operation cannot be fulfilled on \(resourceName) \"\(name)\": \(problem)", details: details(name))
    }

    /// The conflict of a write that was based on an older version.
    func modified(_ name: String) -> KubernetesFailure {
        let remedy = "please apply your changes to the latest version and try again"
        return conflict(name, "the object has been modified; \(remedy)")
    }

    /// 403 `Forbidden`.
    func forbidden(_ name: String, _ problem: String) -> KubernetesFailure {
        KubernetesFailure(
            code: 403, reason: "Forbidden", message: "\(resourceName) \"\(name)\" is forbidden: \(problem)",
            details: details(name))
    }

    /// 405 `MethodNotAllowed`.
    func methodNotAllowed() -> KubernetesFailure {
        KubernetesFailure(
            code: 405, reason: "MethodNotAllowed",
            message: "the server does not allow this method on the requested resource", details: [:])
    }
}

extension KubernetesFailure {
    /// 404 of a path that nothing is served at.
    static var unknownPath: KubernetesFailure {
        KubernetesFailure(
            code: 404, reason: "NotFound", message: "the server could not find the requested resource", details: [:])
    }

    /// 415 of a body in a format that the resource does not take.
    static func unsupportedMediaType(accepted: [String]) -> KubernetesFailure {
        let list = accepted.joined(separator: ", ")
        return KubernetesFailure(
            code: 415, reason: "UnsupportedMediaType",
            message: "the body of the request was in an unknown format - accepted media types include: \(list)")
    }

    /// 410 for a watch or list that asks for a version older than the log.
    static func tooOld(_ version: UInt64, oldest: UInt64) -> KubernetesFailure {
        expired("too old resource version: \(version) (\(oldest))")
    }

    /// 410 for a page of a list whose first page is older than the log; with a token to go on nevertheless.
    static func expired(_ token: ContinueToken) -> KubernetesFailure {
        var failure = expired(
            "The provided continue parameter is too old to display a consistent list result. You can start a new list "
                + "without the continue parameter, or use the continue token in this response to retrieve the "
                + "remainder of the results. Continuing with the provided token results in an inconsistent list - "
                + "objects that were created, modified, or deleted between the time the first chunk was returned and "
                + "now may show up in the list.")
        failure.continueToken = ContinueToken(resourceVersion: nil, last: token.last).text
        return failure
    }

    /// 504 for a read that asks for a version not reached yet.
    static func tooLarge(_ version: UInt64, current: UInt64) -> KubernetesFailure {
        let message = "Too large resource version: \(version), current: \(current)"
        return KubernetesFailure(
            code: 504, reason: "Timeout", message: "Timeout: \(message)",
            details: [
                "causes": [
                    ["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]
                ],
                "retryAfterSeconds": 1,
            ], retryAfter: .seconds(1))
    }
}
