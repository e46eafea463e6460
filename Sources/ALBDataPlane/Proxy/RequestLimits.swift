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

    /// The status with which a head that is too large is refused; `nil` for all others.
    static func refusal(of head: HTTPRequestHead) -> Int? {
        if head.method.rawValue.utf8.count + head.uri.utf8.count + 11 > requestLineBytesMax { return 414 }
        var total = 0
        for (name, value) in head.headers {
            let size = name.utf8.count + value.utf8.count + 4
            if size > headerBytesMax { return 400 }
            total += size
        }
        return total > headersBytesMax ? 400 : nil
    }
}
