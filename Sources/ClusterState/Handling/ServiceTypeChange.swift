import JSON

/// What goes when a service becomes one of another type and the client has not said what becomes of it.
///
/// Source: the Service update behaviour of the Kubernetes API.
enum ServiceTypeChange {
    static func apply(to document: inout JSONValue, old: JSONValue) {
        guard var spec = document["spec"], let before = old["spec"] else { return }
        let type = spec.text("type")
        guard type != before.text("type") else { return }
        if type != "NodePort", type != "LoadBalancer" {
            if nodePorts(spec) == nodePorts(before) { spec.changeEach("ports") { $0["nodePort"] = nil } }
            if spec["externalTrafficPolicy"] == before["externalTrafficPolicy"] { spec["externalTrafficPolicy"] = nil }
        }
        if type == "ExternalName", spec["clusterIP"] == before["clusterIP"] {
            for field in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"] {
                spec[field] = nil
            }
        }
        document["spec"] = spec
    }

    private static func nodePorts(_ spec: JSONValue) -> [JSONValue?] { spec.entries("ports").map { $0["nodePort"] } }
}
