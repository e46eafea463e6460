import JSON
import KubernetesModel

/// What webhook configurations must satisfy. Source: the validation of `admissionregistration.k8s.io/v1`.
enum WebhookValidation {
    static func errors(_ document: JSONValue, isMutating: Bool) -> [FieldError] {
        document.entries("webhooks").enumerated().flatMap { index, webhook in
            errors(webhook, at: "webhooks[\(index)]", isMutating: isMutating)
        }
    }

    private static func errors(_ webhook: JSONValue, at path: String, isMutating: Bool) -> [FieldError] {
        var errors: [FieldError] = []
        let name = webhook.text("name")
        if name.split(separator: ".", omittingEmptySubsequences: false).filter({ !$0.isEmpty }).count < 3 {
            let problem = "should be a domain with at least three segments separated by dots"
            errors.append(.invalid("\(path).name", .string(name), problem))
        }
        if !webhook.entries("admissionReviewVersions").contains("v1") {
            errors.append(
                .required("\(path).admissionReviewVersions", "must specify v1, the one version that is sent here"))
        }
        let effects = webhook.text("sideEffects")
        if effects.isEmpty {
            errors.append(.required("\(path).sideEffects", "must specify one of None, NoneOnDryRun"))
        }
        let choices: [(String, [String])] = [
            ("failurePolicy", ["Fail", "Ignore"]), ("matchPolicy", ["Equivalent", "Exact"]),
            ("reinvocationPolicy", isMutating ? ["IfNeeded", "Never"] : []), ("sideEffects", ["None", "NoneOnDryRun"]),
        ]
        for (field, allowed) in choices {
            guard let value = webhook[field]?.stringValue, !value.isEmpty, !allowed.contains(value) else { continue }
            errors.append(.notSupported("\(path).\(field)", .string(value), allowed))
        }
        if let seconds = webhook["timeoutSeconds"]?.intValue, !(1...30).contains(seconds) {
            let problem = "the timeout value must be between 1 and 30 seconds"
            errors.append(.invalid("\(path).timeoutSeconds", .number(JSONNumber(seconds)), problem))
        }
        if !webhook.entries("matchConditions").isEmpty {
            errors.append(.forbidden("\(path).matchConditions", "CEL expressions are not evaluated here"))
        }
        for selector in ["namespaceSelector", "objectSelector"] {
            errors += SelectorValidation.errors(webhook[selector] ?? [:], at: "\(path).\(selector)")
        }
        return errors + addressErrors(webhook["clientConfig"] ?? [:], at: "\(path).clientConfig")
    }

    private static func addressErrors(_ config: JSONValue, at path: String) -> [FieldError] {
        let url = config.text("url")
        guard (config["service"] == nil) != url.isEmpty else {
            return [.required(path, "exactly one of url or service is required")]
        }
        if config["service"] == nil, !url.hasPrefix("https://") {
            return [.invalid("\(path).url", .string(url), "'https' is the only allowed URL scheme")]
        }
        return []
    }
}
