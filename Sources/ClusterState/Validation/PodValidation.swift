import JSON

/// What a pod, and the pod template of a workload, must satisfy. Source: the Pod validation of the Kubernetes API.
enum PodValidation {
    static func errors(_ pod: JSONValue, old: JSONValue?) -> [FieldError] {
        let spec = pod["spec"] ?? [:]
        var errors = specErrors(spec, at: "spec")
        if let old { errors += changeErrors(spec, from: old["spec"] ?? [:]) }
        return errors
    }

    static func specErrors(_ spec: JSONValue, at path: @autoclosure () -> String) -> [FieldError] {
        var errors = VolumeValidation.errors(spec.entries("volumes"), at: "\(path()).volumes")
        let volumes = Set(spec.entries("volumes").map { $0.text("name") })
        let containers = spec.entries("containers")
        if containers.isEmpty { errors.append(.required("\(path()).containers")) }
        var names: Set<String> = []
        for (field, list) in [("containers", containers), ("initContainers", spec.entries("initContainers"))] {
            var hostPorts: Set<String> = []
            for (index, container) in list.enumerated() {
                func at() -> String { "\(path()).\(field)[\(index)]" }
                errors += ContainerValidation.errors(container, volumes: volumes, at: at())
                let name = container.text("name")
                if !name.isEmpty, !names.insert(name).inserted {
                    errors.append(.duplicate("\(at()).name", .string(name)))
                }
                errors += ContainerValidation.hostPortErrors(container, taken: &hostPorts, at: "\(at()).ports")
            }
        }
        errors += oneOf(spec, "restartPolicy", ["Always", "OnFailure", "Never"], at: path())
        errors += oneOf(spec, "dnsPolicy", ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"], at: path())
        if spec["dnsPolicy"] == "None", spec["dnsConfig"] == nil {
            errors.append(.required("\(path()).dnsConfig", "must provide `dnsConfig` when `dnsPolicy` is None"))
        }
        errors += MetadataValidation.labelErrors(spec["nodeSelector"], at: "\(path()).nodeSelector")
        errors += nameErrors(spec, at: path())
        for (index, toleration) in spec.entries("tolerations").enumerated() {
            errors += tolerationErrors(toleration, at: "\(path()).tolerations[\(index)]")
        }
        for alias in spec.entries("hostAliases") where IPAddress(alias.text("ip")) == nil {
            errors.append(
                .invalid("\(path()).hostAliases.ip", .string(alias.text("ip")), "must be valid IP address"))
        }
        if let deadline = spec["activeDeadlineSeconds"]?.intValue, !(1...2_147_483_647).contains(deadline) {
            errors.append(
                .invalid(
                    "\(path()).activeDeadlineSeconds", .number(JSONNumber(deadline)),
                    "must be between 1 and 2147483647, inclusive"))
        }
        return errors
    }

    private static func nameErrors(_ spec: JSONValue, at path: @autoclosure () -> String) -> [FieldError] {
        var errors: [FieldError] = []
        for (field, problems) in [
            ("serviceAccountName", NameRules.subdomainProblems), ("nodeName", NameRules.subdomainProblems),
            ("hostname", NameRules.labelProblems), ("subdomain", NameRules.labelProblems),
        ] {
            let text = spec.text(field)
            guard !text.isEmpty else { continue }
            errors += problems(text).map { .invalid("\(path()).\(field)", .string(text), $0) }
        }
        return errors
    }

    private static func tolerationErrors(_ toleration: JSONValue, at path: @autoclosure () -> String) -> [FieldError] {
        var errors: [FieldError] = []
        let key = toleration.text("key")
        let kind = toleration.text("operator")
        let value = toleration.text("value")
        let effect = toleration.text("effect")
        if !key.isEmpty {
            errors += NameRules.qualifiedNameProblems(key).map { .invalid("\(path()).key", .string(key), $0) }
        } else if kind != "Exists" {
            errors.append(
                .invalid(
                    "\(path()).operator", .string(kind),
                    "operator must be Exists when `key` is empty, which means \"match all values and all keys\""))
        }
        if toleration["tolerationSeconds"] != nil, effect != "NoExecute" {
            errors.append(
                .invalid(
                    "\(path()).effect", .string(effect), "effect must be 'NoExecute' when `tolerationSeconds` is set"))
        }
        switch kind {
        case "", "Equal":
            errors += NameRules.labelValueProblems(value).map { .invalid("\(path()).operator", .string(value), $0) }
        case "Exists" where !value.isEmpty:
            errors.append(
                .invalid(
                    "\(path()).operator", go: goText(toleration), "value must be empty when `operator` is 'Exists'"))
        case "Exists": break
        default: errors.append(.notSupported("\(path()).operator", .string(kind), ["Equal", "Exists"]))
        }
        return errors + oneOf(toleration, "effect", ["NoSchedule", "PreferNoSchedule", "NoExecute"], at: path())
    }

    private static func goText(_ toleration: JSONValue) -> String {
        let fields = ["key", "operator", "value", "effect"].map { field in
            "\(field.prefix(1).uppercased())\(field.dropFirst()):\(JSONValue.string(toleration.text(field)).text)"
        }
        return "core.Toleration{\(fields.joined(separator: ", ")), TolerationSeconds:(*int64)(nil)}"
    }

    /// A port number must lie between 1 and 65535.
    static func rangeErrors(_ port: Int, at field: @autoclosure () -> String) -> [FieldError] {
        (1...65_535).contains(port)
            ? [] : [.invalid(field(), .number(JSONNumber(port)), "must be between 1 and 65535, inclusive")]
    }

    /// A text, where there is one, must be one of these.
    static func oneOf(
        _ value: JSONValue, _ field: String, _ supported: [String], at path: @autoclosure () -> String
    ) -> [FieldError] {
        let text = value.text(field)
        guard !text.isEmpty, !supported.contains(text) else { return [] }
        return [.notSupported("\(path()).\(field)", .string(text), supported)]
    }
}
