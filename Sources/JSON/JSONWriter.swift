/// Writes values as JSON text: UTF-8, nothing escaped that need not be, numbers as they were read.
struct JSONWriter: ~Copyable {
    private var buffer: JSONByteBuffer
    private let indents: Bool

    /// A writer of compact text, or of one with a line per member and two spaces per level.
    init(indents: Bool = false) {
        self.indents = indents
        buffer = JSONByteBuffer(capacity: 512)
    }

    /// What was written so far, until more is written.
    var bytes: UnsafeBufferPointer<UInt8> { buffer.bytes }

    /// Appends a value.
    mutating func write(_ value: JSONValue, depth: Int = 0) {
        switch value {
        case .null: buffer.append("null")
        case .bool(true): buffer.append("true")
        case .bool(false): buffer.append("false")
        case .number(let number): write(number)
        case .string(let text): write(text)
        case .array(let elements): write(elements, depth: depth)
        case .object(let object): write(object, depth: depth)
        }
    }

    private mutating func write(_ elements: [JSONValue], depth: Int) {
        buffer.append(UInt8(ascii: "["))
        elements.withUnsafeBufferPointer { elements in
            for place in 0..<elements.count {
                startItem(isFirst: place == 0, depth: depth)
                write(elements[place], depth: depth + 1)
            }
        }
        if indents, !elements.isEmpty { breakLine(depth: depth) }
        buffer.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject, depth: Int) {
        buffer.append(UInt8(ascii: "{"))
        object.members.withUnsafeBufferPointer { members in
            for place in 0..<members.count {
                startItem(isFirst: place == 0, depth: depth)
                write(members[place].key)
                buffer.append(UInt8(ascii: ":"))
                if indents { buffer.append(UInt8(ascii: " ")) }
                write(members[place].value, depth: depth + 1)
            }
        }
        if indents, !object.isEmpty { breakLine(depth: depth) }
        buffer.append(UInt8(ascii: "}"))
    }

    @inline(__always)
    private mutating func startItem(isFirst: Bool, depth: Int) {
        if !isFirst { buffer.append(UInt8(ascii: ",")) }
        if indents { breakLine(depth: depth + 1) }
    }

    private mutating func breakLine(depth: Int) {
        buffer.append(UInt8(ascii: "\n"))
        for _ in 0..<depth { buffer.append("  ") }
    }
}

extension JSONWriter {
    private mutating func write(_ number: JSONNumber) {
        switch number.storage {
        case .text(let text): buffer.append(text)
        case .integer(let value):
            if (0..<10).contains(value) {
                buffer.append(UInt8(ascii: "0") + UInt8(value))
            } else {
                buffer.append(String(value))
            }
        }
    }

    /// Appends a string in quotes; only quotes, backslashes and control characters are escaped (RFC 8259 section 7).
    private mutating func write(_ text: String) {
        buffer.append(UInt8(ascii: "\""))
        let written: Void? = text.utf8.withContiguousStorageIfAvailable { escape($0) }
        // Strings bridged from elsewhere may have no contiguous bytes.
        if written == nil { Array(text.utf8).withUnsafeBufferPointer { escape($0) } }
        buffer.append(UInt8(ascii: "\""))
    }

    @inline(__always)
    private mutating func escape(_ source: UnsafeBufferPointer<UInt8>) {
        guard let start = source.baseAddress else { return }
        var place = 0
        while place < source.count {
            place += buffer.appendPlain(start + place, count: source.count - place).taken
            guard place < source.count else { return }
            appendEscape(start[place])
            place += 1
        }
    }

    @inline(never)
    private mutating func appendEscape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): buffer.append("\\\"")
        case UInt8(ascii: "\\"): buffer.append("\\\\")
        case 0x08: buffer.append("\\b")
        case 0x09: buffer.append("\\t")
        case 0x0A: buffer.append("\\n")
        case 0x0C: buffer.append("\\f")
        case 0x0D: buffer.append("\\r")
        default:
            buffer.append("\\u00")
            buffer.append(UInt8(ascii: "0") + byte >> 4)
            let digit = byte & 15
            buffer.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
