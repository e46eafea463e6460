import JSON

/// The columns of services and what belongs to them. Source: `kubectl get` of the real server for each kind.
extension TableLayout {
    static let service = TableLayout(columns: [
        .name, .text("Type"), .text("Cluster-IP"), .text("External-IP"), .text("Port(s)"), .age, .wide("Selector"),
    ]) { row in
        let selector = (row.spec["selector"]?.objectValue ?? [:]).sortedByKey.map { "\($0.key)=\($0.value.plainText)" }
        return [
            row.name, row.spec["type"] ?? "", RowSource.orNone(row.spec.text("clusterIP")),
            .string(externalAddress(row)), .string(servicePorts(row)), row.createdAgo,
            RowSource.orNone(selector.joined(separator: ",")),
        ]
    }

    private static func externalAddress(_ row: RowSource) -> String {
        let chosen = row.spec.entries("externalIPs").map(\.plainText)
        switch row.spec.text("type") {
        case "LoadBalancer":
            let all = balancers(row) + chosen
            return all.isEmpty ? "<pending>" : all.joined(separator: ",")
        case "ExternalName": return row.spec.text("externalName")
        default: return chosen.isEmpty ? "<none>" : chosen.joined(separator: ",")
        }
    }

    private static func balancers(_ row: RowSource) -> [String] {
        let entries = row.status.at("loadBalancer", "ingress")?.arrayValue ?? []
        let names = entries.map { $0.text("ip").isEmpty ? $0.text("hostname") : $0.text("ip") }
        return Set(names.filter { !$0.isEmpty }).sorted()
    }

    private static func servicePorts(_ row: RowSource) -> String {
        let ports = row.spec.entries("ports").map { port -> String in
            let node = port["nodePort"]?.intValue ?? 0
            let number = port["port"]?.text ?? ""
            return node > 0 ? "\(number):\(node)/\(port.text("protocol"))" : "\(number)/\(port.text("protocol"))"
        }
        return ports.isEmpty ? "<none>" : ports.joined(separator: ",")
    }

    static let ingress = TableLayout(columns: [
        .name, .text("Class"), .text("Hosts"), .text("Address"), .text("Ports"), .age,
    ]) { row in
        let hosts = row.spec.entries("rules").map { $0.text("host") }.filter { !$0.isEmpty }
        return [
            row.name, RowSource.orNone(row.spec.text("ingressClassName")), RowSource.brief(hosts, empty: "*"),
            .string(balancers(row).joined(separator: ",")),
            .string(row.spec.entries("tls").isEmpty ? "80" : "80, 443"), row.createdAgo,
        ]
    }

    static let ingressClass = TableLayout(columns: [.name, .text("Controller"), .text("Parameters"), .age]) { row in
        var parameters = ""
        if let reference = row.spec["parameters"] {
            let group = reference.text("apiGroup")
            parameters = "\(reference.text("kind"))\(group.isEmpty ? "" : ".\(group)")/\(reference.text("name"))"
        }
        return [row.name, row.spec["controller"] ?? "", RowSource.orNone(parameters), row.createdAgo]
    }

    static let endpoints = TableLayout(columns: [.name, .text("Endpoints"), .age]) { row in
        var addresses: [String] = []
        for subset in row.document.entries("subsets") {
            let ips = subset.entries("addresses").map { $0.text("ip") }
            let ports = subset.entries("ports")
            if ports.isEmpty { addresses += ips }
            for port in ports {
                addresses += ips.map { "\($0):\(port["port"]?.text ?? "")" }
            }
        }
        let empty = row.document.entries("subsets").isEmpty ? "<none>" : ""
        return [row.name, RowSource.brief(addresses, empty: empty), row.createdAgo]
    }

    static let endpointSlice = TableLayout(columns: [
        .name, .text("AddressType"), .text("Ports"), .text("Endpoints"), .age,
    ]) { row in
        let ports = row.document.entries("ports").map { $0["port"]?.text ?? "*" }
        let addresses = row.document.entries("endpoints").flatMap { $0.entries("addresses") }.map(\.plainText)
        return [
            row.name, row.document["addressType"] ?? "", RowSource.brief(ports, empty: "<unset>"),
            RowSource.brief(addresses, empty: "<unset>"), row.createdAgo,
        ]
    }
}
