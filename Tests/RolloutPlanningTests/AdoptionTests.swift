import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Testing

/// ReplicaSets that Argo Rollouts made go on under Weir: the same pods, the same hash, no new revision.
@Suite("Adoption") struct AdoptionTests {
    struct Foreign: Sendable, CustomTestStringConvertible {
        var name: String
        var changes: [([String], JSONValue?)]
        var testDescription: String { name }

        init(_ name: String, _ changes: [([String], JSONValue?)]) {
            self.name = name
            self.changes = changes
        }
    }

    private static let podSpec = ["spec", "template", "spec"]
    private static let term: JSONValue = [
        "labelSelector": [
            "matchExpressions": [["key": "rollouts-pod-template-hash", "operator": "In", "values": ["5dc5bd6b65"]]]
        ], "namespaces": ["shop"], "topologyKey": "kubernetes.io/hostname",
    ]

    static let forms: [Foreign] = [
        Foreign("as it was written", []),
        Foreign(
            "with the server's defaults",
            [
                (podSpec + ["restartPolicy"], "Always"), (podSpec + ["dnsPolicy"], "ClusterFirst"),
                (podSpec + ["schedulerName"], "default-scheduler"), (podSpec + ["securityContext"], [:]),
                (podSpec + ["terminationGracePeriodSeconds"], 30),
                (["spec", "template", "metadata", "creationTimestamp"], .null),
                (
                    podSpec + ["containers"],
                    [
                        [
                            "name": "web", "image": "web:1", "imagePullPolicy": "IfNotPresent", "resources": [:],
                            "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
                        ]
                    ]
                ),
            ]),
        Foreign(
            "with the metadata of its role",
            [
                (
                    ["metadata", "annotations", "rollout.argoproj.io/ephemeral-metadata"],
                    #"{"labels":{"role":"stable"},"annotations":{"note":"x"}}"#
                ),
                (["spec", "template", "metadata", "labels", "role"], "stable"),
                (["spec", "template", "metadata", "annotations"], ["note": "x"]),
            ]),
        Foreign(
            "with a required anti-affinity",
            [
                (
                    podSpec + ["affinity"],
                    ["podAntiAffinity": ["requiredDuringSchedulingIgnoredDuringExecution": [term]]]
                )
            ]),
        Foreign(
            "with a preferred anti-affinity",
            [
                (
                    podSpec + ["affinity"],
                    [
                        "podAntiAffinity": [
                            "preferredDuringSchedulingIgnoredDuringExecution": [
                                ["weight": 1, "podAffinityTerm": term]
                            ]
                        ]
                    ]
                )
            ]),
    ]

    @Test("keeps the ReplicaSet and its pods", arguments: forms)
    func adopts(form: Foreign) throws {
        var cluster = Shop.healthy()
        var foreign = try #require(cluster.replicaSets.first).object
        let before = cluster.pods.pods.map(\.name)
        let hash = "6b56c8cdb4"
        foreign.document.set(.string(hash), at: "metadata", "labels", RolloutKeys.podTemplateHash)
        foreign.document.set(
            .string(hash), at: "spec", "template", "metadata", "labels", RolloutKeys.podTemplateHash)
        foreign.document.set(nil, at: "metadata", "annotations", RolloutKeys.templateHash)
        for (path, value) in form.changes { foreign.document.set(value, path: path[...]) }
        cluster.store(foreign, .replicaSet)
        cluster.relabel(hash)
        cluster.patch(["status": ["stableRS": .string(hash), "currentPodHash": .string(hash)]], subresource: "status")
        cluster.run(for: .seconds(30))
        #expect(cluster.replicaSets.map(\.hash) == [hash])
        #expect(cluster.replicaSets.map(\.revision) == [1])
        #expect(cluster.status.stableRS == hash)
        #expect(cluster.status.phase == .healthy)
        #expect(cluster.pods.pods.map(\.name) == before)
        #expect(cluster.violations == [])
    }

    @Test("does not take back what a Rollout that is going leaves behind") func goingAway() throws {
        var cluster = Shop.healthy()
        // The watch of ReplicaSets is ahead: the server knows that the Rollout goes, this controller does not.
        let known = try #require(cluster.object(.rollout, "web"))
        let question = KubernetesWrite.patch(.unchanged(.rollout, known))
        var orphan = try #require(cluster.replicaSets.first).object
        orphan.document.set(nil, at: "metadata", "ownerReferences")
        cluster.refuses = { $0 == question ? .conflict(.rollout, "web", "the object has been modified") : nil }
        cluster.store(orphan, .replicaSet)
        cluster.run(for: .seconds(5))
        #expect(cluster.replicaSets.map { $0.object.ownerReferences.count } == [0])
        cluster.refuses = nil
        cluster.run(for: .seconds(5))
        #expect(cluster.replicaSets.map { $0.object.ownerReferences.count } == [1])
    }

    @Test("does not take another template for the same") func differs() throws {
        var cluster = Shop.healthy()
        var foreign = try #require(cluster.replicaSets.first).object
        foreign.document.set("other", at: "spec", "template", "metadata", "labels", "role")
        cluster.store(foreign, .replicaSet)
        cluster.run(for: .seconds(5))
        #expect(cluster.replicaSets.count == 2)
    }
}

extension FakeCluster {
    /// Gives every pod, and every Service that selects by one, another hash.
    fileprivate mutating func relabel(_ hash: String) {
        let key = RolloutKeys.podTemplateHash
        for index in pods.pods.indices {
            pods.pods[index].labels[key] = .string(hash)
            guard var pod = object(.pod, pods.pods[index].name) else { continue }
            pod.document.set(.string(hash), at: "metadata", "labels", key)
            store(pod, .pod)
        }
        for var service in world.objects.objects(.service, namespace: "shop") {
            guard service.spec["selector"]?[key] != nil else { continue }
            service.document.set(.string(hash), at: "spec", "selector", key)
            store(service, .service)
        }
    }
}
