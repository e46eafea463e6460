import ClusterState
import JSON
import KubernetesModel
import Testing

/// A store makes new objects before it looks at the cluster, a bare state while it does. Nobody may see a difference.
@Suite("Objects that are drafted before they are stored")
struct DraftTests {
    struct Creation: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var requests: [APIRequest]
        /// What the last request is answered with.
        var code: Int
    }

    private static let now = Timestamp(seconds: 1_767_225_600)

    private static func create(
        _ resource: String, _ body: JSONValue?, group: String = "", namespace: String = "default",
        _ change: (inout RequestOptions) -> Void = { _ in }
    ) -> APIRequest {
        var options = RequestOptions()
        options.fieldManager = "test"
        change(&options)
        return APIRequest(
            .create, group: group, resource: resource, namespace: namespace, body: body, options: options)
    }

    private static func pod(_ more: JSONObject = [:]) -> JSONValue {
        var spec: JSONObject = [
            "containers": [
                [
                    "name": "web", "image": "web:1", "ports": [["containerPort": 80]],
                    "resources": ["limits": ["cpu": "1000m"]],
                ]
            ]
        ]
        for (name, value) in more { spec[name] = value }
        return ["metadata": ["name": "web"], "spec": .object(spec)]
    }

    private static let map: JSONValue = ["metadata": ["name": "a"], "data": ["key": "value"]]
    private static let service: JSONValue = ["metadata": ["name": "web"], "spec": ["ports": [["port": 80]]]]
    private static let job: JSONValue = [
        "metadata": ["name": "once"],
        "spec": [
            "template": [
                "spec": ["restartPolicy": "Never", "containers": [["name": "once", "image": "once:1"]]]
            ]
        ],
    ]

    static let creations = [
        Creation(testDescription: "a config map", requests: [create("configmaps", map)], code: 201),
        Creation(
            testDescription: "generated names",
            requests: [
                create("configmaps", ["metadata": ["generateName": "a-"]]),
                create("configmaps", ["metadata": ["generateName": "a-"]]),
            ], code: 201),
        Creation(
            testDescription: "a generated name that is none",
            requests: [create("configmaps", ["metadata": ["generateName": "A_"]])], code: 422),
        Creation(
            testDescription: "a name that exists", requests: [create("configmaps", map), create("configmaps", map)],
            code: 409),
        Creation(testDescription: "no name", requests: [create("configmaps", ["metadata": [:]])], code: 422),
        Creation(
            testDescription: "an unknown field",
            requests: [
                create("configmaps", ["metadata": ["name": "a"], "date": [:]]) { $0.fieldValidation = .warn }
            ], code: 201),
        Creation(
            testDescription: "an unknown field, strictly",
            requests: [
                create("configmaps", ["metadata": ["name": "a"], "date": [:]]) { $0.fieldValidation = .strict }
            ], code: 400),
        Creation(testDescription: "no body", requests: [create("configmaps", nil)], code: 400),
        Creation(
            testDescription: "another kind",
            requests: [create("configmaps", ["kind": "Pod", "apiVersion": "v1", "metadata": ["name": "a"]])], code: 400),
        Creation(
            testDescription: "no such namespace", requests: [create("pods", pod(), namespace: "none")], code: 404),
        Creation(
            testDescription: "an invalid pod in no namespace",
            requests: [create("pods", pod(["dnsPolicy": "x"]), namespace: "none")], code: 404),
        Creation(
            testDescription: "another namespace",
            requests: [create("configmaps", ["metadata": ["name": "a", "namespace": "kube-system"]])], code: 400),
        Creation(
            testDescription: "a version",
            requests: [create("configmaps", ["metadata": ["name": "a", "resourceVersion": "1"]])], code: 500),
        Creation(testDescription: "a pod", requests: [create("pods", pod())], code: 201),
        Creation(testDescription: "an invalid pod", requests: [create("pods", pod(["dnsPolicy": "x"]))], code: 422),
        Creation(
            testDescription: "an unknown priority", requests: [create("pods", pod(["priorityClassName": "x"]))],
            code: 403),
        Creation(
            testDescription: "only tried",
            requests: [create("pods", pod()) { $0.isDryRun = true }, create("pods", pod())], code: 201),
        Creation(testDescription: "a service", requests: [create("services", service)], code: 201),
        Creation(testDescription: "a job", requests: [create("jobs", job, group: "batch")], code: 201),
        Creation(
            testDescription: "an Ingress of the default class",
            requests: [
                create(
                    "ingressclasses",
                    [
                        "metadata": [
                            "name": "alb", "annotations": ["ingressclass.kubernetes.io/is-default-class": "true"],
                        ], "spec": ["controller": "example.com/alb"],
                    ], group: "networking.k8s.io", namespace: ""),
                create(
                    "ingresses",
                    [
                        "metadata": ["name": "web"],
                        "spec": ["defaultBackend": ["service": ["name": "web", "port": ["number": 80]]]],
                    ], group: "networking.k8s.io"),
            ], code: 201),
        Creation(
            testDescription: "a review",
            requests: [
                create(
                    "selfsubjectaccessreviews", ["spec": [:]], group: "authorization.k8s.io", namespace: "")
            ], code: 201),
    ]

    @Test("is answered as one that was not", arguments: creations)
    func sameAnswers(creation: Creation) {
        var state = ClusterState(now: Self.now, seed: 3)
        let store = ClusterStore(state) { Self.now }
        var codes: [Int] = []
        for request in creation.requests {
            let expected = state.handle(request, now: Self.now)
            let answer = store.handle(request)
            #expect(answer == expected)
            #expect(answer.document.text == expected.document.text, "the order of the members, too")
            codes.append(answer.code)
        }
        #expect(codes.last == creation.code)
        #expect(store.currentResourceVersion == state.currentResourceVersion)
    }
}
