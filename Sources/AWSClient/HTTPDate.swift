import AWSSigning

/// Reads the `Date` header of an answer.
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The time in `Tue, 15 Nov 1994 08:12:31 GMT` (RFC 9110, IMF-fixdate); `nil` for any other form.
    static func parse(_ text: String) -> SigningTime? {
        let words = text.split { $0 == " " || $0 == "," }
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: String(words[2])) else {
            return nil
        }
        let number = month + 1
        let monthText = number < 10 ? "0\(number)" : String(number)
        let time = words[4].filter { $0 != ":" }
        return SigningTime(parsing: "\(words[3])\(monthText)\(words[1])T\(time)Z")
    }
}
