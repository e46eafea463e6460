import JSON

/// What a label selector within an object must satisfy. Source: the label selector validation of the Kubernetes API.
enum SelectorValidation {
    static func errors(_ selector: JSONValue, at path: String) -> [FieldError] {
        var errors = MetadataValidation.labelErrors(selector["matchLabels"], at: "\(path).matchLabels")
        for (index, expression) in selector.entries("matchExpressions").enumerated() {
            errors += expressionErrors(expression, at: "\(path).matchExpressions[\(index)]")
        }
        return errors
    }

    private static func expressionErrors(_ expression: JSONValue, at path: String) -> [FieldError] {
        var errors: [FieldError] = []
        let kind = expression.text("operator")
        switch kind {
        case "In", "NotIn":
            if expression.entries("values").isEmpty {
                errors.append(.required("\(path).values", "must be specified when `operator` is 'In' or 'NotIn'"))
            }
        case "Exists", "DoesNotExist":
            if !expression.entries("values").isEmpty {
                let problem = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                errors.append(.forbidden("\(path).values", problem))
            }
        default: errors.append(.invalid("\(path).operator", .string(kind), "not a valid selector operator"))
        }
        let key = expression.text("key")
        return errors + NameRules.qualifiedNameProblems(key).map { .invalid("\(path).key", .string(key), $0) }
    }
}

/// What a number or percentage must satisfy. Source: the validation of the `apps` and `policy` APIs.
enum ShareValidation {
    static func errors(_ value: JSONValue?, at field: String) -> [FieldError] {
        guard let value else { return [] }
        if let number = value.intValue {
            return number >= 0 ? [] : [.invalid(field, value, "must be greater than or equal to 0")]
        }
        guard percent(value) == nil else { return [] }
        return [
            .invalid(
                field, go: GoText.intOrString(value),
                "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', "
                    + "regex used for validation is '[0-9]+%')")
        ]
    }

    static func atMostWhole(_ value: JSONValue?, at field: String) -> [FieldError] {
        guard let value, let percent = percent(value), percent > 100 else { return [] }
        return [.invalid(field, go: GoText.intOrString(value), "must not be greater than 100%")]
    }

    private static func percent(_ value: JSONValue) -> Int? {
        guard let text = value.stringValue, text.hasSuffix("%"), text.utf8.first != UInt8(ascii: "+") else {
            return nil
        }
        return Int(text.dropLast()).flatMap { $0 >= 0 ? $0 : nil }
    }
}
