/// Resource quantities reduced to a form in which equal amounts are equal texts.
///
/// Source: Kubernetes `resource.Quantity`: `1000m` is `1`, `1024Ki` is `1Mi`.
package enum Quantity {
    private static let binary: [(suffix: String, power: Int)] = [
        ("Ki", 1), ("Mi", 2), ("Gi", 3), ("Ti", 4), ("Pi", 5), ("Ei", 6),
    ]
    private static let decimal: [(suffix: String, exponent: Int)] = [
        ("n", -9), ("u", -6), ("m", -3), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18),
    ]

    /// The amount in billionths with the suffix `n`; the text itself when it is not a quantity.
    package static func canonical(_ text: String) -> String {
        var number = Substring(text)
        var exponent = 9
        var factor: Int128 = 1
        if let unit = binary.first(where: { text.hasSuffix($0.suffix) }) {
            number = number.dropLast(2)
            for _ in 0..<unit.power { factor *= 1024 }
        } else if let unit = decimal.first(where: { text.hasSuffix($0.suffix) }) {
            number = number.dropLast()
            exponent += unit.exponent
        } else if let mark = number.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            guard let shift = Int(number[number.index(after: mark)...]), shift.magnitude < 30 else { return text }
            exponent += shift
            number = number[..<mark]
        }
        guard let mantissa = scaled(number, by: exponent) else { return text }
        let (product, overflow) = mantissa.multipliedReportingOverflow(by: factor)
        return overflow ? text : "\(product)n"
    }

    /// `number` times ten to the `exponent`, rounded away from zero below one; `nil` when it is not a number.
    private static func scaled(_ number: Substring, by exponent: Int) -> Int128? {
        let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !(whole.isEmpty && parts.count == 1) else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.allSatisfy({ $0.isASCII && $0.isNumber }), var value = Int128("\(whole)\(fraction)") else {
            return nil
        }
        let shift = exponent - fraction.count
        guard shift.magnitude < 36 else { return nil }
        for _ in 0..<max(0, shift) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = product
        }
        for _ in 0..<max(0, -shift) {
            value = (value + (value > 0 ? 9 : 0)) / 10
        }
        return value
    }
}
