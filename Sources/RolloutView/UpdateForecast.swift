package import JSON
import KubernetesModel

/// What applying manifests would do, step by step, if all goes well.
package struct UpdateForecast: Hashable, Sendable {
    /// One thing that would happen.
    package struct Entry: Hashable, Sendable {
        /// From the moment of applying.
        package var at: Duration
        package var text: String

        package init(at: Duration, text: String) {
            self.at = at
            self.text = text
        }
    }

    /// Calls of one operation.
    package struct Calls: Hashable, Sendable {
        package var operation: String
        package var count: Int

        package init(_ operation: String, _ count: Int) {
            self.operation = operation
            self.count = count
        }
    }

    /// Pods of all versions.
    package struct Pods: Hashable, Sendable {
        /// When the manifests are applied.
        package var before = 0
        /// The most there are at once.
        package var most = 0
        /// When everything is at rest.
        package var after = 0

        package init() {}
    }

    /// What the forecast starts from.
    package var basis: String
    /// What is taken for granted.
    package var assumptions: [String] = []
    package var entries: [Entry] = []
    package var pods = Pods()
    /// Calls that change something, by operation.
    package var changes: [Calls] = []
    /// How often AWS would be read.
    package var reads = 0
    /// How often a person has to consent.
    package var consents = 0
    /// Until every Rollout is Healthy; `nil` when that does not happen.
    package var untilHealthy: Duration?
    /// Until the former pods are gone and nothing more happens.
    package var untilRest: Duration?
    /// How it ends.
    package var end = ""
    /// Promises that would be broken on the way.
    package var violations: [String] = []

    package init(basis: String) {
        self.basis = basis
    }
}

extension UpdateForecast {
    /// The forecast for a person, with a line break at its end.
    package var text: String {
        var lines = ["From  \(basis)"]
        for (index, assumption) in assumptions.enumerated() {
            lines.append((index == 0 ? "If    " : "      ") + assumption)
        }
        lines.append("")
        var table = TextTable()
        for entry in entries { table.add([Self.clock(entry.at), entry.text]) }
        if entries.isEmpty { table.add(["", "Nothing changes."]) }
        lines += table.lines(Paint(isColoured: false))
        lines += [
            "", "Pods      \(pods.before) now, at most \(pods.most) at once, \(pods.after) at the end",
        ]
        let calls = changes.map { "\($0.operation) \($0.count)" }.joined(separator: ", ")
        lines.append("AWS       \(calls.isEmpty ? "no changes" : calls); \(reads) reads")
        let times = consents == 1 ? "once" : "\(consents) times"
        if consents > 0 { lines.append("Consent   a person has to promote \(times); that time is not counted") }
        let healthy = untilHealthy.map { "Healthy after \(Self.span($0))" } ?? "not Healthy"
        let rest = untilRest.map { ", at rest after \(Self.span($0))" } ?? ""
        lines.append("Time      \(healthy)\(rest)")
        lines.append("End       \(end)")
        for violation in violations { lines.append("Warning   \(violation)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same for a program; times are seconds.
    package var document: JSONValue {
        var result: JSONValue = [
            "basis": .string(basis), "assumptions": .array(assumptions.map(JSONValue.string)),
            "pods": ["before": .int(pods.before), "most": .int(pods.most), "after": .int(pods.after)],
            "awsReads": .int(reads), "consents": .int(consents), "end": .string(end),
        ]
        result["steps"] = .array(entries.map { ["at": Self.seconds($0.at), "text": .string($0.text)] })
        var calls: JSONValue = [:]
        for change in changes { calls[change.operation] = .int(change.count) }
        result["awsChanges"] = calls
        result["untilHealthy"] = untilHealthy.map(Self.seconds)
        result["untilRest"] = untilRest.map(Self.seconds)
        result["violations"] = .array(violations.map(JSONValue.string))
        return result
    }

    private static func seconds(_ duration: Duration) -> JSONValue {
        .int(Int(duration.inSeconds.rounded()))
    }

    /// `12s`, `3m05s`.
    private static func span(_ duration: Duration) -> String {
        let seconds = Int(duration.inSeconds.rounded(.up))
        guard seconds >= 60 else { return "\(seconds)s" }
        return "\(seconds / 60)m\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)s"
    }

    /// `+ 12.3s`, in columns.
    private static func clock(_ duration: Duration) -> String {
        let tenths = Int((duration.inSeconds * 10).rounded(.down))
        let text = "\(tenths / 10).\(tenths % 10)s"
        return "+" + String(repeating: " ", count: max(0, 8 - text.count)) + text
    }
}
