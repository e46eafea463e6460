import JSON

/// What Ingresses and IngressClasses must satisfy. Source: the `networking.k8s.io/v1` validation.
enum IngressValidation {
    static func errors(_ ingress: JSONValue, old: JSONValue?) -> [FieldError] {
        let spec = ingress["spec"] ?? [:]
        var errors: [FieldError] = []
        let annotation = ingress.at("metadata", "annotations", "kubernetes.io/ingress.class")
        if old == nil, let annotation, spec["ingressClassName"] != nil {
            errors.append(
                .invalid(
                    "annotations.kubernetes.io/ingress.class", annotation,
                    "can not be set when the class field is also set"))
        }
        let rules = spec.entries("rules")
        if rules.isEmpty, spec["defaultBackend"] == nil {
            errors.append(
                .invalid(
                    "spec", go: "[]networking.IngressRule(nil)",
                    "either `defaultBackend` or `rules` must be specified"))
        }
        if let backend = spec["defaultBackend"] { errors += backendErrors(backend, at: "spec.defaultBackend") }
        for (index, rule) in rules.enumerated() {
            let path = "spec.rules[\(index)]"
            errors += hostErrors(rule.text("host"), at: "\(path).host")
            guard let http = rule["http"] else { continue }
            let paths = http.entries("paths")
            if paths.isEmpty { errors.append(.required("\(path).http.paths")) }
            for (position, entry) in paths.enumerated() {
                errors += pathErrors(entry, at: "\(path).http.paths[\(position)]")
            }
        }
        let className = spec.text("ingressClassName")
        if !className.isEmpty {
            errors += NameRules.subdomainProblems(className)
                .map { .invalid("spec.ingressClassName", .string(className), $0) }
        }
        for (index, entry) in spec.entries("tls").enumerated() {
            for (position, host) in entry.entries("hosts").enumerated() {
                errors += hostErrors(host.plainText, at: "spec.tls[\(index)].hosts[\(position)]")
            }
        }
        return errors
    }

    private static func hostErrors(_ host: String, at field: String) -> [FieldError] {
        guard !host.isEmpty else { return [] }
        if IPAddress(host) != nil { return [.invalid(field, .string(host), "must be a DNS name, not an IP address")] }
        guard !host.contains("*") else {
            let isWildcard = host.hasPrefix("*.") && NameRules.subdomainProblems(String(host.dropFirst(2))).isEmpty
            guard !isWildcard else { return [] }
            return [
                .invalid(
                    field, .string(host),
                    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must "
                        + "consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric "
                        + "character (e.g. '*.example.com', regex used for validation is "
                        + "'\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")
            ]
        }
        return NameRules.subdomainProblems(host).map { .invalid(field, .string(host), $0) }
    }

    private static func pathErrors(_ entry: JSONValue, at path: String) -> [FieldError] {
        var errors: [FieldError] = []
        let type = entry.text("pathType")
        let text = entry.text("path")
        let supported = ["Exact", "ImplementationSpecific", "Prefix"]
        if type.isEmpty {
            errors.append(.required("\(path).pathType", "pathType must be specified"))
        } else if !supported.contains(type) {
            errors.append(.notSupported("\(path).pathType", .string(type), supported))
        }
        if type != "ImplementationSpecific" || !text.isEmpty, !text.hasPrefix("/") {
            errors.append(.invalid("\(path).path", .string(text), "must be an absolute path"))
        } else if type == "Exact" || type == "Prefix" {
            errors += shapeErrors(text, at: "\(path).path")
        }
        errors += backendErrors(entry["backend"] ?? [:], at: "\(path).backend")
        return errors
    }

    private static func shapeErrors(_ path: String, at field: String) -> [FieldError] {
        let inside = ["//", "/./", "/../", "%2f", "%2F"].filter { path.contains($0) }.map { "must not contain '\($0)'" }
        let atEnd = ["/..", "/."].filter { path.hasSuffix($0) }.map { "cannot end with '\($0)'" }
        return (inside + atEnd).map { .invalid(field, .string(path), $0) }
    }

    private static func backendErrors(_ backend: JSONValue, at path: String) -> [FieldError] {
        if backend["resource"] != nil, backend["service"] == nil { return [] }
        guard let service = backend["service"] else {
            return [.invalid(path, "", "resource or service backend is required")]
        }
        if backend["resource"] != nil {
            return [.invalid(path, "", "cannot set both resource and service backends")]
        }
        var errors: [FieldError] = []
        let name = service.text("name")
        if name.isEmpty {
            errors.append(.required("\(path).service.name"))
        } else {
            errors += NameRules.serviceNameProblems(name)
                .map { .invalid("\(path).service.name", .string(name), $0) }
        }
        let portName = service.at("port", "name")?.stringValue ?? ""
        let number = service.at("port", "number")?.intValue ?? 0
        let field = "\(path).service.port"
        if portName.isEmpty, number == 0 {
            errors.append(.required(path, "port name or number is required"))
        } else if !portName.isEmpty, number != 0 {
            errors.append(.invalid(path, "", "cannot set both port name & port number"))
        } else if portName.isEmpty {
            errors += PodValidation.rangeErrors(number, at: "\(field).number")
        } else {
            errors += NameRules.portNameProblems(portName).map { .invalid("\(field).name", .string(portName), $0) }
        }
        return errors
    }

    static func classErrors(_ document: JSONValue, old: JSONValue?) -> [FieldError] {
        let controller = document["spec"]?.text("controller") ?? ""
        var errors: [FieldError] = []
        if controller.isEmpty {
            errors.append(.required("spec.controller"))
        } else if old == nil {
            errors += controllerErrors(controller)
        }
        if let parameters = document.at("spec", "parameters") {
            for field in ["kind", "name"] where parameters.text(field).isEmpty {
                errors.append(.required("spec.parameters.\(field)", "\(field) is required"))
            }
        }
        if let before = old?["spec"]?.text("controller"), before != controller {
            errors.append(.invalid("spec.controller", .string(controller), "field is immutable"))
        }
        return errors
    }

    private static let controllerLengthMax = 250

    /// A controller's name is a path under a domain.
    private static func controllerErrors(_ controller: String) -> [FieldError] {
        let field = "spec.controller"
        var errors: [FieldError] = []
        if controller.utf8.count > controllerLengthMax {
            errors.append(.tooLong(field, bytesMax: controllerLengthMax))
        }
        guard let slash = controller.firstIndex(of: "/"), controller.index(after: slash) < controller.endIndex else {
            return errors + [
                .invalid(field, .string(controller), "must be a domain-prefixed path (such as \"acme.io/foo\")")
            ]
        }
        let domain = String(controller[..<slash])
        return errors + NameRules.subdomainProblems(domain).map { .invalid(field, .string(domain), $0) }
    }
}
