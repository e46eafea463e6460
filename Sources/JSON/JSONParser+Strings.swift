extension JSONParser {
    /// Takes a string with its quotes; the position is at the opening one.
    @inline(__always)
    mutating func parseString() throws(JSONError) -> String {
        let start = position + 1
        let (stop, isASCII) = scan(from: start)
        guard stop < end, base[stop] == UInt8(ascii: "\"") else { return try parseEscapedString() }
        position = stop + 1
        return try text(from: start, to: stop, isASCII: isASCII)
    }

    /// Takes a member name with its quotes, out of the cache when it has been there before. The hash is of its bytes.
    @inline(__always)
    mutating func parseNameText() throws(JSONError) -> (String, UInt64) {
        let start = position + 1
        let (stop, isASCII) = scan(from: start)
        guard stop < end, base[stop] == UInt8(ascii: "\"") else {
            var name = try parseEscapedString()
            let hash = name.withUTF8 { bytes in JSONNameCache.hash(bytes.baseAddress, count: bytes.count) }
            return (name, hash)
        }
        position = stop + 1
        let hash = JSONNameCache.hash(base + start, count: stop - start)
        if let name = names.find(base, start: start, count: stop - start, hash: hash) { return (name, hash) }
        let name = try text(from: start, to: stop, isASCII: isASCII)
        names.store(name, start: start, count: stop - start, hash: hash)
        return (name, hash)
    }

    /// Where the first byte is that ends the plain part of a string: a quote, a backslash, a control character, or the
    /// end; and whether all bytes before are ASCII.
    @inline(__always)
    func scan(from start: Int) -> (stop: Int, isASCII: Bool) {
        var place = start
        var highBits: UInt64 = 0
        while place + 8 <= end {
            let word = UnsafeRawPointer(base + place).loadUnaligned(as: UInt64.self)
            let plain = JSONStringBytes.plainCount(in: word)
            highBits |= JSONStringBytes.first(plain, of: word)
            place += plain
            if plain < 8 { return (place, highBits & JSONStringBytes.highBits == 0) }
        }
        while place < end, !JSONStringBytes.isSpecial(base[place]) {
            highBits |= UInt64(base[place])
            place += 1
        }
        return (place, highBits & JSONStringBytes.highBits == 0)
    }

    /// The string of these bytes, which hold no escapes.
    @inline(__always)
    private func text(from start: Int, to stop: Int, isASCII: Bool) throws(JSONError) -> String {
        let bytes = UnsafeBufferPointer(start: base + start, count: stop - start)
        if isASCII { return String(decoding: bytes, as: UTF8.self) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw JSONError(offset: start + UTF8Check.firstInvalid(in: bytes), problem: .invalidUTF8)
        }
        return text
    }

    /// Takes a string that has escapes, or finds out why it is none.
    @inline(never)
    private mutating func parseEscapedString() throws(JSONError) -> String {
        unescaped.removeAll()
        position += 1
        while true {
            let (taken, isASCII) = unescaped.appendPlain(base + position, count: end - position)
            if !isASCII {
                let invalid = UTF8Check.firstInvalid(in: UnsafeBufferPointer(start: base + position, count: taken))
                guard invalid == taken else {
                    throw JSONError(offset: position + invalid, problem: .invalidUTF8)
                }
            }
            position += taken
            guard position < end else { throw unexpected(.quote) }
            let byte = base[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return String(decoding: unescaped.bytes, as: UTF8.self)
            }
            guard byte == UInt8(ascii: "\\") else {
                throw JSONError(offset: position, problem: .controlCharacter(byte))
            }
            position += 1
            try parseEscape()
        }
    }

    /// Takes what follows a backslash.
    @inline(__always)
    private mutating func parseEscape() throws(JSONError) {
        guard position < end else { throw unexpected(.escape) }
        switch base[position] {
        case UInt8(ascii: "\""): unescaped.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): unescaped.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): unescaped.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"):
            unescaped.append(String(Character(try parseUnicodeEscape())))
            return
        default: throw unexpected(.escape)
        }
        position += 1
    }

    /// Takes `u` and four digits, and a second escape when they are the first half of a pair.
    private mutating func parseUnicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let start = position - 1
        let first = try parseHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let lone = JSONError(offset: start, problem: .loneSurrogate)
        guard first < 0xDC00, position + 1 < end, base[position] == UInt8(ascii: "\\"),
            base[position + 1] == UInt8(ascii: "u")
        else { throw lone }
        position += 1
        let second = try parseHexDigits()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw lone }
        return scalar
    }

    private mutating func parseHexDigits() throws(JSONError) -> UInt32 {
        position += 1
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < end, let digit = Character(Unicode.Scalar(base[position])).hexDigitValue,
                base[position] < 0x80
            else { throw unexpected(.hexDigits) }
            value = value << 4 + UInt32(digit)
            position += 1
        }
        return value
    }
}
