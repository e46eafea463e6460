import JSON

/// What an examination has found, point by point.
struct DoctorReport: Sendable {
    /// What came of one point.
    enum Outcome: String, Sendable {
        /// As it should be.
        case ok
        /// Works, but something is not as it should be.
        case warning
        /// Weir cannot do its work.
        case failed
        /// Could not be found out.
        case unknown
    }

    /// One point.
    struct Finding: Sendable, Equatable {
        /// `aws` or `kubernetes`.
        var area: String
        /// What was looked at.
        var point: String
        var outcome: Outcome
        /// What was seen.
        var detail: String
        /// What to do about it; empty when there is nothing to do.
        var remedy = ""
    }

    var findings: [Finding] = []

    /// Whether something is missing that Weir needs.
    var hasFailed: Bool { findings.contains { $0.outcome == .failed } }

    /// For people: one line for each point, and its remedy below.
    var text: String {
        let width = findings.map(\.point.count).max() ?? 0
        var lines = findings.flatMap { finding -> [String] in
            let mark = finding.outcome.rawValue.uppercased()
            let space = String(repeating: " ", count: 8 - mark.count)
            let fill = String(repeating: " ", count: width - finding.point.count)
            let line = "\(mark)\(space)\(finding.point)\(fill)  \(finding.detail)"
            return finding.remedy.isEmpty ? [line] : [line, "        -> \(finding.remedy)"]
        }
        let counts = [Outcome.failed, .warning, .unknown].map { outcome in
            "\(findings.count { $0.outcome == outcome }) \(outcome.rawValue)"
        }
        lines.append("\(findings.count) points: \(counts.joined(separator: ", ")).")
        return lines.joined(separator: "\n")
    }

    /// For programs.
    var document: JSONValue {
        [
            "failed": .bool(hasFailed),
            "findings": .array(
                findings.map { finding in
                    [
                        "area": .string(finding.area), "point": .string(finding.point),
                        "outcome": .string(finding.outcome.rawValue), "detail": .string(finding.detail),
                        "remedy": .string(finding.remedy),
                    ]
                }),
        ]
    }
}
