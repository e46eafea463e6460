import JSON

/// What every kind's metadata must satisfy. Source: the object metadata rules of the Kubernetes API.
enum MetadataValidation {
    private static let annotationsMax = 256 * 1024

    static func errors(_ document: JSONValue, old: JSONValue?, definition: ResourceDefinition) -> [FieldError] {
        let metadata = document["metadata"] ?? [:]
        var errors: [FieldError] = []
        errors += nameErrors(metadata, old: old, definition)
        errors += labelErrors(metadata["labels"], at: "metadata.labels")
        errors += annotationErrors(metadata["annotations"])
        errors += ownerErrors(metadata.entries("ownerReferences"))
        errors += finalizerErrors(metadata, old: old?["metadata"])
        return errors
    }

    private static func nameErrors(
        _ metadata: JSONValue, old: JSONValue?, _ definition: ResourceDefinition
    ) -> [FieldError] {
        let name = metadata.text("name")
        if let before = old?.at("metadata", "name"), before.stringValue != name {
            return [.invalid("metadata.name", .string(name), "field is immutable")]
        }
        guard old == nil else { return [] }
        guard !name.isEmpty else { return [.required("metadata.name", "name or generateName is required")] }
        let problems: [String]
        switch definition.isCustom ? "" : definition.kind {
        case "Service": problems = NameRules.serviceNameProblems(name)
        case "Namespace": problems = NameRules.labelProblems(name)
        case "Event": problems = NameRules.subdomainProblems(name)
        default: problems = NameRules.subdomainProblems(name)
        }
        return problems.map { .invalid("metadata.name", .string(name), $0) }
    }

    static func labelErrors(_ labels: JSONValue?, at field: String) -> [FieldError] {
        var errors: [FieldError] = []
        for (key, value) in labels?.objectValue ?? [:] {
            errors += NameRules.qualifiedNameProblems(key).map { .invalid(field, .string(key), $0) }
            let text = value.stringValue ?? ""
            errors += NameRules.labelValueProblems(text).map { .invalid(field, .string(text), $0) }
        }
        return errors
    }

    private static func annotationErrors(_ annotations: JSONValue?) -> [FieldError] {
        var errors: [FieldError] = []
        var size = 0
        for (key, value) in annotations?.objectValue ?? [:] {
            errors += NameRules.qualifiedNameProblems(key.lowercased())
                .map { .invalid("metadata.annotations", .string(key), $0) }
            size += key.utf8.count + (value.stringValue ?? "").utf8.count
        }
        if size > annotationsMax {
            errors.append(
                FieldError(
                    field: "metadata.annotations", problem: .tooLong,
                    message: "Too long: must have at most \(annotationsMax) bytes"))
        }
        return errors
    }

    private static func ownerErrors(_ owners: [JSONValue]) -> [FieldError] {
        var errors: [FieldError] = []
        let base = "metadata.ownerReferences"
        for (index, owner) in owners.enumerated() {
            let field = "\(base)[\(index)]"
            for (name, detail) in [
                ("apiVersion", "version must not be empty"), ("kind", "kind must not be empty"),
                ("name", "name must not be empty"), ("uid", "uid must not be empty"),
            ] where owner.text(name).isEmpty {
                errors.append(.invalid("\(field).\(name)", .string(owner.text(name)), detail))
            }
        }
        let controllers = owners.filter { $0["controller"] == true }.map { $0.text("name") }
        if controllers.count > 1 {
            errors.append(
                .invalid(
                    base, .array(owners),
                    "Only one reference can have Controller set to true. Found \"true\" in references for "
                        + "\(controllers[0]) and \(controllers[1])"))
        }
        return errors
    }

    private static func finalizerErrors(_ metadata: JSONValue, old: JSONValue?) -> [FieldError] {
        let finalizers = metadata.entries("finalizers")
        var errors: [FieldError] = []
        for finalizer in finalizers.compactMap(\.stringValue) {
            errors += NameRules.qualifiedNameProblems(finalizer)
                .map { .invalid("metadata.finalizers", .string(finalizer), $0) }
        }
        if finalizers.contains("orphan"), finalizers.contains("foregroundDeletion") {
            errors.append(
                .invalid(
                    "metadata.finalizers", .array(finalizers),
                    "finalizer orphan and foregroundDeletion cannot be both set"))
        }
        guard let old, old["deletionTimestamp"] != nil else { return errors }
        let before = old.entries("finalizers")
        let added = finalizers.filter { !before.contains($0) }.map(\.text)
        if !added.isEmpty {
            errors.append(
                .forbidden(
                    "metadata.finalizers",
                    "no new finalizers can be added if the object is being deleted, found new finalizers "
                        + "[]string{\(added.joined(separator: ", "))}"))
        }
        return errors
    }
}
