import Testing

@testable import APIServer

@Suite("Paths of the API") struct RouteTests {
    private func path(
        group: String = "", version: String = "v1", namespace: String = "", resource: String, name: String = "",
        subresource: String = "", isWatch: Bool = false
    ) -> Route {
        var path = ResourcePath(group: group, version: version, [resource])
        path.namespace = namespace
        path.name = name
        path.subresource = subresource
        path.isWatch = isWatch
        return .resource(path)
    }

    private func route(_ target: String) -> Route { Route(RequestTarget(target).segments) }

    @Test func `namespaced and cluster-scoped paths are told apart`() {
        #expect(route("/api/v1/pods") == path(resource: "pods"))
        #expect(route("/api/v1/namespaces/shop/pods/web-1") == path(namespace: "shop", resource: "pods", name: "web-1"))
        #expect(route("/api/v1/nodes/n1/status") == path(resource: "nodes", name: "n1", subresource: "status"))
        #expect(
            route("/apis/apps/v1/namespaces/shop/replicasets?limit=5")
                == path(group: "apps", namespace: "shop", resource: "replicasets"))
    }

    @Test func `a namespace is an object itself, with its own subresources`() {
        #expect(route("/api/v1/namespaces") == path(resource: "namespaces"))
        #expect(route("/api/v1/namespaces/shop") == path(resource: "namespaces", name: "shop"))
        #expect(
            route("/api/v1/namespaces/shop/finalize")
                == path(resource: "namespaces", name: "shop", subresource: "finalize"))
    }

    @Test func `the old watch prefix is understood`() {
        let expected = path(namespace: "shop", resource: "pods", name: "web", isWatch: true)
        #expect(route("/api/v1/watch/namespaces/shop/pods/web") == expected)
    }

    @Test(
        "paths that are no resources have their own meaning",
        arguments: [
            ("/", Route.index), ("/healthz", .health), ("/readyz/ping", .health), ("/version", .version),
            ("/api", .discovery), ("/apis/apps", .discovery), ("/apis/apps/v1", .discovery), ("/api/v1/", .discovery),
            ("/openapi/v2", .openAPIv2), ("/openapi/v3", .openAPIv3(groupVersion: nil)),
            ("/openapi/v3/apis/apps/v1?hash=1", .openAPIv3(groupVersion: "apis/apps/v1")), ("/nothing", .unknown),
        ])
    func others(target: String, expected: Route) {
        #expect(route(target) == expected)
    }

    @Test func `queries are decoded`() {
        let query = RequestTarget("/x?a=1%2B2&b=c+d&watch&off=false&b=e&bad=%zz%4").query
        #expect(query["a"] == "1+2")
        #expect(query.values("b") == ["c d", "e"])
        #expect(query.isOn("watch"))
        #expect(!query.isOn("off"))
        #expect(!query.isOn("absent"))
        #expect(query["bad"] == "%zz%4")
    }
}
