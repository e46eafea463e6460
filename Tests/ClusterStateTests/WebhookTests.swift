@testable import ClusterState
import JSON
import KubernetesModel
import Synchronization
import Testing

/// A webhook that answers as it is told and remembers what it was asked.
private final class ToldCaller: WebhookCaller {
    struct Silence: Error {}

    let asked = Mutex<[AdmissionRequest]>([])
    let endpoints = Mutex<[WebhookEndpoint]>([])
    let answer: @Sendable (AdmissionRequest) throws -> AdmissionAnswer

    init(_ answer: @escaping @Sendable (AdmissionRequest) throws -> AdmissionAnswer) { self.answer = answer }

    func call(_ endpoint: WebhookEndpoint, _ request: AdmissionRequest) async throws -> AdmissionAnswer {
        asked.withLock { $0.append(request) }
        endpoints.withLock { $0.append(endpoint) }
        return try answer(request)
    }
}

@Suite("Admission webhooks of the embedded API server") struct WebhookTests {
    private static let start = Timestamp(seconds: 1_767_225_600)

    private static func gate(_ request: AdmissionRequest) throws -> AdmissionAnswer {
        let change: JSONValue = [
            ["op": "add", "path": "/spec/readinessGates", "value": [["conditionType": "example.com/gate"]]]
        ]
        return AdmissionAnswer(isAllowed: true, patch: try JSONPatch(change))
    }

    private static func configuration(
        isMutating: Bool = true, _ change: (inout JSONValue) -> Void = { _ in }
    ) -> APIRequest {
        var webhook: JSONValue = [
            "name": "pods.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None",
            "clientConfig": ["url": "https://127.0.0.1:9443/mutate"],
            "namespaceSelector": ["matchLabels": ["inject": "yes"]],
            "rules": [["apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]]],
        ]
        change(&webhook)
        let kind: ResourceKind = isMutating ? .mutatingWebhookConfiguration : .validatingWebhookConfiguration
        return APIRequest(
            .create, group: kind.group, resource: kind.plural,
            body: [
                "apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind), "metadata": ["name": "hooks"],
                "webhooks": [webhook],
            ])
    }

    private static func store(_ caller: ToldCaller) async -> ClusterStore {
        let store = ClusterStore(ClusterState(now: start, seed: 1), now: { start })
        store.callWebhooks(by: caller)
        for (name, labels) in [("shop", ["inject": "yes"] as JSONValue), ("plain", [:])] {
            let body: JSONValue = ["metadata": ["name": .string(name), "labels": labels]]
            #expect(await store.answer(APIRequest(.create, resource: "namespaces", body: body)).isSuccess)
        }
        return store
    }

    private static func pod(_ name: String, labels: JSONValue = [:]) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": .string(name), "labels": labels],
            "spec": ["containers": [["name": "main", "image": "example.com/app"]]],
        ]
    }

    private static func create(
        _ store: ClusterStore, _ pod: JSONValue, in namespace: String = "shop", isDryRun: Bool = false
    ) async -> APIResponse {
        var request = APIRequest(.create, resource: "pods", namespace: namespace, body: pod)
        request.options.isDryRun = isDryRun
        return await store.answer(request)
    }

    @Test func `a new object is written as the webhook has changed it, only where its selector matches`() async throws {
        let caller = ToldCaller(Self.gate)
        let store = await Self.store(caller)
        #expect(await store.answer(Self.configuration()).code == 201)
        let written = await Self.create(store, Self.pod("a"))
        #expect(written.code == 201)
        #expect(written.document.at("spec", "readinessGates") == [["conditionType": "example.com/gate"]])
        let plain = await Self.create(store, Self.pod("a"), in: "plain")
        #expect(plain.document.at("spec", "readinessGates") == nil)
        let asked = caller.asked.withLock { $0 }
        #expect(asked.count == 1)
        #expect(asked.first?.operation == "CREATE")
        #expect(asked.first?.namespace == "shop")
        #expect(asked.first?.object.document.at("spec", "restartPolicy") == "Always")
        #expect(asked.first?.document["dryRun"] == false)
        let endpoint = WebhookEndpoint(
            url: "https://127.0.0.1:9443/mutate", authority: "", timeout: .seconds(10))
        #expect(caller.endpoints.withLock { $0 } == [endpoint])
    }

    @Test func `a dry run is told as such and writes nothing`() async {
        let caller = ToldCaller(Self.gate)
        let store = await Self.store(caller)
        #expect(await store.answer(Self.configuration()).code == 201)
        let tried = await Self.create(store, Self.pod("a"), isDryRun: true)
        #expect(tried.document.at("spec", "readinessGates")?.arrayValue?.count == 1)
        #expect(caller.asked.withLock { $0.first?.document["dryRun"] } == true)
        let read = APIRequest(.get, resource: "pods", namespace: "shop", name: "a")
        #expect(await store.answer(read).code == 404)
    }

    @Test(arguments: ["Fail", "Ignore"])
    func `without an answer the policy decides`(policy: String) async {
        let store = await Self.store(ToldCaller { _ in throw ToldCaller.Silence() })
        #expect(await store.answer(Self.configuration { $0["failurePolicy"] = .string(policy) }).code == 201)
        let answer = await Self.create(store, Self.pod("a"))
        guard policy == "Fail" else {
            #expect(answer.code == 201)
            return
        }
        #expect(answer.code == 500)
        let message = answer.document["message"]?.stringValue ?? ""
        #expect(message.hasPrefix(#"Internal error occurred: failed calling webhook "pods.example.com": "#))
    }

    @Test(arguments: [true, false]) func `what a webhook denies is not written`(isMutating: Bool) async {
        var denial = AdmissionAnswer(isAllowed: false)
        denial.message = "not today"
        let store = await Self.store(ToldCaller { [denial] _ in denial })
        #expect(await store.answer(Self.configuration(isMutating: isMutating)).code == 201)
        let answer = await Self.create(store, Self.pod("a"))
        #expect(answer.code == 403)
        #expect(
            answer.document["message"] == #"admission webhook "pods.example.com" denied the request: not today"#)
    }

    @Test func `an update is shown with what was there, and a patch is changed too`() async {
        let caller = ToldCaller { request in
            let change: JSONValue = [["op": "add", "path": "/metadata/labels/seen", "value": "true"]]
            return AdmissionAnswer(isAllowed: true, patch: try JSONPatch(change))
        }
        let store = await Self.store(caller)
        #expect(await Self.create(store, Self.pod("a", labels: ["app": "web"])).code == 201)
        let configuration = Self.configuration { webhook in
            webhook["rules"] = [
                ["apiGroups": ["*"], "apiVersions": ["*"], "operations": ["UPDATE"], "resources": ["*"]]
            ]
        }
        #expect(await store.answer(configuration).code == 201)
        let patch = APIRequest(
            .patch, resource: "pods", namespace: "shop", name: "a", patchFormat: .merge,
            body: ["metadata": ["labels": ["tier": "front"]]])
        let answer = await store.answer(patch)
        #expect(answer.code == 200)
        #expect(answer.document.at("metadata", "labels") == ["app": "web", "tier": "front", "seen": "true"])
        let asked = caller.asked.withLock { $0 }
        #expect(asked.map(\.operation) == ["UPDATE"])
        #expect(asked.first?.document.at("oldObject", "metadata", "labels") == ["app": "web"])
        #expect(asked.first?.object.labels == ["app": "web", "tier": "front"])
    }

    @Test func `a webhook behind a Service is reached at an address of its Endpoints`() async {
        let caller = ToldCaller(Self.gate)
        let store = await Self.store(caller)
        let service: JSONValue = ["name": "hook", "namespace": "shop", "path": "/x"]
        let configuration = Self.configuration { webhook in
            webhook["clientConfig"] = ["service": service, "caBundle": "UEVN"]
        }
        #expect(await store.answer(configuration).code == 201)
        let early = await Self.create(store, Self.pod("a"))
        #expect(early.document["message"]?.stringValue?.contains("service \"hook\" not found") == true)
        let bodies: [(String, JSONValue)] = [
            ("services", ["metadata": ["name": "hook"], "spec": ["ports": [["port": 443, "targetPort": 9443]]]]),
            (
                "endpoints",
                [
                    "metadata": ["name": "hook"],
                    "subsets": [["addresses": [["ip": "10.244.0.7"]], "ports": [["port": 9443]]]],
                ]
            ),
        ]
        for (plural, body) in bodies {
            let request = APIRequest(.create, resource: plural, namespace: "shop", body: body)
            #expect(await store.answer(request).code == 201)
        }
        #expect(await Self.create(store, Self.pod("a")).code == 201)
        let endpoint = WebhookEndpoint(
            url: "https://hook.shop.svc:443/x", connectsTo: .init(host: "10.244.0.7", port: 9443), authority: "UEVN",
            timeout: .seconds(10))
        #expect(caller.endpoints.withLock { $0 } == [endpoint])
    }

    @Test func `a configuration that is gone is asked no more`() async {
        let caller = ToldCaller(Self.gate)
        let store = await Self.store(caller)
        #expect(await store.answer(Self.configuration()).code == 201)
        let kind = ResourceKind.mutatingWebhookConfiguration
        let deletion = APIRequest(.delete, group: kind.group, resource: kind.plural, name: "hooks")
        #expect(await store.answer(deletion).isSuccess)
        #expect(await Self.create(store, Self.pod("a")).code == 201)
        #expect(caller.asked.withLock { $0 } == [])
    }

    private static let mistakes: [(String, JSONValue, String)] = [
        ("name", "short", "webhooks[0].name"), ("sideEffects", "Some", "webhooks[0].sideEffects"),
        ("timeoutSeconds", 31, "webhooks[0].timeoutSeconds"),
        ("admissionReviewVersions", ["v1beta1"], "webhooks[0].admissionReviewVersions"),
        ("clientConfig", [:], "webhooks[0].clientConfig"),
        ("clientConfig", ["url": "http://x/"], "webhooks[0].clientConfig.url"),
        ("failurePolicy", "Perhaps", "webhooks[0].failurePolicy"),
        ("matchConditions", [["name": "a", "expression": "true"]], "webhooks[0].matchConditions"),
    ]

    @Test("what cannot be a webhook is refused", arguments: mistakes)
    func invalid(field: String, value: JSONValue, at place: String) async {
        let store = await Self.store(ToldCaller(Self.gate))
        let answer = await store.answer(Self.configuration { $0[field] = value })
        #expect(answer.code == 422)
        #expect(answer.document["message"]?.stringValue?.contains(place) == true)
    }
}
