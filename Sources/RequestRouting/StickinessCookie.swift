/// What a stickiness cookie says: whom the client was sent to, and until when that holds.
struct StickinessCookie: Equatable {
    /// The hash of the choice: a target group's ARN, or a group's ARN and a target's address.
    var choice: UInt64
    /// Seconds since 1970 after which the cookie counts as absent.
    var expiresAt: UInt64

    /// The hash by which a choice is recognised.
    static func choice(_ text: String, key: CookieKey) -> UInt64 { KeyedHash.hash(text.utf8, key: key) }

    /// The cookie's value: a nonce, the content hidden by a key stream, and a seal over both, in hexadecimal.
    func sealed(key: CookieKey, nonce: UInt64) -> String {
        let hidden = [choice ^ Self.stream(nonce, 0, key), expiresAt ^ Self.stream(nonce, 1, key)]
        let words = [nonce] + hidden
        return (words + [Self.seal(words, key)]).map(Self.hexadecimal).joined()
    }

    /// Reads a cookie's value; `nil` when it was altered, made with another key, or is too old.
    init?(sealed text: some StringProtocol, key: CookieKey, nowSeconds: UInt64) {
        let bytes = Array(text.utf8)
        guard bytes.count == 64 else { return nil }
        var words: [UInt64] = []
        for start in stride(from: 0, to: 64, by: 16) {
            let digits = bytes[start..<(start + 16)]
            guard digits.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
                let word = UInt64(String(decoding: digits, as: UTF8.self), radix: 16)
            else { return nil }
            words.append(word)
        }
        guard Self.seal(Array(words[0..<3]), key) == words[3] else { return nil }
        choice = words[1] ^ Self.stream(words[0], 0, key)
        expiresAt = words[2] ^ Self.stream(words[0], 1, key)
        guard nowSeconds < expiresAt else { return nil }
    }

    init(choice: UInt64, expiresAt: UInt64) {
        self.choice = choice
        self.expiresAt = expiresAt
    }

    private static func stream(_ nonce: UInt64, _ index: UInt64, _ key: CookieKey) -> UInt64 {
        KeyedHash.hash(bytes([0x5354_5245_414D, nonce, index]), key: key)
    }

    private static func seal(_ words: [UInt64], _ key: CookieKey) -> UInt64 {
        KeyedHash.hash(bytes([0x5345_414C] + words), key: key)
    }

    private static func bytes(_ words: [UInt64]) -> [UInt8] {
        words.flatMap { word in stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) } }
    }

    private static func hexadecimal(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

/// The cookies of a request and the texts of those that a load balancer sets.
enum Cookies {
    /// Seconds that browsers keep the cookie: always seven days, whatever the configured duration.
    static let browserSeconds: Int64 = 7 * 86400
    /// The first of up to four cookies that follow an application's cookie; one is enough here.
    static let applicationName = "AWSALBAPP-0"

    /// The values of the cookies of that name, in the order in which they came.
    static func values(named name: String, in head: RequestHead) -> [Substring] {
        var result: [Substring] = []
        for field in head.headers where field.isNamed("cookie") {
            for pair in field.value.split(separator: ";") {
                let trimmed = pair.drop { $0 == " " }
                guard trimmed.hasPrefix("\(name)=") else { continue }
                result.append(trimmed.dropFirst(name.utf8.count + 1))
            }
        }
        return result
    }

    /// The values of the `Set-Cookie` headers: the plain cookie and, but for an application's, the one for cross-origin
    /// requests.
    static func settings(name: String, value: String, nowSeconds: Int64) -> [HeaderField] {
        let expires = HTTPDate.text(secondsSinceEpoch: nowSeconds + browserSeconds)
        let plain = "\(name)=\(value); Expires=\(expires); Path=/"
        if name == applicationName { return [HeaderField("Set-Cookie", plain)] }
        let crossOrigin = "\(name)CORS=\(value); Expires=\(expires); Path=/; SameSite=None; Secure"
        return [HeaderField("Set-Cookie", plain), HeaderField("Set-Cookie", crossOrigin)]
    }
}
