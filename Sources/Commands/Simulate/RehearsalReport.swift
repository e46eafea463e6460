import JSON
import KubernetesModel
import RolloutView

/// What many rehearsals of one update came to.
struct RehearsalReport: Sendable {
    /// In order of seed.
    var runs: [ManifestRehearsal.Run]
    /// Of the first seed, in order of time.
    var aborts: [ManifestRehearsal.Abort]
    /// Requests per second that the estimate of requests at risk assumes.
    var rate: Int

    /// Whether every run ended Healthy with every promise kept.
    var isSuccess: Bool {
        runs.allSatisfy { $0.forecast.untilHealthy != nil && $0.forecast.violations.isEmpty }
    }

    /// The report for a person: the course of the first seed, then what all of them came to.
    var text: String {
        guard let first = runs.first else { return "" }
        var lines = first.forecast.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        lines += ["", "Aborted at each step, all requests go to the former version again after:"]
        for abort in aborts {
            let time = abort.timeToSafe.map { Self.span($0) } ?? "never, or it is not known where requests go"
            lines.append("  \(abort.step): \(time)")
        }
        if aborts.isEmpty { lines.append("  there is no former version") }
        lines += ["", seedText]
        let times = runs.compactMap(\.forecast.untilHealthy).sorted()
        if let least = times.first, let most = times.last {
            let middle = times[times.count / 2]
            lines.append(
                "Healthy   in \(times.count) of \(runs.count) runs, after \(Self.span(least)), "
                    + "\(Self.span(middle)), \(Self.span(most)) (least, median, most)")
        } else {
            lines.append("Healthy   in no run")
        }
        lines.append("Pods      at most \(runs.map(\.forecast.pods.most).max() ?? 0) at once")
        lines.append("AWS       at most \(bucketText)")
        let broken = runs.filter { !$0.forecast.violations.isEmpty }
        lines.append("Promises  \(broken.isEmpty ? "kept in every run" : "broken in \(broken.count) runs")")
        let failing = runs.map(\.failingTime).max() ?? .zero
        lines.append(
            "Risk      at most \(Int((failing.inSeconds * Double(rate)).rounded(.up))) requests at \(rate) a second")
        for run in broken.prefix(5) {
            lines.append("Warning   seed \(run.seed): \(run.forecast.violations[0])")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var seedText: String {
        let seeds = runs.map(\.seed)
        guard let first = seeds.first, let last = seeds.last, first != last else {
            return "One seed: \(seeds.first ?? 0)"
        }
        return "Seeds \(first) to \(last), which differ in every delay"
    }

    /// The most calls of one run by the bucket that AWS counts them in.
    private var bucketText: String {
        let most = runs.reduce(into: [CallBucket: Int]()) { most, run in
            for (bucket, count) in CallBucket.counts(of: run.forecast) { most[bucket] = max(most[bucket] ?? 0, count) }
        }
        return CallBucket.allCases.map { "\(most[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", ")
    }

    /// The same for a program; times are seconds.
    var document: JSONValue {
        var result: JSONValue = ["success": .bool(isSuccess), "rate": .int(rate)]
        result["runs"] = .array(
            runs.map { run in
                var entry: JSONValue = [
                    "seed": .int(Int(clamping: run.seed)), "podsMost": .int(run.forecast.pods.most),
                    "failingSeconds": .double(run.failingTime.inSeconds),
                    "requestsAtRisk": .double(run.failingTime.inSeconds * Double(rate)),
                    "violations": .array(run.forecast.violations.map(JSONValue.string)),
                ]
                entry["untilHealthy"] = run.forecast.untilHealthy.map { .double($0.inSeconds) }
                entry["untilRest"] = run.forecast.untilRest.map { .double($0.inSeconds) }
                var calls: JSONValue = [:]
                for (bucket, count) in CallBucket.counts(of: run.forecast) { calls[bucket.rawValue] = .int(count) }
                entry["awsCalls"] = calls
                return entry
            })
        result["aborts"] = .array(
            aborts.map { abort in
                var entry: JSONValue = ["step": .string(abort.step), "at": .double(abort.at.inSeconds)]
                entry["timeToSafe"] = abort.timeToSafe.map { .double($0.inSeconds) }
                return entry
            })
        result["course"] = runs.first?.forecast.document
        return result
    }

    /// `4.2s`, `3m05s`.
    private static func span(_ duration: Duration) -> String {
        let tenths = Int((duration.inSeconds * 10).rounded())
        guard tenths >= 600 else { return "\(tenths / 10).\(tenths % 10)s" }
        let seconds = (tenths + 5) / 10
        return "\(seconds / 60)m\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)s"
    }
}

/// The budgets in which AWS counts an account's calls.
///
/// Source: Elastic Load Balancing API reference, request throttling.
enum CallBucket: String, CaseIterable, Sendable {
    case reads, changes, registrations, creations

    /// The calls of a forecast, in the order of the buckets.
    static func counts(of forecast: UpdateForecast) -> [(CallBucket, Int)] {
        var counts: [CallBucket: Int] = [.reads: forecast.reads]
        for change in forecast.changes { counts[of(change.operation), default: 0] += change.count }
        return allCases.map { ($0, counts[$0] ?? 0) }
    }

    private static func of(_ operation: String) -> CallBucket {
        switch operation {
        case "CreateLoadBalancer", "SetSubnets": .creations
        case "RegisterTargets", "DeregisterTargets": .registrations
        case _ where operation.hasPrefix("Describe"): .reads
        default: .changes
        }
    }
}
