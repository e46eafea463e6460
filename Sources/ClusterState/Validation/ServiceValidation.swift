import JSON

/// What a service must satisfy. Source: the Service validation of the Kubernetes API.
enum ServiceValidation {
    static func errors(_ service: JSONValue, old: JSONValue?) -> [FieldError] {
        let spec = service["spec"] ?? [:]
        var errors: [FieldError] = []
        let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]
        errors += PodValidation.oneOf(spec, "type", types, at: "spec")
        errors += PodValidation.oneOf(spec, "sessionAffinity", ["ClientIP", "None"], at: "spec")
        let ports = spec.entries("ports")
        let isHeadless = spec.text("clusterIP") == "None"
        if ports.isEmpty, !isHeadless, spec.text("type") != "ExternalName" { errors.append(.required("spec.ports")) }
        errors += portErrors(ports)
        errors += MetadataValidation.labelErrors(spec["selector"], at: "spec.selector")
        if spec.text("type") == "ExternalName" {
            let name = spec.text("externalName")
            if name.isEmpty {
                errors.append(.required("spec.externalName"))
            } else {
                errors += NameRules.subdomainProblems(name).map { .invalid("spec.externalName", .string(name), $0) }
            }
        }
        let address = spec.text("clusterIP")
        if !address.isEmpty, address != "None", IPAddress(address) == nil {
            errors.append(
                .invalid(
                    "spec.clusterIPs[0]", .string(address),
                    "must be empty, 'None', or a valid IP address"))
        }
        if let old { errors += immutabilityErrors(spec, old["spec"] ?? [:]) }
        return errors
    }

    private static func immutabilityErrors(_ spec: JSONValue, _ old: JSONValue) -> [FieldError] {
        let before = old.text("clusterIP")
        let now = spec.text("clusterIP")
        guard !before.isEmpty, !now.isEmpty, before != now, spec.text("type") != "ExternalName",
            old.text("type") != "ExternalName"
        else { return [] }
        return [
            FieldError(
                field: "spec.clusterIPs[0]", problem: .invalid,
                message: "Invalid value: []string{\"\(now)\"}: may not change once set")
        ]
    }

    private static func portErrors(_ ports: [JSONValue]) -> [FieldError] {
        var errors: [FieldError] = []
        var names: Set<String> = []
        var numbers: Set<String> = []
        for (index, port) in ports.enumerated() {
            let field = "spec.ports[\(index)]"
            let name = port.text("name")
            if name.isEmpty {
                if ports.count > 1 { errors.append(.required("\(field).name")) }
            } else {
                errors += NameRules.labelProblems(name).map { .invalid("\(field).name", .string(name), $0) }
                if !names.insert(name).inserted { errors.append(.duplicate("\(field).name", .string(name))) }
            }
            let number = port["port"]?.intValue ?? 0
            errors += PodValidation.rangeErrors(number, at: "\(field).port")
            errors += PodValidation.oneOf(port, "protocol", ["SCTP", "TCP", "UDP"], at: field)
            if let target = port["targetPort"]?.intValue {
                errors += PodValidation.rangeErrors(target, at: "\(field).targetPort")
            }
            if !numbers.insert("\(number)/\(port.text("protocol"))").inserted {
                let pair: JSONValue = ["port": .number(JSONNumber(number)), "protocol": port["protocol"] ?? "TCP"]
                errors.append(.duplicate(field, pair))
            }
        }
        return errors
    }
}
