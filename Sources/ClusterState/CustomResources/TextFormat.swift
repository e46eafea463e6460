import JSON
import KubernetesModel

/// The `format`s of texts that are checked; texts of all others are let through.
///
/// Source: the formats that the documentation of CustomResourceDefinitions lists, and what real servers refuse.
enum TextFormat {
    /// Whether a text has the format. Dashes in a format's name do not count.
    static func fits(_ text: String, _ format: String) -> Bool {
        guard let check = checks[format.filter { $0 != "-" }] else { return true }
        return check(text)
    }

    private static let checks: [String: @Sendable (String) -> Bool] = [
        "datetime": { isDateTime($0) },
        "date": { isDate($0) },
        "duration": { isDuration($0) },
        "ipv4": { IPAddress($0)?.isIPv4 == true && $0.contains(".") },
        "ipv6": { $0.contains(":") && IPAddress($0) != nil },
        "cidr": { isNetwork($0) },
        "mac": { matches("^([0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}|[0-9a-fA-F]{4}(\\.[0-9a-fA-F]{4}){2})$", $0) },
        "uuid": { matches("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$", $0) },
        "uuid3": { matches("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$", $0) },
        "uuid4": { matches("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$", $0) },
        "uuid5": { matches("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$", $0) },
        "uri": { matches("^(/|[a-zA-Z][a-zA-Z0-9+.-]*:)[^\\s]*$", $0) },
        "email": { matches("^[^\\s@<>()\\[\\],;:\\\\\"]+@[^\\s@<>()\\[\\],;:\\\\\"]+$", $0) },
        "hostname": {
            let label = "[a-zA-Z0-9\\pL]([a-zA-Z0-9\\pL-]{0,61}[a-zA-Z0-9\\pL])?"
            return $0.utf8.count <= 255 && matches("^(\(label)|(\(label)\\.)+[a-zA-Z\\pL]{2,63})$", $0)
        },
        "byte": { matches("^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$", $0) },
        "bsonobjectid": { matches("^[0-9a-fA-F]{24}$", $0) },
        "hexcolor": { matches("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$", $0) },
        "rgbcolor": { matches("^rgb\\(\\s*[0-9]{1,3}\\s*,\\s*[0-9]{1,3}\\s*,\\s*[0-9]{1,3}\\s*\\)$", $0) },
        "ssn": { matches("^[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}$", $0) },
        "isbn": { isBookNumber($0, lengths: [10, 13]) },
        "isbn10": { isBookNumber($0, lengths: [10]) },
        "isbn13": { isBookNumber($0, lengths: [13]) },
        "creditcard": { isCardNumber($0) },
    ]

    private static func matches(_ pattern: String, _ text: String) -> Bool {
        TextPattern(pattern)?.matches(text) ?? true
    }

    private static func isDateTime(_ text: String) -> Bool {
        let time = "[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?([zZ]|[+-][0-9]{2}:[0-9]{2})"
        return matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt]|\\s)\(time)$", text) && isDate(String(text.prefix(10)))
    }

    private static func isDate(_ text: String) -> Bool {
        matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", text) && Timestamp(parsing: "\(text)T00:00:00Z") != nil
    }

    /// `1h30m`, or a number and a unit in words: `3 days`.
    private static func isDuration(_ text: String) -> Bool {
        let part = "([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)"
        let units = [
            "ns|nanos?|nanoseconds?", "us|µs|micros?|microseconds?", "ms|millis?|milliseconds?", "s|secs?|seconds?",
            "m|mins?|minutes?", "h|hrs?|hours?", "d|days?", "w|wks?|weeks?",
        ]
        return matches("^[+-]?(\(part))+$|^0$", text)
            || matches("^\\s*[0-9]+\\s*(\(units.joined(separator: "|")))\\s*$", text)
    }

    private static func isNetwork(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0])), let bits = Int(parts[1]) else {
            return false
        }
        return (0...(address.isIPv4 ? 32 : 128)).contains(bits)
    }

    /// The check digits of books. Source: ISO 2108.
    private static func isBookNumber(_ text: String, lengths: [Int]) -> Bool {
        let symbols = text.filter { $0 != "-" && $0 != " " }
        let digits = symbols.map { $0 == "X" || $0 == "x" ? 10 : $0.wholeNumberValue ?? -1 }
        guard lengths.contains(digits.count), digits.dropLast().allSatisfy({ (0...9).contains($0) }) else {
            return false
        }
        guard let last = digits.last, last >= 0, digits.count == 10 || last < 10 else { return false }
        let isTen = digits.count == 10
        let sum = digits.enumerated().reduce(0) { sum, digit in
            sum + digit.element * (isTen ? 10 - digit.offset : digit.offset.isMultiple(of: 2) ? 1 : 3)
        }
        return sum.isMultiple(of: isTen ? 11 : 10)
    }

    /// The check digit of cards. Source: ISO/IEC 7812-1.
    private static func isCardNumber(_ text: String) -> Bool {
        let digits = text.filter { $0 != "-" && $0 != " " }.map { $0.wholeNumberValue ?? -1 }
        guard (13...19).contains(digits.count), digits.allSatisfy({ (0...9).contains($0) }) else { return false }
        let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
            let doubled = digit.offset.isMultiple(of: 2) ? digit.element : digit.element * 2
            return sum + (doubled > 9 ? doubled - 9 : doubled)
        }
        return sum.isMultiple(of: 10)
    }
}
