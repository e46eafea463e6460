import ELBModel
import JSON

/// The ports of an Ingress, from `listen-ports`: a JSON list of objects such as `{"HTTP": 80}`.
enum ListenPorts {
    /// Port to protocol. Without the annotation: HTTPS 443 when certificates are named, HTTP 80 otherwise. A later
    /// entry for the same port wins. Protocol names are upper case, unlike the keys of other annotations.
    static func parse(_ annotations: Annotations) throws(BuildProblem) -> [Int: TrafficProtocol] {
        guard let entry = annotations.entry("listen-ports") else {
            return annotations.list("certificate-arn")?.isEmpty == false ? [443: .https] : [80: .http]
        }
        let remedy = "Write a list such as [{\"HTTP\": 80}, {\"HTTPS\": 443}]."
        guard let objects = try entry.json().arrayValue else {
            throw entry.problem("\(quoted(entry.text)) is not a list", remedy: remedy)
        }
        var ports: [Int: TrafficProtocol] = [:]
        for object in objects {
            guard let members = object.objectValue else {
                throw entry.problem("\(quoted(object.text)) is not an object", remedy: remedy)
            }
            for (name, value) in members {
                guard name == "HTTP" || name == "HTTPS" else {
                    throw entry.problem("listen protocol must be within [HTTP, HTTPS]: \(name)", remedy: remedy)
                }
                guard let port = value.intValue, (1...65_535).contains(port) else {
                    throw entry.problem("listen port must be within [1, 65535]: \(value.text)", remedy: remedy)
                }
                ports[port] = TrafficProtocol(rawValue: name)
            }
        }
        guard !ports.isEmpty else {
            throw entry.problem("empty listen-ports configuration: \(quoted(entry.text))", remedy: remedy)
        }
        return ports
    }
}
