package import JSON

/// JSON text as Go's `encoding/json` writes it: no white space, and `<`, `>`, `&`, U+2028 and U+2029 escaped.
///
/// Annotations that other controllers compare as text must agree to the byte.
package enum GoJSON {
    /// A string literal with its quotes.
    package static func quoted(_ text: String) -> String {
        if text.utf8.allSatisfy(isPlain) { return "\"" + text + "\"" }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{8}": result += "\\b"
            case "\u{c}": result += "\\f"
            case "<", ">", "&", "\u{2028}", "\u{2029}": result += escape(scalar.value)
            case _ where scalar.value < 0x20: result += escape(scalar.value)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// An object from fields whose values are JSON text already, in the order given.
    package static func object(_ fields: [(key: String, value: String)]) -> String {
        var text = "{"
        for field in fields {
            if text.utf8.count > 1 { text += "," }
            text += quoted(field.key)
            text += ":"
            text += field.value
        }
        return text + "}"
    }

    /// An array from elements that are JSON text already.
    package static func array(_ elements: [String]) -> String {
        "[" + elements.joined(separator: ",") + "]"
    }

    /// Any value, with the keys of every object sorted by their bytes.
    package static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): number.text
        case .string(let string): quoted(string)
        case .array(let elements): array(elements.map(text))
        case .object(let fields): object(fields.sortedByKey.map { (key: $0.key, value: text($0.value)) })
        }
    }

    /// Whether a byte stands for itself.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): false
        default: (0x20..<0x80).contains(byte)
        }
    }

    private static func escape(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
