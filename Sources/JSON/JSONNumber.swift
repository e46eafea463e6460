/// A JSON number. What was parsed is written again digit by digit; nothing is rounded until somebody asks for a double.
///
/// Numbers are equal when they have the same exact decimal value: `1`, `1.0` and `10e-1` are, `-0` and `0` are,
/// `0.1` and `0.1000000000000000055` are not. Source: RFC 8259 section 6.
package struct JSONNumber: Sendable {
    enum Storage: Sendable {
        /// An integer whose decimal text is the number's text.
        case integer(Int)
        /// Anything else: fractions, exponents, `-0`, and integers of more than 64 bits.
        case text(String)
    }

    let storage: Storage

    /// An integer.
    package init(_ value: Int) { storage = .integer(value) }

    /// A finite double in its shortest text that reads back as the same double; integral ones below 2^53 as integers.
    package init(_ value: Double) {
        precondition(value.isFinite, "JSON has no text for \(value); check isFinite before making a number of it")
        if value.magnitude < 9_007_199_254_740_992, value.rounded(.towardZero) == value,
            value != 0 || value.sign == .plus
        {
            storage = .integer(Int(value))
        } else {
            storage = .text(value.description)
        }
    }

    /// A number whose text is known to follow the grammar and not to be the text of an `Int`.
    init(validText text: String) { storage = .text(text) }

    /// The exact text.
    package var text: String {
        switch storage {
        case .integer(let value): String(value)
        case .text(let text): text
        }
    }

    /// The value as an integer, `nil` when it has a fraction or does not fit 64 bits; `1.0` and `1e3` are integers.
    package var int: Int? {
        switch storage {
        case .integer(let value): value
        case .text(let text): JSONDecimal(parsing: text)?.int
        }
    }

    /// The nearest double; infinite when the magnitude is beyond the largest double.
    package var double: Double {
        switch storage {
        case .integer(let value): Double(value)
        case .text(let text): Double(text) ?? 0
        }
    }

    /// The same value in the one text which all equal numbers share.
    package var canonical: JSONNumber {
        guard case .text(let text) = storage, let decimal = JSONDecimal(parsing: text) else { return self }
        if let int = decimal.int { return JSONNumber(int) }
        return JSONNumber(validText: decimal.text)
    }
}

extension JSONNumber: Hashable {
    package static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        switch (left.storage, right.storage) {
        case (.integer(let left), .integer(let right)):
            return left == right
        case (.text(let left), .text(let right)) where left == right:
            return true
        case (.integer, .text), (.text, .integer), (.text, .text):
            guard let left = JSONDecimal(parsing: left.text), let right = JSONDecimal(parsing: right.text) else {
                return false
            }
            return left == right
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch storage {
        case .integer(let value):
            hasher.combine(value)
        case .text(let text):
            guard let decimal = JSONDecimal(parsing: text) else {
                hasher.combine(text)
                return
            }
            if let int = decimal.int { hasher.combine(int) } else { hasher.combine(decimal) }
        }
    }
}

extension JSONNumber: CustomStringConvertible {
    /// The exact text.
    package var description: String { text }
}
