@testable import AdmissionWebhook
import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import Synchronization
import Testing

/// An API server that keeps objects and their versions, and nothing else.
private final class SmallAPI: KubernetesAPI {
    struct Unused: Error {}

    private let state = Mutex<(objects: [ObjectKey: KubernetesObject], version: Int)>(([:], 0))
    let writes = Mutex<[String]>([])

    func perform(_ write: KubernetesWrite) async throws -> KubernetesObject? {
        writes.withLock { $0.append("\(write.verb) \(write.kind)") }
        return try state.withLock { state in
            state.version += 1
            var object: KubernetesObject
            switch write {
            case .create(_, let document):
                object = KubernetesObject(document)
                guard state.objects[object.key] == nil else {
                    throw KubernetesFailure(code: 409, reason: "AlreadyExists", message: "it exists")
                }
            case .patch(let patch):
                guard let present = state.objects[patch.key] else {
                    throw KubernetesFailure(code: 404, reason: "NotFound", message: "it does not exist")
                }
                object = present
                if patch.type == .strategic {
                    let webhook = present.document["webhooks"]?[0] ?? [:]
                    let change = patch.body["webhooks"]?[0] ?? [:]
                    object.document["webhooks"] = [webhook.applyingMergePatch(change)]
                } else {
                    object.document = present.document.applyingMergePatch(patch.body)
                }
            default: throw Unused()
            }
            object.document.set(.string("\(state.version)"), at: "metadata", "resourceVersion")
            state.objects[object.key] = object
            return object
        }
    }

    func get(_ kind: ResourceKind, _ key: ObjectKey) async throws -> KubernetesObject {
        guard let object = state.withLock({ $0.objects[key] }) else {
            throw KubernetesFailure(code: 404, reason: "NotFound", message: "it does not exist")
        }
        return object
    }

    func list(_ kind: ResourceKind, _ scope: WatchScope) async throws -> ObjectList { throw Unused() }

    func watch(
        _ kind: ResourceKind, _ scope: WatchScope, from resourceVersion: String
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> { throw Unused() }

    func takeWrites() -> [String] {
        writes.withLock { writes in
            defer { writes = [] }
            return writes
        }
    }
}

@Suite("Keeping the webhook's certificates") struct WebhookKeeperTests {
    private static let secret = ObjectKey(namespace: "weir", name: "weir-webhook-tls")
    private static let service = WebhookConfiguration(
        address: .service(ObjectKey(namespace: "weir", name: "weir-webhook")), namespaceLabel: "inject")
    private var time = Timestamp(seconds: 1_767_225_600)
    private let api = SmallAPI()

    private func keeper(_ identity: ServingIdentity, _ configuration: WebhookConfiguration = service) -> WebhookKeeper {
        let now = time
        return WebhookKeeper(
            api: api, clock: RuntimeClock(now: { now }, sleep: { _ in }), identity: identity, secret: Self.secret,
            configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func bundle() async throws -> JSONValue? {
        let key = ObjectKey(name: WebhookConfiguration.name)
        let object = try await api.get(.mutatingWebhookConfiguration, key)
        return object.document["webhooks"]?[0]?.at("clientConfig", "caBundle")
    }

    @Test func `they are made once, and every replica shows the same`() async throws {
        let first = ServingIdentity()
        #expect(await keeper(first).look() == WebhookKeeper.interval)
        #expect(first.isReady)
        #expect(api.takeWrites() == ["create Secret", "create MutatingWebhookConfiguration"])
        let second = ServingIdentity()
        #expect(await keeper(second).look() == WebhookKeeper.interval)
        #expect(second.isReady)
        #expect(api.takeWrites() == [])
    }

    @Test mutating func `they are renewed ahead of their end, under the same authority`() async throws {
        #expect(await keeper(ServingIdentity()).look() == WebhookKeeper.interval)
        let before = try await api.get(.secret, Self.secret)
        let bundle = try await bundle()
        _ = api.takeWrites()
        time = time.advanced(by: .seconds(246 * 86_400))
        #expect(await keeper(ServingIdentity()).look() == WebhookKeeper.interval)
        #expect(api.takeWrites() == ["patch Secret"])
        let after = try await api.get(.secret, Self.secret)
        #expect(after.document.at("data", "tls.crt") != before.document.at("data", "tls.crt"))
        #expect(after.document.at("data", "ca.crt") == before.document.at("data", "ca.crt"))
        #expect(try await self.bundle() == bundle)
    }

    @Test func `the authority is written into a configuration that is there, and nothing else`() async throws {
        _ = try await api.perform(.create(.mutatingWebhookConfiguration, Self.service.document()))
        _ = api.takeWrites()
        #expect(await keeper(ServingIdentity()).look() == WebhookKeeper.interval)
        #expect(api.takeWrites() == ["create Secret", "patch MutatingWebhookConfiguration"])
        #expect(try await bundle() != nil)
    }

    @Test func `a webhook at another address gets a certificate and a configuration for that`() async throws {
        #expect(await keeper(ServingIdentity()).look() == WebhookKeeper.interval)
        _ = api.takeWrites()
        let moved = WebhookConfiguration(address: .url(host: "127.0.0.1", port: 9443), namespaceLabel: "inject")
        #expect(await keeper(ServingIdentity(), moved).look() == WebhookKeeper.interval)
        #expect(api.takeWrites() == ["patch Secret", "patch MutatingWebhookConfiguration"])
        let key = ObjectKey(name: WebhookConfiguration.name)
        let webhook = try await api.get(.mutatingWebhookConfiguration, key).document["webhooks"]?[0]
        #expect(webhook?.at("clientConfig", "url") == "https://127.0.0.1:9443/mutate-v1-pod")
        #expect(webhook?.at("clientConfig", "service") == nil)
    }
}
