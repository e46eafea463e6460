import JSON

/// What ConfigMaps, Secrets, Leases and Events must satisfy. Source: the validation of the core and coordination APIs.
enum DataValidation {
    static func errors(_ document: JSONValue, old: JSONValue?) -> [FieldError] {
        var errors: [FieldError] = []
        for field in ["data", "binaryData"] {
            for (key, value) in document[field]?.objectValue ?? [:] {
                errors += NameRules.dataKeyProblems(key).map { .invalid("\(field)[\(key)]", .string(key), $0) }
                let isEncoded = field == "binaryData" || document.text("kind") == "Secret"
                if isEncoded, Base64.decoded(value.stringValue ?? "") == nil {
                    errors.append(.invalid("\(field)[\(key)]", value, "illegal base64 data"))
                }
            }
        }
        guard let old else { return errors }
        if old.text("type") != document.text("type") {
            errors.append(.invalid("type", .string(document.text("type")), "field is immutable"))
        }
        guard old["immutable"] == true else { return errors }
        if document["immutable"] != true {
            errors.append(.forbidden("immutable", "field is immutable when `immutable` is set"))
        }
        for field in ["data", "binaryData"] where document[field] != old[field] {
            errors.append(.forbidden(field, "field is immutable when `immutable` is set"))
        }
        return errors
    }

    static func leaseErrors(_ document: JSONValue) -> [FieldError] {
        let spec = document["spec"] ?? [:]
        var errors: [FieldError] = []
        if let duration = spec["leaseDurationSeconds"]?.intValue, duration <= 0 {
            errors.append(
                .invalid("spec.leaseDurationSeconds", .number(JSONNumber(duration)), "must be greater than 0"))
        }
        if let transitions = spec["leaseTransitions"]?.intValue, transitions < 0 {
            errors.append(
                .invalid(
                    "spec.leaseTransitions", .number(JSONNumber(transitions)), "must be greater than or equal to 0"))
        }
        return errors
    }

    static func eventErrors(_ document: JSONValue) -> [FieldError] {
        let about = document.at("involvedObject", "namespace")?.stringValue ?? ""
        let namespace = document.at("metadata", "namespace")?.stringValue ?? ""
        guard about != namespace, !(about.isEmpty && namespace == "default") else { return [] }
        return [.invalid("involvedObject.namespace", .string(about), "does not match event.namespace")]
    }
}
