/// Text in columns that are two blanks apart.
package struct TextTable {
    /// How far columns are apart.
    private static let gap = 2

    private var rows: [[[Span]]] = []
    /// The least width of each column; columns beyond have none.
    private let widthsMin: [Int]

    package init(widthsMin: [Int] = []) {
        self.widthsMin = widthsMin
    }

    package mutating func add(_ cells: [[Span]]) {
        rows.append(cells)
    }

    package mutating func add(_ cells: [String]) {
        rows.append(cells.map { [Span($0)] })
    }

    /// The lines, without blanks at their ends.
    package func lines(_ paint: Paint) -> [String] {
        let widths = self.widths
        return rows.map { row in
            var line = ""
            var blanks = 0
            for (index, cell) in row.enumerated() {
                let width = Self.width(cell)
                if width > 0 {
                    line += String(repeating: " ", count: blanks) + paint.text(cell)
                    blanks = 0
                }
                blanks += widths[index] - width + Self.gap
            }
            return line
        }
    }

    private var widths: [Int] {
        let count = rows.map(\.count).max() ?? 0
        return (0..<count).map { index in
            let least = widthsMin.indices.contains(index) ? widthsMin[index] : 0
            return rows.reduce(least) { max($0, $1.indices.contains(index) ? Self.width($1[index]) : 0) }
        }
    }

    private static func width(_ cell: [Span]) -> Int {
        cell.reduce(0) { $0 + $1.text.unicodeScalars.count }
    }
}
