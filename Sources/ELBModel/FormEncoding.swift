/// A parameter of a query string or form body, decoded.
package struct QueryItem: Hashable, Sendable {
    /// The name: `Actions.member.1.Type`.
    package var name: String
    /// The value; empty when there is none.
    package var value: String

    /// Sets both.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// `application/x-www-form-urlencoded`, both ways.
package enum FormEncoding {
    /// `a=1&b=x+y`; everything but unreserved characters is escaped, a space is a plus sign.
    package static func encode(_ items: [QueryItem]) -> String {
        items.map { "\(escape($0.name))=\(escape($0.value))" }.joined(separator: "&")
    }

    /// Reads a body or query string; empty parts between ampersands are skipped.
    ///
    /// - Throws: `ValidationError` for a broken escape or text that is not UTF-8.
    package static func decode(_ text: some StringProtocol) throws(ELBFailure) -> [QueryItem] {
        var items: [QueryItem] = []
        for part in text.utf8.split(separator: UInt8(ascii: "&")) {
            let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = try unescape(Array(halves[0]))
            let value = try halves.count > 1 ? unescape(Array(halves[1])) : ""
            items.append(QueryItem(name, value))
        }
        return items
    }

    private static func escape(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            case UInt8(ascii: " "):
                bytes.append(UInt8(ascii: "+"))
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func unescape(_ text: [UInt8]) throws(ELBFailure) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard index + 2 < text.count, let high = hexValue(text[index + 1]), let low = hexValue(text[index + 2])
                else { throw broken(text) }
                bytes.append(high << 4 | low)
                index += 2
            default: bytes.append(text[index])
            }
            index += 1
        }
        guard let result = String(validating: bytes, as: UTF8.self) else { throw broken(text) }
        return result
    }

    private static func broken(_ text: [UInt8]) -> ELBFailure {
        let shown = String(decoding: text.prefix(80), as: UTF8.self)
        return .validation("'\(shown)' is not form-encoded UTF-8. Encode it as %XX of its UTF-8 bytes")
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
