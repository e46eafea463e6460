package import ELBModel
package import KubernetesModel
package import RequestRouting
import Synchronization

/// Counts requests and keeps the latest ones; may be read at any time while traffic runs.
package final class TrafficLog: Sendable {
    /// How many records are kept.
    package static let recordsMax = 1_000
    /// How many different targets are told apart; the longest unused one is forgotten first.
    package static let targetsMax = 10_000

    /// What a target has received through one target group.
    package struct TargetTraffic: Equatable, Sendable {
        /// Requests that ended, by the status sent to the client.
        package var requestsByStatus: [Int: Int] = [:]
        /// When the latest request to the target began.
        package var lastStartedAt: Timestamp
        /// When the latest request to the target ended.
        package var lastEndedAt: Timestamp

        /// Requests of any status.
        package var requests: Int { requestsByStatus.values.reduce(0, +) }
    }

    /// A target in a group.
    package struct TargetKey: Hashable, Comparable, Sendable {
        package var targetGroup: TargetGroupARN
        package var target: TargetAddress

        package init(targetGroup: TargetGroupARN, target: TargetAddress) {
            self.targetGroup = targetGroup
            self.target = target
        }

        package static func < (left: TargetKey, right: TargetKey) -> Bool {
            (left.targetGroup, left.target) < (right.targetGroup, right.target)
        }
    }

    private struct State {
        var records: [TrafficRecord] = []
        var next = 0
        var byStatus: [Int: Int] = [:]
        var metrics = TrafficMetrics()
        var byTarget: [TargetKey: TargetTraffic] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Counts one request.
    package func record(_ record: TrafficRecord) {
        state.withLock { state in
            if state.records.count < Self.recordsMax {
                state.records.append(record)
            } else {
                state.records[state.next] = record
                state.next = (state.next + 1) % Self.recordsMax
            }
            state.byStatus[record.status, default: 0] += 1
            state.metrics.record(record)
            guard let group = record.targetGroup, let target = record.target else { return }
            let key = TargetKey(targetGroup: group, target: target)
            let end = record.startedAt.advanced(by: record.duration)
            var traffic = state.byTarget[key] ?? TargetTraffic(lastStartedAt: record.startedAt, lastEndedAt: end)
            traffic.requestsByStatus[record.status, default: 0] += 1
            traffic.lastStartedAt = max(traffic.lastStartedAt, record.startedAt)
            traffic.lastEndedAt = max(traffic.lastEndedAt, end)
            state.byTarget[key] = traffic
            guard state.byTarget.count > Self.targetsMax else { return }
            if let oldest = state.byTarget.min(by: { $0.value.lastEndedAt < $1.value.lastEndedAt }) {
                state.byTarget[oldest.key] = nil
            }
        }
    }

    /// The latest records, oldest first, at most `count`.
    package func latest(_ count: Int) -> [TrafficRecord] {
        state.withLock { state in
            let ordered = state.records[state.next...] + state.records[..<state.next]
            return Array(ordered.suffix(count))
        }
    }

    /// Requests by the status sent to the client, since the start.
    package var requestsByStatus: [Int: Int] { state.withLock { $0.byStatus } }

    /// Counts under CloudWatch's names, since the start.
    package var metrics: TrafficMetrics { state.withLock { $0.metrics } }

    /// What each target received, since the start.
    package var traffic: [TargetKey: TargetTraffic] { state.withLock { $0.byTarget } }

    /// What a target received in any of its groups; `nil` when it never got a request.
    package func traffic(to target: TargetAddress) -> TargetTraffic? {
        state.withLock { state in
            let parts = state.byTarget.filter { $0.key.target == target }.sorted { $0.key < $1.key }.map(\.value)
            guard var sum = parts.first else { return nil }
            for part in parts.dropFirst() {
                sum.requestsByStatus.merge(part.requestsByStatus, uniquingKeysWith: +)
                sum.lastStartedAt = max(sum.lastStartedAt, part.lastStartedAt)
                sum.lastEndedAt = max(sum.lastEndedAt, part.lastEndedAt)
            }
            return sum
        }
    }
}
