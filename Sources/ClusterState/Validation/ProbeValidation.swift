import JSON

/// What probes and lifecycle hooks must satisfy. Source: the Pod validation of the Kubernetes API.
enum ProbeValidation {
    static func errors(_ probe: JSONValue, kind: String, at path: @autoclosure () -> String) -> [FieldError] {
        var errors = handlerErrors(probe, at: path())
        for field in [
            "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold",
        ] {
            if let number = probe[field]?.intValue, number < 0 {
                errors.append(
                    .invalid("\(path()).\(field)", .number(JSONNumber(number)), "must be greater than or equal to 0"))
            }
        }
        if kind != "readinessProbe", let successes = probe["successThreshold"], successes != 1 {
            errors.append(.invalid("\(path()).successThreshold", successes, "must be 1"))
        }
        return errors
    }

    /// What is done must be one thing, and complete.
    static func handlerErrors(_ handler: JSONValue, at path: @autoclosure () -> String) -> [FieldError] {
        var errors: [FieldError] = []
        let handlers = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"].filter { handler[$0] != nil }
        if handlers.isEmpty { errors.append(.required(path(), "must specify a handler type")) }
        for handler in handlers.dropFirst() {
            errors.append(.forbidden("\(path()).\(handler)", "may not specify more than 1 handler type"))
        }
        if let command = handler["exec"], command.entries("command").isEmpty {
            errors.append(.required("\(path()).exec.command"))
        }
        for field in ["httpGet", "tcpSocket"] {
            guard let port = handler.at(field, "port") else { continue }
            errors += portErrors(port, at: "\(path()).\(field).port")
        }
        if let request = handler["httpGet"] { errors += requestErrors(request, at: "\(path()).httpGet") }
        return errors
    }

    /// A port's number or its name.
    static func portErrors(_ port: JSONValue, at field: @autoclosure () -> String) -> [FieldError] {
        if let number = port.intValue { return PodValidation.rangeErrors(number, at: field()) }
        let name = port.stringValue ?? ""
        return NameRules.portNameProblems(name).map { .invalid(field(), .string(name), $0) }
    }

    private static func requestErrors(_ request: JSONValue, at path: @autoclosure () -> String) -> [FieldError] {
        var errors = PodValidation.oneOf(request, "scheme", ["HTTP", "HTTPS"], at: path())
        for header in request.entries("httpHeaders") {
            let name = header.text("name")
            errors += NameRules.headerNameProblems(name).map { .invalid("\(path()).httpHeaders", .string(name), $0) }
        }
        return errors
    }
}
