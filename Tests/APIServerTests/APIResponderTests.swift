import ClusterState
import HTTPTypes
import Hummingbird
import JSON
import KubernetesModel
import NIOCore
import Synchronization
import Testing

@testable import APIServer

@Suite("Answers of the API server") struct APIResponderTests {
    /// A request as a client writes it, and what is expected of the answer.
    struct Case: Sendable, CustomTestStringConvertible {
        var method: HTTPRequest.Method = .get
        var path: String
        var type = ""
        var accept = ""
        var body = ""
        var code: Int
        /// What the body must contain.
        var part: String

        var testDescription: String { "\(method) \(path) \(code)" }
    }

    private final class Collector: ResponseBodyWriter, Sendable {
        let bytes = Mutex(ByteBuffer())

        func write(_ buffer: ByteBuffer) async throws {
            _ = bytes.withLock { $0.writeImmutableBuffer(buffer) }
        }

        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    private static let time = Timestamp(seconds: 1_800_000_000)

    private func responder(logs: PodLogs? = nil) -> APIResponder {
        let store = ClusterStore(ClusterState(now: Self.time, seed: 1), now: { Self.time })
        return APIResponder(store: store, podLogs: logs, now: { Self.time }, decoder: BodyDecoder(yaml: nil))
    }

    private func send(_ request: Case, to responder: APIResponder) async throws -> (Response, String) {
        var head = HTTPRequest(method: request.method, scheme: "http", authority: "x", path: request.path)
        if !request.type.isEmpty { head.headerFields[.contentType] = request.type }
        if !request.accept.isEmpty { head.headerFields[.accept] = request.accept }
        let message = Request(head: head, body: RequestBody(buffer: ByteBuffer(string: request.body)))
        let response = try await responder.reply(to: message)
        let collector = Collector()
        try await response.body.write(collector)
        return (response, String(buffer: collector.bytes.withLock { $0 }))
    }

    private static let configMaps = "/api/v1/namespaces/default/configmaps"
    private static let json = "application/json"
    private static let table = "application/json;as=Table;v=v1;g=meta.k8s.io"

    @Test(
        "every kind of request is answered with its code and its text",
        arguments: [
            Case(path: "/healthz", code: 200, part: "ok"), Case(path: "/version", code: 200, part: "gitVersion"),
            Case(path: "/nothing", code: 404, part: "\"paths\""),
            Case(path: "/healthz/nothing", code: 404, part: "\"paths\""),
            Case(path: "/apis/apps/v9/x", code: 404, part: "could not find the requested resource"),
            Case(path: "/api/v1/configmaps/one", code: 404, part: "could not find the requested resource"),
            Case(method: .patch, path: "/api/v1/nothing/x", type: json, body: "{}", code: 404, part: "NotFound"),
            Case(path: "/apis/nothing/v1/x", code: 404, part: "404 page not found"),
            Case(path: "/api/v1/nothing", code: 404, part: "could not find the requested resource"),
            Case(path: "/api", code: 200, part: "APIVersions"),
            Case(
                path: "/apis", accept: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
                code: 200, part: "apidiscovery.k8s.io/v2"),
            Case(path: "/api/v1/namespaces/default", code: 200, part: "\"Namespace\""),
            Case(path: "/api/v1/namespaces", accept: table, code: 200, part: "columnDefinitions"),
            Case(path: "/api/v1/pods?limit=x", code: 400, part: "strconv.ParseInt: parsing"),
            Case(path: "/api/v1/pods?labelSelector=a%20in%20(", code: 400, part: "unable to parse"),
            Case(path: "/api/v1/pods?watch=true&resourceVersion=x", code: 400, part: "resourceVersion"),
            Case(path: "/api/v1/pods", accept: "application/vnd.kubernetes.protobuf", code: 406, part: "NotAcceptable"),
            Case(method: .put, path: "/api/v1/pods", code: 405, part: "MethodNotAllowed"),
            Case(method: .options, path: "/api/v1/pods", code: 405, part: "MethodNotAllowed"),
            Case(method: .post, path: configMaps, type: json, body: "{\"a\":", code: 400, part: "at byte 5"),
            Case(method: .post, path: configMaps, type: "text/plain", body: "a", code: 415, part: "unknown format"),
            Case(
                method: .patch, path: "\(configMaps)/x", type: json, body: "{}", code: 415,
                part: "Unsupported Media Type"),
            Case(
                method: .post, path: configMaps, type: json, body: "{\"metadata\":{\"name\":\"a\"}}", code: 201,
                part: "\"ConfigMap\""),
            Case(
                method: .post, path: configMaps, type: json, body: String(repeating: " ", count: 3 << 20 + 1),
                code: 413, part: "limit is 3145728"),
            Case(path: "/openapi/v3", code: 200, part: "/openapi/v3/api/v1?hash="),
            Case(path: "/openapi/v3/apis/apps/v1", code: 200, part: "fieldValidation"),
            Case(path: "/openapi/v3/apis/nothing/v1", code: 404, part: "not found"),
            Case(path: "/api/v1/namespaces/default/pods/x/log", code: 404, part: "pods \\\"x\\\" not found"),
            Case(method: .post, path: "/api/v1/namespaces/default/pods/x/exec", code: 501, part: "exec is not served"),
        ])
    func answers(request: Case) async throws {
        let (response, body) = try await send(request, to: responder())
        #expect(response.status.code == request.code)
        #expect(body.contains(request.part))
    }

    @Test func `a refusal is a Status object`() async throws {
        let (response, body) = try await send(
            Case(path: "/api/v1/namespaces/nowhere", code: 404, part: ""), to: responder())
        let document = try JSONValue(parsing: body)
        #expect(response.headers[.contentType] == "application/json")
        #expect(document["kind"] == "Status")
        #expect(document["reason"] == "NotFound")
        #expect(document["code"] == 404)
    }

    @Test func `a dry run named in the body of a deletion deletes nothing`() async throws {
        let responder = responder()
        let object = "{\"metadata\":{\"name\":\"a\"}}"
        let create = Case(
            method: .post, path: Self.configMaps, type: Self.json, body: object, code: 201, part: "")
        _ = try await send(create, to: responder)
        for path in ["\(Self.configMaps)/a", Self.configMaps] {
            let options = "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"dryRun\":[\"All\"]}"
            let delete = Case(method: .delete, path: path, type: Self.json, body: options, code: 200, part: "")
            #expect(try await send(delete, to: responder).0.status == .ok)
        }
        let get = Case(path: "\(Self.configMaps)/a", code: 200, part: "")
        #expect(try await send(get, to: responder).0.status == .ok)
    }

    @Test func `the answer to HEAD has no body`() async throws {
        let head = Case(method: .head, path: "/api/v1/namespaces", code: 405, part: "")
        let (response, body) = try await send(head, to: responder())
        #expect(response.status == .methodNotAllowed)
        #expect(body.isEmpty)
    }

    private static let pods = "/api/v1/namespaces/default/pods"

    private func withPod(containers: [String], _ logs: @escaping PodLogs) async throws -> APIResponder {
        let responder = responder(logs: logs)
        let list = containers.map { "{\"name\":\"\($0)\",\"image\":\"i\"}" }.joined(separator: ",")
        let pod = "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[\(list)]}}"
        let create = Case(method: .post, path: Self.pods, type: Self.json, body: pod, code: 201, part: "")
        let (response, body) = try await send(create, to: responder)
        try #require(response.status.code == 201, "\(body)")
        return responder
    }

    @Test func `the log of the only container is sent as text`() async throws {
        let responder = try await withPod(containers: ["main"]) { request in
            PodLog(lines: [PodLogLine(time: Self.time, text: "\(request.pod) \(request.container)")])
        }
        let get = Case(path: "\(Self.pods)/p/log", code: 200, part: "")
        let (response, body) = try await send(get, to: responder)
        #expect(response.headers[.contentType]?.hasPrefix("text/plain") == true)
        #expect(body == "default/p main\n")
    }

    @Test(arguments: [("", 400, "choose one of: [a b]"), ("?container=c", 400, "not valid for pod p")])
    func `a container that is not named or not there is refused`(query: String, code: Int, part: String) async throws {
        let responder = try await withPod(containers: ["a", "b"]) { _ in PodLog(lines: []) }
        let (response, body) = try await send(
            Case(path: "\(Self.pods)/p/log\(query)", code: code, part: part), to: responder)
        #expect(response.status.code == code)
        #expect(body.contains(part))
    }
}
