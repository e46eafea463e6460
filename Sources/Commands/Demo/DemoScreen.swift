package import KubernetesModel

/// Shows a run while it happens: a block that is redrawn on a terminal, a line now and then elsewhere.
package struct DemoScreen: Sendable {
    private let stream: StandardStream
    private let redraws: Bool
    private let start: Timestamp
    private var drawnLines = 0
    private var lastLine = ""
    private var lastLineAt: Timestamp?

    /// - Parameter start: the time that the shown times count from.
    package init(stream: StandardStream, start: Timestamp) {
        self.stream = stream
        self.start = start
        redraws = stream.isTerminal
    }

    /// Says once that something has happened.
    package mutating func say(_ text: String, at time: Timestamp) {
        clear()
        stream.line("\(clock(time))  \(text)")
    }

    /// Shows the present state.
    package mutating func show(_ snapshot: DemoSnapshot, _ traffic: TrafficSummary) {
        let state = snapshot.blueGreen.map { Self.state(of: snapshot, $0) } ?? Self.state(of: snapshot)
        let flow = [
            "observed \(rounded(traffic.canaryShare * 100, 1)) %", "requests \(traffic.requests)",
            "errors \(traffic.failed)", "p50 \(rounded(traffic.p50, 1)) ms", "p99 \(rounded(traffic.p99, 1)) ms",
        ].joined(separator: "  ")
        if redraws {
            clear()
            // A line that wraps would not be cleared; the message is the only one without a bound.
            let lines = [
                "\(clock(snapshot.at))  \(snapshot.phase)  \(snapshot.message.prefix(60))", "        \(state)",
                "        \(flow)",
                "        stable \(bar(1 - traffic.canaryShare)) canary",
            ]
            stream.write(lines.joined(separator: "\n") + "\n")
            drawnLines = lines.count
            return
        }
        let isDue = lastLineAt.map { $0.duration(to: snapshot.at) >= .seconds(1) } ?? true
        if state != lastLine || isDue {
            stream.line("\(clock(snapshot.at))  \(pad(snapshot.phase, 12))\(state)  \(flow)")
            lastLine = state
            lastLineAt = snapshot.at
        }
    }

    private static func state(of snapshot: DemoSnapshot) -> String {
        let step = min(snapshot.stepIndex + 1, max(snapshot.stepCount, 1))
        return [
            "step \(step)/\(snapshot.stepCount)", "spec \(snapshot.specWeight) %",
            "annotation \(percent(snapshot.annotationWeight))", "confirmed \(percent(snapshot.confirmedWeight))",
        ].joined(separator: "  ")
    }

    /// A version is named by the tag of its pods' image.
    private static func state(of snapshot: DemoSnapshot, _ services: (active: String, preview: String)) -> String {
        func version(_ hash: String) -> String {
            let pod = snapshot.pods.first { $0.labels["rollouts-pod-template-hash"] == hash }
            let tag = pod?.firstImage.split(separator: ":").last.map(String.init)
            return tag ?? (hash.isEmpty ? "-" : hash)
        }
        return "active \(version(services.active))  preview \(version(services.preview))  pods \(snapshot.pods.count)"
    }

    private mutating func clear() {
        guard redraws, drawnLines > 0 else { return }
        stream.write("\u{1B}[\(drawnLines)A\u{1B}[0J")
        drawnLines = 0
    }

    private func clock(_ time: Timestamp) -> String {
        let seconds = rounded(start.duration(to: time).inSeconds, 1)
        let text = "\(seconds)"
        return String(repeating: " ", count: max(0, 5 - text.count)) + text + " s"
    }

    private static func percent(_ weight: Int?) -> String { weight.map { "\($0) %" } ?? "-" }

    private func bar(_ share: Double) -> String {
        let width = 50
        let filled = Int((share * Double(width)).rounded())
        return "[" + String(repeating: "=", count: filled) + String(repeating: "·", count: width - filled) + "]"
    }
}

/// The traffic of the last moments and of the whole run.
package struct TrafficSummary: Equatable, Sendable {
    package var requests = 0
    package var failed = 0
    /// The canary's share of the last two seconds, 0...1.
    package var canaryShare = 0.0
    /// Milliseconds over the whole run.
    package var p50 = 0.0
    package var p99 = 0.0

    package init() {}
}
