package import KubernetesModel

/// The text of `list rollouts`.
///
/// Source: argo-rollouts CLI reference, "list".
package struct RolloutListTable: Sendable {
    private static let columns: [(title: String, width: Int)] = [
        ("NAME", 10), ("STRATEGY", 9), ("STATUS", 12), ("STEP", 4), ("SET-WEIGHT", 10), ("READY", 5), ("DESIRED", 7),
        ("UP-TO-DATE", 10), ("AVAILABLE", 9),
    ]

    private let showsNamespace: Bool
    private let showsTime: Bool
    private var widths: [Int]

    package init(showsNamespace: Bool = false, showsTime: Bool = false) {
        self.showsNamespace = showsNamespace
        self.showsTime = showsTime
        let front = (showsTime ? [20] : []) + (showsNamespace ? [9] : [])
        widths = front + Self.columns.map(\.width)
    }

    /// The line above the columns.
    package var header: [String] {
        (showsTime ? ["TIMESTAMP"] : []) + (showsNamespace ? ["NAMESPACE"] : []) + Self.columns.map(\.title)
    }

    /// The cells of one Rollout.
    package func row(_ info: RolloutInfo, now: Timestamp) -> [String] {
        (showsTime ? [now.rfc3339] : []) + (showsNamespace ? [info.object.namespace] : []) + [
            info.name, info.strategy, info.phase.word, info.step.isEmpty ? "-" : info.step,
            info.setWeight.map { "\($0)" } ?? "-", "\(info.ready)/\(info.current)", "\(info.desired)",
            "\(info.updated)", "\(info.available)",
        ]
    }

    /// Lines of these cells in columns; lines of a later call stand below those of an earlier one.
    package mutating func lines(_ rows: [[String]]) -> [String] {
        var table = TextTable(widthsMin: widths)
        for row in rows {
            table.add(row)
            for (index, cell) in row.enumerated() where index < widths.count {
                widths[index] = max(widths[index], cell.unicodeScalars.count)
            }
        }
        return table.lines(Paint(isColoured: false))
    }
}
