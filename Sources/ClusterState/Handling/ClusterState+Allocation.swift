import JSON
import KubernetesModel

extension ClusterState {
    /// Gives a service its cluster IP and node ports, and takes back what it no longer has.
    mutating func allocate(
        _ document: inout JSONValue, old: JSONValue?, _ context: RequestContext
    ) throws(KubernetesFailure) {
        guard context.definition.kind == "Service", !context.definition.isCustom,
            context.request.subresource != "status", var spec = document["spec"]
        else { return }
        let name = document.at("metadata", "name")?.stringValue ?? ""
        let before = old?["spec"] ?? [:]
        try allocateAddress(&spec, before: before, name: name, context.definition)
        try allocatePorts(&spec, before: before, name: name, context.definition)
        document["spec"] = spec
    }

    /// Frees what a removed service had.
    mutating func release(_ document: JSONValue, _ definition: ResourceDefinition) {
        guard definition.kind == "Service", !definition.isCustom, let spec = document["spec"] else { return }
        clusterIPs.release(spec.text("clusterIP"))
        for port in Self.nodePorts(spec) {
            clusterIPs.release(port: port)
        }
    }

    private mutating func allocateAddress(
        _ spec: inout JSONValue, before: JSONValue, name: String, _ definition: ResourceDefinition
    ) throws(KubernetesFailure) {
        let held = before.text("clusterIP")
        if spec.text("type") == "ExternalName" {
            clusterIPs.release(held)
            for field in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"] {
                spec[field] = nil
            }
            return
        }
        if spec.text("clusterIP").isEmpty, let first = spec.entries("clusterIPs").first { spec["clusterIP"] = first }
        let wanted = spec.text("clusterIP")
        if wanted.isEmpty {
            if held.isEmpty {
                guard let address = clusterIPs.takeAddress() else {
                    throw KubernetesFailure(
                        code: 500, reason: "InternalError",
                        message: "Internal error occurred: failed to allocate a serviceIP: range is full")
                }
                spec["clusterIP"] = .string(address)
            } else {
                spec["clusterIP"] = .string(held)
            }
        } else if wanted != held, wanted != "None" {
            try take(wanted, name: name, definition)
        }
        spec["clusterIPs"] = [spec["clusterIP"] ?? "None"]
    }

    private mutating func take(
        _ address: String, name: String, _ definition: ResourceDefinition
    ) throws(KubernetesFailure) {
        var problem: String?
        if !AddressPool.contains(address) {
            problem =
                "the provided IP (\(address)) is not in the valid range. The range of valid IPs is "
                + AddressPool.range
        } else if !clusterIPs.take(address) {
            problem = "provided IP is already allocated"
        }
        guard let problem else { return }
        throw definition.invalid(
            name,
            [.invalid("spec.clusterIPs", [.string(address)], "failed to allocate IP \(address): \(problem)")])
    }

    private mutating func allocatePorts(
        _ spec: inout JSONValue, before: JSONValue, name: String, _ definition: ResourceDefinition
    ) throws(KubernetesFailure) {
        let held = Set(Self.nodePorts(before))
        let wantsPorts = ["NodePort", "LoadBalancer"].contains(spec.text("type"))
        var ports = spec.entries("ports")
        for index in ports.indices {
            guard wantsPorts else {
                ports[index]["nodePort"] = nil
                continue
            }
            if let port = ports[index]["nodePort"]?.intValue, port > 0 {
                if held.contains(port) { continue }
                guard AddressPool.nodePorts.contains(port), clusterIPs.take(port: port) else {
                    let isInRange = AddressPool.nodePorts.contains(port)
                    let problem =
                        isInRange
                        ? "provided port is already allocated"
                        : "provided port is not in the valid range. The range of valid ports is 30000-32767"
                    let field = "spec.ports[\(index)].nodePort"
                    throw definition.invalid(name, [.invalid(field, .number(JSONNumber(port)), problem)])
                }
            } else if let same = Self.heldPort(for: ports[index], before) {
                ports[index]["nodePort"] = .number(JSONNumber(same))
            } else if let port = clusterIPs.takePort() {
                ports[index]["nodePort"] = .number(JSONNumber(port))
            }
        }
        if spec["ports"] != nil { spec["ports"] = .array(ports) }
        for port in held.subtracting(Self.nodePorts(spec)).sorted() {
            clusterIPs.release(port: port)
        }
    }

    /// The node port of the port that had this name.
    private static func heldPort(for port: JSONValue, _ before: JSONValue) -> Int? {
        let same = before.entries("ports").first { $0.text("name") == port.text("name") }
        return same?["nodePort"]?.intValue
    }

    private static func nodePorts(_ spec: JSONValue) -> [Int] {
        spec.entries("ports").compactMap { $0["nodePort"]?.intValue }.filter { $0 > 0 }
    }
}
