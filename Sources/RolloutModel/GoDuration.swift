/// Durations written as Go does: `300ms`, `1.5h`, `2h45m`.
///
/// Source: Go `time.ParseDuration`.
package enum GoDuration {
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
    ]

    /// The duration in whole seconds, cut towards zero; `nil` when the text is not a duration.
    package static func seconds(_ text: String) -> Int? {
        exactSeconds(text).map { Int($0) }
    }

    /// The duration to the microsecond; `nil` when the text is not a duration.
    package static func duration(_ text: String) -> Duration? {
        guard let seconds = exactSeconds(text), seconds.magnitude < 1e12 else { return nil }
        return .microseconds(Int64((seconds * 1e6).rounded()))
    }

    /// Below 10^15.
    private static func exactSeconds(_ text: String) -> Double? {
        var rest = Substring(text)
        var sign = 1.0
        if let first = rest.first, first == "-" || first == "+" {
            sign = first == "-" ? -1 : 1
            rest.removeFirst()
        }
        if rest == "0" { return 0 }
        guard !rest.isEmpty else { return nil }
        var nanoseconds = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let amount = Double(digits), !digits.isEmpty else { return nil }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            guard let unit = units.first(where: { $0.name == name }) else { return nil }
            nanoseconds += amount * unit.nanoseconds
            rest = rest.dropFirst(name.count)
        }
        let seconds = sign * nanoseconds / 1e9
        return seconds.magnitude < 1e15 ? seconds : nil
    }
}
