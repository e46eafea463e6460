/// The place of a value in a document: member names and element positions from the root. Source: RFC 6901.
package struct JSONPointer: Hashable, Sendable {
    /// Why a text is no pointer.
    package enum ParseError: Error, Hashable, Sendable, CustomStringConvertible {
        /// A text that is neither empty nor starts with `/`.
        case noLeadingSlash(String)
        /// A `~` that is not followed by `0` or `1`.
        case badEscape(String)

        /// One sentence with the text and what would be right.
        package var description: String {
            switch self {
            case .noLeadingSlash(let text): "JSON pointer '\(text)' does not start with '/'; write '/\(text)'"
            case .badEscape(let text): "JSON pointer '\(text)' has a '~' without 0 or 1 after it; write '~0' for '~'"
            }
        }
    }

    /// The unescaped reference tokens; none for the whole document.
    package var tokens: [String]

    /// The pointer of these unescaped tokens.
    package init(_ tokens: [String] = []) { self.tokens = tokens }

    /// The pointer in this text, such as `/spec/template` or `/metadata/annotations/a~1b`.
    package init(parsing text: String) throws(ParseError) {
        tokens = []
        if text.isEmpty { return }
        guard text.utf8.first == UInt8(ascii: "/") else { throw .noLeadingSlash(text) }
        for part in text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let token = Self.unescape(part) else { throw .badEscape(text) }
            tokens.append(token)
        }
    }

    /// The pointer to what this token names inside the place of this pointer.
    package func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }

    /// Whether the other pointer is this place or a place inside it.
    package func contains(_ other: JSONPointer) -> Bool {
        other.tokens.count >= tokens.count && zip(tokens, other.tokens).allSatisfy { $0.hasSameBytes(as: $1) }
    }

    package static func == (left: JSONPointer, right: JSONPointer) -> Bool {
        left.tokens.count == right.tokens.count && left.contains(right)
    }

    private static func unescape(_ part: Substring.UTF8View.SubSequence) -> String? {
        var bytes: [UInt8] = []
        var rest = part.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "~") else {
                bytes.append(byte)
                continue
            }
            switch rest.next() {
            case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension JSONPointer: CustomStringConvertible {
    /// The text form with `~` and `/` inside tokens escaped.
    package var description: String {
        var bytes: [UInt8] = []
        for token in tokens {
            bytes.append(UInt8(ascii: "/"))
            for byte in token.utf8 {
                switch byte {
                case UInt8(ascii: "~"): bytes.append(contentsOf: "~0".utf8)
                case UInt8(ascii: "/"): bytes.append(contentsOf: "~1".utf8)
                default: bytes.append(byte)
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The position which a token names in an array: digits without a leading zero; `nil` for anything else.
    /// Source: RFC 6901 section 4.
    static func position(_ token: String) -> Int? {
        guard let first = token.utf8.first, token.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard first != UInt8(ascii: "0") || token.utf8.count == 1 else { return nil }
        return Int(token)
    }
}

extension JSONValue {
    /// The value at that place, `nil` when there is none.
    package func value(at pointer: JSONPointer) -> JSONValue? {
        var value = self
        for token in pointer.tokens {
            switch value {
            case .object(let object):
                guard let next = object[token] else { return nil }
                value = next
            case .array(let elements):
                guard let position = JSONPointer.position(token), position < elements.count else { return nil }
                value = elements[position]
            case .null, .bool, .number, .string:
                return nil
            }
        }
        return value
    }
}
