import ELBModel

/// Counts of requests under the names that CloudWatch has for them.
///
/// Source: Application Load Balancer user guide, CloudWatch metrics.
package struct TrafficMetrics: Sendable {
    /// What is counted, for what.
    package struct Key: Hashable, Comparable, Sendable {
        /// `HTTPCode_Target_5XX_Count`.
        package var name: String
        /// `app/web/0123456789abcdef`.
        package var loadBalancer: String
        /// `targetgroup/web/0123456789abcdef`; `nil` for the whole load balancer.
        package var targetGroup: String?

        /// By load balancer, then target group, then name.
        package static func < (left: Key, right: Key) -> Bool {
            (left.loadBalancer, left.targetGroup ?? "", left.name)
                < (right.loadBalancer, right.targetGroup ?? "", right.name)
        }
    }

    /// The counts since the start.
    package private(set) var counts: [Key: Int] = [:]

    package init() {}

    /// Counts one request. What the load balancer answered by itself counts for no target group.
    package mutating func record(_ record: TrafficRecord) {
        let balancer = record.loadBalancerPath
        let group = record.targetGroup.flatMap { $0.rawValue.split(separator: ":").last }.map(String.init)
        func add(_ name: String, _ group: String? = nil) {
            counts[Key(name: name, loadBalancer: balancer, targetGroup: group), default: 0] += 1
        }
        add("RequestCount")
        if let group { add("RequestCount", group) }
        if let status = record.targetStatus {
            let name = "HTTPCode_Target_\(status / 100)XX_Count"
            add(name)
            if let group { add(name, group) }
            return
        }
        switch record.action {
        case "fixed-response": return add("HTTP_Fixed_Response_Count")
        case "redirect" where record.status < 400: return add("HTTP_Redirect_Count")
        default: break
        }
        guard record.status >= 400 else { return }
        add("HTTPCode_ELB_\(record.status / 100)XX_Count")
        if [500, 502, 503, 504].contains(record.status) { add("HTTPCode_ELB_\(record.status)_Count") }
        if record.status == 502 || record.status == 504, let group {
            add("TargetConnectionErrorCount")
            add("TargetConnectionErrorCount", group)
        }
    }
}
