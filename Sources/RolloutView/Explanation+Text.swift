package import JSON
package import KubernetesModel

extension Explanation {
    /// The explanation for a person, with a line break at its end.
    package func text(now: Timestamp, isColoured: Bool) -> String {
        let paint = Paint(isColoured: isColoured)
        let status = DisplayStatus.workload(phase.word)
        var lines = [paint.text([Span("\(rollout.name) in \(rollout.namespace): ")] + status.spans)]
        lines[0] += phase.message.isEmpty ? "" : " - \(phase.message)"
        lines.append("  \(place)")
        lines.append("")
        lines.append("Why")
        for reason in reasons { lines += self.lines(of: reason, paint, now: now) }
        if reasons.isEmpty { lines.append("  Nothing is awaited.") }
        lines += section("Weir has to do now", pending)
        lines += section("Next", next)
        lines += section("Not known", notes)
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(_ title: String, _ entries: [String]) -> [String] {
        entries.isEmpty ? [] : ["", title] + entries.map { "  \($0)" }
    }

    private func lines(of reason: Reason, _ paint: Paint, now: Timestamp) -> [String] {
        var lines = ["  \(reason.finding.message)"]
        if let awaited = reason.finding.waitingFor {
            if let until = reason.until {
                lines.append("    waits until  \(until.rfc3339) (\(Self.distance(from: now, to: until)))")
            } else {
                lines.append("    waits for    \(awaited)")
            }
        }
        if let since = reason.since {
            lines.append("    since        \(since.rfc3339) (\(Self.distance(from: now, to: since)))")
        }
        let who = paint.text([Span(reason.actor.rawValue, reason.actor == .person ? .yellow : nil)])
        lines.append("    who acts     \(who)" + (reason.action.map { ": \($0)" } ?? ""))
        return lines
    }

    private static func distance(from now: Timestamp, to time: Timestamp) -> String {
        time > now
            ? "in \(HumanDuration.text(now.duration(to: time)))"
            : "\(HumanDuration.text(time.duration(to: now))) ago"
    }

    /// The same for a program. Times are RFC 3339; what is not known is left out.
    package var document: JSONValue {
        var result: JSONValue = [
            "namespace": .string(rollout.namespace), "name": .string(rollout.name),
            "phase": .string(phase.word),
            "message": .string(phase.message), "place": .string(place),
        ]
        result["reasons"] = .array(reasons.map(Self.document))
        result["pending"] = .array(pending.map(JSONValue.string))
        result["next"] = .array(next.map(JSONValue.string))
        result["notKnown"] = .array(notes.map(JSONValue.string))
        return result
    }

    private static func document(_ reason: Reason) -> JSONValue {
        var result: JSONValue = [
            "code": .string(reason.finding.code), "message": .string(reason.finding.message),
        ]
        result["waitingFor"] = reason.finding.waitingFor.map(JSONValue.string)
        result["since"] = reason.since.map { .string($0.rfc3339) }
        result["until"] = reason.until.map { .string($0.rfc3339) }
        let who =
            switch reason.actor {
            case .person: "person"
            case .weir: "weir"
            case .cluster: "cluster"
            case .loadBalancer: "loadBalancer"
            case .time: "time"
            }
        result["whoActs"] = .string(who)
        result["action"] = reason.action.map(JSONValue.string)
        return result
    }
}
