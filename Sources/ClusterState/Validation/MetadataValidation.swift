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
        errors += finalizerErrors(metadata, old: old?["metadata"], isCustom: definition.isCustom)
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
        let isEvent = definition.kind == "Event" && !definition.isCustom
        guard !isEvent else { return [] }
        let prefix = metadata.text("generateName")
        var errors = nameProblems(withoutEndDash(prefix), definition, isEmptyFine: true)
            .map { FieldError.invalid("metadata.generateName", .string(prefix), $0) }
        if name.isEmpty {
            errors.append(.required("metadata.name", "name or generateName is required"))
        } else {
            errors += nameProblems(name, definition).map { .invalid("metadata.name", .string(name), $0) }
        }
        return errors
    }

    private static func nameProblems(
        _ name: String, _ definition: ResourceDefinition, isEmptyFine: Bool = false
    ) -> [String] {
        if isEmptyFine, name.isEmpty { return [] }
        switch definition.isCustom ? "" : definition.kind {
        case "Service": return NameRules.serviceNameProblems(name)
        case "Namespace": return NameRules.labelProblems(name)
        default: return NameRules.subdomainProblems(name)
        }
    }

    /// A prefix may end with a dash, because something follows; real servers overlook what stands before it, too.
    private static func withoutEndDash(_ prefix: String) -> String {
        prefix.utf8.count > 1 && prefix.hasSuffix("-") ? "\(prefix.dropLast(2))a" : prefix
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
            errors.append(.tooLong("metadata.annotations", bytesMax: annotationsMax))
        }
        return errors
    }

    private static func ownerErrors(_ owners: [JSONValue]) -> [FieldError] {
        var errors: [FieldError] = []
        let base = "metadata.ownerReferences"
        for owner in owners {
            let version = owner.text("apiVersion")
            if version.isEmpty || version.split(separator: "/", omittingEmptySubsequences: false).count > 2 {
                errors.append(.invalid("\(base).apiVersion", .string(version), "version must not be empty"))
            }
            for name in ["kind", "name", "uid"] where owner.text(name).isEmpty {
                errors.append(.invalid("\(base).\(name)", "", "\(name) must not be empty"))
            }
            if version == "v1", owner.text("kind") == "Event" {
                errors.append(
                    .invalid(base, go: goText(owner), "/v1, Kind=Event is disallowed from being an owner"))
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

    private static func goText(_ owner: JSONValue) -> String {
        let names = [("APIVersion", "apiVersion"), ("Kind", "kind"), ("Name", "name"), ("UID", "uid")]
        let fields = names.map { "\($0.0):\(JSONValue.string(owner.text($0.1)).text)" }.joined(separator: ", ")
        return "v1.OwnerReference{\(fields), Controller:(*bool)(nil), BlockOwnerDeletion:(*bool)(nil)}"
    }

    private static let standardFinalizers: Set<String> = ["foregroundDeletion", "kubernetes", "orphan"]

    private static func finalizerErrors(_ metadata: JSONValue, old: JSONValue?, isCustom: Bool) -> [FieldError] {
        let finalizers = metadata.entries("finalizers")
        var errors: [FieldError] = []
        for (index, finalizer) in finalizers.compactMap(\.stringValue).enumerated() {
            errors += NameRules.qualifiedNameProblems(finalizer)
                .map { .invalid("metadata.finalizers", .string(finalizer), $0) }
            guard !isCustom, !finalizer.contains("/"), !standardFinalizers.contains(finalizer) else { continue }
            errors.append(
                .invalid(
                    "metadata.finalizers[\(index)]", .string(finalizer),
                    "name is neither a standard finalizer name nor is it fully qualified"))
        }
        if finalizers.contains("orphan"), finalizers.contains("foregroundDeletion") {
            errors.append(
                .invalid(
                    "metadata.finalizers", go: GoText.strings(finalizers),
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
