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
        // What another type leaves behind goes by itself; only a new service is held to it.
        let isNew = old == nil
        errors += portErrors(ports, isClusterOnly: isNew && spec.text("type") == "ClusterIP")
        errors += MetadataValidation.labelErrors(spec["selector"], at: "spec.selector")
        if spec.text("type") == "ExternalName" {
            let name = spec.text("externalName")
            if name.isEmpty {
                errors.append(.required("spec.externalName"))
            } else {
                errors += NameRules.subdomainProblems(name).map { .invalid("spec.externalName", .string(name), $0) }
            }
        }
        errors += addressErrors(spec)
        if isNew { errors += trafficErrors(spec) }
        if let old { errors += immutabilityErrors(spec, old["spec"] ?? [:]) }
        return errors
    }

    private static let addressProblem = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"

    private static func addressErrors(_ spec: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        let address = spec.text("clusterIP")
        let type = spec.text("type")
        if address == "None" {
            if type == "NodePort" || type == "LoadBalancer" {
                errors.append(
                    .invalid("spec.clusterIPs[0]", "None", "may not be set to 'None' for \(type) services"))
            }
        } else if !address.isEmpty, IPAddress(address) == nil {
            errors.append(.invalid("spec.clusterIPs[0]", .string(address), addressProblem))
        }
        for (index, external) in spec.entries("externalIPs").enumerated() where IPAddress(external.plainText) == nil {
            errors.append(.invalid("spec.externalIPs[\(index)]", external, addressProblem))
        }
        let ranges = spec.entries("loadBalancerSourceRanges").map(\.plainText)
        if !ranges.allSatisfy(IPAddress.isRange) {
            errors.append(
                .invalid(
                    "spec.LoadBalancerSourceRanges", .string("[\(ranges.joined(separator: " "))]"),
                    "must be a list of IP ranges. For example, 10.240.0.0/24,10.250.0.0/24 "))
        }
        return errors
    }

    private static func trafficErrors(_ spec: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        let type = spec.text("type")
        let policy = spec.text("externalTrafficPolicy")
        let field = "spec.externalTrafficPolicy"
        if !policy.isEmpty, policy != "Cluster", policy != "Local" {
            errors.append(
                .invalid(field, .string(policy), "ExternalTrafficPolicy must be empty, Cluster or Local"))
        } else if !policy.isEmpty, type != "NodePort", type != "LoadBalancer" {
            errors.append(
                .invalid(
                    field, .string(policy),
                    "ExternalTrafficPolicy can only be set on NodePort and LoadBalancer service"))
        }
        if let seconds = spec.at("sessionAffinityConfig", "clientIP", "timeoutSeconds"),
            !(1...86_400).contains(seconds.intValue ?? 0)
        {
            errors.append(
                .invalid(
                    "spec.sessionAffinityConfig.clientIP.timeoutSeconds", seconds,
                    "must be greater than 0 and less than 86400"))
        }
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

    private static func portErrors(_ ports: [JSONValue], isClusterOnly: Bool) -> [FieldError] {
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
            if let target = port["targetPort"] {
                errors += ProbeValidation.portErrors(target, at: "\(field).targetPort")
            }
            if isClusterOnly, (port["nodePort"]?.intValue ?? 0) != 0 {
                errors.append(.forbidden("\(field).nodePort", "may not be used when `type` is 'ClusterIP'"))
            }
            if !numbers.insert("\(number)/\(port.text("protocol"))").inserted {
                errors.append(.duplicate(field, go: goText(port)))
            }
        }
        return errors
    }

    /// The two fields in which ports must differ, in a port that has no others.
    private static func goText(_ port: JSONValue) -> String {
        let target = "intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}"
        return "core.ServicePort{Name:\"\", Protocol:\(JSONValue.string(port.text("protocol")).text), "
            + "AppProtocol:(*string)(nil), Port:\(port["port"]?.intValue ?? 0), TargetPort:\(target), NodePort:0}"
    }
}
