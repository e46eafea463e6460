import ClusterPlanning
import JSON
import KubernetesModel
import Planning
import Testing

private func service(_ spec: String) throws -> KubernetesObject {
    try object(
        """
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop","uid":"svc","labels":{"team":"a"}},
         "spec":\(spec)}
        """)
}

private let named = """
    {"clusterIP":"10.96.0.9","selector":{"app":"web"},"ports":[{"name":"http","port":80,"targetPort":"http"}]}
    """
private let numbered = """
    {"clusterIP":"10.96.0.9","selector":{"app":"web"},"ports":[{"port":80,"targetPort":9000}]}
    """
private let key = ObjectKey(namespace: "shop", name: "web")

private func documents(_ plan: Plan) -> [JSONValue] {
    plan.effects.compactMap { effect in
        switch effect {
        case .kubernetes(.create(_, let document)): document
        case .kubernetes(.patch(let patch)): patch.body
        default: nil
        }
    }
}

@Suite("Endpoints controller") struct EndpointsControllerTests {
    private func subsets(_ service: KubernetesObject, _ pods: [PodFixture]) -> String {
        let objects = [(ResourceKind.service, service)] + pods.map { (ResourceKind.pod, $0.object) }
        let plan = EndpointsController().plan(key, in: world(objects), now: start)
        return documents(plan).first?["subsets"]?.text ?? "none"
    }

    @Test func `ready and unready pods are listed apart, terminating and address-less ones not`() throws {
        let pods = [
            PodFixture(name: "a", readyAt: 0, ip: "10.244.1.10"), PodFixture(name: "b", ip: "10.244.1.3"),
            PodFixture(name: "c", readyAt: 0, isDeleting: true, ip: "10.244.1.4"), PodFixture(name: "d", readyAt: 0),
            PodFixture(name: "e", phase: "Failed", ip: "10.244.1.5"),
            PodFixture(name: "f", readyAt: 0, ip: "10.244.1.9"),
        ]
        func address(_ ip: String, _ name: String) -> String {
            "{\"ip\":\"\(ip)\",\"nodeName\":\"n1\",\"targetRef\":{\"kind\":\"Pod\",\"namespace\":\"shop\","
                + "\"name\":\"\(name)\",\"uid\":\"uid-\(name)\"}}"
        }
        let ready = "\(address("10.244.1.9", "f")),\(address("10.244.1.10", "a"))"
        let expected =
            "[{\"addresses\":[\(ready)],\"notReadyAddresses\":[\(address("10.244.1.3", "b"))],"
            + "\"ports\":[{\"name\":\"http\",\"port\":8080,\"protocol\":\"TCP\"}]}]"
        #expect(subsets(try service(named), pods) == expected)
    }

    @Test func `a numeric target port needs no container port, and an unnamed port stays unnamed`() throws {
        let text = subsets(try service(numbered), [PodFixture(readyAt: 0, ip: "10.244.1.1")])
        #expect(text.contains("\"ports\":[{\"port\":9000,\"protocol\":\"TCP\"}]"))
    }

    @Test func `a named target port that differs between pods makes two subsets`() throws {
        var other = PodFixture(name: "b", readyAt: 0, ip: "10.244.1.2")
        other.labels["version"] = "2"
        let web = try service(named)
        var second = other.object
        second.document.set(
            [["name": "web", "ports": [["name": "http", "containerPort": 9090]]]], at: "spec", "containers")
        let objects: [(ResourceKind, KubernetesObject)] = [
            (.service, web), (.pod, PodFixture(name: "a", readyAt: 0, ip: "10.244.1.1").object), (.pod, second),
        ]
        let plan = EndpointsController().plan(key, in: world(objects), now: start)
        let subsets = documents(plan).first?["subsets"]?.arrayValue ?? []
        #expect(subsets.compactMap { $0["ports"]?[0]?["port"]?.intValue } == [8080, 9090])
    }

    @Test func `publishNotReadyAddresses lists unready and terminating pods as ready`() throws {
        let spec = """
            {"clusterIP":"None","publishNotReadyAddresses":true,"selector":{"app":"web"},"ports":[{"port":80}]}
            """
        let pods = [
            PodFixture(name: "a", ip: "10.244.1.1"), PodFixture(name: "b", isDeleting: true, ip: "10.244.1.2"),
        ]
        let text = subsets(try service(spec), pods)
        #expect(!text.contains("notReadyAddresses"))
        #expect(text.contains("10.244.1.1") && text.contains("10.244.1.2"))
    }

    @Test(arguments: [
        "{\"ports\":[{\"port\":80}]}",
        "{\"type\":\"ExternalName\",\"externalName\":\"x\",\"selector\":{\"app\":\"web\"}}",
    ])
    func `a Service without a selector of its own is left alone`(_ spec: String) throws {
        let plan = EndpointsController().plan(
            key, in: world([(.service, try service(spec)), (.pod, PodFixture(readyAt: 0, ip: "1.2.3.4").object)]),
            now: start)
        #expect(plan == Plan())
    }

    @Test func `Endpoints go with their Service, an election's record stays`() throws {
        func endpoints(_ annotations: String) throws -> KubernetesObject {
            try object(
                """
                {"metadata":{"name":"web","namespace":"shop","uid":"e","annotations":\(annotations)}}
                """)
        }
        let controller = EndpointsController()
        let left = try endpoints("{}")
        #expect(
            lines(controller.plan(key, in: world([(.endpoints, left)]), now: start)) == ["delete Endpoints shop/web"])
        let record = try endpoints("{\"control-plane.alpha.kubernetes.io/leader\":\"{}\"}")
        #expect(controller.plan(key, in: world([(.endpoints, record)]), now: start) == Plan())
        let made = ObjectChange(kind: .endpoints, before: nil, after: left)
        #expect(controller.keys(for: made, in: World()) == [])
    }

    @Test func `ports that different pods have stand in subsets of their own`() throws {
        var other = PodFixture(name: "web-2", readyAt: 0, ip: "10.244.1.2").object
        other.document.set(
            [["name": "web", "image": "web:1", "ports": [["name": "http", "containerPort": 9090]]]],
            at: "spec", "containers")
        let ports = "[{\"name\":\"http\",\"port\":80,\"targetPort\":\"http\"},{\"name\":\"admin\",\"port\":81}]"
        let service = try object(
            """
            {"metadata":{"name":"web","namespace":"shop"},
             "spec":{"clusterIP":"10.96.0.1","selector":{"app":"web"},"ports":\(ports)}}
            """)
        let subsets = EndpointSubsets(
            of: ServiceView(service),
            pods: [PodView(PodFixture(readyAt: 0, ip: "10.244.1.1").object), PodView(other)]
        ).document
        let shape = subsets.map { subset in
            let numbers = (subset["ports"]?.arrayValue ?? []).compactMap { $0["port"]?.intValue }
            return "\(numbers) \((subset["addresses"]?.arrayValue ?? []).count)"
        }
        #expect(shape == ["[81] 2", "[8080] 1", "[9090] 1"])
    }

    @Test func `what is already right is not written again`() throws {
        let objects: [(ResourceKind, KubernetesObject)] = [
            (.service, try service(named)), (.pod, PodFixture(readyAt: 0, ip: "10.244.1.1").object),
        ]
        let controller = EndpointsController()
        let created = try #require(documents(controller.plan(key, in: world(objects), now: start)).first)
        let settled = objects + [(.endpoints, KubernetesObject(created))]
        #expect(controller.plan(key, in: world(settled), now: start) == Plan())
    }
}

@Suite("EndpointSlice controller") struct EndpointSliceControllerTests {
    private let controller = EndpointSliceController()

    private func plan(_ pods: [PodFixture], slices: [KubernetesObject] = []) throws -> Plan {
        let objects =
            [(ResourceKind.service, try service(named))] + pods.map { (ResourceKind.pod, $0.object) }
            + slices.map { (ResourceKind.endpointSlice, $0) }
        return controller.plan(key, in: world(objects), now: start)
    }

    @Test func `a new slice belongs to the Service and says ready, serving and terminating`() throws {
        let pods = [
            PodFixture(name: "a", readyAt: 0, ip: "10.244.1.1"), PodFixture(name: "b", ip: "10.244.1.2"),
            PodFixture(name: "c", readyAt: 0, isDeleting: true, ip: "10.244.1.3"),
        ]
        let slice = try #require(documents(try plan(pods)).first)
        #expect(slice.at("metadata", "generateName")?.stringValue == "web-")
        let labels = """
            {"endpointslice.kubernetes.io/managed-by":"endpointslice-controller.k8s.io",\
            "kubernetes.io/service-name":"web","team":"a"}
            """
        #expect(slice.at("metadata", "labels")?.text == labels)
        #expect(KubernetesObject(slice).controllerReference?.uid == "svc")
        #expect(slice["addressType"]?.stringValue == "IPv4")
        #expect(slice["ports"]?.text == "[{\"name\":\"http\",\"port\":8080,\"protocol\":\"TCP\"}]")
        let conditions = slice["endpoints"]?.arrayValue?.compactMap { $0["conditions"]?.text }
        let expected = [
            "{\"ready\":true,\"serving\":true,\"terminating\":false}",
            "{\"ready\":false,\"serving\":false,\"terminating\":false}",
            "{\"ready\":false,\"serving\":true,\"terminating\":true}",
        ]
        #expect(conditions == expected)
    }

    @Test func `a Service without pods keeps one empty slice`() throws {
        let created = documents(try plan([]))
        #expect(created.count == 1)
        let placeholder = KubernetesObject(try #require(created.first).named("web-x"))
        #expect(try plan([], slices: [placeholder]) == Plan())
        let replaced = lines(try plan([PodFixture(readyAt: 0, ip: "10.244.1.1")], slices: [placeholder]))
        #expect(replaced == ["create EndpointSlice shop/web-*", "delete EndpointSlice shop/web-x"])
    }

    @Test func `more than a hundred endpoints take a second slice, and free room is filled first`() throws {
        let pods = (1...120).map { PodFixture(name: "p\($0)", readyAt: 0, ip: "10.244.1.\($0)") }
        let created = documents(try plan(pods))
        #expect(created.map { $0["endpoints"]?.arrayValue?.count } == [100, 20])
        let slices = created.enumerated().map { KubernetesObject($1.named("web-\($0)")) }
        #expect(try plan(pods, slices: slices) == Plan())
        let grown = try plan(pods + [PodFixture(name: "z", readyAt: 0, ip: "10.244.1.121")], slices: slices)
        #expect(lines(grown).count == 1)
        #expect(documents(grown).first?["endpoints"]?.arrayValue?.count == 21)
    }

    @Test func `a slice of another manager is not touched`() throws {
        let foreign = try object(
            """
            {"metadata":{"name":"mine","namespace":"shop","labels":{"kubernetes.io/service-name":"web"}},"endpoints":[]}
            """)
        let touched = lines(try plan([PodFixture(readyAt: 0, ip: "10.244.1.1")], slices: [foreign]))
        #expect(touched == ["create EndpointSlice shop/web-*"])
    }
}

extension JSONValue {
    /// The document as the API server would have stored it under this name.
    fileprivate func named(_ name: String) -> JSONValue {
        var document = self
        document.set(.string(name), at: "metadata", "name")
        document.set(nil, at: "metadata", "generateName")
        return document
    }
}
