import JSON

/// What a container of a pod must satisfy. Source: the Pod validation of the Kubernetes API.
enum ContainerValidation {
    static func errors(
        _ container: JSONValue, volumes: Set<String>, at path: @autoclosure () -> String
    ) -> [FieldError] {
        var errors: [FieldError] = []
        let name = container.text("name")
        if name.isEmpty {
            errors.append(.required("\(path()).name"))
        } else {
            errors += NameRules.labelProblems(name).map { .invalid("\(path()).name", .string(name), $0) }
        }
        errors += imageErrors(container.text("image"), at: "\(path()).image")
        for hook in ["postStart", "preStop"] {
            if let handler = container.at("lifecycle", hook) {
                errors += ProbeValidation.handlerErrors(handler, at: "\(path()).lifecycle.\(hook)")
            }
        }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            if let value = container[probe] {
                errors += ProbeValidation.errors(value, kind: probe, at: "\(path()).\(probe)")
            }
        }
        let policy = container.text("terminationMessagePolicy")
        if !policy.isEmpty, policy != "File", policy != "FallbackToLogsOnError" {
            let field = "\(path()).terminationMessagePolicy"
            errors.append(.invalid(field, .string(policy), "must be 'File' or 'FallbackToLogsOnError'"))
        }
        errors += portErrors(container.entries("ports"), at: "\(path()).ports")
        for (index, variable) in container.entries("env").enumerated() {
            errors += variableErrors(variable, at: "\(path()).env[\(index)]")
        }
        for (index, mount) in container.entries("volumeMounts").enumerated() {
            errors += mountErrors(mount, volumes: volumes, at: "\(path()).volumeMounts[\(index)]")
        }
        errors += PodValidation.oneOf(container, "imagePullPolicy", ["Always", "IfNotPresent", "Never"], at: path())
        return errors + ResourceValidation.errors(container["resources"] ?? [:], at: "\(path()).resources")
    }

    /// A host port is one container's only.
    static func hostPortErrors(
        _ container: JSONValue, taken: inout Set<String>, at path: @autoclosure () -> String
    ) -> [FieldError] {
        var errors: [FieldError] = []
        for (index, port) in container.entries("ports").enumerated() {
            guard let number = port["hostPort"]?.intValue, number != 0 else { continue }
            let name = "\(port.text("protocol"))/\(port.text("hostIP"))/\(number)"
            if !taken.insert(name).inserted {
                errors.append(.duplicate("\(path())[\(index)].hostPort", .string(name)))
            }
        }
        return errors
    }

    private static func imageErrors(_ image: String, at field: @autoclosure () -> String) -> [FieldError] {
        guard !image.isEmpty else { return [.required(field())] }
        let isTrimmed = !(image.first?.isWhitespace ?? false) && !(image.last?.isWhitespace ?? false)
        return isTrimmed ? [] : [.invalid(field(), .string(image), "must not have leading or trailing whitespace")]
    }

    private static func portErrors(_ ports: [JSONValue], at path: @autoclosure () -> String) -> [FieldError] {
        var errors: [FieldError] = []
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            func field() -> String { "\(path())[\(index)]" }
            let name = port.text("name")
            if !name.isEmpty {
                let problems = NameRules.portNameProblems(name)
                errors += problems.map { .invalid("\(field()).name", .string(name), $0) }
                if problems.isEmpty, !names.insert(name).inserted {
                    errors.append(.duplicate("\(field()).name", .string(name)))
                }
            }
            let number = port["containerPort"]?.intValue ?? 0
            if number == 0 {
                errors.append(.required("\(field()).containerPort"))
            } else {
                errors += PodValidation.rangeErrors(number, at: "\(field()).containerPort")
            }
            if let number = port["hostPort"]?.intValue, number != 0 {
                errors += PodValidation.rangeErrors(number, at: "\(field()).hostPort")
            }
            errors += PodValidation.oneOf(port, "protocol", ["SCTP", "TCP", "UDP"], at: field())
        }
        return errors
    }

    private static let variableSources = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef"]

    private static func variableErrors(_ variable: JSONValue, at path: @autoclosure () -> String) -> [FieldError] {
        let name = variable.text("name")
        var errors: [FieldError] = []
        if name.isEmpty {
            errors.append(.required("\(path()).name"))
        } else {
            errors += NameRules.variableNameProblems(name).map { .invalid("\(path()).name", .string(name), $0) }
        }
        guard let source = variable["valueFrom"] else { return errors }
        func field() -> String { "\(path()).valueFrom" }
        if !variable.text("value").isEmpty {
            errors.append(.invalid(field(), "", "may not be specified when `value` is not empty"))
        }
        let given = variableSources.filter { source[$0] != nil }
        if given.isEmpty {
            errors.append(
                .invalid(
                    field(), "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"))
        } else if given.count > 1 {
            errors.append(.invalid(field(), "", "may not have more than one field specified at a time"))
        }
        if let reference = source["fieldRef"] { errors += fieldErrors(reference, at: "\(field()).fieldRef") }
        for kind in ["configMapKeyRef", "secretKeyRef"] {
            guard let reference = source[kind] else { continue }
            for part in ["name", "key"] where reference.text(part).isEmpty {
                errors.append(.required("\(field()).\(kind).\(part)"))
            }
        }
        return errors
    }

    private static let variableFields: Set<String> = [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs", "spec.restartPolicy", "spec.schedulerName",
        "spec.hostNetwork", "status.phase", "status.nominatedNodeName",
    ]

    private static func fieldErrors(_ reference: JSONValue, at path: @autoclosure () -> String) -> [FieldError] {
        let text = reference.text("fieldPath")
        guard !text.isEmpty else { return [.required("\(path()).fieldPath")] }
        let isSubscript = text.hasPrefix("metadata.labels['") || text.hasPrefix("metadata.annotations['")
        guard !isSubscript, !variableFields.contains(text) else { return [] }
        let problem = "error converting fieldPath: field label not supported: \(text)"
        return [.invalid("\(path()).fieldPath", .string(text), problem)]
    }

    private static func mountErrors(
        _ mount: JSONValue, volumes: Set<String>, at field: @autoclosure () -> String
    ) -> [FieldError] {
        var errors: [FieldError] = []
        let volume = mount.text("name")
        if volume.isEmpty {
            errors.append(.required("\(field()).name"))
        } else if !volumes.contains(volume) {
            errors.append(.notFound("\(field()).name", .string(volume)))
        }
        if mount.text("mountPath").isEmpty { errors.append(.required("\(field()).mountPath")) }
        return errors
    }
}
