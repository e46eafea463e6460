import ELBModel
import JSON
import KubernetesModel

/// `status.loadBalancer` of an Ingress.
enum IngressStatus {
    /// The patch that publishes the load balancer's name and ports; `nil` when they are published already.
    ///
    /// Order, protocol and errors of the published ports do not count.
    static func patch(of ingress: KubernetesObject, to loadBalancer: LoadBalancer, ports: [Int]) -> KubernetesWrite? {
        let hostname = loadBalancer.dnsName.lowercased()
        guard !hostname.isEmpty else { return nil }
        let published = ingress.status.at("loadBalancer", "ingress")?.arrayValue ?? []
        if published.count == 1, published[0]["hostname"]?.stringValue == hostname {
            let known = (published[0]["ports"]?.arrayValue ?? []).compactMap { $0["port"]?.intValue }
            if Set(known) == Set(ports) { return nil }
        }
        let entries = ports.sorted().map { port -> JSONValue in
            ["port": .number(JSONNumber(port)), "protocol": "TCP"]
        }
        let body: JSONValue = [
            "status": ["loadBalancer": ["ingress": [["hostname": .string(hostname), "ports": .array(entries)]]]]
        ]
        return .patch(.init(.ingress, ingress.key, body: body, subresource: "status"))
    }
}
