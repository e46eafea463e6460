/// The colours of a terminal that are used, by their ANSI codes.
package enum Colour: Int, Hashable, Sendable {
    case red = 31
    case green = 32
    case yellow = 33
    case blue = 94
}

/// A piece of text in one colour, or in the terminal's own.
package struct Span: Hashable, Sendable {
    package var text: String
    package var colour: Colour?

    package init(_ text: String, _ colour: Colour? = nil) {
        self.text = text
        self.colour = colour
    }
}

/// Turns spans into what is written to a terminal.
package struct Paint: Hashable, Sendable {
    /// Whether escape codes are written.
    package var isColoured: Bool

    package init(isColoured: Bool) {
        self.isColoured = isColoured
    }

    /// The spans one after another.
    package func text(_ spans: [Span]) -> String {
        spans.map { span in
            guard isColoured, let colour = span.colour, !span.text.isEmpty else { return span.text }
            return "\u{1B}[\(colour.rawValue)m\(span.text)\u{1B}[0m"
        }.joined()
    }
}
