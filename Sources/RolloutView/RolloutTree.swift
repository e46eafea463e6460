import JSON
package import KubernetesModel

/// The text of `get rollout`: a head, and the tree of revisions, ReplicaSets and pods.
///
/// Source: argo-rollouts CLI reference, "get rollout".
package struct RolloutTree: Sendable {
    /// The width of the labels in the head.
    private static let labelWidth = 17

    private let info: RolloutInfo
    private let now: Timestamp
    private let isWide: Bool

    /// - Parameters:
    ///   - now: the time that ages are counted to.
    ///   - isWide: also shows where pods run and what their addresses are.
    package init(_ info: RolloutInfo, now: Timestamp, isWide: Bool = false) {
        self.info = info
        self.now = now
        self.isWide = isWide
    }

    /// The whole text, with a line break at its end.
    package func text(isColoured: Bool) -> String {
        let paint = Paint(isColoured: isColoured)
        let lines = head.map { paint.text($0) } + [""] + table.lines(paint)
        return lines.joined(separator: "\n") + "\n"
    }

    private var head: [[Span]] {
        var lines = [
            line("Name:", info.name), line("Namespace:", info.object.namespace),
            line("Status:", info.displayStatus.spans),
        ]
        if !info.phase.message.isEmpty { lines.append(line("Message:", info.phase.message)) }
        lines.append(line("Strategy:", info.strategy))
        if let set = info.setWeight, let actual = info.actualWeight {
            lines += [line("  Step:", info.step), line("  SetWeight:", "\(set)"), line("  ActualWeight:", "\(actual)")]
        }
        for (index, image) in info.images.enumerated() {
            lines.append(line(index == 0 ? "Images:" : "", spans(of: image)))
        }
        let counts = [
            ("  Desired:", info.desired), ("  Current:", info.current), ("  Updated:", info.updated),
            ("  Ready:", info.ready), ("  Available:", info.available),
        ]
        return lines + [[Span("Replicas:")]] + counts.map { line($0.0, "\($0.1)") }
    }

    private func line(_ label: String, _ value: String) -> [Span] {
        value.isEmpty ? [Span(label)] : line(label, [Span(value)])
    }

    private func line(_ label: String, _ value: [Span]) -> [Span] {
        [Span(label + String(repeating: " ", count: Self.labelWidth - label.count))] + value
    }

    private func spans(of image: RolloutInfo.Image) -> [Span] {
        guard !image.tags.isEmpty else { return [Span(image.name)] }
        var spans = [Span("\(image.name) (")]
        for (index, tag) in image.tags.enumerated() {
            spans += (index == 0 ? [] : [Span(", ")]) + [Span(tag.rawValue, tag.colour)]
        }
        return spans + [Span(")")]
    }

    private var table: TextTable {
        var table = TextTable()
        table.add(["NAME", "KIND", "STATUS", "AGE", "INFO"] + (isWide ? ["IP", "NODE"] : []))
        table.add([[Span("⟳ \(info.name)")], [Span("Rollout")], info.displayStatus.spans, age(of: info.object), []])
        var revisions: [Int] = []
        for replicaSet in info.replicaSets where !revisions.contains(replicaSet.revision) {
            revisions.append(replicaSet.revision)
        }
        for (index, revision) in revisions.enumerated() {
            let isLast = index == revisions.count - 1
            table.add([[Span("\(branch(isLast))# revision:\(revision)")]])
            let members = info.replicaSets.filter { $0.revision == revision }
            for (position, member) in members.enumerated() {
                add(member, below: isLast ? "   " : "│  ", isLast: position == members.count - 1, to: &table)
            }
        }
        return table
    }

    private func branch(_ isLast: Bool) -> String { isLast ? "└──" : "├──" }

    private func add(_ member: ReplicaSetInfo, below prefix: String, isLast: Bool, to table: inout TextTable) {
        table.add([
            [Span("\(prefix)\(branch(isLast))⧉ \(member.object.name)")], [Span("ReplicaSet")], member.status.spans,
            age(of: member.object), notes(on: member),
        ])
        let below = prefix + (isLast ? "   " : "│  ")
        for (index, pod) in member.pods.enumerated() {
            let name = "\(below)\(branch(index == member.pods.count - 1))□ \(pod.object.name)"
            var cells: [[Span]] = [
                [Span(name)], [Span("Pod")], pod.status.spans, age(of: pod.object), notes(on: pod),
            ]
            if isWide {
                cells.append([Span(pod.object.status["podIP"]?.stringValue ?? "")])
                cells.append([Span(pod.object.spec["nodeName"]?.stringValue ?? "")])
            }
            table.add(cells)
        }
    }

    private func notes(on member: ReplicaSetInfo) -> [Span] {
        var notes = member.roles.map { Span($0.rawValue, $0.colour) }
        if let deadline = member.scaleDownDeadline {
            notes.append(Span("delay:\(deadline > now ? HumanDuration.text(now.duration(to: deadline)) : "passed")"))
        }
        return joined(notes)
    }

    private func notes(on pod: PodInfo) -> [Span] {
        joined([Span("ready:\(pod.ready)")] + (pod.restarts > 0 ? [Span("restarts:\(pod.restarts)", .yellow)] : []))
    }

    private func joined(_ notes: [Span]) -> [Span] {
        Array(notes.map { [$0] }.joined(separator: [Span(",")]))
    }

    private func age(of object: KubernetesObject) -> [Span] {
        [Span(object.creationTimestamp.map { HumanDuration.text($0.duration(to: now)) } ?? "")]
    }
}
