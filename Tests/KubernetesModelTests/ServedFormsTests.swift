import JSON
import KubernetesModel
import Testing

@Suite("Kinds served in several versions") struct ServedFormsTests {
    private let beta = ResourceKind.endpointSlice.at(version: "v1beta1")

    @Test func `a slice of the beta version keeps node and zone where v1 has them`() throws {
        let served = KubernetesObject(
            try JSONValue(
                parsing: """
                    {"addressType":"IPv4","metadata":{"name":"a"},"ports":[{"port":80}],"endpoints":[
                     {"addresses":["10.0.0.1"],"conditions":{"ready":true},
                      "topology":{"kubernetes.io/hostname":"n1","topology.kubernetes.io/zone":"z1"}},
                     {"addresses":["10.0.0.2"]}]}
                    """))
        let slice = served.converted(from: beta, to: .endpointSlice)
        let expected = try JSONValue(
            parsing: """
                {"addressType":"IPv4","metadata":{"name":"a"},"ports":[{"port":80}],"endpoints":[
                 {"addresses":["10.0.0.1"],"conditions":{"ready":true},"nodeName":"n1","zone":"z1"},
                 {"addresses":["10.0.0.2"]}],"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1"}
                """)
        #expect(slice.document == expected)
    }

    @Test func `an empty selector of a beta budget stays one that selects nothing`() {
        let form = ResourceKind.podDisruptionBudget.at(version: "v1beta1")
        let empty = KubernetesObject(["spec": ["minAvailable": 1, "selector": [:]]])
        let some = KubernetesObject(["spec": ["selector": ["matchLabels": ["a": "b"]]]])
        #expect(empty.converted(from: form, to: .podDisruptionBudget).spec == ["minAvailable": 1])
        #expect(some.converted(from: form, to: .podDisruptionBudget).spec == some.spec)
    }

    @Test func `a write goes to the served version with its document's version changed`() {
        let write = KubernetesWrite.create(
            .endpointSlice, ["apiVersion": "discovery.k8s.io/v1", "metadata": ["name": "a"]])
        let expected = KubernetesWrite.create(
            beta, ["apiVersion": "discovery.k8s.io/v1beta1", "metadata": ["name": "a"]])
        #expect(write.addressed(to: beta) == expected)
        #expect(write.addressed(to: .endpointSlice) == write)
    }

    @Test func `a kind that is not served says what to do`() {
        let error = KindNotServed(.rollout)
        let expected =
            "rollouts.argoproj.io: the API server serves no Rollout as v1alpha1. Install its CustomResourceDefinition."
        #expect(error.description == expected)
    }

    @Test(
        "a patch carries its precondition where the server compares it",
        arguments: [PatchType.merge, .strategic, .apply(fieldManager: "m", force: true)])
    func preconditions(type: PatchType) {
        let patch = KubernetesWrite.Patch(
            .pod, ObjectKey(namespace: "a", name: "b"), type: type, body: ["spec": ["x": 1]], resourceVersion: "7")
        #expect(patch.guardedBody == ["spec": ["x": 1], "metadata": ["resourceVersion": "7"]])
    }
}
