extension Timestamp: CustomStringConvertible {
    /// `2026-01-31T08:05:00Z`: whole seconds in UTC, the form of `metav1.Time`.
    package var rfc3339: String {
        if let digits = digits(ofFraction: nil) { return String(decoding: digits, as: UTF8.self) }
        let text = civil
        return "\(text.date)T\(text.time)Z"
    }

    /// `2026-01-31T08:05:00.123456Z`: six decimals in UTC, the form of `metav1.MicroTime`.
    package var rfc3339Micro: String {
        let fraction = microseconds - secondsSinceEpoch * 1_000_000
        if let digits = digits(ofFraction: fraction) { return String(decoding: digits, as: UTF8.self) }
        let text = civil
        return "\(text.date)T\(text.time).\(padded(fraction, 6))Z"
    }

    /// `20260131T080500Z`: the basic ISO 8601 form that AWS signs.
    package var basicISO8601: String {
        let text = civil
        let date = String(text.date.filter { $0 != "-" })
        let time = String(text.time.filter { $0 != ":" })
        return "\(date)T\(time)Z"
    }

    package var description: String { rfc3339Micro }

    /// Parses RFC 3339: `YYYY-MM-DDThh:mm:ss`, an optional fraction (cut after six digits), and `Z` or `±hh:mm`.
    ///
    /// - Returns: `nil` for anything else, including a day that the month does not have.
    package init?(parsing text: String) {
        var scanner = Scanner(bytes: Array(text.utf8))
        guard let year = scanner.number(digits: 4), scanner.take("-"), let month = scanner.number(digits: 2),
            scanner.take("-"), let day = scanner.number(digits: 2), scanner.take("T") || scanner.take("t"),
            let hour = scanner.number(digits: 2), scanner.take(":"), let minute = scanner.number(digits: 2),
            scanner.take(":"), let second = scanner.number(digits: 2)
        else { return nil }
        let fraction = scanner.fraction()
        guard let fraction, let offset = scanner.zone(), scanner.isAtEnd else { return nil }
        guard (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        let days = Self.daysSinceEpoch(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }
}

extension Timestamp {
    /// The text from the year to the `Z` in years of four digits, which are all that occur; `nil` in others.
    private func digits(ofFraction fraction: Int64?) -> [UInt8]? {
        let (days, rest) = daysAndSeconds
        let (year, month, day) = Self.civilDate(daysSinceEpoch: days)
        guard (0...9_999).contains(year) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(27)
        func add(_ number: Int64, _ width: Int, _ sign: Unicode.Scalar) {
            var scale: Int64 = 1
            for _ in 1..<width { scale *= 10 }
            while scale > 0 {
                bytes.append(UInt8(ascii: "0") + UInt8(number / scale % 10))
                scale /= 10
            }
            bytes.append(UInt8(ascii: sign))
        }
        add(year, 4, "-")
        add(month, 2, "-")
        add(day, 2, "T")
        add(rest / 3_600, 2, ":")
        add(rest / 60 % 60, 2, ":")
        add(rest % 60, 2, fraction == nil ? "Z" : ".")
        if let fraction { add(fraction, 6, "Z") }
        return bytes
    }

    private var daysAndSeconds: (days: Int64, seconds: Int64) {
        let seconds = secondsSinceEpoch
        var days = seconds / 86_400
        var rest = seconds % 86_400
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        return (days, rest)
    }

    private var civil: (date: String, time: String) {
        let (days, rest) = daysAndSeconds
        let (year, month, day) = Self.civilDate(daysSinceEpoch: days)
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let time = "\(padded(rest / 3_600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))"
        return (date, time)
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar, counting eras of 400 years that start on 1 March.
    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civilDate(daysSinceEpoch days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
        switch month {
        case 2: return isLeap ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }
}

private func padded(_ number: Int64, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}

private struct Scanner {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    mutating func number(digits: Int) -> Int64? {
        guard index + digits <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[index..<index + digits] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        index += digits
        return value
    }

    /// Microseconds after a dot; 0 without a dot; `nil` for a dot without digits.
    mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        var value: Int64 = 0
        var count = 0
        while let digit = number(digits: 1) {
            if count < 6 { value = value * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 6)..<6 { value *= 10 }
        return value
    }

    /// Seconds east of UTC.
    mutating func zone() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let isWest = take("-")
        guard isWest || take("+"), let hours = number(digits: 2), take(":"), let minutes = number(digits: 2),
            hours < 24, minutes < 60
        else { return nil }
        return (isWest ? -1 : 1) * (hours * 3_600 + minutes * 60)
    }
}
