import JSON

extension Defaults {
    static func service(_ spec: inout JSONValue) {
        spec.fill("sessionAffinity", "None")
        spec.fill("type", "ClusterIP")
        if spec["sessionAffinity"] == "ClientIP" {
            var config = spec["sessionAffinityConfig"] ?? [:]
            var clientIP = config["clientIP"] ?? [:]
            clientIP.fill("timeoutSeconds", 10_800)
            config["clientIP"] = clientIP
            spec["sessionAffinityConfig"] = config
        } else {
            spec["sessionAffinityConfig"] = nil
        }
        spec.changeEach("ports") { port in
            port.fill("protocol", "TCP")
            if port["targetPort"] == nil || port["targetPort"] == 0 || port["targetPort"] == "" {
                port["targetPort"] = port["port"]
            }
        }
        // An address that is empty was not given.
        if spec["clusterIP"] == "" { spec["clusterIP"] = nil }
        let type = spec.text("type")
        if type == "NodePort" || type == "LoadBalancer" { spec.fill("externalTrafficPolicy", "Cluster") }
        if type != "LoadBalancer" { spec["allocateLoadBalancerNodePorts"] = nil }
        if type == "LoadBalancer" { spec.fill("allocateLoadBalancerNodePorts", true) }
        guard type != "ExternalName" else { return }
        spec.fill("internalTrafficPolicy", "Cluster")
        spec.fill("ipFamilies", ["IPv4"])
        spec.fill("ipFamilyPolicy", "SingleStack")
    }
}
