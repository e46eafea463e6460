import JSON
import KubernetesModel

/// What a CustomResourceDefinition must satisfy. Source: the `apiextensions.k8s.io/v1` validation as it answers.
enum DefinitionValidation {
    /// The annotation that groups of the Kubernetes community need.
    private static let approval = "api-approved.kubernetes.io"
    private static let approvalRules = "https://github.com/kubernetes/enhancements/pull/1111"

    static func errors(_ document: JSONValue, old: JSONValue?) -> [FieldError] {
        let spec = document["spec"] ?? [:]
        var errors: [FieldError] = []
        let name = document.at("metadata", "name")?.stringValue ?? ""
        if old == nil, name != "\(spec.at("names", "plural")?.stringValue ?? "").\(spec.text("group"))" {
            errors.append(
                .invalid("metadata.name", .string(name), "must be spec.names.plural+\".\"+spec.group"))
        }
        errors += specErrors(spec)
        if let before = old?["spec"] { errors += changeErrors(spec, before, isEstablished: isEstablished(old)) }
        errors += storedVersionErrors(document, spec)
        errors += approvalErrors(document, old: old, group: spec.text("group"))
        return errors
    }

    private static func specErrors(_ spec: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        let group = spec.text("group")
        if group.isEmpty {
            errors.append(.required("spec.group"))
        } else {
            let problems = NameRules.subdomainProblems(group)
            if !problems.isEmpty {
                errors.append(.invalid("spec.group", .string(group), problems.joined(separator: ",")))
            } else if !group.contains(".") {
                errors.append(.invalid("spec.group", .string(group), "should be a domain with at least one dot"))
            }
        }
        let scope = spec.text("scope")
        if scope.isEmpty {
            errors.append(.required("spec.scope"))
        } else if scope != "Cluster", scope != "Namespaced" {
            errors.append(.notSupported("spec.scope", .string(scope), ["Cluster", "Namespaced"]))
        }
        if spec["preserveUnknownFields"] == true {
            errors.append(
                .invalid(
                    "spec.preserveUnknownFields", true,
                    "cannot set to true, set x-preserve-unknown-fields to true in spec.versions[*].schema instead"))
        }
        errors += DefinitionVersions(spec).errors()
        errors += nameErrors(spec["names"] ?? [:])
        errors += DefinitionVersions(spec).sharedErrors()
        errors += conversionErrors(spec["conversion"] ?? [:])
        return errors
    }

    private static func nameErrors(_ names: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        for field in ["plural", "singular", "kind", "listKind"] where names.text(field).isEmpty {
            errors.append(.required("spec.names.\(field)"))
        }
        func check(_ text: String, _ field: String, isMixedCase: Bool = false) {
            guard !text.isEmpty else { return }
            let problems = NameRules.serviceNameProblems(isMixedCase ? text.lowercased() : text)
            guard !problems.isEmpty else { return }
            let detail = problems.joined(separator: ",")
            errors.append(
                .invalid(
                    "spec.names.\(field)", .string(text),
                    isMixedCase ? "may have mixed case, but should otherwise match: \(detail)" : detail))
        }
        check(names.text("plural"), "plural")
        check(names.text("singular"), "singular")
        check(names.text("kind"), "kind", isMixedCase: true)
        check(names.text("listKind"), "listKind", isMixedCase: true)
        for field in ["shortNames", "categories"] {
            for (index, entry) in names.entries(field).enumerated() {
                check(entry.stringValue ?? "", "\(field)[\(index)]")
            }
            guard field == "shortNames", !names.text("kind").isEmpty, names["kind"] == names["listKind"] else {
                continue
            }
            errors.append(
                .invalid(
                    "spec.names.listKind", names["listKind"] ?? "", "kind and listKind may not be the same"))
        }
        return errors
    }

    /// Webhooks are refused after everything else that the real server would find, because nobody here calls them.
    private static func conversionErrors(_ conversion: JSONValue) -> [FieldError] {
        let strategy = conversion.text("strategy")
        let webhook = conversion["webhook"] ?? [:]
        let versions = webhook.entries("conversionReviewVersions")
        guard strategy == "Webhook" else {
            var errors: [FieldError] = []
            if !strategy.isEmpty, strategy != "None" {
                errors.append(
                    .notSupported("spec.conversion.strategy", .string(strategy), ["None", "Webhook"]))
            }
            if webhook["clientConfig"] != nil {
                errors.append(
                    .forbidden(
                        "spec.conversion.webhookClientConfig",
                        "should not be set when strategy is not set to Webhook"))
            }
            if !versions.isEmpty {
                errors.append(
                    .forbidden(
                        "spec.conversion.conversionReviewVersions",
                        "should not be set when strategy is not set to Webhook"))
            }
            return errors
        }
        var errors: [FieldError] = []
        if let client = webhook["clientConfig"] {
            let url = client.text("url")
            if !url.isEmpty, !url.hasPrefix("https://") {
                let scheme = url.split(separator: ":").first.map(String.init) ?? url
                errors.append(
                    .invalid(
                        "spec.conversion.webhookClientConfig.url", .string(scheme),
                        "'https' is the only allowed URL scheme; desired format: https://host[/path]"))
            }
        } else {
            errors.append(
                .required("spec.conversion.webhookClientConfig", "required when strategy is set to Webhook"))
        }
        if versions.isEmpty { errors.append(.required("spec.conversion.conversionReviewVersions")) }
        guard errors.isEmpty else { return errors }
        return [
            .forbidden(
                "spec.conversion.strategy",
                "this server calls no conversion webhooks; use None, with one schema for all versions")
        ]
    }

    private static func changeErrors(_ spec: JSONValue, _ before: JSONValue, isEstablished: Bool) -> [FieldError] {
        var fields = [["group"], ["names", "plural"]]
        if isEstablished { fields = [["scope"], ["names", "kind"]] + fields }
        return fields.compactMap { path in
            let value = spec.at(path: path)
            guard value != before.at(path: path) else { return nil }
            return .invalid("spec.\(path.joined(separator: "."))", value ?? "", "field is immutable")
        }
    }

    static func isEstablished(_ document: JSONValue?) -> Bool {
        (document?.at("status", "conditions")?.arrayValue ?? [])
            .contains { $0["type"] == "Established" && $0["status"] == "True" }
    }

    private static func storedVersionErrors(_ document: JSONValue, _ spec: JSONValue) -> [FieldError] {
        let field = "status.storedVersions"
        let stored = (document.at("status", "storedVersions")?.arrayValue ?? []).compactMap(\.stringValue)
        guard !stored.isEmpty else {
            return [.invalid(field, go: "[]string(nil)", "must have at least one stored version")]
        }
        let versions = DefinitionVersions(spec)
        var errors: [FieldError] = []
        for (index, version) in versions.all.enumerated()
        where version["storage"] == true && !stored.contains(version.text("name")) {
            errors.append(
                .invalid(
                    field, go: versions.text(at: index), "must have the storage version \(version.text("name"))"))
        }
        let names = versions.all.map { $0.text("name") }
        for (index, name) in stored.enumerated() where !names.contains(name) {
            errors.append(.invalid("\(field)[\(index)]", .string(name), "must appear in spec.versions"))
        }
        return errors
    }

    private static func approvalErrors(_ document: JSONValue, old: JSONValue?, group: String) -> [FieldError] {
        let isProtected = ["k8s.io", "kubernetes.io"].contains { group == $0 || group.hasSuffix(".\($0)") }
        guard isProtected else { return [] }
        let field = "metadata.annotations[\(approval)]"
        let value = document.at("metadata", "annotations", approval)?.stringValue ?? ""
        let before = old?.at("metadata", "annotations", approval)?.stringValue ?? ""
        if old != nil, value == before { return [] }
        let rule = "protected groups must have approval annotation \"\(approval)\""
        if value.isEmpty {
            return [.required(field, "\(rule), see \(approvalRules)")]
        }
        guard value.hasPrefix("unapproved") || value.hasPrefix("https://") || value.hasPrefix("http://") else {
            return [
                .invalid(
                    field, .string(value),
                    "\(rule) with either a URL or a reason starting with \"unapproved\", see \(approvalRules)")
            ]
        }
        return []
    }
}
