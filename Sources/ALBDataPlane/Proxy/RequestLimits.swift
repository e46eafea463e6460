import NIOHTTP1

/// The sizes of request heads that are accepted.
/// Source: Application Load Balancer user guide, HTTP header limits.
enum RequestLimits {
    /// Method, target and version, bytes.
    static let requestLineBytesMax = 16 * 1024
    /// One header's name and value, bytes.
    static let headerBytesMax = 16 * 1024
    /// All headers together, bytes.
    static let headersBytesMax = 64 * 1024

    /// All headers of an answer together, bytes.
    static let answerHeadersBytesMax = 32 * 1024

    /// Whether the headers of a target's answer are too many to pass on.
    static func exceeds(_ head: HTTPResponseHead) -> Bool {
        head.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 } > answerHeadersBytesMax
    }

    /// The status with which a head that is too large or in a coding not known is refused; `nil` for all others.
    static func refusal(of head: HTTPRequestHead) -> Int? {
        if head.method.rawValue.utf8.count + head.uri.utf8.count + 11 > requestLineBytesMax { return 414 }
        if ProxyHeaders.hasOtherCoding(head) { return 501 }
        var total = 0
        for (name, value) in head.headers {
            let size = name.utf8.count + value.utf8.count + 4
            if size > headerBytesMax { return 400 }
            total += size
        }
        return total > headersBytesMax ? 400 : nil
    }
}
