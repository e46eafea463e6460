import JSON

/// What a pod, and the pod template of a workload, must satisfy. Source: the Pod validation of the Kubernetes API.
enum PodValidation {
    static func errors(_ pod: JSONValue, old: JSONValue?) -> [FieldError] {
        let spec = pod["spec"] ?? [:]
        guard let old else { return specErrors(spec, at: "spec") }
        var errors = specErrors(spec, at: "spec")
        if withoutMutableFields(spec) != withoutMutableFields(old["spec"] ?? [:]) {
            errors.append(
                .forbidden(
                    "spec",
                    "pod updates may not change fields other than `spec.containers[*].image`,"
                        + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
                        + "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set "
                        + "to 1 if it was previously negative)"))
        }
        return errors
    }

    private static func withoutMutableFields(_ spec: JSONValue) -> JSONValue {
        var spec = spec
        for field in ["activeDeadlineSeconds", "tolerations", "schedulingGates", "terminationGracePeriodSeconds"] {
            spec[field] = nil
        }
        for field in ["containers", "initContainers"] {
            spec.changeEach(field) { $0["image"] = nil }
        }
        return spec
    }

    static func specErrors(_ spec: JSONValue, at path: String) -> [FieldError] {
        var errors: [FieldError] = []
        let volumes = spec.entries("volumes").map { $0.text("name") }
        errors += volumeErrors(volumes, at: "\(path).volumes")
        let containers = spec.entries("containers")
        if containers.isEmpty { errors.append(.required("\(path).containers")) }
        var names: Set<String> = []
        for (field, list) in [("containers", containers), ("initContainers", spec.entries("initContainers"))] {
            for (index, container) in list.enumerated() {
                let at = "\(path).\(field)[\(index)]"
                errors += containerErrors(container, volumes: Set(volumes), at: at)
                let name = container.text("name")
                if !name.isEmpty, !names.insert(name).inserted {
                    errors.append(.duplicate("\(at).name", .string(name)))
                }
            }
        }
        errors += oneOf(spec, "restartPolicy", ["Always", "OnFailure", "Never"], at: path)
        errors += oneOf(spec, "dnsPolicy", ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"], at: path)
        if let grace = spec["terminationGracePeriodSeconds"]?.intValue, grace < 0 {
            errors.append(
                .invalid(
                    "\(path).terminationGracePeriodSeconds", .number(JSONNumber(grace)),
                    "must be greater than or equal to 0"))
        }
        return errors
    }

    private static func volumeErrors(_ names: [String], at path: String) -> [FieldError] {
        var errors: [FieldError] = []
        var seen: Set<String> = []
        for (index, name) in names.enumerated() {
            let field = "\(path)[\(index)].name"
            if name.isEmpty {
                errors.append(.required(field))
            } else {
                errors += NameRules.labelProblems(name).map { .invalid(field, .string(name), $0) }
                if !seen.insert(name).inserted { errors.append(.duplicate(field, .string(name))) }
            }
        }
        return errors
    }

    private static func containerErrors(_ container: JSONValue, volumes: Set<String>, at path: String) -> [FieldError] {
        var errors: [FieldError] = []
        let name = container.text("name")
        if name.isEmpty {
            errors.append(.required("\(path).name"))
        } else {
            errors += NameRules.labelProblems(name).map { .invalid("\(path).name", .string(name), $0) }
        }
        if container.text("image").isEmpty { errors.append(.required("\(path).image")) }
        errors += portErrors(container.entries("ports"), at: "\(path).ports")
        for (index, variable) in container.entries("env").enumerated() where variable.text("name").isEmpty {
            errors.append(.required("\(path).env[\(index)].name"))
        }
        for (index, mount) in container.entries("volumeMounts").enumerated() {
            let field = "\(path).volumeMounts[\(index)]"
            let volume = mount.text("name")
            if volume.isEmpty {
                errors.append(.required("\(field).name"))
            } else if !volumes.contains(volume) {
                errors.append(.notFound("\(field).name", .string(volume)))
            }
            if mount.text("mountPath").isEmpty { errors.append(.required("\(field).mountPath")) }
        }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            if let value = container[probe] { errors += probeErrors(value, kind: probe, at: "\(path).\(probe)") }
        }
        errors += oneOf(container, "imagePullPolicy", ["Always", "IfNotPresent", "Never"], at: path)
        return errors
    }

    private static func portErrors(_ ports: [JSONValue], at path: String) -> [FieldError] {
        var errors: [FieldError] = []
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            let field = "\(path)[\(index)]"
            if let number = port["containerPort"]?.intValue {
                errors += rangeErrors(number, at: "\(field).containerPort")
            } else {
                errors.append(.required("\(field).containerPort"))
            }
            let name = port.text("name")
            if !name.isEmpty, !names.insert(name).inserted {
                errors.append(.duplicate("\(field).name", .string(name)))
            }
            errors += oneOf(port, "protocol", ["SCTP", "TCP", "UDP"], at: field)
        }
        return errors
    }

    private static func probeErrors(_ probe: JSONValue, kind: String, at path: String) -> [FieldError] {
        var errors: [FieldError] = []
        let handlers = ["exec", "httpGet", "tcpSocket", "grpc"].filter { probe[$0] != nil }
        if handlers.isEmpty { errors.append(.required(path, "must specify a handler type")) }
        for handler in handlers.dropFirst() {
            errors.append(.forbidden("\(path).\(handler)", "may not specify more than 1 handler type"))
        }
        for field in ["httpGet", "tcpSocket"] {
            if let port = probe.at(field, "port")?.intValue { errors += rangeErrors(port, at: "\(path).\(field).port") }
        }
        for field in [
            "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold",
        ] {
            if let number = probe[field]?.intValue, number < 0 {
                errors.append(
                    .invalid(
                        "\(path).\(field)", .number(JSONNumber(number)), "must be greater than or equal to 0"))
            }
        }
        if kind != "readinessProbe", let successes = probe["successThreshold"], successes != 1 {
            errors.append(.invalid("\(path).successThreshold", successes, "must be 1"))
        }
        return errors
    }

    /// A port number must lie between 1 and 65535.
    static func rangeErrors(_ port: Int, at field: String) -> [FieldError] {
        (1...65_535).contains(port)
            ? [] : [.invalid(field, .number(JSONNumber(port)), "must be between 1 and 65535, inclusive")]
    }

    /// A text, where there is one, must be one of these.
    static func oneOf(_ value: JSONValue, _ field: String, _ supported: [String], at path: String) -> [FieldError] {
        let text = value.text(field)
        guard !text.isEmpty, !supported.contains(text) else { return [] }
        return [.notSupported("\(path).\(field)", .string(text), supported)]
    }
}
