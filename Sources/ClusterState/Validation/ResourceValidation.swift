import JSON

/// What a container's resource limits and requests must satisfy. Source: the Pod validation of the Kubernetes API.
enum ResourceValidation {
    private static let standard: Set<String> = ["cpu", "memory", "ephemeral-storage"]

    static func errors(_ resources: JSONValue, at path: @autoclosure () -> String) -> [FieldError] {
        var errors: [FieldError] = []
        let limits = resources["limits"]?.objectValue ?? [:]
        for (name, value) in limits.sortedByKey {
            errors += nameErrors(name, at: "\(path()).limits[\(name)]")
            errors += amountErrors(value, at: "\(path()).limits[\(name)]")
        }
        for (name, value) in resources["requests"]?.objectValue?.sortedByKey ?? [:] {
            errors += nameErrors(name, at: "\(path()).requests[\(name)]")
            errors += amountErrors(value, at: "\(path()).requests[\(name)]")
            guard let limit = limits[name], let most = Quantity.billionths(limit.plainText),
                let least = Quantity.billionths(value.plainText), most < least
            else { continue }
            errors.append(
                .invalid("\(path()).requests", value, "must be less than or equal to \(name) limit"))
        }
        return errors
    }

    private static func nameErrors(_ name: String, at field: @autoclosure () -> String) -> [FieldError] {
        var problems = NameRules.qualifiedNameProblems(name)
        if !name.contains("/"), !standard.contains(name), !name.hasPrefix("hugepages-") {
            if problems.isEmpty { problems.append("must be a standard resource type or fully qualified") }
            problems.append("must be a standard resource for containers")
        }
        return problems.map { .invalid(field(), .string(name), $0) }
    }

    private static func amountErrors(_ value: JSONValue, at field: @autoclosure () -> String) -> [FieldError] {
        guard let amount = Quantity.billionths(value.plainText), amount < 0 else { return [] }
        return [.invalid(field(), value, "must be greater than or equal to 0")]
    }
}
