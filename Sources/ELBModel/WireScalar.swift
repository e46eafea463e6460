/// A value that the Query protocol and its XML answers carry as one piece of text.
package protocol WireScalar: Sendable {
    /// Reads the text; `nil` when it is no such value.
    init?(wireText: String)
    /// The text as sent and received.
    var wireText: String { get }
    /// What the text must look like, for messages: "an integer".
    static var wireExpectation: String { get }
}

extension WireScalar {
    /// Any text will do unless the type says otherwise.
    package static var wireExpectation: String { "a string" }
}

extension String: WireScalar {
    /// The text itself.
    package init?(wireText: String) { self = wireText }
    /// The text itself.
    package var wireText: String { self }
}

extension Int: WireScalar {
    /// Decimal digits with an optional sign.
    package init?(wireText: String) { self.init(wireText, radix: 10) }
    /// Decimal digits.
    package var wireText: String { String(self) }
    /// For messages.
    package static var wireExpectation: String { "an integer" }
}

extension Bool: WireScalar {
    /// `true` or `false` in lower case, as the API writes them; capitals are accepted as some scripts send them.
    package init?(wireText: String) {
        switch wireText {
        case "true", "True", "TRUE": self = true
        case "false", "False", "FALSE": self = false
        default: return nil
        }
    }
    /// `true` or `false`.
    package var wireText: String { self ? "true" : "false" }
    /// For messages.
    package static var wireExpectation: String { "true or false" }
}
