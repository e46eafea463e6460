/// The path and query of a request line, decoded.
struct RequestTarget: Hashable, Sendable {
    /// The path as it was sent, without the query.
    var path: String
    /// The parts between slashes, percent-decoded; empty parts are left out.
    var segments: [String]
    var query: QueryParameters

    /// Reads the target of a request line; text that is not percent-encoded properly stays as it is.
    init(_ target: String) {
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        path = String(target[..<mark])
        segments = path.utf8.split(separator: UInt8(ascii: "/")).map { PercentEncoding.decode(Substring($0)) }
        query = QueryParameters(target[mark...].dropFirst())
    }
}

/// The parameters of a query, in order; a name may come more than once.
struct QueryParameters: Hashable, Sendable {
    private var pairs: [Pair] = []

    private struct Pair: Hashable, Sendable {
        var name: String
        var value: String
    }

    init(_ text: some StringProtocol) {
        for part in text.split(separator: "&") {
            let equals = part.firstIndex(of: "=") ?? part.endIndex
            let name = PercentEncoding.decode(part[..<equals], plusIsSpace: true)
            let value = PercentEncoding.decode(part[equals...].dropFirst(), plusIsSpace: true)
            pairs.append(Pair(name: name, value: value))
        }
    }

    /// The first value of a parameter; `nil` when it does not come.
    subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// All values of a parameter.
    func values(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    /// Whether a parameter is on: `true`, `1`, or given without a value, as API servers read booleans.
    func isOn(_ name: String) -> Bool {
        guard let value = self[name] else { return false }
        return !["false", "0", "f", "F", "FALSE", "False"].contains(value)
    }
}

/// Decoding of `%XX`.
enum PercentEncoding {
    /// The text that was encoded; sequences that are no encoding stay as they are.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) }) else {
            return String(text)
        }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = digit(bytes[index + 1]),
                let low = digit(bytes[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                let isPlus = plusIsSpace && bytes[index] == UInt8(ascii: "+")
                result.append(isPlus ? UInt8(ascii: " ") : bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Whether two hexadecimal digits follow every `%`.
    static func isProper(_ text: String) -> Bool {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return true }
        let bytes = Array(text.utf8)
        return bytes.indices.allSatisfy { index in
            guard bytes[index] == UInt8(ascii: "%") else { return true }
            return index + 2 < bytes.count && digit(bytes[index + 1]) != nil && digit(bytes[index + 2]) != nil
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
