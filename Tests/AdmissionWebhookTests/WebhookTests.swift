import AdmissionWebhook
import AsyncHTTPClient
import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

private let start = Timestamp(seconds: 1_767_225_600)
private let year = Duration.seconds(365 * 86_400)

private let quiet: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}()

@Suite("The webhook's certificates") struct WebhookCertificateTests {
    private static let names = ["weir-webhook.weir.svc", "127.0.0.1"]

    @Test func `they are valid for their names, and for a year`() throws {
        let made = try WebhookCertificates(for: Self.names, now: start)
        #expect(made.isValid(for: Self.names, now: start))
        #expect(!made.isValid(for: ["elsewhere"], now: start))
        #expect(!made.isValid(for: Self.names, now: start.advanced(by: year)))
        #expect(!made.isDue(for: Self.names, now: start.advanced(by: .seconds(200 * 86_400))))
        #expect(made.isDue(for: Self.names, now: start.advanced(by: .seconds(246 * 86_400))))
        #expect(made.isValid(for: Self.names, now: start.advanced(by: .seconds(246 * 86_400))))
    }

    @Test func `a new one has the same authority, until that ends too`() throws {
        let made = try WebhookCertificates(for: Self.names, now: start)
        let renewed = try WebhookCertificates(for: Self.names, following: made, now: start.advanced(by: year))
        #expect(renewed.authority == made.authority)
        #expect(renewed.certificate != made.certificate)
        #expect(renewed.isValid(for: Self.names, now: start.advanced(by: year * 2 - .seconds(1))))
        let late = try WebhookCertificates(for: Self.names, following: renewed, now: start.advanced(by: year * 9))
        #expect(late.authority != made.authority)
        #expect(late.authority.hasSuffix(made.authority))
    }

    @Test func `a key that is another's, and text that is no certificate, are due`() throws {
        var made = try WebhookCertificates(for: Self.names, now: start)
        let other = try WebhookCertificates(for: Self.names, now: start)
        made.key = other.key
        #expect(made.isDue(for: Self.names, now: start))
        made = other
        made.certificate = "nothing"
        #expect(made.isDue(for: Self.names, now: start))
        made = other
        made.authorityKey = made.key
        #expect(made.isDue(for: Self.names, now: start))
    }
}

@Suite("The webhook over TLS") struct WebhookServerTests {
    private static let reviewers: [String: WebhookServer.Reviewer] = [
        "/mutate-v1-pod": { request in
            #expect(request.operation == "CREATE")
            let change: JSONValue = [["op": "add", "path": "/spec/readinessGates", "value": []]]
            return AdmissionAnswer(isAllowed: request.namespace == "shop", patch: try? JSONPatch(change))
        }
    ]

    private static func serving(
        _ identity: ServingIdentity, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let server = WebhookServer(
            host: "127.0.0.1", port: 0, identity: identity, reviewers: reviewers, logger: quiet,
            onListening: { found.yield($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask {
                for await port in ports {
                    try await body(port)
                    return
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    private static func post(
        _ body: String, port: Int, path: String = "/mutate-v1-pod", trusting authority: String
    ) async throws -> (status: UInt, body: String) {
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: .init(tlsConfiguration: settings, timeout: .init(connect: .seconds(5))))
        do {
            var request = HTTPClientRequest(url: "https://127.0.0.1:\(port)\(path)")
            request.method = .POST
            request.body = .bytes(ByteBuffer(string: body))
            let response = try await client.execute(request, timeout: .seconds(10))
            let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
            try await client.shutdown()
            return (response.status.code, text)
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    private static func review(namespace: String) -> String {
        let request: JSONValue = [
            "uid": "1-2-3", "operation": "CREATE", "namespace": .string(namespace),
            "resource": ["group": "", "version": "v1", "resource": "pods"],
            "object": ["kind": "Pod", "metadata": ["labels": ["app": "web"]]],
        ]
        return AdmissionRequest(document: request).review.text
    }

    @Test(.timeLimit(.minutes(1)))
    func `whoever trusts the authority gets an answer, whoever does not, gets none`() async throws {
        let made = try WebhookCertificates(for: ["127.0.0.1"], now: Self.now)
        let stranger = try WebhookCertificates(for: ["127.0.0.1"], now: Self.now)
        let identity = ServingIdentity()
        try identity.show(certificate: made.certificate, key: made.key)
        try await Self.serving(identity) { port in
            let answer = try await Self.post(Self.review(namespace: "shop"), port: port, trusting: made.authority)
            #expect(answer.status == 200)
            let review = try JSONValue(parsing: Array(answer.body.utf8))
            let read = try AdmissionAnswer(review: review, uid: "1-2-3")
            #expect(read.isAllowed)
            #expect(read.patch?.document[0]?["path"] == "/spec/readinessGates")
            let refused = try await Self.post(Self.review(namespace: "x"), port: port, trusting: made.authority)
            #expect(
                try AdmissionAnswer(review: JSONValue(parsing: Array(refused.body.utf8)), uid: "1-2-3").isAllowed
                    == false)
            await #expect(throws: (any Error).self) {
                try await Self.post(Self.review(namespace: "shop"), port: port, trusting: stranger.authority)
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `what is no review is refused, and a new certificate is shown at once`() async throws {
        let now = Self.now
        let former = try WebhookCertificates(for: ["127.0.0.1"], now: now)
        let next = try WebhookCertificates(for: ["127.0.0.1"], now: now)
        let identity = ServingIdentity()
        #expect(!identity.isReady)
        try await Self.serving(identity) { port in
            await #expect(throws: (any Error).self) {
                try await Self.post("{}", port: port, trusting: former.authority)
            }
            try identity.show(certificate: former.certificate, key: former.key)
            let (bad, _) = try await Self.post("{}", port: port, trusting: former.authority)
            #expect(bad == 400)
            let (broken, _) = try await Self.post("{", port: port, trusting: former.authority)
            #expect(broken == 400)
            let (unknown, _) = try await Self.post("{}", port: port, path: "/x", trusting: former.authority)
            #expect(unknown == 404)
            #expect(try identity.show(certificate: next.certificate, key: next.key))
            let (later, _) = try await Self.post("{}", port: port, trusting: next.authority)
            #expect(later == 400)
        }
    }

    private static var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
}
