/// The answers to a health check that pass: codes `200,202` or ranges `200-299`.
package enum Matcher: WireStructure {
    /// HTTP status codes, 200...499.
    case http(String)
    /// gRPC status codes, 0...99.
    case grpc(String)

    /// To read into.
    package static var blank: Matcher { .http("") }

    /// The wire names: exactly one of both is present.
    package mutating func map(_ wire: inout WireMapper) {
        var http: String?
        var grpc: String?
        switch self {
        case .http(let codes): http = codes
        case .grpc(let codes): grpc = codes
        }
        if wire.isReading {
            http = nil
            grpc = nil
        }
        wire.field("HttpCode", &http)
        wire.field("GrpcCode", &grpc)
        guard wire.isReading else { return }
        if let grpc {
            self = .grpc(grpc)
        } else if let http {
            self = .http(http)
        }
    }

    /// The codes as text.
    package var codes: String {
        switch self {
        case .http(let codes), .grpc(let codes): codes
        }
    }

    /// Whether a status passes; a malformed matcher passes nothing.
    package func accepts(_ code: Int) -> Bool {
        ranges?.contains { $0.contains(code) } ?? false
    }

    /// The codes as ranges; `nil` when the text is malformed or a range is upside down.
    package var ranges: [ClosedRange<Int>]? {
        var result: [ClosedRange<Int>] = []
        for part in codes.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            switch (ends.first ?? nil, ends.last ?? nil, ends.count) {
            case (let first?, let last?, 1...2) where first <= last: result.append(first...last)
            default: return nil
            }
        }
        return result
    }
}
