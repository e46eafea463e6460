/// The exact value of a number's text: `sign digits * 10^exponent`, in the only form that value has.
struct JSONDecimal: Hashable {
    /// Whether the value is below zero; never for zero.
    var isNegative: Bool
    /// ASCII digits without leading or trailing zeros; empty for zero.
    var digits: [UInt8]
    /// The power of ten of the last digit; 0 for zero.
    var exponent: Int

    /// The value of a text that follows the grammar; `nil` when its exponent is beyond 18 digits.
    init?(parsing text: String) {
        var digits: [UInt8] = []
        var isNegative = false
        var exponent = 0
        var fractionDigits = 0
        var isFraction = false
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "-"):
                isNegative = true
            case UInt8(ascii: "."):
                isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                var exponentText = ""
                while let byte = bytes.next() { exponentText.unicodeScalars.append(Unicode.Scalar(byte)) }
                guard exponentText.utf8.count <= 18, let value = Int(exponentText) else { return nil }
                exponent = value
            default:
                digits.append(byte)
                if isFraction { fractionDigits += 1 }
            }
        }
        let zero = UInt8(ascii: "0")
        exponent -= fractionDigits
        while digits.last == zero {
            digits.removeLast()
            exponent += 1
        }
        self.digits = Array(digits.drop { $0 == zero })
        self.isNegative = isNegative && !self.digits.isEmpty
        self.exponent = self.digits.isEmpty ? 0 : exponent
    }

    /// The value as an integer, `nil` when it has a fraction or does not fit 64 bits.
    var int: Int? {
        if digits.isEmpty { return 0 }
        guard exponent >= 0, digits.count + exponent <= 19 else { return nil }
        var value = 0
        for place in 0..<(digits.count + exponent) {
            let digit = place < digits.count ? Int(digits[place] - UInt8(ascii: "0")) : 0
            let (shifted, shiftOverflows) = value.multipliedReportingOverflow(by: 10)
            let (next, overflows) = shifted.subtractingReportingOverflow(digit)
            if shiftOverflows || overflows { return nil }
            value = next
        }
        if isNegative { return value }
        return value == Int.min ? nil : -value
    }

    /// The text: without exponent while the point lies within 21 digits before and 6 zeros after it, else `d.ddde±x`;
    /// where a double's shortest digits are given, that is ECMAScript's text (RFC 8785 section 3.2.2.3).
    var text: String {
        let all = String(decoding: digits, as: UTF8.self)
        let sign = isNegative ? "-" : ""
        guard !digits.isEmpty else { return "0" }
        let point = digits.count + exponent
        if exponent >= 0, point <= 21 { return sign + all + String(repeating: "0", count: exponent) }
        if (1...21).contains(point) { return "\(sign)\(all.prefix(point)).\(all.dropFirst(point))" }
        if (-5...0).contains(point) { return "\(sign)0.\(String(repeating: "0", count: -point))\(all)" }
        let power = point - 1
        let fraction = digits.count > 1 ? ".\(all.dropFirst())" : ""
        return "\(sign)\(all.prefix(1))\(fraction)e\(power < 0 ? "-" : "+")\(power.magnitude)"
    }
}
