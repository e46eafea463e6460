/// Reads one JSON document out of bytes. It keeps its own stack, so nesting costs heap instead of the thread's stack.
///
/// Decisions where RFC 8259 leaves a choice:
/// - a repeated member name keeps its first place and its last value, the value that Go and so every API server takes;
/// - half a surrogate pair and invalid UTF-8 are refused, because replacing them would change data silently;
/// - a byte order mark is refused; nesting beyond `depthMax` is refused;
/// - numbers are kept digit by digit, whatever their size.
struct JSONParser: ~Copyable {
    /// An array or object that has been opened and not closed yet.
    struct Container {
        /// Where its elements or members start on their stack.
        var start: Int
        var isObject: Bool
        /// Whether some member name has been seen before.
        var hasRepeatedName = false
        /// A bit for the hash of each member name seen; a name whose bit is clear is new.
        var nameBits: UInt64 = 0
    }

    /// How many arrays and objects may be inside each other: far above any real object, far below any stack's end.
    static let depthMax = 512

    let base: UnsafePointer<UInt8>
    let end: Int
    var position = 0
    var names: JSONNameCache
    var unescaped = JSONByteBuffer(capacity: 64)
    private var containers = JSONStack<Container>(capacity: 32)
    private var elements: JSONStack<JSONValue>
    private var members: JSONStack<JSONObject.Member>
    private let depthMax: Int

    /// A parser of the bytes, which have to stay in place until it is done.
    init(_ base: UnsafePointer<UInt8>, count: Int, depthMax: Int = JSONParser.depthMax) {
        self.base = base
        end = count
        self.depthMax = depthMax
        names = JSONNameCache(inputSize: count)
        elements = JSONStack(capacity: 32)
        members = JSONStack(capacity: 64)
    }

    /// The document, which must be followed by nothing but whitespace.
    mutating func parseDocument() throws(JSONError) -> JSONValue {
        if end >= 3, base[0] == 0xEF, base[1] == 0xBB, base[2] == 0xBF {
            throw JSONError(offset: 0, problem: .byteOrderMark)
        }
        let value = try parseValue()
        if let byte = peek() { throw JSONError(offset: position, problem: .unexpected(byte, expected: .end)) }
        return value
    }

    /// The value that starts at the position, whole, with everything inside it.
    private mutating func parseValue() throws(JSONError) -> JSONValue {
        var expected = JSONError.Expectation.value
        while true {
            guard let byte = peek() else { throw unexpected(expected) }
            var value: JSONValue
            switch byte {
            case UInt8(ascii: "\""):
                value = .string(try parseString())
            case UInt8(ascii: "{"):
                if try openObject() { continue }
                value = .object(JSONObject())
            case UInt8(ascii: "["):
                if try openArray() {
                    expected = .valueOrEnd
                    continue
                }
                value = .array([])
            case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
                value = try parseLiteral(byte)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                value = .number(try parseNumber())
            default:
                throw unexpected(expected)
            }
            expected = .value
            // The value is complete; it may complete the containers around it.
            while true {
                guard containers.count > 0 else { return value }
                if containers.last.isObject {
                    members.last.value = value
                    if try continuesObject() { break }
                    value = .object(closeObject())
                } else {
                    elements.push(value)
                    if try continuesArray() { break }
                    value = .array(elements.popAll(from: containers.pop().start))
                }
            }
        }
    }

    /// The next byte that is no whitespace, without taking it; `nil` at the end.
    @inline(__always)
    mutating func peek() -> UInt8? {
        while position < end {
            let byte = base[position]
            guard byte <= 0x20 else { return byte }
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            position += 1
        }
        return nil
    }

    /// The error that the byte at the position, or the end, is not what the grammar wants.
    func unexpected(_ expected: JSONError.Expectation) -> JSONError {
        guard position < end else { return JSONError(offset: end, problem: .endOfInput(expected: expected)) }
        return JSONError(offset: position, problem: .unexpected(base[position], expected: expected))
    }
}

extension JSONParser {
    private mutating func open(isObject: Bool, start: Int) throws(JSONError) {
        guard containers.count < depthMax else {
            throw JSONError(offset: position, problem: .nestingTooDeep(limit: depthMax))
        }
        position += 1
        containers.push(Container(start: start, isObject: isObject))
    }

    /// Takes `{` and the first name with its colon; `false` when the object is empty and already closed.
    @inline(__always)
    private mutating func openObject() throws(JSONError) -> Bool {
        try open(isObject: true, start: members.count)
        guard let byte = peek() else { throw unexpected(.keyOrEnd) }
        if byte == UInt8(ascii: "}") {
            position += 1
            _ = containers.pop()
            return false
        }
        guard byte == UInt8(ascii: "\"") else { throw unexpected(.keyOrEnd) }
        try parseName()
        return true
    }

    /// Takes `[`; `false` when the array is empty and already closed.
    @inline(__always)
    private mutating func openArray() throws(JSONError) -> Bool {
        try open(isObject: false, start: elements.count)
        guard let byte = peek() else { throw unexpected(.valueOrEnd) }
        guard byte == UInt8(ascii: "]") else { return true }
        position += 1
        _ = containers.pop()
        return false
    }

    /// After a member: takes `,` and the next name with its colon, or `}` and returns `false`.
    @inline(__always)
    private mutating func continuesObject() throws(JSONError) -> Bool {
        guard let byte = peek() else { throw unexpected(.commaOrBrace) }
        position += 1
        if byte == UInt8(ascii: ",") {
            guard peek() == UInt8(ascii: "\"") else { throw unexpected(.key) }
            try parseName()
            return true
        }
        if byte == UInt8(ascii: "}") { return false }
        position -= 1
        throw unexpected(.commaOrBrace)
    }

    /// After an element: takes `,`, or `]` and returns `false`.
    @inline(__always)
    private mutating func continuesArray() throws(JSONError) -> Bool {
        guard let byte = peek() else { throw unexpected(.commaOrBracket) }
        position += 1
        if byte == UInt8(ascii: ",") { return true }
        if byte == UInt8(ascii: "]") { return false }
        position -= 1
        throw unexpected(.commaOrBracket)
    }

    /// Takes a name and its colon and puts a member without value on the stack.
    private mutating func parseName() throws(JSONError) {
        let (name, hash) = try parseNameText()
        let bit: UInt64 = 1 << UInt64(hash & 63)
        let start = containers.last.start
        // Larger objects find their repeated names when they build their index.
        if containers.last.nameBits & bit != 0, members.count - start <= JSONObject.linearLimit {
            for earlier in start..<members.count where members[earlier].key.hasSameBytes(as: name) {
                containers.last.hasRepeatedName = true
            }
        }
        containers.last.nameBits |= bit
        members.push(JSONObject.Member(key: name, value: .null))
        guard peek() == UInt8(ascii: ":") else { throw unexpected(.colon) }
        position += 1
    }

    @inline(__always)
    private mutating func closeObject() -> JSONObject {
        let container = containers.pop()
        let taken = members.popAll(from: container.start)
        if container.hasRepeatedName || taken.count > JSONObject.linearLimit { return JSONObject(repeating: taken) }
        return JSONObject(unique: taken)
    }

    private mutating func parseLiteral(_ first: UInt8) throws(JSONError) -> JSONValue {
        switch first {
        case UInt8(ascii: "t"): try take("true"); return .bool(true)
        case UInt8(ascii: "f"): try take("false"); return .bool(false)
        default: try take("null"); return .null
        }
    }

    @inline(__always)
    private mutating func take(_ literal: StaticString) throws(JSONError) {
        for offset in 0..<literal.utf8CodeUnitCount {
            guard position < end, base[position] == literal.utf8Start[offset] else { throw unexpected(.literal) }
            position += 1
        }
    }
}
