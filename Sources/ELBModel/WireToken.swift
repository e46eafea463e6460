/// A string with a meaning of its own: an ARN, or one of a set of words that AWS may extend.
///
/// Unknown words are kept, so that an answer with a newer value still reads; whoever accepts input checks the set.
package protocol WireToken: WireScalar, RawRepresentable<String>, Hashable, Comparable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    /// Wraps the text as it stands.
    init(rawValue: String)
}

extension WireToken {
    /// Wraps a literal.
    package init(stringLiteral value: String) { self.init(rawValue: value) }

    /// Wraps the text of a wire field; never `nil`.
    package init?(wireText: String) { self.init(rawValue: wireText) }

    /// The text as sent and received.
    package var wireText: String { rawValue }

    /// The text itself.
    package var description: String { rawValue }

    /// Orders by text.
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
