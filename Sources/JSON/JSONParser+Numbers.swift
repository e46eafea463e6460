extension JSONParser {
    /// Takes a number; the position is at its sign or first digit.
    @inline(__always)
    mutating func parseNumber() throws(JSONError) -> JSONNumber {
        let start = position
        let isNegative = base[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let firstDigit = position
        var value = 0
        while position < end {
            let digit = base[position] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            value = value &* 10 &+ Int(digit)
            position += 1
        }
        let digits = position - firstDigit
        guard digits > 0 else { throw unexpected(.digit) }
        if base[firstDigit] == UInt8(ascii: "0"), digits > 1 {
            throw JSONError(offset: firstDigit, problem: .leadingZero)
        }
        if position < end {
            let next = base[position]
            if next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e") { return try parseFraction(from: start) }
        }
        // Eighteen digits always fit; "-0" is the one short integer whose text an Int does not have.
        guard digits <= 18, !(isNegative && value == 0) else { return longInteger(from: start) }
        return JSONNumber(isNegative ? -value : value)
    }

    /// Takes the rest of a number after its integer part.
    private mutating func parseFraction(from start: Int) throws(JSONError) -> JSONNumber {
        if base[position] == UInt8(ascii: ".") {
            position += 1
            try takeDigits()
        }
        if position < end, base[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < end, base[position] == UInt8(ascii: "+") || base[position] == UInt8(ascii: "-") {
                position += 1
            }
            try takeDigits()
        }
        return JSONNumber(validText: numberText(from: start))
    }

    private mutating func takeDigits() throws(JSONError) {
        let start = position
        while position < end, base[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        guard position > start else { throw unexpected(.digit) }
    }

    private func longInteger(from start: Int) -> JSONNumber {
        let text = numberText(from: start)
        if text != "-0", let value = Int(text) { return JSONNumber(value) }
        return JSONNumber(validText: text)
    }

    private func numberText(from start: Int) -> String {
        String(decoding: UnsafeBufferPointer(start: base + start, count: position - start), as: UTF8.self)
    }
}
