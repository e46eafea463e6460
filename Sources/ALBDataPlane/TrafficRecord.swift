package import ELBModel
package import KubernetesModel
package import RequestRouting

/// What became of one request; the fields of an access log entry.
/// Source: Application Load Balancer user guide, access log entries.
package struct TrafficRecord: Equatable, Sendable {
    package var loadBalancer: LoadBalancerARN
    package var listener: ListenerARN
    /// Which of the load balancer's nodes served the connection, from 0.
    package var node: Int
    /// The rule that matched; `nil` when none was evaluated.
    package var rule: RuleARN?
    /// `nil` when the request was not forwarded.
    package var targetGroup: TargetGroupARN?
    /// The registered address, `nil` when no target was chosen.
    package var target: TargetAddress?
    /// When the request's head had been read.
    package var startedAt: Timestamp
    /// From then to the last byte of the answer.
    package var duration: Duration
    /// What the client was sent; 460 when it had gone before.
    package var status: Int
    /// What the target answered; `nil` when it did not.
    package var targetStatus: Int?
    package var method: String
    /// The request target as sent.
    package var uri: String
    /// The Host header; empty when there was none.
    package var host: String
    /// `address:port`.
    package var client: String
    package var userAgent: String
    /// Body bytes received from the client.
    package var receivedBytes: Int
    /// Body bytes sent to the client.
    package var sentBytes: Int
    /// How often the request was sent again because a kept connection turned out to be closed; 0 or 1.
    package var resentCount: Int
    /// Why the load balancer answered with an error of its own, in words.
    package var problem: String?

    /// One line in the order of AWS's access log; fields which do not exist here are `-`.
    package var line: String {
        let targetText = target?.description ?? "-"
        let targetStatusText = targetStatus.map(String.init) ?? "-"
        let seconds = String(Double(duration.wholeMicroseconds / 1_000) / 1_000)
        let group = targetGroup?.rawValue ?? "-"
        let request = "\"\(method) http://\(host)\(uri) HTTP/1.1\" \"\(userAgent)\""
        let sizes = "\(receivedBytes) \(sentBytes)"
        let reason = problem.map { " \"\($0)\"" } ?? ""
        return "http \(startedAt.rfc3339Micro) \(loadBalancer.short) \(client) \(targetText) \(seconds) \(status) "
            + "\(targetStatusText) \(sizes) \(request) \(group)\(reason)"
    }
}
