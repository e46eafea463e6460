import JSON

/// What the counts and the selector behind the scale subresource of a custom resource must be.
///
/// Source: the texts of real refusals, which name the paths as the definition gives them.
struct ScaleRules {
    private let document: JSONValue
    private var errors: [FieldError] = []

    /// - Parameter isStatusOnly: whether only the status is written.
    static func errors(_ document: JSONValue, _ scale: ResourceDefinition.Scale, isStatusOnly: Bool) -> [FieldError] {
        var rules = ScaleRules(document: document)
        if !isStatusOnly { rules.checkCount(at: scale.specReplicas) }
        rules.checkCount(at: scale.statusReplicas)
        rules.checkText(at: scale.selector)
        return rules.errors
    }

    private init(document: JSONValue) {
        self.document = document
    }

    private mutating func checkCount(at path: [String]) {
        guard let value = document.at(path: path), !value.isNull else { return }
        let field = ".\(path.joined(separator: "."))"
        guard let count = value.intValue else {
            errors.append(.invalid(field, 0, Self.accessProblem(field, value, wanted: "int64")))
            return
        }
        if count < 0 {
            errors.append(.invalid(field, value, "should be a non-negative integer"))
        } else if count > Int(Int32.max) {
            errors.append(.invalid(field, value, "should be less than or equal to \(Int32.max)"))
        }
    }

    private mutating func checkText(at path: [String]) {
        guard !path.isEmpty, let value = document.at(path: path), !value.isNull, value.stringValue == nil else {
            return
        }
        let field = ".\(path.joined(separator: "."))"
        errors.append(.invalid(field, "", Self.accessProblem(field, value, wanted: "string")))
    }

    private static func accessProblem(_ field: String, _ value: JSONValue, wanted: String) -> String {
        let type =
            switch value {
            case .null: "<nil>"
            case .bool: "bool"
            case .number: value.intValue == nil ? "float64" : "int64"
            case .string: "string"
            case .array: "[]interface {}"
            case .object: "map[string]interface {}"
            }
        return "\(field) accessor error: \(value.plainText) is of the type \(type), expected \(wanted)"
    }
}
