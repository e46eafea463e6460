import ClusterPlanning
import JSON
import KubernetesModel
import NIOHTTP1

/// What one container answers.
///
/// Any request gets 200 and a small JSON body. `WEIR_ERROR_RATE` turns that share of the answers into 500; the node's
/// probes and a load balancer's health checks are spared, as in a version that is healthy and wrong.
struct PodAnswer: Sendable {
    let image: String
    let version: String
    let pod: ObjectKey
    let behaviour: ServerBehaviour
    let journal: PodJournal
    /// Wall time.
    let now: @Sendable () -> Timestamp

    /// How the node's probes introduce themselves.
    static let proberAgent = "kube-probe/1.33"
    private static let checkers = ["kube-probe/", "ELB-HealthChecker/"]

    /// Whether a request is a probe or a health check.
    static func isCheck(_ head: HTTPRequestHead) -> Bool {
        let agent = head.headers.first(name: "user-agent") ?? ""
        return checkers.contains { agent.hasPrefix($0) }
    }

    /// The status of the next answer.
    func status(of head: HTTPRequestHead) -> HTTPResponseStatus {
        guard behaviour.errorRate > 0, !Self.isCheck(head) else { return .ok }
        return Double.random(in: 0..<1) < behaviour.errorRate ? .internalServerError : .ok
    }

    func body(of head: HTTPRequestHead, _ status: HTTPResponseStatus) -> [UInt8] {
        let path = head.uri.prefix { $0 != "?" }
        var body: JSONValue = [
            "image": .string(image), "version": .string(version), "pod": .string(pod.name),
            "path": .string(String(path)), "method": .string(head.method.rawValue),
        ]
        if status != .ok { body["error"] = "WEIR_ERROR_RATE" }
        return body.serialized()
    }

    func headers(length: Int, closes: Bool) -> HTTPHeaders {
        var headers: HTTPHeaders = [
            "content-type": "application/json", "content-length": "\(length)", "x-weir-image": image,
            "x-weir-pod": pod.name,
        ]
        if closes { headers.add(name: "connection", value: "close") }
        return headers
    }

    /// Notes an answered request in the journal.
    func note(
        _ head: HTTPRequestHead, _ status: HTTPResponseStatus, length: Int, from client: String, since start: Timestamp
    ) {
        let end = now()
        if !Self.isCheck(head) { journal.served(at: end) }
        let milliseconds = start.duration(to: end).wholeMicroseconds / 1_000
        let agent = head.headers.first(name: "user-agent") ?? "-"
        journal.log(
            "\(client) \"\(head.method.rawValue) \(head.uri) \(head.version)\" \(status.code) \(length) "
                + "\(milliseconds)ms \"\(agent)\"",
            at: end)
    }
}
