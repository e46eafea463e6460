package import KubernetesModel

extension DemoReport {
    /// The summary that a person reads.
    ///
    /// - Parameter start: the time from which the moments of pods are counted.
    package func text(since start: Timestamp) -> String {
        var lines = [
            "",
            "requests   \(requests), failed \(failed)  (\(statusText))   p50 \(rounded(p50, 1)) ms   "
                + "p99 \(rounded(p99, 1)) ms",
        ]
        if !steps.isEmpty {
            lines += ["", "step   wanted   confirmed   after     observed   of requests   99.9 % interval"]
            lines += steps.map(Self.line)
        }
        lines += ["", "pod" + pad("", 35) + "version   last reachable   deletion asked   gone"]
        lines += pods.map { line($0, since: start) }
        let started = pods.count
        let stopped = pods.filter { $0.deletedAt != nil }.count
        lines += ["", "\(started) pods started, \(stopped) stopped, \(rounded(wallSeconds, 1)) s in all"]
        lines += isSuccess ? ["", "passed: \(scenario)"] : problems.map { "FAILED: \($0)" }
        return lines.joined(separator: "\n")
    }

    private var statusText: String {
        byStatus.keys.sorted().map { "\($0 == 0 ? "no response" : String($0)): \(byStatus[$0] ?? 0)" }
            .joined(separator: ", ")
    }

    private static func line(_ step: DemoStep) -> String {
        let confirmed = step.confirmedWeight.map { "\($0) %" } ?? "never"
        let after = step.confirmedAfter.map { "\(rounded($0, 1)) s" } ?? "-"
        let share = step.observedShare.map { "\(rounded($0 * 100, 1)) %" } ?? "-"
        let interval = "\(step.expectedCounts.lowerBound)...\(step.expectedCounts.upperBound)"
        let cells = [
            pad("\(step.index)", 7), pad("\(step.setWeight) %", 9), pad(confirmed, 12), pad(after, 10),
            pad(share, 11), pad("\(step.canaryRequests)/\(step.requests)", 14), interval,
        ]
        return cells.joined()
    }

    private func line(_ pod: DemoPod, since start: Timestamp) -> String {
        func moment(_ time: Timestamp?) -> String {
            time.map { "\(rounded(start.duration(to: $0).inSeconds, 1)) s" } ?? "-"
        }
        let cells = [
            pad(pod.name, 38), pad(pod.version, 10), pad(moment(pod.lastReachableAt), 17),
            pad(moment(pod.deletionRequestedAt), 17), moment(pod.deletedAt),
        ]
        return cells.joined()
    }
}

/// `text` filled with spaces up to `width`.
func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}
