import ClusterState
import JSON
import KubernetesModel
import Testing

/// Bodies that no client in its right mind sends, drawn from a seed.
private struct Mutator {
    var generator: SplitMix

    private static let oddities: [JSONValue] = [
        nil, true, 0, -1, 9_223_372_036_854_775_807, -9_223_372_036_854_775_808, 1.5, 1e300, "", "x", "a/b/c", "\u{0}",
        "10.96.0.300", "2026-13-99T99:99:99Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", [], [nil], [[]], [:],
        ["$patch": "delete"], ["$patch": "what"], ["": ""], ["name": nil], [["name": "web"], ["name": "web"]],
        ["$setElementOrder/containers": 7, "$deleteFromPrimitiveList/finalizers": ["x"], "$retainKeys": ["a", 1]],
        "100000000000000000000000000000000000000000000000Ei",
    ]

    mutating func mutated(_ value: JSONValue) -> JSONValue {
        if generator.next() % 12 == 0 { return Self.oddities[Int(generator.next() % UInt64(Self.oddities.count))] }
        switch value {
        case .object(let object):
            var result = JSONObject()
            for (key, member) in object {
                result[key] = mutated(member)
            }
            if generator.next() % 10 == 0 { result["odd"] = 1 }
            return .object(result)
        case .array(let entries): return .array(entries.map { mutated($0) })
        case .null, .bool, .number, .string: return value
        }
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int(generator.next() % UInt64(choices.count))]
    }
}

private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Bad input")
struct BadInputTests {
    private static let bodies: [(ResourceKind, JSONValue)] = [
        (.pod, bound), (.replicaSet, Sample.workload("ReplicaSet")), (.deployment, Sample.workload("Deployment")),
        (.job, Sample.workload("Job")), (.service, Sample.service()), (.configMap, Sample.configMap()),
        (.rollout, Sample.rollout()), (.namespace, ["metadata": ["name": "web"], "spec": ["finalizers": ["a"]]]),
        (
            .endpoints,
            ["metadata": ["name": "web"], "subsets": [["addresses": [["ip": "10.0.0.1"]], "ports": [["port": 1]]]]]
        ),
        (.lease, ["metadata": ["name": "web"], "spec": ["renewTime": "2026-01-01T00:00:00.000000Z"]]),
        (.podDisruptionBudget, ["metadata": ["name": "web"], "spec": ["selector": ["matchLabels": ["app": "web"]]]]),
        (
            .horizontalPodAutoscaler,
            ["metadata": ["name": "web"], "spec": ["maxReplicas": 3, "scaleTargetRef": ["kind": "a", "name": "b"]]]
        ),
        (.event, ["metadata": ["name": "web"], "involvedObject": ["namespace": "default"], "count": 3]),
        (.ingress, ["metadata": ["name": "web"], "spec": ["rules": [["http": ["paths": [["path": "/"]]]]]]]),
        (.customResourceDefinition, definition),
    ]

    private static let bound: JSONValue = {
        var pod = Sample.pod()
        pod.set("node-1", at: "spec", "nodeName")
        pod.set(["a.io/b"], at: "metadata", "finalizers")
        pod.set([["apiVersion": "v1", "kind": "a", "name": "b", "uid": "c"]], at: "metadata", "ownerReferences")
        return pod
    }()

    private static let definition: JSONValue = [
        "metadata": ["name": "web"],
        "spec": [
            "group": "example.com", "scope": "Namespaced", "names": ["plural": "widgets", "kind": "Widget"],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true,
                    "schema": ["openAPIV3Schema": ["type": "object", "properties": ["spec": ["type": "object"]]]],
                    "additionalPrinterColumns": [["name": "A", "type": "date", "jsonPath": ".spec.a"]],
                    "subresources": [
                        "scale": ["specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.a"]
                    ],
                ]
            ],
        ],
    ]

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `whatever is sent is answered, and what is stored stays whole`(seed: UInt64) throws {
        var cluster = TestCluster(eventLogCapacity: 50)
        var mutator = Mutator(generator: SplitMix(state: seed))
        for _ in 0..<150 {
            let (kind, body) = mutator.pick(Self.bodies)
            if mutator.generator.next() % 3 == 0 { cluster.create(kind, body) }
            let response = cluster.send(request(&mutator, kind, body, cluster))
            #expect((200..<600).contains(response.code))
            #expect(response.document.objectValue != nil)
        }
        for (kind, _) in Self.bodies {
            for item in cluster.list(kind).document["items"]?.arrayValue ?? [] {
                let object = KubernetesObject(item)
                #expect(!object.name.isEmpty && !object.uid.isEmpty && object.creationTimestamp != nil)
                #expect(UInt64(object.resourceVersion) != nil)
            }
        }
    }

    private func request(
        _ mutator: inout Mutator, _ kind: ResourceKind, _ body: JSONValue, _ cluster: TestCluster
    ) -> APIRequest {
        let verb = mutator.pick([
            APIRequest.Verb.create, .update, .patch, .patch, .delete, .get, .list, .deleteCollection,
        ])
        let subresource = mutator.pick(["", "", "", "status", "scale", "eviction", "binding", "finalize", "nothing"])
        let isCollection =
            [APIRequest.Verb.list, .deleteCollection].contains(verb) || (verb == .create && subresource.isEmpty)
        var request = cluster.request(
            verb, kind, isCollection ? "" : "web", subresource: isCollection ? "" : subresource,
            body: mutator.mutated(body))
        request.patchFormat = mutator.pick([.json, .merge, .strategic, .apply, nil])
        if request.patchFormat == .json {
            request.body = mutator.mutated([["op": "add", "path": "/metadata/labels/a", "value": "b"]])
        }
        request.options.fieldManager = "fuzz"
        request.options.force = mutator.pick([true, false])
        request.options.propagationPolicy = mutator.pick(["", "Foreground", "Orphan", "What"])
        request.options.gracePeriodSeconds = mutator.pick([nil, 0, -1, .max, .min])
        request.options.continueToken = mutator.pick(["", "", "!!", "e30="])
        request.options.resourceVersion = mutator.pick(["", "", "0", "x", "99999999999"])
        request.options.representation = mutator.pick([.object, .table(.object), .metadata])
        return request
    }

    @Test func `a grace period beyond all bounds is cut, not computed with`() {
        var cluster = TestCluster()
        cluster.create(.pod, Self.bound)
        let response = cluster.delete(.pod, "web") { $0.gracePeriodSeconds = .max }
        #expect(response.code == 200)
        #expect(KubernetesObject(response.document).isDeleting)
    }

    @Test func `a scale that does not fit 32 bits is refused`() {
        var cluster = TestCluster()
        cluster.create(.replicaSet, Sample.workload("ReplicaSet"))
        let patch: JSONValue = ["spec": ["replicas": 5_000_000_000]]
        #expect(cluster.patch(.replicaSet, "web", .merge, patch, subresource: "scale").code == 400)
    }
}
