import Testing

@testable import IngressPlanning

@Suite("Names of AWS resources") struct ResourceNameTests {
    struct LoadBalancerCase: Sendable {
        var cluster: String
        var namespace: String
        var ingress: String
        var scheme: String
        var name: String
    }

    static let loadBalancers = [
        // The first is a name that the peer's published expectations contain.
        LoadBalancerCase(
            cluster: "cluster-dummy", namespace: "ns-1", ingress: "ing-1", scheme: "internal",
            name: "k8s-ns1-ing1-b7e914000d"),
        LoadBalancerCase(
            cluster: "prod", namespace: "team-shop", ingress: "web-ingress.v2", scheme: "internet-facing",
            name: "k8s-teamshop-webingre-8d7cc68bc6"),
        LoadBalancerCase(
            cluster: "", namespace: "ns-1", ingress: "ing-1", scheme: "internal", name: "k8s-ns1-ing1-3f6e228b5b"),
    ]

    @Test("a load balancer has the peer's name", arguments: loadBalancers)
    func loadBalancer(_ one: LoadBalancerCase) {
        let name = ResourceNames.loadBalancer(
            cluster: one.cluster, namespace: one.namespace, ingress: one.ingress, scheme: one.scheme)
        #expect(name == one.name)
        #expect(name.count <= 32)
    }

    private func identity(
        _ service: String, port: String, number: Int, type: String, kind: String, uid: String = ""
    ) -> ResourceNames.TargetGroupIdentity {
        ResourceNames.TargetGroupIdentity(
            cluster: "cluster-dummy", stack: "ns-1/ing-1", namespace: "ns-1", ingress: "ing-1", service: service,
            serviceUID: uid, servicePort: port, port: number, targetType: type, targetProtocol: kind,
            protocolVersion: "HTTP1")
    }

    @Test func `a target group has the peer's name`() {
        let first = identity("svc-1", port: "http", number: 32_768, type: "instance", kind: "HTTP")
        #expect(ResourceNames.targetGroup(first) == "k8s-ns1-svc1-9889425938")
        let third = identity("svc-3", port: "https", number: 8_443, type: "ip", kind: "HTTPS")
        #expect(ResourceNames.targetGroup(third) == "k8s-ns1-svc3-bf42870fba")
    }

    @Test func `a Service made anew and a port written otherwise give other groups`() {
        let one = identity("svc", port: "80", number: 8_080, type: "ip", kind: "HTTP", uid: "a")
        var anew = one
        anew.serviceUID = "b"
        var named = one
        named.servicePort = "http"
        #expect(Set([one, anew, named].map(ResourceNames.targetGroup)).count == 3)
    }
}
