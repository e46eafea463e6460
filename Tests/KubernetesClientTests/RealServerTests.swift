import ControllerRuntime
import JSON
import KubernetesModel
import NIOCore
import Testing

@testable import KubernetesClient

/// The API server that these tests are run against; they are skipped when WEIR_REAL_KUBECONFIG names none.
private let realKubeconfig = Platform.environment["WEIR_REAL_KUBECONFIG"]

/// The client against a real kube-apiserver (1.20 or later): `WEIR_REAL_KUBECONFIG=$(scripts/real-cluster start DIR)`.
@Suite(
    "The client and a real API server", .serialized,
    .enabled(if: realKubeconfig != nil, "WEIR_REAL_KUBECONFIG is not set: see scripts/real-cluster"))
struct RealServerTests {
    private func configuration() throws -> ClientConfiguration {
        try ConfigurationLoader().load(path: realKubeconfig)
    }

    /// Gives `body` a client and a new namespace.
    private func withNamespace(
        limits: Transport.Limits = Transport.Limits(), _ body: (KubernetesHTTPClient, String) async throws -> Void
    ) async throws {
        let configuration = try configuration()
        let client = try KubernetesHTTPClient(
            configuration, credentials: CredentialSource(configuration.credential), limits: limits,
            logger: FaultTests.quiet)
        do {
            let namespace = try await client.perform(
                .create(
                    .namespace, ["kind": "Namespace", "apiVersion": "v1", "metadata": ["generateName": "client-"]]))
            let name = try #require(namespace?.name)
            try await body(client, name)
            _ = try await client.perform(.delete(.init(.namespace, ObjectKey(name: name))))
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    private func configMap(_ name: String, _ namespace: String, labels: JSONValue = [:]) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string(name), "namespace": .string(namespace), "labels": labels],
            "data": ["key": "1"],
        ]
    }

    private func pod(_ name: String, _ namespace: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": ["name": .string(name), "namespace": .string(namespace), "labels": ["app": "a"]],
            "spec": ["containers": [["name": "a", "image": "i:1"]]],
        ]
    }

    private func refusal(of action: () async throws -> Void) async -> KubernetesFailure? {
        do {
            try await action()
            return nil
        } catch {
            return error as? KubernetesFailure
        }
    }

    @Test(
        "each patch format is taken, and is a conflict when the object has changed",
        arguments: [PatchType.merge, .strategic, .json, .apply(fieldManager: "other", force: true)])
    func patches(type: PatchType) async throws {
        try await withNamespace { client, namespace in
            let key = ObjectKey(namespace: namespace, name: "a")
            let old = try #require(try await client.perform(.create(.configMap, configMap("a", namespace))))
            var patch = KubernetesWrite.Patch(.configMap, key, type: type, body: ["data": ["key": "2"]])
            if type == .json { patch.body = [["op": "replace", "path": "/data/key", "value": "2"]] }
            if case .apply = type {
                patch.body = ["kind": "ConfigMap", "apiVersion": "v1", "metadata": ["name": "a"], "data": ["key": "2"]]
            }
            let patched = try await client.perform(.patch(patch))
            #expect(patched?.document.at("data", "key") == "2")
            patch.resourceVersion = old.resourceVersion
            let stale = await refusal { _ = try await client.perform(.patch(patch)) }
            #expect(stale?.isConflict == true, "\(String(describing: stale))")
            patch.resourceVersion = patched?.resourceVersion
            #expect(try await client.perform(.patch(patch))?.name == "a")
        }
    }

    @Test func `subresources are patched by themselves`() async throws {
        try await withNamespace { client, namespace in
            let key = ObjectKey(namespace: namespace, name: "web")
            let template: JSONValue = [
                "metadata": ["labels": ["app": "a"]], "spec": ["containers": [["name": "a", "image": "i:1"]]],
            ]
            _ = try await client.perform(
                .create(
                    .replicaSet,
                    [
                        "apiVersion": "apps/v1", "kind": "ReplicaSet",
                        "metadata": ["name": "web", "namespace": .string(namespace)],
                        "spec": [
                            "replicas": 0, "selector": ["matchLabels": ["app": "a"]], "template": template,
                        ],
                    ]))
            let scale = KubernetesWrite.Patch(
                .replicaSet, key, body: ["spec": ["replicas": 0]], subresource: "scale")
            #expect(try await client.perform(.patch(scale))?.kind == "Scale")
            let status = KubernetesWrite.Patch(
                .replicaSet, key, body: ["status": ["conditions": [["type": "T", "status": "True"]]]],
                subresource: "status")
            let patched = try await client.perform(.patch(status))
            #expect(patched?.status["conditions"]?[0]?["type"] == "T")
            let wrong = KubernetesWrite.Deletion(.replicaSet, key, uid: "00000000-0000-0000-0000-000000000000")
            #expect(await refusal { _ = try await client.perform(.delete(wrong)) }?.isConflict == true)
            let stale = KubernetesWrite.Deletion(.replicaSet, key, resourceVersion: "1")
            #expect(await refusal { _ = try await client.perform(.delete(stale)) }?.isConflict == true)
            let foreground = KubernetesWrite.Deletion(.replicaSet, key, propagation: .foreground, uid: patched?.uid)
            let marked = try await client.perform(.delete(foreground))
            #expect(marked?.finalizers == ["foregroundDeletion"])
        }
    }

    @Test func `a list is read in pages, compressed, and narrowed by the server`() async throws {
        var limits = Transport.Limits()
        limits.pageObjects = 3
        try await withNamespace(limits: limits) { client, namespace in
            let big = JSONValue.string(String(repeating: "x", count: 60_000))
            for index in 0..<8 {
                let labels: JSONValue = ["parity": index % 2 == 0 ? "even" : "odd"]
                var document = configMap("m\(index)", namespace, labels: labels)
                document.set(big, at: "data", "big")
                _ = try await client.perform(.create(.configMap, document))
            }
            let own = WatchScope(namespace: namespace, labels: try LabelSelector(parsing: "parity"))
            let all = try await client.list(.configMap, own)
            #expect(all.items.map(\.name) == (0..<8).map { "m\($0)" })
            #expect(all.items.allSatisfy { $0.document.at("data", "big") == big })
            #expect(UInt64(all.resourceVersion) != nil)
            let even = WatchScope(namespace: namespace, labels: LabelSelector(matchLabels: ["parity": "even"]))
            #expect(try await client.list(.configMap, even).items.count == 4)
            let one = WatchScope(namespace: namespace, fields: "metadata.name=m5")
            #expect(try await client.list(.configMap, one).items.map(\.name) == ["m5"])
        }
    }

    @Test func `a watch resumes where it was, and ends when it was asked to`() async throws {
        var limits = Transport.Limits()
        limits.watchSeconds = 4...4
        try await withNamespace(limits: limits) { client, namespace in
            let first = try #require(try await client.perform(.create(.configMap, configMap("a", namespace))))
            _ = try await client.perform(.create(.configMap, configMap("b", namespace)))
            let patch = KubernetesWrite.Patch(
                .configMap, ObjectKey(namespace: namespace, name: "b"), body: ["data": ["key": "2"]])
            _ = try await client.perform(.patch(patch))
            _ = try await client.perform(.delete(.init(.configMap, ObjectKey(namespace: namespace, name: "a"))))
            let scope = WatchScope(namespace: namespace, fields: "metadata.name!=kube-root-ca.crt")
            var seen: [String] = []
            let begin = ContinuousClock.now
            for try await event in try await client.watch(.configMap, scope, from: first.resourceVersion)
            where event.kind != .bookmark {
                seen.append("\(event.kind.rawValue) \(event.object.name)")
            }
            #expect(seen == ["ADDED b", "MODIFIED b", "DELETED a"])
            #expect(ContinuousClock.now - begin < .seconds(60))
        }
    }

    @Test func `a watch in which nothing happens is told by a bookmark how far the kind has come`() async throws {
        var limits = Transport.Limits()
        limits.watchSeconds = 6...6
        try await withNamespace(limits: limits) { client, namespace in
            let scope = WatchScope(namespace: namespace, labels: LabelSelector(matchLabels: ["no": "object"]))
            let start = try await client.list(.configMap, scope).resourceVersion
            let watch = try await client.watch(.configMap, scope, from: start)
            let other = try #require(try await client.perform(.create(.configMap, configMap("other", namespace))))
            var bookmarks: [UInt64] = []
            for try await event in watch {
                #expect(event.kind == .bookmark)
                bookmarks.append(UInt64(event.object.resourceVersion) ?? 0)
            }
            let version = try #require(UInt64(other.resourceVersion))
            #expect(bookmarks.last.map { $0 >= version } == true)
        }
    }

    @Test func `slices, budgets and evictions have one shape, whatever version is served`() async throws {
        try await withNamespace { client, namespace in
            let slice: JSONValue = [
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
                "metadata": [
                    "name": "s", "namespace": .string(namespace), "labels": ["kubernetes.io/service-name": "web"],
                ],
                "addressType": "IPv4", "endpoints": [["addresses": ["10.0.0.1"], "conditions": ["ready": true]]],
                "ports": [["port": 80]],
            ]
            let created = try await client.perform(.create(.endpointSlice, slice))
            #expect(created?.apiVersion == "discovery.k8s.io/v1")
            let listed = try await client.list(.endpointSlice, WatchScope(namespace: namespace))
            #expect(listed.items.map(\.apiVersion) == ["discovery.k8s.io/v1"])
            let budget: JSONValue = [
                "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
                "metadata": ["name": "b", "namespace": .string(namespace)],
                "spec": ["maxUnavailable": 1, "selector": ["matchLabels": ["app": "z"]]],
            ]
            _ = try await client.perform(.create(.podDisruptionBudget, budget))
            let read = try await client.get(.podDisruptionBudget, ObjectKey(namespace: namespace, name: "b"))
            #expect(read.apiVersion == "policy/v1")
            _ = try await client.perform(.create(.pod, pod("p", namespace)))
            let key = ObjectKey(namespace: namespace, name: "p")
            _ = try await client.perform(.evict(key))
            let after = try await client.list(.pod, WatchScope(namespace: namespace))
            let areEnding = after.items.allSatisfy { $0.isDeleting }
            #expect(areEnding)
        }
    }

    @Test func `refusals say what was asked and what to do`() async throws {
        try await withNamespace { client, namespace in
            let invalid = await refusal {
                var document = configMap("Not_A_Name", namespace)
                document["kind"] = "ConfigMap"
                _ = try await client.perform(.create(.configMap, document))
            }
            #expect(invalid?.code == 422)
            #expect(invalid?.description.hasPrefix("POST /api/v1/namespaces/\(namespace)/configmaps: ") == true)
            #expect(invalid?.description.contains("Not_A_Name") == true)
            _ = try await client.perform(.create(.configMap, configMap("a", namespace)))
            let again = await refusal { _ = try await client.perform(.create(.configMap, configMap("a", namespace))) }
            #expect(again?.isAlreadyExists == true)
            let missing = ResourceKind(group: "weir.example", version: "v1", kind: "Nothing", plural: "nothings")
            await #expect(throws: KindNotServed(missing)) { _ = try await client.list(missing, WatchScope()) }
        }
    }

    /// What comes of one request with a changed configuration: `nil` for success, otherwise the error's text.
    private func attempt(_ change: (inout ClientConfiguration) -> Void) async throws -> String? {
        var configuration = try configuration()
        change(&configuration)
        let client = try KubernetesHTTPClient(configuration, logger: FaultTests.quiet)
        var problem: String?
        do {
            _ = try await client.read(path: "/api")
        } catch {
            problem = "\(error)"
        }
        try await client.shutdown()
        return problem
    }

    @Test func `the server's certificate is verified`() async throws {
        #expect(try await attempt { _ in } == nil)
        #expect(try await attempt { $0.trust = .anything } == nil)
        #expect(try await attempt { $0.tlsServerName = "kubernetes" } == nil)
        let foreign = try await attempt { $0.trust = .system }
        #expect(foreign?.contains("not signed by a trusted authority") == true, "\(foreign ?? "")")
        let plain = try await attempt { $0.server.isSecure = false }
        #expect(plain?.contains("400") == true, "\(plain ?? "")")
    }

    @Test func `a wrong token is a 401 with its remedy`() async throws {
        let problem = try await attempt { $0.credential = .token("wrong") }
        #expect(problem?.contains("401 Unauthorized") == true)
        #expect(problem?.contains("Renew the credential") == true)
    }

    @Test func `another user is impersonated`() async throws {
        let configuration = try configuration()
        var impersonating = configuration
        impersonating.impersonation = Impersonation(
            user: "jane", groups: ["g"], extras: [.init(key: "Reason/Why", values: ["a b"])])
        let client = try KubernetesHTTPClient(impersonating, logger: FaultTests.quiet)
        let failure = await refusal { _ = try await client.list(.secret, WatchScope()) }
        #expect(failure?.code == 403)
        #expect(failure?.message.contains("User \"jane\"") == true)
        #expect(failure?.remedy?.contains("Role") == true)
        try await client.shutdown()
    }
}
