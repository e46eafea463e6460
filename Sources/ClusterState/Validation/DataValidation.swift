import JSON

/// What ConfigMaps, Secrets, Leases and Events must satisfy. Source: the validation of the core and coordination APIs.
enum DataValidation {
    static func errors(_ document: JSONValue, old: JSONValue?) -> [FieldError] {
        var errors: [FieldError] = []
        var size = 0
        for field in ["data", "binaryData"] {
            for (key, value) in document[field]?.objectValue ?? [:] {
                errors += NameRules.dataKeyProblems(key).map { .invalid("\(field)[\(key)]", .string(key), $0) }
                if field == "data", document.at("binaryData", key) != nil {
                    errors.append(
                        .invalid("data[\(key)]", .string(key), "duplicate of key present in binaryData"))
                }
                size += isEncoded(field, document) ? value.plainText.utf8.count * 3 / 4 : value.plainText.utf8.count
            }
        }
        if size > sizeMax {
            errors.append(.tooLong(document.text("kind") == "Secret" ? "data" : "[]", bytesMax: sizeMax))
        }
        if document.text("kind") == "Secret" { errors += typeErrors(document) }
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

    /// The most bytes of all values together.
    private static let sizeMax = 1 << 20

    private static func isEncoded(_ field: String, _ document: JSONValue) -> Bool {
        field == "binaryData" || document.text("kind") == "Secret"
    }

    /// The keys that secrets of the built-in types must have.
    private static func typeErrors(_ secret: JSONValue) -> [FieldError] {
        let data = secret["data"]?.objectValue ?? [:]
        func missing(_ keys: [String], _ field: (String) -> String) -> [FieldError] {
            keys.filter { data[$0] == nil }.map { .required(field($0)) }
        }
        switch secret.text("type") {
        case "kubernetes.io/dockerconfigjson": return missing([".dockerconfigjson"]) { "data[\($0)]" }
        case "kubernetes.io/tls": return missing(["tls.crt", "tls.key"]) { "data[\($0)]" }
        case "kubernetes.io/basic-auth" where data["username"] == nil && data["password"] == nil:
            return missing(["username", "password"]) { "data[%s][\($0)]" }
        case "kubernetes.io/ssh-auth": return missing(["ssh-privatekey"]) { "data[%s][\($0)]" }
        case "kubernetes.io/service-account-token":
            let name = "kubernetes.io/service-account.name"
            let account = secret.at("metadata", "annotations", name)?.stringValue ?? ""
            return account.isEmpty ? [.required("metadata.annotations[\(name)]")] : []
        default: return []
        }
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
                    "spec.leaseTransitions", .number(JSONNumber(transitions)), "must to greater or equal than 0"))
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
