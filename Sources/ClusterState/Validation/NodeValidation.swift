import JSON

/// What nodes must satisfy. Source: the Node validation of the Kubernetes API.
enum NodeValidation {
    static func errors(_ node: JSONValue, old: JSONValue?) -> [FieldError] {
        let spec = node["spec"] ?? [:]
        var errors = taintErrors(spec.entries("taints"))
        let ranges = spec.entries("podCIDRs")
        for (index, range) in ranges.enumerated() where !IPAddress.isRange(range.plainText) {
            errors.append(
                .invalid("spec.podCIDRs[\(index)]", go: GoText.strings(ranges), "must be valid CIDR"))
        }
        guard let before = old?["spec"] else { return errors }
        for (field, name) in [("podCIDRs", "podCIDR"), ("providerID", "providerID")] {
            guard let value = before[field], value != spec[field] else { continue }
            let problem = "node updates may not change \(name) except from \"\" to valid"
            errors.append(.forbidden("spec.\(field)", problem))
        }
        return errors
    }

    private static func taintErrors(_ taints: [JSONValue]) -> [FieldError] {
        var errors: [FieldError] = []
        var seen: Set<String> = []
        for (index, taint) in taints.enumerated() {
            let path = "metadata.taints[\(index)]"
            let key = taint.text("key")
            let value = taint.text("value")
            errors += NameRules.qualifiedNameProblems(key).map { .invalid("\(path).key", .string(key), $0) }
            errors += NameRules.labelValueProblems(value).map { .invalid("\(path).value", .string(value), $0) }
            errors += PodValidation.oneOf(
                taint, "effect", ["NoSchedule", "PreferNoSchedule", "NoExecute"], at: path)
            if taint.text("effect").isEmpty { errors.append(.required("\(path).effect")) }
            if !seen.insert("\(key):\(taint.text("effect"))").inserted {
                errors.append(.duplicate(path, go: goText(taint), "taints must be unique by key and effect pair"))
            }
        }
        return errors
    }

    private static func goText(_ taint: JSONValue) -> String {
        let fields = [("Key", "key"), ("Value", "value"), ("Effect", "effect")]
            .map { "\($0.0):\(JSONValue.string(taint.text($0.1)).text)" }
        return "core.Taint{\(fields.joined(separator: ", ")), TimeAdded:<nil>}"
    }
}
