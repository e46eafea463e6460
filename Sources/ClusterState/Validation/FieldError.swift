import JSON
package import KubernetesModel

/// One thing that is wrong with an object, at a field.
///
/// Source: the field errors of the Kubernetes API machinery and their texts.
struct FieldError: Equatable, Sendable {
    enum Problem: String, Equatable, Sendable {
        case required = "FieldValueRequired"
        case invalid = "FieldValueInvalid"
        case notSupported = "FieldValueNotSupported"
        case forbidden = "FieldValueForbidden"
        case duplicate = "FieldValueDuplicate"
        case notFound = "FieldValueNotFound"
        case tooLong = "FieldValueTooLong"
        case typeInvalid = "FieldValueTypeInvalid"
    }

    /// `spec.ports[0].port`.
    var field: String
    var problem: Problem
    /// The text after the field: `Required value: …`.
    var message: String

    static func required(_ field: String, _ detail: String = "") -> FieldError {
        FieldError(
            field: field, problem: .required, message: detail.isEmpty ? "Required value" : "Required value: \(detail)")
    }

    static func invalid(_ field: String, _ value: JSONValue, _ detail: String) -> FieldError {
        FieldError(field: field, problem: .invalid, message: "Invalid value: \(shown(value)): \(detail)")
    }

    /// An invalid value in Go's syntax, which is no JSON.
    static func invalid(_ field: String, go value: String, _ detail: String) -> FieldError {
        FieldError(field: field, problem: .invalid, message: "Invalid value: \(value): \(detail)")
    }

    static func tooLong(_ field: String, bytesMax: Int) -> FieldError {
        FieldError(field: field, problem: .tooLong, message: "Too long: must have at most \(bytesMax) bytes")
    }

    static func typeInvalid(_ field: String, _ value: JSONValue, _ detail: String) -> FieldError {
        FieldError(field: field, problem: .typeInvalid, message: "Invalid value: \(shown(value)): \(detail)")
    }

    static func forbidden(_ field: String, _ detail: String) -> FieldError {
        FieldError(field: field, problem: .forbidden, message: "Forbidden: \(detail)")
    }

    static func duplicate(_ field: String, _ value: JSONValue) -> FieldError {
        FieldError(field: field, problem: .duplicate, message: "Duplicate value: \(shown(value))")
    }

    /// A duplicate value in Go's syntax, which is no JSON.
    static func duplicate(_ field: String, go value: String, _ detail: String = "") -> FieldError {
        let tail = detail.isEmpty ? "" : ": \(detail)"
        return FieldError(field: field, problem: .duplicate, message: "Duplicate value: \(value)\(tail)")
    }

    static func notFound(_ field: String, _ value: JSONValue) -> FieldError {
        FieldError(field: field, problem: .notFound, message: "Not found: \(shown(value))")
    }

    static func notSupported(_ field: String, _ value: JSONValue, _ supported: [String]) -> FieldError {
        let list = supported.map { "\"\($0)\"" }.joined(separator: ", ")
        return FieldError(
            field: field, problem: .notSupported,
            message: "Unsupported value: \(shown(value)): supported values: \(list)")
    }

    /// A value as the texts show it: strings in quotes, the rest as compact JSON.
    private static func shown(_ value: JSONValue) -> String { value.text }

    /// `field: message`.
    var text: String { "\(field): \(message)" }
}

extension KubernetesFailure {
    /// 422 `Invalid` of a request's options: `CreateOptions`, `ListOptions` and the like.
    static func invalidOptions(_ kind: String, _ errors: [FieldError]) -> KubernetesFailure {
        ResourceDefinition(group: "meta.k8s.io", kind: kind, plural: "").invalid("", errors)
    }

    /// 422 `Invalid` of one option with a value that has no meaning.
    ///
    /// - Parameters:
    ///   - kind: `CreateOptions`, `ListOptions` and the like.
    ///   - shown: the value as the text shows it.
    package static func invalidOption(
        _ kind: String, field: String, _ shown: String, _ problem: String, isUnsupported: Bool = false
    ) -> KubernetesFailure {
        let text = isUnsupported ? "Unsupported value" : "Invalid value"
        return invalidOptions(
            kind,
            [
                FieldError(
                    field: field, problem: isUnsupported ? .notSupported : .invalid,
                    message: "\(text): \(shown): \(problem)")
            ])
    }

    /// 422 `Invalid` of an option that this kind of request may not have.
    package static func forbiddenOption(_ kind: String, field: String, _ problem: String) -> KubernetesFailure {
        invalidOptions(kind, [FieldError(field: field, problem: .forbidden, message: "Forbidden: \(problem)")])
    }

    /// 422 `Invalid` of an option that is too long.
    package static func tooLongOption(_ kind: String, field: String, bytesMax: Int) -> KubernetesFailure {
        invalidOptions(kind, [.tooLong(field, bytesMax: bytesMax)])
    }
}

extension ResourceDefinition {
    /// 422 `Invalid` with every error as a cause; the message says equal ones once.
    func invalid(_ name: String, _ errors: [FieldError]) -> KubernetesFailure {
        var seen: Set<String> = []
        let texts = errors.map(\.text).filter { seen.insert($0).inserted }
        let text = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
        var details: JSONValue = [:]
        if !name.isEmpty { details["name"] = .string(name) }
        if !group.isEmpty { details["group"] = .string(group) }
        if !kind.isEmpty { details["kind"] = .string(kind) }
        details["causes"] = .array(
            errors.map { error in
                [
                    "reason": .string(error.problem.rawValue), "message": .string(error.message),
                    "field": .string(error.field),
                ]
            })
        return KubernetesFailure(
            code: 422, reason: "Invalid", message: "\(qualifiedKind) \"\(name)\" is invalid: \(text)", details: details)
    }
}
