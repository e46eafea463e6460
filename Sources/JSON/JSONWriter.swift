/// Writes values as JSON text: UTF-8, nothing escaped that need not be, numbers as they were read.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let indents: Bool

    /// A writer of compact text, or of one with a line per member and two spaces per level.
    init(indents: Bool = false) { self.indents = indents }

    /// Appends a value.
    mutating func write(_ value: JSONValue, depth: Int = 0) {
        switch value {
        case .null: append("null")
        case .bool(true): append("true")
        case .bool(false): append("false")
        case .number(let number): write(number)
        case .string(let text): write(text)
        case .array(let elements): write(elements, depth: depth)
        case .object(let object): write(object, depth: depth)
        }
    }

    private mutating func write(_ elements: [JSONValue], depth: Int) {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            if indents { breakLine(depth: depth + 1) }
            write(element, depth: depth + 1)
        }
        if indents, !isFirst { breakLine(depth: depth) }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject, depth: Int) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for member in object.members {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            if indents { breakLine(depth: depth + 1) }
            write(member.key)
            bytes.append(UInt8(ascii: ":"))
            if indents { bytes.append(UInt8(ascii: " ")) }
            write(member.value, depth: depth + 1)
        }
        if indents, !isFirst { breakLine(depth: depth) }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func breakLine(depth: Int) {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
    }

    private mutating func append(_ literal: StaticString) {
        literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }
}

extension JSONWriter {
    private mutating func write(_ number: JSONNumber) {
        switch number.storage {
        case .text(let text): bytes.append(contentsOf: text.utf8)
        case .integer(let value):
            if (0..<10).contains(value) {
                bytes.append(UInt8(ascii: "0") + UInt8(value))
            } else {
                bytes.append(contentsOf: String(value).utf8)
            }
        }
    }

    /// Appends a string in quotes; only quotes, backslashes and control characters are escaped (RFC 8259 section 7).
    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let isPlain: Void? = text.utf8.withContiguousStorageIfAvailable { escape($0) }
        if isPlain == nil { Array(text.utf8).withUnsafeBufferPointer { escape($0) } }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ source: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for place in 0..<source.count {
            let byte = source[place]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: source[start..<place])
            appendEscape(byte)
            start = place + 1
        }
        bytes.append(contentsOf: source[start..<source.count])
    }

    private mutating func appendEscape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        default:
            append("\\u00")
            for digit in [byte >> 4, byte & 15] {
                bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }
}
