import JSON

/// What Endpoints and EndpointSlices must satisfy: above all, no address that only one machine can reach.
///
/// Source: the Endpoints and EndpointSlice validation of the Kubernetes API.
enum EndpointValidation {
    static func endpointsErrors(_ document: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        for (index, subset) in document.entries("subsets").enumerated() {
            let path = "subsets[\(index)]"
            let ready = subset.entries("addresses")
            let notReady = subset.entries("notReadyAddresses")
            if ready.isEmpty, notReady.isEmpty {
                errors.append(.required(path, "must specify `addresses` or `notReadyAddresses`"))
            }
            for (field, addresses) in [("addresses", ready), ("notReadyAddresses", notReady)] {
                for (position, address) in addresses.enumerated() {
                    errors += addressErrors(address, at: "\(path).\(field)[\(position)]")
                }
            }
            let ports = subset.entries("ports")
            for (position, port) in ports.enumerated() {
                errors += portErrors(port, at: "\(path).ports[\(position)]", needsName: ports.count > 1)
            }
        }
        return errors
    }

    static func sliceErrors(_ document: JSONValue, old: JSONValue?) -> [FieldError] {
        var errors: [FieldError] = []
        let type = document.text("addressType")
        if type.isEmpty {
            errors.append(.required("addressType"))
        } else {
            errors += PodValidation.oneOf(document, "addressType", ["FQDN", "IPv4", "IPv6"], at: "").map { error in
                var error = error
                error.field = "addressType"
                return error
            }
        }
        if let old, old.text("addressType") != type {
            errors.append(.invalid("addressType", .string(type), "field is immutable"))
        }
        for (index, endpoint) in document.entries("endpoints").enumerated() {
            let addresses = endpoint.entries("addresses")
            let path = "endpoints[\(index)].addresses"
            if addresses.isEmpty { errors.append(.required(path, "must contain at least 1 address")) }
            for (position, address) in addresses.enumerated() {
                errors += sliceAddressErrors(address.plainText, type: type, at: "\(path)[\(position)]")
            }
        }
        var names: Set<String> = []
        for (index, port) in document.entries("ports").enumerated() {
            if !names.insert(port.text("name")).inserted {
                errors.append(.duplicate("ports[\(index)].name", .string(port.text("name"))))
            }
            guard port["port"] != nil else { continue }
            errors += portErrors(port, at: "ports[\(index)]", needsName: false)
        }
        return errors
    }

    private static func sliceAddressErrors(_ text: String, type: String, at field: String) -> [FieldError] {
        switch type {
        case "IPv4", "IPv6":
            guard let address = IPAddress(text), address.isIPv4 == (type == "IPv4") else {
                return [.invalid(field, .string(text), "must be a valid \(type) address")]
            }
            return ipErrors(text, at: field)
        default:
            return NameRules.subdomainProblems(text).map { .invalid(field, .string(text), $0) }
        }
    }

    private static func addressErrors(_ address: JSONValue, at path: String) -> [FieldError] {
        var errors = ipErrors(address.text("ip"), at: "\(path).ip")
        let hostname = address.text("hostname")
        if !hostname.isEmpty {
            errors += NameRules.labelProblems(hostname).map { .invalid("\(path).hostname", .string(hostname), $0) }
        }
        let node = address.text("nodeName")
        if !node.isEmpty {
            errors += NameRules.subdomainProblems(node).map { .invalid("\(path).nodeName", .string(node), $0) }
        }
        return errors
    }

    private static func ipErrors(_ text: String, at field: String) -> [FieldError] {
        guard let address = IPAddress(text) else {
            return [
                .invalid(field, .string(text), "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"),
                .invalid(field, .string(text), "must be a valid IP address"),
            ]
        }
        return address.endpointProblem.map { [.invalid(field, .string(text), $0)] } ?? []
    }

    private static func portErrors(_ port: JSONValue, at path: String, needsName: Bool) -> [FieldError] {
        var errors: [FieldError] = []
        let name = port.text("name")
        if needsName, name.isEmpty { errors.append(.required("\(path).name")) }
        if !name.isEmpty {
            errors += NameRules.labelProblems(name).map { .invalid("\(path).name", .string(name), $0) }
        }
        errors += PodValidation.rangeErrors(port["port"]?.intValue ?? 0, at: "\(path).port")
        errors += PodValidation.oneOf(port, "protocol", ["SCTP", "TCP", "UDP"], at: path)
        return errors
    }
}
