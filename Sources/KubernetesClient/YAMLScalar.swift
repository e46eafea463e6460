import JSON
import Yams

/// The value of one YAML scalar, by its tag, its quoting and its text.
enum YAMLScalar {
    /// Resolves a scalar; quoted ones are strings.
    static func value(of scalar: Node.Scalar, at node: Node) throws(YAMLProblem) -> JSONValue {
        let text = scalar.string
        if scalar.tag == Tag(.str) { return .string(text) }
        switch scalar.style {
        case .singleQuoted, .doubleQuoted, .literal, .folded: return .string(text)
        case .plain, .any: break
        }
        if let word = word(text) { return word }
        if let number = number(text) { return .number(number) }
        if isBeyondJSON(text) {
            throw YAMLDocuments.failure(node, "\"\(text)\" has no form in JSON; quote it to make it a string")
        }
        return .string(text)
    }

    private static func word(_ text: String) -> JSONValue? {
        switch text {
        case "", "~", "null", "Null", "NULL": .null
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y": .bool(true)
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N": .bool(false)
        default: nil
        }
    }

    private static func isBeyondJSON(_ text: String) -> Bool {
        let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        return [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(String(unsigned))
    }

    /// An integer in decimal, hexadecimal, octal or binary, or a decimal fraction; `nil` for anything else.
    private static func number(_ text: String) -> JSONNumber? {
        guard let first = text.utf8.first, isDigit(first) || "+-.".utf8.contains(first) else { return nil }
        let negative = first == UInt8(ascii: "-")
        let unsigned = negative || first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
        let digits = unsigned.filter { $0 != "_" }
        if let magnitude = integer(digits) {
            return JSONNumber(negative ? -magnitude : magnitude)
        }
        return fraction(digits, negative: negative)
    }

    private static func integer(_ digits: String) -> Int? {
        guard let first = digits.utf8.first, isDigit(first) else { return nil }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            return Int(digits.dropFirst(2), radix: radix)
        }
        if digits.count > 1, first == UInt8(ascii: "0") { return Int(digits, radix: 8) }
        return Int(digits)
    }

    private static func fraction(_ digits: String, negative: Bool) -> JSONNumber? {
        let allowed = digits.utf8.allSatisfy { isDigit($0) || ".eE+-".utf8.contains($0) }
        guard allowed, digits.utf8.contains(where: isDigit), let value = Double(digits), value.isFinite else {
            return nil
        }
        return JSONNumber(negative ? -value : value)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
