import JSON

/// What a CustomResourceDefinition must satisfy. Source: the `apiextensions.k8s.io/v1` validation.
enum DefinitionValidation {
    static func errors(_ document: JSONValue, old: JSONValue?) -> [FieldError] {
        let spec = document["spec"] ?? [:]
        let names = spec["names"] ?? [:]
        var errors: [FieldError] = []
        let expected = "\(names.text("plural")).\(spec.text("group"))"
        let name = document.at("metadata", "name")?.stringValue ?? ""
        if name != expected {
            errors.append(
                .invalid("metadata.name", .string(name), "must be spec.names.plural+\".\"+spec.group"))
        }
        if spec.text("group").isEmpty {
            errors.append(.required("spec.group"))
        } else {
            errors += NameRules.subdomainProblems(spec.text("group"))
                .map { .invalid("spec.group", .string(spec.text("group")), $0) }
        }
        let scope = spec.text("scope")
        if scope.isEmpty {
            errors.append(.required("spec.scope"))
        } else if scope != "Cluster", scope != "Namespaced" {
            errors.append(.notSupported("spec.scope", .string(scope), ["Cluster", "Namespaced"]))
        }
        for field in ["plural", "kind"] where names.text(field).isEmpty {
            errors.append(.required("spec.names.\(field)"))
        }
        errors += versionErrors(spec)
        if let before = old?["spec"] {
            for (field, now, was) in [
                ("spec.group", spec["group"], before["group"]), ("spec.scope", spec["scope"], before["scope"]),
                ("spec.names.plural", names["plural"], before.at("names", "plural")),
                ("spec.names.kind", names["kind"], before.at("names", "kind")),
            ] where now != was {
                errors.append(.invalid(field, now ?? "", "field is immutable"))
            }
        }
        return errors
    }

    private static func versionErrors(_ spec: JSONValue) -> [FieldError] {
        let versions = spec.entries("versions")
        guard !versions.isEmpty else { return [.required("spec.versions", "must have at least one version")] }
        var errors: [FieldError] = []
        var seen: Set<String> = []
        for (index, version) in versions.enumerated() {
            let path = "spec.versions[\(index)]"
            let name = version.text("name")
            errors += NameRules.serviceNameProblems(name).map { .invalid("\(path).name", .string(name), $0) }
            if !seen.insert(name).inserted { errors.append(.duplicate("\(path).name", .string(name))) }
            guard let schema = version.at("schema", "openAPIV3Schema") else {
                errors.append(.required("\(path).schema.openAPIV3Schema", "schemas are required"))
                continue
            }
            if schema.text("type") != "object" {
                let field = "\(path).schema.openAPIV3Schema.type"
                errors.append(
                    schema.text("type").isEmpty
                        ? .required(field, "must not be empty at the root")
                        : .invalid(field, .string(schema.text("type")), "must be object at the root"))
            }
        }
        if versions.filter({ $0["storage"] == true }).count != 1 {
            errors.append(
                .invalid(
                    "spec.versions", .array(versions.map { $0["name"] ?? "" }),
                    "must have exactly one version marked as storage version"))
        }
        return errors
    }
}
