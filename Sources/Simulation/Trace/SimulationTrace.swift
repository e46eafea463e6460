import KubernetesModel

/// What happened, one line per event: `t=12.345s weir weigh Ingress shop/web web-canary=10 web-stable=90`.
struct SimulationTrace: Sendable {
    let start: Timestamp
    private(set) var lines: [String] = []

    init(start: Timestamp) {
        self.start = start
    }

    mutating func add(_ text: String, now: Timestamp) {
        lines.append("\(Self.label(start.duration(to: now))) \(text)")
    }

    mutating func add(_ violation: SimulationViolation) {
        lines.append(violation.description)
    }

    /// `t=12.345s`, cut to milliseconds.
    static func label(_ elapsed: Duration) -> String {
        let milliseconds = max(0, elapsed.wholeMicroseconds / 1_000)
        let fraction = String(1_000 + milliseconds % 1_000).dropFirst()
        return "t=\(milliseconds / 1_000).\(fraction)s"
    }
}
