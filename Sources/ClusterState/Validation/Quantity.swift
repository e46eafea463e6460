/// A resource quantity in the one text that its spellings share: `1000m` is `1`, `0.5` is `500m`, `1024Mi` is `1Gi`.
///
/// Source: the canonical form in the documentation of the Kubernetes `Quantity` type.
enum Quantity {
    private static let decimalSuffixes: [(text: String, exponent: Int)] = [
        ("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18),
    ]
    private static let binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]

    /// The canonical text; `nil` where `text` is no quantity.
    ///
    /// Quantities that do not fit 128 bits are left as they are.
    static func canonical(_ text: String) -> String? {
        guard let parts = Parts(text) else { return nil }
        switch parts.suffix {
        case .binary(let power): return binary(parts, power: power) ?? text
        case .decimal(let exponent): return decimal(parts, exponent: exponent) ?? text
        case .exponent(let exponent):
            guard let (mantissa, rest) = normalized(parts, exponent: exponent) else { return text }
            return rest == 0 ? "\(mantissa)" : "\(mantissa)e\(rest)"
        }
    }

    /// The value in billionths, rounded towards zero; `nil` where `text` is no quantity or the value does not fit.
    static func billionths(_ text: String) -> Int128? {
        guard let parts = Parts(text) else { return nil }
        var value = parts.digits
        var power = 9 - parts.fractionDigits
        switch parts.suffix {
        case .binary(let steps):
            for _ in 0..<steps {
                let (product, overflow) = value.multipliedReportingOverflow(by: 1024)
                if overflow { return nil }
                value = product
            }
        case .decimal(let exponent), .exponent(let exponent): power += exponent
        }
        while power < 0, value != 0 {
            value /= 10
            power += 1
        }
        while power > 0, value != 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = product
            power -= 1
        }
        return value
    }

    private static func decimal(_ parts: Parts, exponent: Int) -> String? {
        guard let (mantissa, rest) = normalized(parts, exponent: exponent) else { return nil }
        let suffix = decimalSuffixes.first { $0.exponent == rest }
        return suffix.map { "\(mantissa)\($0.text)" }
    }

    /// The value as an integer times ten to a multiple of three, as large as possible; rounded up below nano.
    private static func normalized(_ parts: Parts, exponent: Int) -> (mantissa: Int128, exponent: Int)? {
        var mantissa = parts.digits
        var power = exponent - parts.fractionDigits
        if mantissa == 0 { return (0, 0) }
        while mantissa % 10 == 0 {
            mantissa /= 10
            power += 1
        }
        while power < -9 {
            let isExact = mantissa % 10 == 0
            mantissa = mantissa / 10 + (isExact ? 0 : (mantissa > 0 ? 1 : 0))
            power += 1
        }
        let largest = 18
        while power % 3 != 0 || power > largest {
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            mantissa = product
            power -= 1
        }
        return (mantissa, power)
    }

    private static func binary(_ parts: Parts, power: Int) -> String? {
        var value = parts.digits
        for _ in 0..<power {
            let (product, overflow) = value.multipliedReportingOverflow(by: 1024)
            if overflow { return nil }
            value = product
        }
        var divisor: Int128 = 1
        for _ in 0..<parts.fractionDigits {
            divisor *= 10
        }
        if abs(value) < 1024 * divisor { return decimal(parts.scaled(to: value), exponent: 0) }
        value = value / divisor + (value % divisor > 0 ? 1 : 0)
        var index = 0
        while value % 1024 == 0, index < binarySuffixes.count - 1 {
            value /= 1024
            index += 1
        }
        return "\(value)\(binarySuffixes[index])"
    }
}

extension Quantity {
    /// A quantity taken apart: digits without the point, how many of them follow it, and the unit.
    private struct Parts {
        enum Suffix {
            /// A power of 1024.
            case binary(Int)
            /// A power of ten with a letter.
            case decimal(Int)
            /// A power of ten after `e` or `E`.
            case exponent(Int)
        }

        var digits: Int128
        var fractionDigits: Int
        var suffix: Suffix

        init?(_ text: String) {
            var rest = text.utf8[...]
            let isNegative = rest.first == UInt8(ascii: "-")
            if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            var digits = Int128(0)
            let wholeDigits = Self.takeDigits(&rest, into: &digits)
            var fractionDigits: Int? = 0
            if rest.first == UInt8(ascii: ".") {
                rest = rest.dropFirst()
                fractionDigits = Self.takeDigits(&rest, into: &digits)
            }
            guard let wholeDigits, let fractionDigits, wholeDigits + fractionDigits > 0, fractionDigits < 30,
                let suffix = Self.suffix(Substring(rest))
            else { return nil }
            self.digits = isNegative ? -digits : digits
            self.fractionDigits = fractionDigits
            self.suffix = suffix
        }

        /// Takes the digits at the front; `nil` where they do not fit.
        private static func takeDigits(_ text: inout Substring.UTF8View, into value: inout Int128) -> Int? {
            var count = 0
            while let byte = text.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
                let (sum, isSumTooLarge) = product.addingReportingOverflow(Int128(byte - UInt8(ascii: "0")))
                if isTooLarge || isSumTooLarge { return nil }
                value = sum
                text = text.dropFirst()
                count += 1
            }
            return count
        }

        /// The same fraction with other digits.
        func scaled(to digits: Int128) -> Parts {
            var copy = self
            copy.digits = digits
            return copy
        }

        private static func suffix(_ text: Substring) -> Suffix? {
            if let decimal = decimalSuffixes.first(where: { $0.text == text }) { return .decimal(decimal.exponent) }
            if let power = binarySuffixes.firstIndex(of: String(text)) { return .binary(power) }
            guard text.first == "e" || text.first == "E" else { return nil }
            return Int(text.dropFirst()).map { .exponent($0) }
        }
    }
}
