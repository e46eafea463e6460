import Histogram
package import KubernetesModel

extension TrafficLog {
    /// Counts, percentiles, and the share that other images than `former` have answered in the last two seconds.
    package func summary(former: String, now: Timestamp) -> TrafficSummary {
        let samples = all
        var summary = TrafficSummary()
        summary.requests = samples.count
        summary.failed = samples.count { $0.isFailed }
        let recent = samples.filter { $0.sentAt >= now.advanced(by: .seconds(-2)) && !$0.isFailed }
        if !recent.isEmpty {
            summary.canaryShare = Double(recent.count { $0.image != former }) / Double(recent.count)
        }
        var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
        for sample in samples { _ = histogram.record(UInt64(sample.milliseconds * 1_000)) }
        summary.p50 = Double(histogram.valueAtPercentile(50)) / 1_000
        summary.p99 = Double(histogram.valueAtPercentile(99)) / 1_000
        return summary
    }

    /// How many requests ended with each status; 0 stands for "no response".
    package var byStatus: [Int: Int] {
        Dictionary(grouping: all, by: \.status).mapValues(\.count)
    }

    /// Up to `limit` descriptions of failed requests.
    package func failures(limit: Int) -> [String] {
        all.filter(\.isFailed).prefix(limit).map { sample in
            let outcome = sample.status == 0 ? sample.problem ?? "no response" : "status \(sample.status)"
            return "at \(sample.sentAt.rfc3339Micro): \(outcome)"
        }
    }
}
