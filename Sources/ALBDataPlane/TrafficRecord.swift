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
    /// The priority of the rule that matched: `10`, `default`.
    package var priority: String?
    /// The type of the action that was taken.
    package var action: String?
    /// The header `X-Amzn-Trace-Id` for the target; `nil` when the request was not forwarded.
    package var traceID: String?
    /// Why the load balancer answered with an error of its own, in words.
    package var problem: String?

    /// One line with the fields of AWS's access log in its order; what does not exist here is `-`.
    package var line: String {
        let target = self.target?.description ?? "-"
        let status = targetStatus.map(String.init) ?? "-"
        let times = targetStatus == nil ? "-1 -1 -1" : "0.000 \(Self.seconds(duration)) 0.000"
        let request = "\(method) http://\(host)\(uri) HTTP/1.1"
        let fields = [
            targetStatus == 101 ? "ws" : "http", startedAt.advanced(by: duration).rfc3339Micro,
            loadBalancerPath, client, target, times, String(self.status), status, String(receivedBytes),
            String(sentBytes), Self.quoted(request), Self.quoted(userAgent), "-", "-", targetGroup?.rawValue ?? "-",
            Self.quoted(traceID), Self.quoted("-"), Self.quoted("-"), ruleText, startedAt.rfc3339Micro,
            Self.quoted(action), Self.quoted("-"), Self.quoted(problem), Self.quoted(target), Self.quoted(status),
            Self.quoted("-"), Self.quoted("-"),
        ]
        return fields.joined(separator: " ")
    }

    /// `app/web/0123456789abcdef`.
    var loadBalancerPath: String {
        let arn = loadBalancer.rawValue
        guard let kind = arn.firstRange(of: ":loadbalancer/") else { return arn }
        return String(arn[kind.upperBound...])
    }

    /// The priority of the rule; 0 for the default rule, -1 when none matched.
    private var ruleText: String {
        switch priority {
        case nil: "-1"
        case "default": "0"
        case .some(let number): number
        }
    }

    private static func seconds(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMicroseconds / 1_000
        let rest = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000).\(String(repeating: "0", count: 3 - rest.utf8.count))\(rest)"
    }

    private static func quoted(_ text: String?) -> String {
        "\"\((text ?? "-").replacing("\"", with: "%22"))\""
    }
}
